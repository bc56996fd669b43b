// SPDX-License-Identifier: Apache-2.0
#include "engine/delta/hdiff-head.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define PLUGIN_LZMA "lzma"

static gboolean
read_plugin(GyCursor *cursor, const char *magic, char plugin[GY_HDIFF_PLUGIN_SIZE], GError **error)
{
	const char *name;
	const char *end;
	gsize room;

	gy_cursor_take(cursor, strlen(magic));
	room = MIN(gy_cursor_left(cursor), GY_HDIFF_PLUGIN_SIZE);
	name = (const char *) cursor->data + cursor->at;
	end = cursor->failed ? NULL : memchr(name, '\0', room);
	if (!end && room < GY_HDIFF_PLUGIN_SIZE)
		return gy_hdiff_fail_head(cursor, error);
	if (!end || memchr(name, '&', (gsize) (end - name)))
		return gy_patch_fail(error, GY_ERROR_PATCH_MALFORMED,
			_("the name of the compression does not end, or has an &"));
	memcpy(plugin, name, (gsize) (end - name) + 1);
	gy_cursor_take(cursor, (gsize) (end - name) + 1);
	return TRUE;
}

gboolean
gy_hdiff_read_head(GyCursor *cursor, const char *magic, GyHdiffHead *head, GError **error)
{
	if (!read_plugin(cursor, magic, head->plugin, error))
		return FALSE;
	head->new_size = gy_packed_read(cursor, 0, NULL);
	head->old_size = gy_packed_read(cursor, 0, NULL);
	head->n_covers = gy_packed_read(cursor, 0, NULL);
	if (cursor->failed)
		return gy_hdiff_fail_head(cursor, error);
	return gy_patch_check_size(head->new_size, _("the new image"), error) &&
	       gy_patch_check_size(head->old_size, _("the old image"), error);
}

gboolean
gy_hdiff_is_lzma(const char *plugin)
{
	return g_str_equal(plugin, PLUGIN_LZMA);
}

gboolean
gy_hdiff_check_plugin(const char *plugin, GError **error)
{
	g_autofree char *safe = g_utf8_make_valid(plugin, -1);

	return gy_hdiff_is_lzma(plugin) ||
	       gy_patch_fail(error, GY_ERROR_PATCH_NOT_SUPPORTED,
		       _("the patch is compressed with \"%s\", only %s is read"), safe, PLUGIN_LZMA);
}

void
gy_hdiff_tell(GyPatchInfo *info, const GyHdiffHead *head, gboolean is_packed)
{
	g_autofree char *safe = g_utf8_make_valid(is_packed && *head->plugin ? head->plugin : "none", -1);

	*info = (GyPatchInfo){.old_size = head->old_size, .new_size = head->new_size};
	g_strlcpy(info->compression, safe, sizeof info->compression);
}

gboolean
gy_hdiff_fail_head(const GyCursor *cursor, GError **error)
{
	if (gy_cursor_left(cursor) == 0)
		return gy_patch_fail(error, GY_ERROR_PATCH_TRUNCATED, _("the patch ends inside its head"));
	return gy_patch_fail(error, GY_ERROR_PATCH_MALFORMED,
		_("the number in the head before offset %zu is longer than any can be"), cursor->at);
}

gboolean
gy_hdiff_fail_changes(const GyRestore *restore, GError **error)
{
	return gy_patch_fail(error, GY_ERROR_PATCH_MALFORMED,
		_("the changes end before byte %zu of the new image"), restore->at);
}
