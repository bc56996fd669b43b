/* SPDX-License-Identifier: Apache-2.0 */
#include <ota_service.h>

#include "device-agent/alios/board-private.h"
#include "device-agent/alios/hash.h"
#include "protocol/wire/bytes.h"
#include "protocol/wire/mem.h"

#define MAGIC_APP    0xABABABABu
#define MAGIC_KERNEL 0xCDCDCDCDu
#define MAGIC_ALL    0xEFEFEFEFu
#define MAGIC_PAIR   0xEFCDEFCDu
#define MAGIC_BLE    0xABCDABCDu
#define SIZE_AT      4u
#define MD5_AT       8u
#define RESERVED     4u /* FF at the trailer's end */

static bool
is_magic(uint32_t magic)
{
	switch (magic) {
	case MAGIC_APP:
	case MAGIC_KERNEL:
	case MAGIC_ALL: return true;
	case MAGIC_PAIR:
	case MAGIC_BLE: return alios_port->board->generation == GYA_ALIOS_3_X;
	default: return false;
	}
}

/* In the original's order, which leaves the comparison of the sizes out (spec alios-ota: 1.3). */
int
alios_trailer_check(uint32_t partition, uint32_t size)
{
	uint8_t trailer[ALIOS_TRAILER_SIZE], md5[ALIOS_DIGEST_MOST];
	struct alios_hash hash;
	uint16_t crc;

	if (size <= ALIOS_TRAILER_SIZE ||
		!alios_flash_read(partition, size - ALIOS_TRAILER_SIZE, trailer, sizeof trailer))
		return OTA_VERIFY_HASH_FAIL;
	if (!is_magic(gyw_get_u32le(trailer)))
		return OTA_PARAM_FAIL;
	if (gyw_get_u32le(trailer + SIZE_AT) != size - ALIOS_TRAILER_SIZE)
		return OTA_VERIFY_HASH_FAIL;
	alios_hash_init(&hash, OTA_MD5);
	if (!alios_hash_flash(&hash, partition, size - ALIOS_TRAILER_SIZE, &crc))
		return OTA_UPGRADE_FAIL;
	alios_hash_digest(&hash, md5);
	return memcmp(md5, trailer + MD5_AT, ALIOS_MD5_SIZE) == 0 ? 0 : OTA_VERIFY_HASH_FAIL;
}

/* Behind the last byte that is not erased flash. */
static uint32_t
end_of(uint32_t partition)
{
	uint32_t end = alios_flash_size(partition);
	uint8_t chunk[64];

	while (end > 0) {
		uint32_t n = end % sizeof chunk == 0 ? sizeof chunk : end % sizeof chunk;

		if (end % 4096u == 0)
			alios_kick();
		if (!alios_flash_read(partition, end - n, chunk, n))
			return 0;
		for (; n > 0; n--, end--)
			if (chunk[n - 1] != 0xFF)
				return end;
	}
	return 0;
}

static bool
is_trailer_at(uint32_t partition, uint32_t offset)
{
	uint8_t head[MD5_AT];

	return alios_flash_read(partition, offset, head, sizeof head) && is_magic(gyw_get_u32le(head)) &&
	       gyw_get_u32le(head + SIZE_AT) == offset;
}

uint32_t
alios_trailer_find(uint32_t partition)
{
	uint32_t room = alios_flash_size(partition);
	uint32_t end = end_of(partition);
	uint32_t last = end + RESERVED + ALIOS_MD5_SIZE; /* an MD5 may end in FF, too */

	if (end == 0)
		return 0;
	for (; end <= last && end <= room; end++)
		if (end > ALIOS_TRAILER_SIZE && is_trailer_at(partition, end - ALIOS_TRAILER_SIZE))
			return end;
	return 0;
}
