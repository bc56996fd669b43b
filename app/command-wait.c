// SPDX-License-Identifier: Apache-2.0
#include "app/agent-key-option.h"
#include "app/command.h"
#include "app/device-report.h"

#define TIMEOUT_S    60
#define TIMEOUT_MAX  86400
#define ASK_AGAIN_US 200000
#define ANSWER_MS    1000

typedef struct {
	char *port;
	char *version; /* pattern; NULL: any */
	guint baud;
	gint64 until_us;
} Wait;

/* What is wrong with the words stays wrong however long one waits. */
static gboolean
is_final(const GError *error)
{
	const char *code = gy_error_code(error);

	return g_str_equal(code, "link/bad-port") || g_str_equal(code, "link/forbidden");
}

/* (transfer full) (nullable): the device that answers, and runs what is waited for. */
static GyDeviceInfo *
ask(const Wait *wait, GError **error)
{
	g_autoptr(GyDeviceInfo) device = gy_device_query(wait->port, wait->baud, ANSWER_MS, NULL, error);

	if (!device || !wait->version || g_pattern_match_simple(wait->version, device->version))
		return g_steal_pointer(&device);
	g_set_error(error, GY_ERROR, GY_ERROR_BOARD_NOT_AS_WANTED, "the device runs %s, waited for %s",
		device->version, wait->version);
	return NULL;
}

static GyDeviceInfo *
wait_for(const Wait *wait, GError **error)
{
	for (;;) {
		g_autoptr(GError) problem = NULL;
		GyDeviceInfo *device = ask(wait, &problem);

		if (device)
			return device;
		if (is_final(problem) || g_get_monotonic_time() >= wait->until_us) {
			g_propagate_error(error, g_steal_pointer(&problem));
			return NULL;
		}
		g_usleep(ASK_AGAIN_US);
	}
}

static int
run(const GyCommand *command, GyOutput *output, char **arguments)
{
	g_auto(GStrv) inputs = arguments;
	g_autofree char *port = NULL;
	g_autofree char *version = NULL;
	g_autoptr(GyDeviceInfo) device = NULL;
	g_autoptr(GError) error = NULL;
	Wait wait;
	int baud = 0;
	int timeout = TIMEOUT_S;
	const GOptionEntry entries[] = {
		{"port", 0, 0, G_OPTION_ARG_FILENAME, &port, GY_PORT_HELP, "PORT"},
		{"baud", 0, 0, G_OPTION_ARG_INT, &baud, "Rate that the port is opened at (115200)", "N"},
		{"version", 0, 0, G_OPTION_ARG_STRING, &version,
			"Wait until it runs this version; * and ? stand for what may be there", "PATTERN"},
		{"timeout", 0, 0, G_OPTION_ARG_INT, &timeout, "Seconds to wait at most (60)", "N"},
		{NULL},
	};

	if (!gy_command_parse(command, entries, &inputs, &error) ||
		!gy_command_check_no_input(inputs, &error) ||
		!gy_command_need_option(port, "--port PORT", &error) ||
		!gy_command_check_baud("--baud", baud, &error))
		return gy_output_error(output, error, 0);
	if (timeout < 0 || timeout > TIMEOUT_MAX) {
		gy_usage(&error, "--timeout takes seconds up to %d, not %d", TIMEOUT_MAX, timeout);
		return gy_output_error(output, error, 0);
	}
	wait = (Wait){port, version, (guint) baud, g_get_monotonic_time() + timeout * G_USEC_PER_SEC};
	device = wait_for(&wait, &error);
	if (!device)
		return gy_output_error(output, error, 0);
	gy_report_device(output, device, "now");
	return GY_EXIT_DONE;
}

const GyCommand gy_command_wait = {
	.name = "wait",
	.arguments = "--port PORT [--version PATTERN] [--timeout N]",
	.summary = "Waits until the agent on a device answers, and says what it runs",
	.example = "  gantry wait --port path:1-4.2 --version '1.4.*' --timeout 120",
	.run = run,
};
