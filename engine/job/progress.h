// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/job/job.h"
#include "engine/records/typical.h"
#include "protocol/wire/message.h"

/**
 * GyEstimate:
 *
 * Turns what is known of a job into one fraction and a time left. Stages are weighted by the time they should take: from
 * the sizes, the line's speed and the device's own worst times; better, from what runs like this one took before. What is
 * measured corrects it.
 */
typedef struct {
	GyStage stage;
	gint64 started_ms;
	gint64 stage_started_ms;
	double expected_ms[GY_N_STAGES];
	gboolean is_typical[GY_N_STAGES]; /* whether past runs say so */
	double past_transfer_ms;          /* 0: not known */
	double best;                      /* the fraction never goes back */
	guint64 done;
	guint64 total;
	gint64 samples_ms[32]; /* of the rate: a ring of the last two seconds */
	guint64 samples[32];
	guint n_samples;
} GyEstimate;

/** gy_estimate_start: @bytes go over a line of @baud. */
void gy_estimate_start(GyEstimate *estimate, guint64 bytes, guint baud, gboolean reset, gint64 now_ms);
/** gy_estimate_line: the line has another rate now. It is what a transfer takes at least, whatever it took before. */
void gy_estimate_line(GyEstimate *estimate, guint64 bytes, guint baud);
/** gy_estimate_device: the device's worst times are known now. */
void gy_estimate_device(GyEstimate *estimate, const struct gyw_info *info, guint64 bytes);
/** gy_estimate_past: what runs like this one took, in place of all that was assumed. */
void gy_estimate_past(GyEstimate *estimate, const GyTypical *typical);
void gy_estimate_stage(GyEstimate *estimate, GyStage stage, gint64 now_ms);
/** gy_estimate_done: the stage has done @done of @total; both 0 where it cannot say. */
void gy_estimate_done(GyEstimate *estimate, guint64 done, guint64 total, gint64 now_ms);
/** gy_estimate_look: fills all of @progress but its rate in baud. */
void gy_estimate_look(GyEstimate *estimate, gint64 now_ms, GyJobProgress *progress);
