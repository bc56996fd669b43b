// SPDX-License-Identifier: Apache-2.0
#include "app/record-report.h"

#include "app/text.h"
#include "engine/records/export.h"

#define MS_PER_S 1000

/* ---- pieces --------------------------------------------------------------------------------------------- */

/* (transfer full): in the local time, as a person looks for it. */
static char *
local_time(gint64 ms, const char *format)
{
	g_autoptr(GDateTime) time = ms >= 0 ? g_date_time_new_from_unix_local(ms / MS_PER_S) : NULL;

	return time ? g_date_time_format(time, format) : g_strdup("");
}

static GyStyle
style_of(GyRecordResult result)
{
	switch (result) {
	case GY_RECORD_DONE: return GY_STYLE_GOOD;
	case GY_RECORD_FAILED: return GY_STYLE_BAD;
	case GY_RECORD_IN_DOUBT: return GY_STYLE_WARN;
	default: return GY_STYLE_PLAIN;
	}
}

/* (transfer full): a text of a record for a terminal; "" if it is not known. */
static char *
safe(const char *text)
{
	return text ? gy_text_safe(text) : g_strdup("");
}

static char *
versions(const GyRecord *record)
{
	g_autofree char *from = safe(record->from_version);
	g_autofree char *to = safe(record->to_version);

	return *to ? g_strdup_printf("%s -> %s", from, to) : g_steal_pointer(&from);
}

static void
print_object(const GyOutput *output, const GyRecord *record)
{
	JsonObject *object;

	if (!output->json)
		return;
	object = gy_record_to_json(record);
	json_object_set_string_member(object, "type", "record");
	gy_output_object(output, object);
}

/* ---- a record ------------------------------------------------------------------------------------------- */

void
gy_report_record_row(const GyOutput *output, const GyRecord *record)
{
	g_autofree char *time = local_time(record->started_ms, "%Y-%m-%d %H:%M:%S");
	g_autofree char *board = safe(record->board ? record->board : record->port);
	g_autofree char *device = safe(record->serial_number ? record->serial_number : record->device_id);
	g_autofree char *file = record->package ? g_path_get_basename(record->package) : g_strdup("");
	g_autofree char *package = safe(file);
	g_autofree char *change = versions(record);
	g_autofree char *took = record->total_ms >= 0 ? gy_text_duration(record->total_ms) : g_strdup("");

	print_object(output, record);
	gy_output_print(output, "%5" G_GINT64_FORMAT "  %s  ", record->id, time);
	gy_output_styled(output, style_of(record->result), "%-8s", gy_record_result_word(record->result));
	gy_output_print(output, "  %s", board);
	if (*device)
		gy_output_print(output, " %.16s", device);
	gy_output_print(output, "  %s", package);
	if (*change)
		gy_output_print(output, "  %s", change);
	if (*took)
		gy_output_print(output, "  %s", took);
	if (record->code)
		gy_output_print(output, "  [%s]", record->code);
	gy_output_print(output, "\n");
}

/* A value for people: the fields whose names end in their unit are times. */
static char *
value_text(const GyRecord *record, const GyRecordField *field)
{
	g_autofree char *text = gy_record_field_text(record, field);
	gint64 number;

	if (!text || field->kind == GY_RECORD_RESULT || field->kind == GY_RECORD_STAGE)
		return g_steal_pointer(&text);
	number = G_STRUCT_MEMBER(gint64, record, field->offset);
	if (field->kind == GY_RECORD_TIME)
		return local_time(number, "%Y-%m-%d %H:%M:%S");
	if (field->kind == GY_RECORD_NUMBER && g_str_has_suffix(field->name, "_ms"))
		return gy_text_duration(number);
	if (g_str_equal(field->name, "rate"))
		return gy_text_rate((double) number);
	if (g_str_equal(field->name, "device_code"))
		return g_strdup_printf("0x%08x", (guint) number);
	if (g_str_equal(field->name, "bytes") || g_str_equal(field->name, "package_size") ||
		g_str_equal(field->name, "whole_bytes"))
		return gy_text_size((guint64) number);
	return gy_text_safe(text);
}

