// SPDX-License-Identifier: Apache-2.0
#include <glib.h>
#include <string.h>

#include "engine/job/boot.h"
#include "engine/job/edges.h"
#include "engine/job/progress.h"
#include "engine/job/refusal.h"

/* ---- the state machine ---- */

static void
walk(const GyJobEvent *events, GyJobState end, GyStage last)
{
	GyStage stage = GY_STAGE_CONNECT;
	GyJobState state = GY_JOB_RUNNING;

	for (guint i = 0; events[i] != GY_JOB_EVENT_NONE; i++) {
		g_assert_cmpint(state, ==, GY_JOB_RUNNING);
		state = gy_job_edge(stage, events[i], &stage);
	}
	g_assert_cmpint(state, ==, end);
	g_assert_cmpint(stage, ==, last);
}

static void
test_edges_whole_road(void)
{
	const GyJobEvent events[] = {GY_JOB_EVENT_OPENED, GY_JOB_EVENT_ANSWERED, GY_JOB_EVENT_ACCEPTED,
		GY_JOB_EVENT_READY, GY_JOB_EVENT_STORED, GY_JOB_EVENT_VERIFIED, GY_JOB_EVENT_ARMED,
		GY_JOB_EVENT_RESET, GY_JOB_EVENT_CONFIRMED, GY_JOB_EVENT_NONE};

	walk(events, GY_JOB_DONE, GY_STAGE_CONFIRM);
}

static void
test_edges_dry_run(void)
{
	const GyJobEvent events[] = {
		GY_JOB_EVENT_OPENED, GY_JOB_EVENT_ANSWERED, GY_JOB_EVENT_CHECKED_ONLY, GY_JOB_EVENT_NONE};

	walk(events, GY_JOB_DONE, GY_STAGE_CHECK);
}

static void
test_edges_no_reset(void)
{
	const GyJobEvent events[] = {GY_JOB_EVENT_OPENED, GY_JOB_EVENT_ANSWERED, GY_JOB_EVENT_ACCEPTED,
		GY_JOB_EVENT_READY, GY_JOB_EVENT_STORED, GY_JOB_EVENT_VERIFIED, GY_JOB_EVENT_ARMED_ONLY,
		GY_JOB_EVENT_NONE};

	walk(events, GY_JOB_DONE, GY_STAGE_TRIGGER);
}

/* Nothing is armed that was not verified, whatever comes: only one event leads on from each stage. */
static void
test_edges_no_short_cut(void)
{
	guint onward[GY_N_STAGES] = {0};

	for (guint stage = 0; stage < GY_N_STAGES; stage++) {
		for (guint event = 0; event < GY_JOB_N_EVENTS; event++) {
			GyStage next;
			GyJobState state = gy_job_edge((GyStage) stage, (GyJobEvent) event, &next);

			if (state == GY_JOB_RUNNING) {
				g_assert_cmpuint(next, ==, stage + 1);
				onward[stage]++;
			}
			if (event == GY_JOB_EVENT_FAILED)
				g_assert_cmpint(state, ==, GY_JOB_FAILED);
		}
	}
	for (guint stage = 0; stage < GY_STAGE_CONFIRM; stage++)
		g_assert_cmpuint(onward[stage], ==, 1);
	g_assert_cmpuint(onward[GY_STAGE_CONFIRM], ==, 0);
}

/* ---- progress ---- */

static void
look(GyEstimate *estimate, gint64 now_ms, double *last, GyJobProgress *progress)
{
	gy_estimate_look(estimate, now_ms, progress);
	g_assert_cmpfloat(progress->fraction, >=, *last);
	g_assert_cmpfloat(progress->fraction, <, 0.995);
	*last = progress->fraction;
}

static void
test_progress_never_goes_back(void)
{
	GyEstimate estimate;
	GyJobProgress progress;
	struct gyw_info info = {.storage_size = 1 << 20, .times_ms = {20000, 10, 8000, 90000}};
	gint64 now_ms = 1000;
	double last = 0;

	gy_estimate_start(&estimate, 500000, 115200, TRUE, now_ms);
	for (guint stage = 0; stage < GY_N_STAGES; stage++) {
		gy_estimate_stage(&estimate, (GyStage) stage, now_ms);
		if (stage == GY_STAGE_CHECK)
			gy_estimate_device(&estimate, &info, 500000);
		for (guint i = 0; i <= 20; i++, now_ms += g_test_rand_int_range(1, 4000)) {
			/* a transfer that starts again in the middle */
			guint64 done = stage == GY_STAGE_TRANSFER ? (i % 11) * 50000 : 0;

			if (stage == GY_STAGE_TRANSFER)
				gy_estimate_done(&estimate, done, 500000, now_ms);
			look(&estimate, now_ms, &last, &progress);
		}
	}
	g_assert_cmpfloat(last, >, 0.9);
}

static void
test_progress_rate_is_that_of_the_last_seconds(void)
{
	GyEstimate estimate;
	GyJobProgress progress;
	gint64 now_ms = 0;
	guint64 done = 0;

	gy_estimate_start(&estimate, 1000000, 921600, TRUE, now_ms);
	gy_estimate_stage(&estimate, GY_STAGE_TRANSFER, now_ms);
	for (; now_ms < 5000; now_ms += 20, done += 200)
		gy_estimate_done(&estimate, done, 1000000, now_ms);
	gy_estimate_look(&estimate, now_ms, &progress);
	g_assert_cmpfloat_with_epsilon(progress.rate, 10000, 300);
	for (; now_ms < 10000; now_ms += 20, done += 1000)
		gy_estimate_done(&estimate, done, 1000000, now_ms);
	gy_estimate_look(&estimate, now_ms, &progress);
	g_assert_cmpfloat_with_epsilon(progress.rate, 50000, 1500);
	g_assert_cmpfloat_with_epsilon(progress.seconds_left, (1000000.0 - (double) done) / 50000 + 3.9, 2);
}

