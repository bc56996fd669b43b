// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/page.h"

/** GyPackagePage: what is in a package, and making one. */
#define GY_TYPE_PACKAGE_PAGE (gy_package_page_get_type())
G_DECLARE_FINAL_TYPE(GyPackagePage, gy_package_page, GY, PACKAGE_PAGE, GyPage)

/**
 * gy_package_page_take:
 * @page: the page
 * @paths: what was opened or dropped, ended by %NULL
 *
 * Returns: whether it was for making a package: a recipe, or several images, which become a new one. Else it is the bench's
 */
gboolean gy_package_page_take(GyPackagePage *page, const char *const *paths);
