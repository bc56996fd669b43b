// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include <glib/gstdio.h>

#include "engine/formats/ws63/image-header.h"
#include "engine/formats/ws63/root-record.h"
#include "engine/formats/ws63/ws63.h"
#include "engine/keys/digest.h"
#include "tests/engine/vectors.h"

#define ROOT_FIELD "key_area.sig_fota_key_area"
#define INFO_FIELD "info_area.sign_fota_info"

/* A signed package whose bytes a test may change. */
typedef struct {
	guint8 *data;
	gsize size;
	GyPublicKey *root;
} Subject;

static void
subject_clear(Subject *subject)
{
	g_clear_pointer(&subject->data, g_free);
	g_clear_pointer(&subject->root, gy_public_key_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Subject, subject_clear)

static Subject
take_subject(const char *vector)
{
	g_autoptr(GBytes) bytes = vector_bytes(vector, "signed.fwpkg");
	g_autofree char *key = root_public();
	g_autoptr(GError) error = NULL;
	Subject subject;

	subject.size = g_bytes_get_size(bytes);
	subject.data = g_memdup2(g_bytes_get_data(bytes, NULL), subject.size);
	subject.root = gy_public_key_load(key, GY_KEY_BP256R1, "root", NULL, &error);
	g_assert_no_error(error);
	return subject;
}

static GyPackage *
verify(const Subject *subject)
{
	g_autoptr(GError) error = NULL;
	GyPackage *package = load_copy(subject->data, subject->size, &error);

	g_assert_no_error(error);
	g_assert_true(gy_ws63_format.verify(package, subject->root, &error));
	g_assert_no_error(error);
	return package;
}

static void
assert_finding(GyPackage *package, const char *field, const char *code, guint64 offset)
{
	const GyFinding *finding = find_finding(package, field);

	if (!finding) {
		g_test_message("no finding for %s", field);
		g_assert_nonnull(finding);
	}
	g_assert_cmpint(finding->severity, ==, GY_SEVERITY_ERROR);
	if (code)
		g_assert_cmpstr(finding->code, ==, code);
	g_assert_cmphex(finding->offset, ==, offset);
}

/* Every byte of a range is changed in turn, and each time the named finding has to be there. */
static void
flip_range(const char *vector, gsize from, gsize to, gsize step, const char *field, guint64 offset)
{
	g_auto(Subject) subject = take_subject(vector);

	for (gsize at = from; at < to; at += step) {
		g_autoptr(GyPackage) package = NULL;
		guint8 bit = (guint8) (1u << g_test_rand_int_range(0, 8));

		subject.data[at] ^= bit;
		package = verify(&subject);
		assert_finding(package, field, NULL, offset);
		subject.data[at] ^= bit;
	}
}

static void
test_key_area_byte(void)
{
	flip_range("v08_boot_only_raw", 0x00, 0xC0, 1, ROOT_FIELD, 0xC0);
}

static void
test_key_signature_byte(void)
{
	flip_range("v08_boot_only_raw", 0xC0, 0x100, 3, ROOT_FIELD, 0xC0);
}

static void
test_external_key_byte(void)
{
	flip_range("v08_boot_only_raw", 0x80, 0xC0, 3, INFO_FIELD, 0x1C0);
}

static void
test_info_area_byte(void)
{
	flip_range("v08_boot_only_raw", 0x100, 0x1C0, 1, INFO_FIELD, 0x1C0);
}

static void
test_info_signature_byte(void)
{
	flip_range("v08_boot_only_raw", 0x1C0, 0x200, 3, INFO_FIELD, 0x1C0);
}

static void
test_table_byte(void)
{
	/* 44 bytes and 4 of padding */
	flip_range("v08_boot_only_raw", 0x200, 0x230, 1, "info_area.image_hash_table_hash", 0x128);
}

static void
test_table_padding(void)
{
	/* three images: 132 bytes and 12 of padding */
	flip_range("v02_app_boot_nv", 0x284, 0x290, 1, "info_area.image_hash_table_hash", 0x128);
}

static void
test_header_byte(void)
{
	flip_range("v08_boot_only_raw", 0x230, 0x2D0, 1, "hash_table[0].image_hash", 0x20C);
}

static void
test_data_byte(void)
{
	flip_range("v08_boot_only_raw", 0x2D0, 0x42D0, 97, "image[0].image_hash", 0x240);
}

static void
test_data_padding(void)
{
	/* 40003 bytes of image and 13 of padding, at the end of the file */
	flip_range("v03_app_raw_padded", 40736 - 13, 40736, 1, "image[0].image_hash", 0x240);
}

static void
test_random_bits(void)
{
	g_auto(Subject) subject = take_subject("v01_app_lzma");

	for (guint i = 0; i < 100; i++) {
		gsize at = (gsize) g_test_rand_int_range(0, (gint32) subject.size);
		guint8 bit = (guint8) (1u << g_test_rand_int_range(0, 8));
		g_autoptr(GyPackage) package = NULL;

		subject.data[at] ^= bit;
		package = verify(&subject);
		if (count_errors(package) == 0)
			g_error("bit 0x%02x of byte 0x%" G_GSIZE_MODIFIER "x is not found", bit, at);
		subject.data[at] ^= bit;
	}
}

/* A whole package as small as they come: a header and one block of code, compressed. */
static GBytes *
smallest_package(void)
{
	g_autofree char *folder = temporary_folder();
	g_autofree char *path = g_build_filename(folder, "app.bin", NULL);
	g_autofree char *root = root_private();
	g_autofree char *sub = sub_private();
	g_autoptr(GBytes) code = g_bytes_new_static("code", 4);
	const GyWs63ImageOptions how = {.image = "application", .hash_only = TRUE};
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) image = gy_ws63_image_sign(code, &how, &error);
	g_autoptr(GyBuildOptions) options = gy_build_options_new();
	GBytes *package;

	g_assert_no_error(error);
	g_assert_true(g_file_set_contents(
		path, g_bytes_get_data(image, NULL), (gssize) g_bytes_get_size(image), NULL));
	gy_build_options_add_image(options, "application", path);
	gy_build_options_set(options, "root-key", root);
	gy_build_options_set(options, "sub-key", sub);
	package = gy_format_build(&gy_ws63_format, options, NULL, &error);
	g_assert_no_error(error);
	remove_folder(folder);
	return package;
}

