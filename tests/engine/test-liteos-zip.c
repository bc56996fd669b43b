// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "engine/compression/zip-archive.h"
#include "engine/draft.h"
#include "engine/file.h"
#include "engine/formats/liteos/liteos.h"
#include "engine/formats/liteos/zip.h"
#include "tests/engine/vectors.h"

static char *
path_of(const char *folder, const char *name)
{
	return g_test_build_filename(G_TEST_DIST, "vectors", "liteos", folder, name, NULL);
}

static GBytes *
build(const char *generation)
{
	g_autoptr(GyBuildOptions) options = gy_build_options_new();
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func((GDestroyNotify) gy_finding_free);
	g_autofree char *image = path_of("fw", "p4_new.bin");
	g_autofree char *key = path_of("pkg", "test_rsa2048_private.pem");
	g_autoptr(GError) error = NULL;
	GBytes *package;

	gy_build_options_add_image(options, "application", image);
	gy_build_options_set(options, "generation", generation);
	gy_build_options_set(options, "zip", "yes");
	if (g_str_equal(generation, "g2"))
		gy_build_options_set(options, "key", key);
	package = gy_format_build(&gy_liteos_format, options, notes, &error);
	g_assert_no_error(error);
	return package;
}

static GBytes *
sign(GBytes *zip)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GyPackage) package = gy_package_load_bytes(zip, "a.zip", &error);
	g_autoptr(GyBuildOptions) options = gy_build_options_new();
	g_autofree char *key = path_of("pkg", "test_rsa2048_private.pem");
	GBytes *signature;

	g_assert_no_error(error);
	gy_build_options_set(options, "key", key);
	signature = gy_format_sign(package, options, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(g_bytes_get_size(signature), ==, 256);
	return signature;
}

/* (nullable) why it is refused; "package/not-recognised" if it is none. */
static const char *
refusal_of(GBytes *zip, GBytes *signature, gboolean has_key)
{
	g_autofree char *key = path_of("pkg", "test_rsa2048_public.pem");
	g_autoptr(GyPackage) package = gy_package_load_bytes(zip, "a.zip", NULL);
	const GyFinding *refusal;
	g_autoptr(GError) error = NULL;

	if (!package)
		return "package/not-recognised";
	gy_package_set_signature(package, signature);
	g_assert_true(gy_package_verify(package, has_key ? key : NULL, &error));
	g_assert_no_error(error);
	refusal = gy_package_refusal(package);
	return refusal ? g_intern_string(refusal->code) : NULL;
}

static void
test_whole(gconstpointer data)
{
	g_autoptr(GBytes) zip = build(data);
	g_autoptr(GBytes) again = build(data);
	g_autoptr(GError) error = NULL;
	g_autoptr(GyPackage) package = gy_package_load_bytes(zip, "a.zip", &error);
	g_autofree char *path = path_of("fw", "p4_new.bin");
	g_autoptr(GBytes) image = NULL;
	g_autoptr(GBytes) expected = gy_file_read(path, GY_LITEOS_MAX, &error);

	g_assert_no_error(error);
	g_assert_true(g_bytes_equal(zip, again));
	g_assert_cmpstr(gy_package_kind(package), ==, GY_LITEOS_ZIP_KIND);
	image = gy_package_unpack_image(package, 0, &error);
	g_assert_no_error(error);
	g_assert_true(g_bytes_equal(image, expected));
	g_assert_null(refusal_of(zip, NULL, FALSE));
}

static void
test_signature(void)
{
	g_autoptr(GBytes) zip = build("g3");
	g_autoptr(GBytes) other = build("g2");
	g_autoptr(GBytes) signature = sign(zip);
	g_autoptr(GBytes) half = g_bytes_new_from_bytes(signature, 0, 128);

	g_assert_null(refusal_of(zip, signature, TRUE));
	g_assert_null(refusal_of(zip, signature, FALSE));
	g_assert_cmpstr(refusal_of(zip, NULL, TRUE), ==, "package/not-authentic");
	g_assert_cmpstr(refusal_of(zip, half, TRUE), ==, "package/untrusted-key");
	g_assert_cmpstr(refusal_of(other, signature, TRUE), ==, "package/untrusted-key");
}

/* With the signature any bit is found; some stand where a zip says nothing, so that without it they are not. */
static void
test_any_bit(void)
{
	g_autoptr(GBytes) zip = build("g3");
	g_autoptr(GBytes) signature = sign(zip);
	gsize size = g_bytes_get_size(zip);

	for (gsize i = 0; i < 200; i++) {
		g_autofree guint8 *copy = g_memdup2(g_bytes_get_data(zip, NULL), size);
		g_autoptr(GBytes) changed = NULL;

		copy[i < 64 ? i : (gsize) g_test_rand_int_range(0, (gint32) size)] ^= (guint8) (1u << i % 8);
		changed = g_bytes_new(copy, size);
		g_assert_nonnull(refusal_of(changed, signature, TRUE));
	}
}

static GBytes *
zip_of(const char *const *names, GBytes *content)
{
	g_autoptr(GPtrArray) members = gy_zip_members_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(GyDraft) draft = gy_draft_new(NULL, 0600, &error);
	GBytes *zip;

	for (; *names; names++)
		gy_zip_members_add(members, *names, content);
	g_assert_true(gy_zip_write(members, draft, &error));
	zip = gy_draft_read(draft, &error);
	g_assert_no_error(error);
	return zip;
}

/* Other people's zips are left to them. */
static void
test_others(void)
{
	static const char *const one[] = {"a.bin", NULL}, *const two[] = {"a.bin", "b.bin", NULL};
	g_autofree char *path = path_of("pkg", "p1_full.info32.bin");
	g_autoptr(GBytes) package = gy_file_read(path, GY_LITEOS_MAX, NULL);
	g_autoptr(GBytes) text = g_bytes_new_static("hello", 5);
	g_autoptr(GBytes) good = zip_of(one, package);
	g_autoptr(GBytes) several = zip_of(two, package);
	g_autoptr(GBytes) other = zip_of(one, text);

	g_assert_null(refusal_of(good, NULL, FALSE));
	g_assert_cmpstr(refusal_of(several, NULL, FALSE), ==, "package/not-recognised");
	g_assert_cmpstr(refusal_of(other, NULL, FALSE), ==, "package/not-recognised");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/liteos/zip/same-bytes-and-read-again/g3", "g3", test_whole);
	g_test_add_data_func("/liteos/zip/same-bytes-and-read-again/g2", "g2", test_whole);
	g_test_add_func("/liteos/zip/signature-lies-beside", test_signature);
	g_test_add_func("/liteos/zip/any-bit-is-found-by-the-signature", test_any_bit);
	g_test_add_func("/liteos/zip/of-others-is-not-recognised", test_others);
	return g_test_run();
}
