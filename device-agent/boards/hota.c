/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/boards/hota.h"

#include <stddef.h>

#define COUNT(array) (uint32_t)(sizeof(array) / sizeof((array)[0]))

/* clang-format off */
/* What is at the start of every flash, behind `loader` bytes for the boot loader. */
#define FIXED_PARTITIONS(loader) \
	{GYA_HOTA_LOADER, true, 0, (loader), "bootloader"}, \
	{GYA_HOTA_KEY, true, (loader), 0x1000, "key"}, \
	{GYA_HOTA_FACTORY, false, (loader) + 0x1000, 0x1000, "factory"}, \
	{GYA_HOTA_RECORD, false, (loader) + 0x2000, 0x2000, "record"}, \
	{GYA_HOTA_INFO, false, (loader) + 0x4000, 0x1000, "info"}

/* A partition and, behind all of these, where what is to come into it waits. */
#define STAGED(id, at, staged_at, size, name) \
	{(id), true, (at), (size), name}, \
	{GYA_HOTA_STAGED + (id), false, (staged_at), (size), name "-staged"}

#define TWO_KERNELS(at, size) \
	{GYA_HOTA_KERNEL, true, (at), (size), "kernel"}, \
	{GYA_HOTA_KERNEL_B, true, (at) + (size), (size), "kernel-b"}

#define ROW(id, name, partition) {(id), name, (partition), GYA_HOTA_STAGED + (partition)}
/* clang-format on */

/* A package of one's own is the kernel as it is: row 0, which has no name in packages. */
static const struct gya_hota_component two_components[] = {
	{0, "", GYA_HOTA_KERNEL, GYA_HOTA_KERNEL_B},
	{3, "kernel_A", GYA_HOTA_KERNEL, GYA_HOTA_KERNEL_B},
};

static const struct gya_board_image two_images[] = {
	{GYA_HOTA_IMAGE_KERNEL_A, GYA_HOTA_KERNEL, false},
};

static const struct gya_partition hi3861_partitions[] = {
	FIXED_PARTITIONS(0x8000),
	TWO_KERNELS(0x10000, 0xF0000),
};

/* Worst times: a sector of 4 KiB takes 400 ms to erase, a page 3 ms; the loader hashes, and writes nothing but its record. */
const struct gya_board gya_board_hi3861 = {
	.system = GYA_SYSTEM_HOTA,
	.chip = "hi3861",
	.name = "hi3861",
	.flash_size = 0x200000,
	.sector_size = 0x1000,
	.boot_baud = 115200,
	.prepare_ms = 5000,
	.store_ms = 2000,
	.finish_ms = 10000,
	.install_ms = 30000,
	.storage = GYA_HOTA_KERNEL_B,
	.application = GYA_HOTA_KERNEL,
	.partitions = hi3861_partitions,
	.n_partitions = COUNT(hi3861_partitions),
	.images = two_images,
	.n_images = COUNT(two_images),
};

const struct gya_hota_board gya_hota_board_hi3861 = {
	.board = &gya_board_hi3861,
	.components = two_components,
	.n_components = COUNT(two_components),
	.has_two = true,
	.takes_same = true,
};

static const struct gya_hota_component hi3516_components[] = {
	ROW(0, "", GYA_HOTA_KERNEL),
	ROW(2, "bootloader", GYA_HOTA_LOADER),
	ROW(3, "kernel_A", GYA_HOTA_KERNEL),
	ROW(5, "rootfs", GYA_HOTA_ROOTFS),
	ROW(6, "app", GYA_HOTA_APP),
	ROW(8, "ota_tag", GYA_HOTA_TAG),
	ROW(9, "config", GYA_HOTA_CONFIG),
};

static const struct gya_board_image hi3516_images[] = {
	{GYA_HOTA_IMAGE_KERNEL_A, GYA_HOTA_KERNEL, false},
	{GYA_HOTA_IMAGE_BOOTLOADER, GYA_HOTA_LOADER, false},
	{GYA_HOTA_IMAGE_ROOTFS, GYA_HOTA_ROOTFS, false},
	{GYA_HOTA_IMAGE_APP, GYA_HOTA_APP, false},
	{GYA_HOTA_IMAGE_TAG, GYA_HOTA_TAG, false},
	{GYA_HOTA_IMAGE_CONFIG, GYA_HOTA_CONFIG, false},
};

static const struct gya_partition hi3516_partitions[] = {
	FIXED_PARTITIONS(0x80000),
	{GYA_HOTA_STAGED + GYA_HOTA_LOADER, false, 0xF00000, 0x80000, "bootloader-staged"},
	STAGED(GYA_HOTA_CONFIG, 0x90000, 0xF80000, 0x10000, "config"),
	STAGED(GYA_HOTA_TAG, 0xA0000, 0xF90000, 0x1000, "ota-tag"),
	STAGED(GYA_HOTA_KERNEL, 0x100000, 0x800000, 0x200000, "kernel"),
	STAGED(GYA_HOTA_ROOTFS, 0x300000, 0xA00000, 0x300000, "rootfs"),
	STAGED(GYA_HOTA_APP, 0x600000, 0xD00000, 0x200000, "app"),
};

