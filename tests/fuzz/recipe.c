// SPDX-License-Identifier: Apache-2.0
#include "engine/packages/recipe.h"
#include "tests/fuzz/target.h"

/* A recipe, and a packager's configuration as one: what was read is written and read again. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GBytes) bytes = g_bytes_new(data, size);
	g_autoptr(GyRecipe) recipe = gy_recipe_parse(bytes, "/fuzz/r.gantry", NULL);
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func((GDestroyNotify) gy_finding_free);
	g_autoptr(GyBuildOptions) options =
		gy_format_by_system("ws63")->options_from_config(bytes, "/fuzz/fota.cfg", notes, NULL);
	g_autoptr(GBytes) written = recipe ? gy_recipe_to_bytes(recipe, "/fuzz", NULL) : NULL;
	g_autoptr(GBytes) config =
		options ? gy_format_by_system("ws63")->options_to_config(options, "/fuzz", NULL, NULL) : NULL;

	if (written) {
		g_autoptr(GyRecipe) again = gy_recipe_parse(written, "/fuzz/r.gantry", NULL);
		g_autoptr(GBytes) twice = again ? gy_recipe_to_bytes(again, "/fuzz", NULL) : NULL;

		g_assert_nonnull(twice);
		g_assert_true(g_bytes_equal(written, twice));
	}
	if (config) {
		g_autoptr(GyBuildOptions) again = gy_format_by_system("ws63")->options_from_config(
			config, "/fuzz/fota.cfg", notes, NULL);

		g_assert_nonnull(again);
	}
	return 0;
}
