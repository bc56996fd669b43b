// SPDX-License-Identifier: Apache-2.0
#include "engine/records/typical.h"
#include "tests/engine/records-data.h"

#define KIB 1024

/* A run as it is stored: prepare, transfer, verify and confirm take @ms each. */
typedef struct {
	const char *board;
	const char *system;
	gint64 bytes;
	gint64 ms;
	GyRecordResult result;
} Past;

static void
store(GyRecords *records, guint n, const Past *past)
{
	g_autoptr(GyRecord) record = record_sample(MAY_12 + n * 1000);

	gy_record_set_text(&record->board, past->board);
	gy_record_set_text(&record->system, past->system);
	record->bytes = past->bytes;
	record->rate = past->ms > 0 ? past->bytes * 1000 / past->ms : GY_RECORD_NONE;
	for (GyStage stage = GY_STAGE_PREPARE; stage < GY_N_STAGES; stage++)
		record->stage_ms[stage] = past->ms;
	record_store(records, record, past->result, past->result == GY_RECORD_DONE ? NULL : "device/hash",
		past->ms);
}

static const struct {
	const char *name;
	Past past[4];
	guint n_runs;
	double prepare_ms; /* of 100 KiB for the board "a" of the system "s" */
	double confirm_ms;
} rows[] = {
	{"nothing", {{NULL}}, 0, -1, -1},
	{"same-board",
		{{"a", "s", 100 * KIB, 3000, GY_RECORD_DONE}, {"b", "s", 100 * KIB, 9000, GY_RECORD_DONE}}, 1,
		3000, 3000},
	{"median",
		{{"a", "s", 100 * KIB, 3000, GY_RECORD_DONE}, {"a", "s", 100 * KIB, 60000, GY_RECORD_DONE},
			{"a", "s", 100 * KIB, 2000, GY_RECORD_DONE}},
		3, 3000, 3000},
	{"same-system-where-the-board-has-none", {{"b", "s", 100 * KIB, 9000, GY_RECORD_DONE}}, 1, 9000,
		9000},
	{"another-system-says-nothing", {{"a", "t", 100 * KIB, 9000, GY_RECORD_DONE}}, 0, -1, -1},
	{"what-failed-says-nothing",
		{{"a", "s", 100 * KIB, 9000, GY_RECORD_FAILED},
			{"a", "s", 100 * KIB, 8000, GY_RECORD_STOPPED}},
		0, -1, -1},
	{"scaled-to-the-size", {{"a", "s", 80 * KIB, 4000, GY_RECORD_DONE}}, 1, 5000, 4000},
	{"like-size-before-all-others",
		{{"a", "s", 400 * KIB, 80000, GY_RECORD_DONE}, {"a", "s", 100 * KIB, 3000, GY_RECORD_DONE},
			{"a", "s", 10 * KIB, 10, GY_RECORD_DONE}},
		1, 3000, 3000},
	{"another-size-says-nothing-of-the-installing", {{"a", "s", 400 * KIB, 80000, GY_RECORD_DONE}}, 1,
		20000, -1},
	{"board-of-another-size-before-another-board",
		{{"a", "s", 400 * KIB, 80000, GY_RECORD_DONE}, {"b", "s", 100 * KIB, 3000, GY_RECORD_DONE}},
		1, 20000, -1},
	{"no-bytes-say-nothing", {{"a", "s", 0, 9000, GY_RECORD_DONE}}, 0, -1, -1},
};

static void
typical_of(GyRecords *records, const char *board, guint64 bytes, GyTypical *typical)
{
	g_autoptr(GError) error = NULL;
	gboolean done = gy_records_typical(records, board, "s", bytes, typical, &error);

	g_assert_no_error(error);
	g_assert_true(done);
}

static void
test_row(RecordsFixture *fixture, gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	g_autoptr(GyRecords) records = records_open(fixture->path);
	GyTypical typical;

	for (guint n = 0; n < G_N_ELEMENTS(rows[i].past) && rows[i].past[n].system; n++)
		store(records, n, &rows[i].past[n]);
	typical_of(records, "a", 100 * KIB, &typical);
	g_assert_cmpuint(typical.n_runs, ==, rows[i].n_runs);
	g_assert_cmpfloat_with_epsilon(typical.stage_ms[GY_STAGE_PREPARE], rows[i].prepare_ms, 1);
	g_assert_cmpfloat_with_epsilon(typical.stage_ms[GY_STAGE_TRANSFER], rows[i].prepare_ms, 1);
	g_assert_cmpfloat_with_epsilon(typical.stage_ms[GY_STAGE_CONFIRM], rows[i].confirm_ms, 1);
	g_assert_cmpfloat(typical.stage_ms[GY_STAGE_CONNECT], <, 0);
}

/* A line that got slower is typical after as many runs as it takes to be most of those that count. */
static void
test_only_the_newest_count(RecordsFixture *fixture, gconstpointer data)
{
	g_autoptr(GyRecords) records = records_open(fixture->path);
	GyTypical typical;

	for (guint n = 0; n < 3 * GY_TYPICAL_RUNS; n++)
		store(records, n,
			&(Past){"a", "s", 100 * KIB, n < 2 * GY_TYPICAL_RUNS ? 90000 : 1000 + n,
				GY_RECORD_DONE});
	typical_of(records, "a", 100 * KIB, &typical);
	g_assert_cmpuint(typical.n_runs, ==, GY_TYPICAL_RUNS);
	g_assert_cmpfloat(typical.stage_ms[GY_STAGE_VERIFY], <, 2000);
}

static void
test_unknown_board_and_extreme_sizes(RecordsFixture *fixture, gconstpointer data)
{
	static const guint64 sizes[] = {0, 1, G_MAXUINT32, G_MAXINT64, G_MAXUINT64};
	g_autoptr(GyRecords) records = records_open(fixture->path);
	GyTypical typical;

	store(records, 0, &(Past){NULL, "s", 100 * KIB, 3000, GY_RECORD_DONE});
	store(records, 1, &(Past){NULL, "s", G_MAXINT64 / 2, 1, GY_RECORD_DONE});
	typical_of(records, NULL, 100 * KIB, &typical);
	g_assert_cmpuint(typical.n_runs, ==, 1);
	for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
		typical_of(records, "nobody's", sizes[i], &typical);
		g_assert_cmpuint(typical.n_runs, >, 0);
		g_assert_cmpfloat(typical.stage_ms[GY_STAGE_TRANSFER], >=, 0);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *path = g_strconcat("/records/typical/", rows[i].name, NULL);

		g_test_add(path, RecordsFixture, GUINT_TO_POINTER(i), records_set_up, test_row,
			records_tear_down);
	}
	g_test_add("/records/typical/newest-runs-count", RecordsFixture, NULL, records_set_up,
		test_only_the_newest_count, records_tear_down);
	g_test_add("/records/typical/no-size-is-too-large", RecordsFixture, NULL, records_set_up,
		test_unknown_board_and_extreme_sizes, records_tear_down);
	return g_test_run();
}
