// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "app/command.h"
#include "app/record-report.h"
#include "app/text.h"
#include "engine/records/export.h"
#include "engine/records/postgres.h"

#define MS_PER_S  1000
#define ANSWER_MS 15000
#define MOST_RUNS 1000000000

/* ---- which records -------------------------------------------------------------------------------------- */

typedef struct {
	char *database;
	char *since;
	char *until;
	char *board;
	char *station;
	char *result;
	char *text;
	int most;
} Choice;

static void
choice_clear(Choice *choice)
{
	g_free(choice->database);
	g_free(choice->since);
	g_free(choice->until);
	g_free(choice->board);
	g_free(choice->station);
	g_free(choice->result);
	g_free(choice->text);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Choice, choice_clear)

#define DATABASE_ENTRY(choice)                                                                               \
	{                                                                                                    \
		"database", 0, 0, G_OPTION_ARG_FILENAME, &(choice).database,                                 \
			"Database of records, if not the usual one: a file or postgresql://...", "FILE"      \
	}

#define FILTER_ENTRIES(choice)                                                                               \
	DATABASE_ENTRY(choice),                                                                              \
		{"since", 0, 0, G_OPTION_ARG_STRING, &(choice).since,                                        \
			"Runs from then on: 2026-05-12, 2026-05-12T08:30, 24h or 7d", "TIME"},               \
		{"until", 0, 0, G_OPTION_ARG_STRING, &(choice).until, "Runs before then", "TIME"},           \
		{"station", 0, 0, G_OPTION_ARG_STRING, &(choice).station, "Runs of a station of that name",  \
			"NAME"},                                                                             \
		{"board", 0, 0, G_OPTION_ARG_STRING, &(choice).board, "Runs on a board of that name",        \
			"NAME"},                                                                             \
		{"result", 0, 0, G_OPTION_ARG_STRING, &(choice).result,                                      \
			"done, failed, stopped, running or in-doubt; several with commas between", "WORDS"}, \
		{"text", 0, 0, G_OPTION_ARG_STRING, &(choice).text,                                          \
			"Runs that have these words in their ids, versions, package, code, ...", "WORDS"},   \
	{                                                                                                    \
		"limit", 0, 0, G_OPTION_ARG_INT, &(choice).most, "The newest N of them", "N"                 \
	}

/* "24h", "7d": before now. */
static gboolean
parse_span(const char *text, gint64 *ms)
{
	guint64 count = 0;
	char *end = NULL;
	guint64 hours;

	if (!g_ascii_isdigit(*text))
		return FALSE;
	count = g_ascii_strtoull(text, &end, 10);
	hours = g_str_equal(end, "h") ? 1 : g_str_equal(end, "d") ? 24 : 0;
	if (hours == 0 || count > 1000000)
		return FALSE;
	*ms = g_get_real_time() / MS_PER_S - (gint64) (count * hours * 3600 * MS_PER_S);
	return TRUE;
}

static gboolean
parse_time(const char *option, const char *text, gint64 *ms, GError **error)
{
	g_autoptr(GTimeZone) here = g_time_zone_new_local();
	g_autoptr(GDateTime) time = NULL;
	g_autofree char *full = NULL;

	if (!text || parse_span(text, ms))
		return TRUE;
	/* the shorter forms that people type */
	full = strlen(text) == strlen("2026-05-12")         ? g_strconcat(text, "T00:00:00", NULL)
	       : strlen(text) == strlen("2026-05-12T08:30") ? g_strconcat(text, ":00", NULL)
							    : g_strdup(text);
	time = g_date_time_new_from_iso8601(full, here);
	if (!time) {
		gy_usage(error, "%s takes a time such as 2026-05-12, 2026-05-12T08:30, 24h or 7d, not \"%s\"",
			option, text);
		return FALSE;
	}
	*ms = g_date_time_to_unix(time) * MS_PER_S;
	return TRUE;
}

static gboolean
parse_results(const char *text, guint *results, GError **error)
{
	g_auto(GStrv) words = text ? g_strsplit(text, ",", -1) : NULL;

	for (guint i = 0; words && words[i]; i++) {
		GyRecordResult result;

		if (!gy_record_result_find(g_strstrip(words[i]), &result)) {
			gy_usage(error,
				"--result takes done, failed, stopped, running or in-doubt, not \"%s\"",
				words[i]);
			return FALSE;
		}
		*results |= 1U << result;
	}
	return TRUE;
}

