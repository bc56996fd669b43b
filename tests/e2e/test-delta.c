// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "engine/formats/liteos/plain.h"
#include "engine/records/records.h"
#include "engine/station/batch.h"
#include "tests/e2e/run-job.h"
#include "tests/store/rig.h"

/* What `gantry flash --delta auto` does, to a board with LiteOS_Lab's OTA. */
typedef struct {
	Board *board;
	GyStore *store;
	char *folder; /* of the store */
	gboolean is_recorded;
} Bench;

/* (transfer full): a board that runs @application, not started. */
static Board *
board_of(const char *application)
{
	g_autoptr(GBytes) image = rig_image(application);

	/* a socket, which has no number that another program's line could get in between */
	return board_new_liteos(image, "1.0", FALSE);
}

static void
bench_init(Bench *bench, const char *application)
{
	bench->board = board_of(application);
	bench->folder = g_build_filename(bench->board->folder, "images", NULL);
	bench->store = gy_store_new(bench->folder);
}

static void
bench_clear(Bench *bench)
{
	gy_store_unref(bench->store);
	rig_remove(bench->folder);
	board_free(bench->board);
	g_free(bench->folder);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Bench, bench_clear)

static void
add(Bench *bench, const char *name, const char *version)
{
	g_autoptr(GBytes) image = rig_image(name);
	g_autofree char *digest = rig_add(bench->store, image, version);
}

static GyPackage *
whole_package(const char *image)
{
	g_autofree char *path = rig_image_path(image);
	GError *error = NULL;
	GyPackage *package = gy_liteos_package_from_image(path, &error);

	g_assert_no_error(error);
	return package;
}

static RunJob *
start(Bench *bench, Board *board, GyPackage *whole, GyAutoDelta *delta, gboolean dry_run)
{
	g_autoptr(GyJobOptions) options = run_job_options(board);

	options->delta = gy_auto_delta_ref(delta);
	options->dry_run = dry_run;
	/* the disk is waited for often enough */
	if (bench->is_recorded)
		options->records = g_build_filename(bench->board->folder, "records.db", NULL);
	return run_job_new_loaded(whole, options);
}

static RunJob *
flash(Bench *bench, const char *image)
{
	g_autoptr(GyPackage) whole = whole_package(image);
	g_autoptr(GyAutoDelta) delta = gy_auto_delta_new(bench->store, whole, NULL, TRUE);
	RunJob *run = start(bench, bench->board, whole, delta, FALSE);

	run_job(run);
	return run;
}

/* @word: why; and whether as many bytes were sent as that says. */
static void
assert_chosen(RunJob *run, const char *word)
{
	g_autoptr(GyDeltaChoice) choice = gy_job_delta(run->job);
	GyJobReport report;

	g_assert_nonnull(choice);
	g_assert_cmpstr(gy_delta_reason_word(choice->reason), ==, word);
	gy_job_report(run->job, &report);
	g_assert_cmpuint(report.bytes, ==, choice->size);
	if (g_str_equal(word, "difference"))
		g_assert_cmpuint(report.bytes, <, choice->whole_size / 2);
	else
		g_assert_cmpuint(report.bytes, ==, choice->whole_size);
	g_assert_nonnull(strstr(run->log->str, choice->sentence));
}

