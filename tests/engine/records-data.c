// SPDX-License-Identifier: Apache-2.0
#include "tests/engine/records-data.h"

#include <glib/gstdio.h>

#include "engine/records/field-private.h"

void
records_set_up(RecordsFixture *fixture, gconstpointer data)
{
	fixture->folder = g_dir_make_tmp("gantry-records-XXXXXX", NULL);
	g_assert_nonnull(fixture->folder);
	fixture->path = g_build_filename(fixture->folder, "data", "records.db", NULL);
}

void
records_remove(const char *path)
{
	static const char *const ends[] = {"", "-wal", "-shm", "-journal"};

	for (guint i = 0; i < G_N_ELEMENTS(ends); i++) {
		g_autofree char *file = g_strconcat(path, ends[i], NULL);

		g_remove(file);
	}
}

void
records_tear_down(RecordsFixture *fixture, gconstpointer data)
{
	g_autofree char *inner = g_path_get_dirname(fixture->path);

	records_remove(fixture->path);
	g_rmdir(inner);
	g_assert_cmpint(g_rmdir(fixture->folder), ==, 0);
	g_free(fixture->path);
	g_free(fixture->folder);
}

GyRecords *
records_open(const char *path)
{
	g_autoptr(GError) error = NULL;
	GyRecords *records = gy_records_open(path, &error);

	g_assert_no_error(error);
	g_assert_nonnull(records);
	return records;
}

GyRecord *
record_sample(gint64 started_ms)
{
	GyRecord *record = gy_record_new();

	record->started_ms = started_ms;
	gy_record_set_text(&record->port, "/dev/ttyUSB0");
	gy_record_set_text(&record->board, "ws63-evb");
	gy_record_set_text(&record->device_id, "0011aabb");
	gy_record_set_text(&record->package, "/packages/100%_sure.fwpkg");
	return record;
}

/* (transfer full): begun and completed. */
GyRecord *
record_store(GyRecords *records, GyRecord *record, GyRecordResult result, const char *code, gint64 total_ms)
{
	g_autoptr(GError) error = NULL;
	gboolean done;

	done = gy_records_begin(records, record, &error);
	g_assert_no_error(error);
	g_assert_true(done);
	record->result = result;
	record->total_ms = total_ms;
	record->ended_ms = record->started_ms + total_ms;
	gy_record_set_text(&record->code, code);
	done = gy_records_complete(records, record, &error);
	g_assert_no_error(error);
	g_assert_true(done);
	return record;
}

void
record_store_new(
	GyRecords *records, gint64 started_ms, GyRecordResult result, const char *code, gint64 total_ms)
{
	g_autoptr(GyRecord) record = record_store(records, record_sample(started_ms), result, code, total_ms);
}

GyRecord *
record_get(GyRecords *records, gint64 id)
{
	g_autoptr(GError) error = NULL;
	GyRecord *record = gy_records_get(records, id, &error);

	g_assert_no_error(error);
	return record;
}

void
assert_same_record(const GyRecord *one, const GyRecord *other)
{
	g_assert_cmpint(one->id, ==, other->id);
	for (const GyRecordField *field = gy_record_fields(); field->name; field++) {
		g_autofree char *a = gy_record_field_text(one, field);
		g_autofree char *b = gy_record_field_text(other, field);

		if (g_strcmp0(a, b) != 0)
			g_error("%s: \"%s\" is not \"%s\"", field->name, a, b);
	}
}

/* A text with everything that has a meaning somewhere on its way. */
static char *
random_text(void)
{
	static const char *const parts[] = {"'", "\"", ",", "\n", "\r\n", ";", "--", "%", "_", "\\", "=1+1",
		"板", "é", "\t", "x", "0", " ", ":a"};
	g_autoptr(GString) text = g_string_new(NULL);
	int n = g_test_rand_int_range(0, 8);

	for (int i = 0; i < n; i++)
		g_string_append(text, parts[g_test_rand_int_range(0, G_N_ELEMENTS(parts))]);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

GyRecord *
record_random(void)
{
	GyRecord *record = gy_record_new();

	for (const GyRecordField *field = gy_record_fields(); field->name; field++) {
		g_autofree char *text = random_text();

		if (field->kind == GY_RECORD_TEXT && !g_str_equal(field->name, "run"))
			gy_record_set_text(gy_record_text(record, field), text);
		if (field->kind == GY_RECORD_NUMBER && g_test_rand_bit())
			*gy_record_number(record, field) = (gint64) g_test_rand_int_range(0, G_MAXINT32) *
							   g_test_rand_int_range(1, 1 << 20);
	}
	record->stage = (GyStage) g_test_rand_int_range(0, GY_N_STAGES);
	record->started_ms = MAY_12 + g_test_rand_int_range(0, DAY_MS);
	return record;
}
