// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/packages/package.h"

/* Differences: independent slices, FORMAT.md, "Difference". */

/** GY_ALIOS_IMAGE_MAX: bytes of the largest image of which a difference is made or to which one is applied. */
#define GY_ALIOS_IMAGE_MAX (8 * 1024 * 1024)

/** GY_ALIOS_SLICE_MIN, GY_ALIOS_SLICE_MAX: bytes of a slice that is written; devices were seen to do well with these. */
#define GY_ALIOS_SLICE_MIN 4096
#define GY_ALIOS_SLICE_MAX 65536
/** GY_ALIOS_SLICE_LIMIT: bytes of the largest slice that is read. */
#define GY_ALIOS_SLICE_LIMIT 262144

/** GY_ALIOS_DIFF_DICTIONARY_MAX: what a device keeps for each of three decoders, in bytes. */
#define GY_ALIOS_DIFF_DICTIONARY_MAX 16384

/**
 * GyAliosSlice: what a slice's head says.
 * @offset: of the head, from the start of the difference
 * @control_size, @difference_size, @extra_size: bytes of the three streams as stored
 * @new_size: bytes of the new image that it makes
 * @crc: of these bytes, gy_crc16()
 */
typedef struct {
	gsize offset;
	gsize control_size;
	gsize difference_size;
	gsize extra_size;
	guint32 new_size;
	guint16 crc;
} GyAliosSlice;

/** gy_alios_diff_probe: whether it begins like a difference, one damaged byte in its first eight allowed for. */
gboolean gy_alios_diff_probe(const guint8 *data, gsize size);

/**
 * gy_alios_diff_slices:
 * @data: a difference
 * @size: its bytes
 * @problem: (out) (optional): what the first head that cannot be has
 *
 * Returns: (transfer full) (element-type GyAliosSlice): all slices, or those before the problem
 */
GArray *gy_alios_diff_slices(const guint8 *data, gsize size, GyFinding **problem);

/**
 * gy_alios_diff_check:
 * @data: a difference
 * @size: its bytes
 * @dictionary: (out): the largest dictionary in it, in bytes
 *
 * Everything that can be told without the old image: all but the CRC of each slice.
 *
 * Returns: (transfer full) (nullable): the first problem
 */
GyFinding *gy_alios_diff_check(const guint8 *data, gsize size, guint32 *dictionary);

/**
 * gy_alios_diff_apply:
 * @diff: a difference
 * @old: the image that is in the flash, with its trailer
 * @error: return location
 *
 * What the device does: each slice reads what is in the flash by then, the new image before it and the old one behind.
 *
 * Returns: (transfer full): the new image, or %NULL with %GY_ERROR_IMAGE_OTHER_OLD (a slice gives something else than its
 *   CRC says, or reads behind the old image), and what gy_alios_diff_check() finds
 */
GBytes *gy_alios_diff_apply(GBytes *diff, GBytes *old, GError **error) G_GNUC_WARN_UNUSED_RESULT;
