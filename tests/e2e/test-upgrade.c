// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/e2e/run-job.h"

/* The board starts with one application and gets another, or the same flashboot beside it. */
#define OLD     "inputs/app_incompressible.bin"
#define NEW     "inputs/app_sign.bin"
#define PACKAGE "v01_app_lzma/signed.fwpkg"

static void
upgrade(Board *board, const char *package_name, const char *application, const char *version)
{
	g_autoptr(GBytes) package = vector_bytes(package_name);
	g_autoptr(GyJobOptions) options = run_job_options(board);
	g_autoptr(RunJob) run = run_job_new(package, options);
	g_autoptr(GyDeviceInfo) before = NULL;
	g_autoptr(GyDeviceInfo) after = NULL;

	run_job(run);
	assert_upgraded(run);
	before = gy_job_device_before(run->job);
	after = gy_job_device_after(run->job);
	g_assert_cmpstr(before->version, ==, "old");
	g_assert_cmpstr(after->version, ==, version);
	g_assert_cmpstr(before->device_id, ==, after->device_id);
	g_assert_cmpstr(before->digest, !=, after->digest);
	g_assert_nonnull(strstr(run->console->str, "upg percent : 100 %"));
	assert_runs(board, application, version);
}

static void
test_over_pty(void)
{
	g_autoptr(Board) board = board_new(OLD, TRUE);

	board->baud = 921600;
	board_start(board, NULL);
	assert_runs(board, OLD, "old");
	upgrade(board, PACKAGE, NEW, "");
}

static void
test_over_socket(void)
{
	g_autoptr(Board) board = board_new(OLD, FALSE);

	board_start(board, NULL);
	upgrade(board, PACKAGE, NEW, "");
}

/* libserialport cannot open a pty by itself: the shim answers for the lines that a pty does not have. */
static void
test_over_libserialport(void)
{
	g_autoptr(Board) board = board_new(OLD, TRUE);
	g_autofree char *relative = NULL;

	if (!g_getenv("GANTRY_PTY_SHIM")) {
		g_test_skip("runs in its own process, with the shim loaded");
		return;
	}
	board->baud = 921600;
	board_start(board, NULL);
	/* it wants the port to be there under /dev and under /sys/class/tty by the same name */
	g_free(board->port);
	board->port = g_strdup_printf("serial:/dev/../../../../..%s", board->address);
	upgrade(board, PACKAGE, NEW, "");
}

static const struct {
	const char *name;
	const char *package;
	const char *application;
	const char *version;
} packages[] = {
	{"plain-and-padded", "v03_app_raw_padded/signed.fwpkg", "inputs/app_unaligned.bin", ""},
	{"application-and-flashboot-with-version", "v04_app_boot_ver/signed.fwpkg", NEW, "gantry_1.2.3"},
	{"three-images-with-nv", "v02_app_boot_nv/signed.fwpkg", NEW, ""},
};

static void
test_package(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	g_autoptr(Board) board = board_new(OLD, FALSE);

	board_start(board, NULL);
	upgrade(board, packages[i].package, packages[i].application, packages[i].version);
}

/* ---- the line ---- */

static void
test_resumes_where_the_device_is(void)
{
	const char *const options[] = {"--unplug-at", "12000", "--replug-after", "700", NULL};
	g_autoptr(Board) board = board_new(OLD, TRUE);
	g_autoptr(GBytes) package = vector_bytes(PACKAGE);
	g_autoptr(GyJobOptions) job_options = NULL;
	g_autoptr(RunJob) run = NULL;
	GyJobReport report;

	board->baud = 921600;
	board_start(board, options);
	job_options = run_job_options(board);
	run = run_job_new(package, job_options);
	run_job(run);
	assert_upgraded(run);
	gy_job_report(run->job, &report);
	g_assert_cmpuint(report.reconnects, >=, 1);
	/* far less than the 12000 bytes that had come before the cable was pulled */
	g_assert_cmpuint(report.bytes_resent, <, 9000);
	assert_runs(board, NEW, NULL);
}

