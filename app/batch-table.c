// SPDX-License-Identifier: Apache-2.0
#include "app/batch-table.h"

#include "app/text.h"

/* (transfer full): what a person reads from two metres. */
static char *
word_of(GySlot *slot, GyStyle *style)
{
	switch (gy_slot_state(slot)) {
	case GY_SLOT_EMPTY: *style = GY_STYLE_DIM; return g_strdup("Insert board");
	case GY_SLOT_SCAN: *style = GY_STYLE_WARN; return g_strdup("Scan");
	case GY_SLOT_READY: *style = GY_STYLE_BOLD; return g_strdup("Ready");
	case GY_SLOT_BUSY:
		*style = GY_STYLE_BOLD;
		return g_strdup_printf("%3d %%", (int) (CLAMP(gy_slot_fraction(slot), 0, 1) * 100));
	case GY_SLOT_PASS: *style = GY_STYLE_GOOD; return g_strdup("PASS");
	case GY_SLOT_FAIL: *style = GY_STYLE_BAD; return g_strdup("FAIL");
	default: return g_strdup("");
	}
}

static char *
text_of(GySlot *slot)
{
	g_autofree char *time = gy_text_duration(gy_slot_elapsed_ms(slot));
	g_autofree char *message = gy_text_safe(gy_slot_message(slot));

	switch (gy_slot_state(slot)) {
	case GY_SLOT_BUSY: return g_strdup(gy_slot_step(slot));
	case GY_SLOT_PASS: return g_steal_pointer(&time);
	case GY_SLOT_FAIL: return g_strdup_printf("[%s] %s", gy_slot_code(slot), message);
	default: return g_strdup("");
	}
}

static char *
name_of(GySlot *slot)
{
	g_autofree char *label = gy_text_safe(gy_slot_label(slot));

	return *label ? g_strdup_printf("%s %s", gy_slot_name(slot), label) : g_strdup(gy_slot_name(slot));
}

static char *
footer_of(GyBatch *batch, const GyBatchFooter *footer)
{
	GString *text = g_string_new(" ");
	GyBatchTotals totals;
	guint n_waiting = gy_batch_queue(batch);

	gy_batch_totals(batch, &totals);
	g_string_append_printf(text, "Pass %u  Fail %u", totals.n_pass, totals.n_fail);
	if (totals.n_pass + totals.n_fail > 0)
		g_string_append_printf(text, "  %.1f %%",
			100.0 * (double) totals.n_fail / (double) (totals.n_pass + totals.n_fail));
	g_string_append_printf(text, "  %u/h", totals.per_hour);
	if (n_waiting > 0)
		g_string_append_printf(text, "  %u waiting", n_waiting);
	if (footer->is_away)
		g_string_append_printf(text, "  database away, %u queued", footer->n_queued);
	/* who types has to see it, in narrow terminals too */
	if (footer->typed && *footer->typed)
		g_string_append_printf(text, "  > %s", footer->typed);
	else if (footer->note)
		g_string_append_printf(text, "  %s", footer->note);
	return g_string_free(text, FALSE);
}

void
gy_batch_table_draw(GyDeviceTable *table, GyBatch *batch, const GyBatchFooter *footer)
{
	GListModel *slots = gy_gang_slots(gy_batch_gang(batch));
	guint n = g_list_model_get_n_items(slots);
	g_autofree GyDeviceRow *rows = g_new0(GyDeviceRow, n);
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *line = footer_of(batch, footer);

	for (guint i = 0; i < n; i++) {
		g_autoptr(GySlot) slot = g_list_model_get_item(slots, i);
		char *name = name_of(slot);
		char *word = word_of(slot, &rows[i].style);
		char *text = text_of(slot);

		g_ptr_array_add(texts, name);
		g_ptr_array_add(texts, word);
		g_ptr_array_add(texts, text);
		rows[i].name = name;
		rows[i].number = gy_slot_number(slot);
		rows[i].word = word;
		rows[i].text = text;
		rows[i].fraction = gy_slot_state(slot) == GY_SLOT_BUSY ? gy_slot_fraction(slot) : -1;
	}
	gy_device_table_draw(table, rows, n, line);
}
