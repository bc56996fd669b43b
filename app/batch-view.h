// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/output.h"
#include "engine/station/batch.h"

/**
 * GyBatchView:
 *
 * Shows a batch: a table that is drawn again and again on a terminal, one object on a line elsewhere.
 */
typedef struct _GyBatchView GyBatchView;

/** gy_batch_view_new: listens to @batch. */
GyBatchView *gy_batch_view_new(const GyOutput *output, GyBatch *batch);
void gy_batch_view_free(GyBatchView *view);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyBatchView, gy_batch_view_free)

/** gy_batch_view_begin: what is there before the first board. */
void gy_batch_view_begin(GyBatchView *view);
/** gy_batch_view_watch_pool: once the batch has started: what becomes of the database that the stations share. */
void gy_batch_view_watch_pool(GyBatchView *view);
/** gy_batch_view_typed: what stands in the line for scans. */
void gy_batch_view_typed(GyBatchView *view, const char *text);
/** gy_batch_view_scan: what became of a scan. */
void gy_batch_view_scan(
	GyBatchView *view, const char *text, GyScan outcome, GySlot *slot, const GError *error);
/** gy_batch_view_note: a sentence for people, below the table; nothing with objects. */
void gy_batch_view_note(GyBatchView *view, const char *sentence);
/** gy_batch_view_leave: what is printed next stands below the table. */
void gy_batch_view_leave(GyBatchView *view);
/** gy_batch_view_end: @reason: see the object batch-end. */
void gy_batch_view_end(GyBatchView *view, const char *reason);
