/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/boards/alios.h"

#include <stddef.h>

#define COUNT(array) (uint32_t)(sizeof(array) / sizeof((array)[0]))

static const struct gya_board_image images[] = {
	{GYA_ALIOS_IMAGE_APPLICATION, GYA_ALIOS_APPLICATION, false},
};

/* clang-format off */
#define ALIOS(board_partitions) \
	.system = GYA_SYSTEM_ALIOS, .sector_size = 0x1000, \
	.storage = GYA_ALIOS_OTA_TEMP, .application = GYA_ALIOS_APPLICATION, \
	.partitions = board_partitions, .n_partitions = COUNT(board_partitions), \
	.images = images, .n_images = COUNT(images)

/* Worst times of a serial flash that erases 4 KiB in 400 ms, and of three passes of 64-KiB slices. */
#define REAL_TIMES  .prepare_ms = 100000, .store_ms = 500, .finish_ms = 10000, .install_ms = 300000
#define SMALL_TIMES .prepare_ms = 4000, .store_ms = 500, .finish_ms = 1000, .install_ms = 20000
/* clang-format on */

/* The map of 2.1 (spec: 4). PARAMETER_4 lies in the loader's last sectors. */
static const struct gya_partition mk3060_partitions[] = {
	{GYA_ALIOS_LOADER, true, 0x000000, 0xD000, "loader"},
	{GYA_ALIOS_FACTORY, false, 0x00D000, 0x1000, "parameter-4"},
	{GYA_ALIOS_PARAMETER_1, true, 0x010000, 0x1000, "parameter-1"},
	{GYA_ALIOS_PARAMETER_2, false, 0x011000, 0x2000, "parameter-2"},
	{GYA_ALIOS_RECOVERY, false, 0x013000, 0x7000, "recovery"},
	{GYA_ALIOS_BACK_PARA, true, 0x01A000, 0x2000, "back-para"},
	{GYA_ALIOS_APPLICATION, true, 0x01C000, 0xE5000, "application"},
	{GYA_ALIOS_OTA_TEMP, true, 0x101000, 0xE5000, "ota-temp"},
};

const struct gya_board gya_board_mk3060 = {
	ALIOS(mk3060_partitions),
	REAL_TIMES,
	.chip = "moc108",
	.name = "mk3060",
	.flash_size = 0x200000,
	.boot_baud = 921600,
};

/*
 * Decided to patch in place, and not by swapping as the system does there: with the address that starts fixed, the
 * swap keeps nothing that could be gone back to safely while it runs, and needs twice the writes.
 */
const struct gya_alios_board gya_alios_board_mk3060 = {
	.board = &gya_board_mk3060,
	.generation = GYA_ALIOS_2_1,
	.recovery = GYA_ALIOS_DIRECT,
	.slice_size = 0x10000,
	.n_slices = 16,
	.n_parts = 8,
	.dictionary = 0x4000,
	.backup_offset = 0xD5000,
};

/* Each bank of the chip's flash has one application; the other's first 64 KiB are the parameters of both. */
static const struct gya_partition developerkit_partitions[] = {
	{GYA_ALIOS_LOADER, true, 0x00000, 0x8000, "loader"},
	{GYA_ALIOS_PARAMETER_1, true, 0x08000, 0x1000, "parameter-1"},
	{GYA_ALIOS_PARAMETER_2, false, 0x09000, 0x2000, "parameter-2"},
	{GYA_ALIOS_FACTORY, false, 0x0B000, 0x1000, "parameter-4"},
	{GYA_ALIOS_BACK_PARA, true, 0x0C000, 0x2000, "back-para"},
	{GYA_ALIOS_BANK, false, 0x0E000, 0x2000, "bank"},
	{GYA_ALIOS_APPLICATION, true, 0x10000, 0x70000, "application"},
	{GYA_ALIOS_OTA_TEMP, true, 0x90000, 0x70000, "ota-temp"},
};

const struct gya_board gya_board_developerkit = {
	ALIOS(developerkit_partitions),
	REAL_TIMES,
	.chip = "stm32l496",
	.name = "developerkit",
	.flash_size = 0x100000,
	.boot_baud = 115200,
};

const struct gya_alios_board gya_alios_board_developerkit = {
	.board = &gya_board_developerkit,
	.generation = GYA_ALIOS_2_1,
	.recovery = GYA_ALIOS_ABBOOT,
	.slice_size = 0x10000,
	.n_slices = 8,
	.n_parts = 8,
	.dictionary = 0x4000,
};

