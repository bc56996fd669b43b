// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/page.h"

/** GyFlashPage: the place "Flash". */
#define GY_TYPE_FLASH_PAGE (gy_flash_page_get_type())
G_DECLARE_FINAL_TYPE(GyFlashPage, gy_flash_page, GY, FLASH_PAGE, GyPage)
