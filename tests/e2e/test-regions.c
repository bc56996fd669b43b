// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "device-agent/boards/ws63.h"
#include "tests/e2e/run-job.h"
#include "tests/upg/make-package.h"

/* A board with two regions: the signed image itself is sent, and the device chooses. */

static const char *const layout[] = {"--layout", "ab", NULL};
static const char *const layout_unsigned[] = {"--layout", "ab", "--take-unsigned", NULL};

static GyDeviceInfo *
ask(Board *board)
{
	g_autoptr(GError) error = NULL;
	GyDeviceInfo *info = gy_device_query(board->port, 0, 0, NULL, &error);

	g_assert_no_error(error);
	return info;
}

static void
assert_runs_region(Board *board, guint region, GBytes *image)
{
	g_autoptr(GyDeviceInfo) info = ask(board);
	g_autofree char *digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, image);

	g_assert_cmpuint(info->n_regions, ==, 2);
	g_assert_cmpuint(info->run_region, ==, region);
	g_assert_cmpstr(info->digest, ==, digest);
}

static GyJobOptions *
region_options(Board *board)
{
	GyJobOptions *options = run_job_options(board);

	options->to_region = TRUE;
	return options;
}

static void
send_image(Board *board, GBytes *image)
{
	g_autoptr(GyJobOptions) options = region_options(board);
	g_autoptr(RunJob) run = run_job_new(image, options);

	run_job(run);
	assert_upgraded(run);
}

static void
send_refused(Board *board, GBytes *image, const GyJobOptions *options, const char *code, GyOutcome outcome)
{
	g_autoptr(RunJob) run = run_job_new(image, options);

	run_job(run);
	assert_failed(run, code, outcome);
}

static void
test_to_and_fro(void)
{
	g_autoptr(Board) board = board_new("inputs/app_sign.bin", FALSE);
	g_autoptr(GBytes) first = make_image(GYA_WS63_IMAGE_APPLICATION, 50000, 1);
	g_autoptr(GBytes) second = make_image(GYA_WS63_IMAGE_APPLICATION, 70000, 2);

	board_start(board, layout);
	send_image(board, first);
	assert_runs_region(board, 1, first);
	send_image(board, second);
	assert_runs_region(board, 0, second);
	board_kill(board);
	board_start(board, layout);
	assert_runs_region(board, 0, second);
}

static void
test_choose(void)
{
	g_autoptr(Board) board = board_new("inputs/app_sign.bin", FALSE);
	g_autoptr(GBytes) first = make_image(GYA_WS63_IMAGE_APPLICATION, 50000, 1);
	g_autoptr(GBytes) second = make_image(GYA_WS63_IMAGE_APPLICATION, 70000, 2);
	g_autoptr(GError) error = NULL;

	board_start(board, layout);
	send_image(board, first);
	send_image(board, second);
	for (guint region = 1; region < 3; region++) {
		g_autoptr(GyDeviceInfo) info =
			gy_device_choose_region(board->port, 0, region % 2, NULL, NULL, &error);

		g_assert_no_error(error);
		g_assert_cmpuint(info->run_region, ==, region % 2);
		assert_runs_region(board, region % 2, region % 2 == 1 ? first : second);
	}
}

/* What a region holds without anybody having sent it is looked at first. */
static void
test_choose_refuses(const char *const *options, const char *code)
{
	g_autoptr(Board) board = board_new("inputs/app_sign.bin", FALSE);
	g_autoptr(GBytes) image = make_image(GYA_WS63_IMAGE_APPLICATION, 50000, 1);
	g_autoptr(GyDeviceInfo) none = NULL;
	g_autoptr(GError) error = NULL;

	board_start(board, options);
	send_image(board, image);
	none = gy_device_choose_region(board->port, 0, 0, NULL, NULL, &error);
	if (code == NULL) {
		g_assert_no_error(error);
		return;
	}
	g_assert_null(none);
	g_assert_cmpstr(gy_error_code(error), ==, code);
	assert_runs_region(board, 1, image);
}

static void
test_choose_refuses_unsigned(void)
{
	test_choose_refuses(layout, "device/unsigned");
}

static void
test_choose_takes_unsigned_where_told(void)
{
	test_choose_refuses(layout_unsigned, NULL);
}

static void
test_choose_needs_regions(void)
{
	g_autoptr(Board) board = board_new("inputs/app_sign.bin", FALSE);
	g_autoptr(GyDeviceInfo) none = NULL;
	g_autoptr(GError) error = NULL;

	board_start(board, NULL);
	none = gy_device_choose_region(board->port, 0, 1, NULL, NULL, &error);
	g_assert_null(none);
	g_assert_cmpstr(gy_error_code(error), ==, "package/not-supported");
}

