// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/gang/slot.h"

/**
 * GyDetection: how a gang knows that a board is in a slot.
 * @GY_DETECT_PORT: its port is there
 * @GY_DETECT_ANSWER: its agent answers; asked once a second, for ports that stay when the board leaves
 */
typedef enum { GY_DETECT_PORT, GY_DETECT_ANSWER } GyDetection;

/**
 * GyGang:
 *
 * The slots of a station and what happens in them. Each board's turn is on its own: the slots share the plan and the
 * package, which is in memory once, and nothing else. It belongs to the thread-default main context of the thread that made
 * it, and never blocks it.
 *
 * Signals:
 * - `inserted` (GySlot *slot): a board has come
 * - `removed` (GySlot *slot): it is gone
 * - `event` (GySlot *slot, GyTurnEvent *event): what its turn tells; the slot shows it already
 */
#define GY_TYPE_GANG (gy_gang_get_type())
G_DECLARE_FINAL_TYPE(GyGang, gy_gang, GY, GANG, GObject)

/** gy_gang_new: @package: (nullable): see gy_turn_new(). */
GyGang *gy_gang_new(GyPlan *plan, GyPackage *package, GyDetection detection);

/** gy_gang_add: (transfer none): one more slot; before gy_gang_watch(). @label: (nullable). */
GySlot *gy_gang_add(GyGang *gang, const char *name, const char *label, const char *port);

/** gy_gang_watch: boards that are there already, and from now on those that come and go. */
void gy_gang_watch(GyGang *gang);

/** gy_gang_slots: (transfer none): a list of GySlot in their order. */
GListModel *gy_gang_slots(GyGang *gang);
/** gy_gang_find: (transfer none) (nullable): by its name. */
GySlot *gy_gang_find(GyGang *gang, const char *name);
/** gy_gang_n_in: how many slots are in that state. */
guint gy_gang_n_in(GyGang *gang, GySlotState state);

/** gy_gang_set_number: @number: (nullable): the board's serial number; %NULL: it has none, or it is made at the start. */
gboolean gy_gang_set_number(GyGang *gang, GySlot *slot, const char *number);

/** gy_gang_start: the turn of the board in a slot that is ready. Returns: %FALSE with %GY_ERROR_SLOT_BUSY if it is not */
gboolean gy_gang_start(GyGang *gang, GySlot *slot, GError **error);

/** gy_gang_again: a failed board is ready with its number; one that passed may be given another. As gy_gang_start(). */
gboolean gy_gang_again(GyGang *gang, GySlot *slot, GError **error);

/** gy_gang_cancel: all turns that run; see gy_turn_cancel(). */
void gy_gang_cancel(GyGang *gang);
