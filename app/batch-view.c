// SPDX-License-Identifier: Apache-2.0
#include "app/batch-view.h"

#include <stdio.h>

#include "app/console-view.h"
#include "app/device-report.h"
#include "app/flash-view.h"
#include "app/serial-report.h"
#include "app/text.h"
#include "engine/records/export.h"
#include "engine/steady-clock.h"

/* With objects, progress of a slot is told so often: a log is no bar. */
#define PROGRESS_US G_USEC_PER_SEC
#define REDRAW_MS   100

/* What the view keeps of a slot beside what the slot shows. */
typedef struct {
	GySlot *slot;
	GyConsoleLines lines;
	gint64 progress_us;
} Row;

struct _GyBatchView {
	const GyOutput *output;
	GyBatch *batch;
	GyDeviceTable table;
	gboolean has_table;
	GHashTable *rows; /* from slot to Row */
	GySteadyClock clock;
	char *typed;
	char *note;
	gboolean database_was_told;
	gboolean database_was_away;
	guint n_queued; /* records that are to be delivered */
	guint redraw_id;
};

/* ---- objects -------------------------------------------------------------------------------------------- */

static const char *
or_null(const char *text)
{
	return *text ? text : NULL;
}

static GyJsonIdentity
identity_of(GyBatch *batch, GySlot *slot)
{
	return (GyJsonIdentity){gy_slot_run(slot), gy_batch_station(batch)->plan->station, gy_slot_name(slot),
		gy_slot_port(slot), or_null(gy_slot_number(slot))};
}

static void
print_with(const GyBatchView *view, JsonObject *object, const GyJsonIdentity *identity)
{
	GyOutput output = *view->output;

	output.identity = identity;
	gy_output_object(&output, object);
}

static void
print_of(const GyBatchView *view, JsonObject *object, GySlot *slot)
{
	GyJsonIdentity identity = identity_of(view->batch, slot);

	print_with(view, object, &identity);
}

