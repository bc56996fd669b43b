// SPDX-License-Identifier: Apache-2.0
#include "app/agent-key-option.h"
#include "app/command.h"
#include "app/device-report.h"

static int
run(const GyCommand *command, GyOutput *output, char **arguments)
{
	g_auto(GStrv) inputs = arguments;
	g_autofree char *port = NULL;
	g_autoptr(GyDeviceInfo) info = NULL;
	g_autoptr(GError) error = NULL;
	g_auto(GyAgentKeyOption) agent_key = {0};
	g_autoptr(GyAgentKey) key = NULL;
	int baud = 0;
	const GOptionEntry entries[] = {
		{"port", 0, 0, G_OPTION_ARG_FILENAME, &port, GY_PORT_HELP, "PORT"},
		{"baud", 0, 0, G_OPTION_ARG_INT, &baud, "Rate that the port is opened at (115200)", "N"},
		GY_AGENT_KEY_OPTIONS(&agent_key),
		{NULL},
	};

	if (!gy_command_parse(command, entries, &inputs, &error) ||
		!gy_command_check_no_input(inputs, &error) ||
		!gy_command_need_option(port, "--port PORT", &error) ||
		!gy_command_check_baud("--baud", baud, &error) ||
		!gy_agent_key_option_load(&agent_key, &key, &error))
		return gy_output_error(output, error, 0);
	info = key ? gy_device_query_with_key(port, (guint) baud, key, NULL, &error)
		   : gy_device_query(port, (guint) baud, 0, NULL, &error);
	if (!info)
		return gy_output_error(output, error, 0);
	gy_report_device(output, info, "now");
	return GY_EXIT_DONE;
}

const GyCommand gy_command_info = {
	.name = "info",
	.arguments = "--port PORT",
	.summary = "Asks the agent on a device what it is and what it runs",
	.example = "  gantry info --port /dev/ttyUSB0",
	.run = run,
};
