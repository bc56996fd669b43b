// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/devices/port-names.h"
#include "engine/gang/attempt-state-private.h"
#include "engine/gang/command.h"

#define MS_PER_S     1000
#define LOG_MOST     65536
#define FLASH_WEIGHT 12
#define NO_RECORDS   ":memory:"

/* ---- telling -------------------------------------------------------------------------------------------- */

gint64
gy_attempt_elapsed_ms(const GyAttempt *attempt)
{
	return (g_get_monotonic_time() - attempt->began_us) / MS_PER_S;
}

void
gy_attempt_tell(const GyAttempt *attempt, GyTurnEvent event)
{
	event.record = attempt->shown ? attempt->shown : attempt->record;
	event.elapsed_ms = gy_attempt_elapsed_ms(attempt);
	event.fraction = ((double) attempt->weight_done + event.fraction * attempt->weight) /
			 MAX(attempt->weight_all, 1);
	attempt->setting->tell(&event, attempt->setting->data);
}

static void
note(GyAttempt *attempt, const char *sentence)
{
	if (attempt->log->len + strlen(sentence) < LOG_MOST)
		g_string_append_printf(attempt->log, "%8.1f s  %s\n",
			(double) gy_attempt_elapsed_ms(attempt) / MS_PER_S, sentence);
}

static void
tell_log(GyAttempt *attempt, const char *sentence)
{
	note(attempt, sentence);
	gy_attempt_tell(attempt, (GyTurnEvent){.kind = GY_TURN_LOG, .text = sentence});
}

/* ---- the beginning -------------------------------------------------------------------------------------- */

static guint
weight_of(const GyStep *step)
{
	return step->kind == GY_STEP_FLASH ? FLASH_WEIGHT : 1;
}

static void
describe(GyAttempt *attempt, guint index)
{
	const GyAttemptSetting *setting = attempt->setting;
	GyRecord *record = attempt->record;
	g_autofree char *place = gy_port_place(setting->port);

	record->started_ms = g_get_real_time() / MS_PER_S;
	record->attempt = index;
	gy_record_set_text(&record->port, setting->port);
	gy_record_set_text(&record->place, place);
	gy_record_set_text(&record->station, setting->plan->station);
	gy_record_set_text(&record->operator_name, setting->plan->operator_name);
	gy_record_set_text(&record->slot, setting->slot);
	gy_record_set_text(&record->host, g_get_host_name());
	gy_record_set_text(&record->host_version, GANTRY_VERSION);
	gy_record_set_text(&record->package, setting->plan->package_path);
}

/* A number that an attempt before has kept is reserved already. */
static gboolean
take_number(GyAttempt *attempt, guint index, const char *wanted, GError **error)
{
	const GySerialSource *source = attempt->plan->serials;
	g_autofree char *number = NULL;

	if (!source)
		return TRUE;
	if (index > 1 && wanted) {
		number = g_strdup(wanted);
	} else {
		const GySerialHolder holder = {
			gy_serial_source_series(source), attempt->plan->station, attempt->setting->slot};

		number = gy_serial_source_reserve(source, attempt->records, &holder, wanted, error);
	}
	gy_record_set_text(&attempt->record->serial_number, number);
	return number != NULL;
}

static const char *
series_of(const GyAttempt *attempt)
{
	return attempt->plan->serials ? gy_serial_source_series(attempt->plan->serials) : "";
}

static gboolean
begin_with_number(GyAttempt *attempt, GError **error)
{
	const char *number = attempt->record->serial_number;

	if (gy_records_begin_board(attempt->records, attempt->record, series_of(attempt), error))
		return TRUE;
	if (number && !gy_serials_release(attempt->records, series_of(attempt), number, NULL))
		g_debug("%s stays reserved while this program runs", number);
	return FALSE;
}

/*
 * Nothing is done to a board before its record and its number are on the disk: a line that cannot write stops here. A board
 * that gets no number is recorded too, without one.
 */
static gboolean
begin(GyAttempt *attempt, guint index, const char *wanted, GError **error)
{
	const char *path = attempt->plan->records ? attempt->plan->records : NO_RECORDS;
	g_autoptr(GError) problem = NULL;

	attempt->records = gy_records_open(path, error);
	if (!attempt->records)
		return FALSE;
	if (!take_number(attempt, index, wanted, &problem))
		attempt->is_begun = gy_records_begin(attempt->records, attempt->record, NULL);
	else
		attempt->is_begun = begin_with_number(attempt, &problem);
	if (!problem) {
		gy_attempt_tell(attempt, (GyTurnEvent){.kind = GY_TURN_BEGAN});
		return TRUE;
	}
	g_propagate_error(error, g_steal_pointer(&problem));
	return FALSE;
}

