// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/model/factory.h"
#include "ui/page.h"

/** GyFactoryPage: the place where an operator stands: the slots of a station, the scanner's entry and the totals. */
#define GY_TYPE_FACTORY_PAGE (gy_factory_page_get_type())
G_DECLARE_FINAL_TYPE(GyFactoryPage, gy_factory_page, GY, FACTORY_PAGE, GyPage)

GyFactory *gy_factory_page_factory(GyFactoryPage *page);

/** gy_factory_page_take: opens a station file. Returns: %FALSE if @path is none by its name */
gboolean gy_factory_page_take(GyFactoryPage *page, const char *path);
