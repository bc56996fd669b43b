// SPDX-License-Identifier: Apache-2.0
#include "tests/line/rig.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/records/serials.h"

char *
rig_folder_new(void)
{
	g_autoptr(GError) error = NULL;
	char *folder = g_dir_make_tmp("gantry-line-XXXXXX", &error);

	g_assert_no_error(error);
	return folder;
}

void
rig_folder_free(char *folder)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);

		g_remove(path);
	}
	g_assert_cmpint(g_rmdir(folder), ==, 0);
	g_free(folder);
}

char *
rig_vector(const char *name)
{
	return g_test_build_filename(G_TEST_DIST, "vectors", "ws63", name, NULL);
}

char *
rig_write(const char *folder, const char *name, const char *text)
{
	char *path = g_build_filename(folder, name, NULL);
	g_autoptr(GError) error = NULL;

	g_file_set_contents(path, text, -1, &error);
	g_assert_no_error(error);
	return path;
}

char *
rig_station(const char *folder, guint n_slots, const char *extra)
{
	g_autofree char *package = rig_vector(RIG_PACKAGE);
	g_autoptr(GString) text = g_string_new("[station]\nname = rig\nrecords = records.db\n");

	g_string_append_printf(text, "package = %s\n%s\n", package, extra ? extra : "");
	for (guint i = 1; i <= n_slots; i++)
		g_string_append_printf(text, "[slot %u]\nport = socket:b%u\n", i, i);
	return rig_write(folder, "rig.station", text->str);
}

/* ---- boards --------------------------------------------------------------------------------------------- */

/* A test that fails leaves no board running. */
static void
end_with_the_test(gpointer data)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static char *
socket_path(const char *folder, guint slot)
{
	g_autofree char *name = g_strdup_printf("b%u", slot);

	return g_build_filename(folder, name, NULL);
}

GSubprocess *
rig_board_new(const char *folder, guint slot, const char *const *options)
{
	g_autofree char *path = socket_path(folder, slot);
	g_autofree char *root = rig_vector("keys/test_root_public_key.pem");
	g_autofree char *file = rig_vector("inputs/app_unaligned.bin");
	g_autofree char *image = g_strconcat("application=", file, NULL);
	const char *const words[] = {g_getenv("GANTRY_SIM"), "--new", "--root-key", root, "--image", image,
		"--version", "1.0", "--socket", path, "--quiet"};
	g_autoptr(GPtrArray) all = g_ptr_array_new();
	g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(
		G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
	g_autoptr(GError) error = NULL;
	GSubprocess *board;

	for (guint i = 0; i < G_N_ELEMENTS(words); i++)
		g_ptr_array_add(all, (gpointer) words[i]);
	for (guint i = 0; options && options[i]; i++)
		g_ptr_array_add(all, (gpointer) options[i]);
	g_ptr_array_add(all, NULL);
	g_subprocess_launcher_set_child_setup(launcher, end_with_the_test, NULL, NULL);
	board = g_subprocess_launcher_spawnv(launcher, (const char *const *) all->pdata, &error);
	g_assert_no_error(error);
	return board;
}

void
rig_board_free(GSubprocess *board, const char *folder, guint slot)
{
	g_autofree char *path = socket_path(folder, slot);

	g_subprocess_force_exit(board);
	g_subprocess_wait(board, NULL, NULL);
	g_object_unref(board);
	g_remove(path);
}

/* ---- waiting and counting ------------------------------------------------------------------------------- */

static gboolean
too_late(gpointer data)
{
	g_error("it takes too long");
	return G_SOURCE_REMOVE;
}

void
rig_iterate_until(gboolean (*done)(gpointer data), gpointer data, guint seconds)
{
	guint timer = g_timeout_add_seconds(seconds, too_late, NULL);

	while (!done(data))
		g_main_context_iteration(NULL, TRUE);
	g_source_remove(timer);
}

static guint
n_entries(const char *path)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	guint n = 0;

	g_assert_nonnull(dir);
	while (g_dir_read_name(dir))
		n++;
	return n;
}

guint
rig_n_fds(void)
{
	return n_entries("/proc/self/fd");
}

guint
rig_n_threads(void)
{
	return n_entries("/proc/self/task");
}

guint
rig_rss_kib(void)
{
	g_autofree char *status = NULL;
	const char *line;

	g_assert_true(g_file_get_contents("/proc/self/status", &status, NULL, NULL));
	line = strstr(status, "VmRSS:");
	g_assert_nonnull(line);
	return (guint) g_ascii_strtoull(line + strlen("VmRSS:"), NULL, 10);
}

/* ---- a program that dies -------------------------------------------------------------------------------- */

static void
begin_and_die(const char *path, const char *series, const char *number)
{
	const GySerialHolder holder = {series, "rig", "1"};
	GyRecords *records = gy_records_open(path, NULL);
	GyRecord *record = gy_record_new();

	record->started_ms = g_get_real_time() / 1000;
	gy_record_set_text(&record->station, "rig");
	gy_record_set_text(&record->slot, "1");
	gy_record_set_text(&record->serial_number, number);
	if (!gy_serials_reserve(records, &holder, number, NULL) ||
		!gy_records_begin_board(records, record, series, NULL))
		_exit(1);
	kill(getpid(), SIGKILL);
}

void
rig_leave_in_doubt(const char *database, const char *series, const char *number)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0)
		begin_and_die(database, series, number);
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	g_assert_true(WIFSIGNALED(status));
}
