/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>

#include "device-agent/boards/liteos.h"
#include "device-agent/liteos/module-private.h"

/* Drivers for a board's partitions in one NOR part. `arg` is the partition's id. */

static const struct gya_partition *
partition_of(uintptr_t arg)
{
	return gya_board_partition(liteos_module.port->board, (uint32_t) arg);
}

static int
nor_write(uintptr_t arg, int offset, const void *bytes, int size)
{
	const struct gya_nor *nor = liteos_module.port->nor;

	return nor->program(nor->context, partition_of(arg)->address + (uint32_t) offset, bytes,
		       (uint32_t) size) == GYA_NOR_OK
		       ? 0
		       : -1;
}

static int
nor_read(uintptr_t arg, int offset, void *bytes, int size)
{
	const struct gya_nor *nor = liteos_module.port->nor;

	return nor->read(nor->context, partition_of(arg)->address + (uint32_t) offset, bytes,
		       (uint32_t) size) == GYA_NOR_OK
		       ? 0
		       : -1;
}

/* Sector by sector: the watchdog does not wait for half a megabyte. */
static int
nor_erase(uintptr_t arg, int size)
{
	const struct gya_nor *nor = liteos_module.port->nor;
	uint32_t address = partition_of(arg)->address;
	uint32_t done;

	for (done = 0; done < (uint32_t) size; done += nor->sector_size) {
		liteos_watchdog();
		if (nor->erase(nor->context, address + done, nor->sector_size) != GYA_NOR_OK)
			return -1;
	}
	return 0;
}

static int
nor_flush(uintptr_t arg, int size)
{
	(void) arg;
	(void) size;
	return 0;
}

/* The board's table says where everything is. */
int
ota_img_init(void)
{
	static ota_driver_t drivers[OTA_IMGS];
	static const struct {
		const char *name;
		uint16_t partition;
	} areas[OTA_IMGS] = {
		[OTA_IMG_RUNNING] = {"running", GYA_LITEOS_RUNNING},
		[OTA_IMG_DOWNLOAD] = {"download", GYA_LITEOS_DOWNLOAD},
		[OTA_IMG_BACKUP] = {"backup", GYA_LITEOS_BACKUP},
		[OTA_IMG_FLAG] = {"flag", GYA_LITEOS_FLAG},
		[OTA_IMG_FLAG_BACKUP] = {"flag backup", GYA_LITEOS_FLAG_BACKUP},
	};
	uint32_t i;

	for (i = 0; i < OTA_IMGS; i++) {
		const struct gya_partition *partition = partition_of(areas[i].partition);

		if (partition == NULL)
			return -1;
		drivers[i] = (ota_driver_t){areas[i].name, (int) partition->size, (ota_img_t) i,
			areas[i].partition, nor_write, nor_read, nor_erase, nor_flush};
		if (ota_img_bind(OTA_FOTA, &drivers[i]) != 0)
			return -1;
	}
	return 0;
}
