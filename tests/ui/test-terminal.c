// SPDX-License-Identifier: Apache-2.0
/* The console of a board on a serial port, a pseudo terminal that a preloaded library gives modem lines. */
#include <fcntl.h>
#include <locale.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "engine/devices/device-private.h"
#include "ui/model/terminal.h"

#define DEADLINE_MS 5000
/* libserialport looks for the same name below /dev and /sys/class/tty, where it wants a link */
#define SERIAL "serial:/dev/../../.."

typedef struct {
	int master;
	int slave; /* so that the terminal stays, and its lines can be looked at */
	char *folder;
	char *link;
	char *path;
	GListStore *devices;
	GyBench *bench;
	GyTerminal *terminal;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer prefix)
{
	char name[64];

	g_assert_cmpint(openpty(&fixture->master, &fixture->slave, name, NULL, NULL), ==, 0);
	fixture->folder = g_dir_make_tmp("gantry-terminal-XXXXXX", NULL);
	fixture->link = g_build_filename(fixture->folder, "port", NULL);
	g_assert_cmpint(symlink(name, fixture->link), ==, 0);
	fixture->path = g_strconcat(prefix, fixture->link, NULL);
	fixture->devices = g_list_store_new(GY_TYPE_DEVICE);
	fixture->bench = gy_bench_new(G_LIST_MODEL(fixture->devices));
	fixture->terminal = gy_terminal_new(fixture->bench);
}

static void
tear_down(Fixture *fixture, gconstpointer prefix)
{
	gy_terminal_connect(fixture->terminal, NULL);
	g_assert_finalize_object(fixture->terminal);
	g_assert_finalize_object(fixture->bench);
	g_object_unref(fixture->devices);
	close(fixture->master);
	close(fixture->slave);
	g_assert_cmpint(unlink(fixture->link), ==, 0);
	g_assert_cmpint(rmdir(fixture->folder), ==, 0);
	g_free(fixture->path);
	g_free(fixture->link);
	g_free(fixture->folder);
}

static void
wait_for_state(Fixture *fixture, GyTerminalState state)
{
	gint64 end = g_get_monotonic_time() + DEADLINE_MS * 1000;

	while (gy_terminal_state(fixture->terminal) != state) {
		g_assert_no_error(gy_terminal_error(fixture->terminal));
		g_assert_cmpint(g_get_monotonic_time(), <, end);
		g_main_context_iteration(NULL, FALSE);
	}
}

static void
open_board(Fixture *fixture)
{
	GyPort *port = gy_port_new(GY_PORT_TTY, fixture->path);
	g_autoptr(GyDevice) device = NULL;
	g_autoptr(GyBoard) board = NULL;

	port->can_open = TRUE;
	device = gy_device_new(port, "");
	g_list_store_append(fixture->devices, device);
	board = g_list_model_get_item(gy_bench_boards(fixture->bench), 0);
	gy_terminal_connect(fixture->terminal, board);
	wait_for_state(fixture, GY_TERMINAL_OPEN);
}

/* What the other end would measure. */
static void
wait_for_lines(Fixture *fixture, int expected)
{
	gint64 end = g_get_monotonic_time() + DEADLINE_MS * 1000;
	int lines = 0;

	do {
		g_assert_cmpint(g_get_monotonic_time(), <, end);
		g_assert_cmpint(ioctl(fixture->slave, TIOCMGET, &lines), ==, 0);
	} while ((lines & (TIOCM_DTR | TIOCM_RTS)) != expected);
}

static void
test_lines_are_set(Fixture *fixture, gconstpointer prefix)
{
	static const struct {
		gboolean dtr, rts;
		int lines;
	} steps[] = {
		{TRUE, FALSE, TIOCM_DTR},
		{FALSE, FALSE, 0},
		{FALSE, TRUE, TIOCM_RTS},
		{TRUE, TRUE, TIOCM_DTR | TIOCM_RTS},
	};

	open_board(fixture);
	g_assert_true(gy_terminal_has_lines(fixture->terminal));
	g_assert_true(gy_terminal_line(fixture->terminal, GY_CONTROL_DTR));
	g_assert_true(gy_terminal_line(fixture->terminal, GY_CONTROL_RTS));
	for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
		gy_terminal_set_line(fixture->terminal, GY_CONTROL_DTR, steps[i].dtr);
		gy_terminal_set_line(fixture->terminal, GY_CONTROL_RTS, steps[i].rts);
		wait_for_lines(fixture, steps[i].lines);
		g_assert_cmpint(gy_terminal_line(fixture->terminal, GY_CONTROL_DTR), ==, steps[i].dtr);
		g_assert_cmpint(gy_terminal_line(fixture->terminal, GY_CONTROL_RTS), ==, steps[i].rts);
	}
}

static void
test_a_new_connection_asserts_them(Fixture *fixture, gconstpointer prefix)
{
	GyBoard *board;

	open_board(fixture);
	board = gy_terminal_board(fixture->terminal);
	gy_terminal_set_line(fixture->terminal, GY_CONTROL_DTR, FALSE);
	gy_terminal_set_line(fixture->terminal, GY_CONTROL_RTS, TRUE);
	wait_for_lines(fixture, TIOCM_RTS);
	g_object_ref(board);
	gy_terminal_connect(fixture->terminal, NULL);
	g_assert_false(gy_terminal_has_lines(fixture->terminal));
	g_assert_false(gy_terminal_line(fixture->terminal, GY_CONTROL_RTS));
	gy_terminal_connect(fixture->terminal, board);
	wait_for_state(fixture, GY_TERMINAL_OPEN);
	g_assert_true(gy_terminal_line(fixture->terminal, GY_CONTROL_DTR));
	g_object_unref(board);
}

/* A simulated board's cable. */
static void
test_a_pseudo_terminal_has_none(Fixture *fixture, gconstpointer prefix)
{
	int lines = TIOCM_DTR | TIOCM_RTS;

	open_board(fixture);
	g_assert_false(gy_terminal_has_lines(fixture->terminal));
	g_assert_false(gy_terminal_can_break(fixture->terminal));
	g_assert_cmpint(ioctl(fixture->slave, TIOCMSET, &lines), ==, 0);
	gy_terminal_set_line(fixture->terminal, GY_CONTROL_DTR, FALSE);
	gy_terminal_send(fixture->terminal, "x", "\n");
	g_assert_cmpint(read(fixture->master, &(char){0}, 1), ==, 1);
	wait_for_lines(fixture, TIOCM_DTR | TIOCM_RTS);
}

int
main(int argc, char **argv)
{
	setlocale(LC_ALL, "C.UTF-8");
	g_test_init(&argc, &argv, NULL);
	g_test_add("/ui/terminal/lines-are-set-as-asked", Fixture, SERIAL, set_up, test_lines_are_set,
		tear_down);
	g_test_add("/ui/terminal/new-connection-asserts-lines", Fixture, SERIAL, set_up,
		test_a_new_connection_asserts_them, tear_down);
	g_test_add("/ui/terminal/pseudo-terminal-has-no-lines", Fixture, "", set_up,
		test_a_pseudo_terminal_has_none, tear_down);
	return g_test_run();
}
