// SPDX-License-Identifier: Apache-2.0
#include <glib/gstdio.h>
#include <string.h>

#include "engine/compression/lzma.h"
#include "engine/file.h"
#include "engine/formats/ws63/fota-cfg.h"
#include "engine/formats/ws63/image-header.h"
#include "engine/formats/ws63/pack.h"
#include "engine/formats/ws63/sign.h"
#include "engine/formats/ws63/ws63.h"
#include "engine/keys/digest.h"
#include "tests/engine/vectors.h"

/* ---- what the packager refuses -------------------------------------------------------------------------- */

/* v01's fota.cfg with one thing changed, and what is packed with it. */
typedef struct {
	const char *name;
	const char *from; /* (nullable): text that is replaced everywhere */
	const char *to;
	const char *images[3]; /* section=file */
	const char *version;
	GySigning signing;
	GyError code;
	const char *words; /* what the message has to say */
} Refusal;

#define APP  "application=app_sign.bin"
#define BOOT "flashboot=flashboot_sign.bin"
#define NV   "nv=nv.bin"
#define NONE GY_SIGNING_NONE

static const Refusal refusals[] = {
	{"key-missing", "KeyAlg=0x2A13C812\n", "", {APP}, NULL, NONE, GY_ERROR_CFG_MISSING, "KeyAlg"},
	{"section-missing", "[FOTA_INFO_AREA]", "[OTHER]", {APP}, NULL, NONE, GY_ERROR_CFG_MISSING,
		"[FOTA_INFO_AREA]"},
	{"image-section-missing", "[application]", "[other]", {APP}, NULL, NONE, GY_ERROR_CFG_MISSING,
		"[application]"},
	{"image-key-missing", "DecompressFlag", "Other", {APP}, NULL, NONE, GY_ERROR_CFG_MISSING,
		"DecompressFlag"},
	{"protection-key-missing", "ProtectionKeyL2", "Other", {APP}, NULL, NONE, GY_ERROR_CFG_MISSING,
		"ProtectionKeyL2"},
	{"duplicate-section", "[nv]", "[application]", {APP}, NULL, NONE, GY_ERROR_CFG_DUPLICATE,
		"[application]"},
	{"duplicate-key", "KeyId=0", "KeyOwnerId=0", {APP}, NULL, NONE, GY_ERROR_CFG_DUPLICATE, "KeyOwnerId"},
	{"other-package-id", "0xCB8D154E", "0xCB8D154F", {APP}, NULL, NONE, GY_ERROR_CFG_VALUE, "0xCB8D154F"},
	{"no-number", "HardwareID=0", "HardwareID=zero", {APP}, NULL, NONE, GY_ERROR_CFG_VALUE, "\"zero\""},
	{"decimal-field-in-hex", "HardwareID=0", "HardwareID=0x2A", {APP}, NULL, NONE, GY_ERROR_CFG_VALUE,
		"decimal"},
	{"number-too-large", "Msid=0x00000000", "Msid=0x100000000", {APP}, NULL, NONE, GY_ERROR_CFG_VALUE,
		"32 bits"},
	{"empty-number", "HardwareID=0", "HardwareID=", {APP}, NULL, NONE, GY_ERROR_CFG_VALUE, "HardwareID"},
	{"other-magic", "HeaderMagic=0x464F5451", "HeaderMagic=1", {APP}, NULL, NONE, GY_ERROR_CFG_VALUE,
		"HeaderMagic"},
	{"short-block", "Iv=FF0000", "Iv=FF", {APP}, NULL, NONE, GY_ERROR_CFG_VALUE, "32 hexadecimal digits"},
	{"single-percent", "UpgImagePath =", "UpgImagePath = 50%", {APP}, NULL, NONE, GY_ERROR_CFG_SYNTAX,
		"percent"},
	{"rsa", "0x2A13C812", "0x2A13C845", {APP}, NULL, NONE, GY_ERROR_CFG_VALUE, "0x2A13C845"},
	{"hash-only-with-keys", "0x2A13C812", "0x2A13C867", {APP}, NULL, GY_SIGNING_KEYS, GY_ERROR_CFG_RULE,
		"digests only"},
	{"ecdsa-as-hash-only", NULL, NULL, {APP}, NULL, GY_SIGNING_HASH_ONLY, GY_ERROR_CFG_RULE,
		"demands signatures"},
	{"no-keys", NULL, NULL, {APP}, NULL, GY_SIGNING_KEYS, GY_ERROR_KEY_NEEDED,
		"keys/test_root_private_key.pem"},
	{"keys-empty-in-cfg", "RootKeyFile=keys/test_root_private_key.pem", "RootKeyFile=", {APP}, NULL,
		GY_SIGNING_KEYS, GY_ERROR_KEY_NEEDED, "root"},
	{"nv-alone", NULL, NULL, {NV}, NULL, NONE, GY_ERROR_CFG_RULE, "nv image needs"},
	{"nv-with-flashboot-only", NULL, NULL, {BOOT, NV}, NULL, NONE, GY_ERROR_CFG_RULE, "nv image needs"},
	{"same-image-twice", NULL, NULL, {APP, APP}, NULL, NONE, GY_ERROR_CFG_RULE, "same ImageId"},
	{"unknown-id", "0x4B0F2D2D", "0x12345678", {APP}, NULL, NONE, GY_ERROR_PACKAGE_UNKNOWN_IMAGE,
		"reset for ever"},
	{"resource", "0x4B0F2D2D", "0xCB9E0826", {APP}, NULL, NONE, GY_ERROR_PACKAGE_NOT_SUPPORTED,
		"resource"},
	{"file-in-another-section", NULL, NULL, {"application=flashboot_sign.bin"}, NULL, NONE,
		GY_ERROR_IMAGE_OTHER_SECTION, "section [application]"},
	{"firmware-as-nv", NULL, NULL, {APP, "nv=app_unaligned.bin"}, NULL, NONE, GY_ERROR_IMAGE_TRUNCATED,
		"whole pages"},
	{"no-image-at-all", NULL, NULL, {NULL}, NULL, NONE, GY_ERROR_CFG_RULE, "0 images"},
	{"missing-file", NULL, NULL, {"application=none.bin"}, NULL, NONE, GY_ERROR_FILE_NOT_FOUND,
		"none.bin"},
	{"folder-as-file", NULL, NULL, {"application=../inputs"}, NULL, NONE, GY_ERROR_FILE_NOT_REGULAR,
		"folder"},
	{"not-an-image", NULL, NULL, {"application=../keys/test_root_public_key.pem"}, NULL, NONE,
		GY_ERROR_IMAGE_TRUNCATED, "768"},
	{"nv-as-application", NULL, NULL, {"application=nv.bin"}, NULL, NONE, GY_ERROR_IMAGE_HEADER,
		"0x4B0F2D1E"},
	{"difference", "DecompressFlag=0x3C7896E1", "DecompressFlag=0x44494646", {APP}, NULL, NONE,
		GY_ERROR_PACKAGE_NOT_SUPPORTED, "difference"},
	{"version-of-17", NULL, NULL, {APP}, "12345678901234567", NONE, GY_ERROR_CFG_VALUE, "17 characters"},
	{"version-not-utf8", NULL, NULL, {APP}, "\xff\xfe", NONE, GY_ERROR_CFG_VALUE, "UTF-8"},
	{"encrypted-flashboot", "ReRncFlag=0x0", "ReRncFlag=0x3c7896e1", {BOOT}, NULL, NONE,
		GY_ERROR_CFG_RULE, "only the application"},
	{"encrypted-odd-size", "ReRncFlag=0x0", "ReRncFlag=3C7896E1", {"application=app_unaligned.bin"}, NULL,
		NONE, GY_ERROR_CFG_RULE, "multiple of 16"},
	{"encrypted-without-key",
		"ReRncFlag=0x0\nRootKeyType=0x0\nProtectionKeyL1=00112233445566778899AABBCCDDEEFF",
		"ReRncFlag=0x3C7896E1\nRootKeyType=0x0\nProtectionKeyL1=", {APP}, NULL, NONE,
		GY_ERROR_CFG_MISSING, "ProtectionKeyL1"},
	{"encrypted-plain", "DecompressFlag=0x3C7896E1\nReRncFlag=0x0",
		"DecompressFlag=0\nReRncFlag=0x3C7896E1", {APP}, NULL, NONE, GY_ERROR_CFG_RULE,
		"only compressed images"},
};

