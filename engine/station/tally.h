// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/records/records.h"

/** GY_TALLY_TICK_S: seconds after which a tally that is shown is looked at again when nothing else happens. */
#define GY_TALLY_TICK_S 10

/**
 * GyTally: how the boards of a station did by its records.
 * @n_pass, @n_fail: attempts since midnight; what other programs add to the records counts from the next midnight or start on
 * @per_hour: passed in the last hour
 *
 * The clock is handed in: @now_ms of the functions are milliseconds since 1970.
 */
typedef struct {
	guint n_pass;
	guint n_fail;
	guint per_hour;

	/* private */
	GyRecords *records;
	char *station;
	gint64 day_ms; /* midnight that they count from */
} GyTally;

/** gy_tally_new: (transfer full): as of @now_ms; %NULL with an error of gy_records_open(). */
GyTally *gy_tally_new(
	const char *records, const char *station, gint64 now_ms, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void gy_tally_free(GyTally *tally);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyTally, gy_tally_free)

/** gy_tally_count: an attempt that has ended, and is in the records. */
void gy_tally_count(GyTally *tally, GyRecordResult result, gint64 now_ms);

/** gy_tally_tick: boards that passed an hour ago leave the rate, midnight begins anew. Returns: whether a number is another */
gboolean gy_tally_tick(GyTally *tally, gint64 now_ms);
