/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/boards/ws63.h"

#define COUNT(array) (uint32_t)(sizeof(array) / sizeof((array)[0]))

/* clang-format off */
#define FIXED_PARTITIONS \
	{GYA_WS63_ROOT_KEY, true, 0x000000, 0x800, "root-key"}, \
	{GYA_WS63_FLASHBOOT, true, 0x001000, 0x5000, "flashboot"}, \
	{GYA_WS63_RESERVE, false, 0x027000, 0x1000, "reserve"}, \
	{GYA_WS63_NV, false, 0x03C000, 0x4000, "nv"}

#define SMALL \
	.system = GYA_SYSTEM_WS63, .chip = "ws63", .flash_size = 0x40000, .sector_size = 0x1000, .boot_baud = 115200, \
	.prepare_ms = 5000, .store_ms = 500, .finish_ms = 2000, .install_ms = 20000, \
	.storage = GYA_WS63_FOTA, .application = GYA_WS63_APPLICATION
/* clang-format on */

static const struct gya_partition partitions[] = {
	FIXED_PARTITIONS,
	{GYA_WS63_APPLICATION, true, 0x006000, 0x11000, "application"},
	{GYA_WS63_FOTA, false, 0x017000, 0x10000, "fota"},
};

static const struct gya_board_image images[] = {
	{GYA_WS63_IMAGE_APPLICATION, GYA_WS63_APPLICATION, false},
	{GYA_WS63_IMAGE_FLASHBOOT, GYA_WS63_FLASHBOOT, false},
	{GYA_WS63_IMAGE_NV, GYA_WS63_NV, true},
};

const struct gya_board gya_board_small = {
	SMALL,
	.name = "small",
	.partitions = partitions,
	.n_partitions = COUNT(partitions),
	.images = images,
	.n_images = COUNT(images),
};

/* Two regions of four sectors and of three, so that the larger one takes what the other one cannot. */
static const struct gya_partition ab_partitions[] = {
	FIXED_PARTITIONS,
	{GYA_WS63_APPLICATION, true, 0x006000, 0x4000, "application"},
	{GYA_WS63_FOTA, true, 0x00A000, 0x4000, "image-b"},
};

const struct gya_board gya_board_small_ab = {
	SMALL,
	.name = "small-ab",
	.partitions = ab_partitions,
	.n_partitions = COUNT(ab_partitions),
	.has_regions = true,
};
