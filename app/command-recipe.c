// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "app/command.h"
#include "app/package-report.h"
#include "engine/file.h"
#include "engine/packages/recipe.h"

#define CONFIG_MAX (1024 * 1024)

static const GyFormat *
find_format(const char *system, GError **error)
{
	const GyFormat *format = gy_format_by_system(system);
	g_autoptr(GString) known = g_string_new(NULL);

	if (format && format->options_from_config)
		return format;
	for (const GyFormat *const *at = gy_format_list(); *at; at++)
		if ((*at)->options_from_config)
			g_string_append_printf(known, "%s%s", known->len ? ", " : "", (*at)->system);
	gy_usage(error, "there is no system \"%s\" whose configuration becomes a recipe (%s)", system,
		known->str);
	return NULL;
}

/* The recipe with the options of the configuration instead of its own. */
static GyRecipe *
read_config(const GyFormat *format, const char *path, GPtrArray *notes, GError **error)
{
	g_autoptr(GBytes) bytes = gy_file_read(path, CONFIG_MAX, error);
	g_autoptr(GyBuildOptions) options =
		bytes ? format->options_from_config(bytes, path, notes, error) : NULL;

	return options ? gy_recipe_new_with_options(format, g_steal_pointer(&options)) : NULL;
}

static gboolean
from(const GyOutput *output, const GyFormat *format, const char *config, const char *path, GError **error)
{
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func((GDestroyNotify) gy_finding_free);
	g_autoptr(GyRecipe) recipe = read_config(format, config, notes, error);
	g_autofree char *folder = g_path_get_dirname(path);
	g_autoptr(GBytes) bytes = recipe ? gy_recipe_to_bytes(recipe, folder, error) : NULL;

	if (!bytes || !gy_command_write(path, bytes, error))
		return FALSE;
	gy_report_notes(output, notes);
	gy_command_print_written(output, path, bytes, "recipe; give its images their files");
	return TRUE;
}

static int
run_from(const GyCommand *command, GyOutput *output, char **arguments)
{
	g_auto(GStrv) inputs = arguments;
	g_autofree char *path = NULL;
	g_autoptr(GError) error = NULL;
	const GyFormat *format = NULL;
	const GOptionEntry entries[] = {
		{"output", 'o', 0, G_OPTION_ARG_FILENAME, &path, "The recipe", "OUT"},
		{NULL},
	};

	if (!gy_command_parse(command, entries, &inputs, &error))
		return gy_output_error(output, error, 0);
	if (g_strv_length(inputs) != 2)
		gy_usage(&error,
			"it takes two arguments: the system, such as ws63, and its configuration file");
	else
		format = find_format(inputs[0], &error);
	if (!format || !gy_command_need_option(path, "-o OUT", &error) ||
		!gy_command_check_output(path, (const char *const[]){inputs[1], NULL}, &error) ||
		!from(output, format, inputs[1], path, &error))
		return gy_output_error(output, error, 0);
	return GY_EXIT_DONE;
}

static gboolean
to(const GyOutput *output, const char *input, const char *path, GError **error)
{
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func((GDestroyNotify) gy_finding_free);
	g_autoptr(GyRecipe) recipe = gy_recipe_load(input, error);
	const GyFormat *format = recipe ? gy_recipe_format(recipe) : NULL;
	g_autofree char *folder = g_path_get_dirname(path);
	g_autoptr(GBytes) bytes = NULL;

	if (!recipe)
		return FALSE;
	if (!format->options_to_config) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED,
			"%s has no configuration file of its own", format->title);
		return FALSE;
	}
	bytes = format->options_to_config(gy_recipe_options(recipe), folder, notes, error);
	if (!bytes || !gy_command_write(path, bytes, error))
		return FALSE;
	gy_report_notes(output, notes);
	gy_command_print_written(output, path, bytes, "configuration of the vendor's packager");
	return TRUE;
}

static int
run_to(const GyCommand *command, GyOutput *output, char **arguments)
{
	g_auto(GStrv) inputs = arguments;
	g_autofree char *path = NULL;
	g_autoptr(GError) error = NULL;
	const char *input;
	const GOptionEntry entries[] = {
		{"output", 'o', 0, G_OPTION_ARG_FILENAME, &path, "The configuration file", "OUT"},
		{NULL},
	};

	if (!gy_command_parse(command, entries, &inputs, &error))
		return gy_output_error(output, error, 0);
	input = gy_command_need_input(inputs, "RECIPE", &error);
	if (!input || !gy_command_need_option(path, "-o OUT", &error) ||
		!gy_command_check_output(path, (const char *const[]){input, NULL}, &error) ||
		!to(output, input, path, &error))
		return gy_output_error(output, error, 0);
	return GY_EXIT_DONE;
}

const GyCommand gy_command_recipe_from = {
	.name = "recipe from",
	.arguments = "SYSTEM CONFIG -o RECIPE",
	.summary = "Turns a system's own configuration file, such as fota.cfg, into a recipe",
	.example = "  gantry recipe from ws63 fota.cfg -o update.gantry",
	.run = run_from,
};

const GyCommand gy_command_recipe_to = {
	.name = "recipe to",
	.arguments = "RECIPE -o CONFIG",
	.summary = "Turns a recipe into its system's own configuration file, such as fota.cfg",
	.example = "  gantry recipe to update.gantry -o fota.cfg",
	.run = run_to,
};
