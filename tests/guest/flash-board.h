// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/e2e/run-job.h"

/* Whole upgrades of a simulated board at the device's end of a cable. */

/** flash_board: the job, over @port, whose other end somebody has joined to @board's socket. */
void flash_board(Board *board, const char *port, void (*on_progress)(const GyJobProgress *, gpointer),
	gpointer data, guint least_reconnects);

/** flash_board_by_command: the same by the `gantry` program. */
void flash_board_by_command(Board *board, const char *port);

/** flash_board_new: a running board; paced to @baud, so that an upgrade has a middle, unless that is 0. */
Board *flash_board_new(guint baud);

#define FLASH_BOARD_MIDDLE 12000 /* bytes of the package */
