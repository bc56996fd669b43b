// SPDX-License-Identifier: Apache-2.0
#include "ui/model/history-run.h"

#include <glib/gi18n-lib.h>

#include "ui/model/words.h"

#define MS_PER_S 1000

struct _GyHistoryRun {
	GObject parent;

	GyRecord *record;
};

G_DEFINE_FINAL_TYPE(GyHistoryRun, gy_history_run, G_TYPE_OBJECT)

static const char *const column_titles[GY_HISTORY_N_COLUMNS] = {
	[GY_HISTORY_WHEN] = N_("When"),
	[GY_HISTORY_DEVICE] = N_("Device"),
	[GY_HISTORY_SERIAL] = N_("Serial Number"),
	[GY_HISTORY_PACKAGE] = N_("Package"),
	[GY_HISTORY_VERSIONS] = N_("Version"),
	[GY_HISTORY_RESULT] = N_("Result"),
	[GY_HISTORY_TIME] = N_("Time"),
	[GY_HISTORY_STATION] = N_("Station"),
	[GY_HISTORY_OPERATOR] = N_("Operator"),
};

static const char *const result_titles[GY_RECORD_N_RESULTS] = {
	[GY_RECORD_IN_DOUBT] = N_("In Doubt"),
	[GY_RECORD_RUNNING] = N_("Running"),
	[GY_RECORD_DONE] = N_("Passed"),
	[GY_RECORD_FAILED] = N_("Failed"),
	[GY_RECORD_STOPPED] = N_("Stopped"),
};

const char *
gy_history_column_title(GyHistoryColumn column)
{
	return _(column_titles[column]);
}

const char *
gy_history_result_title(GyRecordResult result)
{
	return _(result_titles[result]);
}

/* ---- columns -------------------------------------------------------------------------------------------- */

static char *
local_time(gint64 ms, const char *format)
{
	g_autoptr(GDateTime) time = ms >= 0 ? g_date_time_new_from_unix_local(ms / MS_PER_S) : NULL;

	return time ? g_date_time_format(time, format) : g_strdup("");
}

static char *
copy_or_empty(const char *text)
{
	return g_strdup(text ? text : "");
}

static char *
versions(const GyRecord *record)
{
	if (!record->to_version || g_strcmp0(record->from_version, record->to_version) == 0)
		return copy_or_empty(record->from_version);
	/* Translators: the version before and the one after */
	return record->from_version
		       ? g_strdup_printf(_("%1$s → %2$s"), record->from_version, record->to_version)
		       : g_strdup(record->to_version);
}

char *
gy_history_run_text(GyHistoryRun *run, GyHistoryColumn column)
{
	const GyRecord *record = run->record;

	switch (column) {
	case GY_HISTORY_WHEN: return local_time(record->started_ms, "%Y-%m-%d %H:%M");
	case GY_HISTORY_DEVICE: return copy_or_empty(record->board ? record->board : record->port);
	case GY_HISTORY_SERIAL: return copy_or_empty(record->serial_number);
	case GY_HISTORY_PACKAGE: return record->package ? g_path_get_basename(record->package) : g_strdup("");
	case GY_HISTORY_VERSIONS: return versions(record);
	case GY_HISTORY_RESULT: return g_strdup(gy_history_result_title(record->result));
	case GY_HISTORY_TIME:
		return record->total_ms >= 0 ? gy_words_duration(record->total_ms) : g_strdup("");
	case GY_HISTORY_STATION: return copy_or_empty(record->station);
	case GY_HISTORY_OPERATOR: return copy_or_empty(record->operator_name);
	case GY_HISTORY_N_COLUMNS: break;
	}
	return g_strdup("");
}

static int
compare_numbers(gint64 one, gint64 other)
{
	return (one > other) - (one < other);
}

int
gy_history_run_compare(GyHistoryRun *one, GyHistoryRun *other, GyHistoryColumn column)
{
	g_autofree char *a = NULL;
	g_autofree char *b = NULL;
	int order;

	if (column == GY_HISTORY_TIME)
		order = compare_numbers(one->record->total_ms, other->record->total_ms);
	else if (column == GY_HISTORY_WHEN)
		order = compare_numbers(one->record->started_ms, other->record->started_ms);
	else
		order = g_utf8_collate(
			a = gy_history_run_text(one, column), b = gy_history_run_text(other, column));
	return order ? order : compare_numbers(one->record->id, other->record->id);
}

/* ---- sentences ------------------------------------------------------------------------------------------ */

/* "No answer from the device" as a sentence of its own. */
static char *
sentence_of(const char *text)
{
	g_autofree char *first = g_utf8_substring(text, 0, 1);
	g_autofree char *upper = g_utf8_strup(first, -1);

	return g_strconcat(upper, g_utf8_next_char(text), g_str_has_suffix(text, ".") ? "" : ".", NULL);
}

