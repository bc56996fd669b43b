// SPDX-License-Identifier: Apache-2.0
#include "engine/records/serials.h"

#include <glib/gi18n-lib.h>

#include "engine/records/database-private.h"
#include "engine/records/writer.h"

#define MS_PER_S 1000
/* Places without a usable number that are stepped over in one go: numbers that were used before there was a counter. */
#define SKIP_MOST 1000000

#define IS_FREE   "(state = 'free' OR (state = 'reserved' AND NOT gy_is_alive(writer)))"
#define STATE                                                                                                \
	"CASE WHEN state = 'started' AND NOT gy_is_alive(writer) THEN 'in-doubt'"                            \
	" WHEN " IS_FREE " THEN 'free' ELSE state END"

static const char *const words[GY_SERIAL_N_STATES] = {
	[GY_SERIAL_FREE] = "free",
	[GY_SERIAL_RESERVED] = "reserved",
	[GY_SERIAL_STARTED] = "started",
	[GY_SERIAL_CONSUMED] = "consumed",
	[GY_SERIAL_IN_DOUBT] = "in-doubt",
};

const char *
gy_serial_state_word(GySerialState state)
{
	g_return_val_if_fail((guint) state < GY_SERIAL_N_STATES, NULL);
	return words[state];
}

static GySerialState
state_of_word(const char *word)
{
	for (guint i = 0; i < GY_SERIAL_N_STATES; i++)
		if (g_strcmp0(word, words[i]) == 0)
			return (GySerialState) i;
	/* what is not understood is not given away */
	return GY_SERIAL_IN_DOUBT;
}

void
gy_serial_free(GySerial *serial)
{
	if (!serial)
		return;
	g_free(serial->series);
	g_free(serial->number);
	g_free(serial->station);
	g_free(serial->slot);
	g_free(serial->run);
	g_free(serial);
}

/* ---- transactions --------------------------------------------------------------------------------------- */

static gboolean
begin(GyRecords *records, GError **error)
{
	return gy_database_run(records->db, "BEGIN IMMEDIATE", GY_ERROR_RECORDS_WRITE, error);
}

/* Ends what begin() began; @done: whether all of it was. Returns: whether it is stored. */
static gboolean
end(GyRecords *records, gboolean done, GError **error)
{
	if (done && gy_database_run(records->db, "COMMIT", GY_ERROR_RECORDS_WRITE, error))
		return TRUE;
	/* after some failures SQLite has done it already */
	if (!sqlite3_get_autocommit(records->db) &&
		!gy_database_run(records->db, "ROLLBACK", GY_ERROR_RECORDS_WRITE, NULL))
		g_debug("serial numbers: no rollback: %s", sqlite3_errmsg(records->db));
	return FALSE;
}

/* (transfer full) (nullable): with what every statement about one number may name. */
static GyStatement *
prepare(GyRecords *records, const char *sql, const GySerialHolder *holder, const char *number, GError **error)
{
	GyStatement *statement = gy_database_prepare(records->db, sql, GY_ERROR_RECORDS_WRITE, error);
	g_autofree char *writer = gy_record_writer();

	if (!statement)
		return NULL;
	gy_database_bind_text(statement, ":series", holder->series);
	gy_database_bind_text(statement, ":station", holder->station);
	gy_database_bind_text(statement, ":slot", holder->slot);
	gy_database_bind_text(statement, ":number", number);
	gy_database_bind_text(statement, ":writer", writer);
	gy_database_bind_number(statement, ":now", g_get_real_time() / MS_PER_S);
	return statement;
}

/* How many rows a statement changed; negative with an error. */
static int
change(GyRecords *records, GyStatement *statement, GError **error)
{
	if (!statement)
		return -1;
	if (sqlite3_step(statement) == SQLITE_DONE)
		return sqlite3_changes(records->db);
	gy_database_fail(records->db, GY_ERROR_RECORDS_WRITE, records->path, error);
	return -1;
}

/* ---- looking -------------------------------------------------------------------------------------------- */

static char *
column(GyStatement *row, int index)
{
	return g_strdup((const char *) sqlite3_column_text(row, index));
}

