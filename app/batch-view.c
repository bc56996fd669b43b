// SPDX-License-Identifier: Apache-2.0
#include "app/batch-view.h"

#include "app/batch-events.h"
#include "app/batch-objects.h"
#include "app/batch-table.h"
#include "app/serial-report.h"
#include "app/text.h"

#define REDRAW_MS 100
#define HELP      "Enter or Space starts boards, Ctrl-R tries failed ones again, Ctrl-C stops"

struct _GyBatchView {
	const GyOutput *output;
	GyBatch *batch;
	GyBatchEvents *events; /* NULL: it draws a table */
	GyDeviceTable table;
	gboolean has_table;
	GyBatchFooter footer;
	gboolean database_was_told;
	guint redraw_id;
};

/* ---- drawing -------------------------------------------------------------------------------------------- */

static void
draw(GyBatchView *view)
{
	if (view->has_table)
		gy_batch_table_draw(&view->table, view->batch, &view->footer);
}

static gboolean
on_redraw(gpointer data)
{
	GyBatchView *view = data;

	view->redraw_id = 0;
	draw(view);
	return G_SOURCE_REMOVE;
}

/* However much happens, it is drawn a few times a second. */
static void
want_draw(GyBatchView *view)
{
	if (view->has_table && !view->redraw_id)
		view->redraw_id = g_timeout_add(REDRAW_MS, on_redraw, view);
}

/* ---- what happens --------------------------------------------------------------------------------------- */

static void
on_event(GyGang *gang, GySlot *slot, const GyTurnEvent *event, gpointer data)
{
	GyBatchView *view = data;

	if (view->events)
		gy_batch_events_print(view->events, slot, event);
	want_draw(view);
}

static void
on_state(GySlot *slot, GParamSpec *spec, gpointer data)
{
	GyBatchView *view = data;

	if (view->output->json)
		gy_output_object(view->output, gy_batch_slot_object(view->batch, slot));
	want_draw(view);
}

static void
on_totals(GyBatch *batch, gpointer data)
{
	GyBatchView *view = data;

	if (view->output->json)
		gy_output_object(view->output, gy_batch_totals_object(batch));
	want_draw(view);
}

static void
on_pool(GyPool *pool, gpointer data)
{
	GyBatchView *view = data;
	GyPoolState state;

	gy_pool_state(pool, &state);
	/* it is looked at again and again: only news are told */
	if (!view->database_was_told || view->footer.is_away != state.is_away)
		gy_output_object(view->output, gy_batch_database_object(&state));
	view->database_was_told = TRUE;
	view->footer.is_away = state.is_away;
	view->footer.n_queued = state.n_queued;
	gy_pool_state_clear(&state);
	want_draw(view);
}

void
gy_batch_view_watch_pool(GyBatchView *view)
{
	if (gy_batch_pool(view->batch))
		g_signal_connect(gy_batch_pool(view->batch), "changed", G_CALLBACK(on_pool), view);
}

void
gy_batch_view_typed(GyBatchView *view, const char *text)
{
	g_free(view->footer.typed);
	view->footer.typed = gy_text_safe(text);
	want_draw(view);
}

void
gy_batch_view_note(GyBatchView *view, const char *sentence)
{
	g_free(view->footer.note);
	view->footer.note = g_strdup(sentence);
	want_draw(view);
}

void
gy_batch_view_scan(GyBatchView *view, const char *text, GyScan outcome, GySlot *slot, const GError *error)
{
	static const char *const words[] = {"refused", "taken", "queued", "chosen", "retried"};
	JsonObject *object = gy_json_new("scan");
	g_autofree char *safe = gy_text_safe(text);
	g_autofree char *sentence = error  ? gy_text_safe(error->message)
				    : slot ? g_strdup_printf("%s: slot %s", safe, gy_slot_name(slot))
					   : g_strdup_printf("%s waits for a board", safe);

	gy_json_text(object, "text", text);
	gy_json_text(object, "outcome", words[outcome]);
	gy_json_text(object, "code", error ? gy_error_code(error) : NULL);
	gy_json_text(object, "message", error ? error->message : NULL);
	if (slot) {
		GyJsonIdentity identity = gy_batch_identity(view->batch, slot);
		GyOutput output = *view->output;

		output.identity = &identity;
		gy_output_object(&output, object);
	} else {
		gy_output_object(view->output, object);
	}
	gy_batch_view_note(view, sentence);
}

/* ---- beginning and end ---------------------------------------------------------------------------------- */