static void
assert_runs_image(Board *board, const char *image)
{
	g_autoptr(GBytes) bytes = rig_image(image);
	g_autofree char *digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
	GError *error = NULL;
	g_autoptr(GyDeviceInfo) info = gy_device_query(board->port, board->baud, 0, NULL, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(info->digest, ==, digest);
}

/* ---- what is sent --------------------------------------------------------------------------------------- */

/* The newest record is that of the second run. */
static void
assert_recorded(Bench *bench, const char *word)
{
	g_autofree char *path = g_build_filename(bench->board->folder, "records.db", NULL);
	g_autoptr(GyRecords) records = gy_records_open_existing(path, NULL);
	const GyRecordFilter newest = {.most = 1};
	g_autoptr(GPtrArray) list = gy_records_list(records, &newest, NULL);
	const GyRecord *record = list->pdata[0];

	g_assert_cmpstr(record->delta, ==, word);
	g_assert_cmpint(record->whole_bytes, >, record->bytes);
	g_assert_nonnull(strstr(record->log, "difference"));
}

static void
test_first_whole_then_difference(void)
{
	g_auto(Bench) bench = {0};
	g_autoptr(RunJob) first = NULL;
	g_autoptr(RunJob) second = NULL;
	g_autoptr(RunJob) again = NULL;

	bench_init(&bench, "p1_old.bin");
	bench.is_recorded = TRUE;
	board_start(bench.board, NULL);
	first = flash(&bench, "p2_old.bin");
	assert_upgraded(first);
	assert_chosen(first, "not-stored");
	second = flash(&bench, "p2_new.bin");
	assert_upgraded(second);
	assert_chosen(second, "difference");
	assert_runs_image(bench.board, "p2_new.bin");
	assert_recorded(&bench, "difference");
	/* nothing is different: nearly nothing is sent, and by the device's own word it went well */
	again = flash(&bench, "p2_new.bin");
	assert_upgraded(again);
	assert_chosen(again, "difference");
}

/* An image of the right version is not what runs: the digest says so. */
static void
test_other_old_image(void)
{
	g_auto(Bench) bench = {0};
	g_autoptr(RunJob) run = NULL;

	bench_init(&bench, "p2_old.bin");
	add(&bench, "p1_old.bin", "1.0");
	board_start(bench.board, NULL);
	run = flash(&bench, "p2_new.bin");
	assert_upgraded(run);
	assert_chosen(run, "not-stored");
}

static void
spoil_running(Board *board, const char *image)
{
	g_autoptr(GBytes) flash = board_flash_bytes(board);
	g_autoptr(GBytes) wanted = rig_image(image);
	gsize size, wanted_size;
	const guint8 *data = g_bytes_get_data(flash, &size);
	const guint8 *bytes = g_bytes_get_data(wanted, &wanted_size);
	const guint8 *found = memmem(data, size, bytes, wanted_size);
	guint8 changed;
	int file = g_open(board->flash, O_WRONLY, 0);

	g_assert_nonnull(found);
	g_assert_cmpint(file, >=, 0);
	changed = found[wanted_size / 2] & 0x55;
	if (changed == found[wanted_size / 2])
		changed ^= 0x55;
	g_assert_cmpint(pwrite(file, &changed, 1, found - data + (off_t) (wanted_size / 2)), ==, 1);
	g_assert_true(g_close(file, NULL));
}

/* What it told at its start is not what is in its flash any more: it refuses the difference, and gets the whole package. */
static void
test_device_refuses(void)
{
	g_auto(Bench) bench = {0};
	g_autoptr(RunJob) run = NULL;

	bench_init(&bench, "p2_old.bin");
	add(&bench, "p2_old.bin", "1.0");
	board_start(bench.board, NULL);
	assert_runs_image(bench.board, "p2_old.bin");
	spoil_running(bench.board, "p2_old.bin");
	run = flash(&bench, "p2_new.bin");
	assert_upgraded(run);
	assert_chosen(run, "refused");
	assert_runs_image(bench.board, "p2_new.bin");
}

static void
test_cable_pulled(void)
{
	static const char *const options[] = {"--unplug-at", "9000", "--replug-after", "300", NULL};
	g_auto(Bench) bench = {0};
	g_autoptr(RunJob) run = NULL;
	GyJobReport report;

	bench_init(&bench, "p2_old.bin");
	add(&bench, "p2_old.bin", "1.0");
	board_start(bench.board, options);
	run = flash(&bench, "p2_new.bin");
	assert_upgraded(run);
	assert_chosen(run, "difference");
	gy_job_report(run->job, &report);
	g_assert_cmpuint(report.reconnects, ==, 1);
	assert_runs_image(bench.board, "p2_new.bin");
}

static void
cancel_in_transfer(const GyJobProgress *progress, gpointer data)
{
	if (progress->stage == GY_STAGE_TRANSFER && progress->stage_done > 2000)
		gy_job_cancel(*(GyJob **) data);
}

/* Stopped in the middle, nothing is kept, and the same again goes through with the difference that was made before. */
static void
test_stopped_and_again(void)
{
	g_auto(Bench) bench = {0};
	g_autoptr(GyPackage) whole = whole_package("p2_new.bin");
	g_autoptr(GyAutoDelta) delta = NULL;
	g_autoptr(RunJob) stopped = NULL;
	g_autoptr(RunJob) again = NULL;
	g_autoptr(GPtrArray) images = NULL;

	bench_init(&bench, "p2_old.bin");
	add(&bench, "p2_old.bin", "1.0");
	/* so slow that there is a middle */
	bench.board->baud = 115200;
	board_start(bench.board, NULL);
	delta = gy_auto_delta_new(bench.store, whole, NULL, TRUE);
	stopped = start(&bench, bench.board, whole, delta, FALSE);
	stopped->on_progress = cancel_in_transfer;
	stopped->data = &stopped->job;
	run_job(stopped);
	assert_failed(stopped, "job/cancelled", GY_OUTCOME_STORAGE_LOST);
	images = gy_store_list(bench.store, NULL);
	g_assert_cmpuint(images->len, ==, 1);
	again = flash(&bench, "p2_new.bin");
	assert_upgraded(again);
	assert_chosen(again, "difference");
}

static void
test_dry_run(void)
{
	g_auto(Bench) bench = {0};
	g_autoptr(GyPackage) whole = whole_package("p2_new.bin");
	g_autoptr(GyAutoDelta) delta = NULL;
	g_autoptr(GBytes) before = NULL;
	g_autoptr(GBytes) after = NULL;
	g_autoptr(GyDeltaChoice) choice = NULL;
	g_autoptr(GPtrArray) images = NULL;
	g_autoptr(RunJob) run = NULL;

	bench_init(&bench, "p2_old.bin");
	add(&bench, "p2_old.bin", "1.0");
	board_start(bench.board, NULL);
	assert_runs_image(bench.board, "p2_old.bin");
	before = board_flash_bytes(bench.board);
	delta = gy_auto_delta_new(bench.store, whole, NULL, TRUE);
	run = start(&bench, bench.board, whole, delta, TRUE);
	run_job(run);
	g_assert_null(gy_job_error(run->job));
	choice = gy_job_delta(run->job);
	g_assert_cmpstr(gy_delta_reason_word(choice->reason), ==, "difference");
	after = board_flash_bytes(bench.board);
	g_assert_true(g_bytes_equal(before, after));
	images = gy_store_list(bench.store, NULL);
	g_assert_cmpuint(images->len, ==, 1);
}

/* Two boards at once, which run the same: one difference, and one new image in the store. */
static void
test_two_boards(void)
{
	g_auto(Bench) bench = {0};
	g_autoptr(Board) other = board_of("p2_old.bin");
	g_autoptr(GyPackage) whole = whole_package("p2_new.bin");
	g_autoptr(GyAutoDelta) delta = NULL;
	g_autoptr(RunJob) one = NULL;
	g_autoptr(RunJob) two = NULL;
	g_autoptr(GyDeltaChoice) one_choice = NULL;
	g_autoptr(GyDeltaChoice) two_choice = NULL;
	g_autoptr(GPtrArray) images = NULL;

	bench_init(&bench, "p2_old.bin");
	add(&bench, "p2_old.bin", "1.0");
	board_start(bench.board, NULL);
	board_start(other, NULL);
	delta = gy_auto_delta_new(bench.store, whole, NULL, TRUE);
	one = start(&bench, bench.board, whole, delta, FALSE);
	two = start(&bench, other, whole, delta, FALSE);
	gy_job_start(two->job);
	run_job(one);
	while (!two->has_ended)
		g_main_context_iteration(NULL, TRUE);
	assert_upgraded(one);
	assert_upgraded(two);
	one_choice = gy_job_delta(one->job);
	two_choice = gy_job_delta(two->job);
	g_assert_true(gy_package_bytes(one_choice->difference) == gy_package_bytes(two_choice->difference));
	images = gy_store_list(bench.store, NULL);
	g_assert_cmpuint(images->len, ==, 2);
}

/* ---- in a station --------------------------------------------------------------------------------------- */

static void
on_batch_ended(GyBatch *batch, gpointer data)
{
	*(gboolean *) data = TRUE;
}

/* What a station file says is enough, and its package may be a plain image. */
static void
test_station(void)
{
	g_auto(Bench) bench = {0};
	g_autofree char *image = rig_image_path("p2_new.bin");
	g_autofree char *text = NULL;
	g_autofree char *path = NULL;
	g_autoptr(GBytes) file = NULL;
	g_autoptr(GyBatch) batch = NULL;
	const GyBatchLimits limits = {.count = 1};
	gboolean has_ended = FALSE;
	GError *error = NULL;

	bench_init(&bench, "p2_old.bin");
	add(&bench, "p2_old.bin", "1.0");
	board_start(bench.board, NULL);
	path = g_build_filename(bench.board->folder, "s.station", NULL);
	text = g_strdup_printf(
		"[station]\nname = s\nrecords = records.db\npackage = %s\ndelta = auto\nstore = images\n"
		"steps = flash, confirm\n[slot 1]\nport = %s\n",
		image, bench.board->port);
	file = g_bytes_new(text, strlen(text));
	batch = gy_batch_new(gy_station_parse(file, path, &error), &limits, &error);
	g_assert_no_error(error);
	g_signal_connect(batch, "ended", G_CALLBACK(on_batch_ended), &has_ended);
	g_assert_true(gy_batch_start(batch, &error));
	while (!has_ended)
		g_main_context_iteration(NULL, TRUE);
	assert_runs_image(bench.board, "p2_new.bin");
	assert_recorded(&bench, "difference");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/e2e/delta/first-whole-then-a-difference", test_first_whole_then_difference);
	g_test_add_func("/e2e/delta/whole/another-image-of-the-same-version", test_other_old_image);
	g_test_add_func("/e2e/delta/whole/device-refuses-the-difference", test_device_refuses);
	g_test_add_func("/e2e/delta/goes-on-when-the-cable-is-back", test_cable_pulled);
	g_test_add_func("/e2e/delta/stopped-and-again", test_stopped_and_again);
	g_test_add_func("/e2e/delta/dry-run-changes-nothing", test_dry_run);
	g_test_add_func("/e2e/delta/two-boards-share-one", test_two_boards);
	g_test_add_func("/e2e/delta/station", test_station);
	return g_test_run();
}
