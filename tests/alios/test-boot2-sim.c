// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "tests/cli/run.h"
#include "tests/cli/sim-board.h"

/*
 * The command line and the virtual board's own second boot loader, each a process, on a pty. What the application in the board
 * hears before it is reset is the keys for the menu; its shell takes the command for that.
 */

#define APPLICATION 0x1C000
#define LOOK_MS     20

typedef struct {
	char *folder;
	char *link;
	char *said;
	char *flash;
	GSubprocess *process;
	guint n_resets;
} SimBoard;

static char *
alios_path(const char *file)
{
	return g_test_build_filename(G_TEST_DIST, "vectors", "alios", file, NULL);
}

static void
sim_board_begin(SimBoard *board, const char *application)
{
	g_autofree char *image = g_strconcat("application=", application, NULL);

	board->folder = folder_new();
	board->link = g_build_filename(board->folder, "pty", NULL);
	board->said = g_build_filename(board->folder, "said", NULL);
	board->flash = g_build_filename(board->folder, "flash.bin", NULL);
	board->process = sim_board_run(
		(const char *const[]){"--board", "mk3060", "--flash", board->flash, "--new", "--image", image,
			"--version", "app-0.9.0", "--pty", board->link, "--baud", "921600", NULL},
		board->said);
}

static void
sim_board_end(SimBoard *board)
{
	sim_board_stop(board->process);
	folder_free(board->folder);
	g_free(board->link);
	g_free(board->said);
	g_free(board->flash);
}

static guint
count(const char *text, const char *word)
{
	guint n = 0;

	for (; (text = strstr(text, word)); text++)
		n++;
	return n;
}

static void
reset(const SimBoard *board)
{
	static const char command[] = "\rreset\r";
	int fd = open(board->link, O_RDWR | O_NOCTTY | O_CLOEXEC);

	g_assert_cmpint(fd, >=, 0);
	g_assert_cmpint(write(fd, command, strlen(command)), ==, (gssize) strlen(command));
	close(fd);
}

/* Whenever the application starts without the menu's having been asked for: nobody was quick enough, or not there yet. */
static gboolean
on_look(gpointer data)
{
	SimBoard *board = data;
	g_autofree char *said = NULL;

	g_assert_true(g_file_get_contents(board->said, &said, NULL, NULL));
	if (strstr(said, "the boot loader resets"))
		return G_SOURCE_REMOVE;
	if (count(said, "application started") > board->n_resets) {
		reset(board);
		board->n_resets++;
	}
	return G_SOURCE_CONTINUE;
}

static void
on_end(GObject *source, GAsyncResult *result, gpointer data)
{
	g_assert_true(g_subprocess_wait_finish(G_SUBPROCESS(source), result, NULL));
	g_main_loop_quit(data);
}

static char *
flash(SimBoard *board, const char *image, int *status)
{
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
	g_autoptr(GError) error = NULL;
	g_autoptr(GSubprocess) process =
		g_subprocess_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error,
			gantry_path(), "flash", image, "--boot2", "--boot2-board", "mk3060", "--port",
			board->link, "--no-record", NULL);
	char *out = NULL;

	g_assert_no_error(error);
	g_timeout_add(LOOK_MS, on_look, board);
	g_subprocess_wait_async(process, NULL, on_end, loop);
	g_main_loop_run(loop);
	g_assert_true(g_subprocess_communicate_utf8(process, NULL, NULL, &out, NULL, &error));
	g_assert_no_error(error);
	*status = g_subprocess_get_exit_status(process);
	return out;
}

static void
test_flash(void)
{
	g_autofree char *old = alios_path("md5/m3_5000.md5.bin");
	g_autofree char *image = alios_path("diff/d7.new");
	g_autofree char *content = NULL, *in_flash = NULL, *out = NULL;
	gsize size = 0, flash_size = 0;
	SimBoard board = {0};
	int status;

	sim_board_begin(&board, old);
	out = flash(&board, image, &status);
	g_assert_cmpint(status, ==, 0);
	/* the agent in what has started was asked */
	g_assert_nonnull(strstr(out, "names the image's digest"));
	g_assert_true(g_file_get_contents(image, &content, &size, NULL));
	g_assert_true(g_file_get_contents(board.flash, &in_flash, &flash_size, NULL));
	g_assert_cmpuint(flash_size, ==, 0x200000);
	g_assert_true(memcmp(in_flash + APPLICATION, content, size) == 0);
	sim_board_end(&board);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/alios/boot2/virtual-board", test_flash);
	return g_test_run();
}
