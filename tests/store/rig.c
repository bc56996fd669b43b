// SPDX-License-Identifier: Apache-2.0
#include "tests/store/rig.h"

#include <glib/gstdio.h>

#include "engine/formats/liteos/liteos.h"

char *
rig_image_path(const char *name)
{
	return g_test_build_filename(G_TEST_DIST, "vectors", "liteos", "fw", name, NULL);
}

GBytes *
rig_image(const char *name)
{
	g_autofree char *path = rig_image_path(name);
	GError *error = NULL;
	char *content;
	gsize size;

	g_file_get_contents(path, &content, &size, &error);
	g_assert_no_error(error);
	return g_bytes_new_take(content, size);
}

GBytes *
rig_package(
	const char *old, const char *new_image, const char *generation, const char *key, const char *value)
{
	g_autoptr(GyBuildOptions) options = gy_build_options_new();
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func((GDestroyNotify) gy_finding_free);
	g_autofree char *old_path = old ? rig_image_path(old) : NULL;
	g_autofree char *new_path = rig_image_path(new_image);
	GError *error = NULL;
	GBytes *package;

	gy_build_options_add_image(options, "application", new_path);
	gy_build_options_set(options, "generation", generation);
	gy_build_options_set(options, "old", old_path);
	if (key)
		gy_build_options_set(options, key, value);
	package = gy_format_build(&gy_liteos_format, options, notes, &error);
	g_assert_no_error(error);
	return package;
}

char *
rig_add(GyStore *store, GBytes *image, const char *version)
{
	g_autoptr(GyStoredImage) about = gy_stored_image_new();
	g_autoptr(GyStoredImage) stored = NULL;
	GError *error = NULL;

	gy_stored_image_set(&about->system, "liteos");
	gy_stored_image_set(&about->version, version);
	stored = gy_store_add(store, image, about, NULL, &error);
	g_assert_no_error(error);
	return g_strdup(stored->sha256);
}

void
rig_remove(const char *path)
{
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	const char *name;

	while (folder && (name = g_dir_read_name(folder)) != NULL) {
		g_autofree char *inside = g_build_filename(path, name, NULL);

		rig_remove(inside);
	}
	g_remove(path);
}
