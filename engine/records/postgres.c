// SPDX-License-Identifier: Apache-2.0
#include "engine/records/postgres.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>

#include "engine/records/field-private.h"
#include "engine/records/postgres-private.h"

/* Of the tables; what only adds a column to the records changes nothing in it. */
#define VERSION 1
/* "GyRe": whoever makes the tables does it alone */
#define LOCK "1199133285"

struct _GyPostgres {
	PGconn *connection;
	guint timeout_ms;
	gboolean is_good;
};

gboolean
gy_postgres_is_uri(const char *text)
{
	return g_str_has_prefix(text, "postgresql://") || g_str_has_prefix(text, "postgres://");
}

gboolean
gy_postgres_is_good(const GyPostgres *postgres)
{
	return postgres->is_good;
}

void
gy_postgres_close(GyPostgres *postgres)
{
	if (!postgres)
		return;
	PQfinish(postgres->connection);
	g_free(postgres);
}

/* ---- within the time ------------------------------------------------------------------------------------ */

static gboolean
fail(GyPostgres *postgres, const char *what, GError **error)
{
	g_autofree char *said = g_strdup(what ? what : PQerrorMessage(postgres->connection));

	postgres->is_good = PQstatus(postgres->connection) == CONNECTION_OK && !what;
	g_set_error(
		error, GY_ERROR, GY_ERROR_RECORDS_AWAY, _("the stations' database: %s"), g_strstrip(said));
	return FALSE;
}

static gboolean
wait_for(GyPostgres *postgres, short events, gint64 until_us, GError **error)
{
	struct pollfd poll_fd = {.fd = PQsocket(postgres->connection), .events = events};
	gint64 left_ms;
	int found;

	do {
		left_ms = (until_us - g_get_monotonic_time()) / 1000;
		found = left_ms > 0 ? poll(&poll_fd, 1, (int) left_ms) : 0;
	} while (found < 0 && errno == EINTR);
	return found > 0 || fail(postgres, _("it does not answer"), error);
}

static gint64
deadline(const GyPostgres *postgres)
{
	return g_get_monotonic_time() + (gint64) postgres->timeout_ms * 1000;
}

static gboolean
connect_now(GyPostgres *postgres, GError **error)
{
	gint64 until_us = deadline(postgres);

	for (;;) {
		switch (PQconnectPoll(postgres->connection)) {
		case PGRES_POLLING_OK: return TRUE;
		case PGRES_POLLING_READING:
			if (!wait_for(postgres, POLLIN, until_us, error))
				return FALSE;
			break;
		case PGRES_POLLING_WRITING:
			if (!wait_for(postgres, POLLOUT, until_us, error))
				return FALSE;
			break;
		default: return fail(postgres, NULL, error);
		}
	}
}

/* (transfer full) (nullable): the last result of what was sent. */
static GyRows *
take_result(GyPostgres *postgres, GError **error)
{
	gint64 until_us = deadline(postgres);
	GyRows *last = NULL;

	for (;;) {
		GyRows *rows;

		if (PQflush(postgres->connection) < 0 || !PQconsumeInput(postgres->connection)) {
			PQclear(last);
			fail(postgres, NULL, error);
			postgres->is_good = FALSE;
			return NULL;
		}
		if (PQisBusy(postgres->connection)) {
			if (wait_for(postgres, POLLIN, until_us, error))
				continue;
			PQclear(last);
			return NULL;
		}
		rows = PQgetResult(postgres->connection);
		if (!rows)
			return last;
		PQclear(last);
		last = rows;
	}
}

GyRows *
gy_postgres_run(GyPostgres *postgres, const char *sql, int n, const char *const *values, GError **error)
{
	g_autoptr(GyRows) rows = NULL;
	ExecStatusType status;

	if (!postgres->is_good) {
		fail(postgres, _("the connection was given up"), error);
		return NULL;
	}
	if (!PQsendQueryParams(postgres->connection, sql, n, NULL, values, NULL, NULL, 0)) {
		fail(postgres, NULL, error);
		return NULL;
	}
	rows = take_result(postgres, error);
	status = rows ? PQresultStatus(rows) : PGRES_FATAL_ERROR;
	if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
		return g_steal_pointer(&rows);
	if (rows)
		fail(postgres, NULL, error);
	return NULL;
}

gboolean
gy_postgres_run_plain(GyPostgres *postgres, const char *sql, GError **error)
{
	g_autoptr(GyRows) rows = gy_postgres_run(postgres, sql, 0, NULL, error);

	return rows != NULL;
}

