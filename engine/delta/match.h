// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/delta/watch.h"

/**
 * GyCover: @size bytes of the new image are made from as many of the old one; they need not be equal.
 *
 * What is in no cover is new. A list of covers (#GArray) is in the order of the new image, without overlaps and without
 * empty ones; every kind of patch is written from one.
 */
typedef struct {
	guint32 old_offset;
	guint32 new_offset;
	guint32 size;
} GyCover;

/** GY_DELTA_SIZE_MAX: bytes of an image of which a difference is made or to which one is applied. */
#define GY_DELTA_SIZE_MAX (64 * 1024 * 1024)

/**
 * GyMatchCost: what a kind of patch pays on average, in bytes after its compression.
 * @cover: for a cover
 * @literal: for a byte of the new image that is in no cover
 * @change: for a byte in a cover that differs from the old one
 * @first_change: for one behind a byte that does not, besides
 * @same: for one that does not
 */
typedef struct {
	double cover;
	double literal;
	double change;
	double first_change;
	double same;
} GyMatchCost;

/**
 * gy_delta_match:
 * @old: at most %GY_DELTA_SIZE_MAX bytes
 * @new_bytes: likewise
 * @cost: of the kind of patch that is written
 * @watch: (nullable): who looks on; told up to 0.8, the rest is for writing the patch
 * @error: return location
 *
 * Finds what of the new image can be made from the old one. While the old one is sorted, a few seconds for the largest, it
 * does not hear that it is cancelled. Takes 4 bytes of memory for each byte of @old besides both
 * images, and 12 for each cover.
 *
 * Returns: (transfer full) (element-type GyCover): %NULL with %GY_ERROR_FILE_TOO_LARGE, %GY_ERROR_CANCELLED or
 *   %GY_ERROR_INTERNAL
 */
GArray *gy_delta_match(GBytes *old, GBytes *new_bytes, const GyMatchCost *cost, const GyWatch *watch,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
