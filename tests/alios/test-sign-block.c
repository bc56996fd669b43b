// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "engine/formats/alios/alios.h"
#include "engine/keys/key-rsa.h"
#include "protocol/wire/bytes.h"
#include "tests/alios/data.h"
#include "tests/engine/vectors.h"

#define IMAGE      "md5/m2_256.bin"
#define IMAGE_SIZE 256
/* Each bit costs a verification: every byte has two or three of its bits turned, other ones in each run. */
#define STEP 3

static GyPrivateKey *
test_key(void)
{
	g_autofree char *path = alios_path("rsa/test_key.pem");

	return gy_private_key_load(path, GY_KEY_RSA2048, "test", NULL, NULL);
}

static GyPublicKey *
test_public(void)
{
	g_autofree char *path = alios_path("rsa/test_pub.pem");

	return gy_public_key_load(path, GY_KEY_RSA2048, "test", NULL, NULL);
}

static void
sign_digest(GBytes *digest, guint8 signature[ALIOS_SIGNATURE_SIZE])
{
	g_autoptr(GyPrivateKey) key = test_key();
	guint8 twice[GY_SHA256_SIZE];

	gy_sha256(g_bytes_get_data(digest, NULL), g_bytes_get_size(digest), twice);
	g_assert_true(gy_rsa_sign(key, GY_RSA_PKCS1, twice, signature, NULL));
}

/* FORMAT.md, "Sign block", written once more; @covers: whether the trailer is about image and sign block, or about the image
 * alone. */
static GBytes *
make_signed(GBytes *image, gboolean covers)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(image, &size);
	g_autoptr(GByteArray) out = g_byte_array_new();
	guint8 block[ALIOS_SIGN_SIZE] = {0xDD, 0xCC, 0xBB, 0xAA, 0, 1, 1}, trailer[ALIOS_BLOCK_SIZE];
	g_autoptr(GBytes) digest = NULL;

	gy_sha256(data, size, block + 104);
	digest = g_bytes_new(block + 104, 32);
	sign_digest(digest, block + 136);
	g_byte_array_append(out, data, (guint) size);
	g_byte_array_append(out, block, sizeof block);
	gy_alios_block_write(out->data, covers ? out->len : size, ALIOS_MAGIC_ALL, trailer);
	g_byte_array_append(out, trailer, sizeof trailer);
	return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}

/* With a trailer that is right again, as somebody writes it who wants to be believed. */
static GBytes *
with_flipped_bit_and_new_trailer(GBytes *whole, gsize bit)
{
	g_autoptr(GBytes) flipped = with_flipped_bit(whole, bit);
	g_autoptr(GBytes) body =
		g_bytes_new_from_bytes(flipped, 0, g_bytes_get_size(flipped) - ALIOS_BLOCK_SIZE);

	return gy_alios_with_trailer(body, ALIOS_MAGIC_ALL);
}

static GBytes *
build_signed(const char *padding_mode, GError **error)
{
	g_autofree char *image = alios_path(IMAGE);
	g_autofree char *key = alios_path("rsa/test_key.pem");

	return build_with(NULL, error, "image:image", image, "generation", "3.x", "key", key, "padding-mode",
		padding_mode, NULL);
}

/* ---- writing -------------------------------------------------------------------------------------------- */

static void
test_written_as_the_layout_says(void)
{
	g_autoptr(GBytes) image = alios_bytes(IMAGE);
	g_autoptr(GBytes) expected = make_signed(image, TRUE);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) plain = build_signed(NULL, &error);
	g_autoptr(GBytes) other = build_signed("5", &error);
	const guint8 *bytes = g_bytes_get_data(other, NULL);

	g_assert_no_error(error);
	assert_equal_bytes(plain, expected);
	g_assert_cmpuint(bytes[IMAGE_SIZE + 4], ==, 5);
	g_assert_cmpuint(g_bytes_get_size(other), ==, g_bytes_get_size(plain));
}

