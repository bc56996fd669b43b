// SPDX-License-Identifier: Apache-2.0
#include "engine/gang/attempt-state-private.h"

static void
on_stage(GyJob *job, GyStage stage, gint64 job_elapsed_ms, gpointer data)
{
	gy_attempt_tell(data, (GyTurnEvent){.kind = GY_TURN_STAGE, .stage = stage});
}

static void
on_progress(GyJob *job, gpointer data)
{
	GyTurnEvent event = {.kind = GY_TURN_PROGRESS};

	gy_job_progress(job, &event.progress);
	event.stage = event.progress.stage;
	event.fraction = event.progress.fraction;
	gy_attempt_tell(data, event);
}

static void
on_console(GyJob *job, GBytes *text, gpointer data)
{
	gy_attempt_tell(data, (GyTurnEvent){.kind = GY_TURN_CONSOLE, .bytes = text});
}

static void
on_log(GyJob *job, const char *sentence, gpointer data)
{
	gy_attempt_tell(data, (GyTurnEvent){.kind = GY_TURN_LOG, .text = sentence});
}

static void
on_ended(GyJob *job, gpointer data)
{
	GyAttempt *attempt = data;

	attempt->has_job_ended = TRUE;
}

static gboolean
on_stop(GCancellable *cancellable, gpointer data)
{
	gy_job_cancel(data);
	return G_SOURCE_REMOVE;
}

static GyJob *
make_job(GyAttempt *attempt)
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
run_job(GyAttempt *attempt, GyJob *job)
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

gboolean
gy_attempt_flash(GyAttempt *attempt, GError **error)
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
