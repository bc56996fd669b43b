// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "engine/records/database-private.h"
#include "engine/records/field-private.h"

/* One that is stored as in doubt is running as long as its writer is. */
#define RESULT "CASE WHEN result = 'in-doubt' AND gy_is_alive(writer) THEN 'running' ELSE result END"

/* ---- from rows to records ------------------------------------------------------------------------------- */

static void
read_field(GyStatement *row, int column, GyRecord *record, const GyRecordField *field)
{
	const char *text = field->kind == GY_RECORD_NUMBER || field->kind == GY_RECORD_TIME
				   ? NULL
				   : (const char *) sqlite3_column_text(row, column);

	switch (field->kind) {
	case GY_RECORD_TEXT: gy_record_set_text(gy_record_text(record, field), text); break;
	case GY_RECORD_RESULT:
		if (!gy_record_result_find(text, &record->result))
			record->result = GY_RECORD_IN_DOUBT;
		break;
	case GY_RECORD_STAGE: record->stage = gy_record_stage_of(text); break;
	case GY_RECORD_NUMBER:
	case GY_RECORD_TIME:
		*gy_record_number(record, field) = sqlite3_column_type(row, column) == SQLITE_NULL
							   ? GY_RECORD_NONE
							   : sqlite3_column_int64(row, column);
		break;
	}
}

/* (transfer full): the columns of select_sql(). */
static GyRecord *
read_record(GyStatement *row)
{
	GyRecord *record = gy_record_blank();
	int column = 0;

	record->id = sqlite3_column_int64(row, column++);
	for (const GyRecordField *field = gy_record_fields(); field->name; field++)
		read_field(row, column++, record, field);
	return record;
}

static GString *
select_sql(void)
{
	GString *sql = g_string_new("SELECT id");

	for (const GyRecordField *field = gy_record_fields(); field->name; field++)
		g_string_append_printf(sql, ", %s", field->kind == GY_RECORD_RESULT ? RESULT : field->name);
	g_string_append(sql, " FROM record WHERE 1");
	return sql;
}

/* ---- filters -------------------------------------------------------------------------------------------- */

/* (transfer full) (nullable): the words that are looked for. */
static GStrv
words_of(const GyRecordFilter *filter)
{
	g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
	g_auto(GStrv) parts = filter->text ? g_strsplit_set(filter->text, " \t\n", -1) : NULL;

	for (guint i = 0; parts && parts[i]; i++)
		if (*parts[i])
			g_ptr_array_add(words, g_strdup(parts[i]));
	g_ptr_array_add(words, NULL);
	return (GStrv) g_ptr_array_steal(words, NULL);
}

/* Fields are joined by a character that no word has, so that none is found across two of them. */
static void
append_words(GString *sql, guint n_words)
{
	g_autoptr(GString) searched = g_string_new("''");

	for (const GyRecordField *field = gy_record_fields(); field->name; field++)
		if (field->is_searched)
			g_string_append_printf(searched, " || char(10) || coalesce(%s, '')", field->name);
	for (guint i = 0; i < n_words; i++)
		g_string_append_printf(sql, " AND (%s) LIKE :word%u ESCAPE '\\'", searched->str, i);
}

static void
append_results(GString *sql, guint results)
{
	g_autoptr(GString) words = g_string_new(NULL);

	for (guint i = 0; i < GY_RECORD_N_RESULTS; i++)
		if (results & 1U << i)
			g_string_append_printf(words, "%s'%s'", words->len ? ", " : "",
				gy_record_result_word((GyRecordResult) i));
	g_string_append_printf(sql, " AND " RESULT " IN (%s)", words->str);
}

static void
append_filter(GString *sql, const GyRecordFilter *filter, guint n_words)
{
	if (filter->since_ms > 0)
		g_string_append(sql, " AND started >= :since");
	if (filter->until_ms > 0)
		g_string_append(sql, " AND started < :until");
	if (filter->board)
		g_string_append(sql, " AND board = :board");
	if (filter->station)
		g_string_append(sql, " AND station = :station");
	if (filter->undelivered)
		g_string_append(sql, " AND delivered = 0 AND " RESULT " <> 'running'");
	if (filter->results)
		append_results(sql, filter->results);
	append_words(sql, n_words);
}

/* (transfer full): for LIKE, in which some characters have a meaning. */
static char *
pattern_of(const char *word)
{
	g_autoptr(GString) pattern = g_string_new("%");

	for (; *word; word++) {
		if (strchr("\\%_", *word))
			g_string_append_c(pattern, '\\');
		g_string_append_c(pattern, *word);
	}
	g_string_append_c(pattern, '%');
	return g_string_free(g_steal_pointer(&pattern), FALSE);
}

static void
bind_filter(GyStatement *statement, const GyRecordFilter *filter, GStrv words)
{
	gy_database_bind_number(statement, ":since", filter->since_ms);
	gy_database_bind_number(statement, ":until", filter->until_ms);
	gy_database_bind_text(statement, ":board", filter->board);
	gy_database_bind_text(statement, ":station", filter->station);
	gy_database_bind_number(statement, ":most", filter->most);
	for (guint i = 0; words[i]; i++) {
		g_autofree char *name = g_strdup_printf(":word%u", i);
		g_autofree char *pattern = pattern_of(words[i]);

		gy_database_bind_text(statement, name, pattern);
	}
}

