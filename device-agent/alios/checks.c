/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/alios/checks.h"

#include <ota_service.h>
#include <stddef.h>

#include "device-agent/alios/board-private.h"
#include "device-agent/alios/hash.h"

int
gya_alios_check_image(uint32_t size)
{
	return alios_trailer_check(alios_download_partition(), size);
}

int
gya_alios_md5(uint32_t size, uint8_t digest[16])
{
	uint8_t found[ALIOS_DIGEST_MOST];
	struct alios_hash hash;
	uint16_t crc;
	uint32_t i;

	alios_hash_init(&hash, OTA_MD5);
	if (!alios_hash_flash(&hash, alios_download_partition(), size, &crc))
		return OTA_VERIFY_FAIL;
	alios_hash_digest(&hash, found);
	for (i = 0; i < ALIOS_MD5_SIZE; i++)
		digest[i] = found[i];
	return 0;
}

int
gya_alios_check_signature(const uint8_t *digest, uint32_t digest_size, const uint8_t signature[256])
{
	const struct gya_alios_port *port = alios_port;
	struct gya_sha256 sha256;
	uint8_t of_digest[32];

	if (port->pkcs1_verify == NULL || port->key == NULL)
		return OTA_VERIFY_RSA_FAIL;
	port->crypto->sha256_init(&sha256);
	port->crypto->sha256_update(&sha256, digest, digest_size);
	port->crypto->sha256_final(&sha256, of_digest);
	return port->pkcs1_verify(port->key, of_digest, signature) ? 0 : OTA_VERIFY_RSA_FAIL;
}

uint32_t
gya_alios_running_size(void)
{
	return alios_trailer_find(alios_running_partition());
}

bool
gya_alios_read_running(uint32_t offset, uint8_t *bytes, uint32_t size)
{
	return alios_flash_read(alios_running_partition(), offset, bytes, size);
}

bool
gya_alios_is_on_trial(void)
{
	struct alios_record record;

	return alios_record_read(&record) == ALIOS_RECORD_OK && record.upg_flag == ALIOS_FLAG_VERIFY;
}
