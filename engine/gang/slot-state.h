// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/**
 * GySlotState: how a slot stands, as a person sees it.
 * @GY_SLOT_EMPTY: insert a board
 * @GY_SLOT_SCAN: a board is in; its serial number has to be scanned
 * @GY_SLOT_READY: it can be started
 * @GY_SLOT_BUSY: its turn runs
 * @GY_SLOT_PASS: until the board leaves
 * @GY_SLOT_FAIL: until someone acts: removes the board, or has it tried again
 */
typedef enum {
	GY_SLOT_EMPTY,
	GY_SLOT_SCAN,
	GY_SLOT_READY,
	GY_SLOT_BUSY,
	GY_SLOT_PASS,
	GY_SLOT_FAIL,
	GY_SLOT_N_STATES,
} GySlotState;

/** GySlotEvent: what makes another state of it. */
typedef enum {
	GY_SLOT_INSERTED,
	GY_SLOT_REMOVED,
	GY_SLOT_NUMBERED, /* its serial number is known, or will be made */
	GY_SLOT_STARTED,
	GY_SLOT_PASSED,
	GY_SLOT_FAILED,
	GY_SLOT_AGAIN,
	GY_SLOT_N_EVENTS,
} GySlotEvent;

/** gy_slot_edge: @next is only set if @event means something in @now. Returns: whether it does */
gboolean gy_slot_edge(GySlotState now, GySlotEvent event, GySlotState *next);

/** gy_slot_state_word: "empty"; stable, for JSON. */
const char *gy_slot_state_word(GySlotState state);
