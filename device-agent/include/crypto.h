/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_CRYPTO_H
#define GYA_CRYPTO_H

#include <stdbool.h>
#include <stdint.h>

/* Room for one running SHA-256, whoever computes it: our own code, a library or an accelerator. */
struct gya_sha256 {
	uint64_t opaque[15];
};

/*
 * Cryptography that the device has to have. Every sha256_init is followed by exactly one sha256_final: a port may
 * hold a resource in between.
 */
struct gya_crypto {
	void (*sha256_init)(struct gya_sha256 *hash);
	void (*sha256_update)(struct gya_sha256 *hash, const uint8_t *bytes, uint32_t size);
	void (*sha256_final)(struct gya_sha256 *hash, uint8_t digest[32]);
	/* ECDSA on brainpoolP256r1: key X||Y, signature r||s, all 32 bytes big endian. */
	bool (*ecdsa_verify)(const uint8_t key[64], const uint8_t digest[32], const uint8_t signature[64]);
	/*
	 * Optional: AES-128 in counter mode, in place, over whole blocks of 16 bytes. `counter` is the first block's, 128
	 * bits big endian, and goes on to the next.
	 */
	void (*aes128_ctr)(const uint8_t key[16], uint8_t counter[16], uint8_t *bytes, uint32_t size);
};

#endif
