// SPDX-License-Identifier: Apache-2.0
#include "ui/model/history.h"

#include <glib/gi18n-lib.h>

#include "engine/file.h"

#define MS_PER_S  1000
#define S_PER_DAY 86400
#define FILE_MODE 0666

/* What is asked, and what comes back; a thread has it for itself. */
typedef struct {
	char *path;
	char *text;
	char *board;
	guint results;
	gint64 since_ms;
	char *export_path;
} Question;

typedef struct {
	gboolean is_empty;
	gint64 n_matching;
	GPtrArray *records;
	GStrv boards;
	GyRecordStats *stats;
	GyRecordTimes steps[GY_N_STEPS];
} Answer;

struct _GyHistory {
	GObject parent;

	char *path;
	char *text;
	char *board;
	guint results;
	GyHistoryPeriod period;

	GyHistoryState state;
	GCancellable *loading;
	GListStore *runs;
	GError *error;
	Answer *answer;
};

G_DEFINE_FINAL_TYPE(GyHistory, gy_history, G_TYPE_OBJECT)

enum { SIGNAL_CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

/* ---- questions and answers ------------------------------------------------------------------------------- */

static void
question_free(gpointer data)
{
	Question *question = data;

	g_free(question->path);
	g_free(question->text);
	g_free(question->board);
	g_free(question->export_path);
	g_free(question);
}

static void
answer_free(gpointer data)
{
	Answer *answer = data;

	g_clear_pointer(&answer->records, g_ptr_array_unref);
	g_clear_pointer(&answer->boards, g_strfreev);
	g_clear_pointer(&answer->stats, gy_record_stats_free);
	g_free(answer);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Answer, answer_free)

/* Days of the calendar, so that "today" is what people mean by it. */
static gint64
begin_of(GyHistoryPeriod period)
{
	static const int days[GY_HISTORY_N_PERIODS] = {
		[GY_HISTORY_TODAY] = 0, [GY_HISTORY_WEEK] = -6, [GY_HISTORY_MONTH] = -29};
	g_autoptr(GDateTime) now = g_date_time_new_now_local();
	g_autoptr(GDateTime) then = g_date_time_add_days(now, days[period]);
	g_autoptr(GDateTime) midnight = g_date_time_new_local(g_date_time_get_year(then),
		g_date_time_get_month(then), g_date_time_get_day_of_month(then), 0, 0, 0);

	if (period == GY_HISTORY_ALWAYS)
		return 0;
	/* a day may begin at one o'clock where the clocks are changed at midnight */
	return (midnight ? g_date_time_to_unix(midnight) : g_date_time_to_unix(now) - S_PER_DAY) * MS_PER_S;
}

static Question *
new_question(GyHistory *history)
{
	Question *question = g_new0(Question, 1);

	question->path = g_strdup(history->path);
	question->text = g_strdup(history->text);
	question->board = g_strdup(history->board);
	question->results = history->results;
	question->since_ms = begin_of(history->period);
	return question;
}

static GyRecordFilter
filter_of(const Question *question)
{
	return (GyRecordFilter){
		.since_ms = question->since_ms,
		.board = question->board,
		.results = question->results,
		.text = question->text,
	};
}

/* ---- on the thread --------------------------------------------------------------------------------------- */

static gboolean
add_steps(const GyRecord *record, gpointer data)
{
	GArray **ms = data;

	for (GyStep step = 0; record->result == GY_RECORD_DONE && step < GY_N_STEPS; step++) {
		gint64 time = gy_record_step_ms(record, step);

		if (time >= 0)
			g_array_append_val(ms[step], time);
	}
	return TRUE;
}

static gboolean
measure_steps(GyRecords *records, const GyRecordFilter *filter, Answer *answer, GError **error)
{
	GArray *ms[GY_N_STEPS];
	gboolean done;

	for (guint i = 0; i < GY_N_STEPS; i++)
		ms[i] = g_array_new(FALSE, FALSE, sizeof(gint64));
	done = gy_records_each(records, filter, add_steps, ms, error);
	for (guint i = 0; i < GY_N_STEPS; i++) {
		answer->steps[i] = gy_record_times(ms[i]);
		g_array_unref(ms[i]);
	}
	return done;
}

static gboolean
ask(GyRecords *records, const Question *question, Answer *answer, GError **error)
{
	GyRecordFilter filter = filter_of(question);
	GyRecordFilter newest = filter;
	gint64 n_all = gy_records_count(records, NULL, error);

	newest.most = GY_HISTORY_MOST;
	answer->is_empty = n_all == 0;
	return n_all >= 0 && (answer->n_matching = gy_records_count(records, &filter, error)) >= 0 &&
	       (answer->records = gy_records_list(records, &newest, error)) &&
	       (answer->boards = gy_records_boards(records, error)) &&
	       (answer->stats = gy_records_stats(records, &filter, error)) &&
	       measure_steps(records, &filter, answer, error);
}

/* A database that is not there yet is one without records. */
static GyRecords *
open_records(const Question *question, GError **error)
{
	if (!g_file_test(question->path, G_FILE_TEST_EXISTS))
		return gy_records_open(":memory:", error);
	return gy_records_open_existing(question->path, error);
}

static void
load_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GyRecords) records = open_records(data, &error);
	g_autoptr(Answer) answer = g_new0(Answer, 1);

	if (records && ask(records, data, answer, &error))
		g_task_return_pointer(task, g_steal_pointer(&answer), answer_free);
	else
		g_task_return_error(task, g_steal_pointer(&error));
}

