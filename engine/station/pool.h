// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/station/station.h"

/**
 * GyPoolState: how a station stands with the stations' database.
 * @is_away: whether it does not answer now; the station goes on with the numbers that it has
 * @n_queued: records that are to be delivered
 * @n_numbers: serial numbers at hand
 * @n_conflicts: numbers of boards that passed here, which another run had in the meantime
 * @message: (nullable): why it is away
 */
typedef struct {
	gboolean is_away;
	guint n_queued;
	guint n_numbers;
	guint n_conflicts;
	char *message;
} GyPoolState;

/**
 * GyPool:
 *
 * Keeps a station and the database that it shares with others together, in a thread of its own: takes serial numbers before
 * they run out, and delivers records. What the station does is in its own database first, and delivered from there as often
 * as it takes until it is known to have arrived; each record arrives once. Nothing waits for it.
 *
 * A number that was handed to a station is its own until it is given back: by the station when it ends, or by a person who
 * knows that it will not come back. So two stations never use one number, however long one of them is cut off.
 *
 * Signals, on the thread-default main context of the thread that made it:
 * - `changed`: look at gy_pool_state()
 */
#define GY_TYPE_POOL (gy_pool_get_type())
G_DECLARE_FINAL_TYPE(GyPool, gy_pool, GY, POOL, GObject)

/** gy_pool_new: (transfer full): of a station with one, which has to outlive it. Starts at once. */
GyPool *gy_pool_new(const GyStation *station);

/** gy_pool_wake: something is to be delivered, or numbers are needed. */
void gy_pool_wake(GyPool *pool);

void gy_pool_state(GyPool *pool, GyPoolState *state);
void gy_pool_state_clear(GyPoolState *state);

/**
 * gy_pool_stop: delivers what is queued and gives back what was not used, if the database answers in a few seconds; blocks
 * until then. What is left is for the next start.
 */
void gy_pool_stop(GyPool *pool);
