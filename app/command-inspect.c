// SPDX-License-Identifier: Apache-2.0
#include "app/package-command.h"

/* What is wrong with the package is its answer here; only what keeps it from being read is a failure. */
static gboolean
inspect(const GyOutput *output, GyPackage *package, GyVerdict verdict, gboolean has_key, GError **error)
{
	gy_report_package(output, package);
	gy_output_print(output, "  %s\n\n", gy_report_verdict_sentence(package, verdict));
	gy_report_images(output, package);
	gy_output_print(output, "\n");
	gy_report_fields(output, package);
	gy_output_print(output, "\n");
	gy_report_chain(output, package);
	if (gy_package_findings(package)->len > 0)
		gy_output_print(output, "\n");
	gy_report_findings(output, package);
	gy_package_command_result(output, package, verdict);
	return TRUE;
}

static int
run(const GyCommand *command, GyOutput *output, char **arguments)
{
	return gy_package_command_run(command, output, arguments, inspect);
}

const GyCommand gy_command_inspect = {
	.name = "inspect",
	.arguments = "FILE [--root-key PUBLIC | --key PUBLIC]",
	.summary = "Shows what a package holds and what is wrong with it",
	.example = "  gantry inspect update.fwpkg --root-key root-public.pem\n"
		   "  gantry inspect update.bin --key public.pem",
	.run = run,
};
