// SPDX-License-Identifier: Apache-2.0
#include <glib/gstdio.h>
#include <string.h>

#include "device-agent/boards/ws63.h"
#include "engine/keys/agent-key.h"
#include "tests/e2e/run-job.h"
#include "tests/upg/make-package.h"

/* A board that wants to know who asks, over all that a host does with it. */

#define OLD     "inputs/app_incompressible.bin"
#define NEW     "inputs/app_sign.bin"
#define PACKAGE "v01_app_lzma/signed.fwpkg"

#define KEY     0
#define OTHER   1

typedef struct {
	Board *board;
	char *paths[2];
	GyAgentKey *keys[2];
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer is_pty)
{
	static const char *const names[] = {"agent.pem", "other.pem"};

	fixture->board = board_new(OLD, is_pty != NULL);
	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autoptr(GError) error = NULL;

		fixture->paths[i] = g_build_filename(fixture->board->folder, names[i], NULL);
		g_assert_true(gy_key_generate(GY_KEY_BP256R1, fixture->paths[i], NULL, NULL, &error));
		fixture->keys[i] = gy_agent_key_load(fixture->paths[i], NULL, &error);
		g_assert_no_error(error);
	}
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
	board_free(fixture->board);
	for (guint i = 0; i < G_N_ELEMENTS(fixture->keys); i++) {
		gy_agent_key_unref(fixture->keys[i]);
		g_free(fixture->paths[i]);
	}
}

/* With more @options of the board: at most four. */
static void
start(Fixture *fixture, const char *const *options)
{
	const char *all[7] = {"--agent-key", fixture->paths[KEY]};

	for (guint i = 0; options && options[i]; i++) {
		g_assert_cmpuint(i + 3, <, G_N_ELEMENTS(all));
		all[i + 2] = options[i];
	}
	board_start(fixture->board, all);
}

static RunJob *
new_run(Fixture *fixture, GBytes *package, GyAgentKey *key, gboolean to_region)
{
	g_autoptr(GyJobOptions) options = run_job_options(fixture->board);

	options->agent_key = key ? gy_agent_key_ref(key) : NULL;
	options->to_region = to_region;
	return run_job_new(package, options);
}

static void
the_right_key_upgrades(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GBytes) package = vector_bytes(PACKAGE);
	g_autoptr(RunJob) run = NULL;
	g_autoptr(GyDeviceInfo) before = NULL;

	fixture->board->baud = fixture->board->is_pty ? 921600 : 0;
	start(fixture, NULL);
	run = new_run(fixture, package, fixture->keys[KEY], FALSE);
	run_job(run);
	assert_upgraded(run);
	before = gy_job_device_before(run->job);
	g_assert_true(before->wants_auth);
	/* the shell is closed, the console's other way is not */
	g_assert_nonnull(strstr(run->console->str, "upg percent : 100 %"));
	assert_runs(fixture->board, NEW, "");
}

static void
a_deaf_board_lets_the_right_key_in(Fixture *fixture, gconstpointer data)
{
	static const char *const options[] = {"--deaf", NULL};
	g_autoptr(GBytes) package = vector_bytes(PACKAGE);
	g_autoptr(RunJob) run = new_run(fixture, package, fixture->keys[KEY], FALSE);

	start(fixture, options);
	run_job(run);
	assert_upgraded(run);
}

static void
assert_kept_out(Fixture *fixture, GyAgentKey *key, const char *code)
{
	g_autoptr(GBytes) package = vector_bytes(PACKAGE);
	g_autoptr(GBytes) flash = board_flash_bytes(fixture->board);
	g_autoptr(GBytes) flash_after = NULL;
	g_autoptr(RunJob) run = new_run(fixture, package, key, FALSE);

	run_job(run);
	assert_failed(run, code, GY_OUTCOME_UNTOUCHED);
	g_assert_cmpint(gy_error_exit_status(gy_job_error(run->job)), ==, 4);
	flash_after = board_flash_bytes(fixture->board);
	g_assert_true(g_bytes_equal(flash, flash_after));
}

static void
without_the_right_key_nothing_is_touched(Fixture *fixture, gconstpointer data)
{
	start(fixture, NULL);
	assert_kept_out(fixture, NULL, "link/auth-required");
	assert_kept_out(fixture, fixture->keys[OTHER], "link/auth-refused");
	assert_runs(fixture->board, OLD, "old");
}

static void
a_key_that_nobody_asks_for_does_no_harm(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GBytes) package = vector_bytes(PACKAGE);
	g_autoptr(RunJob) run = new_run(fixture, package, fixture->keys[KEY], FALSE);

	board_start(fixture->board, NULL);
	run_job(run);
	assert_upgraded(run);
}

/* HELLO locks the device: the transfer goes on only if the key was shown again. */
static void
a_resumed_transfer_shows_the_key_again(Fixture *fixture, gconstpointer data)
{
	static const char *const options[] = {"--unplug-at", "12000", "--replug-after", "300", NULL};
	g_autoptr(GBytes) package = vector_bytes(PACKAGE);
	g_autoptr(RunJob) run = new_run(fixture, package, fixture->keys[KEY], FALSE);
	GyJobReport report;

	start(fixture, options);
	run_job(run);
	assert_upgraded(run);
	gy_job_report(run->job, &report);
	g_assert_cmpuint(report.reconnects, >=, 1);
	g_assert_cmpuint(report.bytes_resent, <, 12000);
	assert_runs(fixture->board, NEW, NULL);
}

