/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/boards/ws63.h"

#define COUNT(array) (uint32_t)(sizeof(array) / sizeof((array)[0]))

static const struct gya_partition partitions[] = {
	{GYA_WS63_ROOT_KEY, true, 0x000000, 0x800, "root-key"},
	{GYA_WS63_FLASHBOOT, true, 0x001000, 0x5000, "flashboot"},
	{GYA_WS63_APPLICATION, true, 0x006000, 0x11000, "application"},
	{GYA_WS63_FOTA, false, 0x017000, 0x10000, "fota"},
	{GYA_WS63_RESERVE, false, 0x027000, 0x1000, "reserve"},
	{GYA_WS63_NV, false, 0x03C000, 0x4000, "nv"},
};

static const struct gya_board_image images[] = {
	{GYA_WS63_IMAGE_APPLICATION, GYA_WS63_APPLICATION, false},
	{GYA_WS63_IMAGE_FLASHBOOT, GYA_WS63_FLASHBOOT, false},
	{GYA_WS63_IMAGE_NV, GYA_WS63_NV, true},
};

const struct gya_board gya_board_small = {
	.chip = "ws63",
	.name = "small",
	.flash_size = 0x40000,
	.sector_size = 0x1000,
	.boot_baud = 115200,
	.prepare_ms = 5000,
	.store_ms = 500,
	.finish_ms = 2000,
	.install_ms = 20000,
	.storage = GYA_WS63_FOTA,
	.application = GYA_WS63_APPLICATION,
	.partitions = partitions,
	.n_partitions = COUNT(partitions),
	.images = images,
	.n_images = COUNT(images),
};
