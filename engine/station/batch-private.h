// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/station/batch.h"
#include "engine/station/station-lock.h"

struct _GyBatch {
	GObject parent;

	GyStation *station;
	GyPackage *package; /* NULL: nothing is flashed */
	GyGang *gang;
	GyRecords *records;  /* for looking */
	GyStationLock *lock; /* while it is at work */
	GyBatchLimits limits;
	GyBatchTotals totals;
	gint64 day_ms; /* midnight that the totals count from */
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

/* ---- batch.c -------------------------------------------------------------------------------------------- */

/** gy_batch_start_slot: if it is ready, and the batch starts boards still. */
gboolean gy_batch_start_slot(GyBatch *batch, GySlot *slot);
/** gy_batch_needs_scan: whether serial numbers are scanned. */
gboolean gy_batch_needs_scan(const GyBatch *batch);
/** gy_batch_tell_totals: emits the signal. */
void gy_batch_tell_totals(GyBatch *batch);

/* ---- batch-totals.c ------------------------------------------------------------------------------------- */

/** gy_batch_load_totals: from the records, as of @now_ms, milliseconds since 1970. */
void gy_batch_load_totals(GyBatch *batch, gint64 now_ms);
/** gy_batch_count_attempt: one that has ended at @now_ms, and is in the records. */
void gy_batch_count_attempt(GyBatch *batch, GyRecordResult result, gint64 now_ms);
/** gy_batch_watch_time: gy_batch_tick() again and again, as long as there is the batch. */
void gy_batch_watch_time(GyBatch *batch);
