// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/alios/sign-block.h"

#include <string.h>

#include "engine/keys/digest.h"
#include "protocol/wire/bytes.h"

GyAliosSignBlock
gy_alios_sign_block_read(const guint8 *bytes)
{
	return (GyAliosSignBlock){
		.padding_mode = bytes[ALIOS_SIGN_PADDING],
		.signature_hash = bytes[ALIOS_SIGN_SIGNATURE_HASH],
		.image_hash = bytes[ALIOS_SIGN_IMAGE_HASH],
	};
}

GBytes *
gy_alios_sign_block_digest(GBytes *image)
{
	guint8 digest[GY_SHA256_SIZE];

	gy_sha256(g_bytes_get_data(image, NULL), g_bytes_get_size(image), digest);
	return g_bytes_new(digest, sizeof digest);
}

GBytes *
gy_alios_with_sign_block(GBytes *image, guint8 padding_mode, GBytes *signature)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(image, &size);
	guint8 *out, *block;

	g_return_val_if_fail(g_bytes_get_size(signature) == ALIOS_SIGNATURE_SIZE, NULL);

	out = g_malloc0(size + ALIOS_SIGN_SIZE);
	block = out + size;
	if (size > 0)
		memcpy(out, data, size);
	gyw_put_u32le(block + ALIOS_SIGN_MAGIC, ALIOS_SIGN_MAGIC_RSA);
	block[ALIOS_SIGN_PADDING] = padding_mode;
	block[ALIOS_SIGN_SIGNATURE_HASH] = ALIOS_HASH_SHA256;
	block[ALIOS_SIGN_IMAGE_HASH] = ALIOS_HASH_SHA256;
	gy_sha256(data, size, block + ALIOS_SIGN_SHA256);
	memcpy(block + ALIOS_SIGN_SIGNATURE, g_bytes_get_data(signature, NULL), ALIOS_SIGNATURE_SIZE);
	return g_bytes_new_take(out, size + ALIOS_SIGN_SIZE);
}
