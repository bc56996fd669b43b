// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/output.h"
#include "engine/station/batch.h"

/**
 * GyBatchEvents:
 *
 * Prints what the turns of a batch tell, one object on a line, each with the identity of the run that it belongs to.
 */
typedef struct _GyBatchEvents GyBatchEvents;

/** gy_batch_events_new: @output has to outlive it. */
GyBatchEvents *gy_batch_events_new(const GyOutput *output, GyBatch *batch);
void gy_batch_events_free(GyBatchEvents *events);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyBatchEvents, gy_batch_events_free)

/** gy_batch_events_print: progress of a slot at most once a second, console text as whole lines. */
void gy_batch_events_print(GyBatchEvents *events, GySlot *slot, const GyTurnEvent *event);
