// SPDX-License-Identifier: Apache-2.0
#include "engine/records/stats.h"

#include <string.h>

/* What is collected before ranks can be looked up. */
typedef struct {
	GyRecordStats *stats;
	GArray *stage_ms[GY_N_STAGES];
	GArray *total_ms;
	GArray *rates;
	GHashTable *days;   /* date -> GyRecordDay */
	GHashTable *causes; /* code -> GyRecordCause, owned by the stats */
	GHashTable *boards; /* serial number or device id -> Board */
} Tally;

/* What is known of one board. */
typedef struct {
	gboolean has_passed;
	gboolean has_begun_well; /* its first run was done */
} Board;

static int
compare_numbers(gconstpointer a, gconstpointer b)
{
	gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

	return (x > y) - (x < y);
}

static int
compare_days(gconstpointer a, gconstpointer b)
{
	return strcmp(((const GyRecordDay *) a)->date, ((const GyRecordDay *) b)->date);
}

/* Equal counts by their code, so that the order is always the same. */
static int
compare_causes(gconstpointer a, gconstpointer b)
{
	const GyRecordCause *x = *(GyRecordCause *const *) a;
	const GyRecordCause *y = *(GyRecordCause *const *) b;

	return x->n != y->n ? (x->n < y->n) - (x->n > y->n) : strcmp(x->code, y->code);
}

/* ---- one record ----------------------------------------------------------------------------------------- */

static void
add_known(GArray *numbers, gint64 number)
{
	if (number >= 0)
		g_array_append_val(numbers, number);
}

static void
add_day(Tally *tally, const GyRecord *record)
{
	g_autoptr(GDateTime) began = g_date_time_new_from_unix_local(record->started_ms / 1000);
	g_autofree char *date = began ? g_date_time_format(began, "%Y-%m-%d") : NULL;
	GyRecordDay *day;

	if (!date)
		return;
	day = g_hash_table_lookup(tally->days, date);
	if (!day) {
		day = g_new0(GyRecordDay, 1);
		g_strlcpy(day->date, date, sizeof day->date);
		g_hash_table_insert(tally->days, g_steal_pointer(&date), day);
	}
	if (record->result == GY_RECORD_DONE)
		day->n_done++;
	else
		day->n_failed++;
}

static void
add_cause(Tally *tally, const GyRecord *record)
{
	const char *code = record->code ? record->code : gy_error_word(GY_ERROR_INTERNAL);
	GyRecordCause *cause = g_hash_table_lookup(tally->causes, code);

	if (!cause) {
		cause = g_new0(GyRecordCause, 1);
		cause->code = g_strdup(code);
		g_hash_table_insert(tally->causes, cause->code, cause);
		g_ptr_array_add(tally->stats->causes, cause);
	}
	cause->n++;
}

/* The records come newest first: the last one that is seen of a board is its first. */
static void
add_board(Tally *tally, const GyRecord *record)
{
	const char *key = record->serial_number ? record->serial_number : record->device_id;
	Board *board = key ? g_hash_table_lookup(tally->boards, key) : NULL;

	if (!key)
		return;
	if (!board) {
		board = g_new0(Board, 1);
		g_hash_table_insert(tally->boards, g_strdup(key), board);
	}
	board->has_begun_well = record->result == GY_RECORD_DONE;
	board->has_passed |= board->has_begun_well;
}

static gboolean
add_record(const GyRecord *record, gpointer data)
{
	Tally *tally = data;

	tally->stats->n_runs++;
	tally->stats->n_by_result[record->result]++;
	if (record->result == GY_RECORD_DONE || record->result == GY_RECORD_FAILED) {
		add_day(tally, record);
		add_board(tally, record);
	}
	if (record->result == GY_RECORD_FAILED)
		add_cause(tally, record);
	if (record->result != GY_RECORD_DONE)
		return TRUE;
	for (guint i = 0; i < GY_N_STAGES; i++)
		add_known(tally->stage_ms[i], record->stage_ms[i]);
	add_known(tally->total_ms, record->total_ms);
	add_known(tally->rates, record->rate);
	return TRUE;
}

