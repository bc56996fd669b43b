// SPDX-License-Identifier: Apache-2.0
#include "app/package-command.h"

#include "app/busy.h"
#include "app/command.h"
#include "app/interrupt.h"
#include "engine/file.h"
#include "engine/packages/format.h"

#define SIGNATURE_MAX 4096

typedef struct {
	const char *path;
	const char *key;
	GBytes *signature; /* (nullable): beside it */
	GBytes *bytes;     /* (nullable): instead of what is at @path */
	GError *error;
} Reading;

static gpointer
load(gpointer data)
{
	Reading *reading = data;

	return reading->bytes ? gy_package_load_bytes(reading->bytes, reading->path, &reading->error)
			      : gy_package_load(reading->path, &reading->error);
}

static gpointer
load_and_verify(gpointer data)
{
	Reading *reading = data;
	g_autoptr(GyPackage) package = load(reading);

	if (package && reading->signature && !gy_package_format(package)->signs_beside) {
		gy_usage(&reading->error, "--signature is for packages whose signature is a file of its own");
		return NULL;
	}
	if (package)
		gy_package_set_signature(package, reading->signature);
	return package && gy_package_verify(package, reading->key, &reading->error)
		       ? g_steal_pointer(&package)
		       : NULL;
}

static gboolean
load_and_work(const GyOutput *output, const char *input, const char *key, const char *signature_path,
	GyPackageWork work, GError **error)
{
	g_autoptr(GBytes) signature =
		signature_path ? gy_file_read(signature_path, SIGNATURE_MAX, error) : NULL;
	Reading reading = {.path = input, .key = key, .signature = signature};
	g_autoptr(GyPackage) package = NULL;

	if (signature_path && !signature)
		return FALSE;
	package = gy_busy_run(output, "verifying", NULL, load_and_verify, &reading);

	if (package)
		return work(output, package, gy_report_verdict(package, key != NULL), key != NULL, error);
	g_propagate_error(error, reading.error);
	return FALSE;
}

GyPackage *
gy_package_command_keep(const GyOutput *output, GyDraft *draft, const char *path, GError **error)
{
	g_autoptr(GBytes) bytes = gy_draft_read(draft, error);
	g_autofree char *name = g_path_get_basename(path);
	Reading reading = {.path = name, .bytes = bytes};
	g_autoptr(GyPackage) package = bytes ? gy_busy_run(output, "reading", NULL, load, &reading) : NULL;
	g_autofree char *summary = NULL;
	gboolean done;

	if (!package) {
		if (reading.error)
			g_propagate_error(error, reading.error);
		return NULL;
	}
	gy_interrupt_hold();
	done = gy_draft_keep(draft, path, error);
	gy_interrupt_release();
	if (!done)
		return NULL;
	if (output->json) {
		gy_report_package(output, package);
		gy_report_images(output, package);
	}
	summary = gy_report_summary(package);
	gy_command_print_written(output, path, bytes, summary);
	return g_steal_pointer(&package);
}

int
gy_package_command_run(const GyCommand *command, GyOutput *output, char **arguments, GyPackageWork work)
{
	g_auto(GStrv) inputs = arguments;
	g_autofree char *key = NULL;
	g_autofree char *signature = NULL;
	g_autoptr(GError) error = NULL;
	const char *input;
	const GOptionEntry entries[] = {
		{"root-key", 0, 0, G_OPTION_ARG_FILENAME, &key,
			"Public key that the signatures have to start from", "PUBLIC"},
		{"key", 0, 0, G_OPTION_ARG_FILENAME, &key,
			"The same where a system has one key only; a certificate will do", "PUBLIC"},
		{"signature", 0, 0, G_OPTION_ARG_FILENAME, &signature,
			"Signature that lies beside the package: a LiteOS_Lab platform zip's", "FILE"},
		{NULL},
	};

	if (!gy_command_parse(command, entries, &inputs, &error))
		return gy_output_error(output, error, 0);
	input = gy_command_need_input(inputs, "FILE", &error);
	if (!input || !load_and_work(output, input, key, signature, work, &error))
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
