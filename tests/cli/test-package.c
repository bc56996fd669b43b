// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "tests/cli/run.h"

static GBytes *
read_bytes(const char *path)
{
	g_autoptr(GError) error = NULL;
	char *content = NULL;
	gsize size = 0;

	g_file_get_contents(path, &content, &size, &error);
	g_assert_no_error(error);
	return g_bytes_new_take(content, size);
}

/* The first object of that type, or with @nth the one after so many. */
static JsonObject *
object_of_type(GPtrArray *objects, const char *type, guint nth)
{
	for (guint i = 0; i < objects->len; i++) {
		JsonObject *object = g_ptr_array_index(objects, i);

		if (g_str_equal(json_object_get_string_member(object, "type"), type) && nth-- == 0)
			return object;
	}
	g_error("there is no object of type %s", type);
	return NULL;
}

static const char *
verdict_of(GPtrArray *objects)
{
	return json_object_get_string_member(object_of_type(objects, "result", 0), "verdict");
}

/* ---- the whole way -------------------------------------------------------------------------------------- */

static void
build_verify_unpack_gives_the_inputs_back(void)
{
	char *folder = folder_new();
	g_autofree char *package = build_example(folder);
	g_autofree char *images = g_build_filename(folder, "a", "b", NULL);
	g_autofree char *application = g_build_filename(images, "application.bin", NULL);
	g_autofree char *flashboot = g_build_filename(images, "flashboot.bin", NULL);
	g_autofree char *application_before = vector_path("inputs/app_sign.bin");
	g_autofree char *flashboot_before = vector_path("inputs/flashboot_sign.bin");
	g_autofree char *root = vector_path("keys/test_root_public_key.pem");
	g_autoptr(Run) verify = run_gantry("verify", package, "--root-key", root, NULL);
	g_autoptr(Run) unpack = run_gantry("unpack", package, "-C", images, NULL);

	g_assert_cmpint(verify->status, ==, 0);
	g_assert_true(g_str_has_suffix(
		verify->out, ": verified: signed under this root key, and every digest is right\n"));
	g_assert_cmpint(unpack->status, ==, 0);
	g_assert_cmpuint(n_files(images), ==, 2);
	assert_same_file(application, application_before);
	assert_same_file(flashboot, flashboot_before);
	folder_free(folder);
}

static void
sign_makes_an_unsigned_package_verified(void)
{
	char *folder = folder_new();
	g_autofree char *package = vector_path("v01_app_lzma/unsigned.fwpkg");
	g_autofree char *reference = vector_path("v01_app_lzma/signed.fwpkg");
	g_autofree char *out = g_build_filename(folder, "signed.fwpkg", NULL);
	g_autofree char *root = vector_path("keys/test_root_private_key.pem");
	g_autofree char *sub = vector_path("keys/test_sub_private_key.pem");
	g_autoptr(Run) sign =
		run_gantry("sign", package, "--root-key", root, "--sub-key", sub, "-o", out, "--json", NULL);
	g_autoptr(Run) verify = run_gantry("verify", out, "--root-key", root, "--json", NULL);
	g_autoptr(GPtrArray) sign_objects = assert_documented(sign->out);
	g_autoptr(GPtrArray) verify_objects = assert_documented(verify->out);
	g_autoptr(GBytes) made = read_bytes(out);
	g_autoptr(GBytes) expected = read_bytes(reference);
	const guint8 *a = g_bytes_get_data(made, NULL);
	const guint8 *b = g_bytes_get_data(expected, NULL);

	g_assert_cmpint(sign->status, ==, 0);
	g_assert_cmpint(verify->status, ==, 0);
	g_assert_cmpstr(verdict_of(verify_objects), ==, "verified");
	g_assert_cmpstr(json_object_get_string_member(last_object(sign_objects), "path"), ==, out);
	/* the two signatures have a nonce; everything else is the same */
	g_assert_cmpuint(g_bytes_get_size(made), ==, g_bytes_get_size(expected));
	g_assert_cmpmem(a, 0xc0, b, 0xc0);
	g_assert_cmpmem(a + 0x100, 0xc0, b + 0x100, 0xc0);
	g_assert_cmpint(memcmp(a + 0x200, b + 0x200, g_bytes_get_size(made) - 0x200), ==, 0);
	folder_free(folder);
}

