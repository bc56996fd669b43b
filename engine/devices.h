// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

#include "protocol/host/discovery.h"

/** gy_devices_list: (transfer full) (element-type GyPort): the serial ports there are now. Opens none of them. */
GPtrArray *gy_devices_list(void);
