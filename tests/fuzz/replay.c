// SPDX-License-Identifier: Apache-2.0
#include <glib.h>

#include "tests/fuzz/target.h"

/* A block of exactly the input's size, so that a sanitizer sees one byte too far. */
static void
run_on(const char *data, gsize size)
{
	guint8 *copy = g_malloc(size);

	for (gsize i = 0; i < size; i++)
		copy[i] = (guint8) data[i];
	LLVMFuzzerTestOneInput(copy, size);
	g_free(copy);
}

static void
replay(gconstpointer path)
{
	g_autofree char *content = NULL;
	g_autoptr(GError) error = NULL;
	gsize size = 0;

	g_file_get_contents(path, &content, &size, &error);
	g_assert_no_error(error);
	run_on(content, size);
	/* and what a broken transfer leaves of it */
	for (gsize part = 1; part < 16; part++)
		run_on(content, size * part / 16);
}

/* Every file of the folder given, one test for each. */
int
main(int argc, char **argv)
{
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) error = NULL;
	g_autoptr(GDir) folder = NULL;
	const char *name;

	g_test_init(&argc, &argv, NULL);
	g_assert_cmpint(argc, ==, 2);
	folder = g_dir_open(argv[1], 0, &error);
	g_assert_no_error(error);
	while ((name = g_dir_read_name(folder))) {
		g_autofree char *test = g_strconcat("/fuzz/", name, NULL);
		char *path = g_build_filename(argv[1], name, NULL);

		g_ptr_array_add(paths, path);
		g_test_add_data_func(test, path, replay);
	}
	g_assert_cmpuint(paths->len, >, 0);
	return g_test_run();
}
