// SPDX-License-Identifier: Apache-2.0
#include "tests/guest/flash-board.h"

#define OLD     "inputs/app_incompressible.bin"
#define NEW     "inputs/app_sign.bin"
#define PACKAGE "v01_app_lzma/signed.fwpkg"

Board *
flash_board_new(guint baud)
{
	Board *board = board_new(OLD, FALSE);

	board->baud = baud;
	board_start(board, NULL);
	return board;
}

static void
set_port(Board *board, const char *port)
{
	g_free(board->port);
	board->port = g_strdup(port);
	board->baud = 115200;
}

void
flash_board(Board *board, const char *port, void (*on_progress)(const GyJobProgress *, gpointer),
	gpointer data, guint least_reconnects)
{
	g_autoptr(GBytes) package = vector_bytes(PACKAGE);
	g_autoptr(GyJobOptions) options = NULL;
	g_autoptr(RunJob) job = NULL;
	GyJobReport report;

	set_port(board, port);
	assert_runs(board, OLD, "old");
	options = run_job_options(board);
	job = run_job_new(package, options);
	job->on_progress = on_progress;
	job->data = data;
	run_job(job);
	assert_upgraded(job);
	gy_job_report(job->job, &report);
	g_assert_cmpuint(report.reconnects, >=, least_reconnects);
	if (least_reconnects > 0)
		g_assert_cmpuint(report.bytes_resent, <, FLASH_BOARD_MIDDLE);
	assert_runs(board, NEW, NULL);
}

void
flash_board_by_command(Board *board, const char *port)
{
	g_autofree char *package = vector_path(PACKAGE);
	g_autofree char *key = vector_path("keys/test_root_public_key.pem");
	g_autofree char *output = NULL;
	g_autoptr(GSubprocess) process = NULL;
	GError *error = NULL;

	set_port(board, port);
	assert_runs(board, OLD, "old");
	process = g_subprocess_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE, &error,
		g_getenv("GANTRY"), "flash", package, "--port", port, "--root-key", key, NULL);
	g_assert_no_error(error);
	g_subprocess_communicate_utf8(process, NULL, NULL, &output, NULL, &error);
	g_assert_no_error(error);
	g_test_message("%s", output);
	g_assert_true(g_subprocess_get_if_exited(process));
	g_assert_cmpint(g_subprocess_get_exit_status(process), ==, 0);
	assert_runs(board, NEW, NULL);
}
