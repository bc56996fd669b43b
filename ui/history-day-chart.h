// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtk/gtk.h>

#include "engine/records/stats.h"

/**
 * GyHistoryDayChart: the pass rate of each day as a column, the failed part hatched. Where there are more days than
 * columns, a column stands for several of them.
 */
#define GY_TYPE_HISTORY_DAY_CHART (gy_history_day_chart_get_type())
G_DECLARE_FINAL_TYPE(GyHistoryDayChart, gy_history_day_chart, GY, HISTORY_DAY_CHART, GtkWidget)

GtkWidget *gy_history_day_chart_new(void);

/** gy_history_day_chart_set: @days (element-type GyRecordDay) are copied; @sentence says the same in words. */
void gy_history_day_chart_set(GyHistoryDayChart *chart, GArray *days, const char *sentence);
