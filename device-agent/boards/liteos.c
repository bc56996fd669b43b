/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/boards/liteos.h"

#define COUNT(array) (uint32_t)(sizeof(array) / sizeof((array)[0]))

static const struct gya_board_image images[] = {
	{GYA_LITEOS_IMAGE_APPLICATION, GYA_LITEOS_RUNNING, false},
};

/* The chip's own flash first, as the loader is in it, then the SPI flash. */
static const struct gya_partition stm32f429_partitions[] = {
	{GYA_LITEOS_LOADER, true, 0x000000, 0x20000, "loader"},
	{GYA_LITEOS_RUNNING, true, 0x020000, 0x80000, "running"},
	{GYA_LITEOS_FLAG, false, 0x100000, 0x1000, "flag"},
	{GYA_LITEOS_DOWNLOAD, false, 0x101000, 0x80000, "download"},
	{GYA_LITEOS_BACKUP, false, 0x181000, 0x80000, "backup"},
	{GYA_LITEOS_FLAG_BACKUP, false, 0x201000, 0x1000, "flag-backup"},
	{GYA_LITEOS_FACTORY, false, 0x202000, 0x1000, "factory"},
};

/* Worst times of a serial flash that erases 4 KiB in 400 ms: half a megabyte is erased up to three times. */
const struct gya_board gya_board_stm32f429 = {
	.system = GYA_SYSTEM_LITEOS,
	.chip = "stm32f429",
	.name = "stm32f429",
	.flash_size = 0x300000,
	.sector_size = 0x1000,
	.boot_baud = 115200,
	.prepare_ms = 60000,
	.store_ms = 500,
	.finish_ms = 10000,
	.install_ms = 240000,
	.storage = GYA_LITEOS_DOWNLOAD,
	.application = GYA_LITEOS_RUNNING,
	.partitions = stm32f429_partitions,
	.n_partitions = COUNT(stm32f429_partitions),
	.images = images,
	.n_images = COUNT(images),
};

static const struct gya_partition small_partitions[] = {
	{GYA_LITEOS_LOADER, true, 0x00000, 0x1000, "loader"},
	{GYA_LITEOS_RUNNING, true, 0x01000, 0x2000, "running"},
	{GYA_LITEOS_FLAG, false, 0x03000, 0x1000, "flag"},
	{GYA_LITEOS_DOWNLOAD, false, 0x04000, 0x2000, "download"},
	{GYA_LITEOS_BACKUP, false, 0x06000, 0x2000, "backup"},
	{GYA_LITEOS_FLAG_BACKUP, false, 0x08000, 0x1000, "flag-backup"},
	{GYA_LITEOS_FACTORY, false, 0x09000, 0x1000, "factory"},
};

const struct gya_board gya_board_liteos_small = {
	.system = GYA_SYSTEM_LITEOS,
	.chip = "stm32f429",
	.name = "liteos-small",
	.flash_size = 0xA000,
	.sector_size = 0x1000,
	.boot_baud = 115200,
	.prepare_ms = 2000,
	.store_ms = 500,
	.finish_ms = 1000,
	.install_ms = 10000,
	.storage = GYA_LITEOS_DOWNLOAD,
	.application = GYA_LITEOS_RUNNING,
	.partitions = small_partitions,
	.n_partitions = COUNT(small_partitions),
	.images = images,
	.n_images = COUNT(images),
};
