// SPDX-License-Identifier: Apache-2.0
#include <glib/gstdio.h>
#include <string.h>

#include "engine/formats/alios/alios.h"
#include "engine/store/auto-delta.h"
#include "tests/e2e/run-job.h"
#include "tests/store/rig.h"

/* What mk3060's boot loader prints at: a HELLO at another rate could be a key of its menu. */
#define RATE    921600
#define OLD     "app-1.0.0-20240101.0900"
#define NEWER   "app-1.1.0-20240201.1000"
#define OLDER   "app-0.9.0-20231201.0900"
#define TEXT_AT 500

static char *
path_of(const char *folder, const char *name)
{
	return g_test_build_filename(G_TEST_DIST, "vectors", "alios", folder, name, NULL);
}

static GBytes *
file_of(const char *folder, const char *name)
{
	g_autofree char *path = path_of(folder, name);
	GError *error = NULL;
	char *data;
	gsize size;

	g_file_get_contents(path, &data, &size, &error);
	g_assert_no_error(error);
	return g_bytes_new_take(data, size);
}

/* An image of so many bytes that says its version as those of the system do, and its trailer. */
static GBytes *
image_of(gsize size, const char *version)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed((guint32) size);
	g_autofree char *path = NULL;
	g_autoptr(GyBuildOptions) options = gy_build_options_new();
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func((GDestroyNotify) gy_finding_free);
	g_autofree guint8 *image = g_malloc(size);
	GError *error = NULL;
	GBytes *package;
	int fd;

	for (gsize i = 0; i < size; i++)
		image[i] = (guint8) g_rand_int(rand);
	memcpy(image + TEXT_AT, version, strlen(version) + 1);
	fd = g_file_open_tmp("gantry-image-XXXXXX", &path, &error);
	g_assert_no_error(error);
	g_assert_true(g_close(fd, NULL));
	g_file_set_contents(path, (const char *) image, (gssize) size, &error);
	g_assert_no_error(error);
	gy_build_options_add_image(options, "image", path);
	package = gy_format_build(&gy_alios_format, options, notes, &error);
	g_assert_no_error(error);
	g_remove(path);
	return package;
}

static RunJob *
flash(Board *board, GBytes *package, const char *old, gboolean is_forced)
{
	g_autoptr(GyJobOptions) options = run_job_options(board);
	RunJob *run;

	options->old = old ? path_of("diff", old) : NULL;
	options->force = is_forced;
	run = run_job_new(package, options);
	run_job(run);
	return run;
}

static void
assert_board_runs(Board *board, GBytes *image, const char *version)
{
	g_autofree char *digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, image);
	GError *error = NULL;
	g_autoptr(GyDeviceInfo) info = gy_device_query(board->port, board->baud, 0, NULL, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(info->backend, ==, "alios");
	g_assert_cmpstr(info->digest, ==, digest);
	g_assert_cmpstr(info->version, ==, version);
}

/* A difference, then a whole image over what that left; each is on probation until the host confirms it. */
static void
test_upgrades(gconstpointer kind)
{
	g_autoptr(GBytes) old = file_of("diff", "d7.old");
	g_autoptr(GBytes) new = file_of("diff", "d7.new");
	g_autoptr(GBytes) difference = file_of("diff", "d7.diff");
	g_autoptr(GBytes) whole = image_of(50000, NEWER);
	gboolean is_pty = g_str_equal(kind, "mk3060");
	g_autoptr(Board) board = board_new_alios(kind, old, OLD, is_pty);
	g_autoptr(RunJob) first = NULL;
	g_autoptr(RunJob) second = NULL;

	board->baud = is_pty ? RATE : 0;
	board_start(board, NULL);
	assert_board_runs(board, old, OLD);
	first = flash(board, difference, "d7.old", FALSE);
	assert_upgraded(first);
	assert_board_runs(board, new, "");
	second = flash(board, whole, NULL, FALSE);
	assert_upgraded(second);
	assert_board_runs(board, whole, NEWER);
	if (g_str_equal(kind, "developerkit")) {
		g_assert_nonnull(strstr(first->log->str, "keeps the new firmware"));
		g_assert_nonnull(strstr(second->log->str, "keeps the new firmware"));
	}
}