/* (nullable) @text: lines of a record, below the rest. */
static void
print_lines(const GyOutput *output, const char *text)
{
	g_autoptr(GString) safe_text = g_string_new(NULL);

	if (!text)
		return;
	gy_text_append_safe(safe_text, text, strlen(text), TRUE);
	gy_output_print(output, "\n%s", safe_text->str);
}

void
gy_report_record(const GyOutput *output, const GyRecord *record)
{
	print_object(output, record);
	gy_output_print(output, "%-16s  %" G_GINT64_FORMAT "\n", "id", record->id);
	for (const GyRecordField *field = gy_record_fields(); field->name; field++) {
		g_autofree char *value = value_text(record, field);

		if (!value || g_str_equal(field->name, "log") || g_str_equal(field->name, "steps"))
			continue;
		gy_output_print(output, "%-16s  ", field->name);
		gy_output_styled(output,
			field->kind == GY_RECORD_RESULT ? style_of(record->result) : GY_STYLE_PLAIN, "%s",
			value);
		gy_output_print(output, "\n");
	}
	print_lines(output, record->steps);
	print_lines(output, record->log);
}

/* ---- statistics ----------------------------------------------------------------------------------------- */

static void
set_pass_rate(JsonObject *object, guint n_done, guint n_failed)
{
	double rate = gy_record_pass_rate(n_done, n_failed);

	if (rate >= 0)
		json_object_set_double_member(object, "pass_rate", rate);
	else
		json_object_set_null_member(object, "pass_rate");
}

static JsonObject *
times_object(const GyRecordTimes *times)
{
	JsonObject *object = json_object_new();

	gy_json_number(object, "runs", times->n);
	gy_json_number(object, "median_ms", (guint64) times->median_ms);
	gy_json_number(object, "p95_ms", (guint64) times->p95_ms);
	gy_json_number(object, "p99_ms", (guint64) times->p99_ms);
	return object;
}

static JsonArray *
days_array(const GyRecordStats *stats)
{
	JsonArray *array = json_array_new();

	for (guint i = 0; i < stats->days->len; i++) {
		const GyRecordDay *day = &g_array_index(stats->days, GyRecordDay, i);
		JsonObject *object = json_object_new();

		gy_json_text(object, "date", day->date);
		gy_json_number(object, "done", day->n_done);
		gy_json_number(object, "failed", day->n_failed);
		set_pass_rate(object, day->n_done, day->n_failed);
		json_array_add_object_element(array, object);
	}
	return array;
}

static JsonArray *
causes_array(const GyRecordStats *stats)
{
	JsonArray *array = json_array_new();

	for (guint i = 0; i < stats->causes->len; i++) {
		const GyRecordCause *cause = g_ptr_array_index(stats->causes, i);
		JsonObject *object = json_object_new();

		gy_json_text(object, "code", cause->code);
		gy_json_number(object, "runs", cause->n);
		json_array_add_object_element(array, object);
	}
	return array;
}

static void
print_stats_object(const GyOutput *output, const GyRecordStats *stats)
{
	const guint *n = stats->n_by_result;
	JsonObject *object = gy_json_new("record-stats");
	JsonObject *stages = json_object_new();

	gy_json_number(object, "runs", stats->n_runs);
	gy_json_number(object, "done", n[GY_RECORD_DONE]);
	gy_json_number(object, "failed", n[GY_RECORD_FAILED]);
	gy_json_number(object, "stopped", n[GY_RECORD_STOPPED]);
	gy_json_number(object, "running", n[GY_RECORD_RUNNING]);
	gy_json_number(object, "in_doubt", n[GY_RECORD_IN_DOUBT]);
	set_pass_rate(object, n[GY_RECORD_DONE], n[GY_RECORD_FAILED]);
	gy_json_number(object, "boards", stats->n_boards);
	gy_json_number(object, "boards_passed", stats->n_boards_passed);
	gy_json_number(object, "first_pass", stats->n_first_pass);
	if (stats->rate >= 0)
		gy_json_number(object, "rate", (guint64) stats->rate);
	else
		json_object_set_null_member(object, "rate");
	if (stats->total.n > 0)
		json_object_set_object_member(object, "total", times_object(&stats->total));
	else
		json_object_set_null_member(object, "total");
	for (guint i = 0; i < GY_N_STAGES; i++)
		if (stats->stages[i].n > 0)
			json_object_set_object_member(
				stages, gy_stage_name((GyStage) i), times_object(&stats->stages[i]));
	json_object_set_object_member(object, "stages", stages);
	json_object_set_array_member(object, "days", days_array(stats));
	json_object_set_array_member(object, "causes", causes_array(stats));
	gy_output_object(output, object);
}

