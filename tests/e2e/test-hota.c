// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "engine/formats/openharmony/custom.h"
#include "engine/records/records.h"
#include "tests/e2e/run-job.h"
#include "tests/hota/device.h"

#define KEY_PRIVATE "rsa_private_key2048.pem"
#define KEY_PUBLIC  "rsa_public_key2048.pem"
#define KEY_OTHER   "rsa_private_key3072.pem"
#define OLD_VERSION "OpenHarmony 1.0"
#define NEW_VERSION "OpenHarmony 1.1"
#define KERNEL_SIZE 60000
#define RATE        2000000

static const char *const kinds[] = {"hi3861", "hi3516"};

static Board *
board_of(const char *kind, gboolean is_pty)
{
	g_autoptr(GBytes) kernel = hota_noise(KERNEL_SIZE, 1);
	Board *board = board_new_hota(kind, kernel, OLD_VERSION, KEY_PUBLIC, is_pty);

	board->baud = is_pty ? RATE : 0;
	return board;
}

static GBytes *
package_of(const char *version, const char *key)
{
	g_autoptr(GBytes) kernel = hota_noise(KERNEL_SIZE, 2);
	HotaPart part = {"kernel_A", kernel};

	return hota_make_package(version, &part, 1, key);
}

static RunJob *
flash(Board *board, GBytes *package)
{
	g_autoptr(GyJobOptions) options = run_job_options(board);
	RunJob *run = run_job_new(package, options);

	run_job(run);
	return run;
}

/* What the board says of itself: the version, and the digest of the kernel with this seed. */
static void
assert_board_runs(Board *board, const char *version, guint32 seed)
{
	g_autoptr(GBytes) kernel = hota_noise(KERNEL_SIZE, seed);
	g_autofree char *digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, kernel);
	GError *error = NULL;
	g_autoptr(GyDeviceInfo) info = gy_device_query(board->port, board->baud, 0, NULL, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(info->backend, ==, "openharmony");
	g_assert_cmpstr(info->version, ==, version);
	g_assert_cmpstr(info->digest, ==, digest);
}

