// SPDX-License-Identifier: Apache-2.0
#include "device-agent/ports/sim/nor-fault.h"

#include <string.h>

#include "device-agent/ports/sim/nor-file.h"

static enum gya_nor_result
read_bytes(void *context, uint32_t offset, uint8_t *bytes, uint32_t size)
{
	const struct gya_nor_fault *fault = context;
	enum gya_nor_result result = fault->part.read(fault->part.context, offset, bytes, size);

	if (result == GYA_NOR_OK && fault->kind == GYA_NOR_FAULT_STUCK && fault->offset >= offset &&
		fault->offset - offset < size) {
		uint8_t *byte = bytes + (fault->offset - offset);

		*byte = (uint8_t) (fault->value ? *byte | fault->mask : *byte & ~fault->mask);
	}
	return result;
}

// A real part does not tell that a bit should have been set.
static enum gya_nor_result
put(const struct gya_nor_fault *fault, uint32_t offset, const uint8_t *bytes, uint32_t size)
{
	enum gya_nor_result result = fault->part.program(fault->part.context, offset, bytes, size);

	return result == GYA_NOR_E_PROGRAM ? GYA_NOR_OK : result;
}

static enum gya_nor_result
program(void *context, uint32_t offset, const uint8_t *bytes, uint32_t size)
{
	const struct gya_nor_fault *fault = context;
	uint32_t page = offset - offset % GYA_NOR_FILE_PAGE;
	enum gya_nor_result result = GYA_NOR_OK;

	if (fault->kind != GYA_NOR_FAULT_PAGE)
		return put(fault, offset, bytes, size);
	for (uint32_t i = 0; i < size && result == GYA_NOR_OK; i++)
		result = put(fault, page + (offset - page + i) % GYA_NOR_FILE_PAGE, bytes + i, 1);
	return result;
}

// What the part leaves of the sector stays as it was.
static enum gya_nor_result
erase_less(const struct gya_nor_fault *fault, uint32_t sector)
{
	uint8_t kept[GYA_NOR_FILE_SECTOR];
	enum gya_nor_result result =
		fault->part.read(fault->part.context, sector + fault->size, kept, sizeof kept - fault->size);

	if (result == GYA_NOR_OK)
		result = fault->part.erase(fault->part.context, sector, sizeof kept);
	return result == GYA_NOR_OK ? put(fault, sector + fault->size, kept, sizeof kept - fault->size)
				    : result;
}

static enum gya_nor_result
erase_more(const struct gya_nor_fault *fault, uint32_t sector)
{
	uint32_t start = sector - sector % fault->size;
	uint32_t room = fault->part.size - start;

	return fault->part.erase(fault->part.context, start, fault->size < room ? fault->size : room);
}

static enum gya_nor_result
erase(void *context, uint32_t offset, uint32_t size)
{
	const struct gya_nor_fault *fault = context;
	enum gya_nor_result result = GYA_NOR_OK;

	if (fault->kind != GYA_NOR_FAULT_ERASE)
		return fault->part.erase(fault->part.context, offset, size);
	for (uint32_t done = 0; done < size && result == GYA_NOR_OK; done += GYA_NOR_FILE_SECTOR)
		result = fault->size < GYA_NOR_FILE_SECTOR ? erase_less(fault, offset + done)
							   : erase_more(fault, offset + done);
	return result;
}

void
gya_nor_fault_install(struct gya_nor_fault *fault, struct gya_nor *part)
{
	if (fault->kind == GYA_NOR_FAULT_NONE)
		return;
	fault->part = *part;
	part->context = fault;
	part->read = read_bytes;
	part->program = program;
	part->erase = erase;
}
