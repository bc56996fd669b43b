/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/upg/nv-page-private.h"

#include "device-agent/upg/flash-private.h"
#include "protocol/wire/bytes.h"

#define STORE_ID      0x254Du
#define RECORD_HEADER 16u
#define RECORD_CRC    4u
#define RECORD_MAGIC  0xA9u
#define BLANK         0xFFu
#define VALID         0xFFu
#define PERMANENT     0x00u

static uint16_t
get_u16le(const uint8_t *bytes)
{
	return (uint16_t) (bytes[0] | bytes[1] << 8);
}

bool
upg_nv_page_is_good(const struct upg_nv_pages *pages, uint32_t page)
{
	uint8_t raw[UPG_NV_HEADER_SIZE];

	if (page >= pages->count || upg_flash_read(pages->partition, pages->offset + page * UPG_SECTOR_SIZE,
					    raw, sizeof raw) != ERRCODE_SUCC)
		return false;
	return get_u16le(raw) == STORE_ID && gyw_get_u32le(raw) == ~gyw_get_u32le(raw + 4) &&
	       gyw_get_u32le(raw + 8) == ~gyw_get_u32le(raw + 12);
}

enum upg_nv_step
upg_nv_record_read(
	const struct upg_nv_pages *pages, uint32_t page, uint32_t in_page, struct upg_nv_record *record)
{
	uint8_t raw[RECORD_HEADER];
	uint32_t length;

	if (in_page > UPG_SECTOR_SIZE - RECORD_HEADER)
		return UPG_NV_END;
	record->at = pages->offset + page * UPG_SECTOR_SIZE + in_page;
	if (upg_flash_read(pages->partition, record->at, raw, sizeof raw) != ERRCODE_SUCC)
		return UPG_NV_DAMAGED;
	if (raw[0] == BLANK)
		return UPG_NV_END;
	length = get_u16le(raw + 2);
	record->size = RECORD_HEADER + (length + 3u) / 4u * 4u + RECORD_CRC;
	if (raw[0] != RECORD_MAGIC || record->size > UPG_SECTOR_SIZE - in_page)
		return UPG_NV_DAMAGED;
	record->is_valid = raw[1] == VALID;
	record->key = get_u16le(raw + 6);
	record->is_protected = raw[4] == PERMANENT || raw[5] == 0 || get_u16le(raw + 8) != 0;
	return UPG_NV_RECORD;
}

bool
upg_nv_record_find(const struct upg_nv_pages *pages, uint16_t key, struct upg_nv_record *record)
{
	uint32_t page, in_page;

	for (page = 0; page < pages->count; page++) {
		if (!upg_nv_page_is_good(pages, page))
			continue;
		for (in_page = UPG_NV_HEADER_SIZE;
			upg_nv_record_read(pages, page, in_page, record) == UPG_NV_RECORD;
			in_page += record->size)
			if (record->is_valid && record->key == key)
				return true;
	}
	return false;
}