/* No sampling: each bit of the whole file, one after the other. */
static void
test_every_bit(void)
{
	g_autoptr(GBytes) package_bytes = smallest_package();
	gsize size = g_bytes_get_size(package_bytes);
	g_autofree guint8 *data = g_memdup2(g_bytes_get_data(package_bytes, NULL), size);
	g_autofree char *root_path = root_public();
	g_autoptr(GyPublicKey) root = gy_public_key_load(root_path, GY_KEY_BP256R1, "root", NULL, NULL);
	g_autoptr(GyPackage) sound = load_copy(data, size, NULL);

	g_assert_true(gy_ws63_format.verify(sound, root, NULL));
	g_assert_cmpuint(count_errors(sound), ==, 0);
	g_test_message("%" G_GSIZE_FORMAT " bits", size * 8);
	for (gsize bit = 0; bit < size * 8; bit++) {
		g_autoptr(GyPackage) package = NULL;

		data[bit / 8] ^= (guint8) (1 << bit % 8);
		package = load_copy(data, size, NULL);
		data[bit / 8] ^= (guint8) (1 << bit % 8);
		/* so far from a package that it is not taken for one is found too */
		if (!package)
			continue;
		g_assert_true(gy_ws63_format.verify(package, root, NULL));
		if (count_errors(package) == 0)
			g_error("bit %" G_GSIZE_FORMAT " of byte 0x%" G_GSIZE_MODIFIER "x is not found",
				bit % 8, bit / 8);
	}
}

static void
test_every_cut(void)
{
	g_auto(Subject) subject = take_subject("v02_app_boot_nv");
	gsize whole = subject.size;

	/* byte by byte through the structures, then in strides through the data; no key, which would only cost time */
	for (gsize size = 1; size < whole; size += size < 0x500 ? 1 : 331) {
		g_autoptr(GError) error = NULL;
		g_autoptr(GyPackage) package = load_copy(subject.data, size, &error);

		if (!package) {
			g_assert_true(g_error_matches(error, GY_ERROR, GY_ERROR_PACKAGE_TRUNCATED) ||
				      g_error_matches(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_RECOGNISED));
			g_assert_cmpuint(size, <, 0x230);
			continue;
		}
		g_assert_true(gy_ws63_format.verify(package, NULL, &error));
		g_assert_cmpuint(count_errors(package), >, 0);
	}
}

