// SPDX-License-Identifier: Apache-2.0
#include "engine/job/progress.h"

#include <math.h>
#include <string.h>

#define RATE_SPAN_MS 2000
#define SAMPLE_MS    60
/* Typical against worst: data sheets give worst times some three times what a part does. */
#define TYPICAL   0.35
#define EVEN_PART 0.9
/* Whole percents are shown: 99 is the most before it is done. */
#define FRACTION_MOST 0.994

void
gy_estimate_start(GyEstimate *estimate, guint64 bytes, guint baud, gboolean reset, gint64 now_ms)
{
	memset(estimate, 0, sizeof *estimate);
	estimate->started_ms = now_ms;
	estimate->stage_started_ms = now_ms;
	estimate->expected_ms[GY_STAGE_CONNECT] = 50;
	estimate->expected_ms[GY_STAGE_IDENTIFY] = 100;
	estimate->expected_ms[GY_STAGE_CHECK] = 20;
	estimate->expected_ms[GY_STAGE_PREPARE] = 1000;
	gy_estimate_line(estimate, bytes, baud);
	estimate->expected_ms[GY_STAGE_VERIFY] = 300;
	estimate->expected_ms[GY_STAGE_TRIGGER] = 300;
	estimate->expected_ms[GY_STAGE_REBOOT] = reset ? 600 : 0;
	estimate->expected_ms[GY_STAGE_CONFIRM] = reset ? 3000 : 0;
}

void
gy_estimate_line(GyEstimate *estimate, guint64 bytes, guint baud)
{
	double line_ms = (double) bytes * 10 * 1000 / (baud * 0.97);

	estimate->expected_ms[GY_STAGE_TRANSFER] = MAX(line_ms, estimate->past_transfer_ms);
}

void
gy_estimate_device(GyEstimate *estimate, const struct gyw_info *info, guint64 bytes)
{
	double part = info->storage_size > 0 ? (double) bytes / info->storage_size : 1;

	if (info->times_ms[GYW_TIME_PREPARE] > 0)
		estimate->expected_ms[GY_STAGE_PREPARE] = info->times_ms[GYW_TIME_PREPARE] * TYPICAL * part;
	if (info->times_ms[GYW_TIME_FINISH] > 0)
		estimate->expected_ms[GY_STAGE_VERIFY] = info->times_ms[GYW_TIME_FINISH] * TYPICAL * part;
	if (info->times_ms[GYW_TIME_INSTALL] > 0 && estimate->expected_ms[GY_STAGE_CONFIRM] > 0)
		estimate->expected_ms[GY_STAGE_CONFIRM] = info->times_ms[GYW_TIME_INSTALL] * TYPICAL / 6;
}

void
gy_estimate_past(GyEstimate *estimate, const GyTypical *typical)
{
	for (guint i = 0; i < GY_N_STAGES; i++) {
		/* a stage that this run does not have takes no time, whatever it took others */
		if (typical->stage_ms[i] < 0 || estimate->expected_ms[i] <= 0)
			continue;
		estimate->expected_ms[i] = typical->stage_ms[i];
		estimate->is_typical[i] = TRUE;
	}
	estimate->past_transfer_ms = MAX(typical->stage_ms[GY_STAGE_TRANSFER], 0);
}

void
gy_estimate_stage(GyEstimate *estimate, GyStage stage, gint64 now_ms)
{
	estimate->stage = stage;
	estimate->stage_started_ms = now_ms;
	estimate->done = 0;
	estimate->total = 0;
	estimate->n_samples = 0;
}

void
gy_estimate_done(GyEstimate *estimate, guint64 done, guint64 total, gint64 now_ms)
{
	guint last =
		(estimate->n_samples + G_N_ELEMENTS(estimate->samples) - 1) % G_N_ELEMENTS(estimate->samples);
	guint next = estimate->n_samples % G_N_ELEMENTS(estimate->samples);

	estimate->done = done;
	estimate->total = total;
	if (estimate->n_samples > 0 && now_ms - estimate->samples_ms[last] < SAMPLE_MS)
		return;
	estimate->samples_ms[next] = now_ms;
	estimate->samples[next] = done;
	estimate->n_samples++;
}

static double
rate_now(const GyEstimate *estimate, gint64 now_ms)
{
	guint kept = MIN(estimate->n_samples, (guint) G_N_ELEMENTS(estimate->samples));
	gint64 oldest_ms = now_ms;
	guint64 oldest = estimate->done;

	for (guint i = 0; i < kept; i++) {
		if (now_ms - estimate->samples_ms[i] > RATE_SPAN_MS || estimate->samples_ms[i] >= oldest_ms)
			continue;
		oldest_ms = estimate->samples_ms[i];
		oldest = estimate->samples[i];
	}
	if (now_ms - oldest_ms < SAMPLE_MS || estimate->done < oldest)
		return 0;
	return (double) (estimate->done - oldest) * 1000 / (double) (now_ms - oldest_ms);
}

/*
 * A stage that counts nothing approaches its end as time goes on and never quite gets there: evenly where past runs say how
 * long it takes, but for the last part; else ever more slowly, since the end may be far.
 */
static double
stage_fraction(const GyEstimate *estimate, gint64 now_ms)
{
	double expected = MAX(estimate->expected_ms[estimate->stage], 1);
	double part = (double) (now_ms - estimate->stage_started_ms) / expected;

	if (estimate->total > 0)
		return (double) MIN(estimate->done, estimate->total) / (double) estimate->total;
	if (!estimate->is_typical[estimate->stage])
		return 1 - exp(-1.5 * part);
	return part < EVEN_PART ? part : 1 - (1 - EVEN_PART) * exp((EVEN_PART - part) / (1 - EVEN_PART));
}

static double
stage_left_ms(const GyEstimate *estimate, double rate, double fraction)
{
	if (estimate->stage == GY_STAGE_TRANSFER && rate > 0 && estimate->total >= estimate->done)
		return (double) (estimate->total - estimate->done) * 1000 / rate;
	return estimate->expected_ms[estimate->stage] * (1 - fraction);
}

void
gy_estimate_look(GyEstimate *estimate, gint64 now_ms, GyJobProgress *progress)
{
	double fraction = stage_fraction(estimate, now_ms);
	double rate = estimate->stage == GY_STAGE_TRANSFER ? rate_now(estimate, now_ms) : 0;
	double left = stage_left_ms(estimate, rate, fraction);
	double before = 0;
	double all = 0;

	for (guint i = 0; i < GY_N_STAGES; i++) {
		all += estimate->expected_ms[i];
		if (i < estimate->stage)
			before += estimate->expected_ms[i];
		if (i > estimate->stage)
			left += estimate->expected_ms[i];
	}
	before += estimate->expected_ms[estimate->stage] * fraction;
	estimate->best = MAX(estimate->best, MIN(before / all, FRACTION_MOST));
	progress->stage = estimate->stage;
	progress->fraction = estimate->best;
	progress->stage_done = estimate->done;
	progress->stage_total = estimate->total;
	progress->rate = rate;
	progress->seconds_left = estimate->stage < GY_STAGE_PREPARE ? -1 : left / 1000;
	progress->elapsed_ms = now_ms - estimate->started_ms;
}