static void
swap_cable(const GyJobProgress *progress, gpointer data)
{
	Board **boards = data;

	if (progress->stage != GY_STAGE_TRANSFER || progress->stage_done < 4000 || !boards[0]->process)
		return;
	board_kill(boards[0]);
	g_remove(boards[0]->address);
	g_assert_cmpint(symlink(boards[1]->address, boards[0]->address), ==, 0);
}

static void
test_other_board_on_the_cable(void)
{
	g_autoptr(Board) board = board_new(OLD, FALSE);
	g_autoptr(Board) other = board_new(OLD, FALSE);
	Board *boards[] = {board, other};
	g_autoptr(GBytes) package = vector_bytes(PACKAGE);
	g_autoptr(GyJobOptions) options = NULL;
	g_autoptr(RunJob) run = NULL;

	/* slow enough that there is a middle */
	board->baud = 115200;
	board_start(board, NULL);
	other->baud = 115200;
	board_start(other, NULL);
	options = run_job_options(board);
	options->max_baud = board->baud;
	run = run_job_new(package, options);
	run->on_progress = swap_cable;
	run->data = boards;
	run_job(run);
	assert_failed(run, "link/other-device", GY_OUTCOME_STORAGE_LOST);
	assert_runs(other, OLD, "old");
}

static void
test_chatter_costs_no_correctness(void)
{
	const char *const options[] = {"--chatter", "15", NULL};
	g_autoptr(Board) board = board_new(OLD, TRUE);

	board->baud = 921600;
	board_start(board, options);
	upgrade(board, PACKAGE, NEW, "");
}

/* ---- stopping ---- */

static void
cancel_in_transfer(const GyJobProgress *progress, gpointer data)
{
	if (progress->stage == GY_STAGE_TRANSFER && progress->stage_done > 4000)
		gy_job_cancel(*(GyJob **) data);
}

static void
test_cancel_leaves_the_application(void)
{
	g_autoptr(Board) board = board_new(OLD, TRUE);
	g_autoptr(GBytes) package = vector_bytes(PACKAGE);
	g_autoptr(GyJobOptions) options = NULL;
	g_autoptr(RunJob) run = NULL;

	board->baud = 115200;
	board_start(board, NULL);
	options = run_job_options(board);
	run = run_job_new(package, options);
	run->on_progress = cancel_in_transfer;
	run->data = &run->job;
	run_job(run);
	assert_failed(run, "job/cancelled", GY_OUTCOME_STORAGE_LOST);
	board_kill(board);
	board_start(board, NULL);
	assert_runs(board, OLD, "old");
}

static void
test_dry_run_changes_nothing(void)
{
	g_autoptr(Board) board = board_new(OLD, FALSE);
	g_autoptr(GBytes) package = vector_bytes(PACKAGE);
	g_autoptr(GyJobOptions) options = run_job_options(board);
	g_autoptr(RunJob) run = NULL;
	g_autoptr(GBytes) before = NULL;
	g_autoptr(GBytes) after = NULL;

	board_start(board, NULL);
	assert_runs(board, OLD, "old");
	before = board_flash_bytes(board);
	options->dry_run = TRUE;
	run = run_job_new(package, options);
	run_job(run);
	g_assert_null(gy_job_error(run->job));
	g_assert_cmpint(gy_job_outcome(run->job), ==, GY_OUTCOME_UNTOUCHED);
	after = board_flash_bytes(board);
	g_assert_true(g_bytes_equal(before, after));
}

