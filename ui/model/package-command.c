// SPDX-License-Identifier: Apache-2.0
#include "ui/model/package-command.h"

#include <string.h>

#define PLAIN "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./,:@%"

static void
append_word(GString *line, const char *word)
{
	g_autofree char *quoted = g_shell_quote(word);

	if (line->len > 0)
		g_string_append_c(line, ' ');
	/* what a shell leaves alone is easier to read without quotes */
	g_string_append(line, *word && strspn(word, PLAIN) == strlen(word) ? word : quoted);
}

static void
append_option(GString *line, const char *key, const char *value)
{
	g_autofree char *name = g_strconcat("--", key, NULL);
	g_autofree char *joined = g_strconcat(name, "=", value, NULL);

	/* a value with a dash in front would be taken for an option */
	if (*value == '-') {
		append_word(line, joined);
		return;
	}
	append_word(line, name);
	append_word(line, value);
}

/* "signing" is two flags there, and keys are named only where they sign. */
static void
append_key_option(GString *line, GyPackageRecipe *recipe, const GyOption *option, const char *value)
{
	if (!g_str_equal(option->key, "signing")) {
		if (gy_package_recipe_signs_with_keys(recipe))
			append_option(line, option->key, value);
		return;
	}
	if (g_str_equal(value, "unsigned"))
		append_word(line, "--unsigned");
	else if (g_str_equal(value, "hash-only"))
		append_word(line, "--hash-only");
}

static void
append_options(GString *line, GyPackageRecipe *recipe)
{
	for (const GyOption *option = gy_package_recipe_format(recipe)->options; option->key; option++) {
		const char *value = gy_package_recipe_get(recipe, GY_PACKAGE_WHOLE, option->key);
		g_autofree char *name = g_strconcat("--", option->key, NULL);

		if (!value)
			continue;
		if (g_strcmp0(option->group, "keys") == 0)
			append_key_option(line, recipe, option, value);
		else if (option->kind != GY_OPTION_FLAG)
			append_option(line, option->key, value);
		else if (g_str_equal(value, "yes"))
			append_word(line, name);
	}
}

static void
append_image_options(GString *line, GyPackageRecipe *recipe, guint i)
{
	const char *section = gy_package_recipe_image(recipe, i)->section;
	const GyOption *option = gy_package_recipe_format(recipe)->image_options;

	for (; option && option->key; option++) {
		const char *value = gy_package_recipe_get(recipe, (int) i, option->key);
		g_autofree char *word =
			value ? g_strconcat(section, ":", option->key, "=", value, NULL) : NULL;

		if (word)
			append_option(line, "image-option", word);
	}
}

static void
append_images(GString *line, GyPackageRecipe *recipe)
{
	for (guint i = 0; i < gy_package_recipe_n_images(recipe); i++) {
		const GyBuildImage *image = gy_package_recipe_image(recipe, i);
		g_autofree char *word =
			image->path ? g_strconcat(image->section, "=", image->path, NULL) : NULL;

		if (word)
			append_option(line, "image", word);
		append_image_options(line, recipe, i);
	}
}

char *
gy_package_command(GyPackageRecipe *recipe)
{
	const char *output = gy_package_recipe_output(recipe);
	GString *line = g_string_new("gantry build");

	append_word(line, gy_package_recipe_format(recipe)->system);
	append_images(line, recipe);
	append_options(line, recipe);
	append_word(line, "-o");
	append_word(line, output ? output : gy_format_file_name(gy_package_recipe_format(recipe)));
	return g_string_free(line, FALSE);
}