/* Ends a transaction. A connection whose end is not known for sure is given up. */
gboolean
gy_postgres_end(GyPostgres *postgres, gboolean done, GError **error)
{
	if (done)
		return gy_postgres_run_plain(postgres, "COMMIT", error);
	if (postgres->is_good && !gy_postgres_run_plain(postgres, "ROLLBACK", NULL))
		postgres->is_good = FALSE;
	return FALSE;
}

/* ---- tables --------------------------------------------------------------------------------------------- */

static const char *
type_of(const GyRecordField *field)
{
	switch (field->kind) {
	case GY_RECORD_NUMBER: return "bigint";
	case GY_RECORD_TIME: return "timestamptz";
	default: return "text";
	}
}

static char *
records_sql(void)
{
	GString *sql = g_string_new("ALTER TABLE gantry_record ADD COLUMN IF NOT EXISTS is_conflict boolean");

	for (const GyRecordField *field = gy_record_fields(); field->name; field++)
		g_string_append_printf(sql, ", ADD COLUMN IF NOT EXISTS %s %s", field->name, type_of(field));
	return g_string_free(sql, FALSE);
}

static gboolean
check_version(GyPostgres *postgres, GError **error)
{
	g_autoptr(GyRows) rows =
		gy_postgres_run(postgres, "SELECT max(version) FROM gantry_version", 0, NULL, error);
	gint64 version = rows ? g_ascii_strtoll(PQgetvalue(rows, 0, 0), NULL, 10) : 0;

	if (!rows)
		return FALSE;
	if (version <= VERSION)
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_RECORDS_NEWER,
		_("the stations' database has version %" PRId64 ", this Gantry knows versions up to %d"),
		version, VERSION);
	return FALSE;
}

static gboolean
make_tables(GyPostgres *postgres, GError **error)
{
	static const char *const steps[] = {
		"SELECT pg_advisory_xact_lock(" LOCK ")",
		"CREATE TABLE IF NOT EXISTS gantry_version (version integer PRIMARY KEY)",
		"INSERT INTO gantry_version VALUES (1) ON CONFLICT DO NOTHING",
		"CREATE TABLE IF NOT EXISTS gantry_record (run text PRIMARY KEY, "
		"received timestamptz NOT NULL DEFAULT now())",
		"CREATE TABLE IF NOT EXISTS gantry_serial (series text, number text, position bigint NOT "
		"NULL, "
		"state text NOT NULL CHECK (state IN ('free', 'leased', 'consumed')), station text, run "
		"text, "
		"changed timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (series, number))",
		"CREATE TABLE IF NOT EXISTS gantry_counter (series text PRIMARY KEY, next bigint NOT NULL)",
	};
	g_autofree char *columns = records_sql();
	gboolean done = gy_postgres_run_plain(postgres, "BEGIN", error);

	for (guint i = 0; i < G_N_ELEMENTS(steps) && done; i++)
		done = gy_postgres_run_plain(postgres, steps[i], error);
	return gy_postgres_end(postgres,
		done && check_version(postgres, error) && gy_postgres_run_plain(postgres, columns, error),
		error);
}

static void
ignore_notice(void *data, const PGresult *result)
{
}

GyPostgres *
gy_postgres_open(const char *uri, guint timeout_ms, GError **error)
{
	g_autoptr(GyPostgres) postgres = g_new0(GyPostgres, 1);

	postgres->timeout_ms = timeout_ms;
	postgres->connection = PQconnectStart(uri);
	postgres->is_good = TRUE;
	if (PQstatus(postgres->connection) == CONNECTION_BAD) {
		fail(postgres, NULL, error);
		return NULL;
	}
	PQsetNoticeReceiver(postgres->connection, ignore_notice, NULL);
	if (!connect_now(postgres, error) || PQsetnonblocking(postgres->connection, 1) != 0 ||
		!make_tables(postgres, error))
		return NULL;
	return g_steal_pointer(&postgres);
}

/* ---- records -------------------------------------------------------------------------------------------- */

static gboolean
insert_record(GyPostgres *postgres, const GyRecord *record, gboolean *is_new, GError **error)
{
	g_autoptr(GString) names = g_string_new(NULL);
	g_autoptr(GString) places = g_string_new(NULL);
	g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *sql = NULL;
	g_autoptr(GyRows) rows = NULL;

	for (const GyRecordField *field = gy_record_fields(); field->name; field++) {
		g_ptr_array_add(values, gy_record_field_text(record, field));
		g_string_append_printf(names, "%s%s", names->len ? ", " : "", field->name);
		g_string_append_printf(
			places, "%s$%u::%s", places->len ? ", " : "", values->len, type_of(field));
	}
	sql = g_strdup_printf("INSERT INTO gantry_record (%s) VALUES (%s) ON CONFLICT (run) DO NOTHING",
		names->str, places->str);
	rows = gy_postgres_run(postgres, sql, (int) values->len, (const char *const *) values->pdata, error);
	*is_new = rows && g_str_equal(PQcmdTuples(rows), "1");
	return rows != NULL;
}

