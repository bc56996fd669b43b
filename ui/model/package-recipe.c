// SPDX-License-Identifier: Apache-2.0
#include "ui/model/package-recipe.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "ui/model/error-words.h"

#define ENDING ".gantry"

struct _GyPackageRecipe {
	GObject parent;

	GyRecipe *recipe;
	char *path;
	gboolean is_changed;
};

G_DEFINE_FINAL_TYPE(GyPackageRecipe, gy_package_recipe, G_TYPE_OBJECT)

enum { SIGNAL_CHANGED, SIGNAL_IMAGES_CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
tell(GyPackageRecipe *recipe, guint signal)
{
	recipe->is_changed = TRUE;
	g_signal_emit(recipe, signals[signal], 0);
	if (signal == SIGNAL_IMAGES_CHANGED)
		g_signal_emit(recipe, signals[SIGNAL_CHANGED], 0);
}

static GyBuildOptions *
options_of(GyPackageRecipe *recipe)
{
	return gy_recipe_options(recipe->recipe);
}

/* ---- beginning ------------------------------------------------------------------------------------------ */

static GyPackageRecipe *
take(GyRecipe *inner)
{
	GyPackageRecipe *recipe = g_object_new(GY_TYPE_PACKAGE_RECIPE, NULL);

	recipe->recipe = inner;
	return recipe;
}

GyPackageRecipe *
gy_package_recipe_new(const GyFormat *format)
{
	GyPackageRecipe *recipe = take(gy_recipe_new(format));

	if (format->image_sections && format->image_sections->value)
		gy_build_options_add_image(options_of(recipe), format->image_sections->value, NULL);
	return recipe;
}

GyPackageRecipe *
gy_package_recipe_load(const char *path, GError **error)
{
	GyRecipe *inner = gy_recipe_load(path, error);
	GyPackageRecipe *recipe = inner ? take(inner) : NULL;

	if (recipe)
		recipe->path = g_strdup(path);
	return recipe;
}

gboolean
gy_package_recipe_is_name(const char *path)
{
	g_autofree char *folded = g_utf8_casefold(path, -1);

	return g_str_has_suffix(folded, ENDING);
}

static gboolean
is_taken(GyPackageRecipe *recipe, const char *section)
{
	const GyBuildImage *image = gy_build_options_find_image(options_of(recipe), section);

	return image && image->path;
}

/* (nullable): the section whose word stands in the file's name: first the whole one, then how it begins ("app", "boot"). */
static const char *
section_of_name(GyPackageRecipe *recipe, const char *path)
{
	g_autofree char *base = g_path_get_basename(path);
	g_autofree char *name = g_ascii_strdown(base, -1);
	const GyOptionChoice *sections = gy_recipe_format(recipe->recipe)->image_sections;

	for (const GyOptionChoice *section = sections; section && section->value; section++)
		if (strstr(name, section->value))
			return section->value;
	for (const GyOptionChoice *section = sections; section && section->value; section++) {
		g_autofree char *begin = g_strndup(section->value, 3);

		if (g_str_has_prefix(name, begin))
			return section->value;
	}
	return NULL;
}

static const char *
free_section(GyPackageRecipe *recipe)
{
	const GyOptionChoice *section = gy_recipe_format(recipe->recipe)->image_sections;

	while (section && section->value && is_taken(recipe, section->value))
		section++;
	return section && section->value ? section->value : "";
}

void
gy_package_recipe_take_files(GyPackageRecipe *recipe, const char *const *paths)
{
	for (; *paths; paths++) {
		const char *named = section_of_name(recipe, *paths);
		const char *section = named && !is_taken(recipe, named) ? named : free_section(recipe);
		GyBuildImage *image = gy_build_options_find_image(options_of(recipe), section);

		if (image && !image->path)
			image->path = g_strdup(*paths);
		else
			gy_build_options_add_image(options_of(recipe), section, *paths);
	}
	tell(recipe, SIGNAL_IMAGES_CHANGED);
}

/* ---- what it is ----------------------------------------------------------------------------------------- */

const GyFormat *
gy_package_recipe_format(GyPackageRecipe *recipe)
{
	return gy_recipe_format(recipe->recipe);
}

const GyRecipe *
gy_package_recipe_recipe(GyPackageRecipe *recipe)
{
	return recipe->recipe;
}

const char *
gy_package_recipe_path(GyPackageRecipe *recipe)
{
	return recipe->path;
}

gboolean
gy_package_recipe_is_changed(GyPackageRecipe *recipe)
{
	return recipe->is_changed;
}

const char *
gy_package_recipe_output(GyPackageRecipe *recipe)
{
	return gy_recipe_output(recipe->recipe);
}

void
gy_package_recipe_set_output(GyPackageRecipe *recipe, const char *path)
{
	if (g_strcmp0(gy_recipe_output(recipe->recipe), path) == 0)
		return;
	gy_recipe_set_output(recipe->recipe, path);
	tell(recipe, SIGNAL_CHANGED);
}

/* ---- values --------------------------------------------------------------------------------------------- */

static GyBuildImage *
image_at(GyPackageRecipe *recipe, int i)
{
	GPtrArray *images = options_of(recipe)->images;

	return i >= 0 && (guint) i < images->len ? g_ptr_array_index(images, (guint) i) : NULL;
}

const char *
gy_package_recipe_get(GyPackageRecipe *recipe, int image, const char *key)
{
	const GyBuildImage *at = image_at(recipe, image);

	if (image == GY_PACKAGE_WHOLE)
		return gy_build_options_get(options_of(recipe), key);
	return at ? gy_build_image_get(at, key) : NULL;
}

void
gy_package_recipe_set(GyPackageRecipe *recipe, int image, const char *key, const char *text)
{
	GyBuildImage *at = image_at(recipe, image);
	const char *value = text && *text ? text : NULL;

	if (g_strcmp0(gy_package_recipe_get(recipe, image, key), value) == 0)
		return;
	if (image == GY_PACKAGE_WHOLE)
		gy_build_options_set(options_of(recipe), key, value);
	else if (at)
		gy_build_image_set(at, key, value);
	tell(recipe, SIGNAL_CHANGED);
}

static char *
missing_file(const GyOption *option, const char *text)
{
	gboolean is_folder = option->kind == GY_OPTION_FOLDER;

	if (option->kind != GY_OPTION_FILE && !is_folder)
		return NULL;
	if (!g_file_test(text, G_FILE_TEST_EXISTS))
		return g_strdup(is_folder ? _("There is no such folder.") : _("There is no such file."));
	if (g_file_test(text, G_FILE_TEST_IS_DIR) != is_folder)
		return g_strdup(
			is_folder ? _("This is a file, not a folder.") : _("This is a folder, not a file."));
	return NULL;
}

char *
gy_package_recipe_problem(GyPackageRecipe *recipe, int image, const GyOption *option)
{
	const char *text = gy_package_recipe_get(recipe, image, option->key);
	g_autoptr(GError) error = NULL;
	g_autofree char *sentence = NULL;

	if (!text)
		return NULL;
	if (gy_option_check(option, text, &error))
		return missing_file(option, text);
	sentence = gy_error_headline(error);
	return g_strdup_printf(_("%s."), sentence);
}

/* ---- images --------------------------------------------------------------------------------------------- */

guint
gy_package_recipe_n_images(GyPackageRecipe *recipe)
{
	return options_of(recipe)->images->len;
}

const GyBuildImage *
gy_package_recipe_image(GyPackageRecipe *recipe, guint i)
{
	return g_ptr_array_index(options_of(recipe)->images, i);
}

void
gy_package_recipe_add_image(GyPackageRecipe *recipe, const char *section, const char *path)
{
	gy_build_options_add_image(options_of(recipe), section, path);
	tell(recipe, SIGNAL_IMAGES_CHANGED);
}

void
gy_package_recipe_remove_image(GyPackageRecipe *recipe, guint i)
{
	g_ptr_array_remove_index(options_of(recipe)->images, i);
	tell(recipe, SIGNAL_IMAGES_CHANGED);
}

void
gy_package_recipe_set_image_path(GyPackageRecipe *recipe, guint i, const char *path)
{
	GyBuildImage *image = image_at(recipe, (int) i);
	const char *value = path && *path ? path : NULL;
	g_autofree char *copy = g_strdup(value);

	if (!image || g_strcmp0(image->path, value) == 0)
		return;
	g_free(image->path);
	image->path = g_steal_pointer(&copy);
	tell(recipe, SIGNAL_CHANGED);
}

void
gy_package_recipe_set_image_section(GyPackageRecipe *recipe, guint i, const char *section)
{
	GyBuildImage *image = image_at(recipe, (int) i);
	g_autofree char *copy = g_strdup(section);

	if (!image || g_str_equal(image->section, section))
		return;
	g_free(image->section);
	image->section = g_steal_pointer(&copy);
	tell(recipe, SIGNAL_CHANGED);
}

/* ---- building ------------------------------------------------------------------------------------------- */

gboolean
gy_package_recipe_signs_with_keys(GyPackageRecipe *recipe)
{
	return gy_build_options_get_signing(options_of(recipe)) == GY_SIGNING_KEYS;
}

static gboolean
has_images(GyPackageRecipe *recipe)
{
	for (guint i = 0; i < gy_package_recipe_n_images(recipe); i++)
		if (gy_package_recipe_image(recipe, i)->path)
			return TRUE;
	for (const GyOption *option = gy_package_recipe_format(recipe)->options; option->key; option++)
		if (option->gives_images && gy_package_recipe_get(recipe, GY_PACKAGE_WHOLE, option->key))
			return TRUE;
	return FALSE;
}

static char *
first_problem(GyPackageRecipe *recipe, int image, const GyOption *options)
{
	for (const GyOption *option = options; option && option->key; option++) {
		char *problem = gy_package_recipe_problem(recipe, image, option);

		if (problem)
			return problem;
	}
	return NULL;
}

char *
gy_package_recipe_missing(GyPackageRecipe *recipe)
{
	const GyFormat *format = gy_package_recipe_format(recipe);
	char *problem = first_problem(recipe, GY_PACKAGE_WHOLE, format->options);

	for (guint i = 0; !problem && i < gy_package_recipe_n_images(recipe); i++)
		problem = first_problem(recipe, (int) i, format->image_options);
	if (problem || has_images(recipe))
		return problem;
	return g_strdup(_("Choose the file of at least one image."));
}

GyBuildOptions *
gy_package_recipe_copy_options(GyPackageRecipe *recipe)
{
	const GyFormat *format = gy_package_recipe_format(recipe);
	GyBuildOptions *copy = gy_build_options_new();

	for (const GyOption *option = format->options; option->key; option++)
		gy_build_options_set(
			copy, option->key, gy_package_recipe_get(recipe, GY_PACKAGE_WHOLE, option->key));
	for (guint i = 0; i < gy_package_recipe_n_images(recipe); i++) {
		const GyBuildImage *image = gy_package_recipe_image(recipe, i);
		GyBuildImage *image_copy = gy_build_options_add_image(copy, image->section, image->path);

		for (const GyOption *option = format->image_options; option && option->key; option++)
			gy_build_image_set(image_copy, option->key, gy_build_image_get(image, option->key));
	}
	return copy;
}

gboolean
gy_package_recipe_save(GyPackageRecipe *recipe, const char *path, GError **error)
{
	g_autofree char *copy = g_strdup(path);

	if (!gy_recipe_save(recipe->recipe, path, error))
		return FALSE;
	g_free(recipe->path);
	recipe->path = g_steal_pointer(&copy);
	recipe->is_changed = FALSE;
	g_signal_emit(recipe, signals[SIGNAL_CHANGED], 0);
	return TRUE;
}

/* ---- the object ----------------------------------------------------------------------------------------- */

static void
gy_package_recipe_finalize(GObject *object)
{
	GyPackageRecipe *recipe = GY_PACKAGE_RECIPE(object);

	gy_recipe_free(recipe->recipe);
	g_free(recipe->path);
	G_OBJECT_CLASS(gy_package_recipe_parent_class)->finalize(object);
}

static void
gy_package_recipe_class_init(GyPackageRecipeClass *class)
{
	GType type = G_TYPE_FROM_CLASS(class);

	G_OBJECT_CLASS(class)->finalize = gy_package_recipe_finalize;
	signals[SIGNAL_CHANGED] =
		g_signal_new("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
	signals[SIGNAL_IMAGES_CHANGED] =
		g_signal_new("images-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
gy_package_recipe_init(GyPackageRecipe *recipe)
{
}
