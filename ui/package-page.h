// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/page.h"

/** GyPackagePage: the place "Package". */
#define GY_TYPE_PACKAGE_PAGE (gy_package_page_get_type())
G_DECLARE_FINAL_TYPE(GyPackagePage, gy_package_page, GY, PACKAGE_PAGE, GyPage)