GPtrArray *
gy_serials_list(GyRecords *records, const char *series, guint states, GError **error)
{
	static const char sql[] = "SELECT series, number, " STATE ", station, slot, run, changed FROM serial "
				  "WHERE series = :series ORDER BY position, number";
	const GySerialHolder holder = {.series = series};
	g_autoptr(GyStatement) rows = prepare(records, sql, &holder, NULL, error);
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify) gy_serial_free);
	int result;

	if (!rows)
		return NULL;
	while ((result = sqlite3_step(rows)) == SQLITE_ROW) {
		GySerialState state = state_of_word((const char *) sqlite3_column_text(rows, 2));
		GySerial *serial;

		if (states != 0 && !(states & 1U << state))
			continue;
		serial = g_new0(GySerial, 1);
		*serial = (GySerial){column(rows, 0), column(rows, 1), state, column(rows, 3),
			column(rows, 4), column(rows, 5), sqlite3_column_int64(rows, 6)};
		g_ptr_array_add(list, serial);
	}
	if (result == SQLITE_DONE)
		return g_steal_pointer(&list);
	gy_database_fail(records->db, GY_ERROR_RECORDS_READ, records->path, error);
	return NULL;
}

static gboolean
refuse(GySerialState state, const char *number, const char *station, const char *slot, GError **error)
{
	switch (state) {
	case GY_SERIAL_FREE: return TRUE;
	case GY_SERIAL_CONSUMED:
		g_set_error(error, GY_ERROR, GY_ERROR_SERIAL_USED,
			_("the serial number %s was given to another board%s%s"), number,
			station ? _(" at station ") : "", station ? station : "");
		return FALSE;
	case GY_SERIAL_IN_DOUBT:
		g_set_error(error, GY_ERROR, GY_ERROR_SERIAL_IN_DOUBT,
			_("the serial number %s is in doubt: a run with it was cut off in slot %s"), number,
			slot ? slot : "?");
		return FALSE;
	default:
		g_set_error(error, GY_ERROR, GY_ERROR_SERIAL_TAKEN,
			_("the serial number %s is being given to the board in slot %s"), number,
			slot ? slot : "?");
		return FALSE;
	}
}

static gboolean
check_records(GyRecords *records, const char *number, GError **error)
{
	g_autoptr(GyStatement) row = gy_database_prepare(records->db,
		"SELECT station FROM record WHERE serial_number = :number AND result = 'done' LIMIT 1",
		GY_ERROR_RECORDS_READ, error);
	int result;

	if (!row)
		return FALSE;
	gy_database_bind_text(row, ":number", number);
	result = sqlite3_step(row);
	if (result == SQLITE_DONE)
		return TRUE;
	if (result != SQLITE_ROW)
		return gy_database_fail(records->db, GY_ERROR_RECORDS_READ, records->path, error);
	return refuse(GY_SERIAL_CONSUMED, number, (const char *) sqlite3_column_text(row, 0), NULL, error);
}

gboolean
gy_serials_check(GyRecords *records, const char *series, const char *number, GError **error)
{
	static const char sql[] =
		"SELECT " STATE ", station, slot FROM serial WHERE series = :series AND number = :number";
	const GySerialHolder holder = {.series = series};
	g_autoptr(GyStatement) row = prepare(records, sql, &holder, number, error);
	int result = row ? sqlite3_step(row) : SQLITE_ERROR;

	if (!row)
		return FALSE;
	if (result == SQLITE_DONE)
		return check_records(records, number, error);
	if (result != SQLITE_ROW)
		return gy_database_fail(records->db, GY_ERROR_RECORDS_READ, records->path, error);
	return refuse(state_of_word((const char *) sqlite3_column_text(row, 0)), number,
		       (const char *) sqlite3_column_text(row, 1), (const char *) sqlite3_column_text(row, 2),
		       error) &&
	       check_records(records, number, error);
}

/* ---- reserving ------------------------------------------------------------------------------------------ */

