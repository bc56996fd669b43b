// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/packages/format.h"

/** GY_RECIPE_MAX: bytes of the largest recipe that is read. */
#define GY_RECIPE_MAX (1024 * 1024)

/**
 * GyRecipe:
 *
 * A whole build in one file (`*.gantry`): which system, its options, its images and where the package goes. The
 * syntax is that of #GyIni:
 *
 *     [gantry]
 *     system = ws63
 *     output = update.fwpkg
 *
 *     [package]
 *     ver = gantry_1.2.3
 *
 *     [keys]
 *     root-key = keys/root.pem
 *     sub-key = pkcs11:token=line-2;object=sub
 *
 *     [image application]
 *     file = app-sign.bin
 *     version-ext = 7
 *
 * The keys of [package], [source] and [keys] are the system's options (#GyFormat.options) by their groups, those of
 * [image NAME] are `file` and #GyFormat.image_options. A section or key that the system does not have is an error;
 * every message names the file and the line. Paths count from the recipe's folder, and are complete in what
 * gy_recipe_options() gives.
 */
typedef struct _GyRecipe GyRecipe;

/** gy_recipe_new: (transfer full): an empty one. */
GyRecipe *gy_recipe_new(const GyFormat *format);
/** gy_recipe_new_with_options: (transfer full): one with these options, which it takes. */
GyRecipe *gy_recipe_new_with_options(const GyFormat *format, GyBuildOptions *options);
void gy_recipe_free(GyRecipe *recipe);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyRecipe, gy_recipe_free)

/**
 * gy_recipe_parse:
 * @bytes: the whole file
 * @path: where it lies: stands in messages, and its folder is where paths count from
 * @error: return location
 *
 * Returns: (transfer full): the recipe, or %NULL with %GY_ERROR_CFG_SYNTAX, %GY_ERROR_CFG_DUPLICATE,
 *   %GY_ERROR_CFG_MISSING or %GY_ERROR_CFG_VALUE
 */
GyRecipe *gy_recipe_parse(GBytes *bytes, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_recipe_load: the same from a file; GY_ERROR_FILE_* too. */
GyRecipe *gy_recipe_load(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

const GyFormat *gy_recipe_format(const GyRecipe *recipe);
/** gy_recipe_options: (transfer none): what is built; to be changed at will. */
GyBuildOptions *gy_recipe_options(GyRecipe *recipe);
/** gy_recipe_output: (nullable): where the package goes. */
const char *gy_recipe_output(const GyRecipe *recipe);
void gy_recipe_set_output(GyRecipe *recipe, const char *output);

/**
 * gy_recipe_to_bytes:
 * @recipe: a recipe
 * @folder: where it will lie; paths below it are written as they count from there
 * @error: return location
 *
 * Every option that is set, in the order of the system's list; what is not set is not mentioned.
 *
 * Returns: (transfer full): the file's content, or %NULL with %GY_ERROR_CFG_VALUE for a value that is none, or that one
 *   line cannot hold
 */
GBytes *gy_recipe_to_bytes(
	const GyRecipe *recipe, const char *folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_recipe_save: gy_recipe_to_bytes() into a file, which is the old one or the whole new one. */
gboolean gy_recipe_save(const GyRecipe *recipe, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