static void
export_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	const Question *question = data;
	GyRecordFilter filter = filter_of(question);
	g_autoptr(GError) error = NULL;
	g_autoptr(GyRecords) records = open_records(question, &error);
	g_autoptr(GBytes) bytes = NULL;
	guint n = 0;

	if (records)
		bytes = gy_records_export(
			records, &filter, gy_record_format_of_path(question->export_path), &n, &error);
	if (bytes && gy_file_write(question->export_path, bytes, FILE_MODE, &error))
		g_task_return_int(task, n);
	else
		g_task_return_error(task, g_steal_pointer(&error));
}

/* ---- back in the main context ---------------------------------------------------------------------------- */

static void
show_runs(GyHistory *history)
{
	GPtrArray *records = history->answer->records;
	g_autoptr(GPtrArray) runs = g_ptr_array_new_full(records->len, g_object_unref);

	for (guint i = 0; i < records->len; i++)
		g_ptr_array_add(runs, gy_history_run_new(g_ptr_array_index(records, i)));
	g_list_store_splice(history->runs, 0, g_list_model_get_n_items(G_LIST_MODEL(history->runs)),
		runs->pdata, runs->len);
	g_ptr_array_set_size(records, 0);
}

static void
on_loaded(GObject *source, GAsyncResult *result, gpointer data)
{
	GyHistory *history = GY_HISTORY(source);
	g_autoptr(GError) error = NULL;
	g_autoptr(Answer) answer = g_task_propagate_pointer(G_TASK(result), &error);

	/* another question was asked meanwhile */
	if (g_task_get_cancellable(G_TASK(result)) != history->loading)
		return;
	g_clear_object(&history->loading);
	g_clear_error(&history->error);
	if (answer) {
		g_clear_pointer(&history->answer, answer_free);
		history->answer = g_steal_pointer(&answer);
		history->state = history->answer->is_empty ? GY_HISTORY_EMPTY : GY_HISTORY_READY;
		show_runs(history);
	} else {
		history->error = g_steal_pointer(&error);
		history->state = GY_HISTORY_FAILED;
	}
	g_signal_emit(history, signals[SIGNAL_CHANGED], 0);
}

void
gy_history_load(GyHistory *history)
{
	g_autoptr(GTask) task = NULL;

	if (history->loading)
		g_cancellable_cancel(history->loading);
	g_clear_object(&history->loading);
	history->loading = g_cancellable_new();
	if (!history->answer)
		history->state = GY_HISTORY_LOADING;
	task = g_task_new(history, history->loading, on_loaded, NULL);
	g_task_set_task_data(task, new_question(history), question_free);
	g_task_run_in_thread(task, load_thread);
	g_signal_emit(history, signals[SIGNAL_CHANGED], 0);
}

void
gy_history_export_async(GyHistory *history, const char *path, GCancellable *cancellable,
	GAsyncReadyCallback callback, gpointer data)
{
	g_autoptr(GTask) task = g_task_new(history, cancellable, callback, data);
	Question *question = new_question(history);

	question->export_path = g_strdup(path);
	g_task_set_task_data(task, question, question_free);
	g_task_run_in_thread(task, export_thread);
}

gssize
gy_history_export_finish(GyHistory *history, GAsyncResult *result, GError **error)
{
	return g_task_propagate_int(G_TASK(result), error);
}

/* ---- the filter ------------------------------------------------------------------------------------------ */

static void
reload_if_loaded(GyHistory *history)
{
	if (history->state != GY_HISTORY_NOT_LOADED)
		gy_history_load(history);
}

static gboolean
replace(char **member, const char *text)
{
	const char *value = text && *text ? text : NULL;

	if (g_strcmp0(*member, value) == 0)
		return FALSE;
	g_free(*member);
	*member = g_strdup(value);
	return TRUE;
}