/* 1 if it is reserved now, 0 if it cannot be; negative with an error. */
static int
try_reserve(GyRecords *records, const GySerialHolder *holder, const char *number, guint64 position,
	GError **error)
{
	static const char sql[] =
		"INSERT INTO serial (series, number, position, state, writer, station, slot, changed) "
		"SELECT :series, :number, :position, 'reserved', :writer, :station, :slot, :now "
		"WHERE NOT EXISTS (SELECT 1 FROM record WHERE serial_number = :number AND result = 'done') "
		"ON CONFLICT (series, number) DO UPDATE SET state = 'reserved', writer = excluded.writer, "
		"station = excluded.station, slot = excluded.slot, run = NULL, changed = excluded.changed "
		"WHERE " IS_FREE;
	g_autoptr(GyStatement) statement = prepare(records, sql, holder, number, error);

	if (statement)
		gy_database_bind_number(statement, ":position", (gint64) MIN(position, G_MAXINT64));
	return change(records, statement, error);
}

gboolean
gy_serials_reserve(GyRecords *records, const GySerialHolder *holder, const char *number, GError **error)
{
	int taken = try_reserve(records, holder, number, 0, error);

	if (taken > 0)
		return TRUE;
	if (taken == 0 && gy_serials_check(records, holder->series, number, error))
		/* it came back between the two looks */
		g_set_error(error, GY_ERROR, GY_ERROR_SERIAL_TAKEN,
			_("the serial number %s was being given to another board"), number);
	return FALSE;
}

/* (transfer full) (nullable): the lowest number that is there and free; %NULL without an error if there is none. */
static char *
take_free(GyRecords *records, const GySerialHolder *holder, GError **error)
{
	static const char sql[] =
		"SELECT number, position FROM serial WHERE series = :series AND "
		"state IN ('free', 'reserved') AND " IS_FREE " ORDER BY position, number LIMIT 1";
	g_autoptr(GyStatement) row = prepare(records, sql, holder, NULL, error);
	g_autofree char *number = NULL;
	guint64 position;
	int result = row ? sqlite3_step(row) : SQLITE_ERROR;

	if (!row || result == SQLITE_DONE)
		return NULL;
	if (result != SQLITE_ROW) {
		gy_database_fail(records->db, GY_ERROR_RECORDS_WRITE, records->path, error);
		return NULL;
	}
	number = column(row, 0);
	position = (guint64) sqlite3_column_int64(row, 1);
	sqlite3_reset(row);
	switch (try_reserve(records, holder, number, position, error)) {
	case 1: return g_steal_pointer(&number);
	case 0:
		/* the records say that a board has it, by whatever way it came to it */
		g_set_error(error, GY_ERROR, GY_ERROR_SERIAL_USED,
			_("the serial number %s came back, and the records say that a board has it"), number);
		return NULL;
	default: return NULL;
	}
}

static gboolean
store_counter(GyRecords *records, const GySerialHolder *holder, guint64 next, GError **error)
{
	static const char sql[] = "INSERT INTO counter (series, next) VALUES (:series, :next) "
				  "ON CONFLICT (series) DO UPDATE SET next = excluded.next";
	g_autoptr(GyStatement) statement = prepare(records, sql, holder, NULL, error);

	if (statement)
		gy_database_bind_number(statement, ":next", (gint64) MIN(next, G_MAXINT64));
	return change(records, statement, error) >= 0;
}

static gboolean
load_counter(GyRecords *records, const GySerialHolder *holder, guint64 first, guint64 *next, GError **error)
{
	static const char sql[] = "SELECT next FROM counter WHERE series = :series";
	g_autoptr(GyStatement) row = prepare(records, sql, holder, NULL, error);
	int result = row ? sqlite3_step(row) : SQLITE_ERROR;

	if (!row)
		return FALSE;
	*next = result == SQLITE_ROW ? MAX(first, (guint64) sqlite3_column_int64(row, 0)) : first;
	return result == SQLITE_ROW || result == SQLITE_DONE ||
	       gy_database_fail(records->db, GY_ERROR_RECORDS_READ, records->path, error);
}

