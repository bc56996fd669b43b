// SPDX-License-Identifier: Apache-2.0
#include "engine/delta/restore.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "engine/delta/patch-format.h"

void
gy_restore_init(GyRestore *restore, GBytes *old, guint64 new_size)
{
	*restore = (GyRestore){.size = (gsize) new_size, .out = g_malloc(MAX((gsize) new_size, 1))};
	restore->old = g_bytes_get_data(old, &restore->old_size);
}

void
gy_restore_clear(GyRestore *restore)
{
	g_clear_pointer(&restore->out, g_free);
}

gboolean
gy_restore_step(GyRestore *restore, guint64 distance, gboolean is_back, GError **error)
{
	guint64 room = is_back ? restore->old_end : restore->old_size - restore->old_end;

	if (distance > room)
		return gy_patch_fail(error, GY_ERROR_PATCH_MALFORMED,
			_("at byte %zu of the new image the patch points out of the old one"), restore->at);
	restore->old_end = is_back ? restore->old_end - distance : restore->old_end + distance;
	return TRUE;
}

guint8 *
gy_restore_copy(GyRestore *restore, guint64 size, GError **error)
{
	guint8 *out = restore->out + restore->at;

	if (size > restore->size - restore->at || size > restore->old_size - restore->old_end) {
		gy_patch_fail(error, GY_ERROR_PATCH_MALFORMED,
			_("at byte %zu of the new image the patch copies %" PRIu64
			  " bytes, more than there are"),
			restore->at, size);
		return NULL;
	}
	if (size > 0)
		memcpy(out, restore->old + restore->old_end, (gsize) size);
	restore->at += (gsize) size;
	restore->old_end += size;
	return out;
}

gboolean
gy_restore_insert(GyRestore *restore, GyCursor *from, guint64 size, GError **error)
{
	const guint8 *data = size <= restore->size - restore->at ? gy_cursor_take(from, size) : NULL;

	if (!data && size > 0)
		return gy_patch_fail(error, GY_ERROR_PATCH_MALFORMED,
			_("at byte %zu of the new image the patch inserts %" PRIu64
			  " bytes, more than there are"),
			restore->at, size);
	if (size > 0)
		memcpy(restore->out + restore->at, data, (gsize) size);
	restore->at += (gsize) size;
	return TRUE;
}

GBytes *
gy_restore_end(GyRestore *restore, GError **error)
{
	if (restore->at == restore->size)
		return g_bytes_new_take(g_steal_pointer(&restore->out), restore->size);
	gy_patch_fail(error, GY_ERROR_PATCH_MALFORMED, _("the patch makes %zu of %zu bytes"), restore->at,
		restore->size);
	return NULL;
}
