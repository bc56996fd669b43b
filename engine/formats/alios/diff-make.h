// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/delta/watch.h"

/**
 * GyAliosDiffOptions: how a difference is written.
 * @slice_size: bytes of the new image in each slice, as the device's patcher is built with
 * @dictionary: bytes of the xz dictionary, from %GY_XZ_DICTIONARY_MIN to %GY_ALIOS_DIFF_DICTIONARY_MAX
 */
typedef struct {
	guint32 slice_size;
	guint32 dictionary;
} GyAliosDiffOptions;

/**
 * gy_alios_diff_make:
 * @old: the image that is in the flash; at most %GY_ALIOS_IMAGE_MAX bytes
 * @new_bytes: the one that is to be there; likewise
 * @options: how
 * @watch: (nullable): who looks on
 * @error: return location
 *
 * Each slice is made against what will be in the flash when the device comes to it. The whole difference is applied and
 * compared before it is given out.
 *
 * Returns: (transfer full): %NULL with %GY_ERROR_CFG_RULE (both are the same), %GY_ERROR_FILE_TOO_LARGE,
 *   %GY_ERROR_CANCELLED or %GY_ERROR_INTERNAL
 */
GBytes *gy_alios_diff_make(GBytes *old, GBytes *new_bytes, const GyAliosDiffOptions *options,
	const GyWatch *watch, GError **error) G_GNUC_WARN_UNUSED_RESULT;
