// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <adwaita.h>

#include "ui/model/history-run.h"

/**
 * GyHistoryDetail: all that is known of one run. Signals: `close`, `copy`, and `again` when its package is to be flashed
 * once more.
 */
#define GY_TYPE_HISTORY_DETAIL (gy_history_detail_get_type())
G_DECLARE_FINAL_TYPE(GyHistoryDetail, gy_history_detail, GY, HISTORY_DETAIL, AdwBin)

/** gy_history_detail_show: @run: (nullable): what was shown stays. */
void gy_history_detail_show(GyHistoryDetail *detail, GyHistoryRun *run);
