// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/job/job.h"
#include "protocol/wire/message.h"

/** gy_device_info_from_wire: (transfer full): the same in the engine's words. */
GyDeviceInfo *gy_device_info_from_wire(const struct gyw_info *wire);

/** gy_target_from_wire: (transfer full): what a package is held against. */
GyTarget *gy_target_from_wire(const struct gyw_info *wire);
