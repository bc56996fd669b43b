// SPDX-License-Identifier: Apache-2.0
#include "tests/delta/delta-data.h"

GBytes *
delta_file(const char *folder, const char *name)
{
	g_autofree char *path = g_test_build_filename(G_TEST_DIST, "vectors", "liteos", folder, name, NULL);
	g_autoptr(GError) error = NULL;
	char *content = NULL;
	gsize size = 0;

	g_file_get_contents(path, &content, &size, &error);
	g_assert_no_error(error);
	return g_bytes_new_take(content, size);
}

GBytes *
delta_image(const char *name)
{
	return *name ? delta_file("fw", name) : g_bytes_new(NULL, 0);
}
