// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/devices/devices.h"

/* What the list does with its items. */

/** gy_device_new: takes @port; @name: (nullable). */
GyDevice *gy_device_new(GyPort *port, const char *name);

/** gy_device_is_same: whether @port is this device, and not another one under the same path. */
gboolean gy_device_is_same(GyDevice *device, const GyPort *port);

/** gy_device_take_port: takes what is known of it now, and notifies of what has changed. */
void gy_device_take_port(GyDevice *device, GyPort *port);
/** gy_device_set_name: @name: (nullable). */
void gy_device_set_name(GyDevice *device, const char *name);