static char *
write_cfg(const char *folder, const char *from, const char *to)
{
	g_autoptr(GBytes) original = vector_bytes("v01_app_lzma", "fota.cfg");
	g_autoptr(GString) text =
		g_string_new_len(g_bytes_get_data(original, NULL), (gssize) g_bytes_get_size(original));
	char *path = g_build_filename(folder, "fota.cfg", NULL);
	g_autoptr(GError) error = NULL;

	if (from)
		g_assert_cmpuint(g_string_replace(text, from, to, 0), >, 0);
	g_file_set_contents(path, text->str, (gssize) text->len, &error);
	g_assert_no_error(error);
	return path;
}

static void
add_images(GyBuildOptions *options, const char *const *images)
{
	for (; *images; images++) {
		g_auto(GStrv) parts = g_strsplit(*images, "=", 2);
		g_autofree char *path = vector_path("inputs", parts[1]);

		gy_build_options_add_image(options, parts[0], path);
	}
}

static void
test_refusal(gconstpointer data)
{
	const Refusal *refusal = data;
	g_autofree char *folder = temporary_folder();
	g_autoptr(GyBuildOptions) options = gy_build_options_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) made = NULL;
	g_autofree char *config = NULL;

	config = write_cfg(folder, refusal->from, refusal->to);
	gy_build_options_set(options, "config", config);
	gy_build_options_set(options, "sdk-root", folder);
	gy_build_options_set(options, "ver", refusal->version);
	gy_build_options_set_signing(options, refusal->signing);
	add_images(options, refusal->images);
	made = gy_format_build(&gy_ws63_format, options, NULL, &error);
	remove_folder(folder);
	g_assert_null(made);
	g_assert_error(error, GY_ERROR, (int) refusal->code);
	if (!strstr(error->message, refusal->words))
		g_error("\"%s\" does not say \"%s\"", error->message, refusal->words);
}

