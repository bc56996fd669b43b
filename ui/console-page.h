// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/page.h"

/** GyConsolePage: the place "Console". */
#define GY_TYPE_CONSOLE_PAGE (gy_console_page_get_type())
G_DECLARE_FINAL_TYPE(GyConsolePage, gy_console_page, GY, CONSOLE_PAGE, GyPage)
