/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_ALIOS_HASH_H
#define GYA_ALIOS_HASH_H

#include <stdbool.h>
#include <stdint.h>

#include "device-agent/alios/md5.h"
#include "device-agent/core/sha256.h"

#define ALIOS_DIGEST_MOST 32u

/* A running hash of a download, of either kind. No pointer in it: key_ota_hash_ctx_body keeps its bytes over a reset. */
struct alios_hash {
	uint32_t type; /* OTA_MD5 or OTA_SHA256 */
	uint32_t size; /* bytes that went in */
	union {
		struct gya_md5 md5;
		struct gya_sha256 sha256;
	} of;
};

/* Bytes of a digest; 0 for another type. */
uint32_t alios_digest_size(uint32_t type);

void alios_hash_init(struct alios_hash *hash, uint32_t type);
void alios_hash_update(struct alios_hash *hash, const uint8_t *bytes, uint32_t size);
/* Of a copy, so that the hash may go on. */
void alios_hash_digest(const struct alios_hash *hash, uint8_t digest[ALIOS_DIGEST_MOST]);
/* Of a partition's first `size` bytes, with their CRC-16; false if they could not be read. */
bool alios_hash_flash(struct alios_hash *hash, uint32_t partition, uint32_t size, uint16_t *crc);

/*
 * Whether `text`, hexadecimal digits, upper case, is the digest; a digest as the service announces it (spec alios-ota: 3.2).
 */
bool alios_digest_is(const uint8_t *digest, uint32_t size, const char *text);

#endif
