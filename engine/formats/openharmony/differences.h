// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/formats/openharmony/container.h"
#include "engine/packages/package.h"

#define OHOS_PATCH_SUFFIX    ".patch.dat"
#define OHOS_NEW_SUFFIX      ".new.dat"
#define OHOS_TRANSFER_SUFFIX ".transfer.list"

/**
 * GyOhosDifference: a partition that an incremental package makes from the old one, as the updater's script tells.
 * @name: the partition, without a slash
 * @is_block: blocks by a transfer.list, else the whole image by one patch
 * @patch, @list, @new_data: names of members; of a whole image only the patch
 * @old_size, @new_size: bytes of the image; of blocks only @new_size, at least, once it was read
 * @old_sha256, @new_sha256: (nullable): of the whole image, lower case
 * @ranges, @ranges_sha256: (nullable): blocks of the old image and their SHA-256
 *
 * FORMAT.md, "Differences".
 */
typedef struct {
	char *name;
	gboolean is_block;
	char *patch;
	char *list;
	char *new_data;
	guint64 old_size;
	guint64 new_size;
	char *old_sha256;
	char *new_sha256;
	char *ranges;
	char *ranges_sha256;
} GyOhosDifference;

void gy_ohos_difference_free(GyOhosDifference *difference);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyOhosDifference, gy_ohos_difference_free)

/** gy_ohos_differences_new: (transfer full): an empty list of #GyOhosDifference. */
GPtrArray *gy_ohos_differences_new(void);

/** gy_ohos_differences_of_script: (transfer full) (element-type GyOhosDifference): what its commands name; damaged ones are left out. */
GPtrArray *gy_ohos_differences_of_script(const char *script);

/**
 * gy_ohos_difference_check:
 * @difference: of a script
 * @container: the zip
 * @error: return location
 *
 * Whether its members are there and whole, and about the sizes that the script tells; without the old image.
 */
gboolean gy_ohos_difference_check(const GyOhosDifference *difference, const GyOhosContainer *container,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_ohos_difference_apply:
 * @difference: of a script
 * @container: the zip
 * @old: the old image, or a source package that has it
 * @error: return location
 *
 * Returns: (transfer full): the new image, which is what the script says; %NULL with GY_ERROR_PATCH_*,
 *   %GY_ERROR_IMAGE_OTHER_OLD or GY_ERROR_PACKAGE_*
 */
GBytes *gy_ohos_difference_apply(const GyOhosDifference *difference, const GyOhosContainer *container,
	GBytes *old, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_ohos_difference_image: (transfer full): how it stands among a package's images. */
GyImage *gy_ohos_difference_image(const GyOhosDifference *difference, const GyOhosContainer *container);
