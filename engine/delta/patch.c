// SPDX-License-Identifier: Apache-2.0
#include "engine/delta/patch.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "engine/delta/patch-format.h"

/* Where matching ends, as the watch is told. */
#define MATCHED 0.8

static const GyPatchFormat *const formats[GY_N_PATCH_KINDS] = {
	[GY_PATCH_HDIFF13] = &gy_patch_hdiff13,
	[GY_PATCH_HDIFFSF20] = &gy_patch_hdiffsf20,
	[GY_PATCH_HPATCH_LITE] = &gy_patch_hpatch_lite,
	[GY_PATCH_BSDIFF] = &gy_patch_bsdiff,
};

const char *
gy_patch_kind_word(GyPatchKind kind)
{
	return formats[kind]->word;
}

gboolean
gy_patch_kind_by_word(const char *word, GyPatchKind *kind)
{
	for (guint i = 0; i < GY_N_PATCH_KINDS; i++)
		if (g_str_equal(formats[i]->word, word)) {
			*kind = (GyPatchKind) i;
			return TRUE;
		}
	return FALSE;
}

/* GY_N_PATCH_KINDS if it is none. */
static GyPatchKind
kind_of(GBytes *bytes)
{
	for (guint i = 0; i < GY_N_PATCH_KINDS; i++)
		if (formats[i]->probe(bytes))
			return (GyPatchKind) i;
	return GY_N_PATCH_KINDS;
}

gboolean
gy_patch_probe(GBytes *bytes)
{
	return kind_of(bytes) != GY_N_PATCH_KINDS;
}

gboolean
gy_patch_inspect(GBytes *patch, GyPatchInfo *info, GError **error)
{
	GyPatchKind kind = kind_of(patch);

	if (kind == GY_N_PATCH_KINDS)
		return gy_patch_fail(error, GY_ERROR_PATCH_NOT_RECOGNISED,
			_("this is no patch of a kind that is read: HDIFF13, HDIFFSF20, hI or BSDIFF40"));
	if (!formats[kind]->inspect(patch, info, error))
		return FALSE;
	info->kind = kind;
	return TRUE;
}

GBytes *
gy_patch_apply(GBytes *patch, GBytes *old, GError **error)
{
	gsize old_size = g_bytes_get_size(old);
	GyPatchInfo info;

	if (!gy_patch_inspect(patch, &info, error))
		return NULL;
	if (info.old_size == old_size ||
		(info.old_size == GY_PATCH_ANY_SIZE && old_size <= GY_DELTA_SIZE_MAX))
		return formats[info.kind]->apply(patch, old, error);
	if (info.old_size == GY_PATCH_ANY_SIZE)
		gy_patch_fail(error, GY_ERROR_FILE_TOO_LARGE,
			_("the old image has %zu bytes, at most %d are taken"), old_size, GY_DELTA_SIZE_MAX);
	else
		gy_patch_fail(error, GY_ERROR_IMAGE_OTHER_OLD,
			_("the old image has %zu bytes, the patch was made for one of %" PRIu64), old_size,
			info.old_size);
	return NULL;
}

/* ---- making --------------------------------------------------------------------------------------------- */

static GBytes *
write_checked(GBytes *old, GBytes *new_bytes, GArray *covers, const GyPatchOptions *options, GError **error)
{
	g_autoptr(GBytes) patch = formats[options->kind]->write(old, new_bytes, covers, options, error);
	g_autoptr(GBytes) made = patch ? gy_patch_apply(patch, old, error) : NULL;

	if (!made)
		return NULL;
	if (g_bytes_equal(made, new_bytes))
		return g_steal_pointer(&patch);
	gy_patch_fail(error, GY_ERROR_INTERNAL, _("the patch that was made gives another image"));
	return NULL;
}

GBytes *
gy_patch_make(
	GBytes *old, GBytes *new_bytes, const GyPatchOptions *options, const GyWatch *watch, GError **error)
{
	GyPatchOptions filled = *options;
	g_autoptr(GArray) covers = NULL;
	g_autoptr(GBytes) patch = NULL;

	g_return_val_if_fail(formats[options->kind]->write, NULL);

	if (filled.dictionary == 0)
		filled.dictionary = GY_PATCH_DICTIONARY;
	covers = gy_delta_match(old, new_bytes, &formats[options->kind]->cost, watch, error);
	if (!covers || !gy_watch_tell(watch, MATCHED, error))
		return NULL;
	patch = write_checked(old, new_bytes, covers, &filled, error);
	return patch && gy_watch_tell(watch, 1, error) ? g_steal_pointer(&patch) : NULL;
}