static const struct gya_partition esp8266_partitions[] = {
	{GYA_ALIOS_LOADER, true, 0x000000, 0x1000, "loader"},
	{GYA_ALIOS_APPLICATION, true, 0x001000, 0xEF000, "application"},
	{GYA_ALIOS_OTA_TEMP, true, 0x101000, 0xEF000, "ota-temp"},
	{GYA_ALIOS_PARAMETER_1, true, 0x1F0000, 0x1000, "parameter-1"},
	{GYA_ALIOS_PARAMETER_2, false, 0x1F1000, 0x2000, "parameter-2"},
	{GYA_ALIOS_FACTORY, false, 0x1F3000, 0x1000, "parameter-4"},
	{GYA_ALIOS_BACK_PARA, true, 0x1F4000, 0x2000, "back-para"},
	{GYA_ALIOS_BANK, false, 0x1F6000, 0x2000, "bank"},
};

const struct gya_board gya_board_esp8266 = {
	ALIOS(esp8266_partitions),
	REAL_TIMES,
	.chip = "esp8266",
	.name = "esp8266",
	.flash_size = 0x200000,
	.boot_baud = 115200,
};

const struct gya_alios_board gya_alios_board_esp8266 = {
	.board = &gya_board_esp8266,
	.generation = GYA_ALIOS_2_1,
	.recovery = GYA_ALIOS_ABBOOT,
	.slice_size = 0x4000,
	.n_slices = 64,
	.n_parts = 32,
	.dictionary = 0x1000,
};

/* ---- to cut the power at every operation ---- */

static const struct gya_partition small_partitions[] = {
	{GYA_ALIOS_LOADER, true, 0x00000, 0x1000, "loader"},
	{GYA_ALIOS_PARAMETER_1, true, 0x01000, 0x1000, "parameter-1"},
	{GYA_ALIOS_PARAMETER_2, false, 0x02000, 0x2000, "parameter-2"},
	{GYA_ALIOS_FACTORY, false, 0x04000, 0x1000, "parameter-4"},
	{GYA_ALIOS_BACK_PARA, true, 0x05000, 0x3000, "back-para"},
	{GYA_ALIOS_BANK, false, 0x08000, 0x2000, "bank"},
	{GYA_ALIOS_APPLICATION, true, 0x0A000, 0x5000, "application"},
	{GYA_ALIOS_OTA_TEMP, true, 0x0F000, 0x5000, "ota-temp"},
};

/* clang-format off */
#define SMALL \
	ALIOS(small_partitions), SMALL_TIMES, .chip = "moc108", .flash_size = 0x14000, .boot_baud = 115200

#define SMALL_SLICES \
	.generation = GYA_ALIOS_2_1, .slice_size = 0x1000, .n_slices = 16, .n_parts = 8, .dictionary = 0x4000
/* clang-format on */

static const struct gya_board small_direct = {SMALL, .name = "alios-small-direct"};
static const struct gya_board small_back = {SMALL, .name = "alios-small-back"};
static const struct gya_board small_banks = {SMALL, .name = "alios-small-banks"};

const struct gya_alios_board gya_alios_board_small_direct = {
	SMALL_SLICES,
	.board = &small_direct,
	.recovery = GYA_ALIOS_DIRECT,
	.backup_offset = 0x4000,
};

const struct gya_alios_board gya_alios_board_small_back = {
	SMALL_SLICES,
	.board = &small_back,
	.recovery = GYA_ALIOS_ABBACK,
};

const struct gya_alios_board gya_alios_board_small_banks = {
	SMALL_SLICES,
	.board = &small_banks,
	.recovery = GYA_ALIOS_ABBOOT,
};

static const struct gya_alios_board *const boards[] = {
	&gya_alios_board_mk3060,
	&gya_alios_board_developerkit,
	&gya_alios_board_esp8266,
	&gya_alios_board_small_direct,
	&gya_alios_board_small_back,
	&gya_alios_board_small_banks,
};

const struct gya_alios_board *
gya_alios_board_of(const struct gya_board *board)
{
	uint32_t i;

	for (i = 0; i < COUNT(boards); i++)
		if (boards[i]->board == board)
			return boards[i];
	return NULL;
}
