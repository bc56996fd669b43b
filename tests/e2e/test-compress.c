// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "device-agent/boards/ws63.h"
#include "tests/e2e/run-job.h"
#include "tests/upg/make-package.h"

/* Images that travel compressed: a real board with two regions, and the engine's job. */

#define BAUD 115200

static const char *const layout[] = {"--layout", "ab", NULL};
static const char *const without[] = {"--layout", "ab", "--no-compression", NULL};
static const char *const unplugged[] = {
	"--layout", "ab", "--unplug-at", "20000", "--replug-after", "300", NULL};

static GyJobOptions *
region_options(Board *board)
{
	GyJobOptions *options = run_job_options(board);

	options->to_region = TRUE;
	options->max_baud = BAUD;
	return options;
}

static void
send_image(Board *board, GBytes *image, const GyJobOptions *options, GyJobReport *report)
{
	g_autoptr(RunJob) run = run_job_new(image, options);
	g_autoptr(GyDeviceInfo) info = NULL;
	g_autoptr(GError) error = NULL;
	g_autofree char *digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, image);

	run_job(run);
	assert_upgraded(run);
	gy_job_report(run->job, report);
	g_assert_cmpuint(report->bytes, ==, g_bytes_get_size(image));
	g_assert_cmpint(strstr(run->log->str, "compressed") != NULL, ==, report->compressed > 0);
	info = gy_device_query(board->port, 0, 0, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(info->digest, ==, digest);
	g_assert_cmpuint(info->run_region, ==, 1);
}

static gint64
line_ms(guint64 bytes)
{
	return (gint64) (bytes * 10 * 1000 / BAUD);
}

/* The transfer takes the time of the few bytes, and counts the many. */
typedef struct {
	guint64 total;
	guint64 most;
	gboolean goes_back;
} Seen;

static void
look(const GyJobProgress *progress, gpointer data)
{
	Seen *seen = data;

	if (progress->stage != GY_STAGE_TRANSFER || progress->stage_total == 0)
		return;
	seen->total = progress->stage_total;
	seen->goes_back = seen->goes_back || progress->stage_done < seen->most;
	seen->most = MAX(seen->most, progress->stage_done);
}

static void
test_faster(void)
{
	g_autoptr(Board) board = board_new("inputs/app_sign.bin", TRUE);
	g_autoptr(GBytes) image = make_repetitive_image(GYA_WS63_IMAGE_APPLICATION, 60000, 1);
	g_autoptr(GyJobOptions) options = NULL;
	g_autoptr(RunJob) run = NULL;
	GyJobReport report;
	Seen seen = {0};

	board_start(board, layout);
	options = region_options(board);
	run = run_job_new(image, options);
	run->on_progress = look;
	run->data = &seen;
	run_job(run);
	assert_upgraded(run);
	gy_job_report(run->job, &report);
	g_assert_cmpuint(report.compressed, >, 0);
	g_assert_cmpuint(report.compressed, <, report.bytes * 3 / 4);
	g_assert_cmpint(report.stage_ms[GY_STAGE_TRANSFER], >=, line_ms(report.compressed) * 9 / 10);
	g_assert_cmpint(report.stage_ms[GY_STAGE_TRANSFER], <, line_ms(report.bytes) * 9 / 10);
	g_assert_cmpfloat(report.efficiency, <=, 1.01);
	g_assert_cmpuint(seen.total, ==, report.bytes);
	g_assert_cmpuint(seen.most, >, report.compressed);
	g_assert_cmpuint(seen.most, <=, report.bytes);
	g_assert_false(seen.goes_back);
}

static void
test_resumes(void)
{
	g_autoptr(Board) board = board_new("inputs/app_sign.bin", TRUE);
	g_autoptr(GBytes) image = make_repetitive_image(GYA_WS63_IMAGE_APPLICATION, 60000, 2);
	g_autoptr(GyJobOptions) options = NULL;
	GyJobReport report;

	board_start(board, unplugged);
	options = region_options(board);
	send_image(board, image, options, &report);
	g_assert_cmpuint(report.compressed, >, 20000);
	g_assert_cmpuint(report.reconnects, ==, 1);
	/* it did not start over */
	g_assert_cmpint(report.stage_ms[GY_STAGE_TRANSFER], <, line_ms(report.compressed + 20000) + 2000);
}

static void
test_as_it_is(const char *const *board_options, gboolean compress, gboolean is_random)
{
	g_autoptr(Board) board = board_new("inputs/app_sign.bin", FALSE);
	g_autoptr(GBytes) image = is_random ? make_image(GYA_WS63_IMAGE_APPLICATION, 60000, 3)
					    : make_repetitive_image(GYA_WS63_IMAGE_APPLICATION, 60000, 3);
	g_autoptr(GyJobOptions) options = NULL;
	GyJobReport report;

	board_start(board, board_options);
	options = region_options(board);
	options->compress = compress;
	send_image(board, image, options, &report);
	g_assert_cmpuint(report.compressed, ==, 0);
}

static void
test_not_offered(void)
{
	test_as_it_is(without, TRUE, FALSE);
}

static void
test_not_wanted(void)
{
	test_as_it_is(layout, FALSE, FALSE);
}

static void
test_does_not_pay(void)
{
	test_as_it_is(layout, TRUE, TRUE);
}

/* What the device checks of the image it checks of this one, too: before anything is erased, and after. */
static void
test_refused(void)
{
	static const struct {
		guint at;
		const char *code;
		GyOutcome outcome;
	} rows[] = {
		{0x100 + 0x40, "device/signature", GY_OUTCOME_UNTOUCHED},
		{0x300 + 30000, "device/hash", GY_OUTCOME_STORAGE_LOST},
	};
	g_autoptr(Board) board = board_new("inputs/app_sign.bin", FALSE);
	g_autoptr(GBytes) image = make_repetitive_image(GYA_WS63_IMAGE_APPLICATION, 60000, 4);
	g_autoptr(GyJobOptions) options = NULL;

	board_start(board, layout);
	options = region_options(board);
	options->skip_package_checks = TRUE;
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		gsize size = g_bytes_get_size(image);
		guint8 *bytes = g_memdup2(g_bytes_get_data(image, NULL), size);
		g_autoptr(GBytes) damaged = g_bytes_new_take(bytes, size);
		g_autoptr(RunJob) run = NULL;
		GyJobReport report;

		bytes[rows[i].at] ^= 1;
		run = run_job_new(damaged, options);
		run_job(run);
		assert_failed(run, rows[i].code, rows[i].outcome);
		gy_job_report(run->job, &report);
		g_assert_cmpuint(report.compressed, >, 0);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/compress/takes-the-time-of-what-travels", test_faster);
	g_test_add_func("/compress/resumes-where-it-was", test_resumes);
	g_test_add_func("/compress/silently-not/where-the-device-does-not-offer-it", test_not_offered);
	g_test_add_func("/compress/silently-not/where-it-is-not-wanted", test_not_wanted);
	g_test_add_func("/compress/silently-not/where-it-does-not-pay", test_does_not_pay);
	g_test_add_func("/compress/refused-as-without", test_refused);
	return g_test_run();
}