/* (transfer full) (nullable): the next one that was never given out. */
static char *
take_new(GyRecords *records, const GySerialHolder *holder, guint64 first, GySerialFunc func, gpointer data,
	GError **error)
{
	guint64 next = 0;

	if (!load_counter(records, holder, first, &next, error))
		return NULL;
	for (guint64 end_at = next + SKIP_MOST; next < end_at; next++) {
		g_autofree char *number = func(next, data);
		int taken = number ? try_reserve(records, holder, number, next, error) : 0;

		if (taken < 0)
			return NULL;
		if (taken > 0)
			return store_counter(records, holder, next + 1, error) ? g_steal_pointer(&number)
									       : NULL;
		if (!number)
			break;
	}
	g_set_error(error, GY_ERROR, GY_ERROR_SERIAL_NONE_LEFT, _("there is no serial number left%s%s"),
		*holder->series ? _(" in the series ") : "", holder->series);
	return NULL;
}

char *
gy_serials_reserve_next(GyRecords *records, const GySerialHolder *holder, guint64 first, GySerialFunc func,
	gpointer data, GError **error)
{
	g_autoptr(GError) problem = NULL;
	g_autofree char *number = NULL;

	if (!begin(records, error))
		return NULL;
	number = take_free(records, holder, &problem);
	if (!number && !problem)
		number = take_new(records, holder, first, func, data, &problem);
	if (!end(records, number != NULL, problem ? NULL : &problem)) {
		g_propagate_error(error, g_steal_pointer(&problem));
		return NULL;
	}
	return g_steal_pointer(&number);
}

static char *
no_number(guint64 position, gpointer data)
{
	return NULL;
}

char *
gy_serials_reserve_free(GyRecords *records, const GySerialHolder *holder, GError **error)
{
	return gy_serials_reserve_next(records, holder, 0, no_number, NULL, error);
}

/* ---- a pool's ------------------------------------------------------------------------------------------- */

static gboolean
hold_one(GyRecords *records, const GySerialHolder *holder, const char *number, GError **error)
{
	g_autoptr(GyStatement) statement = prepare(records,
		"INSERT INTO serial (series, number, position, state, changed) VALUES (:series, :number, 0, "
		"'free', :now) "
		"ON CONFLICT (series, number) DO NOTHING",
		holder, number, error);

	return change(records, statement, error) >= 0;
}

static gboolean
forget_one(GyRecords *records, const GySerialHolder *holder, const char *number, GError **error)
{
	g_autoptr(GyStatement) statement = prepare(records,
		"DELETE FROM serial WHERE series = :series AND number = :number AND " IS_FREE, holder, number,
		error);

	return change(records, statement, error) >= 0;
}

static gboolean
forget_others(GyRecords *records, const GySerialHolder *holder, const char *const *numbers, GError **error)
{
	g_autoptr(GPtrArray) free_ones =
		gy_serials_list(records, holder->series, 1U << GY_SERIAL_FREE, error);

	for (guint i = 0; free_ones && i < free_ones->len; i++) {
		const GySerial *serial = g_ptr_array_index(free_ones, i);

		if (!g_strv_contains(numbers, serial->number) &&
			!forget_one(records, holder, serial->number, error))
			return FALSE;
	}
	return free_ones != NULL;
}

gboolean
gy_serials_hold(GyRecords *records, const char *series, const char *const *numbers, GError **error)
{
	const GySerialHolder holder = {.series = series};
	gboolean done;

	if (!begin(records, error))
		return FALSE;
	done = forget_others(records, &holder, numbers, error);
	for (; done && *numbers; numbers++)
		done = hold_one(records, &holder, *numbers, error);
	return end(records, done, done ? error : NULL);
}

GStrv
gy_serials_let_go(GyRecords *records, const char *series, GError **error)
{
	const GySerialHolder holder = {.series = series};
	g_autoptr(GPtrArray) free_ones = NULL;
	g_autoptr(GPtrArray) numbers = g_ptr_array_new_with_free_func(g_free);
	gboolean done;

	if (!begin(records, error))
		return NULL;
	free_ones = gy_serials_list(records, series, 1U << GY_SERIAL_FREE, error);
	done = free_ones != NULL;
	for (guint i = 0; done && i < free_ones->len; i++) {
		const GySerial *serial = g_ptr_array_index(free_ones, i);

		g_ptr_array_add(numbers, g_strdup(serial->number));
		done = forget_one(records, &holder, serial->number, error);
	}
	if (!end(records, done, done ? error : NULL))
		return NULL;
	g_ptr_array_add(numbers, NULL);
	return (GStrv) g_ptr_array_steal(numbers, NULL);
}

