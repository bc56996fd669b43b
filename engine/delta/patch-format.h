// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/delta/match.h"
#include "engine/delta/patch.h"

/**
 * GyPatchFormat: what one kind of patch offers to patch.c.
 * @word: see gy_patch_kind_word()
 * @probe: by the first bytes only
 * @inspect: fills all of @info but its kind
 * @apply: @old is of the size that the head says
 * @write: (nullable): from covers that are in order; in the bounds of both images
 * @cost: for gy_delta_match()
 */
typedef struct {
	const char *word;
	gboolean (*probe)(GBytes *bytes);
	gboolean (*inspect)(GBytes *patch, GyPatchInfo *info, GError **error);
	GBytes *(*apply)(GBytes *patch, GBytes *old, GError **error);
	GBytes *(*write)(GBytes *old, GBytes *new_bytes, GArray *covers, const GyPatchOptions *options,
		GError **error);
	GyMatchCost cost;
} GyPatchFormat;

extern const GyPatchFormat gy_patch_hdiff13;
extern const GyPatchFormat gy_patch_hdiffsf20;
extern const GyPatchFormat gy_patch_hpatch_lite;
extern const GyPatchFormat gy_patch_bsdiff;

/** gy_patch_fail: sets an error; always %FALSE. */
gboolean gy_patch_fail(GError **error, GyError code, const char *message, ...) G_GNUC_PRINTF(3, 4);

/** gy_patch_begins_with: whether the first bytes are these. */
gboolean gy_patch_begins_with(GBytes *bytes, const char *magic);

/** gy_patch_check_size: %FALSE with %GY_ERROR_PATCH_MALFORMED if it is more than %GY_DELTA_SIZE_MAX; @what: "the new image". */
gboolean gy_patch_check_size(guint64 size, const char *what, GError **error);