/* ---- signatures that are wrong in a way people make them wrong ------------------------------------------ */

static void
swap_halves(guint8 *field)
{
	guint8 first[32];

	memcpy(first, field, 32);
	memmove(field, field + 32, 32);
	memcpy(field + 32, first, 32);
}

static void
assert_says(GyPackage *package, const char *field, const char *words)
{
	const GyFinding *finding = find_finding(package, field);

	g_assert_nonnull(finding);
	if (!strstr(finding->message, words))
		g_error("%s: \"%s\" does not say \"%s\"", field, finding->message, words);
	g_assert_cmpstr(finding->code, ==, "package/signature");
}

static void
test_swapped_r_s(void)
{
	g_auto(Subject) subject = take_subject("v01_app_lzma");
	g_autoptr(GyPackage) package = NULL;

	swap_halves(subject.data + 0xC0);
	swap_halves(subject.data + 0x1C0);
	package = verify(&subject);
	assert_says(package, ROOT_FIELD, "r and s exchanged");
	assert_says(package, INFO_FIELD, "r and s exchanged");
	g_assert_cmpuint(count_errors(package), ==, 2);
}

/* As much of the DER encoding as fits the field. */
static void
encode_der(guint8 *field)
{
	guint8 der[80];
	gsize at = 2;

	for (guint part = 0; part < 2; part++) {
		const guint8 *number = field + 32 * part;

		der[at++] = 0x02;
		der[at++] = number[0] & 0x80 ? 33 : 32;
		if (number[0] & 0x80)
			der[at++] = 0;
		memcpy(der + at, number, 32);
		at += 32;
	}
	der[0] = 0x30;
	der[1] = (guint8) (at - 2);
	memcpy(field, der, 64);
}

static void
test_der(void)
{
	g_auto(Subject) subject = take_subject("v01_app_lzma");
	g_autoptr(GyPackage) package = NULL;

	encode_der(subject.data + 0xC0);
	encode_der(subject.data + 0x1C0);
	package = verify(&subject);
	assert_says(package, ROOT_FIELD, "DER");
	assert_says(package, INFO_FIELD, "DER");
}

static void
test_swapped_x_y(void)
{
	g_auto(Subject) subject = take_subject("v01_app_lzma");
	g_autofree char *path = root_private();
	g_autoptr(GyPrivateKey) root = gy_private_key_load(path, GY_KEY_BP256R1, "root", NULL, NULL);
	g_autoptr(GyPackage) package = NULL;

	swap_halves(subject.data + 0x80);
	g_assert_true(gy_private_key_sign(root, subject.data, 0xC0, subject.data + 0xC0, NULL));
	package = verify(&subject);
	assert_says(package, "key_area.fota_external_public_key", "X and Y exchanged");
	g_assert_cmpuint(count_errors(package), ==, 1);
}

static void
test_one_signature_missing(void)
{
	g_auto(Subject) subject = take_subject("v01_app_lzma");
	g_autoptr(GyPackage) package = NULL;

	memset(subject.data + 0x1C0, 0, 64);
	package = verify(&subject);
	assert_finding(package, INFO_FIELD, "package/unsigned", 0x1C0);
}

static void
test_other_root_key(void)
{
	g_auto(Subject) subject = take_subject("v01_app_lzma");
	g_autofree char *path = vector_path("keys", "test_sub_public_key.pem");
	g_autoptr(GyPackage) package = NULL;

	g_clear_pointer(&subject.root, gy_public_key_free);
	subject.root = gy_public_key_load(path, GY_KEY_BP256R1, "root", NULL, NULL);
	package = verify(&subject);
	assert_finding(package, ROOT_FIELD, "package/untrusted-key", 0xC0);
	g_assert_cmpuint(count_errors(package), ==, 1);
}

