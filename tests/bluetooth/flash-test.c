// SPDX-License-Identifier: Apache-2.0
#include "tests/bluetooth/mock-bluez.h"
#include "tests/e2e/run-job.h"

/* A job that flashes a simulated board, with a mocked Bluetooth service between them. */

#define OLD     "inputs/app_incompressible.bin"
#define NEW     "inputs/app_sign.bin"
#define PACKAGE "v01_app_lzma/signed.fwpkg"
#define CUT_AT  12000

static MockBluez *mock;

static Board *
new_board(guint baud)
{
	Board *board = board_new(OLD, FALSE);

	board->baud = baud;
	board_start(board, NULL);
	g_free(board->port);
	board->port = g_strconcat("bt:", mock_addresses[0], NULL);
	mock_bluez_reset(mock);
	mock->setup.devices[0].socket = board->address;
	return board;
}

/* Before the board goes: it is at the other end of what the service keeps. */
static void
end_board(Board *board)
{
	mock_bluez_settle(mock);
	mock->setup.devices[0].socket = NULL;
	board_free(board);
}

static void
run(RunJob *job, Board *board, guint least_reconnects)
{
	GyJobReport report;

	run_job(job);
	assert_upgraded(job);
	gy_job_report(job->job, &report);
	g_assert_cmpuint(report.reconnects, >=, least_reconnects);
	if (least_reconnects > 0)
		g_assert_cmpuint(report.bytes_resent, <, CUT_AT);
	assert_runs(board, NEW, NULL);
	g_assert_false(mock->seen.is_registered);
}

static void
flashes_a_board(void)
{
	Board *board = new_board(921600);
	g_autoptr(GBytes) package = vector_bytes(PACKAGE);
	g_autoptr(GyJobOptions) options = run_job_options(board);
	g_autoptr(RunJob) job = run_job_new(package, options);

	mock->setup.devices[0].is_paired = FALSE;
	run(job, board, 0);
	g_assert_cmpuint(mock->seen.n_pairings, ==, 1);
	g_clear_pointer(&job, run_job_free);
	end_board(board);
}

static void
drop_once(const GyJobProgress *progress, gpointer data)
{
	gboolean *is_dropped = data;

	if (*is_dropped || progress->stage != GY_STAGE_TRANSFER || progress->stage_done < CUT_AT)
		return;
	*is_dropped = TRUE;
	/* and the service needs a moment before it connects again */
	mock->setup.devices[0].connect_error = (MockError){"InProgress", "br-connection-busy", 1};
	mock_bluez_request_disconnection(mock, 0);
}

static void
the_session_outlives_a_drop(void)
{
	Board *board = new_board(460800); /* slow enough that there is a middle */
	g_autoptr(GBytes) package = vector_bytes(PACKAGE);
	g_autoptr(GyJobOptions) options = run_job_options(board);
	g_autoptr(RunJob) job = run_job_new(package, options);
	gboolean is_dropped = FALSE;

	job->on_progress = drop_once;
	job->data = &is_dropped;
	run(job, board, 1);
	g_assert_true(is_dropped);
	g_clear_pointer(&job, run_job_free);
	end_board(board);
}

int
main(int argc, char **argv)
{
	g_autofree char *daemon = g_find_program_in_path("dbus-daemon");
	g_autoptr(GTestDBus) bus = NULL;
	int result;

	g_test_init(&argc, &argv, NULL);
	if (daemon == NULL) {
		g_print("1..0 # SKIP needs dbus-daemon\n");
		return 0;
	}
	bus = g_test_dbus_new(G_TEST_DBUS_NONE);
	g_test_dbus_up(bus);
	g_setenv("DBUS_SYSTEM_BUS_ADDRESS", g_test_dbus_get_bus_address(bus), TRUE);
	mock = mock_bluez_start();
	g_test_add_func("/bluetooth/flash/a-board", flashes_a_board);
	g_test_add_func("/bluetooth/flash/the-session-outlives-a-drop", the_session_outlives_a_drop);
	result = g_test_run();
	mock_bluez_stop(mock);
	g_test_dbus_stop(bus);
	return result;
}
