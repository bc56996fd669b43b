// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/keys/key.h"
#include "engine/packages/package.h"

/**
 * GyWs63ImageOptions:
 * @image: "application" or "flashboot", or another word of FORMAT.md, "firmware image"
 * @version_ext: version number of the code, for the device's protection against going back
 * @version_mask: which of its bits count
 * @root_key: signs the key area; %NULL with @hash_only
 * @sub_key: signs the code info; %NULL with @hash_only
 * @hash_only: digests instead of signatures: integrity only, not authentic
 */
typedef struct {
	const char *image;
	guint32 version_ext;
	guint32 version_mask;
	const GyPrivateKey *root_key;
	const GyPrivateKey *sub_key;
	gboolean hash_only;
} GyWs63ImageOptions;

/**
 * gy_ws63_image_sign:
 * @code: the bare code, as the linker's output was turned into a binary
 * @options: how
 * @error: return location
 *
 * Puts the header of 0x300 bytes before @code, which is padded with zeros to a multiple of 64.
 *
 * Returns: (transfer full): a firmware image that can be packed, or %NULL with %GY_ERROR_IMAGE_OTHER_SECTION for an
 *   unknown word, %GY_ERROR_IMAGE_HEADER if @code has such a header already, %GY_ERROR_FILE_TOO_LARGE,
 *   %GY_ERROR_KEY_NEEDED or an error of signing
 */
GBytes *gy_ws63_image_sign(
	GBytes *code, const GyWs63ImageOptions *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_ws63_image_check:
 * @data: a firmware image
 * @size: its bytes
 * @image_id: the id that it has in packages
 *
 * Whether it is a whole firmware image of that kind, by its header and the digest of its code. Catches bare, cut and
 * mixed-up files. Says nothing about who signed it.
 *
 * Returns: (transfer full) (nullable): the first thing that is wrong, offsets counted from @data
 */
GyFinding *gy_ws63_image_check(const guint8 *data, gsize size, guint32 image_id);

/** gy_ws63_image_code_size: header and code together, 0 if the image is shorter than it says. */
guint64 gy_ws63_image_code_size(const guint8 *data, gsize size);
