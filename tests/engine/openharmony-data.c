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
