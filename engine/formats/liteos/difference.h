// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/packages/format.h"

/** gy_liteos_make_difference: see #GyFormat.make_difference. */
GBytes *gy_liteos_make_difference(GyPackage *whole, GBytes *old, const GyDifferenceOptions *options,
	const GyWatch *watch, GError **error);
