// SPDX-License-Identifier: Apache-2.0
#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>

#include "tests/engine/records-data.h"
#include "ui/model/history.h"

typedef struct {
	RecordsFixture files;
	GyHistory *history;
	guint n_changes;
} Fixture;

static void
on_changed(GyHistory *history, Fixture *fixture)
{
	fixture->n_changes++;
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
	records_set_up(&fixture->files, NULL);
	fixture->history = gy_history_new(fixture->files.path);
	g_signal_connect(fixture->history, "changed", G_CALLBACK(on_changed), fixture);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
	gint64 until_us = g_get_monotonic_time() + 10 * G_USEC_PER_SEC;

	g_signal_handlers_disconnect_by_data(fixture->history, fixture);
	/* a question that was overtaken holds it until its thread is done */
	g_object_add_weak_pointer(G_OBJECT(fixture->history), (gpointer *) &fixture->history);
	g_object_unref(fixture->history);
	while (g_atomic_pointer_get(&fixture->history) && g_get_monotonic_time() < until_us) {
		g_main_context_iteration(NULL, FALSE);
		g_thread_yield();
	}
	g_assert_null(fixture->history);
	records_tear_down(&fixture->files, NULL);
}

static void
settle(Fixture *fixture)
{
	while (gy_history_is_busy(fixture->history))
		g_main_context_iteration(NULL, TRUE);
}

static void
load(Fixture *fixture)
{
	gy_history_load(fixture->history);
	settle(fixture);
}

static guint
n_runs(Fixture *fixture)
{
	return g_list_model_get_n_items(gy_history_runs(fixture->history));
}

static gint64
now_ms(void)
{
	return g_get_real_time() / 1000;
}

/* Three that passed, two that failed and one that was stopped, today and long ago. */
static void
fill(Fixture *fixture)
{
	g_autoptr(GyRecords) records = records_open(fixture->files.path);
	g_autoptr(GyRecord) other = record_sample(now_ms());

	for (guint i = 0; i < 3; i++) {
		g_autoptr(GyRecord) record = record_sample(now_ms());

		record->stage_ms[GY_STAGE_IDENTIFY] = 10;
		record->stage_ms[GY_STAGE_CHECK] = 100 * (i + 1);
		record->stage_ms[GY_STAGE_TRANSFER] = 1000 * (i + 1);
		gy_record_set_text(&record->from_version, "1.0");
		gy_record_set_text(&record->to_version, "1.1");
		record_store(records, record, GY_RECORD_DONE, NULL, 5000);
	}
	record_store_new(records, MAY_12, GY_RECORD_FAILED, "link/no-answer", 700);
	gy_record_set_text(&other->board, "sensor");
	gy_record_set_text(&other->message, "no answer from the device");
	record_store(records, other, GY_RECORD_FAILED, "link/no-answer", 800);
	record_store_new(records, MAY_12 + 1, GY_RECORD_STOPPED, "job/cancelled", 900);
}

/* ---- loading -------------------------------------------------------------------------------------------- */

static void
database_that_is_not_there_is_empty(Fixture *fixture, gconstpointer data)
{
	g_autofree char *count = NULL;

	g_assert_cmpint(gy_history_state(fixture->history), ==, GY_HISTORY_NOT_LOADED);
	gy_history_load(fixture->history);
	g_assert_cmpint(gy_history_state(fixture->history), ==, GY_HISTORY_LOADING);
	settle(fixture);
	g_assert_cmpint(gy_history_state(fixture->history), ==, GY_HISTORY_EMPTY);
	g_assert_cmpuint(fixture->n_changes, ==, 2);
	count = gy_history_count_sentence(fixture->history);
	g_assert_cmpstr(count, ==, "");
	/* a look does not make the file */
	g_assert_false(g_file_test(fixture->files.path, G_FILE_TEST_EXISTS));
}

static void
holds_what_is_recorded(Fixture *fixture, gconstpointer data)
{
	g_autofree char *count = NULL;

	fill(fixture);
	load(fixture);
	count = gy_history_count_sentence(fixture->history);
	g_assert_cmpint(gy_history_state(fixture->history), ==, GY_HISTORY_READY);
	g_assert_cmpuint(n_runs(fixture), ==, 6);
	g_assert_cmpstr(count, ==, "6 runs, 60 % passed");
	g_assert_cmpint(gy_history_step_times(fixture->history, GY_STEP_CHECK)->median_ms, ==, 210);
	g_assert_cmpint(gy_history_step_times(fixture->history, GY_STEP_CHECK)->p95_ms, ==, 310);
	g_assert_cmpuint(gy_history_step_times(fixture->history, GY_STEP_UPGRADE)->n, ==, 0);
	g_assert_false(gy_history_has_column(fixture->history, GY_HISTORY_STATION));
	g_assert_true(gy_history_has_column(fixture->history, GY_HISTORY_DEVICE));
}

