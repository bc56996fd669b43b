// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/gang/turn.h"

/** GyAttemptTell: hands an event on; all that it points to is the caller's. */
typedef void (*GyAttemptTell)(const GyTurnEvent *event, gpointer data);

/** GyAttemptSetting: what all attempts of a turn share. */
typedef struct {
	const GyPlan *plan;
	GyPackage *package; /* may be NULL */
	const char *slot;
	const char *port;
	GCancellable *cancellable;
	GyAttemptTell tell;
	gpointer data;
} GyAttemptSetting;

/**
 * gy_attempt_run:
 * @index: which one of the turn, from 1
 * @number: (nullable): serial number that is wanted, or kept from the attempt before
 * @error: return location for why the board failed
 *
 * One attempt at a board, from its serial number to its stored record. Blocks; runs the thread-default main context, which
 * is the turn's alone.
 *
 * Returns: (transfer full): the record as it was stored
 */
GyRecord *gy_attempt_run(const GyAttemptSetting *setting, guint index, const char *number, GError **error);

/** gy_attempt_goes_on: whether the plan tries the board again after an attempt that ended like that. */
gboolean gy_attempt_goes_on(const GyPlan *plan, const GyRecord *record, guint index);
