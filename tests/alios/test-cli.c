// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "tests/cli/run.h"

static char *
alios_path(const char *file)
{
	return g_test_build_filename(G_TEST_DIST, "vectors", "alios", file, NULL);
}

/* An image, a difference to it, what the device makes of that, the message about it, and its signature. */
static void
test_from_image_to_message(void)
{
	char *folder = folder_new();
	g_autofree char *old = alios_path("diff/d7.old");
	g_autofree char *image = alios_path("diff/d7.new");
	g_autofree char *key = alios_path("rsa/test_key.pem");
	g_autofree char *public = alios_path("rsa/test_pub.pem");
	g_autofree char *word = g_strconcat("image=", image, NULL);
	g_autofree char *diff = g_build_filename(folder, "a.diff", NULL);
	g_autofree char *diff_word = g_strconcat("image=", diff, NULL);
	g_autofree char *json = g_build_filename(folder, "a.json", NULL);
	g_autofree char *signed_json = g_build_filename(folder, "signed.json", NULL);
	g_autofree char *out = g_build_filename(folder, "out", NULL);
	g_autofree char *made = g_build_filename(out, "image.bin", NULL);
	g_autoptr(Run) build = run_gantry("build", "alios", "--old", old, "--image", word, "--chip", "mk3060",
		"-o", diff, "--json", NULL);
	g_autoptr(GPtrArray) objects = NULL;
	g_autoptr(Run) unpack = run_gantry("unpack", diff, "--old", old, "-C", out, NULL);
	g_autoptr(Run) message = run_gantry("build", "alios", "--form", "message", "--image", diff_word,
		"--ver", "app-2.0.0-20200101.1200", "--running-ver", "app-1.0.0-20190101.1200", "--url",
		"https://example.invalid/fw/a.diff", "-o", json, NULL);
	g_autoptr(Run) sign = run_gantry("sign", json, "--key", key, "-o", signed_json, NULL);
	g_autoptr(Run) verify = run_gantry("verify", signed_json, "--key", public, "--json", NULL);
	g_autoptr(Run) without = run_gantry("verify", json, "--key", public, NULL);

	g_assert_cmpint(build->status, ==, 0);
	objects = assert_documented(build->out);
	g_assert_cmpint(unpack->status, ==, 0);
	assert_same_file(made, image);
	g_assert_cmpint(message->status, ==, 0);
	g_assert_cmpint(sign->status, ==, 0);
	g_assert_cmpint(verify->status, ==, 0);
	g_assert_nonnull(strstr(verify->out, "a.diff: size and digest as the message says"));
	g_assert_cmpint(without->status, ==, 3);
	assert_sentence(without, "package/not-authentic");
	folder_free(folder);
}

static void
test_a_version_that_surprises(void)
{
	char *folder = folder_new();
	g_autofree char *image = alios_path("md5/m2_256.md5.bin");
	g_autofree char *word = g_strconcat("image=", image, NULL);
	g_autofree char *json = g_build_filename(folder, "a.json", NULL);
	g_autoptr(Run) refused = run_gantry("build", "alios", "--form", "message", "--image", word, "--ver",
		"app-10.0.0", "--running-ver", "app-2.0.0", "--url", "http://a/b", "-o", json, NULL);
	g_autoptr(Run) forced = run_gantry("build", "alios", "--form", "message", "--image", word, "--ver",
		"app-10.0.0", "--running-ver", "app-2.0.0", "--url", "http://a/b", "--any-version", "-o",
		json, NULL);

	g_assert_cmpint(refused->status, ==, 3);
	assert_sentence(refused, "package/rollback");
	g_assert_nonnull(strstr(refused->err, "letter by letter"));
	g_assert_cmpint(forced->status, ==, 0);
	g_assert_nonnull(strstr(forced->err, "letter by letter"));
	folder_free(folder);
}

static void
test_key_export(void)
{
	char *folder = folder_new();
	g_autofree char *key = alios_path("rsa/test_pub.pem");
	g_autofree char *header = g_build_filename(folder, "ota_public_key_config.h", NULL);
	g_autoptr(Run) run = run_gantry("key", "export", key, "--format", "alios-header", "-o", header, NULL);
	g_autofree char *text = NULL;

	g_assert_cmpint(run->status, ==, 0);
	g_assert_true(g_file_get_contents(header, &text, NULL, NULL));
	g_assert_nonnull(strstr(text, "ota_pubn_buf[256]"));
	folder_free(folder);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/alios/cli/from-image-to-message", test_from_image_to_message);
	g_test_add_func("/alios/cli/a-version-that-surprises", test_a_version_that_surprises);
	g_test_add_func("/alios/cli/key-export", test_key_export);
	return g_test_run();
}
