/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_BOARD_VERSION_RECORD_H
#define GYA_BOARD_VERSION_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "device-agent/include/board.h"
#include "device-agent/include/nor.h"

#define GYA_VERSION_TEXT_SIZE 112u

/* Which application ran last, and the text of the package it came with. */
struct gya_version_record {
	uint8_t identity[32];
	char text[GYA_VERSION_TEXT_SIZE + 1];
};

/*
 * The records are a log in the first two sectors of the reserve partition (id 0x30): slots of one flash page each, a
 * new record goes into the next blank one, the newest whole one counts. The other sector is erased only when this
 * one is full, so at every moment the last record is whole somewhere. ports/sim/SIM.md has the layout.
 *
 * Read returns false if there is none. Append returns false without a partition of two sectors or if the flash
 * refuses; then the record before is still there.
 */
bool gya_version_record_read(
	const struct gya_board *board, const struct gya_nor *nor, struct gya_version_record *record);
bool gya_version_record_append(
	const struct gya_board *board, const struct gya_nor *nor, const struct gya_version_record *record);

#endif
