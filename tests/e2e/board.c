// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/board.h"

#include <glib/gstdio.h>
#include <signal.h>

#define READY_MS 20000

char *
vector_path(const char *name)
{
	return g_test_build_filename(G_TEST_DIST, "vectors", "ws63", name, NULL);
}

GBytes *
vector_bytes(const char *name)
{
	g_autofree char *path = vector_path(name);
	char *content;
	gsize size;
	GError *error = NULL;

	g_file_get_contents(path, &content, &size, &error);
	g_assert_no_error(error);
	return g_bytes_new_take(content, size);
}

static const char *
simulator(void)
{
	const char *path = g_getenv("GANTRY_SIM");

	g_assert_nonnull(path);
	return path;
}

static Board *
board_in_folder(gboolean is_pty)
{
	Board *board = g_new0(Board, 1);
	GError *error = NULL;

	board->folder = g_dir_make_tmp("gantry-e2e-XXXXXX", &error);
	g_assert_no_error(error);
	board->flash = g_build_filename(board->folder, "board.flash", NULL);
	board->address = g_build_filename(board->folder, "board", NULL);
	board->is_pty = is_pty;
	board->port = is_pty ? g_strdup(board->address) : g_strconcat("socket:", board->address, NULL);
	return board;
}

Board *
board_new(const char *application, gboolean is_pty)
{
	Board *board = board_in_folder(is_pty);
	g_autofree char *image = vector_path(application);

	board->application = g_strconcat("application=", image, NULL);
	board->root_key = vector_path("keys/test_root_public_key.pem");
	board->version = "old";
	board->flash_size = 4 << 20;
	return board;
}

static Board *
board_of_kind(const char *kind, GBytes *application, const char *version, gsize flash_size, gboolean is_pty)
{
	Board *board = board_in_folder(is_pty);
	g_autofree char *image = g_build_filename(board->folder, "application.bin", NULL);
	GError *error = NULL;

	g_file_set_contents(
		image, g_bytes_get_data(application, NULL), (gssize) g_bytes_get_size(application), &error);
	g_assert_no_error(error);
	board->application = g_strconcat("application=", image, NULL);
	board->kind = kind;
	board->version = version;
	board->flash_size = flash_size;
	return board;
}

Board *
board_new_hota(const char *kind, GBytes *kernel, const char *version, const char *public_key, gboolean is_pty)
{
	Board *board = board_of_kind(
		kind, kernel, version, g_str_equal(kind, "hi3861") ? 2 << 20 : 16 << 20, is_pty);

	board->root_key =
		g_test_build_filename(G_TEST_DIST, "vectors", "openharmony", "keys", public_key, NULL);
	return board;
}

Board *
board_new_liteos(GBytes *application, const char *version, gboolean is_pty)
{
	return board_of_kind("stm32f429", application, version, 3 << 20, is_pty);
}

Board *
board_new_alios(const char *kind, GBytes *application, const char *version, gboolean is_pty)
{
	return board_of_kind(
		kind, application, version, g_str_equal(kind, "developerkit") ? 1 << 20 : 2 << 20, is_pty);
}

/* The first start makes the flash. */
static void
add_provisioning(Board *board, GPtrArray *arguments)
{
	if (g_file_test(board->flash, G_FILE_TEST_EXISTS))
		return;
	g_ptr_array_add(arguments, (gpointer) "--new");
	if (board->root_key) {
		g_ptr_array_add(arguments, (gpointer) "--root-key");
		g_ptr_array_add(arguments, board->root_key);
	}
	g_ptr_array_add(arguments, (gpointer) "--image");
	g_ptr_array_add(arguments, board->application);
	g_ptr_array_add(arguments, (gpointer) "--version");
	g_ptr_array_add(arguments, (gpointer) board->version);
}

static gboolean
too_late(gpointer data)
{
	g_error("the board is not ready in time");
	return G_SOURCE_REMOVE;
}

/* The board's first line is its path; it comes when a host may connect. */
static void
wait_until_ready(Board *board)
{
	g_autoptr(GDataInputStream) lines =
		g_data_input_stream_new(g_subprocess_get_stdout_pipe(board->process));
	g_autofree char *line = NULL;
	GError *error = NULL;
	guint timer = g_timeout_add(READY_MS, too_late, NULL);

	g_filter_input_stream_set_close_base_stream(G_FILTER_INPUT_STREAM(lines), FALSE);
	line = g_data_input_stream_read_line_utf8(lines, NULL, NULL, &error);
	g_assert_no_error(error);
	g_assert_nonnull(line);
	g_source_remove(timer);
}

void
board_start(Board *board, const char *const *options)
{
	g_autoptr(GPtrArray) arguments = g_ptr_array_new();
	g_autofree char *baud = g_strdup_printf("%u", board->baud);
	GError *error = NULL;

	g_ptr_array_add(arguments, (gpointer) simulator());
	g_ptr_array_add(arguments, (gpointer) "--flash");
	g_ptr_array_add(arguments, board->flash);
	g_ptr_array_add(arguments, (gpointer) (board->is_pty ? "--pty" : "--socket"));
	g_ptr_array_add(arguments, board->address);
	g_ptr_array_add(arguments, (gpointer) "--flash-timing");
	g_ptr_array_add(arguments, (gpointer) "none");
	if (board->kind) {
		g_ptr_array_add(arguments, (gpointer) "--board");
		g_ptr_array_add(arguments, (gpointer) board->kind);
	}
	add_provisioning(board, arguments);
	if (board->baud) {
		g_ptr_array_add(arguments, (gpointer) "--baud");
		g_ptr_array_add(arguments, baud);
	}
	for (guint i = 0; options && options[i]; i++)
		g_ptr_array_add(arguments, (gpointer) options[i]);
	g_ptr_array_add(arguments, NULL);
	g_assert_null(board->process);
	board->process = g_subprocess_newv((const char *const *) arguments->pdata,
		G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error);
	g_assert_no_error(error);
	wait_until_ready(board);
}

static void
end(Board *board, int signal)
{
	if (!board->process)
		return;
	g_subprocess_send_signal(board->process, signal);
	g_subprocess_wait(board->process, NULL, NULL);
	g_clear_object(&board->process);
}

void
board_stop(Board *board)
{
	end(board, SIGTERM);
}

void
board_kill(Board *board)
{
	end(board, SIGKILL);
}

void
board_wait_dead(Board *board)
{
	g_subprocess_wait(board->process, NULL, NULL);
	g_assert_true(g_subprocess_get_if_signaled(board->process));
	g_clear_object(&board->process);
}

GBytes *
board_flash_bytes(Board *board)
{
	char *content;
	gsize size;
	GError *error = NULL;

	g_file_get_contents(board->flash, &content, &size, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(size, ==, board->flash_size);
	return g_bytes_new_take(content, size);
}

static void
remove_folder(const char *folder)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);

		g_remove(path);
	}
	g_rmdir(folder);
}

void
board_free(Board *board)
{
	board_stop(board);
	remove_folder(board->folder);
	g_free(board->folder);
	g_free(board->flash);
	g_free(board->port);
	g_free(board->address);
	g_free(board->application);
	g_free(board->root_key);
	g_free(board);
}