static void
test_upgrades(gconstpointer data)
{
	const char *kind = data;
	g_autoptr(Board) board = board_of(kind, TRUE);
	g_autoptr(GBytes) package = package_of(NEW_VERSION, KEY_PRIVATE);
	g_autoptr(GyJobOptions) options = NULL;
	g_autoptr(RunJob) run = NULL;
	g_autoptr(GyRecords) records = NULL;
	g_autoptr(GyRecord) record = NULL;
	GError *error = NULL;

	board_start(board, NULL);
	options = run_job_options(board);
	options->records = g_build_filename(board->folder, "records.db", NULL);
	run = run_job_new(package, options);
	run_job(run);
	assert_upgraded(run);
	g_assert_nonnull(strstr(run->log->str, "Verified by the device's module"));
	g_assert_nonnull(strstr(run->console->str, "upgrade success"));
	assert_board_runs(board, NEW_VERSION, 2);

	records = gy_records_open(options->records, &error);
	g_assert_no_error(error);
	record = gy_records_get(records, 1, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(record->system, ==, "openharmony");
	g_assert_cmpstr(record->board, ==, kind);
	g_assert_cmpstr(record->from_version, ==, OLD_VERSION);
	g_assert_cmpstr(record->to_version, ==, NEW_VERSION);
	g_assert_cmpstr(record->outcome, ==, "upgraded");
}

/* Several components, of which the host asks for each one's place afterwards. */
static void
test_several_components(void)
{
	g_autoptr(Board) board = board_of("hi3516", FALSE);
	g_autoptr(GBytes) kernel = hota_noise(KERNEL_SIZE, 2);
	g_autoptr(GBytes) rootfs = hota_noise(90000, 3);
	g_autoptr(GBytes) tag = hota_noise(32, 4);
	HotaPart parts[] = {{"ota_tag", tag}, {"rootfs", rootfs}, {"kernel_A", kernel}};
	g_autoptr(GBytes) package =
		hota_make_package(NEW_VERSION, parts, G_N_ELEMENTS(parts), "rsa_private_key2048.pem");
	g_autoptr(RunJob) run = NULL;

	board_start(board, NULL);
	run = flash(board, package);
	assert_upgraded(run);
	assert_board_runs(board, NEW_VERSION, 2);
}

static void
assert_refused(Board *board, GBytes *package, const char *code, gboolean force)
{
	g_autoptr(GBytes) before = board_flash_bytes(board);
	g_autoptr(GBytes) after = NULL;
	g_autoptr(GyJobOptions) options = run_job_options(board);
	g_autoptr(RunJob) run = NULL;

	options->force = force;
	run = run_job_new(package, options);
	run_job(run);
	assert_failed(run, code, GY_OUTCOME_UNTOUCHED);
	after = board_flash_bytes(board);
	/* of the kernels nothing has changed */
	for (gsize at = board->flash_size / 32; at < board->flash_size; at += 0x10000)
		g_assert_cmpint(memcmp((const guint8 *) g_bytes_get_data(before, NULL) + at,
					(const guint8 *) g_bytes_get_data(after, NULL) + at, 0x10000),
			==, 0);
}

static void
test_refusals(void)
{
	g_autoptr(Board) board = board_of("hi3861", FALSE);
	g_autoptr(GBytes) other_key = package_of(NEW_VERSION, KEY_OTHER);
	g_autoptr(GBytes) older = package_of("OpenHarmony 0.9", KEY_PRIVATE);
	g_autoptr(GBytes) standard = hota_vector("l2-full", "expected", "updater_full.zip", NULL);
	g_autoptr(GBytes) newest = hota_vector("l1-seed", "expected", "tool2025-rsa2048.bin", NULL);
	g_autoptr(GBytes) parts = hota_vector("l1-seed", "expected", "legacy-rsa2048.bin", NULL);
	g_autoptr(GBytes) ws63 = vector_bytes("v01_app_lzma/signed.fwpkg");

	board_start(board, NULL);
	assert_refused(board, other_key, "device/untrusted-key", FALSE);
	assert_refused(board, older, "package/rollback", FALSE);
	assert_refused(board, older, "device/rollback", TRUE);
	assert_refused(board, standard, "package/not-supported", FALSE);
	assert_refused(board, newest, "package/not-supported", FALSE);
	assert_refused(board, parts, "package/unknown-image", FALSE);
	assert_refused(board, ws63, "package/not-supported", FALSE);
	assert_board_runs(board, OLD_VERSION, 1);
}

/* A WS63 takes none of these. */
static void
test_other_system(void)
{
	g_autoptr(Board) board = board_new("inputs/app_sign.bin", FALSE);
	g_autoptr(GBytes) package = package_of(NEW_VERSION, KEY_PRIVATE);
	g_autoptr(RunJob) run = NULL;

	board_start(board, NULL);
	run = flash(board, package);
	assert_failed(run, "package/not-supported", GY_OUTCOME_UNTOUCHED);
}

/* The component takes each byte once, so the agent goes on where it is: nothing of the component's is repeated. */
static void
test_cable_is_cut(void)
{
	const char *const options[] = {"--unplug-at", "20000", "--replug-after", "300", NULL};
	g_autoptr(Board) board = board_of("hi3861", TRUE);
	g_autoptr(GBytes) package = package_of(NEW_VERSION, KEY_PRIVATE);
	g_autoptr(RunJob) run = NULL;
	GyJobReport report;

	board->baud = 460800;
	board_start(board, options);
	run = flash(board, package);
	assert_upgraded(run);
	gy_job_report(run->job, &report);
	g_assert_cmpuint(report.reconnects, >=, 1);
	g_assert_cmpuint(report.bytes_resent, <, 16000);
	assert_board_runs(board, NEW_VERSION, 2);
}

static void
cancel_in_transfer(const GyJobProgress *progress, gpointer data)
{
	if (progress->stage == GY_STAGE_TRANSFER && progress->stage_done > 4000)
		gy_job_cancel(*(GyJob **) data);
}

static void
test_cancelled(void)
{
	g_autoptr(Board) board = board_of("hi3516", TRUE);
	g_autoptr(GBytes) package = package_of(NEW_VERSION, KEY_PRIVATE);
	g_autoptr(GyJobOptions) options = NULL;
	g_autoptr(RunJob) run = NULL;
	g_autoptr(RunJob) again = NULL;

	board->baud = 460800;
	board_start(board, NULL);
	options = run_job_options(board);
	options->max_baud = 460800;
	run = run_job_new(package, options);
	run->on_progress = cancel_in_transfer;
	run->data = &run->job;
	run_job(run);
	assert_failed(run, "job/cancelled", GY_OUTCOME_STORAGE_LOST);
	board_kill(board);
	board_start(board, NULL);
	assert_board_runs(board, OLD_VERSION, 1);
	again = flash(board, package);
	assert_upgraded(again);
}

/* The power goes while it stores; the same package goes through afterwards. */
static void
test_power_is_cut(void)
{
	const char *const options[] = {"--die-at-operation", "100", NULL};
	g_autoptr(Board) board = board_of("hi3516", FALSE);
	g_autoptr(GBytes) package = package_of(NEW_VERSION, KEY_PRIVATE);
	g_autoptr(GyJobOptions) job_options = NULL;
	g_autoptr(RunJob) run = NULL;
	g_autoptr(RunJob) again = NULL;

	board_start(board, options);
	job_options = run_job_options(board);
	job_options->lost_ms = 600;
	run = run_job_new(package, job_options);
	run_job(run);
	g_assert_nonnull(gy_job_error(run->job));
	board_wait_dead(board);
	board_start(board, NULL);
	assert_board_runs(board, OLD_VERSION, 1);
	again = flash(board, package);
	assert_upgraded(again);
}

/* The boot loader of a small system has a version of its own; that it refused is told with its reason. */
static void
test_local_version(void)
{
	const char *const options[] = {"--local-version", "OpenHarmony 2.0", NULL};
	g_autoptr(Board) board = board_of("hi3516", FALSE);
	g_autoptr(GBytes) package = package_of(NEW_VERSION, KEY_PRIVATE);
	g_autoptr(RunJob) run = NULL;

	board_start(board, options);
	run = flash(board, package);
	assert_failed(run, "upgrade/rolled-back", GY_OUTCOME_OLD_RUNS);
	g_assert_nonnull(strstr(gy_job_error(run->job)->message, "may not follow"));
	g_assert_cmpuint(gy_job_device_code(run->job), ==, HOTA_VERSION_INVALID);
}

static GyPackage *
custom_package(Board *board, guint32 seed)
{
	g_autofree char *path = g_build_filename(board->folder, "custom.bin", NULL);
	g_autoptr(GBytes) bytes = hota_noise(KERNEL_SIZE, seed);
	GError *error = NULL;
	GyPackage *package;

	g_file_set_contents(path, g_bytes_get_data(bytes, NULL), (gssize) g_bytes_get_size(bytes), &error);
	g_assert_no_error(error);
	package = gy_ohos_custom_load(path, &error);
	g_assert_no_error(error);
	return package;
}

static void
test_custom(gconstpointer data)
{
	const char *const built_for_it[] = {"--take-unsigned", NULL};
	g_autoptr(Board) board = board_of(data, FALSE);
	g_autoptr(GyPackage) package = custom_package(board, 5);
	g_autoptr(GyJobOptions) options = run_job_options(board);
	g_autoptr(RunJob) refused = run_job_new_loaded(package, options);
	g_autoptr(RunJob) run = run_job_new_loaded(package, options);

	board_start(board, NULL);
	run_job(refused);
	assert_failed(refused, "device/not-supported", GY_OUTCOME_UNTOUCHED);
	board_stop(board);
	board_start(board, built_for_it);
	run_job(run);
	assert_upgraded(run);
	/* unlike the component's own kind it is read back */
	g_assert_null(strstr(run->log->str, "cannot read back"));
	assert_board_runs(board, "", 5);
}

/* While it stores, the chip hears nothing. */
static void
test_deaf(void)
{
	const char *const options[] = {"--deaf", NULL};
	g_autoptr(Board) board = board_of("hi3861", TRUE);
	g_autoptr(GBytes) package = package_of(NEW_VERSION, KEY_PRIVATE);
	g_autoptr(RunJob) run = NULL;

	board_start(board, options);
	run = flash(board, package);
	assert_upgraded(run);
}

static void
add_for_both(const char *path, GTestDataFunc test)
{
	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_autofree char *full = g_strdup_printf("/hota/%s/%s", kinds[i], path);

		g_test_add_data_func(full, kinds[i], test);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add_for_both("upgrades-and-is-recorded", test_upgrades);
	add_for_both("custom-package", test_custom);
	g_test_add_func("/hota/goes-on-after-the-cable-was-cut", test_cable_is_cut);
	g_test_add_func("/hota/a-cancel-leaves-the-application", test_cancelled);
	g_test_add_func("/hota/power-cut-while-it-stores", test_power_is_cut);
	g_test_add_func("/hota/several-components", test_several_components);
	g_test_add_func("/hota/refuses-what-is-not-for-it", test_refusals);
	g_test_add_func("/hota/another-system-refuses-it", test_other_system);
	g_test_add_func("/hota/the-boot-loaders-own-version", test_local_version);
	g_test_add_func("/hota/deaf-while-it-stores", test_deaf);
	return g_test_run();
}
