// SPDX-License-Identifier: Apache-2.0
#include <gio/gio.h>
#include <string.h>

#include "tests/e2e/craft.h"
#include "tests/e2e/refusals.h"
#include "tests/e2e/run-job.h"

static Board *
start_board(const char *hardware_id)
{
	const char *const options[] = {"--hardware-id", hardware_id, NULL};
	Board *board = board_new(REFUSALS_OLD, FALSE);

	board_start(board, hardware_id ? options : NULL);
	assert_runs(board, REFUSALS_OLD, "old");
	return board;
}

static void
assert_refused(Board *board, GBytes *package, GyJobOptions *options, const char *code)
{
	g_autoptr(GBytes) before = board_flash_bytes(board);
	g_autoptr(GBytes) after = NULL;
	g_autoptr(RunJob) run = run_job_new(package, options);

	run_job(run);
	assert_failed(run, code, GY_OUTCOME_UNTOUCHED);
	after = board_flash_bytes(board);
	g_assert_true(g_bytes_equal(before, after));
}

static void
test_host(gconstpointer data)
{
	const Refusal *refusal = data;
	g_autoptr(Board) board = start_board(refusal->hardware_id);
	g_autoptr(GBytes) package = refusal_package(refusal);
	g_autoptr(GyJobOptions) options = run_job_options(board);

	assert_refused(board, package, options, refusal->host);
}

/* There is no port to open: the refusal has to come before. */
static void
test_host_before_it_connects(gconstpointer data)
{
	const Refusal *refusal = data;
	g_autoptr(GBytes) package = refusal_package(refusal);
	g_autoptr(GyJobOptions) options = gy_job_options_new();
	g_autofree char *root = vector_path("keys/test_root_public_key.pem");
	g_autoptr(RunJob) run = NULL;

	options->port = g_strdup("socket:/nowhere/at/all");
	options->root_key = g_strdup(root);
	run = run_job_new(package, options);
	run_job(run);
	assert_failed(run, refusal->host, GY_OUTCOME_UNTOUCHED);
}

static void
test_agent(gconstpointer data)
{
	const Refusal *refusal = data;
	g_autoptr(Board) board = start_board(refusal->hardware_id);
	g_autoptr(GBytes) package = refusal_package(refusal);
	g_autoptr(GyJobOptions) options = run_job_options(board);

	options->skip_package_checks = TRUE;
	assert_refused(board, package, options, refusal->agent);
	assert_runs(board, REFUSALS_OLD, "old");
}

/* A burn container has no manifest that a device could take for one of ours. */
static void
test_burn_container(void)
{
	g_autoptr(Board) board = start_board(NULL);
	g_autoptr(GBytes) package = craft_burn();
	g_autoptr(GyJobOptions) options = run_job_options(board);

	assert_refused(board, package, options, "package/burn");
	options->skip_package_checks = TRUE;
	assert_refused(board, package, options, "device/burn");
}

/* The manifest is good, so the storage is written; what was stored is judged again before anything is armed. */
static void
test_flip_in_data_arms_nothing(void)
{
	g_autoptr(Board) board = start_board(NULL);
	g_autoptr(GBytes) package = refusal_flip_in_data();
	g_autoptr(GBytes) flash = NULL;
	g_autoptr(GyJobOptions) options = run_job_options(board);
	g_autoptr(RunJob) run = NULL;

	options->skip_package_checks = TRUE;
	run = run_job_new(package, options);
	run_job(run);
	assert_failed(run, "device/hash", GY_OUTCOME_STORAGE_LOST);
	flash = board_flash_bytes(board);
	/* head_end_magic, which arms, is still blank */
	g_assert_cmpmem((const guint8 *) g_bytes_get_data(flash, NULL) + FLAGS_ADDRESS + 0x68, 4,
		"\xff\xff\xff\xff", 4);
	board_kill(board);
	board_start(board, NULL);
	assert_runs(board, REFUSALS_OLD, "old");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < n_refusals; i++) {
		refusal_add("/refusal/by-the-host/", &refusals[i], test_host);
		refusal_add("/refusal/by-the-agent-alone-before-the-first-erase/", &refusals[i], test_agent);
		if (refusals[i].host_first || i == 0)
			refusal_add("/refusal/by-the-host-before-it-connects/", &refusals[i],
				test_host_before_it_connects);
	}
	g_test_add_func("/refusal/burn-container", test_burn_container);
	g_test_add_func("/refusal/flip-in-the-data-arms-nothing", test_flip_in_data_arms_nothing);
	return g_test_run();
}
