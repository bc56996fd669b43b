// SPDX-License-Identifier: Apache-2.0
#include "app/package-command.h"

static gboolean
load_and_work(const GyOutput *output, const char *input, const char *key, GyPackageWork work, GError **error)
{
	g_autoptr(GyPackage) package = gy_package_load(input, error);

	if (!package || !gy_package_verify(package, key, error))
		return FALSE;
	return work(output, package, gy_report_verdict(package, key != NULL), key != NULL, error);
}

int
gy_package_command_run(const GyCommand *command, GyOutput *output, char **arguments, GyPackageWork work)
{
	g_auto(GStrv) inputs = arguments;
	g_autofree char *key = NULL;
	g_autoptr(GError) error = NULL;
	const char *input;
	const GOptionEntry entries[] = {
		{"root-key", 0, 0, G_OPTION_ARG_FILENAME, &key,
			"Public key that the signatures have to start from", "PUBLIC"},
		{"key", 0, 0, G_OPTION_ARG_FILENAME, &key,
			"The same where a system has one key only; a certificate will do", "PUBLIC"},
		{NULL},
	};

	if (!gy_command_parse(command, entries, &inputs, &error))
		return gy_output_error(output, error, 0);
	input = gy_command_need_input(inputs, "FILE", &error);
	if (!input || !load_and_work(output, input, key, work, &error))
		return gy_output_error(output, error, 0);
	return GY_EXIT_DONE;
}

void
gy_package_command_result(const GyOutput *output, GyPackage *package, GyVerdict verdict)
{
	JsonObject *object = gy_json_new("result");
	GBytes *bytes = gy_package_bytes(package);
	g_autofree char *digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);

	gy_json_text(object, "command", output->command);
	gy_json_text(object, "path", gy_package_name(package));
	gy_json_number(object, "size", g_bytes_get_size(bytes));
	gy_json_text(object, "sha256", digest);
	gy_json_text(object, "verdict", gy_report_verdict_word(verdict));
	gy_json_text(object, "sentence", gy_report_verdict_sentence(package, verdict));
	gy_output_object(output, object);
}
