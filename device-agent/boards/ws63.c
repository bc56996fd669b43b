/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/boards/ws63.h"

#define COUNT(array) (uint32_t)(sizeof(array) / sizeof((array)[0]))

/* What lies before the application and behind the reserve, in every layout. */
/* clang-format off */
#define FIXED_PARTITIONS \
	{GYA_WS63_SSB, false, 0x002000, 0x6000, "ssb"}, \
	{GYA_WS63_FLASHBOOT, true, 0x020000, 0x10000, "flashboot"}, \
	{GYA_WS63_FLASHBOOT_BACKUP, false, 0x010000, 0x10000, "flashboot-backup"}, \
	{GYA_WS63_ROOT_KEY, true, 0x000000, 0x800, "root-key"}, \
	{GYA_WS63_FACTORY, false, 0x008000, 0x4000, "factory"}, \
	{GYA_WS63_NV_BACKUP, false, 0x00C000, 0x4000, "nv-backup"}, \
	{GYA_WS63_NV, false, 0x3FC000, 0x4000, "nv"}, \
	{GYA_WS63_CRASH, false, 0x3FB000, 0x1000, "crash"}

#define FIXED_IMAGES \
	{GYA_WS63_IMAGE_APPLICATION, GYA_WS63_APPLICATION, false}, \
	{GYA_WS63_IMAGE_FLASHBOOT, GYA_WS63_FLASHBOOT, false}, \
	{GYA_WS63_IMAGE_NV, GYA_WS63_NV, true}

/* Worst times: 45 ms for a 4 KiB erase plus the 20 ms pause of the SDK's slice option, 512 bytes in 20 ms, 3 tries. */
#define WS63 \
	.system = GYA_SYSTEM_WS63, .chip = "ws63", .flash_size = 0x400000, .sector_size = 0x1000, .boot_baud = 115200, \
	.prepare_ms = 60000, .store_ms = 2000, .finish_ms = 20000, .install_ms = 180000, \
	.storage = GYA_WS63_FOTA, .application = GYA_WS63_APPLICATION
/* clang-format on */

static const struct gya_partition partitions[] = {
	FIXED_PARTITIONS,
	{GYA_WS63_APPLICATION, true, 0x030000, 0x240000, "application"},
	{GYA_WS63_FOTA, false, 0x270000, 0x183000, "fota"},
	{GYA_WS63_RESERVE, false, 0x3F3000, 0x8000, "reserve"},
};

static const struct gya_board_image images[] = {FIXED_IMAGES};

const struct gya_board gya_board_ws63 = {
	WS63,
	.name = "ws63",
	.partitions = partitions,
	.n_partitions = COUNT(partitions),
	.images = images,
	.n_images = COUNT(images),
};

static const struct gya_partition hilink_partitions[] = {
	FIXED_PARTITIONS,
	{GYA_WS63_APPLICATION, true, 0x030000, 0x1C0000, "application"},
	{GYA_WS63_FOTA, false, 0x270000, 0x183000, "fota"},
	{GYA_WS63_RESERVE, false, 0x3F3000, 0x8000, "reserve"},
	{GYA_WS63_HILINK, true, 0x1F0000, 0x80000, "hilink"},
};

static const struct gya_board_image hilink_images[] = {
	FIXED_IMAGES,
	{GYA_WS63_IMAGE_HILINK, GYA_WS63_HILINK, false},
};

const struct gya_board gya_board_ws63_hilink = {
	WS63,
	.name = "ws63-hilink",
	.partitions = hilink_partitions,
	.n_partitions = COUNT(hilink_partitions),
	.images = hilink_images,
	.n_images = COUNT(hilink_images),
};

/* The SDK's table, whose region B is one sector shorter than A. */
static const struct gya_partition ab_partitions[] = {
	FIXED_PARTITIONS,
	{GYA_WS63_APPLICATION, true, 0x030000, 0x1E1000, "application"},
	{GYA_WS63_FOTA, true, 0x211000, 0x1E1000, "image-b"},
	{GYA_WS63_RESERVE, false, 0x3F2000, 0x9000, "reserve"},
};

const struct gya_board gya_board_ws63_ab = {
	WS63,
	.name = "ws63-ab",
	.partitions = ab_partitions,
	.n_partitions = COUNT(ab_partitions),
	.has_regions = true,
};
