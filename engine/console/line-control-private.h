// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/console/console.h"
#include "protocol/host/transport/transport.h"

/**
 * GyLineControl:
 *
 * What people ask of a console's cable beside text: a break, and the levels of its control lines. They ask from any
 * thread; the thread that has the port does it.
 */
typedef struct {
	GMutex lock;
	gboolean is_open; /* whether anything is taken */
	gboolean wants_break;
	GyLine wanted[GY_N_CONTROL_LINES];
	gboolean is_on[GY_N_CONTROL_LINES];
	gint64 break_ends_ms; /* of the port's thread; 0: there is no break */
} GyLineControl;

void gy_line_control_init(GyLineControl *control);
void gy_line_control_clear(GyLineControl *control);

/** gy_line_control_set_open: whether the port is; forgets what was asked before. A port that is opened asserts its lines. */
void gy_line_control_set_open(GyLineControl *control, gboolean is_open);

/* from any thread */
void gy_line_control_ask_break(GyLineControl *control);
void gy_line_control_ask_line(GyLineControl *control, GyControlLine line, gboolean is_on);
gboolean gy_line_control_is_on(GyLineControl *control, GyControlLine line);

/* on the port's thread */

/** gy_line_control_step: does what was asked. Returns: %FALSE with the transport's error */
gboolean gy_line_control_step(GyLineControl *control, GyTransport *transport, gint64 now_ms,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_line_control_note: somebody else may have set the lines. */
void gy_line_control_note(GyLineControl *control, GyTransport *transport);

/** gy_line_control_due_ms: when it wants to be called again; %G_MAXINT64: never. */
gint64 gy_line_control_due_ms(const GyLineControl *control);

/** gy_line_control_leave: the line is not left in a break. */
gboolean gy_line_control_leave(
	GyLineControl *control, GyTransport *transport, GError **error) G_GNUC_WARN_UNUSED_RESULT;
