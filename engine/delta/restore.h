// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/delta/packed.h"
#include "engine/error.h"

/**
 * GyRestore: a new image that is made piece by piece.
 * @old, @old_size: the old image
 * @out: @size bytes of room for the new one, of which @at are done
 * @old_end: where in the old image the last cover ended
 */
typedef struct {
	const guint8 *old;
	gsize old_size;
	guint8 *out;
	gsize size;
	gsize at;
	guint64 old_end;
} GyRestore;

void gy_restore_init(GyRestore *restore, GBytes *old, guint64 new_size);
void gy_restore_clear(GyRestore *restore);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GyRestore, gy_restore_clear)

/** gy_restore_step: moves the place in the old image by @distance. %FALSE with %GY_ERROR_PATCH_MALFORMED if that is outside. */
gboolean gy_restore_step(GyRestore *restore, guint64 distance, gboolean is_back, GError **error);

/** gy_restore_copy: (nullable): copies @size old bytes from the present place; where they stand now, to add something to them. */
guint8 *gy_restore_copy(GyRestore *restore, guint64 size, GError **error);

/** gy_restore_insert: appends @size bytes of @from. %FALSE with %GY_ERROR_PATCH_MALFORMED if there are too many or too few. */
gboolean gy_restore_insert(GyRestore *restore, GyCursor *from, guint64 size, GError **error);

/** gy_restore_end: (transfer full): the new image, or %NULL with %GY_ERROR_PATCH_MALFORMED if it is not whole. */
GBytes *gy_restore_end(GyRestore *restore, GError **error);
