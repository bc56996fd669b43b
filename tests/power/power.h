// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

#include "device-agent/ports/sim/nor-file.h"

/*
 * Power cuts at every flash operation of something that a device does. It is done once and its operations recorded; then
 * the flash is put into each state that a cut can leave: before an operation, in its middle (several mixtures of its
 * bits), after the last. From each the device is started until it is quiet, and has to have the old or the new. During each
 * of these recoveries the power goes once more, in the middle of each of its operations or of as many as are asked for.
 */
typedef enum { POWER_OLD, POWER_NEW, POWER_NEITHER, POWER_OUTCOMES } PowerOutcome;

typedef struct {
	const char *name; // for the table
	struct gya_nor_file *flash;
	gpointer data;
	void (*act)(gpointer data);          // what is cut, from the flash as it is
	void (*start)(gpointer data);        // after a cut, until nothing more happens or the power goes
	PowerOutcome (*look)(gpointer data); // after start()
	guint n_mixtures;                    // of each operation
	guint n_second;                      // at most so many second cuts after each mixture
	guint n_outcomes[2][POWER_OUTCOMES]; // of first cuts and of second ones
	gsize n_operations;
} PowerCuts;

// Prints a line of the table and asserts that there is never neither. The flash is left as after a full act() and start().
void power_cuts_check(PowerCuts *cuts);

// The table's head; once, before the first.
void power_cuts_head(void);
