// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/delta/patch-format.h"
#include "engine/delta/restore.h"

/* What HDIFF13 and HDIFFSF20 have in common. */

#define GY_HDIFF_PLUGIN_SIZE 260 /* with its zero */

/** GyHdiffHead: how both begin: the name of the compression, which may be empty, and the first three numbers. */
typedef struct {
	char plugin[GY_HDIFF_PLUGIN_SIZE];
	guint64 new_size;
	guint64 old_size;
	guint64 n_covers;
} GyHdiffHead;

/** gy_hdiff_read_head: from the first byte on; %FALSE with GY_ERROR_PATCH_*, also if an image is too large. */
gboolean gy_hdiff_read_head(GyCursor *cursor, const char *magic, GyHdiffHead *head, GError **error);

/** gy_hdiff_is_lzma: whether that is the name. */
gboolean gy_hdiff_is_lzma(const char *plugin);

/** gy_hdiff_check_plugin: %FALSE with %GY_ERROR_PATCH_NOT_SUPPORTED unless it is LZMA. */
gboolean gy_hdiff_check_plugin(const char *plugin, GError **error);

/** gy_hdiff_tell: fills @info with sizes and compression; @is_packed: whether anything is compressed. */
void gy_hdiff_tell(GyPatchInfo *info, const GyHdiffHead *head, gboolean is_packed);

/** gy_hdiff_fail_head: for a head that could not be read; always %FALSE. */
gboolean gy_hdiff_fail_head(const GyCursor *cursor, GError **error);

/** gy_hdiff_fail_changes: for changes that end too early; always %FALSE. */
gboolean gy_hdiff_fail_changes(const GyRestore *restore, GError **error);
