// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

#include "engine/job/job.h"

/** GyStep: the seven stages that people see. */
typedef enum {
	GY_STEP_CONNECT,
	GY_STEP_CHECK,
	GY_STEP_TRANSFER,
	GY_STEP_VERIFY,
	GY_STEP_UPGRADE,
	GY_STEP_RESTART,
	GY_STEP_CONFIRM,
	GY_N_STEPS,
} GyStep;

typedef enum { GY_STEP_WAITING, GY_STEP_RUNNING, GY_STEP_DONE, GY_STEP_FAILED } GyStepState;

/**
 * GyStages:
 * @now: which one runs or ran last
 * @states: of each
 * @ms: how long each took so far
 */
typedef struct {
	GyStep now;
	GyStepState states[GY_N_STEPS];
	gint64 ms[GY_N_STEPS];
	gint64 entered_ms;
} GyStages;

/** gy_step_of_stage: which of the seven a stage of the engine belongs to. */
GyStep gy_step_of_stage(GyStage stage);
/** gy_step_title: translated: "Transfer". */
const char *gy_step_title(GyStep step);
/** gy_step_waiting_for: translated: what a stage without bytes waits for, one sentence without a full stop. */
const char *gy_step_waiting_for(GyStep step);

/** gy_stages_enter: a stage of the engine begins, @elapsed_ms after the job; a stage that was cut may begin again. */
void gy_stages_enter(GyStages *stages, GyStage stage, gint64 elapsed_ms);
/** gy_stages_move: the same by a step. */
void gy_stages_move(GyStages *stages, GyStep step, gint64 elapsed_ms);
/** gy_stages_end: the job is over. */
void gy_stages_end(GyStages *stages, gboolean is_done, gint64 elapsed_ms);
