// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/job/job.h"

/** GyJobEvent: what ends a stage. */
typedef enum {
	GY_JOB_EVENT_NONE,
	GY_JOB_EVENT_OPENED,
	GY_JOB_EVENT_ANSWERED,
	GY_JOB_EVENT_ACCEPTED,
	GY_JOB_EVENT_CHECKED_ONLY, /* a dry run ends after the check */
	GY_JOB_EVENT_READY,
	GY_JOB_EVENT_STORED,
	GY_JOB_EVENT_VERIFIED,
	GY_JOB_EVENT_ARMED,
	GY_JOB_EVENT_ARMED_ONLY, /* a run without reset ends when the device is armed */
	GY_JOB_EVENT_RESET,
	GY_JOB_EVENT_CONFIRMED,
	GY_JOB_EVENT_FAILED,
	GY_JOB_N_EVENTS,
} GyJobEvent;

/**
 * gy_job_edge:
 * @now: the stage
 * @event: what happened in it
 * @next: (out): the stage that follows, if the job goes on
 *
 * The job's state machine: one table, without side effects. Returns: %GY_JOB_RUNNING if the job goes on in @next,
 * %GY_JOB_DONE or %GY_JOB_FAILED if it ends; an event that has no edge in @now ends it as failed
 */
GyJobState gy_job_edge(GyStage now, GyJobEvent event, GyStage *next);
