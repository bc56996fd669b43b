// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/error.h"

/* The .xz that small decoders read: one stream of one block, LZMA2 and no other filter, CRC-32. */

/** GY_XZ_DICTIONARY_MIN: bytes of the smallest dictionary, which every decoder has room for. */
#define GY_XZ_DICTIONARY_MIN 4096
/** GY_XZ_DICTIONARY_MAX: the largest that is written or read. */
#define GY_XZ_DICTIONARY_MAX (1024 * 1024)

/**
 * GyXzInfo: what a .xz says about itself.
 * @dictionary: bytes that a decoder has to keep
 * @size: bytes that come out
 */
typedef struct {
	guint32 dictionary;
	guint64 size;
} GyXzInfo;

/** gy_xz_probe: whether it begins like a .xz. */
gboolean gy_xz_probe(const guint8 *data, gsize size);

/**
 * gy_xz_inspect:
 * @data: a whole .xz, and nothing behind it
 * @size: its bytes
 * @info: (out): what it says
 * @error: return location
 *
 * Reads heads and index, without unpacking.
 *
 * Returns: %FALSE with %GY_ERROR_IMAGE_COMPRESSION if it is damaged, or has another check, filter, or number of streams
 *   or blocks than small decoders read
 */
gboolean gy_xz_inspect(
	const guint8 *data, gsize size, GyXzInfo *info, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_xz_decode:
 * @data: as above
 * @size: as above
 * @size_max: the most that may come out, in bytes
 * @error: return location
 *
 * Returns: (transfer full): what was packed, or %NULL with %GY_ERROR_IMAGE_COMPRESSION
 */
GBytes *gy_xz_decode(
	const guint8 *data, gsize size, guint64 size_max, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_xz_encode:
 * @input: what is packed
 * @dictionary: from %GY_XZ_DICTIONARY_MIN to %GY_XZ_DICTIONARY_MAX
 * @error: return location
 *
 * Packs as `xz -6 --check=crc32` does, but for the dictionary, and gives the same bytes.
 *
 * Returns: (transfer full): %NULL with %GY_ERROR_IMAGE_COMPRESSION
 */
GBytes *gy_xz_encode(GBytes *input, guint32 dictionary, GError **error) G_GNUC_WARN_UNUSED_RESULT;
