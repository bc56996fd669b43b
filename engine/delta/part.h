// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/delta/patch.h"
#include "engine/error.h"

/* A packed part of HDiffPatch's patches: 5, the five bytes of LZMA properties, and a stream without its size. */

/**
 * gy_part_pack:
 * @raw: what is packed
 * @dictionary: bytes of the dictionary
 * @is_lean: only with the settings that take the least memory on the device (lc, lp and pb 0); else those that give the
 *   fewest bytes
 * @error: return location
 *
 * Returns: (transfer full): a packed part, which need not be smaller; %NULL with %GY_ERROR_IMAGE_COMPRESSION
 */
GBytes *gy_part_pack(
	GBytes *raw, guint32 dictionary, gboolean is_lean, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_part_unpack:
 * @packed: the whole part
 * @size: bytes that have to come out
 * @what: names it in messages: "the cover part"
 * @error: return location
 *
 * Returns: (transfer full): %NULL with %GY_ERROR_PATCH_COMPRESSION, or %GY_ERROR_PATCH_TRAILING if bytes follow the stream
 */
GBytes *gy_part_unpack(
	GBytes *packed, guint64 size, const char *what, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_part_tell: one more decoder, and the dictionary that the part needs if it is larger; a part too short to say needs none. */
void gy_part_tell(GyPatchInfo *info, const guint8 *packed, gsize size);