static void
unsigned_builds_are_the_same_bytes(void)
{
	char *folder = folder_new();
	g_autofree char *config = vector_path("v03_app_raw_padded/fota.cfg");
	g_autofree char *reference = vector_path("v03_app_raw_padded/unsigned.fwpkg");
	g_autofree char *application = vector_path("inputs/app_unaligned.bin");
	g_autofree char *word = g_strconcat("application=", application, NULL);
	g_autofree char *out = g_build_filename(folder, "out.fwpkg", NULL);
	g_autoptr(Run) run = run_gantry(
		"build", "ws63", "--config", config, "--image", word, "--unsigned", "-o", out, NULL);

	g_assert_cmpint(run->status, ==, 0);
	assert_same_file(out, reference);
	folder_free(folder);
}

static void
bare_code_becomes_an_image_that_can_be_packed(void)
{
	char *folder = folder_new();
	g_autofree char *code = g_build_filename(folder, "code.bin", NULL);
	g_autofree char *image = g_build_filename(folder, "code-sign.bin", NULL);
	g_autofree char *package = g_build_filename(folder, "code.fwpkg", NULL);
	g_autofree char *word = g_strconcat("application=", image, NULL);
	g_autofree char *config = vector_path("v01_app_lzma/fota.cfg");
	g_autofree char *root = vector_path("keys/test_root_private_key.pem");
	g_autofree char *sub = vector_path("keys/test_sub_private_key.pem");
	g_autoptr(Run) sign = NULL;
	g_autoptr(Run) build = NULL;
	g_autoptr(Run) verify = NULL;

	g_assert_true(g_file_set_contents(code, "bare code of an application", -1, NULL));
	sign = run_gantry("image", "sign", "--id", "application", "--root-key", root, "--sub-key", sub,
		"--version-ext", "0x7", code, "-o", image, NULL);
	g_assert_cmpint(sign->status, ==, 0);
	build = run_gantry("build", "ws63", "--config", config, "--image", word, "--root-key", root,
		"--sub-key", sub, "-o", package, NULL);
	g_assert_cmpstr(build->err, ==, "");
	g_assert_cmpint(build->status, ==, 0);
	verify = run_gantry("verify", package, "--root-key", root, NULL);
	g_assert_cmpint(verify->status, ==, 0);
	folder_free(folder);
}

/* ---- what inspect and verify say ------------------------------------------------------------------------ */

static void
inspect_says_the_same_every_time(void)
{
	static const char expected[] =
		"  HiSilicon WS63 upgrade package, 2 images, signed, 23.9 KiB\n"
		"  verified: signed under this root key, and every digest is right\n"
		"\n"
		"  Image        Stored as              Size  In package  Offset    Version  SHA-256\n"
		"  application  lzma               64.0 KiB    17.9 KiB  0x000300        0  "
		"dd34d21251dc46f5\n"
		"  flashboot    lzma               16.0 KiB     5.1 KiB  0x004b40        0  "
		"43a9f0bec394afd0\n";
	g_autofree char *package = vector_path("v04_app_boot_ver/signed.fwpkg");
	g_autofree char *root = vector_path("keys/test_root_public_key.pem");
	g_autoptr(Run) run = run_gantry("inspect", package, "--root-key", root, NULL);
	g_autoptr(Run) again = run_gantry("inspect", package, "--root-key", root, NULL);

	g_assert_cmpint(run->status, ==, 0);
	g_assert_cmpstr(run->err, ==, "");
	g_assert_true(g_str_has_prefix(run->out, package));
	g_assert_true(g_str_has_prefix(run->out + strlen(package), expected));
	g_assert_nonnull(strstr(run->out, "gantry_1.2.3"));
	g_assert_null(strchr(run->out, '\033'));
	g_assert_cmpstr(run->out, ==, again->out);
}

static void
inspect_in_json_has_every_image(void)
{
	g_autofree char *package = vector_path("v02_app_boot_nv/signed.fwpkg");
	g_autoptr(Run) run = run_gantry("inspect", package, "--json", NULL);
	g_autoptr(GPtrArray) objects = assert_documented(run->out);
	JsonObject *about = object_of_type(objects, "package", 0);
	JsonObject *nv = object_of_type(objects, "image", 2);

	g_assert_cmpint(run->status, ==, 0);
	g_assert_cmpstr(run->err, ==, "");
	g_assert_cmpint(json_object_get_int_member(about, "size"), ==, 41040);
	g_assert_cmpint(json_object_get_int_member(about, "images"), ==, 3);
	g_assert_cmpstr(json_object_get_string_member(about, "sha256"), ==,
		"39652644df52c51da95fb2dcb7ad03d6095b7faba67c195254427cb8acb6c5b2");
	g_assert_cmpstr(json_object_get_string_member(nv, "name"), ==, "nv");
	g_assert_cmpstr(json_object_get_string_member(nv, "sha256"), ==,
		"1bf3bbddd11e7742ecd42b5a095a6df06c711d992b69badfb18ec5c67383603a");
	g_assert_cmpuint(json_array_get_length(json_object_get_array_member(nv, "storage")), ==, 0);
	g_assert_cmpstr(verdict_of(objects), ==, "chain-only");
}

