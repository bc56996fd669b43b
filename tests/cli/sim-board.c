// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/sim-board.h"

#include <signal.h>
#include <sys/prctl.h>

#include "tests/cli/run.h"

/* A test that fails leaves no board running. */
static void
end_with_the_test(gpointer data)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

/* Its first line says that it can be connected to. */
static void
wait_for_first_line(GSubprocess *board)
{
	g_autoptr(GDataInputStream) output = g_data_input_stream_new(g_subprocess_get_stdout_pipe(board));
	g_autoptr(GError) error = NULL;
	g_autofree char *first = g_data_input_stream_read_line(output, NULL, NULL, &error);

	g_assert_no_error(error);
	g_assert_nonnull(first);
}

GSubprocess *
sim_board_run(const char *const *words, const char *said)
{
	GSubprocessFlags silence = said ? G_SUBPROCESS_FLAGS_NONE : G_SUBPROCESS_FLAGS_STDERR_SILENCE;
	g_autoptr(GPtrArray) all = g_ptr_array_new();
	g_autoptr(GSubprocessLauncher) launcher =
		g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE | silence);
	g_autoptr(GError) error = NULL;
	GSubprocess *board;

	g_ptr_array_add(all, (char *) gantry_path());
	g_ptr_array_add(all, (char *) "sim");
	for (; *words; words++)
		g_ptr_array_add(all, (char *) *words);
	g_ptr_array_add(all, NULL);
	if (said)
		g_subprocess_launcher_set_stderr_file_path(launcher, said);
	g_subprocess_launcher_set_child_setup(launcher, end_with_the_test, NULL, NULL);
	board = g_subprocess_launcher_spawnv(launcher, (const char *const *) all->pdata, &error);
	g_assert_no_error(error);
	wait_for_first_line(board);
	return board;
}

GSubprocess *
sim_board_start(const char *folder, const char *root, const char *const *extra)
{
	g_autofree char *flash = g_build_filename(folder, "flash.bin", NULL);
	g_autofree char *application = vector_path("inputs/app_unaligned.bin");
	g_autofree char *image = g_strconcat("application=", application, NULL);
	const char *const words[] = {"--board", "ws63", "--flash", flash, "--new", "--root-key", root,
		"--image", image, "--version", "1.0"};
	g_autoptr(GPtrArray) all = g_ptr_array_new();

	for (guint i = 0; i < G_N_ELEMENTS(words); i++)
		g_ptr_array_add(all, (char *) words[i]);
	for (; *extra; extra++)
		g_ptr_array_add(all, (char *) *extra);
	g_ptr_array_add(all, NULL);
	return sim_board_run((const char *const *) all->pdata, NULL);
}

void
sim_board_stop(GSubprocess *board)
{
	g_subprocess_force_exit(board);
	g_subprocess_wait(board, NULL, NULL);
	g_object_unref(board);
}
