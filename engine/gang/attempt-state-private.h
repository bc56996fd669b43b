// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/gang/attempt-private.h"

/**
 * GyAttempt: one attempt; everything here belongs to the turn's thread, and to this attempt alone.
 * @shown: while the job's thread writes the record: what it was before; else %NULL
 * @cancellable: of the turn's, or of the deadline
 * @is_begun: the record is in the database
 * @weight_done, @weight, @weight_all: of the steps that have ended, the one that runs, and all of them
 */
typedef struct {
	const GyAttemptSetting *setting;
	const GyPlan *plan;
	GyRecord *record;
	GyRecord *shown;
	GyRecords *records;
	GCancellable *cancellable;
	gulong cancelled_id;
	gboolean is_late;
	gboolean is_begun;
	gint64 began_us;
	GString *log;
	GString *steps;
	guint weight_done;
	guint weight_all;
	guint weight;
	gboolean has_job_ended;
} GyAttempt;

/** gy_attempt_elapsed_ms: since it began. */
gint64 gy_attempt_elapsed_ms(const GyAttempt *attempt);

/** gy_attempt_tell: hands @event on, with the record, the time and the attempt's own fraction filled in. */
void gy_attempt_tell(const GyAttempt *attempt, GyTurnEvent event);

/** gy_attempt_identify: asks the board what it is, notes it, and compares it with what has to be before. */
gboolean gy_attempt_identify(GyAttempt *attempt, const GyStep *step, GError **error);

/** gy_attempt_confirm: the same after it was flashed; the job has confirmed already what it flashed. */
gboolean gy_attempt_confirm(GyAttempt *attempt, const GyStep *step, GError **error);

/** gy_attempt_flash: sends the package and arms it, as the plan says; the job writes its part of the record. */
gboolean gy_attempt_flash(GyAttempt *attempt, GError **error);