char *
gy_history_run_headline(GyHistoryRun *run)
{
	const GyRecord *record = run->record;
	const char *step = gy_step_title(gy_step_of_stage(record->stage));

	switch (record->result) {
	case GY_RECORD_DONE:
		if (g_strcmp0(record->outcome, gy_outcome_name(GY_OUTCOME_ARMED)) == 0)
			return g_strdup(_("The new firmware is stored; the next reset installs it."));
		if (record->to_version)
			return g_strdup_printf(_("The board answered with version %s."), record->to_version);
		return g_strdup(_("The board was flashed."));
	case GY_RECORD_STOPPED: return g_strdup(_("Stopped on request."));
	/* Translators: %s is a stage, such as Transfer */
	case GY_RECORD_RUNNING: return g_strdup_printf(_("Still running: %s."), step);
	case GY_RECORD_IN_DOUBT:
		return g_strdup_printf(_("The program ended during this run; the last stage was %s."), step);
	default: return record->message ? sentence_of(record->message) : g_strdup(_("It failed."));
	}
}

/* What is true of a board whose run nobody ended, by how far it is known to have come. */
static const char *
truth_in_doubt(const GyRecord *record)
{
	if (record->stage < GY_STAGE_PREPARE)
		return _("Nothing on the board has changed.");
	if (record->stage < GY_STAGE_TRIGGER)
		return _("The application runs as before; what was stored beside it is gone.");
	return _("The new firmware may run or not. Identify the board to see what it runs.");
}

static const struct {
	GyOutcome outcome;
	const char *sentence;
} truths[] = {
	{GY_OUTCOME_UNTOUCHED, N_("Nothing on the board has changed.")},
	{GY_OUTCOME_STORAGE_LOST, N_("The application runs as before; what was stored beside it is gone.")},
	{GY_OUTCOME_ARMED, N_("The new firmware is stored; the next reset installs it.")},
	{GY_OUTCOME_OLD_RUNS, N_("The board was reset and runs what it ran before.")},
	{GY_OUTCOME_OTHER_RUNS,
		N_("The board was reset and answered, but what it held was not, or not all, what was sent.")},
	{GY_OUTCOME_UNKNOWN, N_("The board was reset and had not answered yet.")},
};

char *
gy_history_run_truth(GyHistoryRun *run)
{
	const GyRecord *record = run->record;

	if (record->result == GY_RECORD_IN_DOUBT)
		return g_strdup(truth_in_doubt(record));
	if (record->result == GY_RECORD_DONE || record->result == GY_RECORD_RUNNING)
		return g_strdup("");
	for (guint i = 0; i < G_N_ELEMENTS(truths); i++)
		if (g_strcmp0(record->outcome, gy_outcome_name(truths[i].outcome)) == 0)
			return g_strdup(_(truths[i].sentence));
	return g_strdup("");
}

/* ---- stages --------------------------------------------------------------------------------------------- */

gint64
gy_record_step_ms(const GyRecord *record, GyStep step)
{
	gint64 sum = GY_RECORD_NONE;

	for (guint i = 0; i < GY_N_STAGES; i++)
		if (gy_step_of_stage((GyStage) i) == step && record->stage_ms[i] >= 0)
			sum = MAX(sum, 0) + record->stage_ms[i];
	return sum;
}

gint64
gy_history_run_step_ms(GyHistoryRun *run, GyStep step)
{
	return gy_record_step_ms(run->record, step);
}

/* ---- details -------------------------------------------------------------------------------------------- */

static void
fact_free(gpointer data)
{
	GyHistoryFact *fact = data;

	g_free(fact->label);
	g_free(fact->value);
	g_free(fact);
}

/* @value: (transfer full) (nullable) */
static void
add_fact(GPtrArray *facts, const char *label, char *value)
{
	GyHistoryFact *fact;

	if (!value || !*value) {
		g_free(value);
		return;
	}
	fact = g_new0(GyHistoryFact, 1);
	fact->label = g_strdup(label);
	fact->value = value;
	g_ptr_array_add(facts, fact);
}

static void
add_device(GPtrArray *facts, const GyRecord *record)
{
	add_fact(facts, _("Board"), g_strdup(record->board));
	add_fact(facts, _("Chip"), g_strdup(record->chip));
	add_fact(facts, _("Device ID"), g_strdup(record->device_id));
	if (record->hardware_id >= 0)
		add_fact(facts, _("Hardware ID"), g_strdup_printf("%" G_GINT64_FORMAT, record->hardware_id));
	add_fact(facts, _("Serial Number"), g_strdup(record->serial_number));
	add_fact(facts, _("Port"), g_strdup(record->port));
	if (g_strcmp0(record->place, record->port) != 0)
		add_fact(facts, _("Place"), g_strdup(record->place));
}

