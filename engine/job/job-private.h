// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/job/job.h"
#include "engine/job/progress.h"

/*
 * The job's thread (run.c) tells the object (job.c) what happens by these; the object passes it on to its context. All of
 * them may be called from the job's thread only.
 */

GyPackage *gy_job_package(GyJob *job);
const GyJobOptions *gy_job_options(GyJob *job);
GCancellable *gy_job_cancellable(GyJob *job);

void gy_job_tell_stage(GyJob *job, GyStage stage, gint64 elapsed_ms);
void gy_job_tell_progress(GyJob *job, const GyJobProgress *progress);
void gy_job_tell_console(GyJob *job, GBytes *text);
void gy_job_tell_log(GyJob *job, const char *format, ...) G_GNUC_PRINTF(2, 3);
/** gy_job_tell_delta: what was chosen, also as a line of the log. */
void gy_job_tell_delta(GyJob *job, const GyDeltaChoice *choice);
/** gy_job_tell_device: @info (transfer full). */
void gy_job_tell_device(GyJob *job, GyDeviceInfo *info, gboolean after);
/** gy_job_typical: what runs like this one took before, by the records; once the device was told. */
void gy_job_typical(GyJob *job, guint64 bytes, GyTypical *typical);
/** gy_job_tell_end: the last one; @error (transfer full) (nullable). */
void gy_job_tell_end(
	GyJob *job, GError *error, guint32 device_code, GyOutcome outcome, const GyJobReport *report);

/** gy_job_run: the whole run, on the job's thread. */
void gy_job_run(GyJob *job);
