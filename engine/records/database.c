// SPDX-License-Identifier: Apache-2.0
#include "engine/records/database-private.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "engine/records/writer.h"

#define RETRY_US 10000

/* ---- statements ----------------------------------------------------------------------------------------- */

gboolean
gy_database_fail(sqlite3 *db, GyError code, const char *what, GError **error)
{
	int found = sqlite3_errcode(db) & 0xff;

	if (found == SQLITE_NOTADB)
		code = GY_ERROR_RECORDS_OTHER;
	g_set_error(error, GY_ERROR, (int) code, "%s: %s", what, sqlite3_errmsg(db));
	return FALSE;
}

gboolean
gy_database_run(sqlite3 *db, const char *sql, GyError code, GError **error)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK)
		return TRUE;
	return gy_database_fail(db, code, _("the database of records"), error);
}

GyStatement *
gy_database_prepare(sqlite3 *db, const char *sql, GyError code, GError **error)
{
	GyStatement *statement = NULL;

	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
		gy_database_fail(db, code, _("the database of records"), error);
	return statement;
}

gint64
gy_database_number(sqlite3 *db, const char *sql, GyError code, GError **error)
{
	g_autoptr(GyStatement) statement = gy_database_prepare(db, sql, code, error);

	if (!statement)
		return -1;
	if (sqlite3_step(statement) == SQLITE_ROW)
		return MAX(sqlite3_column_int64(statement, 0), 0);
	gy_database_fail(db, code, _("the database of records"), error);
	return -1;
}

void
gy_database_bind_text(GyStatement *statement, const char *name, const char *text)
{
	int index = sqlite3_bind_parameter_index(statement, name);

	if (index > 0)
		sqlite3_bind_text(statement, index, text, -1, SQLITE_TRANSIENT);
}

void
gy_database_bind_number(GyStatement *statement, const char *name, gint64 number)
{
	int index = sqlite3_bind_parameter_index(statement, name);

	if (index > 0)
		sqlite3_bind_int64(statement, index, number);
}

/* ---- opening -------------------------------------------------------------------------------------------- */

char *
gy_records_default_path(void)
{
	return g_build_filename(g_get_user_data_dir(), "gantry", "records.db", NULL);
}

/* SQL: gy_is_alive(writer). */
static void
is_alive(sqlite3_context *context, int n_values, sqlite3_value **values)
{
	const char *writer = (const char *) sqlite3_value_text(values[0]);

	sqlite3_result_int(context, gy_record_writer_is_alive(writer));
}

/*
 * SQLite does not wait for others that change to WAL at the same moment, since two that waited for each other would do so
 * for ever; so it is tried again here.
 */
static gboolean
ensure_wal(sqlite3 *db, GError **error)
{
	gint64 until_us = g_get_monotonic_time() + GY_RECORDS_WAIT_MS * 1000;

	while (sqlite3_exec(db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL) != SQLITE_OK) {
		if ((sqlite3_errcode(db) & 0xff) != SQLITE_BUSY || g_get_monotonic_time() > until_us)
			return gy_database_fail(
				db, GY_ERROR_RECORDS_OPEN, _("the database of records"), error);
		g_usleep(RETRY_US);
	}
	return TRUE;
}

static gboolean
set_up(sqlite3 *db, GError **error)
{
	sqlite3_extended_result_codes(db, 1);
	sqlite3_busy_timeout(db, GY_RECORDS_WAIT_MS);
	/* a file from elsewhere must not make us run what it brings along */
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_create_function(db, "gy_is_alive", 1, SQLITE_UTF8, NULL, is_alive, NULL, NULL);
	return ensure_wal(db, error) &&
	       /* a record that was begun is still there after a power cut */
	       gy_database_run(db, "PRAGMA synchronous = FULL", GY_ERROR_RECORDS_OPEN, error) &&
	       gy_schema_ensure(db, error);
}

static GyRecords *
open_with(const char *path, int flags, GError **error)
{
	g_autoptr(GyRecords) records = g_new0(GyRecords, 1);
	int result = sqlite3_open_v2(path, &records->db, flags | SQLITE_OPEN_READWRITE, NULL);

	records->path = g_strdup(path);
	if (result != SQLITE_OK) {
		g_set_error(error, GY_ERROR, GY_ERROR_RECORDS_OPEN, "%s: %s", path,
			records->db ? sqlite3_errmsg(records->db) : sqlite3_errstr(result));
		return NULL;
	}
	if (set_up(records->db, error))
		return g_steal_pointer(&records);
	g_prefix_error(error, "%s: ", path);
	return NULL;
}

GyRecords *
gy_records_open(const char *path, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(path);

	if (g_mkdir_with_parents(folder, 0700) != 0) {
		g_set_error(error, GY_ERROR, GY_ERROR_RECORDS_OPEN, _("%s: its folder cannot be made: %s"),
			path, g_strerror(errno));
		return NULL;
	}
	return open_with(path, SQLITE_OPEN_CREATE, error);
}

GyRecords *
gy_records_open_existing(const char *path, GError **error)
{
	if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
		g_set_error(error, GY_ERROR, GY_ERROR_FILE_NOT_FOUND, _("there are no records in %s"), path);
		return NULL;
	}
	return open_with(path, 0, error);
}

void
gy_records_close(GyRecords *records)
{
	if (!records)
		return;
	sqlite3_close(records->db);
	g_free(records->path);
	g_free(records);
}
