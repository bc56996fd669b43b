/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_BOARDS_ALIOS_H
#define GYA_BOARDS_ALIOS_H

#include "device-agent/include/board.h"

/* Partition ids: the system's own numbers (spec alios-ota: 4), and one of ours behind them. */
#define GYA_ALIOS_LOADER      0x00u
#define GYA_ALIOS_APPLICATION 0x01u /* of a board with two banks: bank 0 */
#define GYA_ALIOS_OTA_TEMP    0x03u /* what is downloaded; bank 1 */
#define GYA_ALIOS_PARAMETER_1 0x05u /* the boot record */
#define GYA_ALIOS_PARAMETER_2 0x06u /* the key-value store: two sectors */
#define GYA_ALIOS_FACTORY     0x08u /* PARAMETER_4; as on other boards: ports/board/factory.h */
#define GYA_ALIOS_RECOVERY    0x0Du
#define GYA_ALIOS_BACK_PARA   0x0Eu /* first sector: the boot record's copy; the others are the second boot's */
#define GYA_ALIOS_BANK        0x20u /* which bank starts: a slot log, in place of a chip's option bytes */

/* The only image of a package. */
#define GYA_ALIOS_IMAGE_APPLICATION 0x01u

/* The layouts of the boot record differ (spec: 2.4). */
enum gya_alios_generation { GYA_ALIOS_1_0 = 0, GYA_ALIOS_2_1 = 1, GYA_ALIOS_3_X = 2 };

/* How a new image comes to run (spec: 4), with the system's numbers. */
enum gya_alios_recovery {
	GYA_ALIOS_DIRECT = 0, /* one address; patched in place, so that nothing can go back */
	GYA_ALIOS_ABBACK = 1, /* one address; contents of application and OTA_TEMP are swapped */
	GYA_ALIOS_ABBOOT = 2  /* two addresses: the other bank starts */
};

/* A board of this system. Slices are of differences; a difference has to be made with the board's size of them. */
struct gya_alios_board {
	const struct gya_board *board;
	enum gya_alios_generation generation;
	enum gya_alios_recovery recovery;
	uint32_t slice_size;    /* whole sectors */
	uint32_t n_slices;      /* states that the patch record has: P */
	uint32_t n_parts;       /* places of the difference that it has: A */
	uint32_t dictionary;    /* largest of an xz stream, bytes */
	uint32_t backup_offset; /* DIRECT: of the slice in OTA_TEMP that is saved before it is written */
};

/* 2 MiB of flash, one address. */
extern const struct gya_alios_board gya_alios_board_mk3060;
/* 1 MiB of flash, two banks. */
extern const struct gya_alios_board gya_alios_board_developerkit;
/* 2 MiB, two banks, small slices and a dictionary of 4 KiB. */
extern const struct gya_alios_board gya_alios_board_esp8266;
/* Three with little flash, one for each way, to cut the power at every operation: slices of one sector. */
extern const struct gya_alios_board gya_alios_board_small_direct;
extern const struct gya_alios_board gya_alios_board_small_back;
extern const struct gya_alios_board gya_alios_board_small_banks;

extern const struct gya_board gya_board_mk3060;
extern const struct gya_board gya_board_developerkit;
extern const struct gya_board gya_board_esp8266;

/* NULL for a board of another system. */
const struct gya_alios_board *gya_alios_board_of(const struct gya_board *board);

#endif
