// SPDX-License-Identifier: Apache-2.0
#include "app/agent-key-option.h"
#include "app/command.h"
#include "app/device-report.h"

typedef struct {
	char *port;
	int baud;
	int region; /* -1: only to be shown */
	GyAgentKey *key;
} Wanted;

/* Nothing, or "set a". */
static gboolean
take_words(char **words, int *region, GError **error)
{
	*region = -1;
	if (!words || !words[0])
		return TRUE;
	if (g_str_equal(words[0], "set") && words[1] && !words[2] &&
		(g_str_equal(words[1], "a") || g_str_equal(words[1], "b"))) {
		*region = words[1][0] - 'a';
		return TRUE;
	}
	gy_usage(error, "%s: wants nothing, or \"set a\" or \"set b\"", words[0]);
	return FALSE;
}

static GyDeviceInfo *
ask(const Wanted *wanted, GError **error)
{
	guint baud = (guint) wanted->baud;
	GyDeviceInfo *info;

	if (wanted->region >= 0)
		return gy_device_choose_region(
			wanted->port, baud, (guint) wanted->region, wanted->key, NULL, error);
	info = wanted->key ? gy_device_query_with_key(wanted->port, baud, wanted->key, NULL, error)
			   : gy_device_query(wanted->port, baud, 0, NULL, error);
	if (!info || info->n_regions > 0)
		return info;
	gy_device_info_free(info);
	g_set_error_literal(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED,
		"this device has no regions: it installs packages");
	return NULL;
}

static int
run(const GyCommand *command, GyOutput *output, char **arguments)
{
	g_auto(GStrv) words = arguments;
	g_autofree char *port = NULL;
	g_autoptr(GyDeviceInfo) info = NULL;
	g_autoptr(GError) error = NULL;
	g_auto(GyAgentKeyOption) agent_key = {0};
	g_autoptr(GyAgentKey) key = NULL;
	Wanted wanted = {0};
	const GOptionEntry entries[] = {
		{"port", 0, 0, G_OPTION_ARG_FILENAME, &port, GY_PORT_HELP, "PORT"},
		{"baud", 0, 0, G_OPTION_ARG_INT, &wanted.baud, "Rate that the port is opened at (115200)",
			"N"},
		GY_AGENT_KEY_OPTIONS(&agent_key),
		{NULL},
	};

	if (!gy_command_parse(command, entries, &words, &error) ||
		!take_words(words, &wanted.region, &error) ||
		!gy_command_need_option(port, "--port PORT", &error) ||
		!gy_command_check_baud("--baud", wanted.baud, &error) ||
		!gy_agent_key_option_load(&agent_key, &key, &error))
		return gy_output_error(output, error, 0);
	wanted.port = port;
	wanted.key = key;
	info = ask(&wanted, &error);
	if (!info)
		return gy_output_error(output, error, 0);
	gy_report_regions(output, info);
	return GY_EXIT_DONE;
}

const GyCommand gy_command_region = {
	.name = "region",
	.arguments = "[set a|b] --port PORT",
	.summary = "Shows which of a device's two regions runs; set starts the other one",
	.example = "  gantry region --port /dev/ttyUSB0\n"
		   "  gantry region set b --port /dev/ttyUSB0",
	.run = run,
};