/* Worst times: as above, and the loader copies 7 MiB: 1792 sectors at 110 ms with their pages. */
const struct gya_board gya_board_hi3516 = {
	.system = GYA_SYSTEM_HOTA,
	.chip = "hi3516",
	.name = "hi3516",
	.flash_size = 0x1000000,
	.sector_size = 0x1000,
	.boot_baud = 115200,
	.prepare_ms = 5000,
	.store_ms = 2000,
	.finish_ms = 10000,
	.install_ms = 240000,
	.storage = GYA_HOTA_STAGED + GYA_HOTA_KERNEL,
	.application = GYA_HOTA_KERNEL,
	.partitions = hi3516_partitions,
	.n_partitions = COUNT(hi3516_partitions),
	.images = hi3516_images,
	.n_images = COUNT(hi3516_images),
};

const struct gya_hota_board gya_hota_board_hi3516 = {
	.board = &gya_board_hi3516,
	.components = hi3516_components,
	.n_components = COUNT(hi3516_components),
	.has_local_check = true,
};

/* ---- 256 KiB ---- */

/* clang-format off */
#define SMALL \
	.flash_size = 0x40000, .sector_size = 0x1000, .boot_baud = 115200, .prepare_ms = 5000, .store_ms = 500, \
	.finish_ms = 2000, .install_ms = 20000, .application = GYA_HOTA_KERNEL
/* clang-format on */

static const struct gya_partition small_two_partitions[] = {
	FIXED_PARTITIONS(0x1000),
	TWO_KERNELS(0x10000, 0x8000),
};

static const struct gya_board small_two = {
	SMALL,
	.system = GYA_SYSTEM_HOTA,
	.chip = "hi3861",
	.name = "hota-two",
	.storage = GYA_HOTA_KERNEL_B,
	.partitions = small_two_partitions,
	.n_partitions = COUNT(small_two_partitions),
	.images = two_images,
	.n_images = COUNT(two_images),
};

const struct gya_hota_board gya_hota_board_small_two = {
	.board = &small_two,
	.components = two_components,
	.n_components = COUNT(two_components),
	.has_two = true,
};

static const struct gya_hota_component small_components[] = {
	ROW(0, "", GYA_HOTA_KERNEL),
	ROW(2, "bootloader", GYA_HOTA_LOADER),
	ROW(3, "kernel", GYA_HOTA_KERNEL),
	ROW(5, "rootfs", GYA_HOTA_ROOTFS),
	ROW(8, "ota_tag", GYA_HOTA_TAG),
	ROW(9, "config", GYA_HOTA_CONFIG),
};

static const struct gya_board_image small_images[] = {
	{GYA_HOTA_IMAGE_KERNEL, GYA_HOTA_KERNEL, false},
	{GYA_HOTA_IMAGE_BOOTLOADER, GYA_HOTA_LOADER, false},
	{GYA_HOTA_IMAGE_ROOTFS, GYA_HOTA_ROOTFS, false},
	{GYA_HOTA_IMAGE_TAG, GYA_HOTA_TAG, false},
	{GYA_HOTA_IMAGE_CONFIG, GYA_HOTA_CONFIG, false},
};

static const struct gya_partition small_partitions[] = {
	FIXED_PARTITIONS(0x3000),
	{GYA_HOTA_STAGED + GYA_HOTA_LOADER, false, 0x8000, 0x3000, "bootloader-staged"},
	STAGED(GYA_HOTA_CONFIG, 0xB000, 0xC000, 0x1000, "config"),
	STAGED(GYA_HOTA_TAG, 0xD000, 0xE000, 0x1000, "ota-tag"),
	STAGED(GYA_HOTA_KERNEL, 0x10000, 0x18000, 0x8000, "kernel"),
	STAGED(GYA_HOTA_ROOTFS, 0x20000, 0x28000, 0x8000, "rootfs"),
};

static const struct gya_board small = {
	SMALL,
	.system = GYA_SYSTEM_HOTA,
	.chip = "hi3516",
	.name = "hota-small",
	.storage = GYA_HOTA_STAGED + GYA_HOTA_KERNEL,
	.partitions = small_partitions,
	.n_partitions = COUNT(small_partitions),
	.images = small_images,
	.n_images = COUNT(small_images),
};

const struct gya_hota_board gya_hota_board_small = {
	.board = &small,
	.components = small_components,
	.n_components = COUNT(small_components),
	.has_local_check = true,
};

const struct gya_hota_board *
gya_hota_board_of(const struct gya_board *board)
{
	static const struct gya_hota_board *const all[] = {&gya_hota_board_hi3861, &gya_hota_board_hi3516,
		&gya_hota_board_small_two, &gya_hota_board_small};
	uint32_t i;

	for (i = 0; i < COUNT(all); i++)
		if (all[i]->board == board)
			return all[i];
	return NULL;
}
