// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "app/build-arguments.h"
#include "app/busy.h"
#include "app/command.h"
#include "app/image-options.h"
#include "app/package-command.h"
#include "app/package-report.h"
#include "app/signing-options.h"
#include "engine/packages/recipe.h"

typedef struct {
	const GyFormat *format;
	GyBuildOptions *options;
	GyDraft *draft;
	GPtrArray *notes;
	GError *error;
} Build;

static gpointer
build(gpointer data)
{
	Build *work = data;

	return GINT_TO_POINTER(work->format->build(work->options, work->draft, work->notes, &work->error));
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

/* In the place of the recipe's image of that section, if it has one. */
static void
add_image(GyBuildOptions *options, guint n_of_recipe, const char *section, const char *path)
{
	for (guint i = 0; i < n_of_recipe; i++) {
		GyBuildImage *image = g_ptr_array_index(options->images, i);

		if (!g_str_equal(image->section, section))
			continue;
		g_free(image->path);
		image->path = g_strdup(path);
		return;
	}
	gy_build_options_add_image(options, section, path);
}

/* SECTION=FILE */
static gboolean
add_images(GyBuildOptions *options, char **images, GError **error)
{
	guint n_of_recipe = options->images->len;

	for (char **at = images; at && *at; at++) {
		const char *sign = strchr(*at, '=');
		g_autofree char *section = sign ? g_strndup(*at, (gsize) (sign - *at)) : NULL;

		if (!section || !*section || !sign[1]) {
			gy_usage(error, "--image takes SECTION=FILE, not \"%s\"", *at);
			return FALSE;
		}
		add_image(options, n_of_recipe, section, sign + 1);
	}
	return TRUE;
}

static gboolean
check_images(const GyFormat *format, const GyBuildOptions *options, GError **error)
{
	for (guint i = 0; i < options->images->len; i++)
		if (((const GyBuildImage *) g_ptr_array_index(options->images, i))->path)
			return TRUE;
	for (const GyOption *option = format->options; option->key; option++)
		if (option->gives_images && gy_build_options_get(options, option->key))
			return TRUE;
	if (format->input)
		gy_usage(error, "%s takes the %s as the argument behind its word", format->system,
			gy_option_find(format->options, format->input)->label);
	else
		gy_usage(error, "--image SECTION=FILE is missing");
	return FALSE;
}

static gboolean
check_output(const char *path, const GyRecipe *recipe, const char *recipe_path, GError **error)
{
	g_autoptr(GPtrArray) inputs = g_ptr_array_new();
	GyBuildOptions *options = gy_recipe_options((GyRecipe *) recipe);

	if (!gy_command_need_option(path, "-o OUT", error))
		return FALSE;
	if (recipe_path)
		g_ptr_array_add(inputs, (gpointer) recipe_path);
	for (const GyOption *option = gy_recipe_format(recipe)->options; option->key; option++) {
		const char *value = gy_build_options_get(options, option->key);

		if (value && (option->kind == GY_OPTION_FILE || option->kind == GY_OPTION_KEY))
			g_ptr_array_add(inputs, (gpointer) value);
	}
	for (guint i = 0; i < options->images->len; i++) {
		const GyBuildImage *image = g_ptr_array_index(options->images, i);

		if (image->path)
			g_ptr_array_add(inputs, image->path);
	}
	g_ptr_array_add(inputs, NULL);
	return gy_command_check_output(path, (const char *const *) inputs->pdata, error);
}

static gboolean
build_and_write(const GyOutput *output, const GyFormat *format, GyBuildOptions *options, const char *path,
	GError **error)
{
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func((GDestroyNotify) gy_finding_free);
	g_autoptr(GyDraft) draft = gy_draft_new(path, 0666, error);
	Build work = {.format = format, .options = options, .draft = draft, .notes = notes};
	g_autoptr(GyPackage) package = NULL;
	gboolean done;

	if (!draft)
		return FALSE;
	done = gy_busy_run(output, "building", draft, build, &work) != NULL;
	gy_report_notes(output, notes);
	if (!done) {
		g_propagate_error(error, work.error);
		return FALSE;
	}
	package = gy_package_command_keep(output, draft, path, error);
	return package != NULL;
}

/* What a recipe's name has and no system's word. */
static gboolean
is_recipe(const char *word)
{
	return g_str_has_suffix(word, ".gantry") || strchr(word, '/');
}

static GyRecipe *
begin(const char *word, GError **error)
{
	const GyFormat *format;

	if (is_recipe(word))
		return gy_recipe_load(word, error);
	format = find_format(word, error);
	return format ? gy_recipe_new(format) : NULL;
}

typedef struct {
	GyBuildArguments *arguments;
	GySigningArguments signing;
	char **images;
	char **image_options;
	char *path;
	const char *input; /* behind the system's word */
} Arguments;

static gboolean
take_input(const GyFormat *format, GyBuildOptions *options, const char *input, GError **error)
{
	if (!input)
		return TRUE;
	if (!format->input) {
		gy_usage(error, "\"%s\" is one argument too many", input);
		return FALSE;
	}
	gy_build_options_set(options, format->input, input);
	return TRUE;
}

/* The command line goes before what the recipe says. */
static GyRecipe *
make_recipe(const char *word, Arguments *given, GError **error)
{
	g_autoptr(GyRecipe) recipe = begin(word, error);
	GyBuildOptions *options = recipe ? gy_recipe_options(recipe) : NULL;
	const char *path;

	if (!recipe || !gy_signing_arguments_check(&given->signing, error) ||
		!gy_build_arguments_apply(given->arguments, gy_recipe_format(recipe), options, error) ||
		!gy_signing_arguments_check_system(&given->signing, gy_recipe_format(recipe), error) ||
		!take_input(gy_recipe_format(recipe), options, given->input, error) ||
		!add_images(options, given->images, error) ||
		!gy_image_options_apply(given->image_options, gy_recipe_format(recipe), options, error) ||
		!check_images(gy_recipe_format(recipe), options, error))
		return NULL;
	gy_signing_arguments_apply(&given->signing, options);
	if (given->path)
		gy_recipe_set_output(recipe, given->path);
	path = gy_recipe_output(recipe);
	if (!check_output(path, recipe, is_recipe(word) ? word : NULL, error))
		return NULL;
	return g_steal_pointer(&recipe);
}

/* The system or the recipe, and what it is built from, if that is an argument too. */
static const char *
take_words(char **words, const char **input, GError **error)
{
	if (words[0] && words[1] && !words[2]) {
		*input = words[1];
		return words[0];
	}
	return gy_command_need_input(words, "the system, such as ws63, or a recipe", error);
}

/* What help shows of one system. */
static const struct {
	const char *system;
	const char *example;
} examples[] = {
	{"ws63", "  gantry build ws63 --config fota.cfg --image application=app-sign.bin \\\n"
		 "    --root-key root.pem --sub-key sub.pem -o update.fwpkg"},
	{"openharmony",
		"  gantry build openharmony target_package --non-standard --key key.pem -o update.bin"},
	{"liteos", "  gantry build liteos --image application=app.bin -o update.bin\n"
		   "  gantry build liteos --old app-1.1.bin --image application=app.bin -o update.bin"},
	{"alios",
		"  gantry build alios --image image=app.ota.bin -o app.ota.md5.bin\n"
		"  gantry build alios --old 1.0.md5.bin --image image=1.1.md5.bin --chip mk3060 -o 1.1.diff\n"
		"  gantry build alios --image kernel=kernel.bin --image app=app.bin --app-offset 0x80000 -o "
		"all.md5.bin\n"
		"  gantry build alios --image main=app.bin --image mcu=mcu.bin --mcu-offset 0x80000 \\\n"
		"    --generation 3.x -o app.ota.bin\n"
		"  gantry build alios --generation 3.x --image image=app.bin --key key.pem -o app.ota.bin\n"
		"  gantry build alios --generation 3.x --form xz --image image=app.ota.bin -o app.xz.bin\n"
		"  gantry build alios --form message --image image=1.1.diff --ver app-1.1.0-20260101.1200 "
		"\\\n"
		"    --running-ver app-1.0.0-20250101.1200 --url https://example.com/1.1.diff \\\n"
		"    --key key.pem -o message.json"},
};

/* The command as its help tells it to who names a system. */
static GyCommand
with_examples_of(const GyCommand *command, char **words)
{
	GyCommand told = *command;

	for (guint i = 0; i < G_N_ELEMENTS(examples); i++)
		if (g_strv_contains((const char *const *) words, examples[i].system))
			told.example = examples[i].example;
	return told;
}

static int
run(const GyCommand *command, GyOutput *output, char **arguments)
{
	g_auto(GStrv) inputs = arguments;
	const GyCommand told = with_examples_of(command, arguments);
	g_autoptr(GyBuildArguments) build_arguments = gy_build_arguments_new((const char *const *) inputs);
	Arguments given = {.arguments = build_arguments};
	g_auto(GStrv) images = NULL;
	g_auto(GStrv) image_options = NULL;
	g_autofree char *path = NULL;
	g_autoptr(GArray) entries = NULL;
	g_autoptr(GyRecipe) recipe = NULL;
	g_autoptr(GError) error = NULL;
	const char *word;
	const GOptionEntry own[] = {
		{"output", 'o', 0, G_OPTION_ARG_FILENAME, &given.path, "The package", "OUT"},
		{"image", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &given.images,
			"An image and its section; once for each image", "SECTION=FILE"},
		{"image-option", 0, 0, G_OPTION_ARG_STRING_ARRAY, &given.image_options,
			"An option of one image, as a recipe has it; once for each", "SECTION:KEY=VALUE"},
		GY_SIGNING_OPTIONS(&given.signing),
		{NULL},
	};
	gboolean done;

	entries = gy_build_arguments_entries(build_arguments, own);
	gy_build_arguments_translate(inputs);
	done = gy_command_parse(&told, (const GOptionEntry *) entries->data, &inputs, &error);
	images = given.images;
	image_options = given.image_options;
	path = given.path;
	word = done ? take_words(inputs, &given.input, &error) : NULL;
	recipe = word ? make_recipe(word, &given, &error) : NULL;
	done = recipe && build_and_write(output, gy_recipe_format(recipe), gy_recipe_options(recipe),
				 gy_recipe_output(recipe), &error);
	gy_signing_arguments_clear(&given.signing);
	return done ? GY_EXIT_DONE : gy_output_error(output, error, 0);
}

const GyCommand gy_command_build = {
	.name = "build",
	.arguments = "SYSTEM|RECIPE [TARGET] [--image SECTION=FILE...] -o OUT",
	.summary = "Makes an upgrade package from images, from the SDK's output or from a recipe",
	.example = "  gantry build ws63 --config fota.cfg --image application=app-sign.bin \\\n"
		   "    --root-key root.pem --sub-key sub.pem -o update.fwpkg\n"
		   "  gantry build openharmony target_package --non-standard --key key.pem -o update.bin\n"
		   "  gantry build liteos --help             what one system takes: ws63, openharmony, "
		   "liteos, alios",
	.run = run,
};
