// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "engine/devices/port-names.h"
#include "engine/gang/attempt-private.h"
#include "engine/gang/command.h"
#include "protocol/host/error.h"

#define MS_PER_S     1000
#define LOG_MOST     65536
#define ASK_AGAIN_MS 200
#define FLASH_WEIGHT 12
#define NO_RECORDS   ":memory:"

/* One attempt: everything here belongs to the turn's thread, and to this attempt alone. */
typedef struct {
	const GyAttemptSetting *setting;
	const GyPlan *plan;
	GyRecord *record;
	GyRecord *shown; /* while the job's thread writes the record: what it was before; else NULL */
	GyRecords *records;
	GCancellable *cancellable; /* of the turn's, or of the deadline */
	gulong cancelled_id;
	gboolean is_late;
	gboolean is_begun; /* the record is in the database */
	gint64 began_us;
	GString *log;
	GString *steps;
	guint weight_done;
	guint weight_all;
	guint weight; /* of the step that runs */
	gboolean has_job_ended;
} Attempt;

/* ---- telling -------------------------------------------------------------------------------------------- */

static gint64
elapsed_ms(const Attempt *attempt)
{
	return (g_get_monotonic_time() - attempt->began_us) / MS_PER_S;
}

static void
tell(const Attempt *attempt, GyTurnEvent event)
{
	event.record = attempt->shown ? attempt->shown : attempt->record;
	event.elapsed_ms = elapsed_ms(attempt);
	event.fraction = ((double) attempt->weight_done + event.fraction * attempt->weight) /
			 MAX(attempt->weight_all, 1);
	attempt->setting->tell(&event, attempt->setting->data);
}

static void
note(Attempt *attempt, const char *sentence)
{
	if (attempt->log->len + strlen(sentence) < LOG_MOST)
		g_string_append_printf(
			attempt->log, "%8.1f s  %s\n", (double) elapsed_ms(attempt) / MS_PER_S, sentence);
}

static void
tell_log(Attempt *attempt, const char *sentence)
{
	note(attempt, sentence);
	tell(attempt, (GyTurnEvent){.kind = GY_TURN_LOG, .text = sentence});
}

/* ---- the beginning -------------------------------------------------------------------------------------- */

static guint
weight_of(const GyStep *step)
{
	return step->kind == GY_STEP_FLASH ? FLASH_WEIGHT : 1;
}

static void
describe(Attempt *attempt, guint index)
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
take_number(Attempt *attempt, guint index, const char *wanted, GError **error)
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
series_of(const Attempt *attempt)
{
	return attempt->plan->serials ? gy_serial_source_series(attempt->plan->serials) : "";
}

static gboolean
begin_with_number(Attempt *attempt, GError **error)
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
begin(Attempt *attempt, guint index, const char *wanted, GError **error)
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
		tell(attempt, (GyTurnEvent){.kind = GY_TURN_BEGAN});
		return TRUE;
	}
	g_propagate_error(error, g_steal_pointer(&problem));
	return FALSE;
}

/* ---- asking the board ----------------------------------------------------------------------------------- */

static void
take_device(Attempt *attempt, const GyDeviceInfo *device, gboolean after)
{
	GyRecord *record = attempt->record;

	if (after) {
		gy_record_set_text(&record->to_version, device->version);
	} else {
		gy_record_set_text(&record->device_id, device->device_id);
		gy_record_set_text(&record->chip, device->chip);
		gy_record_set_text(&record->board, device->board);
		gy_record_set_text(&record->from_version, device->version);
		record->hardware_id = device->hardware_id;
	}
	tell(attempt,
		(GyTurnEvent){.kind = GY_TURN_DEVICE, .text = after ? "after" : "before", .device = device});
}

static GyDeviceInfo *
query(Attempt *attempt, GError **error)
{
	const GyJobOptions *options = attempt->plan->options;

	if (options->agent_key)
		return gy_device_query_with_key(attempt->setting->port, options->baud, options->agent_key,
			attempt->cancellable, error);
	return gy_device_query(
		attempt->setting->port, options->baud, options->answer_ms, attempt->cancellable, error);
}

/* Whether a board that was just put in may still come up. */
static gboolean
may_come_up(const GError *error)
{
	return g_error_matches(error, GY_LINK_ERROR, GY_LINK_ERROR_NO_PORT) ||
	       g_error_matches(error, GY_LINK_ERROR, GY_LINK_ERROR_OPEN) ||
	       g_error_matches(error, GY_LINK_ERROR, GY_LINK_ERROR_NO_ANSWER) ||
	       g_error_matches(error, GY_LINK_ERROR, GY_LINK_ERROR_GONE);
}

