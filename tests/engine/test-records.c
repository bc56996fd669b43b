// SPDX-License-Identifier: Apache-2.0
#include <glib/gstdio.h>
#include <string.h>

#include "engine/records/database-private.h"
#include "tests/engine/records-data.h"

/* ---- what is stored ------------------------------------------------------------------------------------- */

static void
comes_back_as_it_was(RecordsFixture *fixture, gconstpointer data)
{
	g_autoptr(GyRecords) records = records_open(fixture->path);

	for (guint i = 0; i < 50; i++) {
		g_autoptr(GyRecord) record = record_random();
		g_autoptr(GyRecord) found = NULL;

		record_store(records, record, GY_RECORD_FAILED, record->code,
			g_test_rand_int_range(0, G_MAXINT32));
		found = record_get(records, record->id);
		assert_same_record(record, found);
	}
}

static void
is_running_until_it_is_completed(RecordsFixture *fixture, gconstpointer data)
{
	g_autoptr(GyRecords) records = records_open(fixture->path);
	g_autoptr(GyRecord) record = record_sample(MAY_12);
	g_autoptr(GyRecord) running = NULL;
	g_autoptr(GyRecord) done = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_true(gy_records_begin(records, record, &error));
	record->stage = GY_STAGE_TRIGGER;
	gy_record_set_text(&record->from_version, "1.0");
	g_assert_true(gy_records_note(records, record, &error));
	running = record_get(records, record->id);
	g_assert_cmpint(running->result, ==, GY_RECORD_RUNNING);
	g_assert_cmpint(running->stage, ==, GY_STAGE_TRIGGER);
	g_assert_cmpstr(running->from_version, ==, "1.0");
	record->result = GY_RECORD_DONE;
	record->ended_ms = MAY_12 + 5;
	g_assert_true(gy_records_complete(records, record, &error));
	done = record_get(records, record->id);
	assert_same_record(record, done);
}