static void
failure_leaves_what_was_shown(Fixture *fixture, gconstpointer data)
{
	fill(fixture);
	load(fixture);
	records_remove(fixture->files.path);
	g_assert_true(
		g_file_set_contents(fixture->files.path, "not a database, whatever its name", -1, NULL));
	load(fixture);
	g_assert_cmpint(gy_history_state(fixture->history), ==, GY_HISTORY_FAILED);
	g_assert_error(gy_history_error(fixture->history), GY_ERROR, GY_ERROR_RECORDS_OTHER);
	records_remove(fixture->files.path);
	fill(fixture);
	load(fixture);
	g_assert_cmpint(gy_history_state(fixture->history), ==, GY_HISTORY_READY);
	g_assert_null(gy_history_error(fixture->history));
}

/* ---- filters -------------------------------------------------------------------------------------------- */

static void
filters(Fixture *fixture, gconstpointer data)
{
	GyHistory *history = fixture->history;

	fill(fixture);
	load(fixture);
	gy_history_set_results(history, 1 << GY_RECORD_FAILED);
	settle(fixture);
	g_assert_cmpuint(n_runs(fixture), ==, 2);
	gy_history_set_board(history, "sensor");
	settle(fixture);
	g_assert_cmpuint(n_runs(fixture), ==, 1);
	gy_history_set_text(history, "nothing has this");
	settle(fixture);
	g_assert_cmpint(gy_history_state(history), ==, GY_HISTORY_READY);
	g_assert_cmpint(gy_history_n_matching(history), ==, 0);
	g_assert_true(gy_history_has_filter(history));
	gy_history_clear_filter(history);
	g_assert_false(gy_history_has_filter(history));
	settle(fixture);
	g_assert_cmpuint(n_runs(fixture), ==, 6);
	gy_history_set_period(history, GY_HISTORY_WEEK);
	settle(fixture);
	g_assert_cmpuint(n_runs(fixture), ==, 4);
}

/* Each letter that is typed asks anew; only the last answer counts, in whatever order they come. */
static void
last_question_wins(Fixture *fixture, gconstpointer data)
{
	fill(fixture);
	load(fixture);
	fixture->n_changes = 0;
	gy_history_set_text(fixture->history, "s");
	gy_history_set_text(fixture->history, "sen");
	gy_history_set_text(fixture->history, "sensor");
	gy_history_set_text(fixture->history, "sensor");
	g_assert_cmpuint(n_runs(fixture), ==, 6);
	settle(fixture);
	g_assert_cmpuint(n_runs(fixture), ==, 1);
	/* three begin, one ends */
	g_assert_cmpuint(fixture->n_changes, ==, 4);
}

static void
filter_that_is_set_first_loads_nothing(Fixture *fixture, gconstpointer data)
{
	gy_history_set_text(fixture->history, "x");
	gy_history_set_period(fixture->history, GY_HISTORY_TODAY);
	g_assert_false(gy_history_is_busy(fixture->history));
	g_assert_cmpuint(fixture->n_changes, ==, 0);
}

/* ---- export --------------------------------------------------------------------------------------------- */

typedef struct {
	gboolean is_done;
	gssize n;
	GError *error;
} Exported;

static void
on_exported(GObject *source, GAsyncResult *result, gpointer data)
{
	Exported *exported = data;

	exported->n = gy_history_export_finish(GY_HISTORY(source), result, &exported->error);
	exported->is_done = TRUE;
}

static Exported
export_to(Fixture *fixture, const char *path)
{
	Exported exported = {0};

	gy_history_export_async(fixture->history, path, NULL, on_exported, &exported);
	while (!exported.is_done)
		g_main_context_iteration(NULL, TRUE);
	return exported;
}