static void
an_inquiry_proves_the_key(Fixture *fixture, gconstpointer data)
{
	const char *port = fixture->board->port;
	g_autoptr(GyDeviceInfo) info = NULL;
	g_autoptr(GyDeviceInfo) info_with_key = NULL;
	g_autoptr(GError) error = NULL;

	start(fixture, NULL);
	info = gy_device_query(port, 0, 0, NULL, &error);
	g_assert_no_error(error);
	g_assert_true(info->wants_auth);
	info_with_key = gy_device_query_with_key(port, 0, fixture->keys[KEY], NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(info_with_key->digest, ==, info->digest);
	g_assert_null(gy_device_query_with_key(port, 0, fixture->keys[OTHER], NULL, &error));
	g_assert_error(error, GY_LINK_ERROR, GY_LINK_ERROR_AUTH_REFUSED);
}

static void
a_region_is_chosen_with_the_key_only(Fixture *fixture, gconstpointer data)
{
	static const char *const options[] = {"--layout", "ab", NULL};
	const char *port = fixture->board->port;
	g_autoptr(GBytes) image = make_image(GYA_WS63_IMAGE_APPLICATION, 50000, 1);
	g_autoptr(RunJob) run = new_run(fixture, image, fixture->keys[KEY], TRUE);
	g_autoptr(GyDeviceInfo) info = NULL;
	g_autoptr(GError) error = NULL;

	start(fixture, options);
	run_job(run);
	assert_upgraded(run);
	info = gy_device_query(port, 0, 0, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(info->run_region, ==, 1);
	g_assert_null(gy_device_choose_region(port, 0, 0, NULL, NULL, &error));
	g_assert_error(error, GY_LINK_ERROR, GY_LINK_ERROR_AUTH_REQUIRED);
	g_clear_error(&error);
	g_assert_null(gy_device_choose_region(port, 0, 0, fixture->keys[OTHER], NULL, &error));
	g_assert_error(error, GY_LINK_ERROR, GY_LINK_ERROR_AUTH_REFUSED);
}

/* ---- a host that is killed ---- */

static GSubprocess *
start_gantry(Fixture *fixture, const char *package, GSubprocessFlags flags)
{
	const char *program = g_getenv("GANTRY");
	g_autoptr(GError) error = NULL;
	GSubprocess *process;

	g_assert_nonnull(program);
	process = g_subprocess_new(flags, &error, program, "flash", package, "--port", fixture->board->port,
		"--baud", "115200", "--max-baud", "115200", "--agent-key", fixture->paths[KEY], "--json",
		"--no-record", NULL);
	g_assert_no_error(error);
	return process;
}

static void
wait_for_object(GSubprocess *process, const char *text)
{
	g_autoptr(GDataInputStream) lines = g_data_input_stream_new(g_subprocess_get_stdout_pipe(process));
	g_autofree char *line = NULL;

	do {
		g_free(line);
		line = g_data_input_stream_read_line(lines, NULL, NULL, NULL);
		g_assert_nonnull(line);
	} while (!strstr(line, text));
}

/* The session that it has left open on the device keeps nobody out who has the key. */
static void
a_killed_host_is_followed_by_another(Fixture *fixture, gconstpointer data)
{
	g_autofree char *package = vector_path(PACKAGE);
	g_autoptr(GSubprocess) first = NULL;
	g_autoptr(GSubprocess) second = NULL;
	g_autoptr(GError) error = NULL;

	fixture->board->baud = 115200;
	start(fixture, NULL);
	first = start_gantry(fixture, package, G_SUBPROCESS_FLAGS_STDOUT_PIPE);
	wait_for_object(first, "\"transfer\"");
	g_subprocess_force_exit(first);
	g_subprocess_wait(first, NULL, NULL);
	assert_runs(fixture->board, OLD, "old");
	second = start_gantry(fixture, package, G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
	g_subprocess_wait_check(second, NULL, &error);
	g_assert_no_error(error);
	assert_runs(fixture->board, NEW, NULL);
}

#define ADD(path, is_pty, function)                                                                          \
	g_test_add("/agent-key/" path, Fixture, GINT_TO_POINTER(is_pty), set_up, function, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("right/pty", TRUE, the_right_key_upgrades);
	ADD("right/socket", FALSE, the_right_key_upgrades);
	ADD("right/deaf-board", FALSE, a_deaf_board_lets_the_right_key_in);
	ADD("none-and-other", FALSE, without_the_right_key_nothing_is_touched);
	ADD("not-asked-for", FALSE, a_key_that_nobody_asks_for_does_no_harm);
	ADD("resumed-transfer", FALSE, a_resumed_transfer_shows_the_key_again);
	ADD("inquiry", FALSE, an_inquiry_proves_the_key);
	ADD("region", FALSE, a_region_is_chosen_with_the_key_only);
	ADD("killed-host", FALSE, a_killed_host_is_followed_by_another);
	return g_test_run();
}
