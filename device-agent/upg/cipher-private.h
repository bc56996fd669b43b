/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_UPG_CIPHER_PRIVATE_H
#define GYA_UPG_CIPHER_PRIVATE_H

#include "device-agent/upg/module-private.h"

#define UPG_CIPHER_BLOCK 16u

/* AES-128 in counter mode under a key that the chip derives: one stream, the same both ways. */
struct upg_cipher {
	bool is_on; /* else bytes pass as they are */
	uint8_t key[16];
	uint8_t counter[16];
};

/* False if this chip has no such cipher or cannot derive the key. */
bool upg_cipher_start(struct upg_cipher *cipher, enum gya_upg_key use, const uint8_t salt[GYA_UPG_SALT_SIZE],
	const uint8_t iv[16]);
/* The next bytes of the stream, in place; whole blocks. */
void upg_cipher_apply(struct upg_cipher *cipher, uint8_t *bytes, uint32_t size);

#endif
