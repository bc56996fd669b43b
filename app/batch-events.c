// SPDX-License-Identifier: Apache-2.0
#include "app/batch-events.h"

#include "app/console-view.h"
#include "app/device-report.h"
#include "app/flash-view.h"
#include "engine/records/export.h"
#include "engine/steady-clock.h"

/* With objects, progress of a slot is told so often: a log is no bar. */
#define PROGRESS_US G_USEC_PER_SEC

/* What is kept of a slot. */
typedef struct {
	GyConsoleLines lines;
	gint64 progress_us;
} Row;

struct _GyBatchEvents {
	const GyOutput *output;
	GyBatch *batch;
	GHashTable *rows; /* from slot to Row */
	GySteadyClock clock;
};

static void
row_free(gpointer data)
{
	Row *row = data;

	gy_console_lines_clear(&row->lines);
	g_free(row);
}

static Row *
row_of(GyBatchEvents *events, GySlot *slot)
{
	Row *row = g_hash_table_lookup(events->rows, slot);

	if (!row) {
		row = g_new0(Row, 1);
		gy_console_lines_init(&row->lines);
		g_hash_table_insert(events->rows, g_object_ref(slot), row);
	}
	return row;
}

static void
print_with(const GyBatchEvents *events, JsonObject *object, const GyJsonIdentity *identity)
{
	GyOutput output = *events->output;

	output.identity = identity;
	gy_output_object(&output, object);
}

static void
print_begin(const GyBatchEvents *events, const GyJsonIdentity *identity)
{
	JsonObject *object = gy_json_new("task-begin");
	GyPackage *package = gy_batch_package(events->batch);

	gy_json_text(object, "command", "batch");
	gy_json_text(object, "package", package ? gy_package_name(package) : NULL);
	if (package)
		gy_json_number(object, "size", g_bytes_get_size(gy_package_bytes(package)));
	else
		json_object_set_null_member(object, "size");
	json_object_set_boolean_member(object, "dry_run", FALSE);
	print_with(events, object, identity);
}

static void
print_elapsed(const GyBatchEvents *events, const GyTurnEvent *event, const char *type, const char *text,
	const GyJsonIdentity *identity)
{
	JsonObject *object = gy_json_new(type);

	gy_json_text(object, type, text);
	gy_json_number(object, "elapsed_ms", (guint64) MAX(event->elapsed_ms, 0));
	print_with(events, object, identity);
}

static void
print_progress(GyBatchEvents *events, Row *row, const GyTurnEvent *event, const GyJsonIdentity *identity)
{
	gint64 now_us = g_get_monotonic_time();
	GyOutput output = *events->output;

	if (now_us - row->progress_us < PROGRESS_US)
		return;
	row->progress_us = now_us;
	output.identity = identity;
	gy_flash_progress_object(&output, &event->progress);
}

static void
print_console(GyBatchEvents *events, Row *row, GBytes *bytes, const GyJsonIdentity *identity)
{
	GyOutput output = *events->output;
	GyConsoleLine line;
	gsize size = 0;
	const guint8 *data = bytes ? g_bytes_get_data(bytes, &size) : NULL;

	output.identity = identity;
	if (data)
		gy_console_lines_feed(&row->lines, data, size, gy_steady_clock_now(&events->clock));
	else
		gy_console_lines_flush(&row->lines);
	while (gy_console_lines_next(&row->lines, &line)) {
		gy_console_line_object(&output, &line);
		g_free(line.text);
	}
}

static void
print_log(const GyBatchEvents *events, const char *sentence, const GyJsonIdentity *identity)
{
	JsonObject *object = gy_json_new("log");

	gy_json_text(object, "message", sentence);
	print_with(events, object, identity);
}

static void
print_attempt(GyBatchEvents *events, Row *row, const GyTurnEvent *event, const GyJsonIdentity *identity)
{
	JsonObject *object = gy_record_to_json(event->record);

	print_console(events, row, NULL, identity);
	json_object_remove_member(object, "id");
	json_object_set_string_member(object, "type", "attempt");
	gy_output_object(events->output, object);
}

static void
print_verdict(const GyBatchEvents *events, const GyTurnEvent *event, const GyJsonIdentity *identity)
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
	print_with(events, object, identity);
}

/* The identity is the event's own record's, never what the slot shows by now. */
void
gy_batch_events_print(GyBatchEvents *events, GySlot *slot, const GyTurnEvent *event)
{
	Row *row = row_of(events, slot);
	const GyRecord *record = event->record;
	const GyJsonIdentity identity = {
		record->run, record->station, record->slot, record->port, record->serial_number};
	GyOutput output = *events->output;

	output.identity = &identity;
	switch (event->kind) {
	case GY_TURN_BEGAN: print_begin(events, &identity); break;
	case GY_TURN_STEP: print_elapsed(events, event, "step", event->text, &identity); break;
	case GY_TURN_STAGE:
		print_elapsed(events, event, "stage", gy_stage_name(event->stage), &identity);
		break;
	case GY_TURN_PROGRESS: print_progress(events, row, event, &identity); break;
	case GY_TURN_DEVICE: gy_report_device_object(&output, event->device, event->text); break;
	case GY_TURN_CONSOLE: print_console(events, row, event->bytes, &identity); break;
	case GY_TURN_LOG: print_log(events, event->text, &identity); break;
	case GY_TURN_ATTEMPTED: print_attempt(events, row, event, &identity); break;
	case GY_TURN_ENDED: print_verdict(events, event, &identity); break;
	}
}

GyBatchEvents *
gy_batch_events_new(const GyOutput *output, GyBatch *batch)
{
	GyBatchEvents *events = g_new0(GyBatchEvents, 1);

	events->output = output;
	events->batch = g_object_ref(batch);
	events->rows = g_hash_table_new_full(NULL, NULL, g_object_unref, row_free);
	return events;
}

void
gy_batch_events_free(GyBatchEvents *events)
{
	if (!events)
		return;
	g_hash_table_unref(events->rows);
	g_object_unref(events->batch);
	g_free(events);
}
