// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/packages/recipe.h"

/** GY_PACKAGE_WHOLE: in the place of an image's index: the package's own options. */
#define GY_PACKAGE_WHOLE (-1)

/**
 * GyPackageRecipe:
 *
 * A recipe while a person works on it.
 *
 * Signals:
 * - `changed`: some value
 * - `images-changed`: which images there are
 */
#define GY_TYPE_PACKAGE_RECIPE (gy_package_recipe_get_type())
G_DECLARE_FINAL_TYPE(GyPackageRecipe, gy_package_recipe, GY, PACKAGE_RECIPE, GObject)

/** gy_package_recipe_new: (transfer full): an empty one, with the first image that the system proposes. */
GyPackageRecipe *gy_package_recipe_new(const GyFormat *format);

/** gy_package_recipe_load: (transfer full): from a file; errors as gy_recipe_load(). */
GyPackageRecipe *gy_package_recipe_load(const char *path, GError **error);

/** gy_package_recipe_is_name: whether a file's name says that it is a recipe. */
gboolean gy_package_recipe_is_name(const char *path);

/**
 * gy_package_recipe_take_files: the files become images, each of the section that its name tells or that is still free; they
 * fill images that have no file yet.
 */
void gy_package_recipe_take_files(GyPackageRecipe *recipe, const char *const *paths);

const GyFormat *gy_package_recipe_format(GyPackageRecipe *recipe);
/** gy_package_recipe_recipe: (transfer none). */
const GyRecipe *gy_package_recipe_recipe(GyPackageRecipe *recipe);
/** gy_package_recipe_path: (nullable): where it was loaded from or saved last. */
const char *gy_package_recipe_path(GyPackageRecipe *recipe);
/** gy_package_recipe_is_changed: since it was loaded or saved. */
gboolean gy_package_recipe_is_changed(GyPackageRecipe *recipe);
/** gy_package_recipe_output: (nullable): where the package goes. */
const char *gy_package_recipe_output(GyPackageRecipe *recipe);
void gy_package_recipe_set_output(GyPackageRecipe *recipe, const char *path);

/** gy_package_recipe_get: (nullable): @image is an index or %GY_PACKAGE_WHOLE. */
const char *gy_package_recipe_get(GyPackageRecipe *recipe, int image, const char *key);
/** gy_package_recipe_set: (nullable) @text: "" and %NULL take it back. */
void gy_package_recipe_set(GyPackageRecipe *recipe, int image, const char *key, const char *text);
/** gy_package_recipe_problem: (transfer full) (nullable): what is wrong with a value, as a sentence. */
char *gy_package_recipe_problem(GyPackageRecipe *recipe, int image, const GyOption *option);

guint gy_package_recipe_n_images(GyPackageRecipe *recipe);
const GyBuildImage *gy_package_recipe_image(GyPackageRecipe *recipe, guint i);
void gy_package_recipe_add_image(GyPackageRecipe *recipe, const char *section, const char *path);
void gy_package_recipe_remove_image(GyPackageRecipe *recipe, guint i);
void gy_package_recipe_set_image_path(GyPackageRecipe *recipe, guint i, const char *path);
void gy_package_recipe_set_image_section(GyPackageRecipe *recipe, guint i, const char *section);

/** gy_package_recipe_signs_with_keys: else keys do not count. */
gboolean gy_package_recipe_signs_with_keys(GyPackageRecipe *recipe);

/** gy_package_recipe_missing: (transfer full) (nullable): what a build still needs, as a sentence. */
char *gy_package_recipe_missing(GyPackageRecipe *recipe);

/** gy_package_recipe_copy_options: (transfer full): for a build, which may go on in a thread while the form changes. */
GyBuildOptions *gy_package_recipe_copy_options(GyPackageRecipe *recipe);

/** gy_package_recipe_save: writes it; the path is remembered. Errors as gy_recipe_save(). */
gboolean gy_package_recipe_save(GyPackageRecipe *recipe, const char *path, GError **error);
