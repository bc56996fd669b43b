// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/error.h"

/**
 * GyWs63Patch: what a difference does, in numbers.
 * @n_blocks: control blocks
 * @n_changed: bytes made from old ones
 * @n_new: bytes that it brings
 * @n_in_place: blocks that overwrite old bytes which they still need, and so run backwards
 */
typedef struct {
	guint n_blocks;
	guint64 n_changed;
	guint64 n_new;
	guint n_in_place;
} GyWs63Patch;

/**
 * gy_ws63_patch_apply:
 * @payload: the data of a difference image; padding behind them does no harm
 * @size: bytes of @payload
 * @old: the image that it was made against, as it stands in the flash
 * @new_size: bytes of the new image
 * @patch: (out) (optional): what it does
 * @error: return location
 *
 * Rewrites a copy of @old in place, as the device does it. FORMAT.md, "Differences".
 *
 * Returns: (transfer full): the new image, or %NULL with %GY_ERROR_IMAGE_COMPRESSION or %GY_ERROR_PACKAGE_MALFORMED
 */
GBytes *gy_ws63_patch_apply(const guint8 *payload, gsize size, GBytes *old, guint32 new_size,
	GyWs63Patch *patch, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_ws63_patch_read: the same without the old image: only whether it can be applied to one of @old_size bytes, and what
 * it does. %FALSE with the same errors.
 */
gboolean gy_ws63_patch_read(const guint8 *payload, gsize size, guint32 old_size, guint32 new_size,
	GyWs63Patch *patch, GError **error) G_GNUC_WARN_UNUSED_RESULT;