/* ---- what it takes although it is unusual --------------------------------------------------------------- */

static GBytes *
build_changed(const char *from, const char *to, const char *version, GPtrArray *notes)
{
	g_autofree char *folder = temporary_folder();
	g_autoptr(GyBuildOptions) options = gy_build_options_new();
	g_autoptr(GError) error = NULL;
	static const char *const images[] = {APP, NULL};
	g_autofree char *config = write_cfg(folder, from, to);
	GBytes *made;

	gy_build_options_set(options, "config", config);
	gy_build_options_set(options, "ver", version);
	gy_build_options_set_signing(options, GY_SIGNING_NONE);
	add_images(options, images);
	made = gy_format_build(&gy_ws63_format, options, notes, &error);
	remove_folder(folder);
	g_assert_no_error(error);
	return made;
}

static void
test_hex_without_prefix(void)
{
	g_autoptr(GBytes) plain = build_changed("Msid=0x00000000", "Msid=0x0000001F", NULL, NULL);
	g_autoptr(GBytes) bare = build_changed("Msid=0x00000000", "Msid : 1f", NULL, NULL);

	g_assert_true(g_bytes_equal(plain, bare));
	g_assert_cmphex(gyw_get_u32le((const guint8 *) g_bytes_get_data(bare, NULL) + 0x2C), ==, 0x1F);
}

static void
test_empty_plain_key(void)
{
	g_autoptr(GBytes) with = build_changed(NULL, NULL, NULL, NULL);
	g_autoptr(GBytes) without =
		build_changed("PlainKey=70D37764279C2B086604078E8C577505", "", NULL, NULL);

	g_assert_true(g_bytes_equal(with, without));
}

static void
test_encryption_spelled_otherwise(void)
{
	/* the vendor's tool sets the flag and leaves the data plain; ours reads the number */
	g_autoptr(GBytes) upper = build_changed("ReRncFlag=0x0", "ReRncFlag=0x3C7896E1", NULL, NULL);
	g_autoptr(GBytes) lower = build_changed("ReRncFlag=0x0", "ReRncFlag=3c7896e1", NULL, NULL);
	const guint8 *data = g_bytes_get_data(lower, NULL);

	g_assert_true(g_bytes_equal(upper, lower));
	g_assert_cmphex(gyw_get_u32le(data + 0x230 + 0x64), ==, 0x3C7896E1);
	g_assert_cmpint(memcmp(data + 0x2D0, WS63_LZMA_PROPERTIES, 5), !=, 0);
}

static gboolean
has_note(GPtrArray *notes, const char *field)
{
	for (guint i = 0; i < notes->len; i++)
		if (g_str_equal(((GyFinding *) notes->pdata[i])->field, field))
			return TRUE;
	return FALSE;
}

