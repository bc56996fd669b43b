/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/hota/package-private.h"

#include <hal_hota_board.h>

#include "device-agent/hota/module-private.h"
#include "protocol/wire/bytes.h"

#define TYPE_RSA2048     0x0001u
#define TYPE_RSA3072     0x0011u
#define HEAD_SIZE_AT     4u
#define TABLE_SIZE_AT    178u
#define TABLE_AT         180u
#define RECORD_SIZE      71u
#define RECORD_SIZE_AT   31u
#define RECORD_SHA256_AT 39u
#define SLOT_2048_SIZE   256u
#define SLOT_3072_SIZE   384u
#define HEAD_MOST        (HOTA_INFO_MOST - HOTA_AREA_SIZE)

static uint32_t
get_u16(const uint8_t *bytes)
{
	return bytes[0] | (uint32_t) bytes[1] << 8;
}

uint32_t
hota_package_head_size(const uint8_t *info)
{
	uint32_t size = gyw_get_u32le(info + HEAD_SIZE_AT);

	return size < HOTA_FIRST_PART ? 0 : size;
}

const char *
hota_package_version(const uint8_t *info)
{
	/* a text that fills its field has no end */
	return info[HOTA_FIRST_PART - 1] == 0 ? (const char *) info + HOTA_VERSION_AT : NULL;
}

uint32_t
hota_package_count(const uint8_t *info)
{
	uint32_t head = hota_package_head_size(info);
	uint32_t count = get_u16(info + TABLE_SIZE_AT) / RECORD_SIZE;

	/* the table must not reach out of what is signed */
	if (head < TABLE_AT || count > HOTA_COMPONENTS_MOST || count * RECORD_SIZE > head - TABLE_AT)
		return 0;
	return count;
}

void
hota_package_component(const uint8_t *info, uint32_t i, struct hota_component *component)
{
	const uint8_t *record = info + TABLE_AT + i * RECORD_SIZE;

	component->name = record;
	component->size = gyw_get_u32le(record + RECORD_SIZE_AT);
	component->sha256 = record + RECORD_SHA256_AT;
}

bool
hota_package_has_slot(const uint8_t *info)
{
	uint32_t type = get_u16(info);

	return type == TYPE_RSA2048 || type == TYPE_RSA3072;
}

bool
hota_package_is_signed(const uint8_t *info)
{
	const struct gya_hota_port *port = hota_module.port;
	uint32_t head = hota_package_head_size(info);
	uint8_t digest[HOTA_DIGEST_SIZE];
	struct gya_sha256 hash;
	unsigned int key_size;
	const uint8_t *key = HotaHalGetPubKey(&key_size);

	if (!key || head == 0 || head > HEAD_MOST || !hota_package_has_slot(info))
		return false;
	port->crypto->sha256_init(&hash);
	port->crypto->sha256_update(&hash, info, head);
	port->crypto->sha256_final(&hash, digest);
	if (get_u16(info) == TYPE_RSA2048)
		return port->pss_verify(key, key_size, digest, info + head, SLOT_2048_SIZE);
	return port->pss_verify(key, key_size, digest, info + head + SLOT_2048_SIZE, SLOT_3072_SIZE);
}
