// SPDX-License-Identifier: Apache-2.0
#include "engine/packages/recipe.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/file.h"
#include "engine/ini.h"

#define HEAD         "gantry"
#define IMAGE_PREFIX "image "

struct _GyRecipe {
	const GyFormat *format;
	GyBuildOptions *options;
	char *output;
};

GyRecipe *
gy_recipe_new_with_options(const GyFormat *format, GyBuildOptions *options)
{
	GyRecipe *recipe = g_new0(GyRecipe, 1);

	recipe->format = format;
	recipe->options = options;
	return recipe;
}

GyRecipe *
gy_recipe_new(const GyFormat *format)
{
	return gy_recipe_new_with_options(format, gy_build_options_new());
}

void
gy_recipe_free(GyRecipe *recipe)
{
	if (!recipe)
		return;
	gy_build_options_free(recipe->options);
	g_free(recipe->output);
	g_free(recipe);
}

const GyFormat *
gy_recipe_format(const GyRecipe *recipe)
{
	return recipe->format;
}

GyBuildOptions *
gy_recipe_options(GyRecipe *recipe)
{
	return recipe->options;
}

const char *
gy_recipe_output(const GyRecipe *recipe)
{
	return recipe->output;
}

void
gy_recipe_set_output(GyRecipe *recipe, const char *output)
{
	g_autofree char *copy = g_strdup(output);

	g_free(recipe->output);
	recipe->output = g_steal_pointer(&copy);
}

/* ---- reading -------------------------------------------------------------------------------------------- */

typedef struct {
	const GyIni *ini;
	const char *folder;
	GyRecipe *recipe;
} Reader;

static gboolean fail_at(const Reader *reader, const char *section, const char *key, GyError code,
	GError **error, const char *format, ...) G_GNUC_PRINTF(6, 7);

static gboolean
fail_at(const Reader *reader, const char *section, const char *key, GyError code, GError **error,
	const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error(error, GY_ERROR, code, "%s:%u: %s", gy_ini_name(reader->ini),
		gy_ini_line(reader->ini, section, key), text);
	return FALSE;
}

/* A key may be a URI, which is complete. */
static gboolean
is_path(GyOptionKind kind, const char *text)
{
	switch (kind) {
	case GY_OPTION_FILE:
	case GY_OPTION_FOLDER: return TRUE;
	case GY_OPTION_KEY: return g_uri_peek_scheme(text) == NULL;
	case GY_OPTION_TEXT:
	case GY_OPTION_NUMBER:
	case GY_OPTION_HEX:
	case GY_OPTION_CHOICE:
	case GY_OPTION_FLAG: return FALSE;
	}
	return FALSE;
}

static char *
read_value(const Reader *reader, const char *section, const GyOption *option, GError **error)
{
	g_autofree char *text = gy_ini_get(reader->ini, section, option->key);
	g_autoptr(GError) cause = NULL;

	if (*text && !gy_option_check(option, text, &cause)) {
		fail_at(reader, section, option->key, GY_ERROR_CFG_VALUE, error, "%s", cause->message);
		return NULL;
	}
	if (*text && is_path(option->kind, text))
		return g_canonicalize_filename(text, reader->folder);
	return g_steal_pointer(&text);
}

static gboolean
has_group(const GyFormat *format, const char *group)
{
	for (const GyOption *option = format->options; option && option->key; option++)
		if (g_strcmp0(option->group, group) == 0)
			return TRUE;
	return FALSE;
}

static gboolean
read_group(const Reader *reader, const char *section, GError **error)
{
	const GyFormat *format = reader->recipe->format;
	g_auto(GStrv) keys = gy_ini_keys(reader->ini, section);

	for (guint i = 0; keys[i]; i++) {
		const GyOption *option = gy_option_find(format->options, keys[i]);
		g_autofree char *value = NULL;

		if (!option || g_strcmp0(option->group, section) != 0)
			return fail_at(reader, section, keys[i], GY_ERROR_CFG_SYNTAX, error,
				_("a recipe for %s has no %s in [%s]"), format->system, keys[i], section);
		value = read_value(reader, section, option, error);
		if (!value)
			return FALSE;
		if (*value)
			gy_build_options_set(reader->recipe->options, keys[i], value);
	}
	return TRUE;
}

