// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/formats/ws63/fota-cfg.h"

/**
 * gy_ws63_pack:
 * @input: the image as it was given
 * @image: its section
 * @application: (nullable): the section whose PlainKey and Iv encrypt; that is always [application]
 * @error: return location
 *
 * Compresses, pads to 16 and encrypts, in this order, as the section says.
 *
 * Returns: (transfer full): the data as they stand in the package, or %NULL with %GY_ERROR_PACKAGE_NOT_SUPPORTED,
 *   %GY_ERROR_CFG_RULE or %GY_ERROR_IMAGE_COMPRESSION
 */
GBytes *gy_ws63_pack(GBytes *input, const GyFotaImage *image, const GyFotaImage *application,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_ws63_crypt:
 * @data: in place
 * @size: bytes
 * @key: AES-128
 * @iv: first counter block, counted as one 128-bit big-endian number
 * @error: return location
 *
 * AES-128-CTR, which is its own inverse.
 */
gboolean gy_ws63_crypt(guint8 *data, gsize size, const guint8 key[16], const guint8 iv[16], GError **error);

/**
 * gy_ws63_fits_decrypter:
 * @data: compressed data before encryption, with their header of 16 bytes
 * @size: bytes
 * @new_image_len: bytes that come out
 *
 * Whether the device can unpack these data if they come encrypted. On that path it carries up to 15 bytes from one
 * piece to the next and then writes past the end of its buffer if the next piece unpacks to too much.
 */
gboolean gy_ws63_fits_decrypter(const guint8 *data, gsize size, guint32 new_image_len);