/* (transfer full): @sql (transfer full) ends where the conditions begin. */
static GyStatement *
prepare_filtered(
	GyRecords *records, GString *sql, const GyRecordFilter *filter, const char *tail, GError **error)
{
	g_autofree char *text = NULL;
	g_auto(GStrv) words = words_of(filter);
	GyStatement *statement;

	append_filter(sql, filter, g_strv_length(words));
	g_string_append(sql, tail);
	text = g_string_free(sql, FALSE);
	statement = gy_database_prepare(records->db, text, GY_ERROR_RECORDS_READ, error);
	if (statement)
		bind_filter(statement, filter, words);
	return statement;
}

/* ---- queries -------------------------------------------------------------------------------------------- */

gboolean
gy_records_each(
	GyRecords *records, const GyRecordFilter *filter, GyRecordFunc func, gpointer data, GError **error)
{
	static const GyRecordFilter all;
	g_autoptr(GyStatement) rows = NULL;
	int result;

	filter = filter ? filter : &all;
	rows = prepare_filtered(records, select_sql(), filter,
		filter->most > 0 ? " ORDER BY started DESC, id DESC LIMIT :most"
				 : " ORDER BY started DESC, id DESC",
		error);
	if (!rows)
		return FALSE;
	while ((result = sqlite3_step(rows)) == SQLITE_ROW) {
		g_autoptr(GyRecord) record = read_record(rows);

		if (!func(record, data))
			return TRUE;
	}
	return result == SQLITE_DONE ||
	       gy_database_fail(records->db, GY_ERROR_RECORDS_READ, records->path, error);
}

static gboolean
add_to_list(const GyRecord *record, gpointer list)
{
	g_ptr_array_add(list, gy_record_copy(record));
	return TRUE;
}

GPtrArray *
gy_records_list(GyRecords *records, const GyRecordFilter *filter, GError **error)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify) gy_record_free);

	return gy_records_each(records, filter, add_to_list, list, error) ? g_steal_pointer(&list) : NULL;
}

gint64
gy_records_count(GyRecords *records, const GyRecordFilter *filter, GError **error)
{
	static const GyRecordFilter all;
	g_autoptr(GyStatement) row = prepare_filtered(records,
		g_string_new("SELECT count(*) FROM record WHERE 1"), filter ? filter : &all, "", error);

	if (!row)
		return -1;
	if (sqlite3_step(row) == SQLITE_ROW)
		return sqlite3_column_int64(row, 0);
	gy_database_fail(records->db, GY_ERROR_RECORDS_READ, records->path, error);
	return -1;
}

/* (transfer full) (nullable): the first row, if there is one. */
static GyRecord *
first_record(GyRecords *records, GyStatement *row, GError **error)
{
	int result = sqlite3_step(row);

	if (result == SQLITE_ROW)
		return read_record(row);
	if (result != SQLITE_DONE)
		gy_database_fail(records->db, GY_ERROR_RECORDS_READ, records->path, error);
	return NULL;
}

GyRecord *
gy_records_get(GyRecords *records, gint64 id, GError **error)
{
	g_autoptr(GString) sql = select_sql();
	g_autoptr(GyStatement) row = NULL;
	g_autoptr(GError) problem = NULL;
	GyRecord *record;

	g_string_append(sql, " AND id = :id");
	row = gy_database_prepare(records->db, sql->str, GY_ERROR_RECORDS_READ, error);
	if (!row)
		return NULL;
	gy_database_bind_number(row, ":id", id);
	record = first_record(records, row, &problem);
	if (!record && !problem)
		g_set_error(
			&problem, GY_ERROR, GY_ERROR_RECORDS_UNKNOWN, _("there is no record %" PRId64), id);
	if (problem)
		g_propagate_error(error, g_steal_pointer(&problem));
	return record;
}

GyRecord *
gy_records_last_of_device(GyRecords *records, const char *device_id, gint64 before_id, GError **error)
{
	g_autoptr(GString) sql = select_sql();
	g_autoptr(GyStatement) row = NULL;

	g_string_append(sql, " AND device_id = :device AND id < :id ORDER BY id DESC LIMIT 1");
	row = gy_database_prepare(records->db, sql->str, GY_ERROR_RECORDS_READ, error);
	if (!row)
		return NULL;
	gy_database_bind_text(row, ":device", device_id);
	gy_database_bind_number(row, ":id", before_id);
	return first_record(records, row, error);
}

GStrv
gy_records_boards(GyRecords *records, GError **error)
{
	g_autoptr(GPtrArray) boards = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GyStatement) rows = gy_database_prepare(records->db,
		"SELECT DISTINCT board FROM record WHERE board IS NOT NULL ORDER BY board",
		GY_ERROR_RECORDS_READ, error);
	int result;

	if (!rows)
		return NULL;
	while ((result = sqlite3_step(rows)) == SQLITE_ROW)
		g_ptr_array_add(boards, g_strdup((const char *) sqlite3_column_text(rows, 0)));
	if (result != SQLITE_DONE) {
		gy_database_fail(records->db, GY_ERROR_RECORDS_READ, records->path, error);
		return NULL;
	}
	g_ptr_array_add(boards, NULL);
	return (GStrv) g_ptr_array_steal(boards, NULL);
}

gint64
gy_records_revision(GyRecords *records)
{
	return gy_database_number(records->db, "PRAGMA data_version", GY_ERROR_RECORDS_READ, NULL);
}
