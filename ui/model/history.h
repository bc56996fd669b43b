// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/records/export.h"
#include "engine/records/stats.h"
#include "ui/model/history-run.h"

/** How many runs the table holds at most; gy_history_n_matching() says how many there are. */
#define GY_HISTORY_MOST 2000

/**
 * GyHistoryState:
 * @GY_HISTORY_NOT_LOADED: nobody has asked for it yet
 * @GY_HISTORY_LOADING: for the first time, so that there is nothing to show meanwhile
 * @GY_HISTORY_EMPTY: nothing was ever recorded
 * @GY_HISTORY_READY: there are records, whether the filter leaves some of them or not
 * @GY_HISTORY_FAILED: gy_history_error() says why
 */
typedef enum {
	GY_HISTORY_NOT_LOADED,
	GY_HISTORY_LOADING,
	GY_HISTORY_EMPTY,
	GY_HISTORY_READY,
	GY_HISTORY_FAILED,
} GyHistoryState;

/** GyHistoryPeriod: which runs by their time, counted back from now. */
typedef enum {
	GY_HISTORY_ALWAYS,
	GY_HISTORY_TODAY,
	GY_HISTORY_WEEK,
	GY_HISTORY_MONTH,
	GY_HISTORY_N_PERIODS,
} GyHistoryPeriod;

/** gy_history_period_title: translated: "Last 7 Days". */
const char *gy_history_period_title(GyHistoryPeriod period);

/**
 * GyHistory:
 *
 * What the place "History" shows of a database of records: the runs that a filter leaves, and what they have in common.
 * Everything is read on a thread of its own, and what is shown stays until the new answer is there. No GTK type.
 *
 * Signal `changed`: all of it may be new.
 */
#define GY_TYPE_HISTORY (gy_history_get_type())
G_DECLARE_FINAL_TYPE(GyHistory, gy_history, GY, HISTORY, GObject)

/** gy_history_new: (transfer full): of the database in @path, which does not have to be there yet. Loads nothing. */
GyHistory *gy_history_new(const char *path);

/** gy_history_load: reads it (again). */
void gy_history_load(GyHistory *history);

/* The filter: what is set begins a new answer if it is another than before and something was loaded before. */
void gy_history_set_text(GyHistory *history, const char *text);
void gy_history_set_period(GyHistory *history, GyHistoryPeriod period);
/** gy_history_set_results: bits 1 << GyRecordResult; 0: any. */
void gy_history_set_results(GyHistory *history, guint results);
/** gy_history_set_board: (nullable) @board: any. */
void gy_history_set_board(GyHistory *history, const char *board);
void gy_history_clear_filter(GyHistory *history);
gboolean gy_history_has_filter(GyHistory *history);

GyHistoryState gy_history_state(GyHistory *history);
/** gy_history_is_busy: whether an answer is on its way. */
gboolean gy_history_is_busy(GyHistory *history);
const GError *gy_history_error(GyHistory *history);
/** gy_history_path: of the database. */
const char *gy_history_path(GyHistory *history);

/** gy_history_runs: (transfer none): a GListModel of GyHistoryRun, the newest first. */
GListModel *gy_history_runs(GyHistory *history);
/** gy_history_n_matching: how many the filter leaves, also where that is more than %GY_HISTORY_MOST. */
gint64 gy_history_n_matching(GyHistory *history);
/** gy_history_boards: (nullable): names of boards that occur in the database. */
const char *const *gy_history_boards(GyHistory *history);
/** gy_history_has_column: whether some run has something in a column that is often empty. */
gboolean gy_history_has_column(GyHistory *history, GyHistoryColumn column);

/** gy_history_stats: (nullable): of all that match. */
const GyRecordStats *gy_history_stats(GyHistory *history);
/** gy_history_step_times: of the runs that passed. */
const GyRecordTimes *gy_history_step_times(GyHistory *history, GyStep step);

/** gy_history_export_async: writes all that match into a file, by its ending as JSON or CSV. */
void gy_history_export_async(GyHistory *history, const char *path, GCancellable *cancellable,
	GAsyncReadyCallback callback, gpointer data);
/** gy_history_export_finish: Returns: how many runs were written, or a negative number with @error. */
gssize gy_history_export_finish(GyHistory *history, GAsyncResult *result, GError **error);

/* ---- in one sentence each, for people who do not see a chart ---- */

/** gy_history_count_sentence: (transfer full): "131 runs, 92 % passed", with what the table leaves out. */
char *gy_history_count_sentence(GyHistory *history);
/** gy_history_days_sentence: (transfer full): the pass rate of the days. */
char *gy_history_days_sentence(GyHistory *history);
/** gy_history_steps_sentence: (transfer full): how long the stages take. */
char *gy_history_steps_sentence(GyHistory *history);
/** gy_history_causes_sentence: (transfer full): why runs failed. */
char *gy_history_causes_sentence(GyHistory *history);
