// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <adwaita.h>

#include "ui/model/history.h"

/**
 * GyHistoryCharts: pass rate, stage times and causes, each as a chart, as a sentence and as a table.
 */
#define GY_TYPE_HISTORY_CHARTS (gy_history_charts_get_type())
G_DECLARE_FINAL_TYPE(GyHistoryCharts, gy_history_charts, GY, HISTORY_CHARTS, AdwBin)

/** gy_history_charts_show: what @history holds now. */
void gy_history_charts_show(GyHistoryCharts *charts, GyHistory *history);
