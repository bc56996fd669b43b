/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_BOARDS_HOTA_H
#define GYA_BOARDS_HOTA_H

#include "device-agent/include/board.h"

/* Partition ids of our own: the lite OTA component knows only those of its table. */
#define GYA_HOTA_LOADER   0x00u
#define GYA_HOTA_KEY      0x01u /* the public key, DER */
#define GYA_HOTA_FACTORY  0x08u /* as on other boards: ports/board/factory.h */
#define GYA_HOTA_RECORD   0x03u /* what runs, and what the boot loader has to do: a slot log */
#define GYA_HOTA_INFO     0x04u /* the head of the package that is staged */
#define GYA_HOTA_KERNEL   0x10u /* the application */
#define GYA_HOTA_KERNEL_B 0x11u
#define GYA_HOTA_ROOTFS   0x12u
#define GYA_HOTA_APP      0x13u
#define GYA_HOTA_CONFIG   0x14u
#define GYA_HOTA_TAG      0x15u
#define GYA_HOTA_STAGED   0x20u /* added to a partition's id: where what is to come into it waits */

/*
 * Image ids of INFO: packages name their components, so an id is the CRC-32C of the name (tests/hota compares).
 */
#define GYA_HOTA_IMAGE_BOOTLOADER 0x8A235686u
#define GYA_HOTA_IMAGE_KERNEL_A   0xAF2008A5u
#define GYA_HOTA_IMAGE_KERNEL     0x68BD061Cu
#define GYA_HOTA_IMAGE_ROOTFS     0x56B39AEDu
#define GYA_HOTA_IMAGE_APP        0x2DC5CA43u
#define GYA_HOTA_IMAGE_CONFIG     0xABBA1E78u
#define GYA_HOTA_IMAGE_TAG        0x01128459u

/* A row of the component's table: what a package may bring, and where it goes. */
struct gya_hota_component {
	int id; /* of the component's table */
	const char *name;
	uint16_t partition;
	uint16_t staging; /* where it is stored first; with two regions the one that does not run counts */
};

/* A board whose upgrades go through the lite OTA component. */
struct gya_hota_board {
	const struct gya_board *board;
	const struct gya_hota_component
		*components; /* the first is row 0, packages of the board's own kind: the kernel */
	uint32_t n_components;
	bool has_two; /* the kernel is there twice: it is stored where it does not run, and the loader switches */
	bool has_local_check; /* the boot loader holds versions against its own LOCAL_VERSION */
	bool takes_same;      /* HotaHalCheckVersionValid lets the version in that runs already */
};

extern const struct gya_board gya_board_hi3861;
extern const struct gya_board gya_board_hi3516;
/* Mini system: 2 MiB of flash, kernel A and B. */
extern const struct gya_hota_board gya_hota_board_hi3861;
/* Small system: 16 MiB; packages are stored component by component, and the boot loader copies them. */
extern const struct gya_hota_board gya_hota_board_hi3516;
/* Both with little flash, to cut the power at every operation; the second with the components of the test packages. */
extern const struct gya_hota_board gya_hota_board_small_two;
extern const struct gya_hota_board gya_hota_board_small;

/* NULL for a board of another kind. */
const struct gya_hota_board *gya_hota_board_of(const struct gya_board *board);

#endif