/* ---- all of them ---------------------------------------------------------------------------------------- */

/* The least number that @percent of them do not exceed. */
static gint64
rank(GArray *sorted, guint percent)
{
	guint64 at = ((guint64) sorted->len * percent + 99) / 100;

	return g_array_index(sorted, gint64, at > 0 ? at - 1 : 0);
}

GyRecordTimes
gy_record_times(GArray *numbers)
{
	if (numbers->len == 0)
		return (GyRecordTimes){0, GY_RECORD_NONE, GY_RECORD_NONE, GY_RECORD_NONE};
	g_array_sort(numbers, compare_numbers);
	return (GyRecordTimes){numbers->len, rank(numbers, 50), rank(numbers, 95), rank(numbers, 99)};
}

static void
take_days(Tally *tally)
{
	GHashTableIter days;
	gpointer day;

	g_hash_table_iter_init(&days, tally->days);
	while (g_hash_table_iter_next(&days, NULL, &day))
		g_array_append_vals(tally->stats->days, day, 1);
	g_array_sort(tally->stats->days, compare_days);
}

static void
count_boards(Tally *tally)
{
	GHashTableIter boards;
	gpointer board;

	g_hash_table_iter_init(&boards, tally->boards);
	while (g_hash_table_iter_next(&boards, NULL, &board)) {
		tally->stats->n_boards++;
		tally->stats->n_boards_passed += ((Board *) board)->has_passed;
		tally->stats->n_first_pass += ((Board *) board)->has_begun_well;
	}
}

static void
finish(Tally *tally)
{
	for (guint i = 0; i < GY_N_STAGES; i++)
		tally->stats->stages[i] = gy_record_times(tally->stage_ms[i]);
	tally->stats->total = gy_record_times(tally->total_ms);
	tally->stats->rate = gy_record_times(tally->rates).median_ms;
	g_ptr_array_sort(tally->stats->causes, compare_causes);
	take_days(tally);
	count_boards(tally);
}

static void
cause_free(gpointer data)
{
	GyRecordCause *cause = data;

	g_free(cause->code);
	g_free(cause);
}

static GArray *
numbers_new(void)
{
	return g_array_new(FALSE, FALSE, sizeof(gint64));
}

static void
tally_init(Tally *tally)
{
	tally->stats = g_new0(GyRecordStats, 1);
	tally->stats->days = g_array_new(FALSE, FALSE, sizeof(GyRecordDay));
	tally->stats->causes = g_ptr_array_new_with_free_func(cause_free);
	for (guint i = 0; i < GY_N_STAGES; i++)
		tally->stage_ms[i] = numbers_new();
	tally->total_ms = numbers_new();
	tally->rates = numbers_new();
	tally->days = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	tally->causes = g_hash_table_new(g_str_hash, g_str_equal);
	tally->boards = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

static void
tally_clear(Tally *tally)
{
	for (guint i = 0; i < GY_N_STAGES; i++)
		g_array_unref(tally->stage_ms[i]);
	g_array_unref(tally->total_ms);
	g_array_unref(tally->rates);
	g_hash_table_unref(tally->days);
	g_hash_table_unref(tally->causes);
	g_hash_table_unref(tally->boards);
}

GyRecordStats *
gy_records_stats(GyRecords *records, const GyRecordFilter *filter, GError **error)
{
	g_autoptr(GyRecordStats) stats = NULL;
	Tally tally;
	gboolean done;

	tally_init(&tally);
	stats = tally.stats;
	done = gy_records_each(records, filter, add_record, &tally, error);
	if (done)
		finish(&tally);
	tally_clear(&tally);
	return done ? g_steal_pointer(&stats) : NULL;
}

void
gy_record_stats_free(GyRecordStats *stats)
{
	if (!stats)
		return;
	g_array_unref(stats->days);
	g_ptr_array_unref(stats->causes);
	g_free(stats);
}

double
gy_record_pass_rate(guint n_done, guint n_failed)
{
	return n_done + n_failed > 0 ? (double) n_done / ((double) n_done + (double) n_failed) : -1;
}
