// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/device-table.h"
#include "engine/station/batch.h"

/**
 * GyBatchFooter: what the line below the slots says beside the totals.
 * @is_away: whether the database that stations share is away
 * @n_queued: records that are to be delivered to it
 * @note: (nullable): a sentence about what happened last
 * @typed: (nullable): what stands in the line for scans
 */
typedef struct {
	gboolean is_away;
	guint n_queued;
	char *note;
	char *typed;
} GyBatchFooter;

/** gy_batch_table_draw: how each slot of a batch stands, and the line below. */
void gy_batch_table_draw(GyDeviceTable *table, GyBatch *batch, const GyBatchFooter *footer);
