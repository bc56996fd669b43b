// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "app/command.h"
#include "app/serial-report.h"
#include "app/terminal.h"
#include "app/text.h"
#include "engine/records/postgres.h"
#include "engine/station/station.h"

#define PIN_LEAST 4
#define ANSWER_MS 15000

/* The result of a command that writes no file. */
static void print_sentence(const GyOutput *output, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
print_sentence(const GyOutput *output, const char *format, ...)
{
	static const char *const nulls[] = {"path", "size", "sha256", "verdict"};
	JsonObject *object = gy_json_new("result");
	g_autofree char *sentence = NULL;
	va_list arguments;

	va_start(arguments, format);
	sentence = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	gy_output_print(output, "%s\n", sentence);
	gy_json_text(object, "command", output->command);
	gy_json_text(object, "sentence", sentence);
	for (guint i = 0; i < G_N_ELEMENTS(nulls); i++)
		json_object_set_null_member(object, nulls[i]);
	gy_output_object(output, object);
}

/* ---- station check -------------------------------------------------------------------------------------- */

static void
print_finding(const GyOutput *output, const GyStation *station, const GyStationFinding *finding)
{
	JsonObject *object = gy_json_new("station-finding");
	const char *severity = finding->is_error ? "error" : "warning";
	g_autofree char *name = g_path_get_basename(station->path);
	g_autofree char *message = gy_text_safe(finding->message);

	if (finding->line > 0)
		gy_output_print(output, "%s:%u: ", name, finding->line);
	else
		gy_output_print(output, "%s: ", name);
	gy_output_styled(output, finding->is_error ? GY_STYLE_BAD : GY_STYLE_WARN, "%s", severity);
	gy_output_print(output, ": %s [%s]\n", message, gy_error_word(finding->code));
	gy_json_text(object, "severity", severity);
	if (finding->line > 0)
		gy_json_number(object, "line", finding->line);
	else
		json_object_set_null_member(object, "line");
	gy_json_text(object, "code", gy_error_word(finding->code));
	gy_json_text(object, "message", finding->message);
	gy_output_object(output, object);
}

static JsonArray *
steps_array(const GyStation *station)
{
	JsonArray *array = json_array_new();

	for (guint i = 0; i < station->plan->steps->len; i++)
		json_array_add_string_element(array, ((GyStep *) station->plan->steps->pdata[i])->name);
	return array;
}

static JsonArray *
slots_array(const GyStation *station)
{
	JsonArray *array = json_array_new();

	for (guint i = 0; i < station->slots->len; i++) {
		const GyStationSlot *slot = g_ptr_array_index(station->slots, i);
		JsonObject *object = json_object_new();

		gy_json_text(object, "name", slot->name);
		gy_json_text(object, "label", slot->label);
		gy_json_text(object, "port", slot->port);
		json_array_add_object_element(array, object);
	}
	return array;
}

static void
print_station(const GyOutput *output, const GyStation *station, guint n_errors)
{
	JsonObject *object = gy_json_new("station");
	guint n_warnings = station->findings->len - n_errors;
	g_autofree char *name = gy_text_safe(station->plan->station ? station->plan->station : "?");
	g_autofree char *slots = gy_text_count(station->slots->len, "slot");
	g_autofree char *errors = gy_text_count(n_errors, "error");
	g_autofree char *warnings = gy_text_count(n_warnings, "warning");

	gy_output_styled(output, GY_STYLE_BOLD, "%s", name);
	gy_output_print(output, ": %s, %s, %s\n", slots, errors, warnings);
	gy_json_text(object, "name", station->plan->station);
	gy_json_text(object, "path", station->path);
	json_object_set_array_member(object, "steps", steps_array(station));
	json_object_set_array_member(object, "slots", slots_array(station));
	gy_json_number(object, "errors", n_errors);
	gy_json_number(object, "warnings", n_warnings);
	gy_output_object(output, object);
}

static int
run_check(const GyCommand *command, GyOutput *output, char **arguments)
{
	g_auto(GStrv) inputs = arguments;
	g_autoptr(GyStation) station = NULL;
	g_autoptr(GError) error = NULL;
	const char *input;
	guint n_errors = 0;

	if (!gy_command_parse(command, NULL, &inputs, &error) ||
		!(input = gy_command_need_input(inputs, "FILE", &error)) ||
		!(station = gy_station_load(input, &error)))
		return gy_output_error(output, error, 0);
	for (guint i = 0; i < station->findings->len; i++) {
		const GyStationFinding *finding = g_ptr_array_index(station->findings, i);

		print_finding(output, station, finding);
		n_errors += finding->is_error;
	}
	print_station(output, station, n_errors);
	if (n_errors == 0)
		return GY_EXIT_DONE;
	g_set_error(&error, GY_ERROR, GY_ERROR_STATION_INVALID,
		n_errors == 1 ? "the station cannot start: %u of its lines is wrong"
			      : "the station cannot start: %u of its lines are wrong",
		n_errors);
	return gy_output_error(output, error, 0);
}

const GyCommand gy_command_station_check = {
	.name = "station check",
	.arguments = "FILE",
	.summary = "Checks a station file, and the files and the package that it names",
	.example = "  gantry station check line-3.station",
	.run = run_check,
};

/* ---- station serials ------------------------------------------------------------------------------------ */

typedef struct {
	char *free;
	char *use;
	gboolean all;
} Decision;

static gboolean
check_decision(const Decision *decision, GError **error)
{
	if (!decision->free || !decision->use)
		return TRUE;
	gy_usage(error, "--free and --use: decide on one number at a time");
	return FALSE;
}

static gboolean
list_serials(const GyOutput *output, GyRecords *records, const char *series, gboolean all, GError **error)
{
	guint states =
		all ? 0 : 1U << GY_SERIAL_IN_DOUBT | 1U << GY_SERIAL_RESERVED | 1U << GY_SERIAL_STARTED;
	g_autoptr(GPtrArray) list = gy_serials_list(records, series, states, error);

	if (!list)
		return FALSE;
	for (guint i = 0; i < list->len; i++)
		gy_report_serial(output, g_ptr_array_index(list, i));
	if (list->len == 0)
		gy_output_print(
			output, all ? "no serial number was given out yet\n"
				    : "no serial number is in use or in doubt; --all lists every one\n");
	return TRUE;
}

static gboolean
decide(const GyOutput *output, GyRecords *records, const char *series, const Decision *decision,
	GError **error)
{
	const char *number = decision->use ? decision->use : decision->free;
	g_autofree char *safe = gy_text_safe(number);

	if (!gy_serials_decide(records, series, number, decision->use != NULL, error))
		return FALSE;
	print_sentence(output, decision->use ? "%s is consumed: a board bears it" : "%s is free again", safe);
	return TRUE;
}

static int
run_serials(const GyCommand *command, GyOutput *output, char **arguments)
{
	g_auto(GStrv) inputs = arguments;
	g_autofree char *free_number = NULL;
	g_autofree char *use_number = NULL;
	Decision decision = {0};
	g_autoptr(GyStation) station = NULL;
	g_autoptr(GyRecords) records = NULL;
	g_autoptr(GError) error = NULL;
	const char *input;
	const char *series;
	const char *number;
	const GOptionEntry entries[] = {
		{"free", 0, 0, G_OPTION_ARG_STRING, &free_number,
			"No board bears this number, which is in doubt: it is free again", "NUMBER"},
		{"use", 0, 0, G_OPTION_ARG_STRING, &use_number,
			"A board bears this number, which is in doubt: it is consumed", "NUMBER"},
		{"all", 0, 0, G_OPTION_ARG_NONE, &decision.all, "Every number that was ever given out", NULL},
		{NULL},
	};

	if (!gy_command_parse(command, entries, &inputs, &error) ||
		!(input = gy_command_need_input(inputs, "FILE", &error)))
		return gy_output_error(output, error, 0);
	decision.free = free_number;
	decision.use = use_number;
	if (!check_decision(&decision, &error) || !(station = gy_station_load(input, &error)) ||
		!(records = gy_records_open(station->plan->records, &error)))
		return gy_output_error(output, error, 0);
	series = station->plan->serials ? gy_serial_source_series(station->plan->serials) : "";
	number = free_number ? free_number : use_number;
	if (number && !decide(output, records, series, &decision, &error))
		return gy_output_error(output, error, 0);
	if (!list_serials(output, records, series, decision.all, &error))
		return gy_output_error(output, error, 0);
	return GY_EXIT_DONE;
}

const GyCommand gy_command_station_serials = {
	.name = "station serials",
	.arguments = "FILE [--free NUMBER | --use NUMBER] [--all]",
	.summary = "Lists serial numbers in use or in doubt, and decides on one in doubt",
	.example = "  gantry station serials line-3.station --free WS63-000124",
	.run = run_serials,
};

/* ---- station give-back ---------------------------------------------------------------------------------- */

static int
run_give_back(const GyCommand *command, GyOutput *output, char **arguments)
{
	g_auto(GStrv) inputs = arguments;
	g_autoptr(GyStation) station = NULL;
	g_autoptr(GyPostgres) postgres = NULL;
	g_autoptr(GError) error = NULL;
	GySerialHolder holder;
	const char *input;
	gint n = -1;

	if (!gy_command_parse(command, NULL, &inputs, &error) ||
		!(input = gy_command_need_input(inputs, "FILE", &error)) ||
		!(station = gy_station_load(input, &error)))
		return gy_output_error(output, error, 0);
	if (!station->pool || !station->plan->serials || !station->plan->station) {
		gy_usage(&error, "%s takes no serial numbers from a database that stations share", input);
		return gy_output_error(output, error, 0);
	}
	holder = (GySerialHolder){
		.series = gy_serial_source_series(station->plan->serials), .station = station->plan->station};
	postgres = gy_postgres_open(station->pool, ANSWER_MS, &error);
	if (postgres)
		n = gy_postgres_give_back(postgres, &holder, NULL, &error);
	if (n < 0)
		return gy_output_error(output, error, 0);
	print_sentence(output, "%d serial numbers of %s are free again", n, holder.station);
	return GY_EXIT_DONE;
}

const GyCommand gy_command_station_give_back = {
	.name = "station give-back",
	.arguments = "FILE",
	.summary = "Frees the serial numbers of a station that will never come back, with all that it had "
		   "not delivered",
	.example = "  gantry station give-back burnt-down.station",
	.run = run_give_back,
};

/* ---- station pin ---------------------------------------------------------------------------------------- */

static int
run_pin(const GyCommand *command, GyOutput *output, char **arguments)
{
	g_auto(GStrv) inputs = arguments;
	g_autofree char *pin = NULL;
	g_autofree char *hash = NULL;
	g_autoptr(GError) error = NULL;

	if (!gy_command_parse(command, NULL, &inputs, &error) || !gy_command_check_no_input(inputs, &error) ||
		!(pin = gy_terminal_ask_secret("Supervisor's PIN", &error)))
		return gy_output_error(output, error, 0);
	if (strlen(pin) < PIN_LEAST) {
		gy_usage(&error, "a PIN has at least %d characters", PIN_LEAST);
		return gy_output_error(output, error, 0);
	}
	hash = gy_station_pin_make(pin);
	print_sentence(output, "pin = %s", hash);
	return GY_EXIT_DONE;
}

const GyCommand gy_command_station_pin = {
	.name = "station pin",
	.arguments = "",
	.summary = "Asks for a supervisor's PIN and prints the line of a station file that holds its hash",
	.example = "  gantry station pin",
	.run = run_pin,
};