/* As the app builds it to show it: the block comes when it is saved. */
static void
test_left_unsigned(void)
{
	g_autofree char *image = alios_path(IMAGE);
	g_autoptr(GBytes) expected = alios_bytes("md5/m2_256.md5.bin");
	g_autoptr(GPtrArray) notes = notes_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) built = build_with(notes, &error, "image:image", image, "generation", "3.x",
		"signing", "unsigned", "key", "nowhere", "padding-mode", "3", NULL);

	g_assert_no_error(error);
	assert_equal_bytes(built, expected);
	g_assert_cmpuint(notes->len, ==, 1);
}

/* A package of which image and signature are what they should be. */
static void
assert_signed(GBytes *built, GBytes *image)
{
	g_autoptr(GyPublicKey) public = test_public();
	g_autoptr(GyPackage) package = NULL;
	g_autoptr(GBytes) unpacked = NULL;

	g_assert_nonnull(built);
	package = gy_package_load_bytes(built, "signed", NULL);
	g_assert_cmpint(gy_package_trust(package), ==, GY_TRUST_SIGNED);
	unpacked = gy_package_unpack_image(package, 0, NULL);
	assert_equal_bytes(unpacked, image);
	g_assert_false(has_complaint(built, public));
}

static void
test_image_and_packed_image(gconstpointer form)
{
	g_autofree char *path = alios_path("md5/m3_5000.md5.bin");
	g_autofree char *key = alios_path("rsa/test_key.pem");
	g_autoptr(GBytes) image = alios_bytes("md5/m3_5000.md5.bin");
	g_autoptr(GBytes) built = build_with(
		NULL, NULL, "image:image", path, "generation", "3.x", "key", key, "form", form, NULL);

	assert_signed(built, image);
}

static void
test_main_and_mcu(void)
{
	g_autofree char *main_path = alios_path("pack/p1_main.bin");
	g_autofree char *mcu_path = alios_path("pack/p1_mcu.bin");
	g_autofree char *key = alios_path("rsa/test_key.pem");
	g_autoptr(GBytes) pair = alios_bytes("pack/p1_main_mcu_0x800.ota.bin");
	g_autoptr(GBytes) image = g_bytes_new_from_bytes(pair, 0, g_bytes_get_size(pair) - ALIOS_BLOCK_SIZE);
	g_autoptr(GBytes) built = build_with(NULL, NULL, "image:main", main_path, "image:mcu", mcu_path,
		"mcu-offset", "0x800", "generation", "3.x", "key", key, NULL);

	assert_signed(built, image);
}

/* Differences are made between what lies in the flash, a sign block and all. */
static void
test_difference_between_signed_images(void)
{
	char *folder = temporary_folder();
	g_autofree char *old = g_build_filename(folder, "old.bin", NULL);
	g_autofree char *new = g_build_filename(folder, "new.bin", NULL);
	static const char *const images[] = {"md5/m3_5000.bin", "diff/d1.new"};
	g_autofree char *key = alios_path("rsa/test_key.pem");
	g_autoptr(GBytes) difference = NULL;
	g_autoptr(GBytes) old_bytes = NULL;
	g_autoptr(GBytes) made = NULL;
	g_autoptr(GBytes) built = NULL;
	g_autoptr(GyPackage) package = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(images); i++) {
		g_autofree char *path = alios_path(images[i]);

		g_clear_pointer(&built, g_bytes_unref);
		built = build_with(NULL, NULL, "image:image", path, "generation", "3.x", "key", key, NULL);
		g_assert_true(g_file_set_contents(i == 0 ? old : new, g_bytes_get_data(built, NULL),
			(gssize) g_bytes_get_size(built), NULL));
		if (i == 0)
			old_bytes = g_bytes_ref(built);
	}
	difference = build_with(NULL, NULL, "image:image", new, "old", old, NULL);
	g_assert_nonnull(difference);
	package = gy_package_load_bytes(difference, "difference", NULL);
	made = gy_package_unpack_difference(package, 0, old_bytes, NULL);
	assert_equal_bytes(made, built);
	remove_folder(folder);
	g_free(folder);
}