static void
assert_notes(const char *from, const char *to, const char *version, const char *field)
{
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func((GDestroyNotify) gy_finding_free);
	g_autoptr(GBytes) made = build_changed(from, to, version, notes);

	if (field)
		g_assert_true(has_note(notes, field));
	else
		g_assert_cmpuint(notes->len, ==, 0);
}

static void
test_warnings(void)
{
	assert_notes(NULL, NULL, NULL, NULL);
	assert_notes(NULL, NULL, "123456789012345", NULL);
	assert_notes(NULL, NULL, "1234567890123456", "info_area.user_defined");
	assert_notes("SignSuite=1", "SignSuite=4", NULL, "SIGN_CFG.SignSuite");
	assert_notes("0x2A13C812", "0x2A13C867", NULL, "SIGN_CFG.SignSuite");
	assert_notes("0x2A13C812", "0x2A13C867", NULL, "FOTA_KEY_AREA.KeyAlg");
	assert_notes("version_ext=0x00000000", "version_ext=5", NULL, "application.version_ext");
	assert_notes("version_ext=0x00000000", "version_ext=7", NULL, NULL);
}

static void
test_cut_cfg(void)
{
	g_autoptr(GBytes) whole = vector_bytes("v01_app_lzma", "fota.cfg");
	gsize size = g_bytes_get_size(whole);

	for (gsize cut = 0; cut < size; cut++) {
		g_autoptr(GBytes) part = g_bytes_new(g_bytes_get_data(whole, NULL), cut);
		g_autoptr(GError) error = NULL;
		g_autoptr(GyFotaCfg) cfg = gy_fota_cfg_parse(part, "cut", &error);
		g_autoptr(GyFotaImage) image = cfg ? gy_fota_cfg_image(cfg, "application", NULL) : NULL;

		g_assert_true(cfg != NULL || error != NULL);
		if (image)
			g_assert_cmphex(image->image_id, ==, WS63_IMAGE_APPLICATION);
	}
}

static void
test_keys_beside_cfg_and_in_sdk(void)
{
	static const char *const images[] = {APP, NULL};
	g_autoptr(GyBuildOptions) options = gy_build_options_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) made = NULL;
	g_autofree char *config = vector_path("v01_app_lzma", "fota.cfg");
	g_autofree char *root = vector_path("v01_app_lzma", "..");

	gy_build_options_set(options, "config", config);
	gy_build_options_set(options, "sdk-root", root);
	add_images(options, images);
	made = gy_format_build(&gy_ws63_format, options, NULL, &error);
	g_assert_no_error(error);
	g_assert_nonnull(made);
}

/* As it is called most: from the folder of the configuration, all paths relative. */
static void
test_relative_paths(void)
{
	g_autoptr(GyBuildOptions) options = vector_options(&vectors[0], GY_SIGNING_KEYS);
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func((GDestroyNotify) gy_finding_free);
	g_autoptr(GBytes) made = NULL;
	g_autofree char *before = g_get_current_dir();
	g_autofree char *folder = vector_path("v01_app_lzma", ".");
	GError *error = NULL;

	gy_build_options_set(options, "config", "fota.cfg");
	gy_build_options_set(options, "sdk-root", "..");
	g_assert_cmpint(g_chdir(folder), ==, 0);
	made = gy_format_build(gy_format_by_system("ws63"), options, notes, &error);
	g_assert_cmpint(g_chdir(before), ==, 0);
	g_assert_no_error(error);
	g_assert_nonnull(made);
}

/* ---- encryption: the device's buffer -------------------------------------------------------------------- */

static void
test_overflow_is_foreseen(void)
{
	/* noise of an odd length, then a run that unpacks to far more than the buffer from one piece */
	gsize size = 400 * 1024;
	g_autofree guint8 *image = g_malloc0(size);
	static const GyLzmaParameters parameters = {4096, 0, 0, 2, 128};
	g_autoptr(GBytes) input = NULL;
	g_autoptr(GBytes) packed = NULL;
	g_autofree guint8 *data = NULL;
	gsize packed_size = 0;
	guint32 noise = 1;

	/* always the same noise: where a piece ends decides, and one random image in sixteen ends harmlessly */
	for (guint i = 0; i < 9001; i++) {
		noise = noise * 1664525 + 1013904223;
		image[i] = (guint8) (noise >> 24);
	}
	input = g_bytes_new_static(image, size);
	packed = gy_lzma_encode(input, &parameters, NULL);
	packed_size = g_bytes_get_size(packed);
	data = g_malloc0(packed_size + 3);
	memcpy(data, g_bytes_get_data(packed, NULL), 13);
	memcpy(data + 16, (const guint8 *) g_bytes_get_data(packed, NULL) + 13, packed_size - 13);
	g_assert_false(gy_ws63_fits_decrypter(data, packed_size + 3, (guint32) size));
}

