// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/gang/slot.h"

/* For the gang, which alone changes a slot. */

GySlot *gy_slot_new(const char *name, const char *label, const char *port);

/** gy_slot_apply: Returns: whether the event means something in the slot's state. */
gboolean gy_slot_apply(GySlot *slot, GySlotEvent event);

/** gy_slot_set_number: (nullable): the number that the board is to have. */
void gy_slot_set_number(GySlot *slot, const char *number);

/** gy_slot_set_present: whether a board is in it now. Returns: whether that is news */
gboolean gy_slot_set_present(GySlot *slot, gboolean is_present);

/** gy_slot_clear: nothing of the board before is left. */
void gy_slot_clear(GySlot *slot);

/** gy_slot_take_event: shows what a turn tells. */
void gy_slot_take_event(GySlot *slot, const GyTurnEvent *event);
