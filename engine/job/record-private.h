// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/job/job.h"
#include "engine/records/typical.h"

/**
 * GyJobRecord:
 *
 * Writes a job into the records, on the job's thread. A database that cannot be written never fails a job: the job says
 * so once, in its log, and runs on unrecorded.
 */
typedef struct _GyJobRecord GyJobRecord;

/** gy_job_record_begin: (transfer full) (nullable): stores that @job is about to begin; %NULL if it is not recorded. */
GyJobRecord *gy_job_record_begin(GyJob *job);

/* What happened since; @record may be NULL in each of them. */
void gy_job_record_stage(GyJobRecord *record, GyStage stage);
void gy_job_record_device(GyJobRecord *record, GyJob *job, const GyDeviceInfo *info, gboolean after);
/** gy_job_record_typical: what runs like this one took before; after gy_job_record_device(). */
void gy_job_record_typical(GyJobRecord *record, guint64 bytes, GyTypical *typical);
void gy_job_record_delta(GyJobRecord *record, const GyDeltaChoice *choice);
void gy_job_record_log(GyJobRecord *record, const char *sentence);

/** gy_job_record_end: @record: (transfer full) (nullable); @error: (nullable). Stores how the job ended. */
void gy_job_record_end(GyJobRecord *record, GyJob *job, const GError *error, guint32 device_code,
	GyOutcome outcome, const GyJobReport *report);
