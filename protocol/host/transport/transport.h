// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "protocol/host/error.h"

/**
 * GyLines:
 * @GY_LINE_KEEP: leave it as it is
 * @GY_LINE_LOW: deasserted
 * @GY_LINE_HIGH: asserted
 *
 * What to do with a modem control line.
 */
typedef enum { GY_LINE_KEEP = -1, GY_LINE_LOW = 0, GY_LINE_HIGH = 1 } GyLine;

/**
 * GyTransport:
 *
 * A cable: moves bytes and knows nothing of what they mean. One thread uses it. It can be opened again after it was
 * closed or has gone; the name stays.
 */
#define GY_TYPE_TRANSPORT (gy_transport_get_type())
G_DECLARE_DERIVABLE_TYPE(GyTransport, gy_transport, GY, TRANSPORT, GObject)

struct _GyTransportClass {
	GObjectClass parent_class;

	gboolean (*open)(GyTransport *self, guint baud, GCancellable *cancellable, GError **error);
	void (*close)(GyTransport *self);
	gssize (*read)(GyTransport *self, guint8 *bytes, gsize size, GError **error);
	gssize (*write)(GyTransport *self, const guint8 *bytes, gsize size, GError **error);
	GIOCondition (*wait)(
		GyTransport *self, GIOCondition what, gint timeout_ms, GCancellable *cancellable);
	gboolean (*set_baud)(GyTransport *self, guint baud, GError **error);
	gboolean (*set_lines)(GyTransport *self, GyLine dtr, GyLine rts, GError **error);
	gsize (*unsent)(GyTransport *self);
	gboolean (*set_break)(GyTransport *self, gboolean on, GError **error); /* NULL: the cable has none */
	gboolean has_rate; /* the bytes' own time on the cable is what set_baud says */
};

/**
 * gy_transport_new:
 * @port: a tty path, `serial:PATH`, `socket:PATH`, `tcp:HOST:PORT`, `bt:ADDRESS`, `usb:VID:PID[:SERIAL]` (ids in
 *   hexadecimal) or `path:BUS-PORT[.PORT...]`, where a USB device is plugged in
 * @error: return location
 *
 * Opens nothing yet. A path to a pty (or a symlink to one) gets the termios back end, since libserialport cannot open
 * it; `serial:` always means libserialport. A USB device is looked for at each opening. `path:` takes the kernel's tty if
 * there is one; `usb:` takes the device from its driver, unless that is a converter's.
 *
 * Returns: (transfer full): the transport, or %NULL with %GY_LINK_ERROR_BAD_PORT or %GY_LINK_ERROR_NO_PORT
 */
GyTransport *gy_transport_new(const char *port, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_transport_name: the port as it was given. */
const char *gy_transport_name(GyTransport *self);

/**
 * gy_transport_open:
 * @baud: bits per second, 8N1, no flow control; ignored where the cable has no speed
 *
 * Returns: %TRUE, or %FALSE with %GY_LINK_ERROR_NO_PORT, _FORBIDDEN (names the group), _BUSY (names program and pid
 *   where that can be found out) or _OPEN
 */
gboolean gy_transport_open(
	GyTransport *self, guint baud, GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_transport_close: closing what is closed does nothing. */
void gy_transport_close(GyTransport *self);

gboolean gy_transport_is_open(GyTransport *self);

/**
 * gy_transport_read:
 *
 * Does not block. Returns: how many bytes (0: none there now), or -1 with %GY_LINK_ERROR_GONE or _IO; the transport is
 *   closed then.
 */
gssize gy_transport_read(
	GyTransport *self, guint8 *bytes, gsize size, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_transport_write: does not block; returns how many bytes were taken, 0 if none can be now, -1 as for read. */
gssize gy_transport_write(
	GyTransport *self, const guint8 *bytes, gsize size, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_transport_wait:
 * @what: %G_IO_IN, %G_IO_OUT or both
 * @timeout_ms: at most; -1 for ever
 * @cancellable: (nullable): ends the wait early
 *
 * Returns: what is possible now; 0 after the time or a cancel; %G_IO_HUP or %G_IO_ERR are told by the next read
 */
GIOCondition gy_transport_wait(
	GyTransport *self, GIOCondition what, gint timeout_ms, GCancellable *cancellable);

/** gy_transport_set_baud: from the next byte on; %TRUE without effect where the cable has no speed. */
gboolean gy_transport_set_baud(GyTransport *self, guint baud, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_transport_has_rate: whether both ends of the cable have to have the same rate: a UART's. USB, Bluetooth and sockets
 * are as fast as they are, whatever is set.
 */
gboolean gy_transport_has_rate(GyTransport *self);

/** gy_transport_set_lines: DTR and RTS; %TRUE without effect where the cable has none. */
gboolean gy_transport_set_lines(
	GyTransport *self, GyLine dtr, GyLine rts, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_transport_get_lines: as they were set last; a port that is opened asserts both. */
void gy_transport_get_lines(GyTransport *self, GyLine *dtr, GyLine *rts);

/** gy_transport_has_lines: whether gy_transport_set_lines() does anything on this kind of cable. */
gboolean gy_transport_has_lines(GyTransport *self);

/** gy_transport_can_break: whether this kind of cable has a break condition; may be asked from any thread. */
gboolean gy_transport_can_break(GyTransport *self);

/** gy_transport_set_break: holds the line in the break condition, or ends it; only where gy_transport_can_break(). */
gboolean gy_transport_set_break(GyTransport *self, gboolean on, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_transport_unsent: bytes that were taken by write and have not left this computer, as far as it can be known. */
gsize gy_transport_unsent(GyTransport *self);