static gboolean
read_image(const Reader *reader, const char *section, GError **error)
{
	const GyFormat *format = reader->recipe->format;
	const char *name = section + strlen(IMAGE_PREFIX);
	g_auto(GStrv) keys = gy_ini_keys(reader->ini, section);
	g_autofree char *file = gy_ini_get(reader->ini, section, "file");
	g_autofree char *path = file && *file ? g_canonicalize_filename(file, reader->folder) : NULL;
	GyBuildImage *image = gy_build_options_add_image(reader->recipe->options, name, path);

	for (guint i = 0; keys[i]; i++) {
		const GyOption *option = gy_option_find(format->image_options, keys[i]);
		g_autofree char *value = NULL;

		if (g_str_equal(keys[i], "file"))
			continue;
		if (!option)
			return fail_at(reader, section, keys[i], GY_ERROR_CFG_SYNTAX, error,
				_("an image for %s has no %s"), format->system, keys[i]);
		value = read_value(reader, section, option, error);
		if (!value)
			return FALSE;
		gy_build_image_set(image, keys[i], value);
	}
	return TRUE;
}

static gboolean
read_sections(const Reader *reader, GError **error)
{
	g_auto(GStrv) sections = gy_ini_sections(reader->ini);

	for (guint i = 0; sections[i]; i++) {
		const char *section = sections[i];

		if (g_str_equal(section, HEAD))
			continue;
		if (g_str_has_prefix(section, IMAGE_PREFIX) && section[strlen(IMAGE_PREFIX)]) {
			if (!read_image(reader, section, error))
				return FALSE;
		} else if (!has_group(reader->recipe->format, section)) {
			return fail_at(reader, section, NULL, GY_ERROR_CFG_SYNTAX, error,
				_("a recipe for %s has no section [%s]"), reader->recipe->format->system,
				section);
		} else if (!read_group(reader, section, error)) {
			return FALSE;
		}
	}
	return TRUE;
}

static const GyFormat *
read_system(const GyIni *ini, GError **error)
{
	g_autofree char *system = gy_ini_get(ini, HEAD, "system");
	const GyFormat *format = system ? gy_format_by_system(system) : NULL;

	if (!system)
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_MISSING,
			_("%s: a recipe says system = … in its section [%s]"), gy_ini_name(ini), HEAD);
	else if (!format || !format->build)
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE,
			_("%s:%u: there is no system \"%s\" to build for"), gy_ini_name(ini),
			gy_ini_line(ini, HEAD, "system"), system);
	return format && format->build ? format : NULL;
}

static gboolean
read_head(const Reader *reader, GError **error)
{
	g_auto(GStrv) keys = gy_ini_keys(reader->ini, HEAD);
	g_autofree char *output = gy_ini_get(reader->ini, HEAD, "output");

	for (guint i = 0; keys[i]; i++)
		if (!g_str_equal(keys[i], "system") && !g_str_equal(keys[i], "output"))
			return fail_at(reader, HEAD, keys[i], GY_ERROR_CFG_SYNTAX, error,
				_("a recipe has no %s in [%s]"), keys[i], HEAD);
	if (output && *output)
		reader->recipe->output = g_canonicalize_filename(output, reader->folder);
	return TRUE;
}

GyRecipe *
gy_recipe_parse(GBytes *bytes, const char *path, GError **error)
{
	g_autoptr(GyIni) ini = gy_ini_parse(bytes, path, GY_INI_NONE, error);
	const GyFormat *format = ini ? read_system(ini, error) : NULL;
	g_autoptr(GyRecipe) recipe = format ? gy_recipe_new(format) : NULL;
	g_autofree char *full = g_canonicalize_filename(path, NULL);
	g_autofree char *folder = g_path_get_dirname(full);
	const Reader reader = {.ini = ini, .folder = folder, .recipe = recipe};

	if (!recipe || !read_head(&reader, error) || !read_sections(&reader, error))
		return NULL;
	return g_steal_pointer(&recipe);
}