static void
pause_ms(GCancellable *cancellable, gint ms)
{
	GPollFD poll_fd = {.fd = -1};
	gboolean can_wake = g_cancellable_make_pollfd(cancellable, &poll_fd);

	g_poll(&poll_fd, can_wake ? 1 : 0, ms);
	if (can_wake)
		g_cancellable_release_fd(cancellable);
}

/* (transfer full) (nullable) */
static GyDeviceInfo *
ask(Attempt *attempt, const GyStep *step, GError **error)
{
	gint64 until_us = g_get_monotonic_time() + (gint64) step->deadline_ms * MS_PER_S;

	for (;;) {
		g_autoptr(GError) problem = NULL;
		GyDeviceInfo *device = query(attempt, &problem);

		if (device)
			return device;
		if (!may_come_up(problem) || g_get_monotonic_time() >= until_us) {
			g_propagate_error(error, g_steal_pointer(&problem));
			return NULL;
		}
		pause_ms(attempt->cancellable, ASK_AGAIN_MS);
	}
}

static gboolean
identify(Attempt *attempt, const GyStep *step, GError **error)
{
	g_autoptr(GyDeviceInfo) device = ask(attempt, step, error);

	if (!device)
		return FALSE;
	take_device(attempt, device, FALSE);
	return gy_expectation_check(&attempt->plan->before, device, GY_ERROR_BOARD_OTHER, error);
}

/* What was flashed has been confirmed by the job already: what is left is what the station wants of it. */
static gboolean
confirm(Attempt *attempt, const GyStep *step, GError **error)
{
	g_autoptr(GyDeviceInfo) device = ask(attempt, step, error);

	if (!device)
		return FALSE;
	take_device(attempt, device, TRUE);
	return gy_expectation_check(&attempt->plan->after, device, GY_ERROR_BOARD_NOT_AS_WANTED, error);
}

/* ---- flashing ------------------------------------------------------------------------------------------- */

static void
on_stage(GyJob *job, GyStage stage, gint64 job_elapsed_ms, gpointer data)
{
	tell(data, (GyTurnEvent){.kind = GY_TURN_STAGE, .stage = stage});
}

static void
on_progress(GyJob *job, gpointer data)
{
	GyTurnEvent event = {.kind = GY_TURN_PROGRESS};

	gy_job_progress(job, &event.progress);
	event.stage = event.progress.stage;
	event.fraction = event.progress.fraction;
	tell(data, event);
}

static void
on_console(GyJob *job, GBytes *text, gpointer data)
{
	tell(data, (GyTurnEvent){.kind = GY_TURN_CONSOLE, .bytes = text});
}

static void
on_log(GyJob *job, const char *sentence, gpointer data)
{
	tell(data, (GyTurnEvent){.kind = GY_TURN_LOG, .text = sentence});
}

static void
on_ended(GyJob *job, gpointer data)
{
	Attempt *attempt = data;

	attempt->has_job_ended = TRUE;
}

static gboolean
on_stop(GCancellable *cancellable, gpointer data)
{
	gy_job_cancel(data);
	return G_SOURCE_REMOVE;
}

static GyJob *
make_job(Attempt *attempt)
{
	GyJobOptions options = *attempt->plan->options;
	GyJob *job;

	/* the job makes copies of all of it, but for the record */
	options.port = (char *) attempt->setting->port;
	options.package_path = attempt->plan->package_path;
	options.reset = gy_plan_has(attempt->plan, GY_STEP_CONFIRM);
	options.records = NULL;
	options.run_records = attempt->records;
	options.run_record = attempt->record;
	job = gy_job_new(attempt->setting->package, &options);
	g_signal_connect(job, "stage", G_CALLBACK(on_stage), attempt);
	g_signal_connect(job, "progress", G_CALLBACK(on_progress), attempt);
	g_signal_connect(job, "console", G_CALLBACK(on_console), attempt);
	g_signal_connect(job, "log", G_CALLBACK(on_log), attempt);
	g_signal_connect(job, "ended", G_CALLBACK(on_ended), attempt);
	return job;
}

static void
run_job(Attempt *attempt, GyJob *job)
{
	GMainContext *context = g_main_context_get_thread_default();
	g_autoptr(GSource) stop = g_cancellable_source_new(attempt->cancellable);

	g_source_set_callback(stop, G_SOURCE_FUNC(on_stop), job, NULL);
	g_source_attach(stop, context);
	attempt->has_job_ended = FALSE;
	gy_job_start(job);
	while (!attempt->has_job_ended)
		g_main_context_iteration(context, TRUE);
	g_source_destroy(stop);
}