/* ---- confirming ---- */

static void
add(GyBootText *boot, const char *text)
{
	gy_boot_text_add(boot, (const guint8 *) text, strlen(text));
}

static void
test_boot_text_is_read_in_any_pieces(void)
{
	const char *text = "\r\nneed upgrade\r\n[UPG] upg percent : 7 %\r[UPG] upg percent : 64 %\r"
			   "[UPG] upg percent : 100 %\nupgrade success, reset now\r\n";
	GyBootText boot;

	gy_boot_text_start(&boot);
	for (const char *at = text; *at; at++) {
		char piece[2] = {*at, 0};

		add(&boot, piece);
	}
	g_assert_cmpint(boot.percent, ==, 100);
	g_assert_true(boot.says_success);
	g_assert_false(boot.says_failure);
}

static void
test_boot_text_survives_nonsense(void)
{
	GyBootText boot;
	char *long_line = g_strnfill(5000, 'x');

	gy_boot_text_start(&boot);
	add(&boot, long_line);
	add(&boot, "\n[UPG] upg percent : 4000 %\r[UPG] upg percent : -3 %\r[UPG] upg percent : x\r");
	g_assert_cmpint(boot.percent, ==, -1);
	add(&boot, "upgrade failed, reset now\r\n");
	g_assert_true(boot.says_failure);
	g_free(long_line);
}

static const struct {
	const char *name;
	guint32 before_ms;
	gint64 passed_ms;
	guint32 now_ms;
	gboolean restarted;
} restarts[] = {
	{"same-boot", 5000, 1000, 6000, FALSE},
	{"same-boot-slow-clock", 5000, 60000, 64000, FALSE},
	{"same-boot-fast-clock", 5000, 60000, 66000, FALSE},
	{"restarted", 50000, 20000, 300, TRUE},
	{"restarted-and-up-longer-than-before", 1000, 60000, 5000, TRUE},
	{"restarted-soon-after-start", 400, 300, 100, TRUE},
};

static void
test_restart(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	GyRestart restart = {.uptime_ms = restarts[i].before_ms, .asked_ms = 7000};

	g_assert_cmpint(gy_restart_seen(&restart, restarts[i].now_ms, 7000 + restarts[i].passed_ms), ==,
		restarts[i].restarted);
}

/* ---- refusals ---- */

static void
test_refusal_names_operation_cause_and_code(void)
{
	struct gyw_refusal refusal = {
		.operation = GYW_DATA, .cause = GYW_CAUSE_STORE, .code = 0x80003049, .detail = 4096};
	g_autoptr(GError) error = gy_refusal_to_error(&refusal, TRUE);

	g_assert_error(error, GY_ERROR, GY_ERROR_DEVICE_STORE);
	g_assert_nonnull(strstr(error->message, "4096"));
	g_assert_nonnull(strstr(error->message, "0x80003049"));
	g_assert_nonnull(strstr(error->message, "failed to store"));
	g_assert_null(strstr(error->message, "flash"));

	/* of a system whose codes are known */
	g_clear_error(&error);
	refusal.backend = 1;
	error = gy_refusal_to_error(&refusal, TRUE);
	g_assert_nonnull(strstr(error->message, "0x80003049: the flash could not be written"));
}

/* A cause of a newer agent still gives a sentence and a code. */
static void
test_refusal_every_cause_has_a_device_code(void)
{
	for (guint cause = 0; cause < 256; cause++) {
		struct gyw_refusal refusal = {.operation = GYW_BEGIN, .cause = (guint16) cause, .detail = 1};
		g_autoptr(GError) error = gy_refusal_to_error(&refusal, FALSE);
		int status = gy_error_exit_status(error);

		g_assert_true(g_str_has_prefix(gy_error_code(error), "device/") ||
			      g_str_has_prefix(gy_error_code(error), "upgrade/"));
		g_assert_true(status == 6 || status == 7);
		g_assert_null(strchr(error->message, '%'));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/job/edges/the-whole-road-leads-to-done", test_edges_whole_road);
	g_test_add_func("/job/edges/a-dry-run-ends-after-the-check", test_edges_dry_run);
	g_test_add_func("/job/edges/without-reset-it-ends-armed", test_edges_no_reset);
	g_test_add_func("/job/edges/no-stage-is-skipped", test_edges_no_short_cut);
	g_test_add_func("/job/progress/never-goes-back", test_progress_never_goes_back);
	g_test_add_func("/job/progress/rate-is-that-of-the-last-seconds",
		test_progress_rate_is_that_of_the_last_seconds);
	g_test_add_func("/job/boot-text/is-read-in-any-pieces", test_boot_text_is_read_in_any_pieces);
	g_test_add_func("/job/boot-text/survives-nonsense", test_boot_text_survives_nonsense);
	for (guint i = 0; i < G_N_ELEMENTS(restarts); i++) {
		g_autofree char *path = g_strconcat("/job/restart/", restarts[i].name, NULL);

		g_test_add_data_func(path, GUINT_TO_POINTER(i), test_restart);
	}
	g_test_add_func(
		"/job/refusal/names-operation-cause-and-code", test_refusal_names_operation_cause_and_code);
	g_test_add_func(
		"/job/refusal/every-cause-has-a-device-code", test_refusal_every_cause_has_a_device_code);
	return g_test_run();
}
