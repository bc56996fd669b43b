// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/**
 * GySteadyClock:
 *
 * Time of day for stamps that stand under each other: it follows the computer's clock forward, and when that is set
 * back goes on with the monotonic one, so that no stamp is before the one above it.
 */
typedef struct {
	gint64 real_us;
	gint64 monotonic_us;
	gboolean is_set;
} GySteadyClock;

/** gy_steady_clock_at: microseconds since 1970; the two readings are those of this moment. */
gint64 gy_steady_clock_at(GySteadyClock *clock, gint64 real_us, gint64 monotonic_us);

/** gy_steady_clock_now: the same with the readings of now. */
gint64 gy_steady_clock_now(GySteadyClock *clock);

/** gy_time_stamp: (transfer full): "2026-03-01T14:05:09.042+01:00", local time with its offset. */
char *gy_time_stamp(gint64 time_us);
