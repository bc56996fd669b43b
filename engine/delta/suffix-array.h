// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/error.h"

/**
 * GySuffixArray:
 *
 * All suffixes of some bytes in order, by libdivsufsort: 4 bytes of memory for each byte, 5 with the bytes themselves, and
 * 256 KiB. The bytes belong to the caller and outlive it.
 */
typedef struct _GySuffixArray GySuffixArray;

/**
 * gy_suffix_array_new:
 * @data: what is searched in
 * @size: its bytes, at most %G_MAXINT32
 * @error: return location
 *
 * Returns: (transfer full): %NULL with %GY_ERROR_INTERNAL if there is not enough memory
 */
GySuffixArray *gy_suffix_array_new(const guint8 *data, gsize size, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void gy_suffix_array_free(GySuffixArray *array);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GySuffixArray, gy_suffix_array_free)

/** GyMatch: @size equal bytes, at @offset of what is searched in. */
typedef struct {
	guint32 offset;
	guint32 size;
} GyMatch;

/**
 * gy_suffix_array_find:
 * @array: where
 * @text: what is looked for
 * @size: its bytes
 * @near: of several equally long matches that stand close to each other in the array, the one nearest to this offset is taken
 *
 * Returns: the longest beginning of @text that occurs; of size 0 if not even two bytes do
 */
GyMatch gy_suffix_array_find(const GySuffixArray *array, const guint8 *text, gsize size, guint32 near);
