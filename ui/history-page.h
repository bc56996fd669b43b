// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/page.h"

/** GyHistoryPage: the place "History". */
#define GY_TYPE_HISTORY_PAGE (gy_history_page_get_type())
G_DECLARE_FINAL_TYPE(GyHistoryPage, gy_history_page, GY, HISTORY_PAGE, GyPage)