static const struct {
	const char *name;
	const char *package;
	const char *key; /* NULL: none */
	int status;
	const char *says; /* on standard output, or the code on standard error */
} verifications[] = {
	{"signed-with-its-key", "v01_app_lzma/signed.fwpkg", "keys/test_root_public_key.pem", 0,
		": verified: "},
	{"signed-without-key", "v01_app_lzma/signed.fwpkg", NULL, 0, ": verified except for its root key"},
	{"signed-with-another-key", "v01_app_lzma/signed.fwpkg", "keys/test_sub_public_key.pem", 3,
		"package/untrusted-key"},
	{"encrypted", "v07_app_lzma_aes/signed.fwpkg", "keys/test_root_public_key.pem", 0, ": verified: "},
	{"hash-only-without-key", "v06_app_hashonly/signed.fwpkg", NULL, 0,
		": integrity only, not authentic"},
	{"hash-only-with-key", "v06_app_hashonly/signed.fwpkg", "keys/test_root_public_key.pem", 3,
		"package/not-authentic"},
	{"unsigned", "v01_app_lzma/unsigned.fwpkg", NULL, 3, "package/unsigned"},
	{"no-package", "inputs/nv.bin", NULL, 3, "package/not-recognised"},
	{"image-hash-only", "inputs/app_sign.bin", NULL, 0, ": integrity only, not authentic"},
	{"image-hash-only-with-key", "inputs/app_sign.bin", "keys/test_root_public_key.pem", 3,
		"package/not-authentic"},
	{"missing", "v01_app_lzma/none.fwpkg", NULL, 3, "file/not-found"},
	{"key-missing", "v01_app_lzma/signed.fwpkg", "keys/none.pem", 4, "key/not-found"},
	{"key-is-no-key", "v01_app_lzma/signed.fwpkg", "v01_app_lzma/fota.cfg", 4, "key/unusable"},
};

static void
verify_ends_with(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	g_autofree char *package = vector_path(verifications[i].package);
	g_autofree char *key = verifications[i].key ? vector_path(verifications[i].key) : NULL;
	g_autoptr(Run) run = run_gantry("verify", package, key ? "--root-key" : NULL, key, NULL);
	g_autoptr(Run) json = run_gantry("verify", package, "--json", key ? "--root-key" : NULL, key, NULL);
	g_autoptr(GPtrArray) objects = assert_documented(json->out);

	g_assert_cmpint(run->status, ==, verifications[i].status);
	g_assert_cmpint(json->status, ==, verifications[i].status);
	g_assert_cmpstr(json->err, ==, "");
	if (run->status == 0) {
		g_assert_nonnull(strstr(run->out, verifications[i].says));
		return;
	}
	assert_sentence(run, verifications[i].says);
	g_assert_null(strstr(run->out, "verified"));
	g_assert_cmpstr(
		json_object_get_string_member(last_object(objects), "code"), ==, verifications[i].says);
	g_assert_cmpint(json_object_get_int_member(last_object(objects), "exit_status"), ==, run->status);
}

static void
verify_names_field_offset_found_and_expected(void)
{
	char *folder = folder_new();
	g_autofree char *good = vector_path("v01_app_lzma/signed.fwpkg");
	g_autofree char *bad = g_build_filename(folder, "bad.fwpkg", NULL);
	g_autoptr(GBytes) bytes = read_bytes(good);
	gsize size = g_bytes_get_size(bytes);
	g_autofree guint8 *copy = g_memdup2(g_bytes_get_data(bytes, NULL), size);
	g_autoptr(Run) run = NULL;
	g_autoptr(Run) json = NULL;
	g_autoptr(GPtrArray) objects = NULL;
	JsonObject *finding;

	copy[size - 1] ^= 1;
	g_assert_true(g_file_set_contents(bad, (const char *) copy, (gssize) size, NULL));
	run = run_gantry("verify", bad, NULL);
	json = run_gantry("verify", bad, "--json", NULL);
	objects = assert_documented(json->out);
	g_assert_cmpint(run->status, ==, 3);
	assert_sentence(run, "package/hash");
	g_assert_nonnull(strstr(run->out, "\n           field "));
	g_assert_nonnull(strstr(run->out, "\n           offset    0x"));
	g_assert_nonnull(strstr(run->out, "\n           found "));
	g_assert_nonnull(strstr(run->out, "\n           expected "));
	for (guint i = 0;; i++) {
		finding = object_of_type(objects, "finding", i);
		if (g_str_equal(json_object_get_string_member(finding, "severity"), "error"))
			break;
	}
	g_assert_cmpstr(json_object_get_string_member(finding, "code"), ==, "package/hash");
	g_assert_false(json_object_get_null_member(finding, "offset"));
	folder_free(folder);
}

