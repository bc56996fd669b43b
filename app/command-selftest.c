// SPDX-License-Identifier: Apache-2.0
#include "app/agent-key-option.h"
#include "app/command.h"
#include "app/line-work.h"
#include "engine/job/selftest.h"

typedef struct {
	GySelftestOptions options;
	GySelftest result;
	const GyOutput *output;
	GyLineReport *report;
} Work;

/* On the thread that works. */
static void
on_told(gpointer data, const char *line, guint step, guint n_steps)
{
	Work *work = data;
	g_autofree char *sentence = g_utf8_make_valid(line, -1);

	/* the bar has the steps; where there is none, the lines have them */
	if (n_steps > 0)
		gy_line_report(work->report, "testing", step - 1, n_steps);
	if (n_steps == 0 || !work->output->terminal)
		gy_line_say(work->report, g_strescape(sentence, NULL));
}

static gboolean
test(gpointer data, GyLineReport *report, GCancellable *cancellable, GError **error)
{
	Work *work = data;

	work->report = report;
	work->options.told = on_told;
	work->options.data = work;
	return gy_device_selftest(&work->options, &work->result, cancellable, error);
}

static gboolean
take_seed(const char *text, guint32 *seed, GError **error)
{
	guint64 number;
	const char *digits = text;
	guint base = 10;

	*seed = g_random_int();
	if (!text)
		return TRUE;
	if (g_str_has_prefix(text, "0x")) {
		digits = text + 2;
		base = 16;
	}
	if (!g_ascii_string_to_unsigned(digits, base, 0, G_MAXUINT32, &number, NULL)) {
		gy_usage(error, "--seed %s: wants a number of 32 bits", text);
		return FALSE;
	}
	*seed = (guint32) number;
	return TRUE;
}

static gboolean
check_erase(gboolean erase, GError **error)
{
	if (!erase)
		gy_usage(error, "the self-test writes over all that the board stores: the program that runs, "
				"its copy and "
				"the last package are lost, and the board has to be flashed again. --erase "
				"says that this is "
				"wanted");
	return erase;
}

static void
report_object(const GyOutput *output, const GySelftest *result, const char *sentence)
{
	JsonObject *object = gy_json_new("selftest");

	json_object_set_boolean_member(object, "passed", result->passed);
	gy_json_number(object, "seed", result->seed);
	gy_json_text(object, "step", gy_selftest_step_name(result->step));
	gy_json_text(object, "area", result->passed ? NULL : gy_selftest_area_name(result->area));
	if (result->passed) {
		json_object_set_null_member(object, "offset");
		json_object_set_null_member(object, "expected");
		json_object_set_null_member(object, "found");
	} else {
		gy_json_number(object, "offset", result->offset);
		gy_json_number(object, "expected", result->expected);
		gy_json_number(object, "found", result->found);
	}
	gy_json_text(object, "sentence", sentence);
	gy_output_object(output, object);
}

static int
report(GyOutput *output, const GySelftest *result)
{
	g_autofree char *sentence = gy_selftest_sentence(result);
	g_autoptr(GError) error = NULL;

	report_object(output, result, sentence);
	gy_output_note(
		output, "Nothing runs on the board now: flash it again, with a package of the whole image.");
	if (result->passed) {
		gy_output_print(output, "passed: %s\n", sentence);
		return GY_EXIT_DONE;
	}
	g_set_error_literal(&error, GY_ERROR, GY_ERROR_DEVICE_SELFTEST, sentence);
	return gy_output_error(output, error, 0);
}

static int
run(const GyCommand *command, GyOutput *output, char **arguments)
{
	g_auto(GStrv) inputs = arguments;
	g_autofree char *port = NULL;
	g_autofree char *seed = NULL;
	g_autoptr(GError) error = NULL;
	g_auto(GyAgentKeyOption) agent_key = {0};
	g_autoptr(GyAgentKey) key = NULL;
	Work work = {.output = output};
	gboolean erase = FALSE;
	int baud = 0;
	const GOptionEntry entries[] = {
		{"port", 0, 0, G_OPTION_ARG_FILENAME, &port, GY_PORT_HELP, "PORT"},
		{"erase", 0, 0, G_OPTION_ARG_NONE, &erase,
			"All that the board stores may be erased, what runs included", NULL},
		{"seed", 0, 0, G_OPTION_ARG_STRING, &seed, "Write what that seed wrote (random)", "N"},
		{"baud", 0, 0, G_OPTION_ARG_INT, &baud, "Rate that the port is opened at (115200)", "N"},
		GY_AGENT_KEY_OPTIONS(&agent_key),
		{NULL},
	};

	if (!gy_command_parse(command, entries, &inputs, &error) ||
		!gy_command_check_no_input(inputs, &error) ||
		!gy_command_need_option(port, "--port PORT", &error) || !check_erase(erase, &error) ||
		!take_seed(seed, &work.options.seed, &error) ||
		!gy_command_check_baud("--baud", baud, &error) ||
		!gy_agent_key_option_load(&agent_key, &key, &error))
		return gy_output_error(output, error, 0);
	work.options.port = port;
	work.options.baud = (guint) baud;
	work.options.key = key;
	gy_output_note(output, "seed 0x%08x", work.options.seed);
	if (!gy_line_work_run(output, "asking", test, &work, &error))
		return gy_output_error(output, error, 0);
	return report(output, &work.result);
}

const GyCommand gy_command_selftest = {
	.name = "selftest",
	.arguments = "--port PORT --erase",
	.summary = "Has a board write and read all of its flash; what runs on it is lost",
	.example = "  gantry selftest --port /dev/ttyUSB0 --erase",
	.run = run,
};