static void
test_ordinary_image_fits(void)
{
	g_autoptr(GBytes) packed = vector_bytes("v01_app_lzma", "app_sign.lzma16");

	g_assert_true(
		gy_ws63_fits_decrypter(g_bytes_get_data(packed, NULL), g_bytes_get_size(packed), 65536));
}

/* ---- signing elsewhere ---------------------------------------------------------------------------------- */

static GBytes *
sign_elsewhere(const char *path, GBytes *area)
{
	g_autoptr(GyPrivateKey) key = gy_private_key_load(path, GY_KEY_BP256R1, "server", NULL, NULL);
	guint8 signature[64];

	g_assert_cmpuint(g_bytes_get_size(area), ==, 192);
	g_assert_true(gy_private_key_sign(key, g_bytes_get_data(area, NULL), 192, signature, NULL));
	return g_bytes_new(signature, sizeof signature);
}

static void
test_detached_signatures(void)
{
	g_autofree char *path = vector_path("v01_app_lzma", "unsigned.fwpkg");
	g_autofree char *root_path = root_private();
	g_autofree char *sub_path = sub_private();
	g_autofree char *public_path = root_public();
	g_autoptr(GyPackage) package = gy_package_load(path, NULL);
	g_autoptr(GyPublicKey) sub = gy_public_key_load(sub_path, GY_KEY_BP256R1, "sub", NULL, NULL);
	g_autoptr(GyPublicKey) root = gy_public_key_load(public_path, GY_KEY_BP256R1, "root", NULL, NULL);
	g_autoptr(GBytes) key_area = NULL;
	g_autoptr(GBytes) info_area = NULL;
	g_autoptr(GBytes) key_signature = NULL;
	g_autoptr(GBytes) info_signature = NULL;
	g_autoptr(GBytes) made = NULL;
	g_autoptr(GBytes) wrong = NULL;
	g_autoptr(GyPackage) again = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_true(gy_ws63_export_tbs(package, sub, &key_area, &info_area, &error));
	key_signature = sign_elsewhere(root_path, key_area);
	info_signature = sign_elsewhere(sub_path, info_area);
	made = gy_ws63_import_signatures(package, sub, key_signature, info_signature, root, &error);
	g_assert_no_error(error);
	again = gy_package_load_bytes(made, "made", &error);
	g_assert_true(gy_package_verify(again, public_path, &error));
	g_assert_cmpuint(count_errors(again), ==, 0);

	wrong = gy_ws63_import_signatures(package, sub, info_signature, info_signature, root, &error);
	g_assert_error(error, GY_ERROR, GY_ERROR_PACKAGE_UNTRUSTED_KEY);
	g_clear_error(&error);
	g_assert_null(gy_ws63_import_signatures(package, sub, key_signature, key_signature, root, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_PACKAGE_SIGNATURE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(refusals); i++) {
		g_autofree char *path = g_strdup_printf("/ws63/build/refuses/%s", refusals[i].name);

		g_test_add_data_func(path, &refusals[i], test_refusal);
	}
	g_test_add_func("/ws63/build/takes-hex-without-prefix", test_hex_without_prefix);
	g_test_add_func("/ws63/build/needs-no-key-to-leave-plain", test_empty_plain_key);
	g_test_add_func("/ws63/build/encrypts-whatever-the-spelling", test_encryption_spelled_otherwise);
	g_test_add_func("/ws63/build/warns", test_warnings);
	g_test_add_func("/ws63/build/finds-keys-below-the-sdk-root", test_keys_beside_cfg_and_in_sdk);
	g_test_add_func("/ws63/build/takes-relative-paths-of-cfg-and-sdk", test_relative_paths);
	g_test_add_func("/ws63/build/foresees-the-device's-overflow", test_overflow_is_foreseen);
	g_test_add_func("/ws63/build/ordinary-image-fits-the-device", test_ordinary_image_fits);
	g_test_add_func("/ws63/cfg/any-cut-is-an-error-or-a-whole-section", test_cut_cfg);
	g_test_add_func("/ws63/sign/detached-signatures", test_detached_signatures);
	return g_test_run();
}
