// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "app/busy.h"
#include "app/command.h"
#include "app/package-report.h"
#include "app/signing-options.h"

typedef struct {
	const GyFormat *format;
	GyBuildOptions *options;
	GPtrArray *notes;
	GError *error;
} Build;

static gpointer
build(gpointer data)
{
	Build *work = data;

	return work->format->build(work->options, work->notes, &work->error);
}

static const GyFormat *
find_format(const char *system, GError **error)
{
	const GyFormat *format = gy_format_by_system(system);
	g_autoptr(GString) known = g_string_new(NULL);

	if (format && format->build)
		return format;
	for (const GyFormat *const *at = gy_format_list(); *at; at++)
		if ((*at)->build)
			g_string_append_printf(known, "%s%s", known->len ? ", " : "", (*at)->system);
	gy_usage(error, "there is no system \"%s\" to build for (%s)", system, known->str);
	return NULL;
}

/* SECTION=FILE */
static gboolean
add_images(GyBuildOptions *options, char **images, GError **error)
{
	for (char **at = images; at && *at; at++) {
		const char *sign = strchr(*at, '=');
		g_autofree char *section = sign ? g_strndup(*at, (gsize) (sign - *at)) : NULL;

		if (!section || !*section || !sign[1]) {
			gy_usage(error, "--image takes SECTION=FILE, not \"%s\"", *at);
			return FALSE;
		}
		gy_build_options_add_image(options, section, sign + 1);
	}
	if (options->images->len > 0)
		return TRUE;
	gy_usage(error, "--image SECTION=FILE is missing");
	return FALSE;
}

static gboolean
check_output(const char *path, const GyBuildOptions *options, GError **error)
{
	g_autoptr(GPtrArray) inputs = g_ptr_array_new();

	if (!gy_command_need_option(path, "-o OUT", error))
		return FALSE;
	if (options->config)
		g_ptr_array_add(inputs, options->config);
	if (options->root_key)
		g_ptr_array_add(inputs, options->root_key);
	if (options->sub_key)
		g_ptr_array_add(inputs, options->sub_key);
	for (guint i = 0; i < options->images->len; i++)
		g_ptr_array_add(inputs, ((const GyBuildImage *) g_ptr_array_index(options->images, i))->path);
	g_ptr_array_add(inputs, NULL);
	return gy_command_check_output(path, (const char *const *) inputs->pdata, error);
}

static gboolean
build_and_write(const GyOutput *output, const GyFormat *format, GyBuildOptions *options, const char *path,
	GError **error)
{
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func((GDestroyNotify) gy_finding_free);
	Build work = {.format = format, .options = options, .notes = notes};
	g_autoptr(GBytes) bytes = gy_busy_run(output, "building", build, &work);
	g_autoptr(GyPackage) package = NULL;
	g_autofree char *name = g_path_get_basename(path);
	g_autofree char *summary = NULL;

	gy_report_notes(output, notes);
	if (!bytes) {
		g_propagate_error(error, work.error);
		return FALSE;
	}
	package = gy_package_load_bytes(bytes, name, error);
	if (!package || !gy_command_write(path, bytes, error))
		return FALSE;
	if (output->json) {
		gy_report_package(output, package);
		gy_report_images(output, package);
	}
	summary = gy_report_summary(package);
	gy_command_print_written(output, path, bytes, summary);
	return TRUE;
}

static int
run(const GyCommand *command, GyOutput *output, char **arguments)
{
	g_auto(GStrv) inputs = arguments;
	g_auto(GySigningArguments) signing = {0};
	g_autoptr(GyBuildOptions) options = gy_build_options_new();
	g_auto(GStrv) images = NULL;
	g_autofree char *path = NULL;
	g_autoptr(GError) error = NULL;
	const GyFormat *format = NULL;
	const char *system;
	const GOptionEntry entries[] = {
		{"config", 0, 0, G_OPTION_ARG_FILENAME, &options->config, "The system's configuration file",
			"FOTA.CFG"},
		{"image", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &images,
			"An image and its section; once for each image", "SECTION=FILE"},
		{"ver", 0, 0, G_OPTION_ARG_STRING, &options->version, "The package's version text", "TEXT"},
		{"sdk-root", 0, 0, G_OPTION_ARG_FILENAME, &options->sdk_root,
			"Where paths of the configuration are tried second (the current folder)", "DIR"},
		GY_ROOT_KEY_OPTION(&signing),
		GY_SUB_KEY_OPTION(&signing),
		{"unsigned", 0, 0, G_OPTION_ARG_NONE, &signing.unsigned_,
			"Leave it unsigned, to be signed later", NULL},
		GY_HASH_ONLY_OPTION(&signing),
		GY_PASSPHRASE_OPTION(&signing.passphrase_files),
		{"output", 'o', 0, G_OPTION_ARG_FILENAME, &path, "The package", "OUT"},
		{NULL},
	};

	if (!gy_command_parse(command, entries, &inputs, &error))
		return gy_output_error(output, error, 0);
	system = gy_command_need_input(inputs, "the system, such as ws63,", &error);
	if (system)
		format = find_format(system, &error);
	if (!format || !gy_signing_arguments_check(&signing, &error) ||
		!add_images(options, images, &error) ||
		!gy_command_need_option(options->config, "--config FOTA.CFG", &error))
		return gy_output_error(output, error, 0);
	gy_signing_arguments_apply(&signing, options);
	if (!check_output(path, options, &error) || !build_and_write(output, format, options, path, &error))
		return gy_output_error(output, error, 0);
	return GY_EXIT_DONE;
}

const GyCommand gy_command_build = {
	.name = "build",
	.arguments = "SYSTEM --config FOTA.CFG --image SECTION=FILE... -o OUT",
	.summary = "Makes an upgrade package; signed by the keys that are given, or those the configuration "
		   "names",
	.example = "  gantry build ws63 --config fota.cfg --image application=app-sign.bin \\\n"
		   "    --root-key root.pem --sub-key sub.pem -o update.fwpkg",
	.run = run,
};
