/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_BOARDS_LITEOS_H
#define GYA_BOARDS_LITEOS_H

#include "device-agent/include/board.h"

/* Partition ids: those that the loader knows are its areas (spec liteos-ota: 5.1). */
#define GYA_LITEOS_LOADER      0x01u
#define GYA_LITEOS_FACTORY     0x08u /* as on other boards: ports/board/factory.h */
#define GYA_LITEOS_RUNNING     0x20u
#define GYA_LITEOS_DOWNLOAD    0x21u
#define GYA_LITEOS_BACKUP      0x22u
#define GYA_LITEOS_FLAG        0x23u
#define GYA_LITEOS_FLAG_BACKUP 0x24u

/* The only image of a package. */
#define GYA_LITEOS_IMAGE_APPLICATION 0x01u

/* STM32F429 with an SPI flash, which begins at 0x100000 here. */
extern const struct gya_board gya_board_stm32f429;
/* 40 KiB of flash: small enough to cut the power at every flash operation. */
extern const struct gya_board gya_board_liteos_small;

#endif