static void
exports_what_the_filter_leaves(Fixture *fixture, gconstpointer data)
{
	g_autofree char *csv = g_build_filename(fixture->files.folder, "out.csv", NULL);
	g_autofree char *nowhere = g_build_filename(fixture->files.folder, "none", "out.csv", NULL);
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;
	Exported exported;

	fill(fixture);
	gy_history_set_results(fixture->history, 1 << GY_RECORD_FAILED);
	load(fixture);
	exported = export_to(fixture, csv);
	g_assert_no_error(exported.error);
	g_assert_cmpint(exported.n, ==, 2);
	g_assert_true(g_file_get_contents(csv, &text, NULL, NULL));
	lines = g_strsplit(text, "\r\n", -1);
	g_assert_cmpuint(g_strv_length(lines), ==, 1 + 2 + 1);
	exported = export_to(fixture, nowhere);
	g_assert_error(exported.error, GY_ERROR, GY_ERROR_FILE_NOT_WRITABLE);
	g_clear_error(&exported.error);
	g_remove(csv);
}

/* ---- words ---------------------------------------------------------------------------------------------- */

static void
sentences_say_what_charts_show(Fixture *fixture, gconstpointer data)
{
	g_autofree char *none_days = gy_history_days_sentence(fixture->history);
	g_autofree char *none_steps = gy_history_steps_sentence(fixture->history);
	g_autofree char *none_causes = gy_history_causes_sentence(fixture->history);
	g_autofree char *days = NULL;
	g_autofree char *steps = NULL;
	g_autofree char *causes = NULL;

	fill(fixture);
	load(fixture);
	days = gy_history_days_sentence(fixture->history);
	steps = gy_history_steps_sentence(fixture->history);
	causes = gy_history_causes_sentence(fixture->history);
	g_assert_cmpstr(none_days, ==, "No run has passed or failed.");
	g_assert_cmpstr(none_steps, ==, "No run has passed, so there are no times.");
	g_assert_cmpstr(none_causes, ==, "No run has failed.");
	g_assert_cmpstr(days, ==, "3 passed and 2 failed: 60 %. The lowest day was 2026-05-12 with 0 %.");
	g_assert_cmpstr(steps, ==,
		"Half of the runs took up to 5.0 s, 95 % up to 5.0 s. The longest stage is Transfer with 2.0 "
		"s.");
	g_assert_cmpstr(causes, ==, "2 failures. The most frequent cause is link/no-answer: 2.");
}

static const struct {
	GyRecordResult result;
	GyStage stage;
	const char *outcome;
	const char *headline;
	const char *truth;
} told[] = {
	{GY_RECORD_DONE, GY_STAGE_CONFIRM, "upgraded", "The board answered with version 1.1.", ""},
	{GY_RECORD_DONE, GY_STAGE_TRIGGER, "armed", "The new firmware is stored; the next reset installs it.",
		""},
	{GY_RECORD_FAILED, GY_STAGE_CHECK, "untouched", "Über die Leitung kam nichts.",
		"Nothing on the board has changed."},
	{GY_RECORD_STOPPED, GY_STAGE_TRANSFER, "storage-lost", "Stopped on request.",
		"The application runs as before; what was stored beside it is gone."},
	{GY_RECORD_RUNNING, GY_STAGE_TRANSFER, NULL, "Still running: Transfer.", ""},
	{GY_RECORD_IN_DOUBT, GY_STAGE_CHECK, NULL,
		"The program ended during this run; the last stage was Check.",
		"Nothing on the board has changed."},
	{GY_RECORD_IN_DOUBT, GY_STAGE_REBOOT, NULL,
		"The program ended during this run; the last stage was Restart.",
		"The new firmware may run or not. Identify the board to see what it runs."},
};

static void
answers_whether_the_board_is_all_right(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(told); i++) {
		g_autoptr(GyRecord) record = record_sample(MAY_12);
		g_autoptr(GyHistoryRun) run = NULL;
		g_autofree char *headline = NULL;
		g_autofree char *truth = NULL;

		record->result = told[i].result;
		record->stage = told[i].stage;
		gy_record_set_text(&record->outcome, told[i].outcome);
		gy_record_set_text(&record->message, "über die Leitung kam nichts");
		gy_record_set_text(&record->to_version, "1.1");
		run = gy_history_run_new(record);
		headline = gy_history_run_headline(run);
		truth = gy_history_run_truth(run);
		g_assert_cmpstr(headline, ==, told[i].headline);
		g_assert_cmpstr(truth, ==, told[i].truth);
	}
}

