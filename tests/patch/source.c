// SPDX-License-Identifier: Apache-2.0
#include "tests/patch/source.h"

#include <string.h>

bool
source_read(void *context, uint32_t offset, uint8_t *bytes, uint32_t size)
{
	Source *source = context;
	gsize total;
	const guint8 *data = g_bytes_get_data(source->bytes, &total);

	g_assert_cmpuint(size, >, 0);
	g_assert_true(offset <= total && size <= total - offset);
	if (++source->n_reads == source->fail_at)
		return false;
	memcpy(bytes, data + offset, size);
	return true;
}

GBytes *
vector_read(const char *system, const char *folder, const char *name)
{
	g_autofree char *path = g_test_build_filename(G_TEST_DIST, "vectors", system, folder, name, NULL);
	g_autoptr(GError) error = NULL;
	char *data;
	gsize size;

	g_file_get_contents(path, &data, &size, &error);
	g_assert_no_error(error);
	return g_bytes_new_take(data, size);
}
