// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/packages/format.h"

/** gy_ohos_build: #GyFormat.build: from a target_package. FORMAT.md, "Building". */
gboolean gy_ohos_build(const GyBuildOptions *options, GyDraft *draft, GPtrArray *notes, GError **error);