/* What the board runs is stored, so that the difference goes to it and what it then runs is stored. */
static void
test_only_the_difference(void)
{
	g_autoptr(GBytes) old = file_of("diff", "d7.old");
	g_autoptr(GBytes) new = file_of("diff", "d7.new");
	g_autoptr(Board) board = board_new_alios("mk3060", old, OLD, FALSE);
	g_autofree char *folder = g_build_filename(board->folder, "images", NULL);
	g_autofree char *digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, new);
	g_autoptr(GyStore) store = gy_store_new(folder);
	g_autoptr(GyStoredImage) about = gy_stored_image_new();
	g_autoptr(GyStoredImage) stored = gy_store_add(store, old, about, NULL, NULL);
	g_autoptr(GyPackage) whole = gy_package_load_bytes(new, "d7.new", NULL);
	g_autoptr(GyJobOptions) options = run_job_options(board);
	g_autoptr(GyStoredImage) kept = NULL;
	g_autoptr(RunJob) run = NULL;
	GyJobReport report;

	g_assert_nonnull(stored);
	options->delta = gy_auto_delta_new(store, whole, NULL, TRUE);
	run = run_job_new_loaded(whole, options);
	board_start(board, NULL);
	run_job(run);
	assert_upgraded(run);
	assert_board_runs(board, new, "");
	gy_job_report(run->job, &report);
	g_assert_cmpuint(report.bytes, <, g_bytes_get_size(new) / 10);
	kept = gy_store_find(store, digest, NULL);
	g_assert_nonnull(kept);
	rig_remove(folder);
}

/* ---- refusals ---- */

typedef struct {
	const char *name;
	const char *folder;
	const char *file;
	const char *old; /* told with --old */
	const char *code;
} Refusal;

static const Refusal refusals[] = {
	{"difference-without-a-word-on-its-old-image", "diff", "d7.diff", NULL, "image/other-old"},
	{"difference-to-another-image", "diff", "d4.diff", "d4.old", "image/other-old"},
	{"old-image-of-a-whole-one", "md5", "m3_5000.md5.bin", "d7.old", "cfg/rule"},
	{"packed-image", "xz", "m3_5000.bin.xz.md5.bin", NULL, "package/not-supported"},
	{"block-alone", "md5", "m3_5000.info_app.bin", NULL, "package/not-supported"},
	{"another-body-than-the-trailer-tells", "neg", "n7_body_bitflip.md5.bin", NULL, "package/hash"},
	{"another-size-in-the-trailer", "neg", "n8_trailer_size_too_big.md5.bin", NULL, "package/truncated"},
	{"main-and-mcu", "pack", "p1_main_mcu_0x800.ota.bin", NULL, "package/not-supported"},
};

static Board *
board_running_d7(void)
{
	g_autoptr(GBytes) old = file_of("diff", "d7.old");

	return board_new_alios("mk3060", old, OLD, FALSE);
}

/* By the host, with not a byte of flash changed. */
static void
test_refusal(gconstpointer data)
{
	const Refusal *r = data;
	g_autoptr(Board) board = board_running_d7();
	g_autoptr(GBytes) package = file_of(r->folder, r->file);
	g_autoptr(GBytes) before = NULL;
	g_autoptr(GBytes) after = NULL;
	g_autoptr(RunJob) run = NULL;

	board_start(board, NULL);
	before = board_flash_bytes(board);
	run = flash(board, package, r->old, TRUE);
	assert_failed(run, r->code, GY_OUTCOME_UNTOUCHED);
	after = board_flash_bytes(board);
	g_assert_true(g_bytes_equal(before, after));
}

static void
test_other_system(void)
{
	g_autoptr(Board) board = board_running_d7();
	g_autoptr(GBytes) package = vector_bytes("v01_app_lzma/signed.fwpkg");
	g_autoptr(RunJob) run = NULL;

	board_start(board, NULL);
	run = flash(board, package, NULL, FALSE);
	assert_failed(run, "package/not-supported", GY_OUTCOME_UNTOUCHED);
}

/* ---- messages ---- */

typedef struct {
	char *folder;
	char *message;
	char *file;
} Announced;