/* ---- reading -------------------------------------------------------------------------------------------- */

static void
test_read(gconstpointer covers)
{
	g_autoptr(GBytes) image = alios_bytes(IMAGE);
	g_autoptr(GBytes) whole = make_signed(image, covers != NULL);

	assert_signed(whole, image);
}

static void
test_flipped_bits_are_found(void)
{
	g_autoptr(GyPublicKey) public = test_public();
	g_autoptr(GBytes) whole = build_signed(NULL, NULL);

	g_assert_false(has_complaint(whole, public));
	for (gsize bit = (gsize) g_test_rand_int_range(0, STEP); bit < g_bytes_get_size(whole) * 8;
		bit += STEP) {
		g_autoptr(GBytes) flipped = with_flipped_bit(whole, bit);

		if (!has_complaint(flipped, public))
			g_error("bit %" G_GSIZE_FORMAT " was flipped, and nothing found", bit);
	}
}

static void
test_every_cut_is_found(void)
{
	g_autoptr(GyPublicKey) public = test_public();
	g_autoptr(GBytes) whole = build_signed(NULL, NULL);

	for (gsize size = 0; size < g_bytes_get_size(whole); size++) {
		g_autoptr(GBytes) part = g_bytes_new(g_bytes_get_data(whole, NULL), size);

		g_assert_true(has_complaint(part, public));
	}
}

static const struct {
	const char *name;
	gsize first, end; /* bytes of the file */
	const char *field;
	GyError code;
} parts[] = {
	{"image", 0, IMAGE_SIZE, "sign.sha256", GY_ERROR_PACKAGE_HASH},
	{"magic", IMAGE_SIZE, IMAGE_SIZE + 4, "file", GY_ERROR_PACKAGE_NOT_AUTHENTIC},
	{"digest", IMAGE_SIZE + 104, IMAGE_SIZE + 136, "sign.sha256", GY_ERROR_PACKAGE_HASH},
	{"signature", IMAGE_SIZE + 136, IMAGE_SIZE + 392, "sign.signature", GY_ERROR_PACKAGE_UNTRUSTED_KEY},
};

/* The trailer proves nothing: anybody can write one. */
static void
test_a_new_trailer_hides_nothing(gconstpointer data)
{
	guint index = GPOINTER_TO_UINT(data);
	g_autofree char *public = alios_path("rsa/test_pub.pem");
	g_autoptr(GBytes) whole = build_signed(NULL, NULL);

	for (gsize bit = parts[index].first * 8; bit < parts[index].end * 8; bit += 3) {
		g_autoptr(GBytes) forged = with_flipped_bit_and_new_trailer(whole, bit);
		g_autoptr(GyPackage) package = gy_package_load_bytes(forged, "forged", NULL);
		const GyFinding *finding;

		g_assert_true(gy_package_verify(package, public, NULL));
		finding = find_finding(package, parts[index].field);
		g_assert_nonnull(finding);
		g_assert_cmpstr(finding->code, ==, gy_error_word(parts[index].code));
		g_assert_cmpint(finding->severity, ==, GY_SEVERITY_ERROR);
	}
}

static void
test_another_key_is_found(void)
{
	g_autofree char *path = g_test_build_filename(
		G_TEST_DIST, "vectors", "openharmony", "keys", "rsa_public_key2048.pem", NULL);
	g_autoptr(GyPublicKey) public = gy_public_key_load(path, GY_KEY_RSA2048, "test", NULL, NULL);
	g_autoptr(GBytes) whole = build_signed(NULL, NULL);
	g_autoptr(GyPackage) package = gy_alios_load(whole, "signed", NULL);
	const GyFinding *finding;

	g_assert_true(gy_alios_verify(package, public, NULL));
	finding = find_finding(package, "sign.signature");
	g_assert_nonnull(finding);
	g_assert_cmpstr(finding->code, ==, gy_error_word(GY_ERROR_PACKAGE_UNTRUSTED_KEY));
	g_assert_cmpuint(count_errors(package), ==, 1);
}

