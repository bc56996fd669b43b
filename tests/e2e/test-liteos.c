// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "engine/formats/liteos/liteos.h"
#include "tests/e2e/run-job.h"
#include "tests/store/rig.h"

#define RATE 2000000

/* `old` NULL: the whole image. */
static GBytes *
package_of(const char *old, const char *new, const char *generation, const char *version)
{
	return rig_package(old, new, generation, version ? "ver" : NULL, version);
}

static Board *
board_of(const char *application, gboolean is_pty)
{
	g_autoptr(GBytes) image = rig_image(application);
	Board *board = board_new_liteos(image, "1.0", is_pty);

	board->baud = is_pty ? RATE : 0;
	return board;
}

static RunJob *
flash(Board *board, GBytes *package, const char *old)
{
	g_autoptr(GyJobOptions) options = run_job_options(board);
	RunJob *run;

	options->old = old ? rig_image_path(old) : NULL;
	run = run_job_new(package, options);
	run_job(run);
	return run;
}

static void
assert_board_runs(Board *board, const char *image, const char *version)
{
	g_autoptr(GBytes) bytes = rig_image(image);
	g_autofree char *digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
	GError *error = NULL;
	g_autoptr(GyDeviceInfo) info = gy_device_query(board->port, board->baud, 0, NULL, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(info->backend, ==, "liteos");
	g_assert_cmpstr(info->version, ==, version);
	g_assert_cmpstr(info->digest, ==, digest);
}

/* One after the other, each from what the one before left: a difference, a whole image, a difference in an envelope. */
static void
test_upgrades(void)
{
	g_autoptr(Board) board = board_of("p2_old.bin", TRUE);
	g_autoptr(GBytes) difference = package_of("p2_old.bin", "p2_new.bin", "g3", NULL);
	g_autoptr(GBytes) whole = package_of(NULL, "p1_old.bin", "g3", NULL);
	g_autoptr(GBytes) envelope = package_of("p1_old.bin", "p1_new.bin", "gantry", "2.0");
	g_autoptr(RunJob) first = NULL;
	g_autoptr(RunJob) second = NULL;
	g_autoptr(RunJob) third = NULL;

	board_start(board, NULL);
	assert_board_runs(board, "p2_old.bin", "1.0");
	first = flash(board, difference, "p2_old.bin");
	assert_upgraded(first);
	assert_board_runs(board, "p2_new.bin", "");
	second = flash(board, whole, NULL);
	assert_upgraded(second);
	third = flash(board, envelope, NULL);
	assert_upgraded(third);
	g_assert_nonnull(strstr(third->console->str, "loader: upgraded"));
	assert_board_runs(board, "p1_new.bin", "2.0");
}

/*
 * A package that does not name its version: the one who sends it does. It is a difference larger than the agent's window, which
 * BEGIN's tags lie in until the package comes.
 */
static void
test_version(void)
{
	g_autoptr(Board) board = board_of("p3_old.bin", FALSE);
	g_autoptr(GBytes) bytes = package_of("p3_old.bin", "p3_new.bin", "g3", NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(GyPackage) package = gy_package_load_bytes(bytes, "difference.bin", &error);
	g_autoptr(GyJobOptions) options = NULL;
	g_autoptr(RunJob) run = NULL;

	g_assert_no_error(error);
	g_assert_false(gy_package_name_version(package, "", &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_CFG_VALUE);
	g_clear_error(&error);
	g_assert_true(gy_package_name_version(package, "7.1", &error));
	g_assert_no_error(error);
	g_assert_false(gy_package_name_version(package, "7.2", &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_CFG_RULE);
	board_start(board, NULL);
	g_assert_cmpuint(g_bytes_get_size(bytes), >, 32768);
	options = run_job_options(board);
	options->old = rig_image_path("p3_old.bin");
	run = run_job_new_loaded(package, options);
	run_job(run);
	assert_upgraded(run);
	assert_board_runs(board, "p3_new.bin", "7.1");
}

typedef struct {
	const char *name;
	const char *old; /* of the package */
	const char *new;
	const char *generation;
	const char *told; /* with --old */
	const char *code;
} Refusal;

static const Refusal refusals[] = {
	{"difference-without-a-word-on-its-old-image", "p2_old.bin", "p2_new.bin", "g3", NULL,
		"image/other-old"},
	{"difference-to-another-image", "p1_old.bin", "p1_new.bin", "g3", "p1_old.bin", "image/other-old"},
	{"envelope-of-another-image", "p1_old.bin", "p1_new.bin", "gantry", NULL, "image/other-old"},
	{"old-image-of-a-whole-one", NULL, "p2_new.bin", "g3", "p2_old.bin", "cfg/rule"},
};

/* By the host, with not a byte of flash changed. */
static void
test_refusal(gconstpointer data)
{
	const Refusal *r = data;
	g_autoptr(Board) board = board_of("p2_old.bin", FALSE);
	g_autoptr(GBytes) package = package_of(r->old, r->new, r->generation, NULL);
	g_autoptr(GBytes) before = NULL;
	g_autoptr(GBytes) after = NULL;
	g_autoptr(RunJob) run = NULL;

	board_start(board, NULL);
	before = board_flash_bytes(board);
	run = flash(board, package, r->told);
	assert_failed(run, r->code, GY_OUTCOME_UNTOUCHED);
	after = board_flash_bytes(board);
	g_assert_true(g_bytes_equal(before, after));
}

/* The device by itself: a host that checks nothing. */
static void
test_device_refuses(void)
{
	g_autoptr(Board) board = board_of("p2_old.bin", FALSE);
	g_autoptr(GBytes) package = package_of("p1_old.bin", "p1_new.bin", "gantry", NULL);
	g_autoptr(RunJob) run = NULL;

	board_start(board, NULL);
	run = run_job_unchecked(package, board);
	assert_failed(run, "device/other-image", GY_OUTCOME_UNTOUCHED);
}

static void
test_other_system(void)
{
	g_autoptr(Board) board = board_of("p2_old.bin", FALSE);
	g_autoptr(GBytes) package = vector_bytes("v01_app_lzma/signed.fwpkg");
	g_autoptr(RunJob) run = NULL;

	board_start(board, NULL);
	run = flash(board, package, NULL);
	assert_failed(run, "package/not-supported", GY_OUTCOME_UNTOUCHED);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/e2e/liteos/difference-whole-image-and-envelope", test_upgrades);
	g_test_add_func("/e2e/liteos/version-that-the-sender-names", test_version);
	for (guint i = 0; i < G_N_ELEMENTS(refusals); i++) {
		g_autofree char *path = g_strdup_printf("/e2e/liteos/refused/%s", refusals[i].name);

		g_test_add_data_func(path, &refusals[i], test_refusal);
	}
	g_test_add_func("/e2e/liteos/refused/by-the-device-alone", test_device_refuses);
	g_test_add_func("/e2e/liteos/refused/package-of-another-system", test_other_system);
	return g_test_run();
}
