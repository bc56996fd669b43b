// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/page.h"

/** GyDevicesPage: the place "Devices". */
#define GY_TYPE_DEVICES_PAGE (gy_devices_page_get_type())
G_DECLARE_FINAL_TYPE(GyDevicesPage, gy_devices_page, GY, DEVICES_PAGE, GyPage)
