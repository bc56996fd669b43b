/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>

#include "device-agent/alios/board-private.h"
#include "device-agent/include/checksum.h"
#include "protocol/wire/mem.h"

#define CHUNK 256u /* read, programmed and compared at a time */

uint32_t
alios_flash_size(uint32_t partition)
{
	const struct gya_partition *place = gya_board_partition(alios_port->board->board, partition);

	return place == NULL ? 0 : place->size;
}

/* Where that stands in the part. False for what reaches out of the partition. */
static bool
find(uint32_t partition, uint32_t offset, uint32_t size, uint32_t *address)
{
	uint32_t room = alios_flash_size(partition);

	if (offset > room || size > room - offset || room == 0)
		return false;
	*address = gya_board_partition(alios_port->board->board, partition)->address + offset;
	return true;
}

static uint32_t
chunk_of(uint32_t left)
{
	return left < CHUNK ? left : CHUNK;
}

bool
alios_flash_read(uint32_t partition, uint32_t offset, uint8_t *bytes, uint32_t size)
{
	const struct gya_nor *nor = alios_port->nor;
	uint32_t address;

	return find(partition, offset, size, &address) &&
	       nor->read(nor->context, address, bytes, size) == GYA_NOR_OK;
}

/* Sector by sector: the watchdog does not wait for all of them. */
bool
alios_flash_erase(uint32_t partition, uint32_t offset, uint32_t size)
{
	const struct gya_nor *nor = alios_port->nor;
	uint32_t sector = nor->sector_size;
	uint32_t address, end;

	if (size % sector != 0 || !find(partition, offset, size, &address))
		return false;
	for (end = address + size; address < end; address += sector) {
		alios_kick();
		if (nor->erase(nor->context, address, sector) != GYA_NOR_OK)
			return false;
	}
	return true;
}

bool
alios_flash_is_blank(uint32_t partition, uint32_t offset, uint32_t size)
{
	uint8_t chunk[64];
	uint32_t n, i;

	for (; size > 0; size -= n, offset += n) {
		n = size < sizeof chunk ? size : sizeof chunk;
		if (!alios_flash_read(partition, offset, chunk, n))
			return false;
		for (i = 0; i < n; i++)
			if (chunk[i] != 0xFF)
				return false;
	}
	return true;
}

static bool
program_chunk(uint32_t address, const uint8_t *bytes, uint32_t size)
{
	const struct gya_nor *nor = alios_port->nor;
	uint8_t check[CHUNK];

	return nor->program(nor->context, address, bytes, size) == GYA_NOR_OK &&
	       nor->read(nor->context, address, check, size) == GYA_NOR_OK && memcmp(check, bytes, size) == 0;
}

bool
alios_flash_program(uint32_t partition, uint32_t offset, const uint8_t *bytes, uint32_t size)
{
	uint32_t address, done, n;

	if (!find(partition, offset, size, &address))
		return false;
	for (done = 0; done < size; done += n) {
		/* chunks of the part, so that none crosses one of its pages */
		n = CHUNK - (address + done) % CHUNK;
		if (n > size - done)
			n = size - done;
		if (!program_chunk(address + done, bytes + done, n))
			return false;
	}
	return true;
}

bool
alios_flash_write(uint32_t partition, uint32_t offset, const uint8_t *bytes, uint32_t size)
{
	uint32_t sector = alios_port->nor->sector_size;

	while (size > 0) {
		uint32_t n = sector - offset % sector;

		if (n > size)
			n = size;
		if (offset % sector == 0 && !alios_flash_erase(partition, offset, sector))
			return false;
		if (!alios_flash_program(partition, offset, bytes, n))
			return false;
		offset += n;
		bytes += n;
		size -= n;
	}
	return true;
}

bool
alios_flash_is_same(uint32_t a, uint32_t a_offset, uint32_t b, uint32_t b_offset, uint32_t size)
{
	uint8_t one[CHUNK], other[CHUNK];
	uint32_t done, n;

	for (done = 0; done < size; done += n) {
		n = chunk_of(size - done);
		if (!alios_flash_read(a, a_offset + done, one, n) ||
			!alios_flash_read(b, b_offset + done, other, n) || memcmp(one, other, n) != 0)
			return false;
	}
	return true;
}

static bool
copy_chunks(uint32_t from, uint32_t from_offset, uint32_t to, uint32_t to_offset, uint32_t size)
{
	uint8_t chunk[CHUNK];
	uint32_t done, n;

	for (done = 0; done < size; done += n) {
		n = chunk_of(size - done);
		if (!alios_flash_read(from, from_offset + done, chunk, n) ||
			!alios_flash_write(to, to_offset + done, chunk, n))
			return false;
	}
	return true;
}

bool
alios_flash_copy(uint32_t from, uint32_t from_offset, uint32_t to, uint32_t to_offset, uint32_t size)
{
	uint32_t sector = alios_port->nor->sector_size;
	uint32_t done, n;

	for (done = 0; done < size; done += n) {
		n = size - done < sector ? size - done : sector;
		alios_kick();
		if (!alios_flash_is_same(from, from_offset + done, to, to_offset + done, n) &&
			!copy_chunks(from, from_offset + done, to, to_offset + done, n))
			return false;
	}
	return true;
}

bool
alios_flash_crc16(uint32_t partition, uint32_t size, uint16_t *crc)
{
	uint8_t chunk[CHUNK];
	uint16_t sum = 0;
	uint32_t done, n;

	for (done = 0; done < size; done += n) {
		n = chunk_of(size - done);
		if (done % 4096u == 0)
			alios_kick();
		if (!alios_flash_read(partition, done, chunk, n))
			return false;
		sum = gya_crc16(sum, chunk, n);
	}
	*crc = sum;
	return true;
}
