// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/gang/slot-state.h"
#include "engine/gang/turn.h"

/**
 * GySlot:
 *
 * One physical place of a station: it stays what it is, whatever is plugged in there. Properties, read only; they notify:
 * `name`, `label` (for people, may be ""), `port`, `state` (GySlotState as an int), `number` (serial number, "" if none is known),
 * `step` (that runs or ran last, with the stage of flashing: "flash transfer"), `fraction` (0 to 1), `elapsed` (ms of the attempt),
 * `code` and `message` (why it failed, else ""), `present` (whether a board is in it), `device` (what the board calls itself).
 */
#define GY_TYPE_SLOT (gy_slot_get_type())
G_DECLARE_FINAL_TYPE(GySlot, gy_slot, GY, SLOT, GObject)

const char *gy_slot_name(GySlot *slot);
const char *gy_slot_label(GySlot *slot);
const char *gy_slot_port(GySlot *slot);
GySlotState gy_slot_state(GySlot *slot);
const char *gy_slot_number(GySlot *slot);
const char *gy_slot_step(GySlot *slot);
double gy_slot_fraction(GySlot *slot);
gint64 gy_slot_elapsed_ms(GySlot *slot);
const char *gy_slot_code(GySlot *slot);
const char *gy_slot_message(GySlot *slot);
gboolean gy_slot_is_present(GySlot *slot);
/** gy_slot_run: (nullable): id of the attempt that runs or ran last. */
const char *gy_slot_run(GySlot *slot);
/** gy_slot_device: what the board in it calls itself, "" if it was not asked. */
const char *gy_slot_device(GySlot *slot);
