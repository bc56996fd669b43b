// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sqlite3.h>

#include "engine/error.h"
#include "engine/records/records.h"

/** How long a write or a first look waits for other programs, and how long a note in mid-run does. */
#define GY_RECORDS_WAIT_MS 4000
#define GY_RECORDS_NOTE_MS 200

struct _GyRecords {
	sqlite3 *db;
	char *path;
};

typedef sqlite3_stmt GyStatement;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyStatement, sqlite3_finalize)

/** gy_database_fail: sets @error to what SQLite says of its last call. Returns: %FALSE. */
gboolean gy_database_fail(sqlite3 *db, GyError code, const char *what, GError **error);

/** gy_database_run: runs statements that give no rows; %FALSE with @code. */
gboolean gy_database_run(
	sqlite3 *db, const char *sql, GyError code, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_database_prepare: (transfer full): one statement, or %NULL with @code. */
GyStatement *gy_database_prepare(
	sqlite3 *db, const char *sql, GyError code, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_database_number: the one number that @sql gives; negative with @code on failure. */
gint64 gy_database_number(sqlite3 *db, const char *sql, GyError code, GError **error);

/** gy_database_bind_text: binds @text (nullable) to the parameter of that name, if the statement has it. */
void gy_database_bind_text(GyStatement *statement, const char *name, const char *text);
/** gy_database_bind_number: the same for a number. */
void gy_database_bind_number(GyStatement *statement, const char *name, gint64 number);

/**
 * gy_schema_migrate:
 * @db: a database of ours, or an empty one
 * @steps: statements that lead from version 0 to 1, from 1 to 2, ...
 * @n_steps: how many, and so the version that is wanted
 * @error: return location
 *
 * Brings the tables to the wanted version, in one transaction: a step that fails leaves the database as it was. Several
 * programs may do it at once; one of them does the work.
 *
 * Returns: %FALSE with %GY_ERROR_RECORDS_OPEN, %GY_ERROR_RECORDS_OTHER or %GY_ERROR_RECORDS_NEWER
 */
gboolean gy_schema_migrate(
	sqlite3 *db, const char *const *steps, guint n_steps, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_schema_ensure: the same with the steps of this version. */
gboolean gy_schema_ensure(sqlite3 *db, GError **error) G_GNUC_WARN_UNUSED_RESULT;