gint64
gy_serials_n_free(GyRecords *records, const char *series, GError **error)
{
	g_autoptr(GPtrArray) free_ones = gy_serials_list(records, series, 1U << GY_SERIAL_FREE, error);

	return free_ones ? (gint64) free_ones->len : -1;
}

gboolean
gy_serials_is_decided(GyRecords *records, const char *series, const char *number)
{
	static const char sql[] =
		"SELECT 1 FROM serial WHERE series = :series AND number = :number AND state = 'consumed' AND "
		"NOT EXISTS (SELECT 1 FROM record WHERE serial_number = :number AND result = 'done')";
	const GySerialHolder holder = {.series = series};
	g_autoptr(GyStatement) row = prepare(records, sql, &holder, number, NULL);

	return row && sqlite3_step(row) == SQLITE_ROW;
}

/* ---- what becomes of it --------------------------------------------------------------------------------- */

/* Moves a number of this program's to another state. Returns: how many that were. */
static int
move(GyRecords *records, const char *series, const char *number, const char *state, const char *run,
	GError **error)
{
	static const char sql[] =
		"UPDATE serial SET state = :state, run = coalesce(:run, run), changed = :now "
		"WHERE series = :series AND number = :number AND writer = :writer AND "
		"state IN ('reserved', 'started')";
	const GySerialHolder holder = {.series = series};
	g_autoptr(GyStatement) statement = prepare(records, sql, &holder, number, error);

	if (statement) {
		gy_database_bind_text(statement, ":state", state);
		gy_database_bind_text(statement, ":run", run);
	}
	return change(records, statement, error);
}

static gboolean
ensure_moved(GyRecords *records, const char *series, const char *number, const char *state, const char *run,
	GError **error)
{
	int n_moved = move(records, series, number, state, run, error);

	if (n_moved == 0)
		g_set_error(error, GY_ERROR, GY_ERROR_SERIAL_TAKEN,
			_("the serial number %s is not reserved by this program (any more)"), number);
	return n_moved == 1;
}

gboolean
gy_serials_release(GyRecords *records, const char *series, const char *number, GError **error)
{
	return ensure_moved(records, series, number, "free", NULL, error);
}

gboolean
gy_serials_decide(GyRecords *records, const char *series, const char *number, gboolean use, GError **error)
{
	static const char sql[] =
		"UPDATE serial SET state = :state, changed = :now WHERE series = :series AND "
		"number = :number AND state = 'started' AND NOT gy_is_alive(writer)";
	const GySerialHolder holder = {.series = series};
	g_autoptr(GyStatement) statement = prepare(records, sql, &holder, number, error);
	int n_moved;

	if (statement)
		gy_database_bind_text(statement, ":state", use ? "consumed" : "free");
	n_moved = change(records, statement, error);
	if (n_moved == 0)
		g_set_error(error, GY_ERROR, GY_ERROR_SERIAL_NOT_IN_DOUBT,
			_("the serial number %s is not in doubt"), number);
	return n_moved == 1;
}

gboolean
gy_records_begin_board(GyRecords *records, GyRecord *record, const char *series, GError **error)
{
	gboolean done;

	if (!begin(records, error))
		return FALSE;
	done = (!record->serial_number ||
		       ensure_moved(records, series, record->serial_number, "started", record->run, error)) &&
	       gy_records_begin(records, record, error);
	return end(records, done, done ? error : NULL);
}

gboolean
gy_records_complete_board(
	GyRecords *records, const GyRecord *record, const char *series, gboolean keep, GError **error)
{
	const char *state = record->result == GY_RECORD_DONE ? "consumed" : keep ? "reserved" : "free";
	gboolean done;

	if (!begin(records, error))
		return FALSE;
	done = (!record->serial_number ||
		       ensure_moved(records, series, record->serial_number, state, record->run, error)) &&
	       gy_records_complete(records, record, error);
	return end(records, done, done ? error : NULL);
}