static void
print_times(const GyOutput *output, const char *name, const GyRecordTimes *times)
{
	g_autofree char *median = NULL;
	g_autofree char *p95 = NULL;
	g_autofree char *p99 = NULL;

	if (times->n == 0)
		return;
	median = gy_text_duration(times->median_ms);
	p95 = gy_text_duration(times->p95_ms);
	p99 = gy_text_duration(times->p99_ms);
	gy_output_print(output, "  %-10s  %12s  %12s  %12s\n", name, median, p95, p99);
}

static char *
percent(guint n_done, guint n_failed)
{
	double rate = gy_record_pass_rate(n_done, n_failed);

	return rate >= 0 ? g_strdup_printf("%.1f %%", rate * 100) : g_strdup("-");
}

static void
print_counts(const GyOutput *output, const GyRecordStats *stats)
{
	const guint *n = stats->n_by_result;
	g_autofree char *runs = gy_text_count(stats->n_runs, "run");
	g_autofree char *rate = percent(n[GY_RECORD_DONE], n[GY_RECORD_FAILED]);

	gy_output_styled(output, GY_STYLE_BOLD, "%s", runs);
	gy_output_print(output, ": %u done, %u failed, %u stopped, %u running, %u in doubt; %s passed\n",
		n[GY_RECORD_DONE], n[GY_RECORD_FAILED], n[GY_RECORD_STOPPED], n[GY_RECORD_RUNNING],
		n[GY_RECORD_IN_DOUBT], rate);
	if (stats->n_boards > 0) {
		g_autofree char *boards = gy_text_count(stats->n_boards, "board");

		gy_output_print(output, "%s: %u passed, %u of them at the first run\n", boards,
			stats->n_boards_passed, stats->n_first_pass);
	}
}

static void
print_stats(const GyOutput *output, const GyRecordStats *stats)
{
	print_counts(output, stats);
	if (stats->total.n > 0)
		gy_output_print(output, "\n  %-10s  %12s  %12s  %12s\n", "stage", "median", "95 % within",
			"99 % within");
	for (guint i = 0; i < GY_N_STAGES; i++)
		print_times(output, gy_stage_name((GyStage) i), &stats->stages[i]);
	print_times(output, "whole run", &stats->total);
	if (stats->rate >= 0) {
		g_autofree char *rate = gy_text_rate((double) stats->rate);

		gy_output_print(output, "  %-10s  %12s\n", "rate", rate);
	}
	if (stats->days->len > 0)
		gy_output_print(output, "\n  %-10s  %6s  %6s  %8s\n", "day", "done", "failed", "passed");
	for (guint i = 0; i < stats->days->len; i++) {
		const GyRecordDay *day = &g_array_index(stats->days, GyRecordDay, i);
		g_autofree char *rate = percent(day->n_done, day->n_failed);

		gy_output_print(
			output, "  %-10s  %6u  %6u  %8s\n", day->date, day->n_done, day->n_failed, rate);
	}
	if (stats->causes->len > 0)
		gy_output_print(output, "\n  %6s  cause\n", "runs");
	for (guint i = 0; i < stats->causes->len; i++) {
		const GyRecordCause *cause = g_ptr_array_index(stats->causes, i);

		gy_output_print(output, "  %6u  %s\n", cause->n, cause->code);
	}
}

void
gy_report_record_stats(const GyOutput *output, const GyRecordStats *stats)
{
	if (output->json)
		print_stats_object(output, stats);
	else
		print_stats(output, stats);
}
