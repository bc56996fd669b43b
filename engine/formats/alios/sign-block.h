// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/formats/alios/layout.h"

/**
 * GyAliosSignBlock: what a sign block says of how it was made; no device is known that looks at it. FORMAT.md, "Sign block".
 * @padding_mode: no number of it is known
 * @signature_hash: %ALIOS_HASH_SHA256 in what is written here
 * @image_hash: likewise
 */
typedef struct {
	guint8 padding_mode;
	guint8 signature_hash;
	guint8 image_hash;
} GyAliosSignBlock;

/** gy_alios_sign_block_read: of %ALIOS_SIGN_SIZE bytes. */
GyAliosSignBlock gy_alios_sign_block_read(const guint8 *bytes);

/** gy_alios_sign_block_digest: (transfer full): SHA-256 of an image: what the signature is over. */
GBytes *gy_alios_sign_block_digest(GBytes *image);

/**
 * gy_alios_with_sign_block:
 * @image: as it goes in front of the block
 * @padding_mode: what is written there
 * @signature: %ALIOS_SIGNATURE_SIZE bytes, over gy_alios_sign_block_digest()
 *
 * Returns: (transfer full): image and block
 */
GBytes *gy_alios_with_sign_block(GBytes *image, guint8 padding_mode, GBytes *signature);
