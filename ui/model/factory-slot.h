// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

/**
 * GyFactoryLook: how a slot looks.
 * @GY_FACTORY_OFF: the station is not at work
 * @GY_FACTORY_EMPTY_SLOT: insert a board
 * @GY_FACTORY_SCAN: its serial number is missing
 * @GY_FACTORY_READY_SLOT: it can be started
 * @GY_FACTORY_BUSY, @GY_FACTORY_PASS, @GY_FACTORY_FAIL: as they say
 */
typedef enum {
	GY_FACTORY_OFF,
	GY_FACTORY_EMPTY_SLOT,
	GY_FACTORY_SCAN,
	GY_FACTORY_READY_SLOT,
	GY_FACTORY_BUSY,
	GY_FACTORY_PASS,
	GY_FACTORY_FAIL,
} GyFactoryLook;

/**
 * GyFactorySlot:
 *
 * A slot of a station in the words that an operator reads. Signal `changed`: look again.
 */
#define GY_TYPE_FACTORY_SLOT (gy_factory_slot_get_type())
G_DECLARE_FINAL_TYPE(GyFactorySlot, gy_factory_slot, GY, FACTORY_SLOT, GObject)

/** gy_factory_slot_new: (transfer full): of a GySlot of the engine. */
GyFactorySlot *gy_factory_slot_new(GObject *slot);

/** gy_factory_slot_name: as `SLOT:` labels have it. */
const char *gy_factory_slot_name(GyFactorySlot *slot);
GyFactoryLook gy_factory_slot_look(GyFactorySlot *slot);
/** gy_factory_slot_title: (transfer full): "3 Fixture L". */
char *gy_factory_slot_title(GyFactorySlot *slot);
/** gy_factory_slot_word: (transfer full): what is read from two metres: "PASS", "62 %". */
char *gy_factory_slot_word(GyFactorySlot *slot);
/** gy_factory_slot_number: serial number of the board in it, or "". */
const char *gy_factory_slot_number(GyFactorySlot *slot);
/** gy_factory_slot_time: (transfer full): how long it took once it has ended, else "". */
char *gy_factory_slot_time(GyFactorySlot *slot);
/** gy_factory_slot_detail: (transfer full): what to do, what runs, or why it failed, in three words. */
char *gy_factory_slot_detail(GyFactorySlot *slot);
/** gy_factory_slot_code: stable code of a failure, else "". */
const char *gy_factory_slot_code(GyFactorySlot *slot);
/** gy_factory_slot_fraction: of a busy one, 0 to 1. */
double gy_factory_slot_fraction(GyFactorySlot *slot);
gboolean gy_factory_slot_can_retry(GyFactorySlot *slot);
/** gy_factory_slot_is_target: whether the last scan, or the next one, is for it. */
gboolean gy_factory_slot_is_target(GyFactorySlot *slot);
/** gy_factory_slot_sentence: (transfer full): all of it, to be read out: "Slot 3 Fixture L: FAIL, No answer". */
char *gy_factory_slot_sentence(GyFactorySlot *slot);

/* For the factory. */
void gy_factory_slot_set_on(GyFactorySlot *slot, gboolean is_on);
void gy_factory_slot_set_target(GyFactorySlot *slot, gboolean is_target);
