// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/format.h"

/** gy_ohos_build: #GyFormat.build: from a target_package. FORMAT.md, "Building". */
GBytes *gy_ohos_build(const GyBuildOptions *options, GPtrArray *notes, GError **error);
