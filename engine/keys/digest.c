// SPDX-License-Identifier: Apache-2.0
#include "engine/keys/digest.h"

#include <openssl/evp.h>

void
gy_sha256(const guint8 *data, gsize size, guint8 digest[GY_SHA256_SIZE])
{
	unsigned int digest_size = GY_SHA256_SIZE;

	/* fails only when OpenSSL was built without SHA-256, and then nothing here can work */
	if (!EVP_Digest(data, size, digest, &digest_size, EVP_sha256(), NULL))
		g_error("SHA-256 is not available in this OpenSSL");
}

char *
gy_hex(const guint8 *data, gsize size)
{
	static const char digits[] = "0123456789abcdef";
	char *text = g_malloc(2 * size + 1);

	for (gsize i = 0; i < size; i++) {
		text[2 * i] = digits[data[i] >> 4];
		text[2 * i + 1] = digits[data[i] & 15];
	}
	text[2 * size] = '\0';
	return text;
}