/* @filter borrows the texts of @choice. */
static gboolean
make_filter(const Choice *choice, GyRecordFilter *filter, GError **error)
{
	*filter = (GyRecordFilter){.board = choice->board, .station = choice->station, .text = choice->text};
	if (choice->most < 0 || choice->most > MOST_RUNS) {
		gy_usage(error, "--limit takes a number up to %d, not %d", MOST_RUNS, choice->most);
		return FALSE;
	}
	filter->most = (guint) choice->most;
	return parse_time("--since", choice->since, &filter->since_ms, error) &&
	       parse_time("--until", choice->until, &filter->until_ms, error) &&
	       parse_results(choice->result, &filter->results, error);
}

/* The usual database is only there after the first run; one that was named has to be. */
static GyRecords *
open_records(const Choice *choice, GError **error)
{
	g_autofree char *path = choice->database ? g_strdup(choice->database) : gy_records_default_path();

	if (gy_postgres_is_uri(path)) {
		g_autoptr(GyPostgres) postgres = gy_postgres_open(path, ANSWER_MS, error);

		return postgres ? gy_postgres_records(postgres, error) : NULL;
	}
	if (!choice->database && !g_file_test(path, G_FILE_TEST_EXISTS))
		return gy_records_open(":memory:", error);
	return gy_records_open_existing(path, error);
}

/* ---- records list --------------------------------------------------------------------------------------- */

static int
run_list(const GyCommand *command, GyOutput *output, char **arguments)
{
	g_auto(GStrv) inputs = arguments;
	g_auto(Choice) choice = {.most = 50};
	g_autoptr(GPtrArray) list = NULL;
	g_autoptr(GyRecords) records = NULL;
	g_autoptr(GError) error = NULL;
	GyRecordFilter filter;
	gint64 n_all = 0;
	const GOptionEntry entries[] = {FILTER_ENTRIES(choice), {NULL}};

	if (!gy_command_parse(command, entries, &inputs, &error) ||
		!gy_command_check_no_input(inputs, &error) || !make_filter(&choice, &filter, &error))
		return gy_output_error(output, error, 0);
	records = open_records(&choice, &error);
	if (!records || (n_all = gy_records_count(records, &filter, &error)) < 0 ||
		!(list = gy_records_list(records, &filter, &error)))
		return gy_output_error(output, error, 0);
	for (guint i = 0; i < list->len; i++)
		gy_report_record_row(output, g_ptr_array_index(list, i));
	if (n_all == 0)
		gy_output_print(output, "no such runs; gantry flash records each one\n");
	else if (n_all > list->len)
		gy_output_print(output,
			"the newest %u of %" G_GINT64_FORMAT "; --limit 0 shows all of them\n", list->len,
			n_all);
	return GY_EXIT_DONE;
}

const GyCommand gy_command_records_list = {
	.name = "records list",
	.arguments = "[--since TIME] [--result WORDS] [--text WORDS]",
	.summary = "Lists the runs of gantry flash and of the desktop app, the newest 50 first",
	.example = "  gantry records list --since 7d --result failed,in-doubt",
	.run = run_list,
};

/* ---- records show --------------------------------------------------------------------------------------- */

static gboolean
parse_id(const char *text, gint64 *id, GError **error)
{
	guint64 number;

	if (!g_ascii_string_to_unsigned(text, 10, 1, G_MAXINT64, &number, NULL)) {
		gy_usage(error, "ID is a number of gantry records list, not \"%s\"", text);
		return FALSE;
	}
	*id = (gint64) number;
	return TRUE;
}

static int
run_show(const GyCommand *command, GyOutput *output, char **arguments)
{
	g_auto(GStrv) inputs = arguments;
	g_auto(Choice) choice = {0};
	g_autoptr(GyRecords) records = NULL;
	g_autoptr(GyRecord) record = NULL;
	g_autoptr(GError) error = NULL;
	const char *input;
	gint64 id = 0;
	const GOptionEntry entries[] = {DATABASE_ENTRY(choice), {NULL}};

	if (!gy_command_parse(command, entries, &inputs, &error) ||
		!(input = gy_command_need_input(inputs, "ID", &error)) || !parse_id(input, &id, &error))
		return gy_output_error(output, error, 0);
	records = open_records(&choice, &error);
	if (!records || !(record = gy_records_get(records, id, &error)))
		return gy_output_error(output, error, 0);
	gy_report_record(output, record);
	return GY_EXIT_DONE;
}

