// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "engine/records/export.h"
#include "engine/records/stats.h"
#include "tests/engine/records-data.h"

/* ---- questions ------------------------------------------------------------------------------------------ */

/* Ten days, each with one done and one failed; the boards alternate. */
static GyRecords *
open_filled(const char *path)
{
	GyRecords *records = records_open(path);

	for (guint i = 0; i < 10; i++) {
		g_autoptr(GyRecord) done = record_sample(MAY_12 + i * DAY_MS + 1000);
		g_autoptr(GyRecord) failed = record_sample(MAY_12 + i * DAY_MS + 2000);

		gy_record_set_text(&failed->board, i % 2 ? "other" : "third");
		gy_record_set_text(&failed->serial_number, "SN_1");
		done->stage_ms[GY_STAGE_TRANSFER] = (i + 1) * 100;
		done->rate = (i + 1) * 1000;
		record_store(records, done, GY_RECORD_DONE, NULL, (i + 1) * 1000);
		record_store(records, failed, GY_RECORD_FAILED, i < 7 ? "link/no-answer" : "device/hash", 50);
	}
	return records;
}

static const struct {
	const char *name;
	GyRecordFilter filter;
	guint n;
} filter_rows[] = {
	{"everything", {0}, 20},
	{"since", {.since_ms = MAY_12 + 9 * DAY_MS}, 2},
	{"since-that-very-moment", {.since_ms = MAY_12 + 9 * DAY_MS + 2000}, 1},
	{"until-is-not-in-it", {.until_ms = MAY_12 + 1000}, 0},
	{"until", {.until_ms = MAY_12 + 1001}, 1},
	{"board", {.board = "other"}, 5},
	{"board-in-full", {.board = "othe"}, 0},
	{"result", {.results = 1 << GY_RECORD_FAILED}, 10},
	{"results", {.results = 1 << GY_RECORD_FAILED | 1 << GY_RECORD_DONE}, 20},
	{"result-that-none-has", {.results = 1 << GY_RECORD_RUNNING}, 0},
	{"word", {.text = "no-answer"}, 7},
	{"word-in-any-case", {.text = "NO-ANSWER"}, 7},
	{"all-words", {.text = "  no-answer\tthird "}, 4},
	{"words-across-fields-are-none", {.text = "ttyUSB00011aabb"}, 0},
	{"percent-is-itself", {.text = "100%_sure"}, 20},
	{"percent-is-no-joker", {.text = "1%sure"}, 0},
	{"underscore-is-no-joker", {.text = "SNx1"}, 0},
	{"quote", {.text = "'"}, 0},
	{"blanks-alone", {.text = "   "}, 20},
	{"most", {.most = 3}, 3},
	{"all-of-them",
		{.since_ms = MAY_12 + DAY_MS,
			.board = "other",
			.results = 1 << GY_RECORD_FAILED,
			.text = "hash"},
		2},
};

