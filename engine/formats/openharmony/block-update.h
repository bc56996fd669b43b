// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/formats/openharmony/transfer-list.h"

/** GyOhosBlockFiles: what a list works with: the content of new.dat and of patch.dat. */
typedef struct {
	GBytes *new_data;
	GBytes *patches;
} GyOhosBlockFiles;

/**
 * gy_ohos_block_check:
 * @list: a list
 * @files: what it works with
 * @name: of the list, for messages
 * @error: return location
 *
 * Everything that can be told without the old image: that the patches are there, that new.dat is used up, that what is
 * stashed is used and stays within what the head says, and that as many blocks are written as it says.
 *
 * Returns: %FALSE with GY_ERROR_PATCH_*
 */
gboolean gy_ohos_block_check(const GyOhosTransferList *list, const GyOhosBlockFiles *files, const char *name,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_ohos_block_apply:
 * @list: a list
 * @files: what it works with
 * @name: of the list, for messages
 * @old: the old image
 * @error: return location
 *
 * Does what a device does to the image in place, on a copy, and compares every block that it makes with its SHA-256. Takes
 * memory for the image, and for what is stashed and patched at once.
 *
 * Returns: (transfer full): the new image: as many blocks as the list writes to, or the old one has; %NULL with
 *   GY_ERROR_PATCH_* or %GY_ERROR_IMAGE_OTHER_OLD
 */
GBytes *gy_ohos_block_apply(const GyOhosTransferList *list, const GyOhosBlockFiles *files, const char *name,
	GBytes *old, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_ohos_block_digest: SHA-256 of the blocks of an image in these ranges, as 64 digits; %NULL if it has not so many. */
char *gy_ohos_block_digest(GBytes *image, const GArray *ranges);
