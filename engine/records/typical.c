// SPDX-License-Identifier: Apache-2.0
#include "engine/records/typical.h"

#include <string.h>

#include "engine/records/database-private.h"
#include "engine/records/stats.h"

#define SIZE_MOST (G_GUINT64_CONSTANT(1) << 40)

/* What is looked for, and what the rows that were found say. */
typedef struct {
	const char *board; /* NULL: any */
	const char *system;
	gint64 bytes;
	gboolean is_any_size;
	GArray *stage_ms[GY_N_STAGES];
	guint n_runs;
} Search;

static gboolean
is_of_bytes(GyStage stage)
{
	return stage == GY_STAGE_PREPARE || stage == GY_STAGE_TRANSFER || stage == GY_STAGE_VERIFY;
}

static char *
sql_of(const Search *search)
{
	GString *sql = g_string_new("SELECT bytes, rate");

	for (GyStage stage = 0; stage < GY_N_STAGES; stage++)
		g_string_append_printf(sql, ", %s_ms", gy_stage_name(stage));
	g_string_append(sql, " FROM record WHERE result = 'done' AND system = :system AND bytes > 0");
	if (search->board)
		g_string_append(sql, " AND board = :board");
	if (!search->is_any_size)
		g_string_append(sql, " AND bytes BETWEEN :least AND :most");
	g_string_append_printf(sql, " ORDER BY started DESC, id DESC LIMIT %d", GY_TYPICAL_RUNS);
	return g_string_free(sql, FALSE);
}

/* Milliseconds for the bytes that are asked for; negative if the row does not say. */
static gint64
scaled_ms(const Search *search, GyStage stage, gint64 ms, gint64 bytes, gint64 rate)
{
	/* of a transfer that went on where an earlier one had ended, only the rate says something */
	if (stage == GY_STAGE_TRANSFER && rate > 0)
		return search->bytes * 1000 / rate;
	if (ms < 0 || (stage == GY_STAGE_CONFIRM && search->is_any_size))
		return GY_RECORD_NONE;
	return is_of_bytes(stage) ? (gint64) ((double) ms * (double) search->bytes / (double) bytes) : ms;
}

static gint64
number_of(GyStatement *row, int column)
{
	return sqlite3_column_type(row, column) == SQLITE_NULL ? GY_RECORD_NONE
							       : sqlite3_column_int64(row, column);
}

static void
take_row(Search *search, GyStatement *row)
{
	gint64 bytes = number_of(row, 0);
	gint64 rate = number_of(row, 1);

	search->n_runs++;
	for (GyStage stage = 0; stage < GY_N_STAGES; stage++) {
		gint64 ms = scaled_ms(search, stage, number_of(row, 2 + (int) stage), bytes, rate);

		if (ms >= 0)
			g_array_append_val(search->stage_ms[stage], ms);
	}
}

static gboolean
look(GyRecords *records, Search *search, GError **error)
{
	g_autofree char *sql = sql_of(search);
	g_autoptr(GyStatement) rows = gy_database_prepare(records->db, sql, GY_ERROR_RECORDS_READ, error);
	int result;

	if (!rows)
		return FALSE;
	gy_database_bind_text(rows, ":system", search->system);
	gy_database_bind_text(rows, ":board", search->board);
	gy_database_bind_number(rows, ":least", search->bytes / 2);
	gy_database_bind_number(rows, ":most", search->bytes * 2);
	while ((result = sqlite3_step(rows)) == SQLITE_ROW)
		take_row(search, rows);
	return result == SQLITE_DONE ||
	       gy_database_fail(records->db, GY_ERROR_RECORDS_READ, records->path, error);
}

/* Stops at the first that finds something. */
static gboolean
look_wider_and_wider(GyRecords *records, Search *search, GError **error)
{
	const char *const boards[] = {search->board, NULL};

	for (guint i = search->board ? 0 : 1; i < G_N_ELEMENTS(boards) && search->n_runs == 0; i++) {
		search->board = boards[i];
		search->is_any_size = FALSE;
		if (!look(records, search, error))
			return FALSE;
		search->is_any_size = TRUE;
		if (search->n_runs == 0 && !look(records, search, error))
			return FALSE;
	}
	return TRUE;
}

static void
typical_init(GyTypical *typical)
{
	typical->n_runs = 0;
	for (guint i = 0; i < GY_N_STAGES; i++)
		typical->stage_ms[i] = GY_RECORD_NONE;
}

gboolean
gy_records_typical(GyRecords *records, const char *board, const char *system, guint64 bytes,
	GyTypical *typical, GError **error)
{
	/* bounded, so that nothing that it is multiplied with wraps */
	Search search = {.board = board, .system = system, .bytes = (gint64) CLAMP(bytes, 1, SIZE_MOST)};
	gboolean found;

	typical_init(typical);
	for (guint i = 0; i < GY_N_STAGES; i++)
		search.stage_ms[i] = g_array_new(FALSE, FALSE, sizeof(gint64));
	found = look_wider_and_wider(records, &search, error);
	if (found) {
		typical->n_runs = search.n_runs;
		for (guint i = 0; i < GY_N_STAGES; i++)
			typical->stage_ms[i] = (double) gy_record_times(search.stage_ms[i]).median_ms;
	}
	for (guint i = 0; i < GY_N_STAGES; i++)
		g_array_unref(search.stage_ms[i]);
	return found;
}
