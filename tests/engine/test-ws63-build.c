// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "engine/compression/lzma.h"
#include "engine/file.h"
#include "engine/formats/ws63/pack.h"
#include "engine/formats/ws63/ws63.h"
#include "tests/engine/vectors.h"

static const Vector *
case_of(gconstpointer data)
{
	return data;
}

static void
set_keys(GyBuildOptions *options)
{
	g_autofree char *root = root_private();
	g_autofree char *sub = sub_private();

	gy_build_options_set(options, "root-key", root);
	gy_build_options_set(options, "sub-key", sub);
}

static GBytes *
build(const Vector *vector, GySigning signing, GError **error)
{
	g_autoptr(GyBuildOptions) options = vector_options(vector, signing);

	set_keys(options);
	return gy_format_build(&gy_ws63_format, options, NULL, error);
}

static gboolean
is_compressed(const Vector *vector)
{
	for (const VectorImage *image = vector->images; image->section; image++)
		if (image->lzma16)
			return TRUE;
	return FALSE;
}

static void
assert_same_bytes(GBytes *found, GBytes *expected)
{
	gsize found_size = 0;
	gsize expected_size = 0;
	const void *found_data = g_bytes_get_data(found, &found_size);
	const void *expected_data = g_bytes_get_data(expected, &expected_size);

	assert_same(found_data, found_size, expected_data, expected_size);
}

/* ---- against the vendor's packager ---------------------------------------------------------------------- */

static void
test_equals_vendor(gconstpointer data)
{
	const Vector *vector = case_of(data);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) expected = vector_bytes(vector->name, "unsigned.fwpkg");
	g_autoptr(GBytes) built = build(vector, GY_SIGNING_NONE, &error);

	g_assert_no_error(error);
	if (is_compressed(vector) && !gy_lzma_gives_vendor_bytes()) {
		g_test_skip("this generation of the LZMA encoder gives other bytes; see the case beside this "
			    "one");
		return;
	}
	assert_same_bytes(built, expected);
}

/* Zero where two packages may differ if only their streams do: lengths, addresses and digests that follow from them. */
static void
blank_what_depends_on_the_stream(guint8 *head)
{
	guint n_images = gyw_get_u32le(head + WS63_INFO + WS63_INFO_IMAGE_NUM);

	memset(head + WS63_INFO + WS63_INFO_TABLE_HASH, 0, 32);
	for (guint i = 0; i < n_images; i++)
		memset(head + WS63_HEAD_SIZE + i * WS63_ENTRY_SIZE + 4, 0, WS63_ENTRY_SIZE - 4);
}

static void
assert_same_head(const guint8 *found, const guint8 *expected)
{
	guint32 table = gyw_get_u32le(expected + WS63_INFO + WS63_INFO_TABLE_LENGTH);
	g_autofree guint8 *a = g_memdup2(found, WS63_HEAD_SIZE + table);
	g_autofree guint8 *b = g_memdup2(expected, WS63_HEAD_SIZE + table);

	blank_what_depends_on_the_stream(a);
	blank_what_depends_on_the_stream(b);
	assert_same(a, WS63_HEAD_SIZE + table, b, WS63_HEAD_SIZE + table);
}

static void
assert_same_image_header(const guint8 *found, const guint8 *expected)
{
	guint8 a[WS63_HEADER_SIZE];
	guint8 b[WS63_HEADER_SIZE];

	memcpy(a, found, sizeof a);
	memcpy(b, expected, sizeof b);
	memset(a + WS63_HEADER_IMAGE_OFFSET, 0, WS63_HEADER_OLD_IMAGE_LEN - WS63_HEADER_IMAGE_OFFSET);
	memset(b + WS63_HEADER_IMAGE_OFFSET, 0, WS63_HEADER_OLD_IMAGE_LEN - WS63_HEADER_IMAGE_OFFSET);
	assert_same(a, sizeof a, b, sizeof b);
}

/* The data of an image as the device would read them after decrypting. */
static GBytes *
plain_data(const guint8 *package, const GyWs63Image *image, gboolean encrypted)
{
	static const guint8 key[16] = {0x70, 0xD3, 0x77, 0x64, 0x27, 0x9C, 0x2B, 0x08, 0x66, 0x04, 0x07, 0x8E,
		0x8C, 0x57, 0x75, 0x05};
	static const guint8 iv[16] = {0xFF};
	guint8 *copy = g_memdup2(package + image->data, (gsize) image->data_size);

	if (encrypted)
		g_assert_true(gy_ws63_crypt(copy, (gsize) image->data_size, key, iv, NULL));
	return g_bytes_new_take(copy, (gsize) image->data_size);
}

