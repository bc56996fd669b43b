// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/output.h"
#include "engine/transfer/transfer-record.h"

/**
 * gy_line_record_begin: gy_transfer_record_begin(), a failure of which is told and stops nothing.
 * @database: (nullable): %NULL: no record is wanted
 *
 * Returns: (transfer full) (nullable): for gy_line_record_end()
 */
GyTransferRecord *gy_line_record_begin(const GyOutput *output, const char *database, const char *port,
	const char *system, const char *path, GBytes *file);

/** gy_line_record_end: gy_transfer_record_end(), likewise; takes @record. */
void gy_line_record_end(const GyOutput *output, GyTransferRecord *record, const GyTransferEnd *end);
