// SPDX-License-Identifier: Apache-2.0
#include "tests/alios/data.h"

#include <string.h>

#include "engine/formats/alios/alios.h"
#include "tests/engine/vectors.h"

char *
alios_path(const char *file)
{
	return g_test_build_filename(G_TEST_DIST, "vectors", "alios", file, NULL);
}

GBytes *
alios_bytes(const char *file)
{
	g_autofree char *path = alios_path(file);
	g_autoptr(GFile) at = g_file_new_for_path(path);
	g_autoptr(GError) error = NULL;
	GBytes *bytes = g_file_load_bytes(at, NULL, NULL, &error);

	g_assert_no_error(error);
	return bytes;
}

char *
alios_text(const char *file)
{
	g_autoptr(GBytes) bytes = alios_bytes(file);

	return g_strchomp(g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes)));
}

GBytes *
exact_copy(GBytes *bytes)
{
	return g_bytes_new(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
}

GBytes *
with_flipped_bit(GBytes *bytes, gsize bit)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(bytes, &size);
	guint8 *copy = g_memdup2(data, size);

	g_assert_cmpuint(bit / 8, <, size);
	copy[bit / 8] ^= (guint8) (1u << bit % 8);
	return g_bytes_new_take(copy, size);
}

gboolean
has_complaint(GBytes *bytes, const GyPublicKey *key)
{
	g_autoptr(GyPackage) package = gy_alios_load(bytes, "copy", NULL);
	GPtrArray *findings;

	if (!package)
		return TRUE;
	g_assert_true(gy_alios_verify(package, key, NULL));
	findings = gy_package_findings(package);
	for (guint i = 0; i < findings->len; i++)
		if (((const GyFinding *) findings->pdata[i])->severity != GY_SEVERITY_NOTE)
			return TRUE;
	return FALSE;
}

GPtrArray *
notes_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify) gy_finding_free);
}

GBytes *
build_with(GPtrArray *notes, GError **error, const char *first, ...)
{
	g_autoptr(GyBuildOptions) options = gy_build_options_new();
	g_autoptr(GPtrArray) own_notes = notes_new();
	va_list arguments;

	va_start(arguments, first);
	for (const char *key = first; key; key = va_arg(arguments, const char *)) {
		const char *value = va_arg(arguments, const char *);

		if (g_str_has_prefix(key, "image:"))
			gy_build_options_add_image(options, key + strlen("image:"), value);
		else
			gy_build_options_set(options, key, value);
	}
	va_end(arguments);
	return gy_format_build(&gy_alios_format, options, notes ? notes : own_notes, error);
}

void
assert_equal_bytes(GBytes *found, GBytes *expected)
{
	assert_same(g_bytes_get_data(found, NULL), g_bytes_get_size(found), g_bytes_get_data(expected, NULL),
		g_bytes_get_size(expected));
}