static void
assert_unpacks_to(GBytes *data, gboolean compressed, GBytes *input)
{
	gsize size = 0;
	const guint8 *bytes = g_bytes_get_data(data, &size);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) unpacked = NULL;

	if (compressed) {
		assert_same(bytes, 5, WS63_LZMA_PROPERTIES, 5);
		g_assert_cmpuint(gyw_get_u32le(bytes + 5), ==, g_bytes_get_size(input));
		g_assert_true(gy_ws63_is_zero(bytes + 9, 7));
		unpacked =
			gy_lzma_decode(bytes, bytes + 16, size - 16, g_bytes_get_size(input), NULL, &error);
		g_assert_no_error(error);
	} else {
		unpacked = g_bytes_new_from_bytes(data, 0, g_bytes_get_size(input));
		g_assert_true(
			gy_ws63_is_zero(bytes + g_bytes_get_size(input), size - g_bytes_get_size(input)));
	}
	assert_same_bytes(unpacked, input);
}

static void
test_differs_only_in_the_stream(gconstpointer data)
{
	const Vector *vector = case_of(data);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) expected_bytes = vector_bytes(vector->name, "unsigned.fwpkg");
	g_autoptr(GBytes) built = build(vector, GY_SIGNING_NONE, &error);
	gsize size = 0;
	gsize expected_size = 0;
	const guint8 *expected = g_bytes_get_data(expected_bytes, &expected_size);
	const guint8 *found;

	g_assert_no_error(error);
	found = g_bytes_get_data(built, &size);
	assert_same_head(found, expected);
	for (guint i = 0; vector->images[i].section; i++) {
		g_autoptr(GBytes) input = vector_bytes("inputs", vector->images[i].file);
		g_autoptr(GBytes) content = NULL;
		GyWs63Image image;
		GyWs63Image vendor;

		g_assert_true(gy_ws63_find_image(found, size, i, &image));
		g_assert_true(gy_ws63_find_image(expected, expected_size, i, &vendor));
		assert_same_image_header(found + image.header, expected + vendor.header);
		content = plain_data(found, &image, vector->encrypted);
		assert_unpacks_to(content, vector->images[i].lzma16 != NULL, input);
	}
}

static void
test_unpacks_vendor_package(gconstpointer data)
{
	const Vector *vector = case_of(data);
	g_autofree char *path = vector_path(vector->name, "signed.fwpkg");
	g_autoptr(GError) error = NULL;
	g_autoptr(GyPackage) package = gy_package_load(path, &error);

	g_assert_no_error(error);
	for (guint i = 0; vector->images[i].section; i++) {
		g_autoptr(GBytes) input = vector_bytes("inputs", vector->images[i].file);
		g_autoptr(GBytes) unpacked = gy_package_unpack_image(package, i, &error);

		if (vector->encrypted) {
			g_assert_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED);
			return;
		}
		g_assert_no_error(error);
		assert_same_bytes(unpacked, input);
	}
	g_assert_cmpuint(gy_package_images(package)->len, >, 0);
	g_assert_cmpstr(gy_package_version(package), ==, vector->version);
}

static void
test_vendor_package_verifies(gconstpointer data)
{
	const Vector *vector = case_of(data);
	g_autofree char *path = vector_path(vector->name, "signed.fwpkg");
	g_autofree char *key = root_public();
	g_autoptr(GError) error = NULL;
	g_autoptr(GyPackage) package = gy_package_load(path, &error);
	const GyFinding *finding;

	g_assert_no_error(error);
	g_assert_true(gy_package_verify(package, NULL, &error));
	g_assert_cmpuint(count_errors(package), ==, 0);
	g_assert_true(gy_package_verify(package, key, &error));
	g_assert_no_error(error);
	if (!vector->hash_only) {
		g_assert_cmpint(gy_package_trust(package), ==, GY_TRUST_SIGNED);
		g_assert_cmpuint(count_errors(package), ==, 0);
		return;
	}
	g_assert_cmpint(gy_package_trust(package), ==, GY_TRUST_INTEGRITY_ONLY);
	g_assert_cmpuint(count_errors(package), ==, 1);
	finding = gy_package_refusal(package);
	g_assert_cmpstr(finding->code, ==, "package/not-authentic");
}