/* ---- unpack --------------------------------------------------------------------------------------------- */

static void
unpack_replaces_nothing_unless_forced(void)
{
	char *folder = folder_new();
	g_autofree char *package = vector_path("v02_app_boot_nv/signed.fwpkg");
	g_autofree char *taken = g_build_filename(folder, "nv.bin", NULL);
	g_autofree char *expected = vector_path("inputs/nv.bin");
	g_autofree char *content = NULL;
	g_autoptr(Run) refused = NULL;
	g_autoptr(Run) forced = NULL;

	g_assert_true(g_file_set_contents(taken, "mine", -1, NULL));
	refused = run_gantry("unpack", package, "-C", folder, NULL);
	g_assert_cmpint(refused->status, ==, 1);
	assert_sentence(refused, "file/not-writable");
	g_assert_true(g_file_get_contents(taken, &content, NULL, NULL));
	g_assert_cmpstr(content, ==, "mine");
	g_assert_cmpuint(n_files(folder), ==, 1);

	forced = run_gantry("unpack", package, "-C", folder, "--force", NULL);
	g_assert_cmpint(forced->status, ==, 0);
	assert_same_file(taken, expected);
	g_assert_cmpuint(n_files(folder), ==, 3);
	folder_free(folder);
}

static void
a_damaged_image_leaves_no_file(void)
{
	char *folder = folder_new();
	g_autofree char *good = vector_path("v02_app_boot_nv/signed.fwpkg");
	g_autofree char *bad = g_build_filename(folder, "bad.fwpkg", NULL);
	g_autofree char *images = g_build_filename(folder, "images", NULL);
	g_autoptr(GBytes) bytes = read_bytes(good);
	gsize size = g_bytes_get_size(bytes);
	g_autofree guint8 *copy = g_memdup2(g_bytes_get_data(bytes, NULL), size);
	g_autoptr(Run) run = NULL;

	copy[size - 1] ^= 1; /* in the last image: the first two are sound */
	g_assert_true(g_file_set_contents(bad, (const char *) copy, (gssize) size, NULL));
	run = run_gantry("unpack", bad, "-C", images, NULL);
	g_assert_cmpint(run->status, ==, 3);
	assert_sentence(run, "package/hash");
	g_assert_false(g_file_test(images, G_FILE_TEST_EXISTS));
	folder_free(folder);
}

static void
unpack_into_a_file_is_refused(void)
{
	g_autofree char *package = vector_path("v01_app_lzma/signed.fwpkg");
	g_autoptr(Run) run = run_gantry("unpack", package, "-C", package, NULL);

	g_assert_cmpint(run->status, ==, 1);
	assert_sentence(run, "file/not-writable");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cli/build/verify-and-unpack-give-the-inputs-back",
		build_verify_unpack_gives_the_inputs_back);
	g_test_add_func("/cli/build/unsigned-is-the-same-bytes", unsigned_builds_are_the_same_bytes);
	g_test_add_func(
		"/cli/sign/makes-an-unsigned-package-verified", sign_makes_an_unsigned_package_verified);
	g_test_add_func("/cli/image-sign/makes-code-packable", bare_code_becomes_an_image_that_can_be_packed);
	g_test_add_func("/cli/inspect/says-the-same-every-time", inspect_says_the_same_every_time);
	g_test_add_func("/cli/inspect/json-has-every-image", inspect_in_json_has_every_image);
	for (guint i = 0; i < G_N_ELEMENTS(verifications); i++) {
		g_autofree char *path = g_strdup_printf("/cli/verify/%s", verifications[i].name);

		g_test_add_data_func(path, GUINT_TO_POINTER(i), verify_ends_with);
	}
	g_test_add_func("/cli/verify/names-field-offset-found-expected",
		verify_names_field_offset_found_and_expected);
	g_test_add_func("/cli/unpack/replaces-nothing-unless-forced", unpack_replaces_nothing_unless_forced);
	g_test_add_func("/cli/unpack/a-damaged-image-leaves-no-file", a_damaged_image_leaves_no_file);
	g_test_add_func("/cli/unpack/into-a-file-is-refused", unpack_into_a_file_is_refused);
	return g_test_run();
}