static void
filters(RecordsFixture *fixture, gconstpointer data)
{
	g_autoptr(GyRecords) records = open_filled(fixture->path);

	for (guint i = 0; i < G_N_ELEMENTS(filter_rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(GPtrArray) list = gy_records_list(records, &filter_rows[i].filter, &error);
		gint64 count = gy_records_count(records, &filter_rows[i].filter, &error);

		g_assert_no_error(error);
		if (list->len != filter_rows[i].n || (!filter_rows[i].filter.most && count != list->len))
			g_error("%s: %u, not %u", filter_rows[i].name, list->len, filter_rows[i].n);
		for (guint j = 1; j < list->len; j++)
			g_assert_cmpint(((GyRecord *) g_ptr_array_index(list, j))->started_ms, <,
				((GyRecord *) g_ptr_array_index(list, j - 1))->started_ms);
	}
}

static void
lists_boards(RecordsFixture *fixture, gconstpointer data)
{
	g_autoptr(GyRecords) records = open_filled(fixture->path);
	g_auto(GStrv) boards = gy_records_boards(records, NULL);
	const char *const expected[] = {"other", "third", "ws63-evb", NULL};

	g_assert_cmpstrv(boards, expected);
}

static void
counts(RecordsFixture *fixture, gconstpointer data)
{
	g_autoptr(GyRecords) records = open_filled(fixture->path);
	g_autoptr(GyRecord) stopped =
		record_store(records, record_sample(MAY_12 + 5), GY_RECORD_STOPPED, "job/cancelled", 1);
	g_autoptr(GyRecordStats) stats = gy_records_stats(records, NULL, NULL);
	const GyRecordDay *first = &g_array_index(stats->days, GyRecordDay, 0);
	const GyRecordCause *cause = g_ptr_array_index(stats->causes, 0);

	g_assert_cmpuint(stats->n_runs, ==, 21);
	g_assert_cmpuint(stats->n_by_result[GY_RECORD_DONE], ==, 10);
	g_assert_cmpuint(stats->n_by_result[GY_RECORD_STOPPED], ==, 1);
	g_assert_cmpuint(stats->days->len, ==, 10);
	g_assert_cmpstr(first->date, ==, "2026-05-12");
	g_assert_cmpuint(first->n_done, ==, 1);
	g_assert_cmpuint(first->n_failed, ==, 1);
	g_assert_cmpstr(g_array_index(stats->days, GyRecordDay, 9).date, ==, "2026-05-21");
	g_assert_cmpuint(stats->causes->len, ==, 2);
	g_assert_cmpstr(cause->code, ==, "link/no-answer");
	g_assert_cmpuint(cause->n, ==, 7);
	/* nearest rank of 1 to 10: the fifth, and the tenth */
	g_assert_cmpint(stats->total.median_ms, ==, 5000);
	g_assert_cmpint(stats->total.p95_ms, ==, 10000);
	g_assert_cmpint(stats->stages[GY_STAGE_TRANSFER].median_ms, ==, 500);
	g_assert_cmpint(stats->rate, ==, 5000);
	g_assert_cmpuint(stats->stages[GY_STAGE_VERIFY].n, ==, 0);
	g_assert_cmpfloat_with_epsilon(gy_record_pass_rate(10, 10), 0.5, 1e-9);
	g_assert_cmpfloat(gy_record_pass_rate(0, 0), <, 0);
}

static void
ranks_are_times_that_were_measured(RecordsFixture *fixture, gconstpointer data)
{
	g_autoptr(GyRecords) records = records_open(fixture->path);
	g_autoptr(GyRecordStats) stats = NULL;
	gint64 times[41];

	for (guint i = 0; i < G_N_ELEMENTS(times); i++) {
		times[i] = g_test_rand_int_range(0, 100000);
		record_store_new(records, MAY_12 + i, GY_RECORD_DONE, NULL, times[i]);
	}
	stats = gy_records_stats(records, NULL, NULL);
	for (guint row = 0; row < 3; row++) {
		guint percent = row == 0 ? 50 : row == 1 ? 95 : 99;
		gint64 found = row == 0   ? stats->total.median_ms
			       : row == 1 ? stats->total.p95_ms
					  : stats->total.p99_ms;
		guint n_below = 0, n_to = 0;

		for (guint i = 0; i < G_N_ELEMENTS(times); i++) {
			n_below += times[i] < found;
			n_to += times[i] <= found;
		}
		g_assert_cmpuint(n_to * 100, >=, percent * G_N_ELEMENTS(times));
		g_assert_cmpuint(n_below * 100, <, percent * G_N_ELEMENTS(times));
	}
}

/* A board by its serial number passes at the first run, later, or never; what was stopped says nothing. */
static void
boards_pass_at_once_later_or_never(RecordsFixture *fixture, gconstpointer data)
{
	static const struct {
		const char *number;
		GyRecordResult result;
	} runs[] = {{"A", GY_RECORD_DONE}, {"B", GY_RECORD_FAILED}, {"C", GY_RECORD_STOPPED},
		{"B", GY_RECORD_DONE}, {"C", GY_RECORD_FAILED}, {"A", GY_RECORD_FAILED},
		{"D", GY_RECORD_STOPPED}};
	g_autoptr(GyRecords) records = records_open(fixture->path);
	g_autoptr(GyRecordStats) stats = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(runs); i++) {
		GyRecord *record = record_sample(MAY_12 + i);

		gy_record_set_text(&record->serial_number, runs[i].number);
		record_store(records, record, runs[i].result, NULL, 1);
		gy_record_free(record);
	}
	stats = gy_records_stats(records, NULL, NULL);
	g_assert_cmpuint(stats->n_boards, ==, 3);
	g_assert_cmpuint(stats->n_boards_passed, ==, 2);
	g_assert_cmpuint(stats->n_first_pass, ==, 1);
}

static void
revision_changes_with_others(RecordsFixture *fixture, gconstpointer data)
{
	g_autoptr(GyRecords) records = records_open(fixture->path);
	g_autoptr(GyRecords) other = records_open(fixture->path);
	gint64 before = gy_records_revision(records);

	g_assert_cmpint(gy_records_revision(records), ==, before);
	record_store_new(other, MAY_12, GY_RECORD_DONE, NULL, 1);
	g_assert_cmpint(gy_records_revision(records), !=, before);
}

/* ---- export --------------------------------------------------------------------------------------------- */

/* One cell of RFC 4180; @at is moved behind it and its separator. */
static char *
read_cell(const char **at, gboolean *is_last)
{
	GString *cell = g_string_new(NULL);
	gboolean is_quoted = **at == '"';

	for (*at += is_quoted; is_quoted ? (*at)[0] != '"' || (*at)[1] == '"' : !strchr(",\r", **at);
		(*at)++) {
		g_assert_true(**at != '\0');
		*at += is_quoted && **at == '"';
		g_string_append_c(cell, **at);
	}
	*at += is_quoted;
	*is_last = **at == '\r';
	g_assert_true(*is_last ? (*at)[1] == '\n' : **at == ',');
	*at += *is_last ? 2 : 1;
	return g_string_free(cell, FALSE);
}

