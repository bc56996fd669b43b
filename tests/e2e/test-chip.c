// SPDX-License-Identifier: Apache-2.0
#include <gio/gio.h>
#include <string.h>

#include "tests/e2e/craft.h"
#include "tests/e2e/run-job.h"
#include "tests/upg/make-package.h"

/* What a chip has of its own, and a package is held against: the key of encrypted packages, and fuses. */
#define OLD         "inputs/app_incompressible.bin"
#define APPLICATION 0x4B0F2D2Du
#define VERSION_AT  0x150u
#define KEY_TEXT    "000102030405060708090a0b0c0d0e0f"
#define OTHER_KEY   "0f0e0d0c0b0a09080706050403020100"

static const guint8 key[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
static const guint8 iv[16] = {0xFF, [15] = 0x01};

static Board *
start_board(const char *option, const char *value)
{
	const char *const options[] = {option, value, NULL};
	Board *board = board_new(OLD, FALSE);

	board_start(board, options);
	assert_runs(board, OLD, "old");
	return board;
}

/* Under `key`; the image names the package's iv, as it has to, or another one. */
static GBytes *
encrypted(GBytes *image)
{
	g_autoptr(GBytes) packed = make_lzma(image);
	g_autoptr(GBytes) data = make_encrypted(packed, key, iv);
	const MakeImage entry = {.id = APPLICATION,
		.data = data,
		.decompress = MAKE_LZMA,
		.encrypt = MAKE_ENCRYPTED,
		.new_size = (guint32) g_bytes_get_size(image),
		.iv = iv};
	g_autoptr(GBytes) package = make_package(&entry, 1);
	GByteArray *named = g_byte_array_new();
	gsize size;
	const guint8 *bytes = g_bytes_get_data(package, &size);

	g_byte_array_append(named, bytes, (guint) size);
	memcpy(named->data + VERSION_AT, "sealed_2", 8);
	craft_seal(named);
	return craft_close(named);
}

static void
test_encrypted(void)
{
	g_autoptr(Board) board = start_board("--package-key", KEY_TEXT);
	g_autoptr(GBytes) image = make_image_with_iv(APPLICATION, 8192, 2, iv);
	g_autoptr(GBytes) package = encrypted(image);
	g_autoptr(GyJobOptions) options = run_job_options(board);
	g_autoptr(RunJob) run = run_job_new(package, options);
	g_autoptr(GyDeviceInfo) after = NULL;
	g_autofree char *digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, image);
	g_autoptr(GBytes) flash = NULL;
	const guint8 *code;

	run_job(run);
	assert_upgraded(run);
	after = gy_job_device_after(run->job);
	/* who it is, and under which text it came, does not depend on how it travelled */
	g_assert_cmpstr(after->digest, ==, digest);
	g_assert_cmpstr(after->version, ==, "sealed_2");
	flash = board_flash_bytes(board);
	code = (const guint8 *) g_bytes_get_data(flash, NULL) + APPLICATION_ADDRESS + 0x300;
	g_assert_true(memcmp(code, (const guint8 *) g_bytes_get_data(image, NULL) + 0x300, 64) != 0);
}

/* The device's word that it went well, when the same image is sent once more. */
static void
test_encrypted_again(void)
{
	g_autoptr(Board) board = start_board("--package-key", KEY_TEXT);
	g_autoptr(GBytes) image = make_image_with_iv(APPLICATION, 8192, 2, iv);
	g_autoptr(GBytes) package = encrypted(image);
	g_autoptr(GyJobOptions) options = run_job_options(board);

	for (guint i = 0; i < 2; i++) {
		g_autoptr(RunJob) run = run_job_new(package, options);

		run_job(run);
		assert_upgraded(run);
	}
}

/* No key at all is known before anything is erased; another one when the data are there, and before they are armed. */
static const struct {
	const char *name;
	const char *chip_key;
	gboolean names_other_iv;
	GyOutcome outcome;
} refusals[] = {
	{"no-key", "none", FALSE, GY_OUTCOME_UNTOUCHED},
	{"another-key", OTHER_KEY, FALSE, GY_OUTCOME_STORAGE_LOST},
	{"an-image-that-does-not-name-the-iv", KEY_TEXT, TRUE, GY_OUTCOME_STORAGE_LOST},
};

static void
test_refusal(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	static const guint8 other_iv[16] = {0xFE};
	g_autoptr(Board) board = start_board("--package-key", refusals[i].chip_key);
	g_autoptr(GBytes) before = board_flash_bytes(board);
	g_autoptr(GBytes) image =
		make_image_with_iv(APPLICATION, 8192, 2, refusals[i].names_other_iv ? other_iv : iv);
	g_autoptr(GBytes) package = encrypted(image);
	g_autoptr(GyJobOptions) options = run_job_options(board);
	g_autoptr(RunJob) run = run_job_new(package, options);
	g_autoptr(GBytes) after = NULL;

	run_job(run);
	assert_failed(run, "device/not-supported", refusals[i].outcome);
	after = board_flash_bytes(board);
	if (refusals[i].outcome == GY_OUTCOME_UNTOUCHED)
		g_assert_true(g_bytes_equal(before, after));
	board_kill(board);
	board_start(board, NULL);
	assert_runs(board, OLD, "old");
}

/* ---- fuses ---- */

static GBytes *
versioned(guint32 version_ext)
{
	g_autoptr(GBytes) image = make_image(APPLICATION, 4096, 2);
	const MakeImage entry = {.id = APPLICATION, .data = image, .version_ext = version_ext};

	return make_package(&entry, 1);
}

static void
test_rollback(void)
{
	g_autoptr(Board) board = start_board("--rollback", "7:1");
	g_autoptr(GBytes) before = board_flash_bytes(board);
	g_autoptr(GBytes) older = versioned(3);
	g_autoptr(GBytes) newer = versioned(0xF);
	g_autoptr(GyJobOptions) options = run_job_options(board);
	g_autoptr(RunJob) refused = run_job_new(older, options);
	g_autoptr(RunJob) run = run_job_new(newer, options);
	g_autoptr(RunJob) late = NULL;
	g_autoptr(GyDeviceInfo) after = NULL;
	g_autoptr(GBytes) flash = NULL;
	g_autoptr(GBytes) between = versioned(7);

	run_job(refused);
	assert_failed(refused, "package/rollback", GY_OUTCOME_UNTOUCHED);
	flash = board_flash_bytes(board);
	g_assert_true(g_bytes_equal(before, flash));

	run_job(run);
	assert_upgraded(run);
	/* what is fused now is what INFO says now */
	after = gy_job_device_after(run->job);
	g_assert_cmphex(g_array_index(after->images, GyTargetImage, 0).minimum_version, ==, 0xF);
	late = run_job_new(between, options);
	run_job(late);
	assert_failed(late, "package/rollback", GY_OUTCOME_UNTOUCHED);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/chip/an-encrypted-package-installs", test_encrypted);
	g_test_add_func("/chip/an-encrypted-package-installs-twice", test_encrypted_again);
	for (guint i = 0; i < G_N_ELEMENTS(refusals); i++) {
		g_autofree char *path =
			g_strconcat("/chip/encrypted-is-refused-with-", refusals[i].name, NULL);

		g_test_add_data_func(path, GUINT_TO_POINTER(i), test_refusal);
	}
	g_test_add_func("/chip/what-is-below-the-fuses-is-refused-before-the-erase", test_rollback);
	return g_test_run();
}
