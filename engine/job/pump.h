// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/devices/reset-sequence-private.h"
#include "protocol/host/session/session.h"
#include "protocol/host/transport/transport.h"

/**
 * GyPump:
 *
 * Joins a transport and a session on one thread: moves bytes both ways, lets time act, and opens the port again when it
 * went away. All times are of gy_pump_now().
 */
typedef struct _GyPump GyPump;

/** gy_pump_now: milliseconds of the monotonic clock. */
gint64 gy_pump_now(void);

/**
 * gy_pump_new:
 * @transport: (transfer none): not opened yet
 * @options: (nullable): of the session, but for its rate
 * @baud: rate that the port is opened at; where the cable has a rate, it follows what the session agrees on with the
 *   device
 */
GyPump *gy_pump_new(GyTransport *transport, const GySessionOptions *options, guint baud);
void gy_pump_free(GyPump *pump);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyPump, gy_pump_free)

GySession *gy_pump_session(GyPump *pump);

/** gy_pump_open: opens the port for the first time; errors as gy_transport_open(). */
gboolean gy_pump_open(GyPump *pump, GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_pump_turn:
 * @until_ms: comes back by then, if nothing happens before
 * @cancellable: (nullable): comes back at once when it is cancelled
 *
 * One turn: waits for the port, the session's deadline or @until_ms, and moves what can be moved. A port that has gone is
 * tried again four times a second; the session says when it has had enough.
 */
void gy_pump_turn(GyPump *pump, gint64 until_ms, GCancellable *cancellable);

/** gy_pump_set_baud: from the next byte on, and after the port was opened again; a port that refuses is left as it is. */
void gy_pump_set_baud(GyPump *pump, guint baud);

/** gy_pump_reset_step: gy_reset_run_step() on the pump's port; the next one is due at run->due_ms. */
gboolean gy_pump_reset_step(GyPump *pump, GyResetRun *run, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_pump_has_lines: whether the port has DTR and RTS. */
gboolean gy_pump_has_lines(GyPump *pump);

/** gy_pump_is_open: whether the port is there now. */
gboolean gy_pump_is_open(GyPump *pump);

/** gy_pump_reconnects: how often the port came back. */
guint gy_pump_reconnects(GyPump *pump);