const GyCommand gy_command_records_show = {
	.name = "records show",
	.arguments = "ID",
	.summary = "Shows all that is known of one run",
	.example = "  gantry records show 12",
	.run = run_show,
};

/* ---- records export ------------------------------------------------------------------------------------- */

static gboolean
find_format(const char *word, const char *path, GyRecordFormat *format, GError **error)
{
	if (!word)
		*format = gy_record_format_of_path(path);
	else if (g_str_equal(word, "csv"))
		*format = GY_RECORD_CSV;
	else if (g_str_equal(word, "json"))
		*format = GY_RECORD_JSON;
	else
		gy_usage(error, "--format takes csv or json, not \"%s\"", word);
	return !word || g_str_equal(word, "csv") || g_str_equal(word, "json");
}

static int
export_to(const GyOutput *output, GyRecords *records, const GyRecordFilter *filter, GyRecordFormat format,
	const char *path)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = NULL;
	g_autofree char *runs = NULL;
	guint n = 0;

	bytes = gy_records_export(records, filter, format, &n, &error);
	if (!bytes || !gy_command_write(path, bytes, &error))
		return gy_output_error(output, error, 0);
	runs = gy_text_count(n, "run");
	gy_command_print_written(output, path, bytes, runs);
	return GY_EXIT_DONE;
}

static int
run_export(const GyCommand *command, GyOutput *output, char **arguments)
{
	g_auto(GStrv) inputs = arguments;
	g_auto(Choice) choice = {0};
	g_autofree char *path = NULL;
	g_autofree char *word = NULL;
	g_autoptr(GyRecords) records = NULL;
	g_autoptr(GError) error = NULL;
	GyRecordFormat format = GY_RECORD_CSV;
	GyRecordFilter filter;
	const GOptionEntry entries[] = {
		{"output", 'o', 0, G_OPTION_ARG_FILENAME, &path, "Where the file goes", "OUT"},
		{"format", 0, 0, G_OPTION_ARG_STRING, &word, "csv or json, if not told by OUT's ending",
			"WORD"},
		FILTER_ENTRIES(choice),
		{NULL},
	};

	if (!gy_command_parse(command, entries, &inputs, &error) ||
		!gy_command_check_no_input(inputs, &error) ||
		!gy_command_need_option(path, "-o OUT", &error) ||
		!find_format(word, path, &format, &error) || !make_filter(&choice, &filter, &error))
		return gy_output_error(output, error, 0);
	records = open_records(&choice, &error);
	if (!records)
		return gy_output_error(output, error, 0);
	return export_to(output, records, &filter, format, path);
}

const GyCommand gy_command_records_export = {
	.name = "records export",
	.arguments = "-o OUT [--format csv|json]",
	.summary = "Writes runs into a file for a spreadsheet or a program",
	.example = "  gantry records export --since 2026-05-01 -o may.csv",
	.run = run_export,
};

/* ---- records stats -------------------------------------------------------------------------------------- */

static int
run_stats(const GyCommand *command, GyOutput *output, char **arguments)
{
	g_auto(GStrv) inputs = arguments;
	g_auto(Choice) choice = {0};
	g_autoptr(GyRecords) records = NULL;
	g_autoptr(GyRecordStats) stats = NULL;
	g_autoptr(GError) error = NULL;
	GyRecordFilter filter;
	const GOptionEntry entries[] = {FILTER_ENTRIES(choice), {NULL}};

	if (!gy_command_parse(command, entries, &inputs, &error) ||
		!gy_command_check_no_input(inputs, &error) || !make_filter(&choice, &filter, &error))
		return gy_output_error(output, error, 0);
	records = open_records(&choice, &error);
	if (!records || !(stats = gy_records_stats(records, &filter, &error)))
		return gy_output_error(output, error, 0);
	gy_report_record_stats(output, stats);
	return GY_EXIT_DONE;
}

const GyCommand gy_command_records_stats = {
	.name = "records stats",
	.arguments = "[--since TIME] [--board NAME]",
	.summary = "Says how many runs passed, how long each stage takes, and why runs failed",
	.example = "  gantry records stats --since 7d",
	.run = run_stats,
};