void
gy_history_set_text(GyHistory *history, const char *text)
{
	if (replace(&history->text, text))
		reload_if_loaded(history);
}

void
gy_history_set_board(GyHistory *history, const char *board)
{
	if (replace(&history->board, board))
		reload_if_loaded(history);
}

void
gy_history_set_period(GyHistory *history, GyHistoryPeriod period)
{
	if (history->period == period)
		return;
	history->period = period;
	reload_if_loaded(history);
}

void
gy_history_set_results(GyHistory *history, guint results)
{
	if (history->results == results)
		return;
	history->results = results;
	reload_if_loaded(history);
}

gboolean
gy_history_has_filter(GyHistory *history)
{
	return history->text || history->board || history->results || history->period != GY_HISTORY_ALWAYS;
}

void
gy_history_clear_filter(GyHistory *history)
{
	if (!gy_history_has_filter(history))
		return;
	g_clear_pointer(&history->text, g_free);
	g_clear_pointer(&history->board, g_free);
	history->results = 0;
	history->period = GY_HISTORY_ALWAYS;
	reload_if_loaded(history);
}

const char *
gy_history_period_title(GyHistoryPeriod period)
{
	static const char *const titles[GY_HISTORY_N_PERIODS] = {
		[GY_HISTORY_ALWAYS] = N_("Any Time"),
		[GY_HISTORY_TODAY] = N_("Today"),
		[GY_HISTORY_WEEK] = N_("Last 7 Days"),
		[GY_HISTORY_MONTH] = N_("Last 30 Days"),
	};

	return _(titles[period]);
}

/* ---- what is shown --------------------------------------------------------------------------------------- */

GyHistoryState
gy_history_state(GyHistory *history)
{
	return history->state;
}

gboolean
gy_history_is_busy(GyHistory *history)
{
	return history->loading != NULL;
}

const GError *
gy_history_error(GyHistory *history)
{
	return history->error;
}

const char *
gy_history_path(GyHistory *history)
{
	return history->path;
}

GListModel *
gy_history_runs(GyHistory *history)
{
	return G_LIST_MODEL(history->runs);
}

gint64
gy_history_n_matching(GyHistory *history)
{
	return history->answer ? history->answer->n_matching : 0;
}

const char *const *
gy_history_boards(GyHistory *history)
{
	return history->answer ? (const char *const *) history->answer->boards : NULL;
}

gboolean
gy_history_has_column(GyHistory *history, GyHistoryColumn column)
{
	for (guint i = 0; i < g_list_model_get_n_items(G_LIST_MODEL(history->runs)); i++) {
		g_autoptr(GyHistoryRun) run = g_list_model_get_item(G_LIST_MODEL(history->runs), i);
		g_autofree char *text = gy_history_run_text(run, column);

		if (*text)
			return TRUE;
	}
	return FALSE;
}

const GyRecordStats *
gy_history_stats(GyHistory *history)
{
	return history->answer ? history->answer->stats : NULL;
}

const GyRecordTimes *
gy_history_step_times(GyHistory *history, GyStep step)
{
	static const GyRecordTimes none = {0, GY_RECORD_NONE, GY_RECORD_NONE};

	return history->answer ? &history->answer->steps[step] : &none;
}

/* ---- the object ----------------------------------------------------------------------------------------- */

static void
gy_history_dispose(GObject *object)
{
	GyHistory *history = GY_HISTORY(object);

	if (history->loading)
		g_cancellable_cancel(history->loading);
	g_clear_object(&history->loading);
	g_clear_object(&history->runs);
	G_OBJECT_CLASS(gy_history_parent_class)->dispose(object);
}

static void
gy_history_finalize(GObject *object)
{
	GyHistory *history = GY_HISTORY(object);

	g_free(history->path);
	g_free(history->text);
	g_free(history->board);
	g_clear_error(&history->error);
	g_clear_pointer(&history->answer, answer_free);
	G_OBJECT_CLASS(gy_history_parent_class)->finalize(object);
}

static void
gy_history_class_init(GyHistoryClass *class)
{
	G_OBJECT_CLASS(class)->dispose = gy_history_dispose;
	G_OBJECT_CLASS(class)->finalize = gy_history_finalize;
	signals[SIGNAL_CHANGED] = g_signal_new(
		"changed", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
gy_history_init(GyHistory *history)
{
	history->runs = g_list_store_new(GY_TYPE_HISTORY_RUN);
}

GyHistory *
gy_history_new(const char *path)
{
	GyHistory *history = g_object_new(GY_TYPE_HISTORY, NULL);

	history->path = g_strdup(path);
	return history;
}
