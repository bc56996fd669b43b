// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/delta/patch-format.h"
#include "engine/delta/restore.h"

/* What HDIFF13 and HDIFFSF20 have in common. */

#define GY_HDIFF_PLUGIN_SIZE 260 /* with its zero */

/** gy_hdiff_read_plugin: the type word, and the name of the compression behind it; GY_ERROR_PATCH_*. */
gboolean gy_hdiff_read_plugin(
	GyCursor *cursor, const char *magic, char plugin[GY_HDIFF_PLUGIN_SIZE], GError **error);

/** gy_hdiff_is_lzma: whether that is the name. */
gboolean gy_hdiff_is_lzma(const char *plugin);

/** gy_hdiff_check_plugin: %FALSE with %GY_ERROR_PATCH_NOT_SUPPORTED unless it is LZMA. */
gboolean gy_hdiff_check_plugin(const char *plugin, GError **error);

/** gy_hdiff_tell_compression: as @info has it; "" for none. */
void gy_hdiff_tell_compression(GyPatchInfo *info, const char *plugin);

/** gy_hdiff_fail_head: for a head that could not be read; always %FALSE. */
gboolean gy_hdiff_fail_head(const GyCursor *cursor, GError **error);

/** gy_hdiff_fail_changes: for changes that end too early; always %FALSE. */
gboolean gy_hdiff_fail_changes(const GyRestore *restore, GError **error);
