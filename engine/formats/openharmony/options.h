// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/packages/build-options.h"

/** gy_ohos_options: of building a package. */
extern const GyOption gy_ohos_options[];
