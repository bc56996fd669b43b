// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "engine/formats/ws63/image-header.h"
#include "engine/formats/ws63/root-record.h"
#include "engine/formats/ws63/ws63.h"
#include "engine/keys/digest.h"
#include "tests/engine/vectors.h"

typedef struct {
	GyPrivateKey *root;
	GyPrivateKey *sub;
} Keys;

static Keys
load_keys(void)
{
	g_autofree char *root = root_private();
	g_autofree char *sub = sub_private();
	Keys keys = {
		gy_private_key_load(root, GY_KEY_BP256R1, "root", NULL, NULL),
		gy_private_key_load(sub, GY_KEY_BP256R1, "sub", NULL, NULL),
	};

	g_assert_true(keys.root && keys.sub);
	return keys;
}

static void
clear_keys(Keys *keys)
{
	gy_private_key_free(keys->root);
	gy_private_key_free(keys->sub);
}

/* The code of a vector's image, signed again without keys, is the vector's image. */
static void
test_equals_vendor(gconstpointer data)
{
	const char *word = data;
	g_autofree char *file = g_strconcat(word, "_sign.bin", NULL);
	g_autoptr(GBytes) image =
		vector_bytes("inputs", g_str_equal(word, "application") ? "app_sign.bin" : file);
	g_autoptr(GBytes) code = g_bytes_new_from_bytes(image, 0x300, g_bytes_get_size(image) - 0x300);
	GyWs63ImageOptions options = {.image = word, .hash_only = TRUE};
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) made = gy_ws63_image_sign(code, &options, &error);

	g_assert_no_error(error);
	assert_same(g_bytes_get_data(made, NULL), g_bytes_get_size(made), g_bytes_get_data(image, NULL),
		g_bytes_get_size(image));
}

static void
test_signed_with_keys(void)
{
	Keys keys = load_keys();
	GyWs63ImageOptions options = {.image = "application",
		.version_ext = 7,
		.version_mask = 0xFF,
		.root_key = keys.root,
		.sub_key = keys.sub};
	g_autoptr(GBytes) code = g_bytes_new_static("0123456789", 10);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) made = gy_ws63_image_sign(code, &options, &error);
	const guint8 *data = g_bytes_get_data(made, NULL);
	g_autoptr(GyPublicKey) root = gy_private_key_public(keys.root);
	g_autoptr(GyPublicKey) sub = gy_private_key_public(keys.sub);
	guint8 xy[64];

	g_assert_no_error(error);
	g_assert_cmpuint(g_bytes_get_size(made), ==, 0x300 + 64);
	g_assert_cmpuint(gyw_get_u32le(data + 0x124), ==, 64);
	g_assert_cmpuint(gyw_get_u32le(data + 0x110), ==, 7);
	g_assert_cmpuint(gyw_get_u32le(data + 0x114), ==, 0xFF);
	g_assert_true(gy_ws63_is_zero(data + 0x300 + 10, 54));
	gy_public_key_get_xy(sub, xy);
	assert_same(data + 0x80, 64, xy, 64);
	g_assert_true(gy_public_key_verify(root, data, 0xC0, data + 0xC0));
	g_assert_true(gy_public_key_verify(sub, data + 0x100, 0x180, data + 0x280));
	g_assert_null(gy_ws63_image_check(data, g_bytes_get_size(made), WS63_IMAGE_APPLICATION));
	g_assert_cmpuint(gy_ws63_image_code_size(data, g_bytes_get_size(made)), ==, 0x340);
	clear_keys(&keys);
}

static void
assert_refused(GBytes *code, const GyWs63ImageOptions *options, GyError code_expected)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(gy_ws63_image_sign(code, options, &error));
	g_assert_error(error, GY_ERROR, (int) code_expected);
}

static void
test_refusals(void)
{
	g_autoptr(GBytes) code = g_bytes_new_static("0123456789", 10);
	g_autoptr(GBytes) image = vector_bytes("inputs", "app_sign.bin");
	g_autoptr(GBytes) nothing = g_bytes_new_static("", 0);
	GyWs63ImageOptions no_keys = {.image = "application"};
	GyWs63ImageOptions other = {.image = "nv", .hash_only = TRUE};
	GyWs63ImageOptions no_word = {.hash_only = TRUE};
	GyWs63ImageOptions plain = {.image = "flashboot", .hash_only = TRUE};

	assert_refused(code, &no_keys, GY_ERROR_KEY_NEEDED);
	assert_refused(code, &other, GY_ERROR_IMAGE_OTHER_SECTION);
	assert_refused(code, &no_word, GY_ERROR_IMAGE_OTHER_SECTION);
	assert_refused(nothing, &plain, GY_ERROR_FILE_EMPTY);
	/* signing twice makes an image that boots nothing */
	assert_refused(image, &plain, GY_ERROR_IMAGE_HEADER);
}

