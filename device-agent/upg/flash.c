/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/upg/flash-private.h"

#include "protocol/wire/mem.h"

errcode_t
upg_partition(uint16_t id, const struct gya_partition **partition)
{
	if (!upg_module.partitions_ready)
		return ERRCODE_PARTITION_INIT_ERR;
	*partition = gya_board_partition(upg_module.port->board, id);
	return *partition == NULL ? ERRCODE_PARTITION_CONFIG_NOT_FOUND : ERRCODE_SUCC;
}

static bool
is_inside(const struct gya_partition *partition, uint32_t offset, uint32_t size)
{
	return offset <= partition->size && size <= partition->size - offset;
}

errcode_t
upg_flash_read(const struct gya_partition *partition, uint32_t offset, uint8_t *bytes, uint32_t size)
{
	const struct gya_nor *nor = upg_module.port->nor;

	if (!is_inside(partition, offset, size))
		return ERRCODE_UPG_FILE_READ_FAIL;
	if (nor->read(nor->context, partition->address + offset, bytes, size) != GYA_NOR_OK)
		return ERRCODE_UPG_FILE_READ_FAIL;
	return ERRCODE_SUCC;
}

errcode_t
upg_flash_program(const struct gya_partition *partition, uint32_t offset, const uint8_t *bytes, uint32_t size)
{
	const struct gya_nor *nor = upg_module.port->nor;

	if (!is_inside(partition, offset, size))
		return ERRCODE_UPG_FLASH_WRITE_ERROR;
	if (nor->program(nor->context, partition->address + offset, bytes, size) != GYA_NOR_OK)
		return ERRCODE_UPG_FLASH_WRITE_ERROR;
	return ERRCODE_SUCC;
}

static bool
is_blank(const uint8_t *bytes, uint32_t size)
{
	uint32_t i;

	for (i = 0; i < size; i++)
		if (bytes[i] != 0xFF)
			return false;
	return true;
}

/* Erases one sector; its bytes from `kept_from` on survive. */
static errcode_t
erase_sector(const struct gya_partition *partition, uint32_t offset, uint32_t kept_from)
{
	const struct gya_nor *nor = upg_module.port->nor;
	uint8_t *kept = upg_module.page + kept_from;
	uint32_t kept_size = UPG_SECTOR_SIZE - kept_from;

	if (kept_size != 0 && upg_flash_read(partition, offset + kept_from, kept, kept_size) != ERRCODE_SUCC)
		return ERRCODE_UPG_FLASH_ERASE_ERROR;
	upg_kick();
	if (nor->erase(nor->context, partition->address + offset, UPG_SECTOR_SIZE) != GYA_NOR_OK)
		return ERRCODE_UPG_FLASH_ERASE_ERROR;
	if (kept_size != 0 && !is_blank(kept, kept_size))
		return upg_flash_program(partition, offset + kept_from, kept, kept_size);
	return ERRCODE_SUCC;
}

errcode_t
upg_flash_erase(const struct gya_partition *partition, uint32_t offset, uint32_t size)
{
	uint32_t done;

	if (offset % UPG_SECTOR_SIZE != 0 || !is_inside(partition, offset, size))
		return ERRCODE_UPG_PARTITION_ALIGN_ERROR;
	for (done = 0; done < size; done += UPG_SECTOR_SIZE) {
		uint32_t left = size - done;
		errcode_t result = erase_sector(
			partition, offset + done, left < UPG_SECTOR_SIZE ? left : UPG_SECTOR_SIZE);

		if (result != ERRCODE_SUCC)
			return result;
	}
	return ERRCODE_SUCC;
}

errcode_t
upg_flash_sha256(const struct gya_partition *partition, uint32_t offset, uint32_t size, uint8_t digest[32])
{
	const struct gya_crypto *crypto = upg_module.port->crypto;
	struct gya_sha256 hash;
	errcode_t result = ERRCODE_SUCC;
	uint32_t done, step;

	if (!is_inside(partition, offset, size))
		return ERRCODE_UPG_FILE_READ_FAIL;
	crypto->sha256_init(&hash);
	for (done = 0; done < size && result == ERRCODE_SUCC; done += step) {
		step = size - done < UPG_SECTOR_SIZE ? size - done : UPG_SECTOR_SIZE;
		upg_kick();
		result = upg_flash_read(partition, offset + done, upg_module.page, step);
		if (result == ERRCODE_SUCC)
			crypto->sha256_update(&hash, upg_module.page, step);
	}
	/* also after a failed read: the port may hold a resource until here */
	crypto->sha256_final(&hash, digest);
	return result;
}
