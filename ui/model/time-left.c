// SPDX-License-Identifier: Apache-2.0
#include "ui/model/time-left.h"

#include <math.h>

#define SILENT_MS      1500
#define TIME_CONSTANT  4000.0
#define TOLERANCE      1.2
#define RISES_AFTER_MS 2000

static void
smooth_rate(GyTimeLeft *left, double rate, gint64 now_ms)
{
	double weight;

	if (left->rate <= 0) {
		left->rate = rate;
	} else {
		weight = 1 - exp(-(double) MAX(now_ms - left->rate_at_ms, 0) / TIME_CONSTANT);
		left->rate += (rate - left->rate) * weight;
	}
	left->rate_at_ms = now_ms;
}

/* The engine's own estimate with the transfer's part in it taken from the smoothed rate. */
static double
estimate(GyTimeLeft *left, const GyJobProgress *progress, gint64 now_ms)
{
	double remaining =
		(double) (progress->stage_total - MIN(progress->stage_done, progress->stage_total));

	if (progress->stage != GY_STAGE_TRANSFER || progress->rate <= 0)
		return progress->seconds_left;
	smooth_rate(left, progress->rate, now_ms);
	return progress->seconds_left - remaining / progress->rate + remaining / left->rate;
}

static void
set_shown(GyTimeLeft *left, double seconds, gint64 now_ms)
{
	left->shown = seconds;
	left->shown_at_ms = now_ms;
	left->too_low_since = -1;
	left->is_shown = TRUE;
}

static int
rounded(double seconds)
{
	if (seconds > 60)
		return (int) (seconds / 5 + 0.5) * 5;
	return MAX((int) (seconds + 0.5), 1);
}

int
gy_time_left_feed(GyTimeLeft *left, const GyJobProgress *progress, gint64 now_ms)
{
	double counted;
	double wanted;

	if (progress->seconds_left < 0)
		return -1;
	wanted = MAX(estimate(left, progress, now_ms), 0);
	if (progress->elapsed_ms < SILENT_MS)
		return -1;
	counted = MAX(left->shown - (double) (now_ms - left->shown_at_ms) / 1000, 0);
	if (!left->is_shown || wanted <= counted) {
		set_shown(left, wanted, now_ms);
	} else if (wanted <= counted * TOLERANCE) {
		left->too_low_since = -1;
	} else if (left->too_low_since < 0) {
		left->too_low_since = now_ms;
	} else if (now_ms - left->too_low_since >= RISES_AFTER_MS) {
		set_shown(left, wanted, now_ms);
	}
	return rounded(MAX(left->shown - (double) (now_ms - left->shown_at_ms) / 1000, 0));
}
