// SPDX-License-Identifier: Apache-2.0
#include <glib.h>
#include <string.h>

#include "device-agent/boards/ws63.h"
#include "device-agent/ports/board/stored-package.h"
#include "device-agent/ports/sim/crypto-openssl.h"
#include "device-agent/ports/sim/lzma-sdk.h"
#include "device-agent/ports/sim/nor-file.h"

#define STORAGE 0x270000u

struct bench {
	struct gya_nor_file *flash;
	struct gya_lzma *lzma;
	struct gya_stored_package package;
	char *stored;
	gsize stored_size;
	uint8_t identity[32];
	uint32_t image_size;
};

static char *
read_vector(const char *name, gsize *size)
{
	g_autofree char *path = g_test_build_filename(G_TEST_DIST, "vectors", "ws63", name, NULL);
	g_autoptr(GError) error = NULL;
	char *bytes;

	g_file_get_contents(path, &bytes, size, &error);
	g_assert_no_error(error);
	return bytes;
}

// An application's identity is the hash of its header and code, without the padding behind.
static void
identify(struct bench *bench, const char *image)
{
	gsize size, digest_size = 32;
	g_autofree char *bytes = read_vector(image, &size);
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	uint32_t code_size;

	memcpy(&code_size, bytes + 0x124, 4);
	bench->image_size = 0x300 + GUINT32_FROM_LE(code_size);
	g_assert_cmpuint(bench->image_size, <=, size);
	g_checksum_update(sum, (const guchar *) bytes, bench->image_size);
	g_checksum_get_digest(sum, bench->identity, &digest_size);
}

static void
set_up(struct bench *bench, const char *package, const char *image)
{
	bench->flash = gya_nor_file_open(NULL, gya_board_ws63.flash_size);
	bench->lzma = gya_lzma_sdk_new(GYA_LZMA_SDK_WS63);
	g_assert_nonnull(bench->flash);
	g_assert_nonnull(bench->lzma);
	bench->package = (struct gya_stored_package){
		&gya_board_ws63, &bench->flash->nor, &gya_crypto_openssl, bench->lzma};
	bench->stored = read_vector(package, &bench->stored_size);
	memcpy(bench->flash->bytes + STORAGE, bench->stored, bench->stored_size);
	identify(bench, image);
}

static void
tear_down(struct bench *bench)
{
	gya_lzma_sdk_free(bench->lzma);
	gya_nor_file_close(bench->flash);
	g_free(bench->stored);
}

static bool
has(const struct bench *bench, char text[GYA_PACKAGE_TEXT_SIZE + 1])
{
	return gya_stored_package_has(&bench->package, bench->image_size, bench->identity, text);
}

static const struct {
	const char *name;
	const char *package;
	const char *image;
	bool has;
	const char *text;
} cases[] = {
	{"finds-a-compressed-application", "v01_app_lzma/signed.fwpkg", "inputs/app_sign.bin", true, ""},
	{"finds-a-plain-one", "v03_app_raw_padded/signed.fwpkg", "inputs/app_unaligned.bin", true, ""},
	{"finds-it-among-others", "v02_app_boot_nv/signed.fwpkg", "inputs/app_sign.bin", true, ""},
	{"gives-the-text", "v04_app_boot_ver/signed.fwpkg", "inputs/app_sign.bin", true, "gantry_1.2.3"},
	{"another-application-is-not-it", "v04_app_boot_ver/signed.fwpkg", "inputs/app_unaligned.bin", false,
		NULL},
	{"boot-loader-alone-is-not-it", "v08_boot_only_raw/signed.fwpkg", "inputs/app_sign.bin", false, NULL},
	{"encrypted-cannot-be-told", "v07_app_lzma_aes/signed.fwpkg", "inputs/app_sign.bin", false, NULL},
};

static void
test_case(gconstpointer data)
{
	gsize i = GPOINTER_TO_SIZE(data);
	char text[GYA_PACKAGE_TEXT_SIZE + 1] = "untouched";
	struct bench bench;

	set_up(&bench, cases[i].package, cases[i].image);
	g_assert_cmpint(has(&bench, text), ==, cases[i].has);
	g_assert_cmpstr(text, ==, cases[i].has ? cases[i].text : "untouched");
	tear_down(&bench);
}

static void
test_blank_storage_has_none(void)
{
	char text[GYA_PACKAGE_TEXT_SIZE + 1];
	struct bench bench;

	set_up(&bench, "v01_app_lzma/signed.fwpkg", "inputs/app_sign.bin");
	memset(bench.flash->bytes + STORAGE, 0xFF, bench.stored_size);
	g_assert_false(has(&bench, text));
	tear_down(&bench);
}

// Whatever stands there, the answer comes, and a text is never more than its field.
static void
test_any_bytes_come_to_an_end(void)
{
	char text[GYA_PACKAGE_TEXT_SIZE + 1];
	struct bench bench;

	set_up(&bench, "v04_app_boot_ver/signed.fwpkg", "inputs/app_sign.bin");
	for (guint i = 0; i < 400; i++) {
		uint32_t at = (uint32_t) g_test_rand_int_range(0, 0x320);

		for (guint n = 0; n < 4; n++)
			bench.flash->bytes[STORAGE + at + n] = (uint8_t) g_test_rand_int();
		if (has(&bench, text))
			g_assert_cmpuint(strlen(text), <=, GYA_PACKAGE_TEXT_SIZE);
		memcpy(bench.flash->bytes + STORAGE, bench.stored, bench.stored_size);
	}
	tear_down(&bench);
}

static void
test_control_characters_end_the_text(void)
{
	char text[GYA_PACKAGE_TEXT_SIZE + 1];
	struct bench bench;

	set_up(&bench, "v04_app_boot_ver/signed.fwpkg", "inputs/app_sign.bin");
	bench.flash->bytes[STORAGE + 0x150 + 6] = '\n';
	g_assert_true(has(&bench, text));
	g_assert_cmpstr(text, ==, "gantry");
	memset(bench.flash->bytes + STORAGE + 0x150, 'v', GYA_PACKAGE_TEXT_SIZE);
	g_assert_true(has(&bench, text));
	g_assert_cmpuint(strlen(text), ==, GYA_PACKAGE_TEXT_SIZE);
	tear_down(&bench);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *path = g_strconcat("/sim/stored-package/", cases[i].name, NULL);

		g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_case);
	}
	g_test_add_func("/sim/stored-package/blank-storage-has-none", test_blank_storage_has_none);
	g_test_add_func("/sim/stored-package/any-bytes-come-to-an-end", test_any_bytes_come_to_an_end);
	g_test_add_func(
		"/sim/stored-package/control-characters-end-the-text", test_control_characters_end_the_text);
	return g_test_run();
}
