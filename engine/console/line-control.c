// SPDX-License-Identifier: Apache-2.0
#include "engine/console/line-control-private.h"

#define BREAK_MS 250

void
gy_line_control_init(GyLineControl *control)
{
	g_mutex_init(&control->lock);
	gy_line_control_set_open(control, FALSE);
}

void
gy_line_control_clear(GyLineControl *control)
{
	g_mutex_clear(&control->lock);
}

void
gy_line_control_set_open(GyLineControl *control, gboolean is_open)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&control->lock);

	control->is_open = is_open;
	control->wants_break = FALSE;
	control->break_ends_ms = 0;
	for (guint i = 0; i < GY_N_CONTROL_LINES; i++) {
		control->wanted[i] = GY_LINE_KEEP;
		control->is_on[i] = is_open;
	}
}

/* ---- asking --------------------------------------------------------------------------------------------- */

void
gy_line_control_ask_break(GyLineControl *control)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&control->lock);

	control->wants_break = control->is_open;
}

void
gy_line_control_ask_line(GyLineControl *control, GyControlLine line, gboolean is_on)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&control->lock);

	if (!control->is_open)
		return;
	control->wanted[line] = is_on ? GY_LINE_HIGH : GY_LINE_LOW;
	control->is_on[line] = is_on;
}

gboolean
gy_line_control_is_on(GyLineControl *control, GyControlLine line)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&control->lock);

	return control->is_on[line];
}

/* ---- doing ---------------------------------------------------------------------------------------------- */

/* What was asked since the last time; nothing is held while the port is spoken to. */
static gboolean
take_requests(GyLineControl *control, GyLine wanted[GY_N_CONTROL_LINES])
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&control->lock);
	gboolean wants_break = control->wants_break;

	control->wants_break = FALSE;
	for (guint i = 0; i < GY_N_CONTROL_LINES; i++) {
		wanted[i] = control->wanted[i];
		control->wanted[i] = GY_LINE_KEEP;
	}
	return wants_break;
}

static gboolean
step_break(GyLineControl *control, GyTransport *transport, gboolean wants, gint64 now_ms, GError **error)
{
	if (wants && control->break_ends_ms == 0) {
		control->break_ends_ms = now_ms + BREAK_MS;
		return gy_transport_set_break(transport, TRUE, error);
	}
	if (control->break_ends_ms != 0 && now_ms >= control->break_ends_ms) {
		control->break_ends_ms = 0;
		return gy_transport_set_break(transport, FALSE, error);
	}
	return TRUE;
}

gboolean
gy_line_control_step(GyLineControl *control, GyTransport *transport, gint64 now_ms, GError **error)
{
	GyLine wanted[GY_N_CONTROL_LINES];
	gboolean wants_break = take_requests(control, wanted);
	GyLine dtr = wanted[GY_CONTROL_DTR], rts = wanted[GY_CONTROL_RTS];

	if ((dtr != GY_LINE_KEEP || rts != GY_LINE_KEEP) &&
		!gy_transport_set_lines(transport, dtr, rts, error))
		return FALSE;
	return step_break(control, transport, wants_break, now_ms, error);
}

void
gy_line_control_note(GyLineControl *control, GyTransport *transport)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&control->lock);
	GyLine found[GY_N_CONTROL_LINES];

	gy_transport_get_lines(transport, &found[GY_CONTROL_DTR], &found[GY_CONTROL_RTS]);
	for (guint i = 0; i < GY_N_CONTROL_LINES; i++)
		/* what is asked for and not done yet counts as done */
		if (control->wanted[i] == GY_LINE_KEEP)
			control->is_on[i] = found[i] == GY_LINE_HIGH;
}

gint64
gy_line_control_due_ms(const GyLineControl *control)
{
	return control->break_ends_ms != 0 ? control->break_ends_ms : G_MAXINT64;
}

gboolean
gy_line_control_leave(GyLineControl *control, GyTransport *transport, GError **error)
{
	gboolean is_in_break = control->break_ends_ms != 0;

	control->break_ends_ms = 0;
	return !is_in_break || gy_transport_set_break(transport, FALSE, error);
}
