// SPDX-License-Identifier: Apache-2.0
#include "engine/job/run-private.h"

#include <glib/gi18n-lib.h>

#define CANCEL_MS 3000

/* ---- leaving a clean device behind ---- */

/* Waits for the end of one operation of the session; whether it went through. */
static gboolean
wait_for_operation(GyRun *run, GyOperation operation)
{
	gint64 until_ms = gy_pump_now() + CANCEL_MS;

	while (gy_pump_now() < until_ms) {
		g_auto(GySessionEvent) event = {0};

		if (gy_session_next_event(run->session, &event)) {
			if (event.type == GY_SESSION_EVENT_DONE && event.operation == operation)
				return TRUE;
			if (event.type == GY_SESSION_EVENT_REFUSED || event.type == GY_SESSION_EVENT_ERROR)
				return FALSE;
			continue;
		}
		gy_pump_turn(run->pump, until_ms, NULL);
	}
	return FALSE;
}

static void
withdraw(GyRun *run)
{
	if (run->stage < GY_STAGE_PREPARE || run->stage >= GY_STAGE_REBOOT || !gy_pump_is_open(run->pump))
		return;
	/* the operation under way gives no event after this one has begun */
	gy_session_cancel(run->session, gy_pump_now());
	if (!wait_for_operation(run, GY_OPERATION_CANCEL))
		return;
	if (run->outcome == GY_OUTCOME_ARMED && !run->armed)
		run->outcome = GY_OUTCOME_STORAGE_LOST;
}

static void
disarm(GyRun *run)
{
	if (!run->armed || run->stage != GY_STAGE_TRIGGER || !gy_pump_is_open(run->pump))
		return;
	gy_session_disarm(run->session, gy_pump_now());
	if (wait_for_operation(run, GY_OPERATION_DISARM)) {
		run->armed = FALSE;
		run->outcome = GY_OUTCOME_STORAGE_LOST;
	} else {
		gy_job_tell_log(run->job,
			_("The device could not be disarmed: its next reset may install the package"));
		run->outcome = GY_OUTCOME_ARMED;
	}
}

void
gy_run_leave(GyRun *run)
{
	disarm(run);
	withdraw(run);
}

/* ---- the end ---- */

/* Without having been let in, nothing was asked for. */
static gboolean
was_kept_out(const GyRun *run)
{
	return g_error_matches(run->error, GY_LINK_ERROR, GY_LINK_ERROR_AUTH_REQUIRED) ||
	       g_error_matches(run->error, GY_LINK_ERROR, GY_LINK_ERROR_AUTH_REFUSED);
}

void
gy_run_settle(GyRun *run)
{
	/* the transfer and what follows it come after the erase; a refusal before it is sure to have changed nothing */
	gboolean is_past_erase = run->stage >= GY_STAGE_TRANSFER;
	gboolean may_have_erased =
		run->stage == GY_STAGE_PREPARE && run->error && !run->is_refused && !was_kept_out(run);

	if (run->outcome == GY_OUTCOME_UNTOUCHED && (is_past_erase || may_have_erased))
		run->outcome = GY_OUTCOME_STORAGE_LOST;
	if (run->stage == GY_STAGE_REBOOT && run->error)
		run->outcome = GY_OUTCOME_ARMED;
	if (!run->error && run->stage == GY_STAGE_CONFIRM)
		run->outcome = GY_OUTCOME_UPGRADED;
}

void
gy_run_fill_report(GyRun *run)
{
	gint64 now_ms = gy_pump_now();
	GySessionCounters counters = {0};
	gint64 line_ms;

	run->report.stage_ms[run->stage] += now_ms - run->estimate.stage_started_ms;
	run->report.total_ms = now_ms - run->estimate.started_ms;
	run->report.bytes = run->payload ? g_bytes_get_size(run->payload) : 0;
	run->report.compressed = run->stream ? g_bytes_get_size(run->stream) : 0;
	if (!run->pump)
		return;
	gy_session_get_counters(run->session, &counters);
	run->report.bytes_resent = counters.payload_bytes_resent;
	run->report.frames_resent = counters.frames_resent;
	run->report.frames_failed = counters.candidates_failed;
	run->report.reconnects = gy_pump_reconnects(run->pump);
	line_ms = counters.last_ack_ms - counters.first_data_ms;
	if (line_ms > 0 && run->payload && gy_run_line_bytes(run) > run->resumed_at && run->report.baud > 0)
		run->report.efficiency = (double) (gy_run_line_bytes(run) - run->resumed_at) * 10 * 1000 /
					 ((double) run->report.baud * (double) line_ms);
}
