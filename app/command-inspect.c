// SPDX-License-Identifier: Apache-2.0
#include "app/package-command.h"

/* What is wrong with the package is its answer here; only what keeps it from being read is a failure. */
static gboolean
inspect(const GyOutput *output, GyPackage *package, GyVerdict verdict, gboolean has_key, GError **error)
{
	gy_report_package(output, package);
	gy_output_print(output, "  %s\n\n", gy_report_verdict_sentence(verdict));
	gy_report_images(output, package);
	gy_output_print(output, "\n");
	gy_report_fields(output, package);
	if (gy_package_findings(package)->len > 0)
		gy_output_print(output, "\n");
	gy_report_findings(output, package);
	gy_package_command_result(output, verdict);
	return TRUE;
}

static int
run(const GyCommand *command, GyOutput *output, char **arguments)
{
	return gy_package_command_run(command, output, arguments, inspect);
}

const GyCommand *command, GyOutput *output, char **arguments)
{
	g_auto(GStrv) inputs = arguments;
	g_autofree char *root_key = NULL;
	g_autoptr(GError) error = NULL;
	const char *input;
	const GOptionEntry entries[] = {
		{"root-key", 0, 0, G_OPTION_ARG_FILENAME, &root_key,
			"Public key that the signatures have to start from", "PUBLIC"},
		{NULL},
	};

	if (!gy_command_parse(command, entries, &inputs, &error))
		return gy_output_error(output, error, 0);
	input = gy_command_need_input(inputs, "FILE", &error);
	if (!input || !inspect(output, input, root_key, &error))
		return gy_output_error(output, error, 0);
	return GY_EXIT_DONE;
}

const GyCommand gy_command_inspect = {
	.name = "inspect",
	.arguments = "FILE [--root-key PUBLIC]",
	.summary = "Shows what a package holds and what is wrong with it",
	.example = "  gantry inspect update.fwpkg --root-key root-public.pem",
	.run = run,
};
