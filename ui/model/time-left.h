// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

#include "engine/job/job.h"

/**
 * GyTimeLeft:
 *
 * The time left that a person is shown: from a smoothed rate, silent at first, rounded, and rising only when it has been
 * wrong for a while. Zero-initialised at the start of a job.
 */
typedef struct {
	double rate;          /* smoothed, bytes per second; 0: none yet */
	gint64 rate_at_ms;    /* when it was smoothed last */
	double shown;         /* seconds, before rounding; only with is_shown */
	gint64 shown_at_ms;   /* when it was set; it counts down by itself from there */
	gint64 too_low_since; /* when the estimate began to be well above it; -1: it is not */
	gboolean is_shown;
} GyTimeLeft;

/**
 * gy_time_left_feed:
 * @progress: a look at the job
 * @now_ms: any steady clock
 *
 * Returns: seconds, rounded to 5 over a minute and to 1 below; -1 if nothing is to be shown
 */
int gy_time_left_feed(GyTimeLeft *left, const GyJobProgress *progress, gint64 now_ms);