/* ---- commands ------------------------------------------------------------------------------------------- */

static void
on_command_line(const char *line, gpointer data)
{
	GyAttempt *attempt = data;
	g_autofree char *whole = g_strconcat(line, "\n", NULL);
	g_autoptr(GBytes) bytes = g_bytes_new(whole, strlen(whole));

	note(attempt, line);
	gy_attempt_tell(attempt, (GyTurnEvent){.kind = GY_TURN_CONSOLE, .bytes = bytes});
}

static gboolean
run_command(GyAttempt *attempt, const GyStep *step, GError **error)
{
	return gy_command_step_run(step, attempt->plan->folder, attempt->record, attempt->cancellable,
		on_command_line, attempt, error);
}

static gboolean
run_hook(GyAttempt *attempt, const GyStep *hook, GError **error)
{
	g_autoptr(GError) problem = NULL;

	if (!hook || run_command(attempt, hook, &problem))
		return TRUE;
	if (g_error_matches(problem, GY_ERROR, GY_ERROR_CANCELLED))
		g_propagate_error(error, g_steal_pointer(&problem));
	else
		g_set_error(error, GY_ERROR, GY_ERROR_HOOK_FAILED, "%s", problem->message);
	return FALSE;
}

/* ---- the steps ------------------------------------------------------------------------------------------ */

static gboolean
do_step(GyAttempt *attempt, const GyStep *step, GError **error)
{
	switch (step->kind) {
	case GY_STEP_IDENTIFY: return gy_attempt_identify(attempt, step, error);
	case GY_STEP_FLASH: return gy_attempt_flash(attempt, error);
	case GY_STEP_CONFIRM: return gy_attempt_confirm(attempt, step, error);
	case GY_STEP_RUN:
	case GY_STEP_LABEL: return run_command(attempt, step, error);
	}
	return FALSE;
}

static gboolean
run_step(GyAttempt *attempt, const GyStep *step, GError **error)
{
	gint64 began_ms = gy_attempt_elapsed_ms(attempt);
	gboolean done;

	attempt->weight = weight_of(step);
	gy_attempt_tell(attempt, (GyTurnEvent){.kind = GY_TURN_STEP, .text = step->name});
	done = !g_cancellable_set_error_if_cancelled(attempt->cancellable, error) &&
	       do_step(attempt, step, error);
	g_string_append_printf(attempt->steps, "%s %" G_GINT64_FORMAT " %s\n", step->name,
		gy_attempt_elapsed_ms(attempt) - began_ms, done ? "done" : "failed");
	attempt->weight_done += attempt->weight;
	return done;
}

static gboolean
run_steps(GyAttempt *attempt, GError **error)
{
	const GPtrArray *steps = attempt->plan->steps;

	if (!run_hook(attempt, attempt->plan->pre_hook, error))
		return FALSE;
	for (guint i = 0; i < steps->len; i++)
		if (!run_step(attempt, g_ptr_array_index(steps, i), error))
			return FALSE;
	return TRUE;
}

/* ---- the end -------------------------------------------------------------------------------------------- */

static void
judge(GyAttempt *attempt, GError **error)
{
	GyRecord *record = attempt->record;
	gboolean is_stopped = *error && g_str_equal(gy_error_code(*error), "job/cancelled");

	if (is_stopped && attempt->is_late) {
		g_clear_error(error);
		g_set_error(error, GY_ERROR, GY_ERROR_CHECK_TIMEOUT, _("the attempt took longer than %u s"),
			attempt->plan->deadline_ms / MS_PER_S);
		is_stopped = FALSE;
	}
	record->result = !*error ? GY_RECORD_DONE : is_stopped ? GY_RECORD_STOPPED : GY_RECORD_FAILED;
	gy_record_set_text(&record->code, *error ? gy_error_code(*error) : NULL);
	gy_record_set_text(&record->message, *error ? (*error)->message : NULL);
	record->total_ms = gy_attempt_elapsed_ms(attempt);
	gy_record_set_text(&record->log, attempt->log->str);
	gy_record_set_text(&record->steps, attempt->steps->str);
	/* a clock that was set back must not make a run end before it began */
	record->ended_ms = MAX(g_get_real_time() / MS_PER_S, record->started_ms);
}