static GyHistoryRun *
run_with(gint64 started_ms, gint64 total_ms, const char *from, const char *to)
{
	g_autoptr(GyRecord) record = record_sample(started_ms);

	record->total_ms = total_ms;
	gy_record_set_text(&record->from_version, from);
	gy_record_set_text(&record->to_version, to);
	return gy_history_run_new(record);
}

static void
columns_are_words(void)
{
	g_autoptr(GyHistoryRun) run = run_with(MAY_12, 14249, "1.0", "1.1");
	g_autoptr(GyHistoryRun) same = run_with(MAY_12 + 1, 9000, "1.0", "1.0");
	g_autoptr(GyHistoryRun) unknown = run_with(MAY_12 + 2, GY_RECORD_NONE, NULL, NULL);
	g_autofree char *when = gy_history_run_text(run, GY_HISTORY_WHEN);
	g_autofree char *package = gy_history_run_text(run, GY_HISTORY_PACKAGE);
	g_autofree char *versions = gy_history_run_text(run, GY_HISTORY_VERSIONS);
	g_autofree char *same_versions = gy_history_run_text(same, GY_HISTORY_VERSIONS);
	g_autofree char *no_versions = gy_history_run_text(unknown, GY_HISTORY_VERSIONS);
	g_autofree char *time = gy_history_run_text(run, GY_HISTORY_TIME);
	g_autofree char *no_time = gy_history_run_text(unknown, GY_HISTORY_TIME);

	g_assert_cmpstr(when, ==, "2026-05-12 00:00");
	g_assert_cmpstr(package, ==, "100%_sure.fwpkg");
	g_assert_cmpstr(versions, ==, "1.0 → 1.1");
	g_assert_cmpstr(same_versions, ==, "1.0");
	g_assert_cmpstr(no_versions, ==, "");
	g_assert_cmpstr(time, ==, "14.2 s");
	g_assert_cmpstr(no_time, ==, "");
	/* by the value: as text, 14.2 s would stand before 9.0 s */
	g_assert_cmpint(gy_history_run_compare(same, run, GY_HISTORY_TIME), <, 0);
	g_assert_cmpint(gy_history_run_compare(run, same, GY_HISTORY_WHEN), <, 0);
}

static void
report_has_all_that_is_known(void)
{
	g_autoptr(GyRecord) record = record_random();
	g_autoptr(GyHistoryRun) run = NULL;
	g_autofree char *report = NULL;

	gy_record_set_text(&record->code, "device/hash");
	record->device_code = 0x80001340;
	record->result = GY_RECORD_FAILED;
	record->stage_ms[GY_STAGE_TRANSFER] = 900;
	record->stage_ms[GY_STAGE_PREPARE] = 600;
	run = gy_history_run_new(record);
	report = gy_history_run_report(run);
	g_assert_true(g_str_has_prefix(report, "Failed: "));
	g_assert_nonnull(strstr(report, "\nCode: device/hash\n"));
	g_assert_nonnull(strstr(report, "0x80001340\n"));
	g_assert_nonnull(strstr(report, "\nTransfer: 1.5 s\n"));
	g_assert_true(g_utf8_validate(report, -1, NULL));
}

#define ADD(path, function) g_test_add("/history/" path, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
	g_setenv("TZ", "UTC", TRUE);
	setlocale(LC_ALL, "C.UTF-8");
	g_test_init(&argc, &argv, NULL);
	ADD("load/database-that-is-not-there-is-empty", database_that_is_not_there_is_empty);
	ADD("load/holds-what-is-recorded", holds_what_is_recorded);
	ADD("load/failure-leaves-what-was-shown", failure_leaves_what_was_shown);
	ADD("filter/filters", filters);
	ADD("filter/last-question-wins", last_question_wins);
	ADD("filter/that-is-set-first-loads-nothing", filter_that_is_set_first_loads_nothing);
	ADD("export/what-the-filter-leaves", exports_what_the_filter_leaves);
	ADD("words/sentences-say-what-charts-show", sentences_say_what_charts_show);
	g_test_add_func("/history/words/answers-whether-the-board-is-all-right",
		answers_whether_the_board_is_all_right);
	g_test_add_func("/history/words/columns", columns_are_words);
	g_test_add_func("/history/words/report-has-all-that-is-known", report_has_all_that_is_known);
	return g_test_run();
}
