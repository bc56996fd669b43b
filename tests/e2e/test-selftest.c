// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "engine/formats/liteos/liteos.h"
#include "engine/job/selftest.h"
#include "tests/e2e/run-job.h"

static GBytes *
image_of(const char *name, char **path)
{
	char *data;
	gsize size;
	GError *error = NULL;

	*path = g_test_build_filename(G_TEST_DIST, "vectors", "liteos", "fw", name, NULL);
	g_file_get_contents(*path, &data, &size, &error);
	g_assert_no_error(error);
	return g_bytes_new_take(data, size);
}

static Board *
liteos_board(void)
{
	g_autofree char *path = NULL;
	g_autoptr(GBytes) image = image_of("p2_old.bin", &path);

	return board_new_liteos(image, "1.0", FALSE);
}

typedef struct {
	guint n_steps;
	guint last;
} Heard;

static void
on_told(gpointer data, const char *line, guint step, guint n_steps)
{
	Heard *heard = data;

	g_assert_cmpstr(line, !=, "");
	if (n_steps == 0)
		return;
	g_assert_cmpuint(step, ==, heard->last + 1);
	heard->last = step;
	heard->n_steps = n_steps;
}

static gboolean
test_flash(Board *board, guint32 seed, GySelftest *result, GCancellable *cancellable, GError **error)
{
	Heard heard = {0};
	GySelftestOptions options = {.port = board->port, .seed = seed, .told = on_told, .data = &heard};
	gboolean is_done = gy_device_selftest(&options, result, cancellable, error);

	if (is_done && result->passed)
		g_assert_cmpuint(heard.last, ==, heard.n_steps);
	return is_done;
}

static void
flash_whole_image(Board *board)
{
	g_autofree char *path = NULL;
	g_autoptr(GBytes) image = image_of("p1_new.bin", &path);
	g_autofree char *digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, image);
	g_autoptr(GyBuildOptions) build = gy_build_options_new();
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func((GDestroyNotify) gy_finding_free);
	g_autoptr(GyJobOptions) options = run_job_options(board);
	g_autoptr(GyDeviceInfo) info = NULL;
	g_autoptr(GBytes) package = NULL;
	g_autoptr(RunJob) run = NULL;
	g_autoptr(GError) error = NULL;

	gy_build_options_add_image(build, "application", path);
	package = gy_format_build(&gy_liteos_format, build, notes, &error);
	g_assert_no_error(error);
	run = run_job_new(package, options);
	run_job(run);
	assert_upgraded(run);
	info = gy_device_query(board->port, 0, 0, NULL, &error);
	g_assert_no_error(error);
	g_assert_false(info->has_selftest);
	g_assert_cmpstr(info->digest, ==, digest);
}

static void
test_passes(void)
{
	g_autoptr(Board) board = liteos_board();
	g_autoptr(GyDeviceInfo) info = NULL;
	g_autoptr(GError) error = NULL;
	GySelftest result;

	board_start(board, NULL);
	g_assert_true(test_flash(board, 0xCAFE, &result, NULL, &error));
	g_assert_no_error(error);
	g_assert_true(result.passed);
	g_assert_cmphex(result.seed, ==, 0xCAFE);
	/* still known when the power has gone */
	board_kill(board);
	board_start(board, NULL);
	info = gy_device_query(board->port, 0, 0, NULL, &error);
	g_assert_no_error(error);
	g_assert_true(info->has_selftest && info->selftest.passed);
	g_assert_cmpstr(info->version, ==, "");
	g_assert_cmpstr(info->digest, ==, "");
	flash_whole_image(board);
}

static const struct {
	const char *name;
	const char *fault;
	const char *area;
	guint32 offset;
} faults[] = {
	{"stuck-bit", "stuck-0=0x180123:3", "download", 0x7F123},
	{"larger-erase", "erase=65536", NULL, 0},
	{"smaller-page-driver", "page", "running", 0},
};

static void
test_fault(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	const char *const options[] = {"--flash-fault", faults[i].fault, NULL};
	g_autoptr(Board) board = liteos_board();
	g_autoptr(GError) error = NULL;
	g_autofree char *sentence = NULL;
	GySelftest result;

	board_start(board, options);
	g_assert_true(test_flash(board, 3, &result, NULL, &error));
	g_assert_no_error(error);
	g_assert_false(result.passed);
	if (faults[i].area)
		g_assert_cmpstr(gy_selftest_area_name(result.area), ==, faults[i].area);
	if (faults[i].offset)
		g_assert_cmphex(result.offset, ==, faults[i].offset);
	sentence = gy_selftest_sentence(&result);
	g_assert_nonnull(strstr(sentence, "0x00000003"));
}

/* Nothing has been erased when there is no such test. */
static void
test_other_board(void)
{
	g_autoptr(Board) board = board_new("inputs/app_sign.bin", FALSE);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) before = NULL;
	g_autoptr(GBytes) after = NULL;
	GySelftest result;

	board_start(board, NULL);
	before = board_flash_bytes(board);
	g_assert_false(test_flash(board, 1, &result, NULL, &error));
	g_assert_cmpstr(gy_error_code(error), ==, "device/not-supported");
	after = board_flash_bytes(board);
	g_assert_true(g_bytes_equal(before, after));
}

static void
test_cancelled(void)
{
	g_autoptr(Board) board = liteos_board();
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) before = NULL;
	g_autoptr(GBytes) after = NULL;
	GySelftest result;

	board_start(board, NULL);
	before = board_flash_bytes(board);
	g_cancellable_cancel(cancellable);
	g_assert_false(test_flash(board, 1, &result, cancellable, &error));
	g_assert_cmpint(gy_error_exit_status(error), ==, 130);
	after = board_flash_bytes(board);
	g_assert_true(g_bytes_equal(before, after));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/e2e/selftest/passes-and-the-board-is-flashed-again", test_passes);
	for (guint i = 0; i < G_N_ELEMENTS(faults); i++) {
		g_autofree char *path = g_strdup_printf("/e2e/selftest/finds/%s", faults[i].name);

		g_test_add_data_func(path, GUINT_TO_POINTER(i), test_fault);
	}
	g_test_add_func("/e2e/selftest/another-board-stays-as-it-was", test_other_board);
	g_test_add_func("/e2e/selftest/cancelled-before-it-is-asked-changes-nothing", test_cancelled);
	return g_test_run();
}