/* The hook knows how the board did; when it fails itself, the board is not let go. */
static void
run_post_hook(GyAttempt *attempt, GError **error)
{
	g_autoptr(GError) problem = NULL;

	if (!attempt->is_begun || !attempt->plan->post_hook)
		return;
	judge(attempt, error);
	if (run_hook(attempt, attempt->plan->post_hook, &problem))
		return;
	if (*error)
		tell_log(attempt, problem->message);
	else
		g_propagate_error(error, g_steal_pointer(&problem));
}

static void
store(GyAttempt *attempt, guint index, GError **error)
{
	gboolean keep = gy_attempt_goes_on(attempt->plan, attempt->record, index);
	g_autoptr(GError) problem = NULL;

	if (!attempt->is_begun || gy_records_complete_board(attempt->records, attempt->record,
					  series_of(attempt), keep, &problem))
		return;
	/* what is not on the disk is no PASS: the number stays in doubt */
	if (!*error)
		g_propagate_error(error, g_steal_pointer(&problem));
	else
		tell_log(attempt, problem->message);
	attempt->record->result = GY_RECORD_FAILED;
	gy_record_set_text(&attempt->record->code, gy_error_code(*error));
	gy_record_set_text(&attempt->record->message, (*error)->message);
}

gboolean
gy_attempt_goes_on(const GyPlan *plan, const GyRecord *record, guint index)
{
	return index < plan->attempts && record->result == GY_RECORD_FAILED && record->code &&
	       gy_plan_retries(plan, record->code);
}

/* ---- all of it ------------------------------------------------------------------------------------------ */

static void
on_turn_cancelled(GCancellable *cancellable, gpointer data)
{
	g_cancellable_cancel(data);
}

static gboolean
on_deadline(gpointer data)
{
	GyAttempt *attempt = data;

	attempt->is_late = TRUE;
	g_cancellable_cancel(attempt->cancellable);
	return G_SOURCE_REMOVE;
}

/* (transfer full) (nullable): the source of the whole attempt's deadline. */
static GSource *
watch_deadline(GyAttempt *attempt)
{
	GSource *source;

	if (attempt->plan->deadline_ms == 0)
		return NULL;
	source = g_timeout_source_new(attempt->plan->deadline_ms);
	g_source_set_callback(source, on_deadline, attempt, NULL);
	g_source_attach(source, g_main_context_get_thread_default());
	return source;
}

static void
start(GyAttempt *attempt, const GyAttemptSetting *setting)
{
	const GPtrArray *steps = setting->plan->steps;

	attempt->setting = setting;
	attempt->plan = setting->plan;
	attempt->record = gy_record_new();
	attempt->began_us = g_get_monotonic_time();
	attempt->log = g_string_new(NULL);
	attempt->steps = g_string_new(NULL);
	attempt->cancellable = g_cancellable_new();
	for (guint i = 0; i < steps->len; i++)
		attempt->weight_all += weight_of(g_ptr_array_index(steps, i));
	attempt->cancelled_id = g_cancellable_connect(
		setting->cancellable, G_CALLBACK(on_turn_cancelled), attempt->cancellable, NULL);
}

static GyRecord *
finish(GyAttempt *attempt)
{
	g_cancellable_disconnect(attempt->setting->cancellable, attempt->cancelled_id);
	g_object_unref(attempt->cancellable);
	gy_records_close(attempt->records);
	g_string_free(attempt->log, TRUE);
	g_string_free(attempt->steps, TRUE);
	return attempt->record;
}

GyRecord *
gy_attempt_run(const GyAttemptSetting *setting, guint index, const char *number, GError **error)
{
	GyAttempt attempt = {0};
	g_autoptr(GError) problem = NULL;
	g_autoptr(GSource) deadline = NULL;

	start(&attempt, setting);
	describe(&attempt, index);
	deadline = watch_deadline(&attempt);
	if (begin(&attempt, index, number, &problem))
		run_steps(&attempt, &problem);
	run_post_hook(&attempt, &problem);
	judge(&attempt, &problem);
	store(&attempt, index, &problem);
	if (deadline)
		g_source_destroy(deadline);
	gy_attempt_tell(&attempt, (GyTurnEvent){.kind = GY_TURN_ATTEMPTED, .error = problem});
	if (problem)
		g_propagate_error(error, g_steal_pointer(&problem));
	return finish(&attempt);
}