static void
assert_cells(const char **at, const GyRecord *record)
{
	gboolean is_last = FALSE;
	g_autofree char *id = read_cell(at, &is_last);
	g_autofree char *expected_id = g_strdup_printf("%" G_GINT64_FORMAT, record->id);

	g_assert_cmpstr(id, ==, expected_id);
	for (const GyRecordField *field = gy_record_fields(); field->name; field++) {
		g_autofree char *cell = is_last ? NULL : read_cell(at, &is_last);
		g_autofree char *expected = gy_record_field_text(record, field);
		gboolean is_marked =
			field->kind == GY_RECORD_TEXT && *cell == '\'' && expected && *expected != '\'';

		/* no cell is a formula, and nothing but the mark is added */
		g_assert_true(field->kind != GY_RECORD_TEXT || !*cell || !strchr("=+-@", *cell));
		g_assert_cmpstr(cell + is_marked, ==, expected ? expected : "");
	}
	g_assert_true(is_last);
}

static void
csv_is_what_was_stored(RecordsFixture *fixture, gconstpointer data)
{
	g_autoptr(GyRecords) records = records_open(fixture->path);
	g_autoptr(GPtrArray) list = NULL;
	g_autoptr(GBytes) bytes = NULL;
	g_autofree char *text = NULL;
	const char *at;
	guint n = 0;

	for (guint i = 0; i < 30; i++)
		gy_record_free(record_store(records, record_random(), GY_RECORD_DONE, NULL, 1));
	list = gy_records_list(records, NULL, NULL);
	bytes = gy_records_export(records, NULL, GY_RECORD_CSV, &n, NULL);
	g_assert_cmpuint(n, ==, 30);
	text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	g_assert_true(g_str_has_prefix(text, "id,run,started,"));
	at = strstr(text, "\r\n") + 2;
	for (guint i = 0; i < list->len; i++)
		assert_cells(&at, g_ptr_array_index(list, i));
	g_assert_cmpint(*at, ==, '\0');
}

static void
json_is_what_was_stored(RecordsFixture *fixture, gconstpointer data)
{
	g_autoptr(GyRecords) records = records_open(fixture->path);
	g_autoptr(GyRecord) record = record_store(records, record_random(), GY_RECORD_DONE, NULL, 1234);
	g_autoptr(GBytes) bytes = gy_records_export(records, NULL, GY_RECORD_JSON, NULL, NULL);
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autoptr(GError) error = NULL;
	JsonObject *object;

	g_assert_true(json_parser_load_from_data(
		parser, g_bytes_get_data(bytes, NULL), (gssize) g_bytes_get_size(bytes), &error));
	object = json_array_get_object_element(json_node_get_array(json_parser_get_root(parser)), 0);
	g_assert_cmpint(json_object_get_int_member(object, "id"), ==, record->id);
	g_assert_cmpint(json_object_get_int_member(object, "total_ms"), ==, 1234);
	for (const GyRecordField *field = gy_record_fields(); field->name; field++) {
		g_autofree char *expected = gy_record_field_text(record, field);

		g_assert_true(json_object_has_member(object, field->name));
		if (!expected)
			g_assert_true(json_object_get_null_member(object, field->name));
		else if (field->kind != GY_RECORD_NUMBER)
			g_assert_cmpstr(json_object_get_string_member(object, field->name), ==, expected);
	}
}

static void
export_of_nothing_is_a_file(RecordsFixture *fixture, gconstpointer data)
{
	g_autoptr(GyRecords) records = records_open(":memory:");
	g_autoptr(GBytes) json = gy_records_export(records, NULL, GY_RECORD_JSON, NULL, NULL);
	g_autoptr(GBytes) csv = gy_records_export(records, NULL, GY_RECORD_CSV, NULL, NULL);

	g_assert_cmpmem(g_bytes_get_data(json, NULL), (int) g_bytes_get_size(json), "[]\n", 3);
	g_assert_true(
		g_str_has_suffix((const char *) g_bytes_get_data(csv, NULL), "steps,delta,whole_bytes\r\n"));
	g_assert_cmpint(gy_record_format_of_path("/a/b.JSON"), ==, GY_RECORD_JSON);
	g_assert_cmpint(gy_record_format_of_path("/a/json"), ==, GY_RECORD_CSV);
}

#define ADD(path, function)                                                                                  \
	g_test_add("/records/" path, RecordsFixture, NULL, records_set_up, function, records_tear_down)

int
main(int argc, char **argv)
{
	g_setenv("TZ", "UTC", TRUE);
	g_test_init(&argc, &argv, NULL);
	ADD("ask/filters", filters);
	ADD("ask/lists-boards", lists_boards);
	ADD("ask/counts", counts);
	ADD("ask/ranks-are-times-that-were-measured", ranks_are_times_that_were_measured);
	ADD("ask/boards-pass-at-once-later-or-never", boards_pass_at_once_later_or_never);
	ADD("ask/revision-changes-with-others", revision_changes_with_others);
	ADD("export/csv-is-what-was-stored", csv_is_what_was_stored);
	ADD("export/json-is-what-was-stored", json_is_what_was_stored);
	ADD("export/of-nothing-is-a-file", export_of_nothing_is_a_file);
	return g_test_run();
}
