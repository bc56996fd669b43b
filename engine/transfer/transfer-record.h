// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/job/job.h"

/**
 * GyTransferRecord: a run without an agent, as it stands in the database of records.
 */
typedef struct _GyTransferRecord GyTransferRecord;

/**
 * GyTransferEnd: what is known afterwards.
 * @problem: (nullable): why it failed or was stopped
 * @device_code: the device's own code, 0 if there is none
 * @known: (nullable): how much is known of what runs, a sentence for the record's log
 * @is_compared: whether what answered is what was sent
 * @from_version: (nullable): what the device said it ran before
 * @to_version: (nullable): and after
 * @info: (nullable): what an agent that answered then says of the device
 */
typedef struct {
	const GError *problem;
	guint32 device_code;
	const char *known;
	gboolean is_compared;
	const char *from_version;
	const char *to_version;
	const GyDeviceInfo *info;
} GyTransferEnd;

/**
 * gy_transfer_record_begin:
 * @database: see gy_records_open()
 * @port: where the device is
 * @system: word of the system that it belongs to
 * @path: what is sent
 * @file: its bytes
 * @error: return location
 *
 * When it returns, the run is on the disk, in doubt.
 *
 * Returns: (transfer full): %NULL with the error of gy_records_open() or gy_records_begin()
 */
GyTransferRecord *gy_transfer_record_begin(const char *database, const char *port, const char *system,
	const char *path, GBytes *file, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_transfer_record_end:
 * @record: (transfer full) (nullable): %NULL: the run is not recorded
 * @end: how it ended
 * @error: return location
 *
 * Returns: %FALSE with %GY_ERROR_RECORDS_WRITE
 */
gboolean gy_transfer_record_end(
	GyTransferRecord *record, const GyTransferEnd *end, GError **error) G_GNUC_WARN_UNUSED_RESULT;