static void
test_check_finds_any_flip(void)
{
	g_autoptr(GBytes) image = vector_bytes("inputs", "flashboot_sign.bin");
	gsize size = g_bytes_get_size(image);
	g_autofree guint8 *data = g_memdup2(g_bytes_get_data(image, NULL), size);

	g_assert_null(gy_ws63_image_check(data, size, WS63_IMAGE_FLASHBOOT));
	for (guint i = 0; i < 200; i++) {
		gsize at = 0x300 + (gsize) g_test_rand_int_range(0, (gint32) (size - 0x300));
		GyFinding *finding;

		data[at] ^= 0x10;
		finding = gy_ws63_image_check(data, size, WS63_IMAGE_FLASHBOOT);
		g_assert_nonnull(finding);
		g_assert_cmpstr(finding->code, ==, "image/hash");
		gy_finding_free(finding);
		data[at] ^= 0x10;
	}
}

static void
test_check_finds_any_cut(void)
{
	g_autoptr(GBytes) image = vector_bytes("inputs", "flashboot_sign.bin");
	gsize size = g_bytes_get_size(image);

	for (gsize cut = 0; cut < size; cut += cut < 0x304 ? 1 : 257) {
		g_autofree guint8 *data = g_memdup2(g_bytes_get_data(image, NULL), cut);
		GyFinding *finding = gy_ws63_image_check(data, cut, WS63_IMAGE_FLASHBOOT);

		g_assert_nonnull(finding);
		g_assert_cmpstr(finding->code, ==, "image/truncated");
		gy_finding_free(finding);
	}
}

static void
test_encrypted_code_is_not_hashed(void)
{
	g_autoptr(GBytes) image = vector_bytes("inputs", "flashboot_sign.bin");
	gsize size = g_bytes_get_size(image);
	g_autofree guint8 *data = g_memdup2(g_bytes_get_data(image, NULL), size);

	gyw_put_u32le(data + 0x148, 0x1E6987C3);
	data[0x400] ^= 1;
	g_assert_null(gy_ws63_image_check(data, size, WS63_IMAGE_FLASHBOOT));
}

static void
from_hex(const char *text, guint8 *out, gsize size)
{
	for (gsize i = 0; i < size; i++)
		out[i] = (guint8) (g_ascii_xdigit_value(text[2 * i]) << 4 |
				   g_ascii_xdigit_value(text[2 * i + 1]));
}

static void
test_root_record(void)
{
	/* the sample root key of the vendor's SDK and the digest published for it; X lacks its leading zero there */
	static const char xy_text[] = "00044c6246b8596315c9643bef84540350c486050eb336cf46fb41f813ae1ab7d9"
				      "1c5dddbdaa5025e62773e92317e9af1f39684bddf17bdb1ad60faa2f666ec53f";
	static const char published[] = "8b270508704978ab4e4090caa94faa3278e99b366f7affaefbc12fbb2dc868a7";
	guint8 xy[64];
	guint8 record[128];
	guint8 digest[32];
	g_autofree char *found = NULL;
	g_autoptr(GyPublicKey) key = NULL;

	from_hex(xy_text + (strlen(xy_text) - 128), xy, sizeof xy);
	key = gy_public_key_from_xy(xy, NULL);
	g_assert_nonnull(key);
	gy_ws63_root_record(key, record);
	gy_sha256(record, sizeof record, digest);
	found = gy_hex(digest, sizeof digest);
	g_assert_cmpstr(found, ==, published);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/ws63/image/sign/application-equals-vendor", "application", test_equals_vendor);
	g_test_add_data_func("/ws63/image/sign/flashboot-equals-vendor", "flashboot", test_equals_vendor);
	g_test_add_func("/ws63/image/sign/with-keys", test_signed_with_keys);
	g_test_add_func("/ws63/image/sign/refuses", test_refusals);
	g_test_add_func("/ws63/image/check/finds-any-flip", test_check_finds_any_flip);
	g_test_add_func("/ws63/image/check/finds-any-cut", test_check_finds_any_cut);
	g_test_add_func("/ws63/image/check/leaves-encrypted-code", test_encrypted_code_is_not_hashed);
	g_test_add_func("/ws63/root-record/has-the-published-digest", test_root_record);
	return g_test_run();
}