static void
is_completed_once(RecordsFixture *fixture, gconstpointer data)
{
	g_autoptr(GyRecords) records = records_open(fixture->path);
	g_autoptr(GyRecord) record = record_store(records, record_sample(MAY_12), GY_RECORD_DONE, NULL, 10);
	g_autoptr(GyRecord) found = NULL;
	g_autoptr(GError) error = NULL;

	record->result = GY_RECORD_FAILED;
	g_assert_false(gy_records_complete(records, record, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_RECORDS_WRITE);
	found = record_get(records, record->id);
	g_assert_cmpint(found->result, ==, GY_RECORD_DONE);
}

static void
has_a_column_for_each_field(RecordsFixture *fixture, gconstpointer data)
{
	g_autoptr(GyRecords) records = records_open(fixture->path);
	guint n = 0;

	for (const GyRecordField *field = gy_record_fields(); field->name; field++, n++) {
		g_autofree char *sql = g_strdup_printf(
			"SELECT count(*) FROM pragma_table_info('record') WHERE name = '%s'", field->name);

		g_assert_cmpint(gy_database_number(records->db, sql, GY_ERROR_RECORDS_READ, NULL), ==, 1);
	}
	/* besides them: id, writer and delivered */
	g_assert_cmpint(gy_database_number(records->db, "SELECT count(*) FROM pragma_table_info('record')",
				GY_ERROR_RECORDS_READ, NULL),
		==, n + 3);
}

static void
unknown_id_is_told(RecordsFixture *fixture, gconstpointer data)
{
	g_autoptr(GyRecords) records = records_open(fixture->path);
	g_autoptr(GError) error = NULL;

	g_assert_null(gy_records_get(records, 7, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_RECORDS_UNKNOWN);
}

/* ---- versions and files that are something else ---------------------------------------------------------- */

static const char *const two_steps[] = {"CREATE TABLE a (x)", "ALTER TABLE a ADD COLUMN y"};
static const char *const bad_steps[] = {
	"CREATE TABLE a (x)", "CREATE TABLE b (y); ALTER TABLE nothing ADD COLUMN y"};

static gint64
number(sqlite3 *db, const char *sql)
{
	return gy_database_number(db, sql, GY_ERROR_RECORDS_READ, NULL);
}

/* The tables as the first version made them, with a run in them. */
static const char version_1[] =
	"PRAGMA application_id = 0x47795265; PRAGMA user_version = 1;"
	"CREATE TABLE record (id INTEGER PRIMARY KEY AUTOINCREMENT, writer TEXT, run TEXT NOT NULL UNIQUE,"
	" started INTEGER NOT NULL, ended INTEGER,"
	" result TEXT NOT NULL CHECK (result IN ('in-doubt', 'done', 'failed', 'stopped')), stage TEXT NOT "
	"NULL,"
	" station TEXT, operator TEXT, slot TEXT, serial_number TEXT, port TEXT, place TEXT, device_id TEXT, "
	"chip TEXT,"
	" board TEXT, hardware_id INTEGER, package TEXT, package_sha256 TEXT, package_size INTEGER, system "
	"TEXT,"
	" package_version TEXT, from_version TEXT, to_version TEXT, outcome TEXT, code TEXT, message TEXT,"
	" device_code INTEGER, total_ms INTEGER, connect_ms INTEGER, identify_ms INTEGER, check_ms INTEGER,"
	" prepare_ms INTEGER, transfer_ms INTEGER, verify_ms INTEGER, trigger_ms INTEGER, reboot_ms INTEGER,"
	" confirm_ms INTEGER, bytes INTEGER, rate INTEGER, bytes_resent INTEGER, frames_resent INTEGER,"
	" frames_failed INTEGER, resumed_at INTEGER, reconnects INTEGER, log TEXT, host TEXT, host_version "
	"TEXT,"
	" CHECK ((result = 'in-doubt') = (ended IS NULL))) STRICT;"
	"INSERT INTO record (run, started, ended, result, stage, serial_number) VALUES ('old', 1, 2, 'done', "
	"'confirm', 'S1');";

static void
old_records_are_kept(RecordsFixture *fixture, gconstpointer data)
{
	g_autofree char *folder = g_path_get_dirname(fixture->path);
	g_autoptr(GyRecords) records = NULL;
	g_autoptr(GyRecord) old = NULL;
	g_autoptr(GyRecord) next = record_sample(5);
	g_autoptr(GError) error = NULL;
	sqlite3 *db = NULL;

	g_assert_cmpint(g_mkdir(folder, 0700), ==, 0);
	g_assert_cmpint(sqlite3_open(fixture->path, &db), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_exec(db, version_1, NULL, NULL, NULL), ==, SQLITE_OK);
	sqlite3_close(db);
	records = records_open(fixture->path);
	old = gy_records_get(records, 1, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(old->run, ==, "old");
	g_assert_cmpint(old->attempt, ==, GY_RECORD_NONE);
	next->attempt = 2;
	g_assert_true(gy_records_begin(records, next, &error));
	g_assert_cmpint(next->id, ==, 2);
}

static void
migrates_step_by_step(void)
{
	g_autoptr(GError) error = NULL;
	sqlite3 *db;

	g_assert_cmpint(sqlite3_open(":memory:", &db), ==, SQLITE_OK);
	g_assert_true(gy_schema_migrate(db, two_steps, 1, &error));
	g_assert_true(gy_database_run(db, "INSERT INTO a VALUES (5)", GY_ERROR_RECORDS_WRITE, &error));
	g_assert_false(gy_schema_migrate(db, bad_steps, 2, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_RECORDS_OPEN);
	g_clear_error(&error);
	/* as before, and not locked */
	g_assert_cmpint(number(db, "PRAGMA user_version"), ==, 1);
	g_assert_cmpint(number(db, "SELECT count(*) FROM sqlite_schema"), ==, 1);
	g_assert_true(gy_schema_migrate(db, two_steps, 2, &error));
	g_assert_cmpint(number(db, "PRAGMA user_version"), ==, 2);
	g_assert_cmpint(number(db, "SELECT x FROM a WHERE y IS NULL"), ==, 5);
	g_assert_true(gy_schema_migrate(db, two_steps, 2, &error));
	g_assert_false(gy_schema_migrate(db, two_steps, 1, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_RECORDS_NEWER);
	sqlite3_close(db);
}

static void
assert_not_opened(const char *path, GyError code)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(gy_records_open(path, &error));
	g_assert_error(error, GY_ERROR, (int) code);
	g_assert_nonnull(strstr(error->message, path));
}

static void
refuses_what_is_something_else(RecordsFixture *fixture, gconstpointer data)
{
	g_autofree char *below = NULL;
	sqlite3 *db;

	assert_not_opened(fixture->folder, GY_ERROR_RECORDS_OPEN);
	fixture->path = (g_free(fixture->path), g_build_filename(fixture->folder, "records.db", NULL));
	g_assert_true(g_file_set_contents(
		fixture->path, "this is a text and not a database of any kind", -1, NULL));
	assert_not_opened(fixture->path, GY_ERROR_RECORDS_OTHER);
	below = g_build_filename(fixture->path, "records.db", NULL);
	assert_not_opened(below, GY_ERROR_RECORDS_OPEN);
	g_remove(fixture->path);
	g_assert_cmpint(sqlite3_open(fixture->path, &db), ==, SQLITE_OK);
	g_assert_true(gy_database_run(db, "CREATE TABLE theirs (x)", GY_ERROR_RECORDS_WRITE, NULL));
	sqlite3_close(db);
	assert_not_opened(fixture->path, GY_ERROR_RECORDS_OTHER);
	records_remove(fixture->path);
	/* records_tear_down() removes the folder that the fixture's path is in */
	g_free(fixture->path);
	fixture->path = g_build_filename(fixture->folder, "data", "records.db", NULL);
}

static void
newer_ones_are_left_alone(RecordsFixture *fixture, gconstpointer data)
{
	GyRecords *records = records_open(fixture->path);

	g_assert_true(
		gy_database_run(records->db, "PRAGMA user_version = 1000", GY_ERROR_RECORDS_WRITE, NULL));
	gy_records_close(records);
	assert_not_opened(fixture->path, GY_ERROR_RECORDS_NEWER);
}

static void
existing_one_is_not_made(RecordsFixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(gy_records_open_existing(fixture->path, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_FILE_NOT_FOUND);
	g_assert_false(g_file_test(fixture->path, G_FILE_TEST_EXISTS));
}

/* Whatever is broken in the file, it is told or read, never crashed over. */
static void
damage_is_told_or_read(RecordsFixture *fixture, gconstpointer data)
{
	GyRecords *records = records_open(fixture->path);
	g_autofree char *whole = NULL;
	gsize size;

	for (guint i = 0; i < 40; i++)
		record_store_new(records, MAY_12 + i, GY_RECORD_DONE, NULL, 1);
	gy_records_close(records);
	g_assert_true(g_file_get_contents(fixture->path, &whole, &size, NULL));
	for (guint i = 0; i < 60; i++) {
		g_autofree char *damaged = g_memdup2(whole, size);
		gsize kept = g_test_rand_bit() ? size : (gsize) g_test_rand_int_range(0, (gint32) size);
		g_autoptr(GyRecords) found = NULL;
		g_autoptr(GPtrArray) list = NULL;
		g_autoptr(GError) error = NULL;

		for (guint j = 0; j < 8; j++)
			damaged[g_test_rand_int_range(0, (gint32) size)] ^=
				(char) g_test_rand_int_range(1, 256);
		records_remove(fixture->path);
		g_assert_true(g_file_set_contents(fixture->path, damaged, (gssize) kept, NULL));
		found = gy_records_open(fixture->path, &error);
		list = found ? gy_records_list(found, NULL, &error) : NULL;
		g_assert_true((list != NULL) != (error != NULL));
	}
}

#define ADD(path, function)                                                                                  \
	g_test_add("/records/" path, RecordsFixture, NULL, records_set_up, function, records_tear_down)

int
main(int argc, char **argv)
{
	g_setenv("TZ", "UTC", TRUE);
	g_test_init(&argc, &argv, NULL);
	ADD("store/comes-back-as-it-was", comes_back_as_it_was);
	ADD("store/is-running-until-it-is-completed", is_running_until_it_is_completed);
	ADD("store/is-completed-once", is_completed_once);
	ADD("store/has-a-column-for-each-field", has_a_column_for_each_field);
	ADD("store/unknown-id-is-told", unknown_id_is_told);
	g_test_add_func("/records/schema/migrates-step-by-step", migrates_step_by_step);
	ADD("schema/old-records-are-kept", old_records_are_kept);
	ADD("schema/refuses-what-is-something-else", refuses_what_is_something_else);
	ADD("schema/newer-ones-are-left-alone", newer_ones_are_left_alone);
	ADD("schema/existing-one-is-not-made", existing_one_is_not_made);
	ADD("schema/damage-is-told-or-read", damage_is_told_or_read);
	return g_test_run();
}
