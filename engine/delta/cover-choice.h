// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/delta/match.h"

/**
 * gy_covers_choose:
 * @covers: (element-type GyCover): in order; what remains of them, too
 * @old: the old image
 * @new_bytes: the new one
 * @cost: of the kind of patch
 *
 * Two covers on one diagonal become one where that costs less than what stands between them, other covers included; and
 * covers that cost more than their bytes alone go.
 */
void gy_covers_choose(GArray *covers, GBytes *old, GBytes *new_bytes, const GyMatchCost *cost);