static void
test_without_reset_it_is_armed(void)
{
	g_autoptr(Board) board = board_new(OLD, FALSE);
	g_autoptr(GBytes) package = vector_bytes(PACKAGE);
	g_autoptr(GyJobOptions) options = run_job_options(board);
	g_autoptr(RunJob) run = NULL;

	board_start(board, NULL);
	options->reset = FALSE;
	run = run_job_new(package, options);
	run_job(run);
	g_assert_null(gy_job_error(run->job));
	g_assert_cmpint(gy_job_outcome(run->job), ==, GY_OUTCOME_ARMED);
	assert_runs(board, OLD, "old");
	board_kill(board);
	board_start(board, NULL);
	assert_runs(board, NEW, "");
}

/* ---- what the boot loader finds ---- */

/* Between the device's own verification and the boot loader's a bit of the stored package goes over. */
static void
spoil_package(const GyJobProgress *progress, gpointer data)
{
	Board *board = data;
	const guint8 changed = 0;
	int file;

	if (progress->stage < GY_STAGE_REBOOT)
		return;
	file = g_open(board->flash, O_WRONLY, 0);
	g_assert_cmpint(file, >=, 0);
	g_assert_cmpint(pwrite(file, &changed, 1, STORAGE_ADDRESS + 0x400), ==, 1);
	g_assert_true(g_close(file, NULL));
}

/* FALSE if the boot loader was faster than the test. */
static gboolean
spoil_one(void)
{
	g_autoptr(Board) board = board_new(OLD, FALSE);
	g_autoptr(GBytes) package = vector_bytes(PACKAGE);
	g_autoptr(GyJobOptions) options = NULL;
	g_autoptr(RunJob) run = NULL;
	g_autoptr(GyDeviceInfo) after = NULL;

	board_start(board, NULL);
	options = run_job_options(board);
	run = run_job_new(package, options);
	run->on_progress = spoil_package;
	run->data = board;
	run_job(run);
	if (!gy_job_error(run->job))
		return FALSE;
	assert_failed(run, "upgrade/rolled-back", GY_OUTCOME_OLD_RUNS);
	g_assert_cmpuint(gy_job_device_code(run->job), ==, 3);
	g_assert_nonnull(strstr(gy_job_error(run->job)->message, "3: an image did not verify"));
	after = gy_job_device_after(run->job);
	g_assert_cmpstr(gy_device_info_result_name(after), ==, "an image did not verify");
	assert_runs(board, OLD, "old");
	return TRUE;
}

static void
test_boot_loader_refuses(void)
{
	guint tries = 5;

	while (!spoil_one())
		g_assert_cmpuint(--tries, >, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	if (g_getenv("GANTRY_PTY_SHIM")) {
		g_test_add_func("/upgrade/over-libserialport", test_over_libserialport);
		return g_test_run();
	}
	g_test_add_func("/upgrade/over-a-pty", test_over_pty);
	g_test_add_func("/upgrade/over-a-socket", test_over_socket);
	for (guint i = 0; i < G_N_ELEMENTS(packages); i++) {
		g_autofree char *path = g_strconcat("/upgrade/package/", packages[i].name, NULL);

		g_test_add_data_func(path, GUINT_TO_POINTER(i), test_package);
	}
	g_test_add_func("/upgrade/resumes-at-the-byte-the-device-has", test_resumes_where_the_device_is);
	g_test_add_func("/upgrade/another-board-on-the-cable-ends-it", test_other_board_on_the_cable);
	g_test_add_func("/upgrade/console-text-in-mid-transfer-costs-no-correctness",
		test_chatter_costs_no_correctness);
	g_test_add_func(
		"/upgrade/a-cancel-leaves-the-application-running", test_cancel_leaves_the_application);
	g_test_add_func("/upgrade/a-dry-run-changes-nothing", test_dry_run_changes_nothing);
	g_test_add_func(
		"/upgrade/what-the-boot-loader-refuses-is-told-with-its-result", test_boot_loader_refuses);
	g_test_add_func("/upgrade/without-reset-the-next-power-on-installs", test_without_reset_it_is_armed);
	return g_test_run();
}