GyRecipe *
gy_recipe_load(const char *path, GError **error)
{
	g_autoptr(GBytes) bytes = gy_file_read(path, GY_RECIPE_MAX, error);

	return bytes ? gy_recipe_parse(bytes, path, error) : NULL;
}

/* ---- writing -------------------------------------------------------------------------------------------- */

/* What the reader would give back. */
static gboolean
check_line(const char *key, const char *text, GError **error)
{
	g_autofree char *stripped = g_strstrip(g_strdup(text));

	if (g_str_equal(stripped, text) && !strpbrk(text, "\r\n") && g_utf8_validate(text, -1, NULL))
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE,
		_("the value of %s cannot stand in a recipe: it is not one line of UTF-8 text without blanks "
		  "around it"),
		key);
	return FALSE;
}

static gboolean
append_path(GString *text, const char *key, const char *path, const char *folder, GError **error)
{
	g_autofree char *near = gy_file_relative(path, folder);
	/* a name with a colon would be read as a URI */
	g_autofree char *written =
		g_uri_peek_scheme(near) ? g_canonicalize_filename(path, NULL) : g_strdup(near);

	if (!check_line(key, written, error))
		return FALSE;
	g_string_append_printf(text, "%s = %s\n", key, written);
	return TRUE;
}

static gboolean
append_value(GString *text, const GyOption *option, const char *value, const char *folder, GError **error)
{
	if (!gy_option_check(option, value, error))
		return FALSE;
	if (is_path(option->kind, value))
		return append_path(text, option->key, value, folder, error);
	if (!check_line(option->key, value, error))
		return FALSE;
	g_string_append_printf(text, "%s = %s\n", option->key, value);
	return TRUE;
}

/* Options of a group stand together in a system's list. */
static gboolean
append_options(GString *text, const GyRecipe *recipe, const char *folder, GError **error)
{
	const char *group = NULL;

	for (const GyOption *option = recipe->format->options; option && option->key; option++) {
		const char *value = gy_build_options_get(recipe->options, option->key);

		if (!value)
			continue;
		if (g_strcmp0(group, option->group) != 0)
			g_string_append_printf(text, "\n[%s]\n", option->group);
		group = option->group;
		if (!append_value(text, option, value, folder, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
append_image(
	GString *text, const GyFormat *format, const GyBuildImage *image, const char *folder, GError **error)
{
	if (!check_line(_("the image's name"), image->section, error))
		return FALSE;
	g_string_append_printf(text, "\n[" IMAGE_PREFIX "%s]\n", image->section);
	if (image->path && !append_path(text, "file", image->path, folder, error))
		return FALSE;
	for (const GyOption *option = format->image_options; option && option->key; option++) {
		const char *value = gy_build_image_get(image, option->key);

		if (value && *value && !append_value(text, option, value, folder, error))
			return FALSE;
	}
	return TRUE;
}

GBytes *
gy_recipe_to_bytes(const GyRecipe *recipe, const char *folder, GError **error)
{
	g_autoptr(GString) text = g_string_new("[" HEAD "]\n");

	g_string_append_printf(text, "system = %s\n", recipe->format->system);
	if (recipe->output && !append_path(text, "output", recipe->output, folder, error))
		return NULL;
	if (!append_options(text, recipe, folder, error))
		return NULL;
	for (guint i = 0; i < recipe->options->images->len; i++)
		if (!append_image(text, recipe->format, recipe->options->images->pdata[i], folder, error))
			return NULL;
	return g_string_free_to_bytes(g_steal_pointer(&text));
}

gboolean
gy_recipe_save(const GyRecipe *recipe, const char *path, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(path);
	g_autoptr(GBytes) bytes = gy_recipe_to_bytes(recipe, folder, error);

	return bytes && gy_file_write(path, bytes, 0666, error);
}
