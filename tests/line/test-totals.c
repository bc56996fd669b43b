// SPDX-License-Identifier: Apache-2.0
#include "engine/station/batch.h"
#include "tests/line/rig.h"

#define MINUTE_MS G_GINT64_CONSTANT(60000)
#define HOUR_MS   (60 * MINUTE_MS)

/* Noon of 12 May 2026, by UTC, which these tests live by. */
#define NOON_MS     G_GINT64_CONSTANT(1778587200000)
#define MIDNIGHT_MS (NOON_MS + 12 * HOUR_MS)

typedef struct {
	char *folder;
	GyRecords *records;
	GyBatch *batch;
	guint n_told;
} Fixture;

static void
on_totals(GyBatch *batch, gpointer data)
{
	((Fixture *) data)->n_told++;
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
	g_autofree char *path = NULL;
	g_autofree char *database = NULL;
	g_autoptr(GError) error = NULL;

	fixture->folder = rig_folder_new();
	path = rig_station(fixture->folder, 1, "steps = identify");
	database = g_build_filename(fixture->folder, "records.db", NULL);
	fixture->records = gy_records_open(database, &error);
	g_assert_no_error(error);
	fixture->batch = gy_batch_new_loaded(gy_station_load(path, NULL), NULL, NULL, &error);
	g_assert_no_error(error);
	g_signal_connect(fixture->batch, "totals", G_CALLBACK(on_totals), fixture);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
	g_assert_finalize_object(fixture->batch);
	gy_records_close(fixture->records);
	rig_folder_free(fixture->folder);
}

/* A board of this station that began then. */
static void
add_record(Fixture *fixture, gint64 started_ms, GyRecordResult result)
{
	g_autoptr(GyRecord) record = gy_record_new();

	record->started_ms = started_ms;
	gy_record_set_text(&record->station, "rig");
	gy_record_set_text(&record->code, result == GY_RECORD_FAILED ? "link/no-answer" : NULL);
	g_assert_true(gy_records_begin(fixture->records, record, NULL));
	record->ended_ms = started_ms + 1;
	record->result = result;
	g_assert_true(gy_records_complete(fixture->records, record, NULL));
}

static void
assert_totals(Fixture *fixture, gint64 now_ms, guint n_pass, guint n_fail, guint per_hour)
{
	GyBatchTotals totals;

	gy_batch_tick(fixture->batch, now_ms);
	gy_batch_totals(fixture->batch, &totals);
	g_assert_cmpuint(totals.n_pass, ==, n_pass);
	g_assert_cmpuint(totals.n_fail, ==, n_fail);
	g_assert_cmpuint(totals.per_hour, ==, per_hour);
}

static void
rate_falls_when_nothing_happens(Fixture *fixture, gconstpointer data)
{
	add_record(fixture, NOON_MS - 40 * MINUTE_MS, GY_RECORD_DONE);
	add_record(fixture, NOON_MS - 10 * MINUTE_MS, GY_RECORD_DONE);
	add_record(fixture, NOON_MS - 5 * MINUTE_MS, GY_RECORD_FAILED);
	assert_totals(fixture, NOON_MS, 2, 1, 2);
	assert_totals(fixture, NOON_MS + 20 * MINUTE_MS, 2, 1, 2);
	assert_totals(fixture, NOON_MS + 20 * MINUTE_MS + 1, 2, 1, 1);
	assert_totals(fixture, NOON_MS + 50 * MINUTE_MS, 2, 1, 1);
	assert_totals(fixture, NOON_MS + 50 * MINUTE_MS + 1, 2, 1, 0);
}

static void
midnight_begins_new_totals(Fixture *fixture, gconstpointer data)
{
	add_record(fixture, MIDNIGHT_MS - 30 * MINUTE_MS, GY_RECORD_DONE);
	add_record(fixture, MIDNIGHT_MS - 20 * MINUTE_MS, GY_RECORD_FAILED);
	assert_totals(fixture, MIDNIGHT_MS - 1, 1, 1, 1);
	/* the hour goes on where the day ends */
	assert_totals(fixture, MIDNIGHT_MS, 0, 0, 1);
	add_record(fixture, MIDNIGHT_MS, GY_RECORD_DONE);
	assert_totals(fixture, MIDNIGHT_MS + 1, 0, 0, 2);
	assert_totals(fixture, MIDNIGHT_MS + 24 * HOUR_MS, 0, 0, 0);
	/* a clock that was set back */
	assert_totals(fixture, MIDNIGHT_MS + HOUR_MS, 1, 0, 1);
}

static void
only_news_are_told(Fixture *fixture, gconstpointer data)
{
	add_record(fixture, NOON_MS - 10 * MINUTE_MS, GY_RECORD_DONE);
	gy_batch_tick(fixture->batch, NOON_MS);
	g_assert_cmpuint(fixture->n_told, ==, 1);
	gy_batch_tick(fixture->batch, NOON_MS + MINUTE_MS);
	g_assert_cmpuint(fixture->n_told, ==, 1);
	gy_batch_tick(fixture->batch, NOON_MS + HOUR_MS);
	g_assert_cmpuint(fixture->n_told, ==, 2);
}

int
main(int argc, char **argv)
{
	g_setenv("TZ", "UTC", TRUE);
	g_test_init(&argc, &argv, NULL);
#define ADD(path, func) g_test_add("/line/totals/" path, Fixture, NULL, set_up, func, tear_down)
	ADD("rate-falls-when-nothing-happens", rate_falls_when_nothing_happens);
	ADD("midnight-begins-new-totals", midnight_begins_new_totals);
	ADD("only-news-are-told", only_news_are_told);
	return g_test_run();
}
