// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/packages/format.h"

/**
 * gy_alios_make_difference: see #GyFormat.make_difference. With the slices of most chips and a dictionary that all of them have:
 * a device that was built for others refuses it before it erases anything.
 */
GBytes *gy_alios_make_difference(GyPackage *whole, GBytes *old, const GyDifferenceOptions *options,
	const GyWatch *watch, GError **error);