static void
print_doubts(const GyBatchView *view)
{
	const GPtrArray *doubts = gy_batch_doubts(view->batch);
	g_autofree char *path = gy_text_safe(gy_batch_station(view->batch)->path);

	if (doubts->len == 0)
		return;
	for (guint i = 0; i < doubts->len; i++)
		gy_report_serial(view->output, g_ptr_array_index(doubts, i));
	gy_output_warn(view->output,
		"a run with each of these serial numbers was cut off, and a board may bear it; decide with: "
		"gantry station serials %s --use NUMBER, or --free NUMBER",
		path);
}

void
gy_batch_view_begin(GyBatchView *view)
{
	const GyStation *station = gy_batch_station(view->batch);
	GyPackage *package = gy_batch_package(view->batch);
	JsonObject *object = gy_json_new("batch-begin");
	g_autofree char *name = gy_text_safe(station->plan->station);
	g_autofree char *base = package ? g_path_get_basename(gy_package_name(package)) : NULL;
	g_autofree char *file = base ? gy_text_safe(base) : g_strdup("nothing is flashed");
	g_autofree char *digest =
		package ? g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, gy_package_bytes(package)) : NULL;

	gy_output_styled(view->output, GY_STYLE_BOLD, "%s", name);
	gy_output_print(view->output, "  %s\n", file);
	if (view->has_table && !station->scanner)
		gy_output_styled(view->output, GY_STYLE_DIM, HELP "\n");
	gy_json_text(object, "station", station->plan->station);
	gy_json_text(object, "path", station->path);
	gy_json_text(object, "package", package ? gy_package_name(package) : NULL);
	gy_json_text(object, "sha256", digest);
	gy_json_number(object, "slots", station->slots->len);
	gy_json_number(object, "in_doubt", gy_batch_doubts(view->batch)->len);
	gy_output_object(view->output, object);
	print_doubts(view);
	draw(view);
}

void
gy_batch_view_leave(GyBatchView *view)
{
	draw(view);
	gy_device_table_leave(&view->table);
}

void
gy_batch_view_end(GyBatchView *view, const char *reason)
{
	JsonObject *object = gy_json_new("batch-end");
	GyBatchTotals totals;
	g_autofree char *boards = NULL;

	gy_batch_totals(view->batch, &totals);
	boards = gy_text_count(totals.n_ended, "board");
	gy_batch_view_leave(view);
	gy_json_number(object, "ended", totals.n_ended);
	gy_json_number(object, "failed", totals.n_failed);
	gy_json_text(object, "reason", reason);
	gy_output_object(view->output, object);
	gy_output_print(view->output, "%s, %u failed\n", boards, totals.n_failed);
}

/* ---- the view ------------------------------------------------------------------------------------------- */

static void
watch_slots(GyBatchView *view)
{
	GListModel *slots = gy_gang_slots(gy_batch_gang(view->batch));

	for (guint i = 0; i < g_list_model_get_n_items(slots); i++) {
		g_autoptr(GySlot) slot = g_list_model_get_item(slots, i);

		g_signal_connect(slot, "notify::state", G_CALLBACK(on_state), view);
	}
}

static void
leave_slots(GyBatchView *view)
{
	GListModel *slots = gy_gang_slots(gy_batch_gang(view->batch));

	for (guint i = 0; i < g_list_model_get_n_items(slots); i++) {
		g_autoptr(GySlot) slot = g_list_model_get_item(slots, i);

		g_signal_handlers_disconnect_by_data(slot, view);
	}
}

GyBatchView *
gy_batch_view_new(const GyOutput *output, GyBatch *batch)
{
	GyBatchView *view = g_new0(GyBatchView, 1);

	view->output = output;
	view->batch = g_object_ref(batch);
	view->has_table = output->terminal && !output->json;
	view->events = output->json ? gy_batch_events_new(output, batch) : NULL;
	gy_device_table_init(&view->table, output);
	watch_slots(view);
	g_signal_connect(gy_batch_gang(batch), "event", G_CALLBACK(on_event), view);
	g_signal_connect(batch, "totals", G_CALLBACK(on_totals), view);
	return view;
}

void
gy_batch_view_free(GyBatchView *view)
{
	if (!view)
		return;
	leave_slots(view);
	g_signal_handlers_disconnect_by_data(gy_batch_gang(view->batch), view);
	g_signal_handlers_disconnect_by_data(view->batch, view);
	if (gy_batch_pool(view->batch))
		g_signal_handlers_disconnect_by_data(gy_batch_pool(view->batch), view);
	g_clear_handle_id(&view->redraw_id, g_source_remove);
	gy_batch_events_free(view->events);
	g_object_unref(view->batch);
	g_free(view->footer.typed);
	g_free(view->footer.note);
	g_free(view);
}
