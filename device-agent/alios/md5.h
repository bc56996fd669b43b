/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_ALIOS_MD5_H
#define GYA_ALIOS_MD5_H

#include <stdint.h>

#define GYA_MD5_SIZE 16u

/* MD5 (RFC 1321), which the system's trailers and messages have. No pointer in it: it may be kept over a reset. */
struct gya_md5 {
	uint32_t state[4];
	uint32_t size; /* everything that a device hashes has its length in 32 bits */
	uint8_t block[64];
};

void gya_md5_init(struct gya_md5 *md5);
void gya_md5_update(struct gya_md5 *md5, const uint8_t *bytes, uint32_t size);
void gya_md5_final(struct gya_md5 *md5, uint8_t digest[GYA_MD5_SIZE]);

#endif
