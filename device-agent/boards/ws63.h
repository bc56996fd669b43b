/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_BOARDS_WS63_H
#define GYA_BOARDS_WS63_H

#include "device-agent/include/board.h"

/* Partition ids of the vendor's table. */
#define GYA_WS63_SSB              0x00u
#define GYA_WS63_FLASHBOOT        0x01u
#define GYA_WS63_FLASHBOOT_BACKUP 0x02u
#define GYA_WS63_ROOT_KEY         0x03u
#define GYA_WS63_FACTORY          0x08u
#define GYA_WS63_NV_BACKUP        0x09u
#define GYA_WS63_NV               0x10u
#define GYA_WS63_CRASH            0x11u
#define GYA_WS63_APPLICATION      0x20u
#define GYA_WS63_FOTA             0x21u
#define GYA_WS63_RESERVE          0x30u
#define GYA_WS63_HILINK           0x31u

/* Image ids inside packages. */
#define GYA_WS63_IMAGE_APPLICATION 0x4B0F2D2Du
#define GYA_WS63_IMAGE_FLASHBOOT   0x4B1E3C2Du
#define GYA_WS63_IMAGE_NV          0xCB9E063Cu
#define GYA_WS63_IMAGE_HILINK      0x5A87A52Du

/* 4 MiB flash, compressed layout: a package is stored whole, then unpacked over the application. */
extern const struct gya_board gya_board_ws63;
/* The same with a HiLink partition split off from the application's. */
extern const struct gya_board gya_board_ws63_hilink;
/* A/B layout of the SDK: two regions of the application, no packages. */
extern const struct gya_board gya_board_ws63_ab;
/* 256 KiB of flash, same ids: small enough to cut the power at every flash operation. */
extern const struct gya_board gya_board_small;
/* The same with two regions. */
extern const struct gya_board gya_board_small_ab;

#endif