static gboolean
flash(Attempt *attempt, GError **error)
{
	g_autoptr(GyJob) job = make_job(attempt);

	attempt->shown = gy_record_copy(attempt->record);
	run_job(attempt, job);
	g_signal_handlers_disconnect_by_data(job, attempt);
	g_clear_pointer(&attempt->shown, gy_record_free);
	if (attempt->record->log)
		g_string_append(attempt->log, attempt->record->log);
	if (gy_job_state(job) == GY_JOB_DONE)
		return TRUE;
	g_propagate_error(error, g_error_copy(gy_job_error(job)));
	return FALSE;
}

/* ---- commands ------------------------------------------------------------------------------------------- */

static void
on_command_line(const char *line, gpointer data)
{
	Attempt *attempt = data;
	g_autofree char *whole = g_strconcat(line, "\n", NULL);
	g_autoptr(GBytes) bytes = g_bytes_new(whole, strlen(whole));

	note(attempt, line);
	tell(attempt, (GyTurnEvent){.kind = GY_TURN_CONSOLE, .bytes = bytes});
}

static gboolean
run_command(Attempt *attempt, const GyStep *step, GError **error)
{
	return gy_command_step_run(step, attempt->plan->folder, attempt->record, attempt->cancellable,
		on_command_line, attempt, error);
}

static gboolean
run_hook(Attempt *attempt, const GyStep *hook, GError **error)
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
do_step(Attempt *attempt, const GyStep *step, GError **error)
{
	switch (step->kind) {
	case GY_STEP_IDENTIFY: return identify(attempt, step, error);
	case GY_STEP_FLASH: return flash(attempt, error);
	case GY_STEP_CONFIRM: return confirm(attempt, step, error);
	case GY_STEP_RUN:
	case GY_STEP_LABEL: return run_command(attempt, step, error);
	}
	return FALSE;
}

static gboolean
run_step(Attempt *attempt, const GyStep *step, GError **error)
{
	gint64 began_ms = elapsed_ms(attempt);
	gboolean done;

	attempt->weight = weight_of(step);
	tell(attempt, (GyTurnEvent){.kind = GY_TURN_STEP, .text = step->name});
	done = !g_cancellable_set_error_if_cancelled(attempt->cancellable, error) &&
	       do_step(attempt, step, error);
	g_string_append_printf(attempt->steps, "%s %" G_GINT64_FORMAT " %s\n", step->name,
		elapsed_ms(attempt) - began_ms, done ? "done" : "failed");
	attempt->weight_done += attempt->weight;
	return done;
}

static gboolean
run_steps(Attempt *attempt, GError **error)
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
judge(Attempt *attempt, GError **error)
{
	GyRecord *record = attempt->record;
	gboolean is_stopped = *error && g_str_equal(gy_error_code(*error), "job/cancelled");

	if (is_stopped && attempt->is_late) {
		g_clear_error(error);
		g_set_error(error, GY_ERROR, GY_ERROR_CHECK_TIMEOUT, "the attempt took longer than %u s",
			attempt->plan->deadline_ms / MS_PER_S);
		is_stopped = FALSE;
	}
	record->result = !*error ? GY_RECORD_DONE : is_stopped ? GY_RECORD_STOPPED : GY_RECORD_FAILED;
	gy_record_set_text(&record->code, *error ? gy_error_code(*error) : NULL);
	gy_record_set_text(&record->message, *error ? (*error)->message : NULL);
	record->total_ms = elapsed_ms(attempt);
	gy_record_set_text(&record->log, attempt->log->str);
	gy_record_set_text(&record->steps, attempt->steps->str);
	/* a clock that was set back must not make a run end before it began */
	record->ended_ms = MAX(g_get_real_time() / MS_PER_S, record->started_ms);
}

/* The hook knows how the board did; when it fails itself, the board is not let go. */
static void
run_post_hook(Attempt *attempt, GError **error)
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
store(Attempt *attempt, guint index, GError **error)
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
	Attempt *attempt = data;

	attempt->is_late = TRUE;
	g_cancellable_cancel(attempt->cancellable);
	return G_SOURCE_REMOVE;
}

/* (transfer full) (nullable): the source of the whole attempt's deadline. */
static GSource *
watch_deadline(Attempt *attempt)
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
start(Attempt *attempt, const GyAttemptSetting *setting)
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
finish(Attempt *attempt)
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
	Attempt attempt = {0};
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
	tell(&attempt, (GyTurnEvent){.kind = GY_TURN_ATTEMPTED, .error = problem});
	if (problem)
		g_propagate_error(error, g_steal_pointer(&problem));
	return finish(&attempt);
}