static void
test_unsigned_is_refused(gconstpointer data)
{
	const Vector *vector = case_of(data);
	g_autofree char *path = vector_path(vector->name, "unsigned.fwpkg");
	g_autoptr(GError) error = NULL;
	g_autoptr(GyPackage) package = gy_package_load(path, &error);

	g_assert_no_error(error);
	g_assert_true(gy_package_verify(package, NULL, &error));
	g_assert_cmpuint(count_errors(package), ==, 1);
	g_assert_cmpstr(gy_package_refusal(package)->code, ==, "package/unsigned");
	g_assert_cmpint(gy_package_trust(package), ==, GY_TRUST_UNSIGNED);
}

/* ---- signing -------------------------------------------------------------------------------------------- */

static void
assert_differs_only_in_signatures(GBytes *a, GBytes *b)
{
	gsize size = 0;
	guint8 *x = g_memdup2(g_bytes_get_data(a, &size), g_bytes_get_size(a));
	guint8 *y = g_memdup2(g_bytes_get_data(b, NULL), g_bytes_get_size(b));

	g_assert_cmpuint(g_bytes_get_size(a), ==, g_bytes_get_size(b));
	memset(x + 0xC0, 0, 64);
	memset(y + 0xC0, 0, 64);
	memset(x + 0x1C0, 0, 64);
	memset(y + 0x1C0, 0, 64);
	assert_same(x, size, y, size);
	g_free(x);
	g_free(y);
}

static void
test_signs_vendor_package(gconstpointer data)
{
	const Vector *vector = case_of(data);
	g_autoptr(GBytes) expected = vector_bytes(vector->name, "signed.fwpkg");
	g_autofree char *path = vector_path(vector->name, "unsigned.fwpkg");
	g_autofree char *key = root_public();
	g_autoptr(GyBuildOptions) options = gy_build_options_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(GyPackage) package = gy_package_load(path, &error);
	g_autoptr(GBytes) made = NULL;
	g_autoptr(GyPackage) again = NULL;

	gy_build_options_set_signing(options, vector->hash_only ? GY_SIGNING_HASH_ONLY : GY_SIGNING_KEYS);
	set_keys(options);
	made = gy_format_sign(package, options, &error);
	g_assert_no_error(error);
	if (vector->hash_only) {
		assert_same_bytes(made, expected);
		return;
	}
	assert_differs_only_in_signatures(made, expected);
	again = gy_package_load_bytes(made, "again", &error);
	g_assert_true(gy_package_verify(again, key, &error));
	g_assert_cmpuint(count_errors(again), ==, 0);
}

static void
test_builds_signed(gconstpointer data)
{
	const Vector *vector = case_of(data);
	g_autofree char *key = root_public();
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) made =
		build(vector, vector->hash_only ? GY_SIGNING_HASH_ONLY : GY_SIGNING_KEYS, &error);
	g_autoptr(GyPackage) package = NULL;

	g_assert_no_error(error);
	package = gy_package_load_bytes(made, "made", &error);
	g_assert_no_error(error);
	g_assert_true(gy_package_verify(package, vector->hash_only ? NULL : key, &error));
	g_assert_cmpuint(count_errors(package), ==, 0);
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		GTestDataFunc run;
	} tests[] = {
		{"equals-vendor-to-the-byte", test_equals_vendor},
		{"differs-only-in-the-stream", test_differs_only_in_the_stream},
		{"unpacks-to-the-inputs", test_unpacks_vendor_package},
		{"vendor-package-verifies", test_vendor_package_verifies},
		{"unsigned-is-refused", test_unsigned_is_refused},
		{"signing-changes-only-signatures", test_signs_vendor_package},
		{"builds-signed", test_builds_signed},
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < n_vectors; i++)
		for (guint j = 0; j < G_N_ELEMENTS(tests); j++) {
			g_autofree char *path =
				g_strdup_printf("/ws63/build/%s/%s", vectors[i].name, tests[j].name);

			g_test_add_data_func(path, &vectors[i], tests[j].run);
		}
	return g_test_run();
}
