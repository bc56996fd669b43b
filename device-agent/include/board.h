/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_BOARD_H
#define GYA_BOARD_H

#include <stdbool.h>
#include <stdint.h>

struct gya_partition {
	uint16_t id;
	bool readable; /* whether the agent gives its bytes to a host that asks (READ, HASH) */
	uint32_t address;
	uint32_t size;
	const char *name;
};

/* An image that packages may carry, and where it goes. */
struct gya_board_image {
	uint32_t id;
	uint16_t partition;
	bool is_nv; /* applied by the application, not by the boot loader */
};

/* The upgrade system that a board has; the ids of their backends. */
enum gya_system { GYA_SYSTEM_WS63 = 1, GYA_SYSTEM_HOTA = 2, GYA_SYSTEM_LITEOS = 3, GYA_SYSTEM_ALIOS = 4 };

/* A board is data: everything that code would otherwise know by heart. */
struct gya_board {
	enum gya_system system;
	const char *chip;
	const char *name;
	uint32_t flash_size;
	uint32_t sector_size;
	uint32_t boot_baud;   /* of the boot loader's text */
	uint32_t prepare_ms;  /* worst time of erasing the whole storage */
	uint32_t store_ms;    /* worst time of storing one piece */
	uint32_t finish_ms;   /* worst time of reading back and verifying */
	uint32_t install_ms;  /* worst time from reset to the new application, all tries */
	uint16_t storage;     /* partition that packages are stored in */
	uint16_t application; /* partition that the application runs from */
	const struct gya_partition *partitions;
	uint32_t n_partitions;
	const struct gya_board_image *images;
	uint32_t n_images;
	/*
	 * `application` and `storage` are one span that holds the application twice, A and B, and then one sector that
	 * says which runs; there is no place for packages.
	 */
	bool has_regions;
};

const struct gya_partition *gya_board_partition(const struct gya_board *board, uint32_t id);
const struct gya_board_image *gya_board_image(const struct gya_board *board, uint32_t id);

#endif
