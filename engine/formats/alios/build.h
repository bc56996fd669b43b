// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/packages/format.h"

/** gy_alios_build: see #GyFormat. */
gboolean gy_alios_build(const GyBuildOptions *options, GyDraft *draft, GPtrArray *notes, GError **error);
