// SPDX-License-Identifier: Apache-2.0
#include "tests/engine/openharmony-data.h"

char *
ohos_path(const char *file)
{
	return g_test_build_filename(G_TEST_DIST, "vectors", "openharmony", file, NULL);
}

GBytes *
ohos_bytes(const char *file)
{
	g_autofree char *path = ohos_path(file);
	g_autoptr(GError) error = NULL;
	char *content = NULL;
	gsize size = 0;

	g_file_get_contents(path, &content, &size, &error);
	g_assert_no_error(error);
	return g_bytes_new_take(content, size);
}

char *
ohos_changed_target(const char *folder, const char *from, const char *to)
{
	g_autofree char *top = temporary_folder();
	g_autofree char *source = ohos_path(folder);
	const char *argv[] = {"cp", "-r", source, top, NULL};
	g_autofree char *copy = g_build_filename(top, "target_package", NULL);
	g_autofree char *file =
		g_build_filename(copy, "updater_config", "updater_specified_config.xml", NULL);
	g_autofree char *text = NULL;
	g_autoptr(GString) changed = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_true(g_spawn_sync(
		NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, &error));
	g_assert_true(g_file_get_contents(file, &text, NULL, &error));
	changed = g_string_new(text);
	if (*from)
		g_assert_cmpuint(g_string_replace(changed, from, to, 1), ==, 1);
	g_assert_true(g_file_set_contents(file, changed->str, -1, &error));
	return g_steal_pointer(&top);
}
