// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "tests/cli/run.h"

static char *
image_path(const char *name)
{
	return g_test_build_filename(G_TEST_DIST, "vectors", "liteos", "fw", name, NULL);
}

static void
a_patch_gives_the_new_image(gconstpointer format)
{
	char *folder = folder_new();
	g_autofree char *old = image_path("p1_old.bin");
	g_autofree char *new_path = image_path("p1_new.bin");
	g_autofree char *patch = g_build_filename(folder, "p", NULL);
	g_autofree char *made = g_build_filename(folder, "new", NULL);
	g_autoptr(Run) diff =
		run_gantry("diff", old, new_path, "-o", patch, "--format", format, "--json", NULL);
	g_autoptr(Run) apply = run_gantry("patch", old, patch, "-o", made, "--json", NULL);
	g_autoptr(GPtrArray) objects = NULL;

	g_assert_cmpint(diff->status, ==, 0);
	g_assert_cmpint(apply->status, ==, 0);
	objects = assert_documented(diff->out);
	g_assert_cmpint(json_object_get_int_member(last_object(objects), "size"), <, 300);
	g_ptr_array_unref(g_steal_pointer(&objects));
	objects = assert_documented(apply->out);
	g_assert_cmpstr(json_object_get_string_member(last_object(objects), "path"), ==, made);
	assert_same_file(made, new_path);
	g_assert_cmpuint(n_files(folder), ==, 2);
	folder_free(folder);
}

static void
without_compression_and_with_more(void)
{
	char *folder = folder_new();
	g_autofree char *old = image_path("p2_old.bin");
	g_autofree char *new_path = image_path("p2_new.bin");
	g_autofree char *plain = g_build_filename(folder, "plain", NULL);
	g_autofree char *packed = g_build_filename(folder, "packed", NULL);
	g_autofree char *made = g_build_filename(folder, "new", NULL);
	g_autoptr(Run) one = run_gantry("diff", old, new_path, "-o", plain, "--no-compression", NULL);
	g_autoptr(Run) other = run_gantry("diff", old, new_path, "-o", packed, "--dictionary", "65536", NULL);
	g_autoptr(Run) apply = run_gantry("patch", old, plain, "-o", made, NULL);
	g_autofree char *a = NULL, *b = NULL;
	gsize a_size = 0, b_size = 0;

	g_assert_cmpint(one->status, ==, 0);
	g_assert_cmpint(other->status, ==, 0);
	g_assert_cmpint(apply->status, ==, 0);
	assert_same_file(made, new_path);
	g_assert_true(g_file_get_contents(plain, &a, &a_size, NULL));
	g_assert_true(g_file_get_contents(packed, &b, &b_size, NULL));
	g_assert_cmpuint(b_size, <, a_size);
	folder_free(folder);
}

static const struct {
	const char *name;
	const char *old;
	const char *patch; /* below vectors/liteos */
	const char *code;
} refusals[] = {
	{"another-old-image", "p1_old.bin", "diff/p2_hdiff13_lzma4k.hdiff", "image/other-old"},
	{"no-patch", "p1_old.bin", "fw/p1_new.bin", "patch/not-recognised"},
	{"another-compression", "p2_old.bin", "diff/p2_hdiff13_zlib.hdiff", "patch/not-supported"},
};

/* Refused as an input file, with a sentence and nothing written. */
static void
a_patch_is_refused(gconstpointer data)
{
	guint row = GPOINTER_TO_UINT(data);
	char *folder = folder_new();
	g_autofree char *old = image_path(refusals[row].old);
	g_autofree char *patch =
		g_test_build_filename(G_TEST_DIST, "vectors", "liteos", refusals[row].patch, NULL);
	g_autofree char *made = g_build_filename(folder, "new", NULL);
	g_autoptr(Run) run = run_gantry("patch", old, patch, "-o", made, NULL);

	g_assert_cmpint(run->status, ==, 3);
	assert_sentence(run, refusals[row].code);
	g_assert_cmpuint(n_files(folder), ==, 0);
	folder_free(folder);
}

int
main(int argc, char **argv)
{
	static const char *const formats[] = {"hdiff13", "hi", "bsdiff"};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(formats); i++) {
		g_autofree char *path =
			g_strconcat("/cli/diff/a-patch-gives-the-new-image/", formats[i], NULL);

		g_test_add_data_func(path, formats[i], a_patch_gives_the_new_image);
	}
	g_test_add_func("/cli/diff/without-compression-and-with-more", without_compression_and_with_more);
	for (guint i = 0; i < G_N_ELEMENTS(refusals); i++) {
		g_autofree char *path = g_strconcat("/cli/patch/refuses/", refusals[i].name, NULL);

		g_test_add_data_func(path, GUINT_TO_POINTER(i), a_patch_is_refused);
	}
	return g_test_run();
}