/* The message of the vectors and the file beside it. */
static Announced
announced(const char *file_name, gboolean is_signed)
{
	g_autoptr(GBytes) message = file_of("rsa", "upgrade_msg_sha256.json");
	g_autoptr(GBytes) file = file_of("md5", file_name);
	g_autofree char *text = g_strndup(g_bytes_get_data(message, NULL), g_bytes_get_size(message));
	GError *error = NULL;
	Announced a = {.folder = g_dir_make_tmp("gantry-message-XXXXXX", &error)};

	g_assert_no_error(error);
	if (!is_signed) {
		char *start = strstr(text, ",\n  \"digestsign\"");
		char *end = strstr(start, "==\"");

		memmove(start, end + 3, strlen(end + 3) + 1);
	}
	a.message = g_build_filename(a.folder, "message.json", NULL);
	a.file = g_build_filename(a.folder, "m3_5000.md5.bin", NULL);
	g_file_set_contents(a.message, text, -1, &error);
	g_assert_no_error(error);
	g_file_set_contents(a.file, g_bytes_get_data(file, NULL), (gssize) g_bytes_get_size(file), &error);
	g_assert_no_error(error);
	return a;
}

static void
announced_clear(Announced *a)
{
	g_remove(a->file);
	g_remove(a->message);
	g_rmdir(a->folder);
	g_free(a->file);
	g_free(a->message);
	g_free(a->folder);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Announced, announced_clear)

static RunJob *
flash_announced(Board *board, const Announced *a)
{
	g_autoptr(GyJobOptions) options = run_job_options(board);
	g_autoptr(GyPackage) package = NULL;
	GError *error = NULL;
	char *text;
	gsize size;
	RunJob *run;

	g_file_get_contents(a->message, &text, &size, &error);
	g_assert_no_error(error);
	{
		g_autoptr(GBytes) bytes = g_bytes_new_take(text, size);

		package = gy_alios_load(bytes, a->message, &error);
	}
	g_assert_no_error(error);
	run = run_job_new_loaded(package, options);
	run_job(run);
	return run;
}

/* What goes to the device is the file, with the digest and the version that the message tells. */
static void
test_message(void)
{
	g_autoptr(Board) board = board_running_d7();
	g_autoptr(GBytes) file = file_of("md5", "m3_5000.md5.bin");
	g_auto(Announced) right = announced("m3_5000.md5.bin", FALSE);
	g_auto(Announced) wrong = announced("m2_256.md5.bin", FALSE);
	g_autoptr(RunJob) refused = NULL;
	g_autoptr(RunJob) run = NULL;

	board_start(board, NULL);
	refused = flash_announced(board, &wrong);
	g_assert_cmpint(gy_job_state(refused->job), ==, GY_JOB_FAILED);
	g_assert_cmpint(gy_job_outcome(refused->job), ==, GY_OUTCOME_UNTOUCHED);
	run = flash_announced(board, &right);
	assert_upgraded(run);
	assert_board_runs(board, file, "");
}

/* A board with a key wants a signature, which only a message has. */
static void
test_signed_message(void)
{
	g_autoptr(Board) board = board_running_d7();
	g_autoptr(GBytes) file = file_of("md5", "m3_5000.md5.bin");
	g_auto(Announced) is_signed = announced("m3_5000.md5.bin", TRUE);
	g_auto(Announced) is_not = announced("m3_5000.md5.bin", FALSE);
	g_autoptr(RunJob) alone = NULL;
	g_autoptr(RunJob) refused = NULL;
	g_autoptr(RunJob) run = NULL;

	board->root_key = path_of("rsa", "test_pub.pem");
	board_start(board, NULL);
	alone = flash(board, file, NULL, FALSE);
	assert_failed(alone, "device/unsigned", GY_OUTCOME_UNTOUCHED);
	refused = flash_announced(board, &is_not);
	assert_failed(refused, "device/unsigned", GY_OUTCOME_UNTOUCHED);
	run = flash_announced(board, &is_signed);
	assert_upgraded(run);
	assert_board_runs(board, file, "");
}

