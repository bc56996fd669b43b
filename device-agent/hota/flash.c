/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/hota/board-private.h"
#include "device-agent/hota/module-private.h"
#include "protocol/wire/mem.h"

#define PAGE 256u /* read, programmed and compared at a time */

/* NULL for what reaches out of the partition. */
static const struct gya_partition *
place_of(uint32_t id, uint32_t offset, uint32_t size)
{
	const struct gya_partition *partition = gya_board_partition(hota_module.port->board->board, id);

	if (!partition || offset > partition->size || size > partition->size - offset)
		return NULL;
	return partition;
}

bool
hota_flash_read(uint32_t partition, uint32_t offset, uint8_t *bytes, uint32_t size)
{
	const struct gya_nor *nor = hota_module.port->nor;
	const struct gya_partition *place = place_of(partition, offset, size);

	return place && nor->read(nor->context, place->address + offset, bytes, size) == GYA_NOR_OK;
}

static bool
erase_at(const struct gya_partition *place, uint32_t offset)
{
	const struct gya_nor *nor = hota_module.port->nor;

	hota_kick();
	return nor->erase(nor->context, place->address + offset, nor->sector_size) == GYA_NOR_OK;
}

/* Up to the end of a page. */
static bool
write_page(const struct gya_partition *place, uint32_t offset, const uint8_t *bytes, uint32_t size)
{
	const struct gya_nor *nor = hota_module.port->nor;
	uint8_t check[PAGE];

	if (offset % nor->sector_size == 0 && !erase_at(place, offset))
		return false;
	return nor->program(nor->context, place->address + offset, bytes, size) == GYA_NOR_OK &&
	       nor->read(nor->context, place->address + offset, check, size) == GYA_NOR_OK &&
	       memcmp(check, bytes, size) == 0;
}

bool
hota_flash_write(uint32_t partition, uint32_t offset, const uint8_t *bytes, uint32_t size)
{
	const struct gya_partition *place = place_of(partition, offset, size);
	bool ok = place != NULL;

	while (ok && size > 0) {
		uint32_t part = PAGE - offset % PAGE;

		if (part > size)
			part = size;
		ok = write_page(place, offset, bytes, part);
		offset += part;
		bytes += part;
		size -= part;
	}
	return ok;
}

static bool
is_same(uint32_t a, uint32_t b, uint32_t offset, uint32_t size)
{
	uint8_t left[PAGE], right[PAGE];
	uint32_t end = offset + size;

	for (; offset < end; offset += PAGE) {
		uint32_t part = end - offset < PAGE ? end - offset : PAGE;

		if (!hota_flash_read(a, offset, left, part) || !hota_flash_read(b, offset, right, part) ||
			memcmp(left, right, part) != 0)
			return false;
	}
	return true;
}

static bool
copy_sector(uint32_t from, uint32_t to, uint32_t offset, uint32_t size)
{
	uint8_t page[PAGE];
	uint32_t end = offset + size;
	bool ok = true;

	for (; ok && offset < end; offset += PAGE) {
		uint32_t part = end - offset < PAGE ? end - offset : PAGE;

		ok = hota_flash_read(from, offset, page, part) && hota_flash_write(to, offset, page, part);
	}
	return ok;
}

bool
hota_flash_copy(uint32_t from, uint32_t to, uint32_t size)
{
	uint32_t sector = hota_module.port->nor->sector_size;
	uint32_t offset;

	for (offset = 0; offset < size; offset += sector) {
		uint32_t part = size - offset < sector ? size - offset : sector;

		hota_kick();
		if (!is_same(from, to, offset, part) && !copy_sector(from, to, offset, part))
			return false;
	}
	return true;
}

bool
hota_flash_hash(uint32_t partition, uint32_t size, uint8_t digest[32])
{
	const struct gya_crypto *crypto = hota_module.port->crypto;
	struct gya_sha256 hash;
	uint8_t page[PAGE];
	uint32_t offset;
	bool ok = true;

	crypto->sha256_init(&hash);
	for (offset = 0; ok && offset < size; offset += PAGE) {
		uint32_t part = size - offset < PAGE ? size - offset : PAGE;

		if (offset % 4096u == 0)
			hota_kick();
		ok = hota_flash_read(partition, offset, page, part);
		if (ok)
			crypto->sha256_update(&hash, page, part);
	}
	crypto->sha256_final(&hash, digest);
	return ok;
}
