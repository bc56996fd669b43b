// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/packages/build-options.h"

/** gy_liteos_options, gy_liteos_image_sections: see #GyFormat. */
extern const GyOption gy_liteos_options[];
extern const GyOptionChoice gy_liteos_image_sections[];
