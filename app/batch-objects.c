// SPDX-License-Identifier: Apache-2.0
#include "app/batch-objects.h"

static const char *
or_null(const char *text)
{
	return *text ? text : NULL;
}

GyJsonIdentity
gy_batch_identity(GyBatch *batch, GySlot *slot)
{
	return (GyJsonIdentity){gy_slot_run(slot), gy_batch_station(batch)->plan->station, gy_slot_name(slot),
		gy_slot_port(slot), or_null(gy_slot_number(slot))};
}

JsonObject *
gy_batch_slot_object(GyBatch *batch, GySlot *slot)
{
	JsonObject *object = gy_json_new("slot");
	GyJsonIdentity identity = gy_batch_identity(batch, slot);

	gy_json_text(object, "state", gy_slot_state_word(gy_slot_state(slot)));
	gy_json_text(object, "label", gy_slot_label(slot));
	json_object_set_boolean_member(object, "present", gy_slot_is_present(slot));
	gy_json_text(object, "step", or_null(gy_slot_step(slot)));
	json_object_set_double_member(object, "fraction", gy_slot_fraction(slot));
	gy_json_number(object, "elapsed_ms", (guint64) MAX(gy_slot_elapsed_ms(slot), 0));
	gy_json_text(object, "code", or_null(gy_slot_code(slot)));
	gy_json_text(object, "message", or_null(gy_slot_message(slot)));
	gy_json_text(object, "device_id", or_null(gy_slot_device(slot)));
	gy_json_set_identity(object, &identity);
	return object;
}

JsonObject *
gy_batch_totals_object(GyBatch *batch)
{
	JsonObject *object = gy_json_new("totals");
	GyBatchTotals totals;

	gy_batch_totals(batch, &totals);
	gy_json_number(object, "pass", totals.n_pass);
	gy_json_number(object, "fail", totals.n_fail);
	gy_json_number(object, "per_hour", totals.per_hour);
	gy_json_number(object, "ended", totals.n_ended);
	gy_json_number(object, "failed", totals.n_failed);
	gy_json_number(object, "queued", gy_batch_queue(batch));
	return object;
}

JsonObject *
gy_batch_database_object(const GyPoolState *state)
{
	JsonObject *object = gy_json_new("database");

	gy_json_text(object, "state", state->is_away ? "away" : "there");
	gy_json_number(object, "queued", state->n_queued);
	gy_json_number(object, "numbers", state->n_numbers);
	gy_json_number(object, "conflicts", state->n_conflicts);
	gy_json_text(object, "message", state->message);
	return object;
}