JsonObject *
gy_batch_slot_object(GyBatch *batch, GySlot *slot)
{
	JsonObject *object = gy_json_new("slot");
	GyJsonIdentity identity = identity_of(batch, slot);

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

/* ---- what a turn tells, as objects ---------------------------------------------------------------------- */

static void
print_begin(const GyBatchView *view, const GyJsonIdentity *identity)
{
	JsonObject *object = gy_json_new("task-begin");
	GyPackage *package = gy_batch_package(view->batch);

	gy_json_text(object, "command", "batch");
	gy_json_text(object, "package", package ? gy_package_name(package) : NULL);
	if (package)
		gy_json_number(object, "size", g_bytes_get_size(gy_package_bytes(package)));
	else
		json_object_set_null_member(object, "size");
	json_object_set_boolean_member(object, "dry_run", FALSE);
	print_with(view, object, identity);
}

static void
print_elapsed(const GyBatchView *view, const GyTurnEvent *event, const char *type, const char *text,
	const GyJsonIdentity *identity)
{
	JsonObject *object = gy_json_new(type);

	gy_json_text(object, type, text);
	gy_json_number(object, "elapsed_ms", (guint64) MAX(event->elapsed_ms, 0));
	print_with(view, object, identity);
}

static void
print_progress(GyBatchView *view, Row *row, const GyTurnEvent *event, const GyJsonIdentity *identity)
{
	gint64 now_us = g_get_monotonic_time();
	GyOutput output = *view->output;

	if (now_us - row->progress_us < PROGRESS_US)
		return;
	row->progress_us = now_us;
	output.identity = identity;
	gy_flash_progress_object(&output, &event->progress);
}

static void
print_console(GyBatchView *view, Row *row, GBytes *bytes, const GyJsonIdentity *identity)
{
	GyOutput output = *view->output;
	GyConsoleLine line;
	gsize size = 0;
	const guint8 *data = bytes ? g_bytes_get_data(bytes, &size) : NULL;

	output.identity = identity;
	if (data)
		gy_console_lines_feed(&row->lines, data, size, gy_steady_clock_now(&view->clock));
	else
		gy_console_lines_flush(&row->lines);
	while (gy_console_lines_next(&row->lines, &line)) {
		gy_console_line_object(&output, &line);
		g_free(line.text);
	}
}

static void
print_log(const GyBatchView *view, const char *sentence, const GyJsonIdentity *identity)
{
	JsonObject *object = gy_json_new("log");

	gy_json_text(object, "message", sentence);
	print_with(view, object, identity);
}

static void
print_attempt(GyBatchView *view, Row *row, const GyTurnEvent *event, const GyJsonIdentity *identity)
{
	JsonObject *object = gy_record_to_json(event->record);

	print_console(view, row, NULL, identity);
	json_object_remove_member(object, "id");
	json_object_set_string_member(object, "type", "attempt");
	gy_output_object(view->output, object);
}

static void
print_verdict(const GyBatchView *view, const GyTurnEvent *event, const GyJsonIdentity *identity)
{
	static const char *const verdicts[GY_RECORD_N_RESULTS] = {
		[GY_RECORD_IN_DOUBT] = "fail",
		[GY_RECORD_RUNNING] = "fail",
		[GY_RECORD_DONE] = "pass",
		[GY_RECORD_FAILED] = "fail",
		[GY_RECORD_STOPPED] = "stopped",
	};
	const GyRecord *record = event->record;
	JsonObject *object = gy_json_new("verdict");

	gy_json_text(object, "verdict", verdicts[record->result]);
	gy_json_text(object, "code", record->code);
	gy_json_text(object, "message", record->message);
	gy_json_text(object, "next", event->error ? gy_error_next_step(event->error) : NULL);
	gy_json_number(object, "attempts", (guint64) MAX(record->attempt, 1));
	gy_json_number(object, "total_ms", (guint64) MAX(record->total_ms, 0));
	print_with(view, object, identity);
}

/* The identity is the event's own record's, never what the slot shows by now. */
static void
print_event(GyBatchView *view, Row *row, const GyTurnEvent *event)
{
	const GyRecord *record = event->record;
	const GyJsonIdentity identity = {
		record->run, record->station, record->slot, record->port, record->serial_number};
	GyOutput output = *view->output;

	output.identity = &identity;
	switch (event->kind) {
	case GY_TURN_BEGAN: print_begin(view, &identity); break;
	case GY_TURN_STEP: print_elapsed(view, event, "step", event->text, &identity); break;
	case GY_TURN_STAGE:
		print_elapsed(view, event, "stage", gy_stage_name(event->stage), &identity);
		break;
	case GY_TURN_PROGRESS: print_progress(view, row, event, &identity); break;
	case GY_TURN_DEVICE: gy_report_device_object(&output, event->device, event->text); break;
	case GY_TURN_CONSOLE: print_console(view, row, event->bytes, &identity); break;
	case GY_TURN_LOG: print_log(view, event->text, &identity); break;
	case GY_TURN_ATTEMPTED: print_attempt(view, row, event, &identity); break;
	case GY_TURN_ENDED: print_verdict(view, event, &identity); break;
	}
}

/* ---- the table ------------------------------------------------------------------------------------------ */

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
footer_of(const GyBatchView *view)
{
	GString *text = g_string_new(" ");
	GyBatchTotals totals;
	guint n_waiting = gy_batch_queue(view->batch);

	gy_batch_totals(view->batch, &totals);
	g_string_append_printf(text, "Pass %u  Fail %u", totals.n_pass, totals.n_fail);
	if (totals.n_pass + totals.n_fail > 0)
		g_string_append_printf(text, "  %.1f %%",
			100.0 * (double) totals.n_fail / (double) (totals.n_pass + totals.n_fail));
	g_string_append_printf(text, "  %u/h", totals.per_hour);
	if (n_waiting > 0)
		g_string_append_printf(text, "  %u waiting", n_waiting);
	if (view->database_was_away)
		g_string_append_printf(text, "  database away, %u queued", view->n_queued);
	if (view->note)
		g_string_append_printf(text, "  %s", view->note);
	if (view->typed && *view->typed)
		g_string_append_printf(text, "  > %s", view->typed);
	return g_string_free(text, FALSE);
}

static void
draw(GyBatchView *view)
{
	GListModel *slots = gy_gang_slots(gy_batch_gang(view->batch));
	guint n = g_list_model_get_n_items(slots);
	g_autofree GyDeviceRow *rows = g_new0(GyDeviceRow, n);
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *footer = footer_of(view);

	if (!view->has_table)
		return;
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
	gy_device_table_draw(&view->table, rows, n, footer);
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

	if (view->output->json)
		print_event(view, g_hash_table_lookup(view->rows, slot), event);
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
	JsonObject *object = gy_json_new("database");
	GyPoolState state;

	gy_pool_state(pool, &state);
	gy_json_text(object, "state", state.is_away ? "away" : "there");
	gy_json_number(object, "queued", state.n_queued);
	gy_json_number(object, "numbers", state.n_numbers);
	gy_json_number(object, "conflicts", state.n_conflicts);
	gy_json_text(object, "message", state.message);
	/* it is looked at again and again: only news are told */
	if (view->database_was_told && view->database_was_away == state.is_away)
		json_object_unref(object);
	else
		gy_output_object(view->output, object);
	view->database_was_told = TRUE;
	view->database_was_away = state.is_away;
	view->n_queued = state.n_queued;
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
	g_free(view->typed);
	view->typed = gy_text_safe(text);
	want_draw(view);
}

void
gy_batch_view_note(GyBatchView *view, const char *sentence)
{
	g_free(view->note);
	view->note = g_strdup(sentence);
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
	if (slot)
		print_of(view, object, slot);
	else
		print_with(view, object, NULL);
	gy_batch_view_note(view, sentence);
}

/* ---- beginning and end ---------------------------------------------------------------------------------- */

static void
print_doubts(const GyBatchView *view)
{
	const GPtrArray *doubts = gy_batch_doubts(view->batch);

	for (guint i = 0; i < doubts->len; i++)
		gy_report_serial(view->output, g_ptr_array_index(doubts, i));
	if (doubts->len > 0)
		gy_output_warn(view->output,
			"%u of these serial numbers are in doubt: a run with each was cut off; see gantry "
			"station "
			"serials",
			doubts->len);
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
gy_batch_view_end(GyBatchView *view, const char *reason)
{
	JsonObject *object = gy_json_new("batch-end");
	GyBatchTotals totals;
	g_autofree char *boards = NULL;

	gy_batch_totals(view->batch, &totals);
	boards = gy_text_count(totals.n_ended, "board");
	draw(view);
	gy_device_table_leave(&view->table);
	gy_json_number(object, "ended", totals.n_ended);
	gy_json_number(object, "failed", totals.n_failed);
	gy_json_text(object, "reason", reason);
	gy_output_object(view->output, object);
	gy_output_print(view->output, "%s, %u failed\n", boards, totals.n_failed);
}

/* ---- the view ------------------------------------------------------------------------------------------- */

static void
row_free(gpointer data)
{
	Row *row = data;

	gy_console_lines_clear(&row->lines);
	g_object_unref(row->slot);
	g_free(row);
}

static void
add_rows(GyBatchView *view)
{
	GListModel *slots = gy_gang_slots(gy_batch_gang(view->batch));

	for (guint i = 0; i < g_list_model_get_n_items(slots); i++) {
		Row *row = g_new0(Row, 1);

		row->slot = g_list_model_get_item(slots, i);
		gy_console_lines_init(&row->lines);
		g_hash_table_insert(view->rows, row->slot, row);
		g_signal_connect(row->slot, "notify::state", G_CALLBACK(on_state), view);
	}
}

GyBatchView *
gy_batch_view_new(const GyOutput *output, GyBatch *batch)
{
	GyBatchView *view = g_new0(GyBatchView, 1);

	view->output = output;
	view->batch = g_object_ref(batch);
	view->has_table = output->terminal && !output->json;
	view->rows = g_hash_table_new_full(NULL, NULL, NULL, row_free);
	gy_device_table_init(&view->table, output);
	add_rows(view);
	g_signal_connect(gy_batch_gang(batch), "event", G_CALLBACK(on_event), view);
	g_signal_connect(batch, "totals", G_CALLBACK(on_totals), view);
	return view;
}

void
gy_batch_view_free(GyBatchView *view)
{
	GHashTableIter rows;
	gpointer slot;

	if (!view)
		return;
	g_hash_table_iter_init(&rows, view->rows);
	while (g_hash_table_iter_next(&rows, &slot, NULL))
		g_signal_handlers_disconnect_by_data(slot, view);
	g_signal_handlers_disconnect_by_data(gy_batch_gang(view->batch), view);
	g_signal_handlers_disconnect_by_data(view->batch, view);
	if (gy_batch_pool(view->batch))
		g_signal_handlers_disconnect_by_data(gy_batch_pool(view->batch), view);
	g_clear_handle_id(&view->redraw_id, g_source_remove);
	g_hash_table_unref(view->rows);
	g_object_unref(view->batch);
	g_free(view->typed);
	g_free(view->note);
	g_free(view);
}
