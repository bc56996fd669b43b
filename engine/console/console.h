// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/devices/reset-sequence.h"
#include "engine/error.h"
#include "engine/keys/agent-key.h"

/**
 * GyConsoleState:
 * @GY_CONSOLE_OPEN: text goes both ways
 * @GY_CONSOLE_RECONNECTING: the port went away; it is opened again as soon as it is back
 * @GY_CONSOLE_CLOSED: the end
 */
typedef enum { GY_CONSOLE_OPEN, GY_CONSOLE_RECONNECTING, GY_CONSOLE_CLOSED } GyConsoleState;

/** gy_console_state_name: "open", "reconnecting" or "closed"; stable, for JSON. */
const char *gy_console_state_name(GyConsoleState state);

/**
 * GyConsoleOptions:
 * @port: see gy_transport_new()
 * @baud: 0: 115200
 * @reconnect: whether a port that goes away is waited for
 * @reset_sequence: (nullable): done once when the port was opened, not when it came back: a board that is its own port
 *   would be reset for ever
 * @agent_key: (nullable): opens the shell of a device that wants to know who asks; text waits until it is open. Without it
 *   the console never sends a frame
 */
typedef struct {
	const char *port;
	guint baud;
	gboolean reconnect;
	const GyResetSequence *reset_sequence;
	GyAgentKey *agent_key;
} GyConsoleOptions;

/** GyControlLine: what a serial port has beside its data, and boards are often reset with. */
typedef enum { GY_CONTROL_DTR, GY_CONTROL_RTS, GY_N_CONTROL_LINES } GyControlLine;

/**
 * GyConsole:
 *
 * The device's console on a cable: text both ways, frames left out. It has a thread of its own and tells what happens on
 * the thread-default main context of the thread that made it.
 *
 * Signals:
 * - `text` (GBytes *text, gint64 time_us): the device printed this; microseconds since 1970 of when it came, which never
 *   go back
 * - `state` (GyConsoleState state, GError *why): the state is another now; @why is %NULL for %GY_CONSOLE_OPEN. After
 *   %GY_CONSOLE_CLOSED nothing follows
 */
#define GY_TYPE_CONSOLE (gy_console_get_type())
G_DECLARE_FINAL_TYPE(GyConsole, gy_console, GY, CONSOLE, GObject)

/** gy_console_open: (transfer full): opens the port now; %NULL with GY_LINK_ERROR_*. @options is copied. */
GyConsole *gy_console_open(const GyConsoleOptions *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_console_state: as it was told last. */
GyConsoleState gy_console_state(GyConsole *console);

/**
 * gy_console_send: queues text for the device.
 *
 * While the port is away nothing is taken: what is typed then must not run as a command when the board is back. What
 * was queued when it went is dropped with it.
 */
void gy_console_send(GyConsole *console, const guint8 *bytes, gsize size);

/** gy_console_queued: bytes that the port has not taken yet. */
gsize gy_console_queued(GyConsole *console);

/** gy_console_has_lines: whether the cable has DTR and RTS, without which a reset sequence does nothing. */
gboolean gy_console_has_lines(GyConsole *console);

/** gy_console_set_line: asserts a line or not; nothing while the port is away, or where there is none. */
void gy_console_set_line(GyConsole *console, GyControlLine line, gboolean is_on);

/** gy_console_line: whether the line is asserted, by us: both are each time the port is opened. */
gboolean gy_console_line(GyConsole *console, GyControlLine line);

/** gy_console_can_break: whether the cable has a break condition. */
gboolean gy_console_can_break(GyConsole *console);

/** gy_console_send_break: a quarter of a second of break; nothing where there is none. */
void gy_console_send_break(GyConsole *console);

/** gy_console_close: ends it without a signal. Text that is queued is given to the port first if it takes it at once. */
void gy_console_close(GyConsole *console);
