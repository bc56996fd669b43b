// SPDX-License-Identifier: Apache-2.0
#include "engine/records/database-private.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

/* "GyRe", in the header of the file: tells our databases from those of other programs. */
#define APPLICATION_ID 0x47795265

/* A step that was published is never changed: what is in people's files came from it. */
static const char *const steps[] = {
	"CREATE TABLE record ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" writer TEXT,"
	" run TEXT NOT NULL UNIQUE,"
	" started INTEGER NOT NULL,"
	" ended INTEGER,"
	" result TEXT NOT NULL CHECK (result IN ('in-doubt', 'done', 'failed', 'stopped')),"
	" stage TEXT NOT NULL,"
	" station TEXT, operator TEXT, slot TEXT, serial_number TEXT,"
	" port TEXT, place TEXT,"
	" device_id TEXT, chip TEXT, board TEXT, hardware_id INTEGER,"
	" package TEXT, package_sha256 TEXT, package_size INTEGER, system TEXT, package_version TEXT,"
	" from_version TEXT, to_version TEXT,"
	" outcome TEXT, code TEXT, message TEXT, device_code INTEGER,"
	" total_ms INTEGER, connect_ms INTEGER, identify_ms INTEGER, check_ms INTEGER, prepare_ms INTEGER,"
	" transfer_ms INTEGER, verify_ms INTEGER, trigger_ms INTEGER, reboot_ms INTEGER, confirm_ms INTEGER,"
	" bytes INTEGER, rate INTEGER, bytes_resent INTEGER, frames_resent INTEGER, frames_failed INTEGER,"
	" resumed_at INTEGER, reconnects INTEGER,"
	" log TEXT, host TEXT, host_version TEXT,"
	" CHECK ((result = 'in-doubt') = (ended IS NULL))"
	") STRICT;"
	"CREATE INDEX record_started ON record (started);"
	"CREATE INDEX record_device ON record (device_id, id);"
	"CREATE INDEX record_board ON record (board);",

	/* the line: attempts at one board, and serial numbers, which are only given away with a PASS */
	"ALTER TABLE record ADD COLUMN attempt INTEGER;"
	"ALTER TABLE record ADD COLUMN steps TEXT;"
	"ALTER TABLE record ADD COLUMN delivered INTEGER NOT NULL DEFAULT 0;"
	"CREATE INDEX record_serial_number ON record (serial_number);"
	"CREATE INDEX record_station ON record (station, started);"
	"CREATE TABLE serial ("
	" series TEXT NOT NULL,"
	" number TEXT NOT NULL,"
	" position INTEGER NOT NULL,"
	" state TEXT NOT NULL CHECK (state IN ('free', 'reserved', 'started', 'consumed')),"
	" writer TEXT, station TEXT, slot TEXT, run TEXT,"
	" changed INTEGER NOT NULL,"
	" PRIMARY KEY (series, number)"
	") STRICT;"
	"CREATE INDEX serial_state ON serial (series, state, position);"
	"CREATE TABLE counter (series TEXT PRIMARY KEY, next INTEGER NOT NULL) STRICT;",

	/* differences that are made when a device is known */
	("ALTER TABLE record ADD COLUMN delta TEXT;"
	 "ALTER TABLE record ADD COLUMN whole_bytes INTEGER;"),
};

/* Whether it is ours, or has nothing in it yet. */
static gboolean
check_owner(sqlite3 *db, GError **error)
{
	gint64 owner = gy_database_number(db, "PRAGMA application_id", GY_ERROR_RECORDS_OPEN, error);
	gint64 n_tables;

	if (owner < 0)
		return FALSE;
	if (owner == APPLICATION_ID)
		return TRUE;
	n_tables = gy_database_number(db, "SELECT count(*) FROM sqlite_schema", GY_ERROR_RECORDS_OPEN, error);
	if (n_tables < 0)
		return FALSE;
	if (owner == 0 && n_tables == 0)
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_RECORDS_OTHER,
		_("the file is a database of another program: expected application id %#x, found %#x"),
		APPLICATION_ID, (guint) owner);
	return FALSE;
}

/* The version, or a negative number with an error. */
static gint64
check_version(sqlite3 *db, guint n_steps, GError **error)
{
	gint64 version = gy_database_number(db, "PRAGMA user_version", GY_ERROR_RECORDS_OPEN, error);

	if (version <= (gint64) n_steps)
		return version;
	g_set_error(error, GY_ERROR, GY_ERROR_RECORDS_NEWER,
		_("the records have version %" PRId64 ", this Gantry knows versions up to %u"), version,
		n_steps);
	return -1;
}

/* The version, seen at one moment: whoever makes the file may be at it. A negative number with an error. */
static gint64
look(sqlite3 *db, guint n_steps, GError **error)
{
	gint64 version;

	if (!gy_database_run(db, "BEGIN", GY_ERROR_RECORDS_OPEN, error))
		return -1;
	version = check_owner(db, error) ? check_version(db, n_steps, error) : -1;
	if (!gy_database_run(db, "END", GY_ERROR_RECORDS_OPEN, version < 0 ? NULL : error))
		return -1;
	return version;
}

static gboolean
run_steps(sqlite3 *db, const char *const *wanted, guint n_steps, GError **error)
{
	/* asked again: another program may have done it while we waited for the lock */
	gint64 version = check_owner(db, error) ? check_version(db, n_steps, error) : -1;
	g_autofree char *stamp = g_strdup_printf(
		"PRAGMA application_id = %d; PRAGMA user_version = %u", APPLICATION_ID, n_steps);

	if (version < 0)
		return FALSE;
	for (guint i = (guint) version; i < n_steps; i++)
		if (!gy_database_run(db, wanted[i], GY_ERROR_RECORDS_OPEN, error))
			return FALSE;
	return gy_database_run(db, stamp, GY_ERROR_RECORDS_OPEN, error);
}

gboolean
gy_schema_migrate(sqlite3 *db, const char *const *wanted, guint n_steps, GError **error)
{
	gint64 version = look(db, n_steps, error);

	if (version < 0)
		return FALSE;
	if (version == (gint64) n_steps)
		return TRUE;
	if (!gy_database_run(db, "BEGIN IMMEDIATE", GY_ERROR_RECORDS_OPEN, error))
		return FALSE;
	if (run_steps(db, wanted, n_steps, error) &&
		gy_database_run(db, "COMMIT", GY_ERROR_RECORDS_OPEN, error))
		return TRUE;
	/* after some failures SQLite has done it already */
	if (!sqlite3_get_autocommit(db) && !gy_database_run(db, "ROLLBACK", GY_ERROR_RECORDS_OPEN, NULL))
		g_debug("records: no rollback: %s", sqlite3_errmsg(db));
	return FALSE;
}

gboolean
gy_schema_ensure(sqlite3 *db, GError **error)
{
	return gy_schema_migrate(db, steps, G_N_ELEMENTS(steps), error);
}
