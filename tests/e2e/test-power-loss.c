// SPDX-License-Identifier: Apache-2.0
#include <gio/gio.h>

#include "tests/e2e/run-job.h"

#define OLD     "inputs/app_incompressible.bin"
#define NEW     "inputs/app_sign.bin"
#define PACKAGE "v01_app_lzma/signed.fwpkg"

/*
 * Flash operations of one upgrade of this package: some 90 until it is armed, more than 800 to erase and program the
 * application's partition. Half of the cuts fall before the arming, half after it.
 */
#define OPERATIONS_STORE 90
#define OPERATIONS_ALL   900
#define CUTS             30
#define CUTS_FULL        200

/* Runs an upgrade on a board that dies at one flash operation; whether it died. */
static gboolean
upgrade_until_cut(Board *board, guint operation, const char *when)
{
	g_autofree char *where = g_strdup_printf("%u:%s", operation, when);
	const char *const options[] = {"--die-at-operation", where, NULL};
	g_autoptr(GBytes) package = vector_bytes(PACKAGE);
	g_autoptr(GyJobOptions) job_options = NULL;
	g_autoptr(RunJob) run = NULL;

	board_start(board, options);
	job_options = run_job_options(board);
	run = run_job_new(package, job_options);
	run_job_on_dying_board(run, board);
	return gy_job_state(run->job) == GY_JOB_FAILED;
}

/* Old or new, whole; never neither. */
static gboolean
is_new_after_boot(Board *board)
{
	GError *error = NULL;
	g_autoptr(GyDeviceInfo) info = NULL;

	board_start(board, NULL);
	info = gy_device_query(board->port, board->baud, 15000, NULL, &error);
	g_assert_no_error(error);
	if (info->version[0] == 'o') {
		assert_runs(board, OLD, "old");
		return FALSE;
	}
	assert_runs(board, NEW, "");
	return TRUE;
}

static void
test_killed_at_any_operation(void)
{
	static const char *const whens[] = {"before", "middle", "after"};
	guint cuts = g_getenv("GANTRY_FULL") ? CUTS_FULL : CUTS;
	guint died = 0, old = 0, new = 0;

	for (guint i = 0; i < cuts; i++) {
		g_autoptr(Board) board = board_new(OLD, FALSE);
		guint operation =
			(guint) (i % 2 == 0 ? g_test_rand_int_range(1, OPERATIONS_STORE)
					    : g_test_rand_int_range(OPERATIONS_STORE, OPERATIONS_ALL));

		if (upgrade_until_cut(board, operation, whens[i % G_N_ELEMENTS(whens)])) {
			died++;
			board_wait_dead(board);
		}
		board_stop(board);
		if (is_new_after_boot(board))
			new ++;
		else
			old++;
	}
	g_test_message("%u cuts: %u hit, then %u old and %u new, never neither", cuts, died, old, new);
	g_assert_cmpuint(died, >, cuts / 2);
	g_assert_cmpuint(old, >, 0);
	g_assert_cmpuint(new, >, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func(
		"/power/killed-at-any-flash-operation-it-is-old-or-new", test_killed_at_any_operation);
	return g_test_run();
}
