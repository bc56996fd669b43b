// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/delta/match.h"
#include "engine/delta/packed.h"
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
