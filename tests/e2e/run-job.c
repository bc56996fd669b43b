// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/run-job.h"

#include <string.h>

#include "protocol/wire/bytes.h"

#define LIMIT_S 60

GyJobOptions *
run_job_options(Board *board)
{
	GyJobOptions *options = gy_job_options_new();

	options->port = g_strdup(board->port);
	options->baud = board->baud;
	return options;
}

static void
on_console(GyJob *job, GBytes *text, RunJob *run)
{
	gsize size;
	const char *bytes = g_bytes_get_data(text, &size);

	g_string_append_len(run->console, bytes, (gssize) size);
}

static void
on_log(GyJob *job, const char *sentence, RunJob *run)
{
	g_string_append_printf(run->log, "%s\n", sentence);
	g_test_message("log: %s", sentence);
}

static void
on_stage(GyJob *job, GyStage stage, gint64 elapsed_ms, RunJob *run)
{
	g_test_message("%" G_GINT64_FORMAT " ms: %s", elapsed_ms, gy_stage_name(stage));
}

static void
on_progress(GyJob *job, RunJob *run)
{
	GyJobProgress progress;

	if (!run->on_progress)
		return;
	gy_job_progress(job, &progress);
	run->on_progress(&progress, run->data);
}

static void
on_ended(GyJob *job, RunJob *run)
{
	run->has_ended = TRUE;
}

RunJob *
run_job_new(GBytes *package, const GyJobOptions *options)
{
	GError *error = NULL;
	g_autoptr(GyPackage) loaded = gy_package_load_bytes(package, "test.fwpkg", &error);

	g_assert_no_error(error);
	return run_job_new_loaded(loaded, options);
}

RunJob *
run_job_new_loaded(GyPackage *package, const GyJobOptions *options)
{
	RunJob *run = g_new0(RunJob, 1);

	run->job = gy_job_new(package, options);
	run->console = g_string_new(NULL);
	run->log = g_string_new(NULL);
	g_signal_connect(run->job, "console", G_CALLBACK(on_console), run);
	g_signal_connect(run->job, "stage", G_CALLBACK(on_stage), run);
	g_signal_connect(run->job, "log", G_CALLBACK(on_log), run);
	g_signal_connect(run->job, "progress", G_CALLBACK(on_progress), run);
	g_signal_connect(run->job, "ended", G_CALLBACK(on_ended), run);
	return run;
}

static gboolean
too_long(gpointer data)
{
	RunJob *run = data;

	g_error("the job does not end in stage %s", gy_stage_name(gy_job_stage(run->job)));
	return G_SOURCE_REMOVE;
}

void
run_job(RunJob *run)
{
	guint timer = g_timeout_add_seconds(LIMIT_S, too_long, run);

	gy_job_start(run->job);
	while (!run->has_ended)
		g_main_context_iteration(NULL, TRUE);
	g_source_remove(timer);
}

/* A board that dies while it installs never answers. */
static void
on_board_died(GObject *process, GAsyncResult *result, gpointer data)
{
	GyJob *job = data;

	g_subprocess_wait_finish(G_SUBPROCESS(process), result, NULL);
	gy_job_cancel(job);
	g_object_unref(job);
}

void
run_job_on_dying_board(RunJob *run, Board *board)
{
	g_subprocess_wait_async(board->process, NULL, on_board_died, g_object_ref(run->job));
	run_job(run);
}

RunJob *
run_job_unchecked(GBytes *package, Board *board)
{
	g_autoptr(GyJobOptions) options = run_job_options(board);
	RunJob *run;

	options->skip_package_checks = TRUE;
	run = run_job_new(package, options);
	run_job(run);
	return run;
}

void
run_job_free(RunJob *run)
{
	g_signal_handlers_disconnect_by_data(run->job, run);
	g_object_unref(run->job);
	g_string_free(run->console, TRUE);
	g_string_free(run->log, TRUE);
	g_free(run);
}

void
assert_upgraded(RunJob *run)
{
	const GError *error = gy_job_error(run->job);

	if (error)
		g_test_message("%s [%s]", error->message, gy_error_code(error));
	g_assert_null(error);
	g_assert_cmpint(gy_job_state(run->job), ==, GY_JOB_DONE);
	g_assert_cmpstr(gy_outcome_name(gy_job_outcome(run->job)), ==, gy_outcome_name(GY_OUTCOME_UPGRADED));
}

void
assert_failed(RunJob *run, const char *code, GyOutcome outcome)
{
	const GError *error = gy_job_error(run->job);

	g_assert_nonnull(error);
	g_test_message("%s [%s]", error->message, gy_error_code(error));
	g_assert_cmpstr(gy_error_code(error), ==, code);
	g_assert_cmpstr(gy_outcome_name(gy_job_outcome(run->job)), ==, gy_outcome_name(outcome));
}

/* The identity of an image file: SHA-256 over its header and as much code as the header says. Spec 4.2. */
static char *
identity_of(const char *vector)
{
	g_autoptr(GBytes) bytes = vector_bytes(vector);
	gsize size;
	const guint8 *data = g_bytes_get_data(bytes, &size);
	gsize whole = 0x300 + gyw_get_u32le(data + 0x124);

	g_assert_cmpuint(whole, <=, size);
	return g_compute_checksum_for_data(G_CHECKSUM_SHA256, data, whole);
}

void
assert_runs(Board *board, const char *application, const char *version)
{
	GError *error = NULL;
	g_autoptr(GyDeviceInfo) info = gy_device_query(board->port, board->baud, 10000, NULL, &error);
	g_autofree char *expected = identity_of(application);

	g_assert_no_error(error);
	g_assert_cmpstr(info->digest, ==, expected);
	if (version)
		g_assert_cmpstr(info->version, ==, version);
}
