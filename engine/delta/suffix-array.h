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

/** GyMatch: @size equal bytes; @index says where, see gy_suffix_array_choose(). */
typedef struct {
	gsize index;
	gsize size;
} GyMatch;

/**
 * gy_suffix_array_find:
 * @array: where
 * @text: in which something is looked for
 * @size: its bytes
 * @at: offset in it where that begins
 *
 * Returns: the longest piece of @text from @at on that occurs; of size 0 if not even two bytes do
 */
GyMatch gy_suffix_array_find(const GySuffixArray *array, const guint8 *text, gsize size, gsize at);

/**
 * gy_suffix_array_choose:
 * @array: where
 * @text, @size, @at: as above
 * @match: what was found, not of size 0
 * @near: an offset in the array's bytes
 *
 * Of several equally long matches it takes the one around which most bytes are equal too, and of these the one nearest to
 * @near; it looks at two hundred of them at most.
 *
 * Returns: where in the array's bytes the match is
 */
guint32 gy_suffix_array_choose(const GySuffixArray *array, const guint8 *text, gsize size, gsize at,
	const GyMatch *match, guint32 near);
