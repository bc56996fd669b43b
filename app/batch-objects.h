// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/json.h"
#include "engine/station/batch.h"

/** gy_batch_identity: of what runs or ran last in a slot; texts are the slot's. */
GyJsonIdentity gy_batch_identity(GyBatch *batch, GySlot *slot);

/** gy_batch_slot_object: (transfer full): how a slot stands, with its identity. */
JsonObject *gy_batch_slot_object(GyBatch *batch, GySlot *slot);
/** gy_batch_totals_object: (transfer full). */
JsonObject *gy_batch_totals_object(GyBatch *batch);
/** gy_batch_database_object: (transfer full): how the database stands that stations share. */
JsonObject *gy_batch_database_object(const GyPoolState *state);