/* A number that another run has consumed stays that run's; the record says so. */
static gboolean
consume(GyPostgres *postgres, const GyRecord *record, const char *series, gboolean *is_conflict,
	GError **error)
{
	const char *const values[] = {series, record->serial_number, record->station, record->run};
	g_autoptr(GyRows) rows = gy_postgres_run(postgres,
		"INSERT INTO gantry_serial (series, number, position, state, station, run) "
		"VALUES ($1, $2, 0, 'consumed', $3, $4) ON CONFLICT (series, number) DO UPDATE SET "
		"state = 'consumed', station = excluded.station, run = excluded.run, changed = now() "
		"WHERE gantry_serial.state <> 'consumed' OR gantry_serial.run = excluded.run",
		4, values, error);
	const char *const run_value[] = {record->run};

	if (!rows)
		return FALSE;
	*is_conflict = !g_str_equal(PQcmdTuples(rows), "1");
	if (*is_conflict) {
		g_autoptr(GyRows) marked = gy_postgres_run(postgres,
			"UPDATE gantry_record SET is_conflict = true WHERE run = $1", 1, run_value, error);

		return marked != NULL;
	}
	return TRUE;
}

gboolean
gy_postgres_deliver(GyPostgres *postgres, const GyRecord *record, const char *series, gboolean *is_conflict,
	GError **error)
{
	gboolean is_new = FALSE;
	gboolean done = gy_postgres_run_plain(postgres, "BEGIN", error) &&
			insert_record(postgres, record, &is_new, error);

	*is_conflict = FALSE;
	if (done && is_new && record->serial_number && record->result == GY_RECORD_DONE)
		done = consume(postgres, record, series, is_conflict, error);
	return gy_postgres_end(postgres, done, error);
}

static gint64
time_of(const char *milliseconds)
{
	return *milliseconds ? g_ascii_strtoll(milliseconds, NULL, 10) : GY_RECORD_NONE;
}

static GyRecord *
read_record(const GyRows *rows, int row)
{
	GyRecord *record = gy_record_blank();
	int column = 0;

	for (const GyRecordField *field = gy_record_fields(); field->name; field++, column++) {
		const char *value = PQgetvalue(rows, row, column);

		switch (field->kind) {
		case GY_RECORD_TEXT: gy_record_set_text(gy_record_text(record, field), value); break;
		case GY_RECORD_NUMBER:
		case GY_RECORD_TIME: *gy_record_number(record, field) = time_of(value); break;
		case GY_RECORD_STAGE: record->stage = gy_record_stage_of(value); break;
		case GY_RECORD_RESULT:
			if (!gy_record_result_find(value, &record->result))
				record->result = GY_RECORD_IN_DOUBT;
			break;
		}
	}
	return record;
}

static gboolean
copy_record(GyRecords *records, GyRecord *record, GError **error)
{
	GyRecordResult result = record->result;
	gint64 ended_ms = record->ended_ms;

	record->result = GY_RECORD_IN_DOUBT;
	record->ended_ms = GY_RECORD_NONE;
	if (!gy_records_begin(records, record, error))
		return FALSE;
	record->result = result;
	record->ended_ms = ended_ms;
	return result < GY_RECORD_DONE || gy_records_complete(records, record, error);
}

GyRecords *
gy_postgres_records(GyPostgres *postgres, GError **error)
{
	g_autoptr(GString) sql = g_string_new("SELECT ");
	g_autoptr(GyRecords) records = gy_records_open(":memory:", error);
	g_autoptr(GyRows) rows = NULL;

	for (const GyRecordField *field = gy_record_fields(); field->name; field++)
		g_string_append_printf(sql,
			field->kind == GY_RECORD_TIME ? "%s(extract(epoch FROM %s) * 1000)::bigint" : "%s%s",
			field == gy_record_fields() ? "" : ", ", field->name);
	g_string_append(sql, " FROM gantry_record ORDER BY started, run");
	rows = records ? gy_postgres_run(postgres, sql->str, 0, NULL, error) : NULL;
	if (!rows)
		return NULL;
	for (int i = 0; i < PQntuples(rows); i++) {
		g_autoptr(GyRecord) record = read_record(rows, i);

		if (!copy_record(records, record, error))
			return NULL;
	}
	return g_steal_pointer(&records);
}
