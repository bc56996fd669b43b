// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <adwaita.h>

#include "ui/model/history.h"

/**
 * GyHistoryTable: the runs of a history, sorted by a click on a column's title. Property `run`: the one that is chosen,
 * or %NULL.
 */
#define GY_TYPE_HISTORY_TABLE (gy_history_table_get_type())
G_DECLARE_FINAL_TYPE(GyHistoryTable, gy_history_table, GY, HISTORY_TABLE, AdwBin)

/** gy_history_table_set_history: @history is referenced. */
void gy_history_table_set_history(GyHistoryTable *table, GyHistory *history);

/** gy_history_table_refresh: after the history has changed: the columns that have something in them, and the run that was
 * chosen before, if it is still there. */
void gy_history_table_refresh(GyHistoryTable *table);

/** gy_history_table_run: (transfer none) (nullable). */
GyHistoryRun *gy_history_table_run(GyHistoryTable *table);
void gy_history_table_unselect(GyHistoryTable *table);