/* The device by itself: a host that checks nothing, and so sends an image as its own manifest. */
static void
test_device_refuses(void)
{
	g_autoptr(Board) board = board_running_d7();
	g_autoptr(GBytes) package = file_of("neg", "n6_trailer_bad_magic.md5.bin");
	g_autoptr(RunJob) run = NULL;

	board_start(board, NULL);
	run = run_job_unchecked(package, board);
	assert_failed(run, "device/malformed", GY_OUTCOME_UNTOUCHED);
}

/* What the device holds for not newer is sent to it only if that is asked for. */
static void
test_version(void)
{
	g_autoptr(GBytes) new = image_of(30000, NEWER);
	g_autoptr(GBytes) old = image_of(30100, OLDER);
	g_autoptr(Board) board = board_new_alios("mk3060", new, "", FALSE);
	g_autoptr(RunJob) refused = NULL;
	g_autoptr(RunJob) forced = NULL;

	board_start(board, NULL);
	assert_board_runs(board, new, NEWER);
	refused = flash(board, old, NULL, FALSE);
	assert_failed(refused, "package/rollback", GY_OUTCOME_UNTOUCHED);
	assert_board_runs(board, new, NEWER);
	forced = flash(board, old, NULL, TRUE);
	assert_upgraded(forced);
	assert_board_runs(board, old, OLDER);
}

/* The reset writes the record, so there is nothing that a later one would install. */
static void
test_no_reset(void)
{
	g_autoptr(Board) board = board_running_d7();
	g_autoptr(GBytes) package = file_of("md5", "m3_5000.md5.bin");
	g_autoptr(GyJobOptions) options = NULL;
	g_autoptr(RunJob) run = NULL;

	board_start(board, NULL);
	options = run_job_options(board);
	options->reset = FALSE;
	run = run_job_new(package, options);
	run_job(run);
	assert_failed(run, "cfg/rule", GY_OUTCOME_UNTOUCHED);
}

/* ---- a board that dies ---- */

/* The power goes while the image comes; another run goes on where the board stopped. */
static void
test_resume(void)
{
	const char *const options[] = {"--die-at-operation", "600:middle", NULL};
	g_autoptr(GBytes) old = image_of(60000, OLD);
	g_autoptr(GBytes) new = image_of(140000, NEWER);
	g_autoptr(Board) board = board_new_alios("mk3060", old, "", FALSE);
	g_autoptr(GyJobOptions) job_options = NULL;
	g_autoptr(RunJob) cut = NULL;
	g_autoptr(RunJob) again = NULL;

	board_start(board, options);
	job_options = run_job_options(board);
	cut = run_job_new(new, job_options);
	run_job_on_dying_board(cut, board);
	g_assert_cmpint(gy_job_state(cut->job), ==, GY_JOB_FAILED);
	board_wait_dead(board);
	board_start(board, NULL);
	assert_board_runs(board, old, OLD);
	again = flash(board, new, NULL, FALSE);
	assert_upgraded(again);
	g_assert_nonnull(strstr(again->log->str, "bytes of it already"));
	assert_board_runs(board, new, NEWER);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/e2e/alios/mk3060/difference-and-whole-image", "mk3060", test_upgrades);
	g_test_add_data_func(
		"/e2e/alios/developerkit/difference-and-whole-image", "developerkit", test_upgrades);
	for (guint i = 0; i < G_N_ELEMENTS(refusals); i++) {
		g_autofree char *path = g_strdup_printf("/e2e/alios/refused/%s", refusals[i].name);

		g_test_add_data_func(path, &refusals[i], test_refusal);
	}
	g_test_add_func("/e2e/alios/only-the-difference-is-sent", test_only_the_difference);
	g_test_add_func("/e2e/alios/refused/package-of-another-system", test_other_system);
	g_test_add_func("/e2e/alios/refused/by-the-device-alone", test_device_refuses);
	g_test_add_func("/e2e/alios/refused/reset-that-is-left-for-later", test_no_reset);
	g_test_add_func("/e2e/alios/message-brings-its-file", test_message);
	g_test_add_func("/e2e/alios/signed-message-where-one-is-wanted", test_signed_message);
	g_test_add_func("/e2e/alios/version-not-newer-can-be-forced", test_version);
	g_test_add_func("/e2e/alios/goes-on-after-a-power-cut", test_resume);
	return g_test_run();
}
