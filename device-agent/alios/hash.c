/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/alios/hash.h"

#include <ota_service.h>

#include "device-agent/alios/board-private.h"
#include "device-agent/include/checksum.h"
#include "protocol/wire/mem.h"

#define CHUNK       512u /* as the original reads */
#define SHA256_SIZE 32u

uint32_t
alios_digest_size(uint32_t type)
{
	if (type == OTA_MD5)
		return GYA_MD5_SIZE;
	return type == OTA_SHA256 ? SHA256_SIZE : 0;
}

/* All bytes have a value, since all of them are kept and compared. */
void
alios_hash_init(struct alios_hash *hash, uint32_t type)
{
	memset(hash, 0, sizeof *hash);
	hash->type = type;
	if (type == OTA_MD5)
		gya_md5_init(&hash->of.md5);
	else
		gya_sha256_init(&hash->of.sha256);
}

void
alios_hash_update(struct alios_hash *hash, const uint8_t *bytes, uint32_t size)
{
	hash->size += size;
	if (hash->type == OTA_MD5)
		gya_md5_update(&hash->of.md5, bytes, size);
	else
		gya_sha256_update(&hash->of.sha256, bytes, size);
}

void
alios_hash_digest(const struct alios_hash *hash, uint8_t digest[ALIOS_DIGEST_MOST])
{
	struct alios_hash copy = *hash;

	if (copy.type == OTA_MD5)
		gya_md5_final(&copy.of.md5, digest);
	else
		gya_sha256_final(&copy.of.sha256, digest);
}

bool
alios_hash_flash(struct alios_hash *hash, uint32_t partition, uint32_t size, uint16_t *crc)
{
	uint8_t chunk[CHUNK];
	uint32_t done, n;

	*crc = 0;
	for (done = 0; done < size; done += n) {
		n = size - done < CHUNK ? size - done : CHUNK;
		if (done % 4096u == 0)
			alios_kick();
		if (!alios_flash_read(partition, done, chunk, n))
			return false;
		alios_hash_update(hash, chunk, n);
		*crc = gya_crc16(*crc, chunk, n);
	}
	return true;
}

bool
alios_digest_is(const uint8_t *digest, uint32_t size, const char *text)
{
	static const char digits[] = "0123456789ABCDEF";
	uint32_t i;

	for (i = 0; i < size; i++)
		if (text[2 * i] != digits[digest[i] >> 4] || text[2 * i + 1] != digits[digest[i] & 15])
			return false;
	return size > 0 && text[2 * size] == '\0';
}
