// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "device-agent/ports/sim/line.h"
#include "device-agent/ports/sim/nor-file.h"
#include "device-agent/ports/sim/options.h"

/*
 * The board under power: boot loader, application, reset, and again, on a thread of its own. One board per process,
 * as the upgrade module keeps its state in static memory.
 */
struct gya_board_run;

// Borrows all three. Provisions nothing.
struct gya_board_run *gya_board_run_new(
	const struct gya_sim_options *options, struct gya_nor_file *flash, struct gya_line *line);
// Without power: notes that the application in flash has the version `text`. FALSE if there is no application.
gboolean gya_board_run_note_version(struct gya_board_run *run, const char *text);
// Whether the boot loader would start what is in the application's partition.
bool gya_board_run_is_bootable(struct gya_board_run *run);

void gya_board_run_power_on(struct gya_board_run *run);
// Returns when all threads of the board have ended.
void gya_board_run_power_off(struct gya_board_run *run);
void gya_board_run_free(struct gya_board_run *run);

// When an application first started after an upgrade that went well, on the line's clock; 0: not yet.
uint64_t gya_board_run_upgraded_ns(const struct gya_board_run *run);