/* A flipped bit: the host finds it, and the agent does without the host. */
static void
test_flips(void)
{
	static const struct {
		gsize at;
		const char *host;
		const char *agent;
		GyOutcome outcome;
	} flips[] = {
		{0x20, "package/untrusted-key", "device/untrusted-key", GY_OUTCOME_UNTOUCHED},
		{0x114, "package/signature", "device/signature", GY_OUTCOME_UNTOUCHED},
		{0x4000, NULL, "device/hash", GY_OUTCOME_STORAGE_LOST},
	};
	g_autoptr(Board) board = board_new("inputs/app_sign.bin", FALSE);
	g_autoptr(GBytes) image = make_image(GYA_WS63_IMAGE_APPLICATION, 50000, 1);

	board_start(board, layout);
	for (guint i = 0; i < G_N_ELEMENTS(flips); i++) {
		g_autofree guint8 *bytes = g_memdup2(g_bytes_get_data(image, NULL), g_bytes_get_size(image));
		g_autoptr(GBytes) changed = NULL;
		g_autoptr(GyJobOptions) options = region_options(board);

		bytes[flips[i].at] ^= 0x10;
		changed = g_bytes_new(bytes, g_bytes_get_size(image));
		if (flips[i].host)
			send_refused(board, changed, options, flips[i].host, GY_OUTCOME_UNTOUCHED);
		options->skip_package_checks = TRUE;
		send_refused(board, changed, options, flips[i].agent, flips[i].outcome);
	}
	send_image(board, image);
	assert_runs_region(board, 1, image);
}

/* Digests only: by the user's word to a board that is built for it, and to no other. */
static void
test_without_signatures(void)
{
	static const char *const takes[] = {"--layout", "ab", "--take-unsigned", NULL};
	g_autoptr(Board) board = board_new("inputs/app_incompressible.bin", FALSE);
	g_autoptr(Board) strict = board_new("inputs/app_incompressible.bin", FALSE);
	g_autoptr(GBytes) image = vector_bytes("inputs/app_sign.bin");
	g_autoptr(GyJobOptions) options = NULL;
	g_autoptr(GyJobOptions) to_strict = NULL;
	g_autoptr(RunJob) run = NULL;

	board_start(board, takes);
	options = region_options(board);
	send_refused(board, image, options, "package/not-authentic", GY_OUTCOME_UNTOUCHED);
	options->force = TRUE;
	run = run_job_new(image, options);
	run_job(run);
	assert_upgraded(run);
	assert_runs_region(board, 1, image);

	board_start(strict, layout);
	to_strict = region_options(strict);
	to_strict->force = TRUE;
	send_refused(strict, image, to_strict, "device/unsigned", GY_OUTCOME_UNTOUCHED);
}

static void
test_other_files(void)
{
	g_autoptr(Board) board = board_new("inputs/app_sign.bin", FALSE);
	g_autoptr(Board) plain = board_new("inputs/app_sign.bin", FALSE);
	g_autoptr(GBytes) image = make_image(GYA_WS63_IMAGE_APPLICATION, 50000, 1);
	g_autoptr(GBytes) package = vector_bytes("v01_app_lzma/signed.fwpkg");
	g_autoptr(GyJobOptions) to_region = NULL;
	g_autoptr(GyJobOptions) to_store = NULL;

	board_start(board, layout);
	to_region = region_options(board);
	to_store = run_job_options(board);
	send_refused(board, package, to_region, "package/not-supported", GY_OUTCOME_UNTOUCHED);
	send_refused(board, package, to_store, "package/not-supported", GY_OUTCOME_UNTOUCHED);
	send_refused(board, image, to_store, "package/not-supported", GY_OUTCOME_UNTOUCHED);

	/* a board that takes packages */
	board_start(plain, NULL);
	g_free(to_region->port);
	to_region->port = g_strdup(plain->port);
	send_refused(plain, image, to_region, "package/not-supported", GY_OUTCOME_UNTOUCHED);
}

/* The power goes in the middle of storing: the region that runs was never touched. */
static void
test_power_cut(void)
{
	static const char *const dies[] = {
		"--layout", "ab", "--die-at-operation", "600:middle", "--seed", "3", NULL};
	g_autoptr(Board) board = board_new("inputs/app_sign.bin", FALSE);
	g_autoptr(GBytes) image = make_image(GYA_WS63_IMAGE_APPLICATION, 50000, 1);
	g_autoptr(GBytes) old = vector_bytes("inputs/app_sign.bin");
	g_autoptr(GyJobOptions) options = NULL;
	g_autoptr(RunJob) run = NULL;
	g_autoptr(GyDeviceInfo) info = NULL;

	board_start(board, layout);
	board_kill(board);
	board_start(board, dies);
	options = region_options(board);
	options->lost_ms = 1000;
	run = run_job_new(image, options);
	run_job(run);
	g_assert_nonnull(gy_job_error(run->job));
	board_wait_dead(board);
	board_start(board, layout);
	info = ask(board);
	g_assert_cmpuint(info->run_region, ==, 0);
	send_image(board, image);
	assert_runs_region(board, 1, image);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/region/image-goes-to-the-other-one-and-runs", test_to_and_fro);
	g_test_add_func("/region/choose/starts-the-other-one", test_choose);
	g_test_add_func("/region/choose/refuses-an-unsigned-image", test_choose_refuses_unsigned);
	g_test_add_func("/region/choose/takes-it-where-told", test_choose_takes_unsigned_where_told);
	g_test_add_func("/region/choose/needs-a-board-with-regions", test_choose_needs_regions);
	g_test_add_func("/region/flips-are-refused-twice", test_flips);
	g_test_add_func("/region/digests-only-where-told-and-asked", test_without_signatures);
	g_test_add_func("/region/packages-and-images-are-kept-apart", test_other_files);
	g_test_add_func("/region/a-cut-leaves-the-old-one", test_power_cut);
	return g_test_run();
}
