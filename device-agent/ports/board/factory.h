/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_BOARD_FACTORY_H
#define GYA_BOARD_FACTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "device-agent/include/board.h"
#include "device-agent/include/nor.h"

#define GYA_DEVICE_ID_SIZE   16u
#define GYA_FACTORY_RAW_SIZE 28u

/* What a factory writes besides the images, into a partition of its own; ports/sim/SIM.md has the layout. */
struct gya_factory {
	uint32_t hardware_id;
	uint8_t device_id[GYA_DEVICE_ID_SIZE];
};

/* False if the board was never given its factory data; then `factory` is as before. */
bool gya_factory_read(const struct gya_board *board, const struct gya_nor *nor, struct gya_factory *factory);
/* The bytes that stand at the start of the partition. */
void gya_factory_encode(const struct gya_factory *factory, uint8_t raw[GYA_FACTORY_RAW_SIZE]);

#endif
