// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "app/command.h"
#include "engine/devices/simulated-board.h"

#define PROGRAM "gantry-sim"

static int
run_program(GyOutput *output, char **arguments)
{
	g_autofree char *path = gy_simulator_find();
	g_autoptr(GPtrArray) words = g_ptr_array_new();
	g_autoptr(GError) error = NULL;

	g_ptr_array_add(words, (char *) PROGRAM);
	for (; *arguments; arguments++)
		g_ptr_array_add(words, *arguments);
	g_ptr_array_add(words, NULL);
	fflush(stdout);
	if (path)
		execv(path, (char **) words->pdata);
	g_set_error(&error, GY_ERROR, GY_ERROR_FILE_NOT_FOUND, "%s cannot be started: %s",
		path ? path : PROGRAM, path ? g_strerror(errno) : "it is neither beside gantry nor in PATH");
	return gy_output_error(output, error, 0);
}

static gboolean
asks_for_help(char **words)
{
	if (words[0] && g_str_equal(words[0], "--json"))
		words++;
	return words[0] && (g_str_equal(words[0], "--help") || g_str_equal(words[0], "-h"));
}

/* The options are the simulator's own; only the help is answered here. */
static int
run(const GyCommand *command, GyOutput *output, char **arguments)
{
	g_auto(GStrv) words = arguments;
	char **rest = words;
	static const GOptionEntry entries[] = {
		{"board", 0, 0, G_OPTION_ARG_NONE, NULL, "Which board: ws63, hi3861, hi3516", "BOARD"},
		{"flash", 0, 0, G_OPTION_ARG_NONE, NULL, "The file that is its flash", "FILE"},
		{"new", 0, 0, G_OPTION_ARG_NONE, NULL, "Begin with an empty flash and provision it", NULL},
		{"root-key", 0, 0, G_OPTION_ARG_NONE, NULL, "With --new: the root key that it keeps",
			"PUBLIC"},
		{"image", 0, 0, G_OPTION_ARG_NONE, NULL, "With --new: an image and where it goes",
			"SECTION=FILE"},
		{"agent-key", 0, 0, G_OPTION_ARG_NONE, NULL,
			"Answer only hosts that show the private half of this key", "PUBLIC"},
		{"pty", 0, 0, G_OPTION_ARG_NONE, NULL, "Be a terminal, by this link", "LINK"},
		{"socket", 0, 0, G_OPTION_ARG_NONE, NULL, "Be a socket, by this path", "PATH"},
		{NULL},
	};

	if (asks_for_help(words)) {
		gy_command_print_help(output, command, entries);
		return GY_EXIT_DONE;
	}
	if (*rest && g_str_equal(*rest, "--"))
		rest++;
	return run_program(output, rest);
}

const GyCommand gy_command_sim = {
	.name = "sim",
	.arguments = "OPTIONS...",
	.summary = "Starts a simulated board; gantry sim -- --help lists all of its options",
	.example = "  gantry sim --board ws63 --flash board.bin --new --root-key root-public.pem \\\n"
		   "    --image application=app-sign.bin --pty /tmp/board\n"
		   "  gantry sim --board hi3861 --flash mini.bin --new --root-key rsa-public.pem \\\n"
		   "    --image application=kernel.bin --version \"OpenHarmony 1.0\" --pty ./mini\n"
		   "  gantry info --port /tmp/board",
	.run = run,
};
