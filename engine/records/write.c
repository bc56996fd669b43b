// SPDX-License-Identifier: Apache-2.0
#include "engine/records/database-private.h"

#include "engine/records/field-private.h"
#include "engine/records/writer.h"
#include <glib/gi18n-lib.h>
#include <inttypes.h>

/* ---- a record as parameters of a statement --------------------------------------------------------------- */

static void
bind_field(GyStatement *statement, const GyRecord *record, const GyRecordField *field)
{
	g_autofree char *name = g_strconcat(":", field->name, NULL);
	gint64 number;

	switch (field->kind) {
	case GY_RECORD_TEXT: gy_database_bind_text(statement, name, *gy_record_text(record, field)); break;
	case GY_RECORD_RESULT:
		gy_database_bind_text(statement, name, gy_record_result_word(record->result));
		break;
	case GY_RECORD_STAGE: gy_database_bind_text(statement, name, gy_stage_name(record->stage)); break;
	case GY_RECORD_NUMBER:
	case GY_RECORD_TIME:
		number = *gy_record_number(record, field);
		/* a parameter that is not bound is NULL */
		if (number >= 0)
			gy_database_bind_number(statement, name, number);
		break;
	}
}

static void
bind_record(GyStatement *statement, const GyRecord *record)
{
	for (const GyRecordField *field = gy_record_fields(); field->name; field++)
		bind_field(statement, record, field);
	gy_database_bind_number(statement, ":id", record->id);
}

static char *
insert_sql(void)
{
	g_autoptr(GString) names = g_string_new("writer");
	g_autoptr(GString) values = g_string_new(":writer");

	for (const GyRecordField *field = gy_record_fields(); field->name; field++) {
		g_string_append_printf(names, ", %s", field->name);
		g_string_append_printf(values, ", :%s", field->name);
	}
	return g_strdup_printf("INSERT INTO record (%s) VALUES (%s)", names->str, values->str);
}

/* What has ended is never written again. */
static char *
update_sql(void)
{
	g_autoptr(GString) sql = g_string_new("UPDATE record SET");

	for (const GyRecordField *field = gy_record_fields(); field->name; field++)
		g_string_append_printf(sql, "%s %s = :%s", sql->str[sql->len - 1] == 'T' ? "" : ",",
			field->name, field->name);
	g_string_append(sql, " WHERE id = :id AND run = :run AND result = 'in-doubt'");
	return g_string_free(g_steal_pointer(&sql), FALSE);
}

/* ---- writing -------------------------------------------------------------------------------------------- */

gboolean
gy_records_begin(GyRecords *records, GyRecord *record, GError **error)
{
	g_autofree char *sql = insert_sql();
	g_autofree char *writer = gy_record_writer();
	g_autoptr(GyStatement) statement =
		gy_database_prepare(records->db, sql, GY_ERROR_RECORDS_WRITE, error);

	g_return_val_if_fail(record->result == GY_RECORD_IN_DOUBT, FALSE);
	if (!statement)
		return FALSE;
	bind_record(statement, record);
	gy_database_bind_text(statement, ":writer", writer);
	if (sqlite3_step(statement) != SQLITE_DONE)
		return gy_database_fail(records->db, GY_ERROR_RECORDS_WRITE, records->path, error);
	record->id = sqlite3_last_insert_rowid(records->db);
	return TRUE;
}

static gboolean
update(GyRecords *records, const GyRecord *record, GError **error)
{
	g_autofree char *sql = update_sql();
	g_autoptr(GyStatement) statement =
		gy_database_prepare(records->db, sql, GY_ERROR_RECORDS_WRITE, error);

	if (!statement)
		return FALSE;
	bind_record(statement, record);
	if (sqlite3_step(statement) != SQLITE_DONE)
		return gy_database_fail(records->db, GY_ERROR_RECORDS_WRITE, records->path, error);
	if (sqlite3_changes(records->db) == 1)
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_RECORDS_WRITE,
		_("%s: record %" PRId64 " is not in doubt (any more)"), records->path, record->id);
	return FALSE;
}

gboolean
gy_records_note(GyRecords *records, const GyRecord *record, GError **error)
{
	gboolean done;

	g_return_val_if_fail(record->result == GY_RECORD_IN_DOUBT, FALSE);
	sqlite3_busy_timeout(records->db, GY_RECORDS_NOTE_MS);
	done = update(records, record, error);
	sqlite3_busy_timeout(records->db, GY_RECORDS_WAIT_MS);
	return done;
}

gboolean
gy_records_complete(GyRecords *records, const GyRecord *record, GError **error)
{
	g_return_val_if_fail(record->result >= GY_RECORD_DONE && record->ended_ms >= 0, FALSE);
	return update(records, record, error);
}

gboolean
gy_records_set_delivered(GyRecords *records, gint64 id, GError **error)
{
	g_autoptr(GyStatement) statement = gy_database_prepare(
		records->db, "UPDATE record SET delivered = 1 WHERE id = :id", GY_ERROR_RECORDS_WRITE, error);

	if (!statement)
		return FALSE;
	gy_database_bind_number(statement, ":id", id);
	return sqlite3_step(statement) == SQLITE_DONE ||
	       gy_database_fail(records->db, GY_ERROR_RECORDS_WRITE, records->path, error);
}
