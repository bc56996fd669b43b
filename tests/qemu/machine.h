// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/e2e/run-job.h"

/*
 * QEMU with the bare-metal firmware, its flash in a file of the test's own folder. Everything fails the test by itself when it
 * does not work.
 */
typedef struct {
	Board *board; /* made the flash; its port is the machine's, so that the job's helpers work on it */
	char *bank;
	GSubprocess *process;
	GDataInputStream *monitor;
} Machine;

/** machine_can_run: whether QEMU and the firmware are there; if not, says so as TAP does. */
gboolean machine_can_run(void);

/** machine_flash: (transfer full): what the simulator puts into the flash of a new board with this application. */
GBytes *machine_flash(const char *application);

/** machine_new: a bank that starts with @flash. */
Machine *machine_new(GBytes *flash, gboolean is_pty);

/** machine_start: power-on; comes back when the line can be opened. */
void machine_start(Machine *machine);

/** machine_kill: pulls the power. */
void machine_kill(Machine *machine);

/** machine_reset: the reset button. */
void machine_reset(Machine *machine);

/** machine_flip: changes one bit of the flash while the power is off. */
void machine_flip(Machine *machine, guint32 offset);

/** machine_bank_bytes: (transfer full): the whole bank. */
GBytes *machine_bank_bytes(Machine *machine);

/** machine_put: writes into the bank while the power is off. */
void machine_put(Machine *machine, guint32 offset, GBytes *bytes);

/** machine_ask: (transfer full): what the shell answers to @command: the first line with that beginning; not while a session is open. */
char *machine_ask(Machine *machine, const char *command, const char *prefix);

/** MachineFigures: what the firmware says of itself, in bytes. */
typedef struct {
	guint code, data, bss, stack, stack_size, ring, ring_size, lost;
} MachineFigures;

/** machine_figures: asks the shell; not while a session is open. */
void machine_figures(Machine *machine, MachineFigures *figures);

void machine_free(Machine *machine);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Machine, machine_free)
