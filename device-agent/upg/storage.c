/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/upg/storage-private.h"

#include "device-agent/upg/flags-private.h"
#include "device-agent/upg/flash-private.h"

errcode_t
upg_storage(const struct gya_partition **storage)
{
	/* the place is the other region's */
	if (upg_module.port->board->has_regions)
		return ERRCODE_PARTITION_NOT_SUPPORT;
	return upg_partition(upg_module.port->board->storage, storage);
}

uint32_t
upg_storage_capacity(const struct gya_partition *storage)
{
	return storage->size > UPG_TAIL_SIZE ? storage->size - UPG_TAIL_SIZE : 0;
}

uint32_t
uapi_upg_get_storage_size(void)
{
	const struct gya_partition *storage;

	if (!upg_module.ready || upg_storage(&storage) != ERRCODE_SUCC)
		return 0;
	return upg_storage_capacity(storage);
}

errcode_t
uapi_upg_prepare(upg_prepare_info_t *prepare_info)
{
	const struct gya_partition *storage;
	errcode_t result;

	if (!upg_module.ready)
		return ERRCODE_UPG_NOT_INIT;
	if (prepare_info == NULL || prepare_info->package_len == 0)
		return ERRCODE_UPG_INVALID_PARAMETER;
	result = upg_storage(&storage);
	if (result != ERRCODE_SUCC)
		return result;
	if (prepare_info->package_len > upg_storage_capacity(storage))
		return ERRCODE_UPG_INVALID_PARAMETER;

	upg_module.prepared = false;
	result = upg_flags_disarm();
	if (result == ERRCODE_SUCC)
		result = upg_flash_erase(storage, 0, prepare_info->package_len);
	if (result == ERRCODE_SUCC)
		result = upg_flags_begin(prepare_info->package_len);
	if (result != ERRCODE_SUCC)
		return result;

	upg_module.prepared = true;
	upg_module.package_size = prepare_info->package_len;
	upg_module.written_end = 0;
	return ERRCODE_SUCC;
}

/* The vendor's module takes pieces in any order; the counters tell a test who relied on that. */
static void
count_order(uint32_t offset, uint32_t size)
{
	if (offset > upg_module.written_end)
		upg_module.counters.gaps++;
	else if (offset < upg_module.written_end)
		upg_module.counters.repeats++;
	if (offset + size > upg_module.written_end)
		upg_module.written_end = offset + size;
}

static bool
fits(uint32_t offset, uint32_t size, uint32_t capacity)
{
	return offset < capacity && size <= capacity - offset;
}

errcode_t
uapi_upg_write_package_sync(uint32_t offset, const uint8_t *buff, uint16_t len)
{
	const struct gya_nor *nor;
	const struct gya_partition *storage;
	enum gya_nor_result written;
	errcode_t result;

	if (!upg_module.ready)
		return ERRCODE_UPG_NOT_INIT;
	if (buff == NULL)
		return ERRCODE_UPG_NULL_POINTER;
	if (len == 0)
		return ERRCODE_UPG_INVALID_BUFF_LEN;
	if (!upg_module.prepared)
		return ERRCODE_UPG_NOT_PREPARED;
	result = upg_storage(&storage);
	if (result != ERRCODE_SUCC)
		return result;
	if (!fits(offset, len, upg_storage_capacity(storage)) || !fits(offset, len, upg_module.package_size))
		return ERRCODE_UPG_NO_ENOUGH_SPACE;

	count_order(offset, len);
	nor = upg_module.port->nor;
	written = nor->program(nor->context, storage->address + offset, buff, len);
	/* the vendor's write does not read back: other bytes over old ones are ANDed, and found at request */
	if (written == GYA_NOR_E_PROGRAM) {
		upg_module.counters.conflicts++;
		return ERRCODE_SUCC;
	}
	return written == GYA_NOR_OK ? ERRCODE_SUCC : ERRCODE_UPG_FLASH_WRITE_ERROR;
}

/* Asynchronous in name only, as the vendor's: the callback hears of success, before this returns. */
errcode_t
uapi_upg_write_package_async(
	uint32_t offset, const uint8_t *buff, uint16_t len, uapi_upg_write_done_cb callback)
{
	errcode_t result = uapi_upg_write_package_sync(offset, buff, len);

	if (result == ERRCODE_SUCC && callback != NULL)
		callback(result);
	return result;
}

errcode_t
uapi_upg_read_package(uint32_t offset, uint8_t *buff, uint32_t len)
{
	const struct gya_partition *storage;
	uint32_t size = len & 0xFFFFu; /* the vendor's length is 16 bits wide inside */
	errcode_t result;

	if (!upg_module.ready)
		return ERRCODE_UPG_NOT_INIT;
	if (buff == NULL)
		return ERRCODE_UPG_NULL_POINTER;
	if (size == 0)
		return ERRCODE_UPG_INVALID_BUFF_LEN;
	result = upg_storage(&storage);
	if (result != ERRCODE_SUCC)
		return result;
	if (offset >= storage->size)
		return ERRCODE_UPG_INVALID_OFFSET;
	if (size > storage->size - offset)
		size = storage->size - offset;
	return upg_flash_read(storage, offset, buff, size);
}
