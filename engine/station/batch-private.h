// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/station/batch.h"
#include "engine/station/station-lock.h"
#include "engine/station/tally.h"

struct _GyBatch {
	GObject parent;

	GyStation *station;
	GyPackage *package; /* NULL: nothing is flashed */
	GyGang *gang;
	GyRecords *records;  /* for looking */
	GyStationLock *lock; /* while it is at work */
	GyBatchLimits limits;
	GyBatchTotals totals;
	GyTally *tally;
	GSource *ticker;
	GPtrArray *doubts;
	GyPool *pool;     /* NULL: the station shares nothing */
	GQueue queue;     /* numbers that wait for a board */
	GySlot *chosen;   /* that the next number is for; not a reference */
	GHashTable *once; /* names of slots that had their turn */
	gboolean is_stopping;
	GyBatchEnd why;
	gboolean has_ended;
};

/** gy_batch_start_slot: if it is ready, and the batch starts boards still. */
gboolean gy_batch_start_slot(GyBatch *batch, GySlot *slot);
/** gy_batch_needs_scan: whether serial numbers are scanned. */
gboolean gy_batch_needs_scan(const GyBatch *batch);
/** gy_batch_tell_totals: emits the signal. */
void gy_batch_tell_totals(GyBatch *batch);
