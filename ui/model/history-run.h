// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/records/records.h"
#include "ui/model/stages.h"

/**
 * GyHistoryRun: a record in words, one row of the history. It never changes.
 */
#define GY_TYPE_HISTORY_RUN (gy_history_run_get_type())
G_DECLARE_FINAL_TYPE(GyHistoryRun, gy_history_run, GY, HISTORY_RUN, GObject)

/** gy_history_run_new: (transfer full): @record is copied. */
GyHistoryRun *gy_history_run_new(const GyRecord *record);

const GyRecord *gy_history_run_record(GyHistoryRun *run);

/** GyHistoryColumn: what the table shows of a run, in its order. */
typedef enum {
	GY_HISTORY_WHEN,
	GY_HISTORY_DEVICE,
	GY_HISTORY_SERIAL,
	GY_HISTORY_PACKAGE,
	GY_HISTORY_VERSIONS,
	GY_HISTORY_RESULT,
	GY_HISTORY_TIME,
	GY_HISTORY_STATION,
	GY_HISTORY_OPERATOR,
	GY_HISTORY_N_COLUMNS,
} GyHistoryColumn;

/** gy_history_column_title: translated. */
const char *gy_history_column_title(GyHistoryColumn column);
/** gy_history_run_text: (transfer full): what stands in a column, "" if nothing is known. */
char *gy_history_run_text(GyHistoryRun *run, GyHistoryColumn column);
/** gy_history_run_compare: for sorting by a column: times and durations by their value, texts as people sort them. */
int gy_history_run_compare(GyHistoryRun *one, GyHistoryRun *other, GyHistoryColumn column);

/** gy_history_result_title: translated: "Passed". */
const char *gy_history_result_title(GyRecordResult result);

/** gy_history_run_headline: (transfer full): how it ended, one sentence with a full stop. */
char *gy_history_run_headline(GyHistoryRun *run);
/** gy_history_run_truth: (transfer full): what was then true of the board, with a full stop; "" if it is not known. */
char *gy_history_run_truth(GyHistoryRun *run);

/** gy_history_run_step_ms: how long one of the seven stages took; %GY_RECORD_NONE if it was not reached or not measured. */
gint64 gy_history_run_step_ms(GyHistoryRun *run, GyStep step);
/** gy_record_step_ms: the same of a record. */
gint64 gy_record_step_ms(const GyRecord *record, GyStep step);

/** GyHistoryFact: a line of the detail; both texts are owned by the array. */
typedef struct {
	char *label;
	char *value;
} GyHistoryFact;

/** gy_history_run_facts: (transfer full) (element-type GyHistoryFact): what is known, translated, in display order. */
GPtrArray *gy_history_run_facts(GyHistoryRun *run);

/** gy_history_run_report: (transfer full): all of it as text, for the clipboard and a bug report. */
char *gy_history_run_report(GyHistoryRun *run);