/* ---- signing what is there ------------------------------------------------------------------------------ */

static GBytes *
sign_file(GBytes *file, const char *key, const char *signer, GError **error)
{
	g_autoptr(GyPackage) package = gy_package_load_bytes(file, "file", error);
	g_autoptr(GyBuildOptions) options = gy_build_options_new();
	g_autofree char *path = alios_path(key);

	gy_build_options_set(options, "key", path);
	gy_build_options_set(options, "signer", signer);
	return package ? gy_format_sign(package, options, error) : NULL;
}

static void
test_signed_later_or_again(void)
{
	g_autoptr(GBytes) expected = build_signed(NULL, NULL);
	g_autoptr(GBytes) unsigned_file = alios_bytes("md5/m2_256.md5.bin");
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) made = sign_file(unsigned_file, "rsa/test_key.pem", NULL, &error);
	g_autoptr(GBytes) again = made ? sign_file(made, "rsa/test_key.pem", NULL, &error) : NULL;

	g_assert_no_error(error);
	assert_equal_bytes(made, expected);
	assert_equal_bytes(again, expected);
}

static void
test_signed_by_a_command(void)
{
	g_autofree char *key = alios_path("rsa/test_key.pem");
	g_autofree char *script = g_strdup_printf("openssl dgst -sha256 -sign '%s'", key);
	g_autofree char *quoted = g_shell_quote(script);
	g_autofree char *command = g_strdup_printf("sh -c %s", quoted);
	g_autoptr(GBytes) expected = build_signed(NULL, NULL);
	g_autoptr(GBytes) unsigned_file = alios_bytes("md5/m2_256.md5.bin");
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) made = sign_file(unsigned_file, "rsa/test_pub.pem", command, &error);
	g_autoptr(GBytes) wrong = NULL;

	g_assert_no_error(error);
	assert_equal_bytes(made, expected);
	wrong = sign_file(unsigned_file, "rsa/test_pub.pem", "echo nothing", &error);
	g_assert_null(wrong);
	g_assert_error(error, GY_ERROR, GY_ERROR_KEY_SIGNER);
}

