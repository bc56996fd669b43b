// SPDX-License-Identifier: Apache-2.0
#include "app/busy.h"
#include "app/command.h"
#include "app/package-report.h"
#include "app/signing-options.h"

typedef struct {
	GyPackage *package;
	GyBuildOptions *options;
	GError *error;
} Sign;

static gpointer
sign(gpointer data)
{
	Sign *work = data;

	return gy_package_format(work->package)->sign(work->package, work->options, &work->error);
}

static gboolean
sign_and_write(
	const GyOutput *output, const char *input, GyBuildOptions *options, const char *path, GError **error)
{
	g_autoptr(GyPackage) package = gy_package_load(input, error);
	Sign work = {.package = package, .options = options};
	g_autoptr(GyPackage) signed_package = NULL;
	g_autoptr(GBytes) bytes = NULL;
	g_autofree char *name = g_path_get_basename(path);
	g_autofree char *summary = NULL;

	if (!package)
		return FALSE;
	if (!gy_package_format(package)->sign) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED,
			"%s packages are not signed by this program", gy_package_format(package)->title);
		return FALSE;
	}
	bytes = gy_busy_run(output, "signing", sign, &work);
	if (!bytes) {
		g_propagate_error(error, work.error);
		return FALSE;
	}
	signed_package = gy_package_load_bytes(bytes, name, error);
	if (!signed_package || !gy_command_write(path, bytes, error))
		return FALSE;
	if (output->json) {
		gy_report_package(output, signed_package);
		gy_report_images(output, signed_package);
	}
	summary = gy_report_summary(signed_package);
	gy_command_print_written(output, path, bytes, summary);
	return TRUE;
}

static gboolean
check(const char *input, const char *path, const GySigningArguments *signing, GError **error)
{
	const char *const files[] = {input, signing->root_key, signing->sub_key, NULL};

	if (!gy_signing_arguments_check(signing, error) || !gy_command_need_option(path, "-o OUT", error))
		return FALSE;
	if (!signing->hash_only && (!gy_command_need_option(signing->root_key, "--root-key URI", error) ||
					   !gy_command_need_option(signing->sub_key, "--sub-key URI", error)))
		return FALSE;
	return gy_command_check_output(path, files, error);
}

static int
run(const GyCommand *command, GyOutput *output, char **arguments)
{
	g_auto(GStrv) inputs = arguments;
	g_auto(GySigningArguments) signing = {0};
	g_autoptr(GyBuildOptions) options = gy_build_options_new();
	g_autofree char *path = NULL;
	g_autoptr(GError) error = NULL;
	const char *input;
	const GOptionEntry entries[] = {
		GY_ROOT_KEY_OPTION(&signing),
		GY_SUB_KEY_OPTION(&signing),
		GY_HASH_ONLY_OPTION(&signing),
		GY_PASSPHRASE_OPTION(&signing.passphrase_files),
		{"output", 'o', 0, G_OPTION_ARG_FILENAME, &path, "The signed package", "OUT"},
		{NULL},
	};

	if (!gy_command_parse(command, entries, &inputs, &error))
		return gy_output_error(output, error, 0);
	input = gy_command_need_input(inputs, "FILE", &error);
	if (!input || !check(input, path, &signing, &error))
		return gy_output_error(output, error, 0);
	gy_signing_arguments_apply(&signing, options);
	if (!sign_and_write(output, input, options, path, &error))
		return gy_output_error(output, error, 0);
	return GY_EXIT_DONE;
}

const GyCommand gy_command_sign = {
	.name = "sign",
	.arguments = "FILE --root-key URI --sub-key URI -o OUT",
	.summary = "Signs a package that was built before",
	.example = "  gantry sign unsigned.fwpkg --root-key root.pem --sub-key sub.pem -o update.fwpkg",
	.run = run,
};