/* The form in which the board keeps the key: what `gantry key export --format root-record` writes. */
static void
test_root_record(void)
{
	g_autofree char *path = vector_path("v01_app_lzma", "signed.fwpkg");
	g_autofree char *public = vector_path("keys", "test_root_public_key.pem");
	g_autofree char *folder = g_dir_make_tmp("gantry-record-XXXXXX", NULL);
	g_autofree char *file = g_build_filename(folder, "root.bin", NULL);
	g_autoptr(GyPublicKey) key = gy_public_key_load(public, GY_KEY_BP256R1, "root", NULL, NULL);
	g_autoptr(GyPackage) package = gy_package_load(path, NULL);
	g_autoptr(GError) error = NULL;
	guint8 record[128];

	gy_ws63_root_record(key, record);
	g_assert_true(g_file_set_contents(file, (const char *) record, sizeof record, NULL));
	g_assert_true(gy_package_verify(package, file, &error));
	g_assert_cmpuint(count_errors(package), ==, 0);

	/* another key, then a field that no record has */
	record[0x7F] ^= 1;
	g_assert_true(g_file_set_contents(file, (const char *) record, sizeof record, NULL));
	g_assert_false(gy_package_verify(package, file, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_KEY_UNUSABLE);
	g_clear_error(&error);
	record[0x7F] ^= 1;
	record[0x18] ^= 1;
	g_assert_true(g_file_set_contents(file, (const char *) record, sizeof record, NULL));
	g_assert_false(gy_package_verify(package, file, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_KEY_UNUSABLE);
	g_assert_nonnull(strstr(error->message, file));
	g_assert_cmpint(g_remove(file) | g_rmdir(folder), ==, 0);
}

/* Whoever turns a signed package into one with digests, which anyone can compute, does not get past a key. */
static void
test_downgrade_to_digests(void)
{
	g_auto(Subject) subject = take_subject("v01_app_lzma");
	g_autoptr(GyPackage) package = NULL;

	gyw_put_u32le(subject.data + 0x0C, 0x20);
	gyw_put_u32le(subject.data + 0x18, WS63_KEY_ALG_HASH_RSA);
	gyw_put_u32le(subject.data + 0x10C, 0x20);
	memset(subject.data + 0x80, 0, 128);
	memset(subject.data + 0x1C0, 0, 64);
	gy_sha256(subject.data, 0xC0, subject.data + 0xC0);
	gy_sha256(subject.data + 0x100, 0xC0, subject.data + 0x1C0);
	package = verify(&subject);
	g_assert_cmpuint(count_errors(package), ==, 1);
	assert_finding(package, "key_area.signature_length", "package/not-authentic", 0x0C);
}

/* ---- structure: what is wrong although every digest is right -------------------------------------------- */

/* Digests of header, table, and info area are made anew, as somebody with the keys would have them. */
static void
reseal(Subject *subject)
{
	guint32 n = gyw_get_u32le(subject->data + 0x148);
	guint64 table_length = gyw_get_u32le(subject->data + 0x124);

	for (guint i = 0; i < n && i < 20; i++) {
		guint8 *entry = subject->data + 0x200 + i * 44;
		guint64 header = gyw_get_u32le(entry + 4);
		guint64 length;

		if (header + 160 > subject->size)
			continue;
		length = gyw_get_u32le(subject->data + header + 0x0C);
		if (header + 160 + length <= subject->size)
			gy_sha256(
				subject->data + header + 160, (gsize) length, subject->data + header + 0x10);
		gy_sha256(subject->data + header, 160, entry + 0x0C);
	}
	if (0x200 + table_length <= subject->size)
		gy_sha256(subject->data + 0x200, (gsize) table_length, subject->data + 0x128);
}

typedef struct {
	const char *name;
	const char *vector;
	guint64 offset; /* of the word that is changed */
	guint32 value;
	const char *field;
	const char *code;
	guint64 where; /* the finding's offset */
} Damage;

static const Damage damages[] = {
	{"other-struct-version", "v01_app_lzma", 0x04, 2, "key_area.struct_version", "package/malformed",
		0x04},
	{"other-struct-length", "v01_app_lzma", 0x08, 0x500, "key_area.struct_length", "package/malformed",
		0x08},
	{"other-info-length", "v01_app_lzma", 0x108, 0x300, "info_area.struct_length", "package/malformed",
		0x108},
	{"lengths-disagree", "v01_app_lzma", 0x10C, 0x41, "info_area.signature_length", "package/malformed",
		0x10C},
	{"rsa-algorithm", "v01_app_lzma", 0x18, 0x2A13C845, "key_area.key_alg", "package/not-supported",
		0x18},
	{"unknown-algorithm", "v01_app_lzma", 0x18, 7, "key_area.key_alg", "package/malformed", 0x18},
	{"hash-algorithm-long-signature", "v01_app_lzma", 0x18, 0x2A13C867, "key_area.signature_length",
		"package/malformed", 0x0C},
	{"no-images", "v01_app_lzma", 0x148, 0, "info_area.image_num", "package/malformed", 0x148},
	{"too-many-images", "v01_app_lzma", 0x148, 21, "info_area.image_num", "package/malformed", 0x148},
	{"table-inside-the-areas", "v01_app_lzma", 0x120, 0x10, "info_area.image_hash_table_addr",
		"package/truncated", 0x120},
	{"table-past-the-end", "v01_app_lzma", 0x120, 0xFFFFFFF0, "info_area.image_hash_table_addr",
		"package/truncated", 0x120},
	{"table-behind-a-gap", "v01_app_lzma", 0x120, 0x210, "info_area.image_hash_table_addr",
		"package/malformed", 0x120},
	{"table-too-long", "v01_app_lzma", 0x124, 0x40, "info_area.image_hash_table_length",
		"package/malformed", 0x124},
	{"resource-image", "v01_app_lzma", 0x200, 0xCB9E0826, "hash_table[0].image_id",
		"package/not-supported", 0x200},
	{"header-names-another-image", "v01_app_lzma", 0x234, 0x4B1E3C2D, "image[0].image_id",
		"package/malformed", 0x234},
	{"header-past-the-end", "v01_app_lzma", 0x204, 0xFFFFFF00, "hash_table[0].image_addr",
		"package/truncated", 0x204},
	{"table-counts-wrong", "v01_app_lzma", 0x208, 160, "hash_table[0].image_length", "package/malformed",
		0x208},
	{"no-magic", "v01_app_lzma", 0x230, 0, "image[0].header_magic", "package/malformed", 0x230},
	{"data-elsewhere", "v01_app_lzma", 0x238, 0x300, "image[0].image_offset", "package/malformed", 0x238},
	{"data-past-the-end", "v01_app_lzma", 0x23C, 0x7FFFFFF0, "image[0].image_len", "package/truncated",
		0x23C},
	{"data-not-padded", "v08_boot_only_raw", 0x23C, 0x3FF1, "image[0].image_len", "package/malformed",
		0x23C},
	{"difference", "v01_app_lzma", 0x290, 0x44494646, "image[0].decompress_flag", "package/not-supported",
		0x290},
	{"encrypted-plain", "v08_boot_only_raw", 0x294, 0x3C7896E1, "image[0].re_enc_flag",
		"package/not-supported", 0x294},
	{"other-unpacked-size", "v01_app_lzma", 0x284, 65537, "image[0].data.lzma_header",
		"image/compression", 0x2D0},
	{"larger-than-stored", "v08_boot_only_raw", 0x284, 16385, "image[0].data", "package/malformed",
		0x2D0},
	{"other-properties", "v01_app_lzma", 0x2D0, 0x0010005D, "image[0].data.lzma_header",
		"image/compression", 0x2D0},
	{"dirty-header-fill", "v01_app_lzma", 0x2DC, 0x01000000, "image[0].data.lzma_header",
		"image/compression", 0x2D0},
	{"damaged-stream", "v01_app_lzma", 0x400, 0xFFFFFFFF, "image[0].data", "image/compression", 0x2D0},
	{"firmware-of-another-kind", "v08_boot_only_raw", 0x2D0, 0x4B0F2D1E,
		"image[0].firmware.key_area.image_id", "image/other-section", 0x2D0},
	{"bare-code", "v08_boot_only_raw", 0x2D0, 0xEA000010, "image[0].firmware.key_area.image_id",
		"image/header", 0x2D0},
	{"firmware-cut", "v08_boot_only_raw", 0x3F4, 0x4000, "image[0].firmware.code_info.code_area_len",
		"image/truncated", 0x3F4},
	{"firmware-changed", "v08_boot_only_raw", 0x1000, 0, "image[0].firmware.code_info.code_area_hash",
		"image/hash", 0x3F8},
	{"image-twice", "v04_app_boot_ver", 0x22C, 0x4B0F2D2D, "hash_table[1].image_id", "package/malformed",
		0x22C},
	{"images-overlap", "v04_app_boot_ver", 0x230, 0x260, "hash_table[1].image_addr", "package/malformed",
		0x230},
};

static void
test_damage(gconstpointer data)
{
	const Damage *damage = data;
	g_auto(Subject) subject = take_subject(damage->vector);
	g_autoptr(GyPackage) package = NULL;

	gyw_put_u32le(subject.data + damage->offset, damage->value);
	reseal(&subject);
	package = verify(&subject);
	assert_finding(package, damage->field, damage->code, damage->where);
}

static void
test_trailing_bytes(void)
{
	g_auto(Subject) subject = take_subject("v01_app_lzma");
	g_autoptr(GyPackage) package = NULL;

	subject.data = g_realloc(subject.data, subject.size + 16);
	memset(subject.data + subject.size, 0, 16);
	subject.size += 16;
	package = verify(&subject);
	assert_finding(package, "package", "package/malformed", subject.size - 16);
}

static void
test_nv_without_application(void)
{
	g_auto(Subject) subject = take_subject("v02_app_boot_nv");
	g_autoptr(GyPackage) package = NULL;

	/* the application becomes hilink, which only its own id can tell */
	gyw_put_u32le(subject.data + 0x200, WS63_IMAGE_HILINK);
	reseal(&subject);
	package = verify(&subject);
	assert_finding(package, "hash_table", "package/malformed", 0x200);
}

static void
test_version_not_unary(void)
{
	g_auto(Subject) subject = take_subject("v01_app_lzma");
	g_autoptr(GyPackage) package = NULL;
	const GyFinding *finding;

	gyw_put_u32le(subject.data + 0x230 + 0x58, 5);
	reseal(&subject);
	package = verify(&subject);
	finding = find_finding(package, "image[0].version_ext");
	g_assert_nonnull(finding);
	g_assert_cmpint(finding->severity, ==, GY_SEVERITY_WARNING);
	g_assert_cmpstr(finding->found, ==, "0x00000005");
}

static void
test_never_crashes(void)
{
	g_auto(Subject) subject = take_subject("v04_app_boot_ver");
	g_autofree guint8 *original = g_memdup2(subject.data, subject.size);

	for (guint i = 0; i < 150; i++) {
		g_autoptr(GyPackage) package = NULL;
		guint n_changes = (guint) g_test_rand_int_range(1, 8);

		memcpy(subject.data, original, subject.size);
		for (guint j = 0; j < n_changes; j++) {
			gsize at = 4 * (gsize) g_test_rand_int_range(1, 0x130);

			gyw_put_u32le(subject.data + at, (guint32) g_test_rand_int());
		}
		reseal(&subject);
		package = load_copy(subject.data, subject.size, NULL);
		if (!package)
			continue;
		g_assert_true(gy_ws63_format.verify(package, NULL, NULL));
		for (guint j = 0; j < gy_package_images(package)->len; j++) {
			g_autoptr(GBytes) unpacked = gy_package_unpack_image(package, j, NULL);
		}
	}
}

/* ---- a real one ----------------------------------------------------------------------------------------- */

static void
test_observed_header(void)
{
	const char *folder = g_getenv("GANTRY_EXTRA_VECTORS");
	g_autofree char *path =
		folder ? g_build_filename(folder, "ws63", "observed_vendor_header.bin", NULL) : NULL;
	g_autofree char *key = root_public();
	g_autoptr(GyPackage) package = NULL;
	g_autoptr(GError) error = NULL;

	if (!path || !g_file_test(path, G_FILE_TEST_EXISTS)) {
		g_test_skip("GANTRY_EXTRA_VECTORS does not name a folder with it");
		return;
	}
	package = gy_package_load(path, &error);
	g_assert_no_error(error);
	g_assert_true(gy_package_verify(package, key, &error));
	g_assert_null(find_finding(package, INFO_FIELD));
	g_assert_null(find_finding(package, "info_area.image_hash_table_hash"));
	g_assert_null(find_finding(package, "hash_table[0].image_hash"));
	assert_finding(package, ROOT_FIELD, "package/untrusted-key", 0xC0);
	/* the data were left out */
	assert_finding(package, "image[0].image_len", "package/truncated", 0x23C);
	g_assert_cmpuint(count_errors(package), ==, 2);
}

/* ---- manifest and identities ---------------------------------------------------------------------------- */

static void
test_manifest(void)
{
	g_auto(Subject) subject = take_subject("v02_app_boot_nv");
	g_autoptr(GyPackage) package = verify(&subject);
	g_autoptr(GBytes) manifest = gy_package_manifest(package);
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(manifest, &size);

	g_assert_cmpuint(size, ==, 512 + 144 + 3 * 160);
	assert_same(data, 512 + 144, subject.data, 512 + 144);
	for (guint i = 0; i < 3; i++)
		assert_same(data + 512 + 144 + 160 * i, 160,
			subject.data + gyw_get_u32le(subject.data + 0x204 + 44 * i), 160);
}

static void
test_identities(void)
{
	g_auto(Subject) subject = take_subject("v02_app_boot_nv");
	g_autoptr(GyPackage) package = verify(&subject);
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) identities = gy_package_identities(package, &error);
	static const char *const files[] = {"app_sign.bin", "flashboot_sign.bin", "nv.bin"};

	g_assert_no_error(error);
	g_assert_cmpuint(identities->len, ==, 3);
	for (guint i = 0; i < 3; i++) {
		const GyImageIdentity *identity = identities->pdata[i];
		g_autoptr(GBytes) input = vector_bytes("inputs", files[i]);
		guint8 digest[32];

		gy_sha256(g_bytes_get_data(input, NULL), g_bytes_get_size(input), digest);
		assert_same(identity->sha256, 32, digest, 32);
		g_assert_cmpuint(identity->size, ==, g_bytes_get_size(input));
		g_assert_cmpint(identity->has_code, ==, i < 2);
		if (i < 2)
			assert_same(identity->code_sha256, 32, digest, 32);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ws63/verify/finds-a-key-area-byte", test_key_area_byte);
	g_test_add_func("/ws63/verify/finds-a-key-signature-byte", test_key_signature_byte);
	g_test_add_func("/ws63/verify/finds-an-external-key-byte", test_external_key_byte);
	g_test_add_func("/ws63/verify/finds-an-info-area-byte", test_info_area_byte);
	g_test_add_func("/ws63/verify/finds-an-info-signature-byte", test_info_signature_byte);
	g_test_add_func("/ws63/verify/finds-a-table-byte", test_table_byte);
	g_test_add_func("/ws63/verify/finds-table-padding", test_table_padding);
	g_test_add_func("/ws63/verify/finds-a-header-byte", test_header_byte);
	g_test_add_func("/ws63/verify/finds-a-data-byte", test_data_byte);
	g_test_add_func("/ws63/verify/finds-data-padding", test_data_padding);
	g_test_add_func("/ws63/verify/finds-any-bit", test_random_bits);
	g_test_add_func("/ws63/verify/finds-every-bit-of-a-small-package", test_every_bit);
	g_test_add_func("/ws63/verify/finds-any-cut", test_every_cut);
	g_test_add_func("/ws63/verify/names-swapped-r-s", test_swapped_r_s);
	g_test_add_func("/ws63/verify/names-der", test_der);
	g_test_add_func("/ws63/verify/names-swapped-x-y", test_swapped_x_y);
	g_test_add_func("/ws63/verify/names-a-missing-signature", test_one_signature_missing);
	g_test_add_func("/ws63/verify/refuses-another-root-key", test_other_root_key);
	g_test_add_func("/ws63/verify/takes-the-key-as-the-board-keeps-it", test_root_record);
	g_test_add_func("/ws63/verify/refuses-digests-when-a-key-is-given", test_downgrade_to_digests);
	for (guint i = 0; i < G_N_ELEMENTS(damages); i++) {
		g_autofree char *path = g_strdup_printf("/ws63/verify/damage/%s", damages[i].name);

		g_test_add_data_func(path, &damages[i], test_damage);
	}
	g_test_add_func("/ws63/verify/finds-trailing-bytes", test_trailing_bytes);
	g_test_add_func("/ws63/verify/refuses-nv-without-application", test_nv_without_application);
	g_test_add_func("/ws63/verify/warns-of-a-version-that-is-not-unary", test_version_not_unary);
	g_test_add_func("/ws63/verify/never-crashes", test_never_crashes);
	g_test_add_func("/ws63/verify/observed-vendor-header", test_observed_header);
	g_test_add_func("/ws63/manifest/is-areas-table-headers", test_manifest);
	g_test_add_func("/ws63/identities/are-of-the-inputs", test_identities);
	return g_test_run();
}