/* What is exported, signed and brought back gives the same file; what was exported of another image gives none. */
static void
test_signed_elsewhere(void)
{
	g_autofree char *public = alios_path("rsa/test_pub.pem");
	g_autoptr(GyBuildOptions) options = gy_build_options_new();
	g_autoptr(GBytes) expected = build_signed(NULL, NULL);
	g_autoptr(GBytes) file = alios_bytes("md5/m2_256.md5.bin");
	g_autoptr(GBytes) other_file = alios_bytes("md5/m3_5000.md5.bin");
	g_autoptr(GyPackage) package = gy_package_load_bytes(file, "file", NULL);
	g_autoptr(GyPackage) other = gy_package_load_bytes(other_file, "other", NULL);
	g_autoptr(GPtrArray) ranges = gy_alios_format.to_be_signed(package, options, NULL);
	GySignedRange *range = ranges->pdata[0];
	g_autoptr(GyDraft) draft = gy_draft_new(NULL, 0600, NULL);
	g_autoptr(GBytes) made = NULL;
	g_autoptr(GError) error = NULL;
	guint8 signature[ALIOS_SIGNATURE_SIZE];

	g_assert_cmpuint(ranges->len, ==, 1);
	g_assert_cmpuint(g_bytes_get_size(range->bytes), ==, GY_SHA256_SIZE);
	sign_digest(range->bytes, signature);
	range->signature = g_bytes_new(signature, sizeof signature);
	g_assert_false(gy_alios_format.take_signatures(package, options, ranges, draft, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_KEY_NEEDED);
	g_clear_error(&error);
	gy_build_options_set(options, "key", public);
	g_assert_false(gy_alios_format.take_signatures(other, options, ranges, draft, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_PACKAGE_SIGNATURE);
	g_clear_error(&error);
	g_assert_true(gy_alios_format.take_signatures(package, options, ranges, draft, &error));
	g_assert_no_error(error);
	made = gy_draft_read(draft, NULL);
	assert_equal_bytes(made, expected);
}

static const struct {
	const char *file;
	GyError code;
} unsigned_files[] = {
	{"neg/n7_body_bitflip.md5.bin", GY_ERROR_PACKAGE_HASH},
	{"neg/n8_trailer_size_too_big.md5.bin", GY_ERROR_PACKAGE_TRUNCATED},
	{"md5/m4_empty.md5.bin", GY_ERROR_PACKAGE_MALFORMED},
	{"md5/m3_5000.info_app.bin", GY_ERROR_PACKAGE_NOT_SUPPORTED},
	{"diff/d1.diff", GY_ERROR_PACKAGE_NOT_SUPPORTED},
	{"param/b1_raw_dual_v21.bin", GY_ERROR_PACKAGE_NOT_SUPPORTED},
};

/* A signature, and a new trailer, would vouch for damage. */
static void
test_not_signed(gconstpointer data)
{
	guint index = GPOINTER_TO_UINT(data);
	g_autoptr(GBytes) file = alios_bytes(unsigned_files[index].file);
	g_autoptr(GError) error = NULL;

	g_assert_null(sign_file(file, "rsa/test_key.pem", NULL, &error));
	g_assert_error(error, GY_ERROR, (int) unsigned_files[index].code);
}

static void
add_tables(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_autofree char *path =
			g_strdup_printf("/alios/sign-block/a-new-trailer-hides-nothing/%s", parts[i].name);

		g_test_add_data_func(path, GUINT_TO_POINTER(i), test_a_new_trailer_hides_nothing);
	}
	for (guint i = 0; i < G_N_ELEMENTS(unsigned_files); i++) {
		g_autofree char *name = g_path_get_basename(unsigned_files[i].file);
		g_autofree char *path = g_strdup_printf("/alios/sign-block/not-signed/%s", name);

		g_test_add_data_func(path, GUINT_TO_POINTER(i), test_not_signed);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/alios/sign-block/written-as-the-layout-says", test_written_as_the_layout_says);
	g_test_add_func("/alios/sign-block/left-unsigned", test_left_unsigned);
	g_test_add_data_func("/alios/sign-block/gives-back/image", "image", test_image_and_packed_image);
	g_test_add_data_func("/alios/sign-block/gives-back/xz", "xz", test_image_and_packed_image);
	g_test_add_func("/alios/sign-block/gives-back/main-and-mcu", test_main_and_mcu);
	g_test_add_func("/alios/sign-block/gives-back/difference", test_difference_between_signed_images);
	g_test_add_data_func("/alios/sign-block/beside-what-the-trailer-covers", NULL, test_read);
	g_test_add_data_func(
		"/alios/sign-block/within-what-the-trailer-covers", GUINT_TO_POINTER(1), test_read);
	g_test_add_func("/alios/sign-block/flipped-bits-are-found", test_flipped_bits_are_found);
	g_test_add_func("/alios/sign-block/every-cut-is-found", test_every_cut_is_found);
	g_test_add_func("/alios/sign-block/another-key-is-found", test_another_key_is_found);
	g_test_add_func("/alios/sign-block/signed-later-or-again", test_signed_later_or_again);
	g_test_add_func("/alios/sign-block/signed-by-a-command", test_signed_by_a_command);
	g_test_add_func("/alios/sign-block/signed-elsewhere", test_signed_elsewhere);
	add_tables();
	return g_test_run();
}