static void
add_package(GPtrArray *facts, const GyRecord *record)
{
	add_fact(facts, _("Package"), g_strdup(record->package));
	add_fact(facts, _("Package Version"), g_strdup(record->package_version));
	if (record->package_size >= 0)
		add_fact(facts, _("Size"), gy_words_size((guint64) record->package_size));
	add_fact(facts, _("SHA-256"), g_strdup(record->package_sha256));
}

/* Why there is none stands in the log. */
static char *
difference_of(const GyRecord *record)
{
	g_autofree char *size = gy_words_size((guint64) MAX(record->bytes, 0));
	g_autofree char *whole = gy_words_size((guint64) MAX(record->whole_bytes, 0));

	if (!g_str_equal(record->delta, gy_delta_reason_word(GY_DELTA_SENT)))
		return g_strdup(_("None: the whole package was sent"));
	/* Translators: 18.6 KiB in place of 86.7 KiB */
	return g_strdup_printf(_("%1$s in place of %2$s"), size, whole);
}

static void
add_link(GPtrArray *facts, const GyRecord *record)
{
	if (record->rate >= 0)
		add_fact(facts, _("Rate"), gy_words_rate((double) record->rate));
	if (record->frames_resent > 0)
		add_fact(facts, _("Sent Again"),
			g_strdup_printf(ngettext("%u frame", "%u frames", (gulong) record->frames_resent),
				(guint) record->frames_resent));
	if (record->delta)
		add_fact(facts, _("Difference"), difference_of(record));
	if (record->resumed_at > 0)
		add_fact(facts, _("Resumed At"), gy_words_size((guint64) record->resumed_at));
	if (record->reconnects > 0)
		add_fact(facts, _("Port Came Back"),
			g_strdup_printf(ngettext("%u time", "%u times", (gulong) record->reconnects),
				(guint) record->reconnects));
}

GPtrArray *
gy_history_run_facts(GyHistoryRun *run)
{
	const GyRecord *record = run->record;
	GPtrArray *facts = g_ptr_array_new_with_free_func(fact_free);

	add_fact(facts, _("Began"), local_time(record->started_ms, "%Y-%m-%d %H:%M:%S"));
	add_fact(facts, _("Took"), gy_history_run_text(run, GY_HISTORY_TIME));
	add_fact(facts, _("Code"), g_strdup(record->code));
	if (record->device_code >= 0)
		add_fact(
			facts, _("Board’s Own Code"), g_strdup_printf("0x%08x", (guint) record->device_code));
	add_fact(facts, _("Version"), versions(record));
	add_device(facts, record);
	add_package(facts, record);
	add_link(facts, record);
	add_fact(facts, _("Station"), g_strdup(record->station));
	add_fact(facts, _("Slot"), g_strdup(record->slot));
	add_fact(facts, _("Operator"), g_strdup(record->operator_name));
	add_fact(facts, _("Computer"), g_strdup(record->host));
	add_fact(facts, _("Gantry"), g_strdup(record->host_version));
	return facts;
}

char *
gy_history_run_report(GyHistoryRun *run)
{
	g_autoptr(GPtrArray) facts = gy_history_run_facts(run);
	g_autofree char *headline = gy_history_run_headline(run);
	g_autofree char *truth = gy_history_run_truth(run);
	GString *report = g_string_new(NULL);

	g_string_append_printf(report, "%s: %s\n", gy_history_result_title(run->record->result), headline);
	if (*truth)
		g_string_append_printf(report, "%s\n", truth);
	for (guint i = 0; i < facts->len; i++) {
		const GyHistoryFact *fact = g_ptr_array_index(facts, i);

		g_string_append_printf(report, "%s: %s\n", fact->label, fact->value);
	}
	for (GyStep step = 0; step < GY_N_STEPS; step++) {
		gint64 ms = gy_history_run_step_ms(run, step);
		g_autofree char *time = ms >= 0 ? gy_words_duration(ms) : NULL;

		if (time)
			g_string_append_printf(report, "%s: %s\n", gy_step_title(step), time);
	}
	if (run->record->log)
		g_string_append_printf(report, "\n%s", run->record->log);
	return g_string_free(report, FALSE);
}

/* ---- the object ----------------------------------------------------------------------------------------- */

static void
gy_history_run_finalize(GObject *object)
{
	gy_record_free(GY_HISTORY_RUN(object)->record);
	G_OBJECT_CLASS(gy_history_run_parent_class)->finalize(object);
}

static void
gy_history_run_class_init(GyHistoryRunClass *class)
{
	G_OBJECT_CLASS(class)->finalize = gy_history_run_finalize;
}

static void
gy_history_run_init(GyHistoryRun *run)
{
}

GyHistoryRun *
gy_history_run_new(const GyRecord *record)
{
	GyHistoryRun *run = g_object_new(GY_TYPE_HISTORY_RUN, NULL);

	run->record = gy_record_copy(record);
	return run;
}

const GyRecord *
gy_history_run_record(GyHistoryRun *run)
{
	return run->record;
}
