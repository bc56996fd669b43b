// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/station/batch-private.h"

#define SLOT_LABEL "SLOT:"

static guint
n_slots(GyBatch *batch)
{
	return g_list_model_get_n_items(gy_gang_slots(batch->gang));
}

static GyScan
choose_slot(GyBatch *batch, const char *name, GySlot **slot, GError **error)
{
	batch->chosen = gy_gang_find(batch->gang, name);
	if (slot)
		*slot = batch->chosen;
	if (batch->chosen)
		return GY_SCAN_CHOSEN;
	g_set_error(error, GY_ERROR, GY_ERROR_SLOT_UNKNOWN, _("there is no slot %s"), name);
	return GY_SCAN_REFUSED;
}

/* (nullable): the slot whose board has, or is to have, that number. */
static GySlot *
slot_with(GyBatch *batch, const char *number)
{
	for (guint i = 0; i < n_slots(batch); i++) {
		g_autoptr(GySlot) slot = g_list_model_get_item(gy_gang_slots(batch->gang), i);

		/* the list keeps it */
		if (g_str_equal(gy_slot_number(slot), number))
			return slot;
	}
	return NULL;
}

/* (nullable): the first slot with a board that waits for its number. */
static GySlot *
waiting_slot(GyBatch *batch)
{
	for (guint i = 0; i < n_slots(batch); i++) {
		g_autoptr(GySlot) slot = g_list_model_get_item(gy_gang_slots(batch->gang), i);

		if (gy_slot_state(slot) == GY_SLOT_SCAN)
			return slot;
	}
	return NULL;
}

static gboolean
check_here(GyBatch *batch, const char *number, GError **error)
{
	GySlot *holder = slot_with(batch, number);

	if (holder && gy_slot_state(holder) != GY_SLOT_PASS) {
		g_set_error(error, GY_ERROR, GY_ERROR_SERIAL_TAKEN,
			_("the board in slot %s has the number %s"), gy_slot_name(holder), number);
		return FALSE;
	}
	if (g_queue_find_custom(&batch->queue, number, (GCompareFunc) strcmp)) {
		g_set_error(error, GY_ERROR, GY_ERROR_SERIAL_TAKEN, _("%s was scanned already, and waits"),
			number);
		return FALSE;
	}
	return TRUE;
}

static GyScan
take_number(GyBatch *batch, GySlot *target, const char *number, GySlot **slot)
{
	batch->chosen = NULL;
	if (slot)
		*slot = target;
	if (!target) {
		g_queue_push_tail(&batch->queue, g_strdup(number));
		return GY_SCAN_QUEUED;
	}
	gy_gang_set_number(batch->gang, target, number);
	if (batch->station->start != GY_START_KEY)
		gy_batch_start_slot(batch, target);
	return GY_SCAN_TAKEN;
}

static GyScan
scan_number(GyBatch *batch, const char *number, GySlot **slot, GError **error)
{
	GySlot *holder = slot_with(batch, number);
	GySlot *target = batch->chosen ? batch->chosen : waiting_slot(batch);
	GySlotState state;

	if (holder && gy_slot_state(holder) == GY_SLOT_FAIL && gy_slot_is_present(holder)) {
		if (slot)
			*slot = holder;
		return gy_batch_retry(batch, holder, error) ? GY_SCAN_RETRIED : GY_SCAN_REFUSED;
	}
	if (!check_here(batch, number, error) ||
		!gy_serial_source_check(batch->station->plan->serials, batch->records, number, error))
		return GY_SCAN_REFUSED;
	state = target ? gy_slot_state(target) : GY_SLOT_SCAN;
	if (state == GY_SLOT_SCAN || state == GY_SLOT_READY)
		return take_number(batch, target, number, slot);
	g_set_error(error, GY_ERROR, GY_ERROR_SLOT_BUSY, _("slot %s takes no number now: it is %s"),
		gy_slot_name(target), _(gy_slot_state_word(state)));
	batch->chosen = NULL;
	return GY_SCAN_REFUSED;
}

GyScan
gy_batch_scan(GyBatch *batch, const char *text, GySlot **slot, GError **error)
{
	g_autofree char *word = g_strstrip(g_strdup(text));

	if (slot)
		*slot = NULL;
	if (g_str_has_prefix(word, SLOT_LABEL))
		return choose_slot(batch, word + strlen(SLOT_LABEL), slot, error);
	if (gy_batch_needs_scan(batch))
		return scan_number(batch, word, slot, error);
	g_set_error(error, GY_ERROR, GY_ERROR_SERIAL_PATTERN,
		_("this station makes its serial numbers itself: a scan names a slot, such as SLOT:1"));
	return GY_SCAN_REFUSED;
}
