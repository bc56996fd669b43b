// SPDX-License-Identifier: Apache-2.0
#include "app/package-command.h"
#include "app/text.h"

static void
print_result(const GyOutput *output, GyPackage *package, GyVerdict verdict)
{
	g_autofree char *name = gy_text_safe(gy_package_name(package));

	gy_output_print(output, "%s: ", name);
	gy_output_styled(output, verdict == GY_VERDICT_VERIFIED ? GY_STYLE_GOOD : GY_STYLE_WARN, "%s",
		gy_report_verdict_sentence(package, verdict));
	gy_output_print(output, "\n");
	gy_package_command_result(output, package, verdict);
}

/* A package that nobody signed is never let through; one without any signature is not let through against a key. */
static GError *
refusal_of(GyPackage *package, GyVerdict verdict, gboolean with_key)
{
	if (verdict == GY_VERDICT_REFUSED)
		return gy_finding_to_error(gy_package_refusal(package));
	if (verdict == GY_VERDICT_UNSIGNED)
		return g_error_new(
			GY_ERROR, GY_ERROR_PACKAGE_UNSIGNED, "%s is not signed", gy_package_name(package));
	if (verdict == GY_VERDICT_INTEGRITY_ONLY && with_key)
		return g_error_new(GY_ERROR, GY_ERROR_PACKAGE_NOT_AUTHENTIC,
			"%s carries digests instead of signatures: no key vouches for it",
			gy_package_name(package));
	return NULL;
}

static gboolean
verify(const GyOutput *output, GyPackage *package, GyVerdict verdict, gboolean has_key, GError **error)
{
	GError *refusal = refusal_of(package, verdict, has_key);

	if (output->json) {
		gy_report_package(output, package);
		gy_report_images(output, package);
	}
	gy_report_chain(output, package);
	gy_output_print(output, "\n");
	gy_report_findings(output, package);
	if (refusal) {
		g_propagate_error(error, refusal);
		return FALSE;
	}
	print_result(output, package, verdict);
	return TRUE;
}

static int
run(const GyCommand *command, GyOutput *output, char **arguments)
{
	return gy_package_command_run(command, output, arguments, verify);
}

const GyCommand gy_command_verify = {
	.name = "verify",
	.arguments = "FILE [--root-key PUBLIC | --key PUBLIC]",
	.summary = "Shows the chain from the root key to the data, and ends with 0 if a device can take the "
		   "package, else with 3",
	.example = "  gantry verify update.fwpkg --root-key root-public.pem\n"
		   "  gantry verify update.bin --key public.pem",
	.run = run,
};
