/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_QEMU_FACTORY_H
#define GYA_QEMU_FACTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "device-agent/include/board.h"
#include "device-agent/include/nor.h"

#define FACTORY_ID_SIZE 16u

struct factory {
	uint32_t hardware_id;
	uint8_t device_id[FACTORY_ID_SIZE];
};

/* What the factory wrote into its partition; ports/sim/SIM.md has the layout. False if there is nothing. */
bool factory_read(const struct gya_board *board, const struct gya_nor *nor, struct factory *factory);

#endif
