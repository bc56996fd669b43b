// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "engine/transfer/file-transfer.h"
#include "tests/bench/real-line.h"

/* The programs of lrzsz at the other end of a line in real time: theirs is the reading of YMODEM that others test against. */

#define NAME "payload"

static GBytes *
random_file(gsize size)
{
	guint8 *data = g_malloc(size);

	for (gsize i = 0; i < size; i++)
		data[i] = (guint8) g_test_rand_int();
	return g_bytes_new_take(data, size);
}

static GSubprocess *
spawn(const char *const *words, const char *folder, const char *path)
{
	g_autoptr(GSubprocessLauncher) launcher =
		g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDERR_SILENCE);
	g_autoptr(GError) error = NULL;
	GSubprocess *process;
	int fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);

	g_assert_cmpint(fd, >=, 0);
	g_subprocess_launcher_set_cwd(launcher, folder);
	g_subprocess_launcher_take_stdin_fd(launcher, dup(fd));
	g_subprocess_launcher_take_stdout_fd(launcher, fd);
	process = g_subprocess_launcher_spawnv(launcher, words, &error);
	g_assert_no_error(error);
	return process;
}

typedef struct {
	const char *name;
	LineOptions line;
	gsize size;
	guint block_size;
	gboolean is_long; /* only with GANTRY_FULL=1 */
} Case;

static const Case cases[] = {
	{"clean", {.baud = 921600, .delay_ms = 1}, 20000, 1024},
	{"flipped-bits", {.baud = 921600, .delay_ms = 1, .bit_error_rate = 8e-6, .seed = 7}, 20000, 1024},
	{"clean-small-blocks", {.baud = 921600, .delay_ms = 1}, 4001, 128, TRUE},
	{"lost-bytes", {.baud = 921600, .delay_ms = 1, .drop_rate = 5e-5, .seed = 5}, 20000, 1024, TRUE},
};

static gboolean
is_there(const char *program)
{
	g_autofree char *path = g_find_program_in_path(program);

	if (!path)
		g_test_skip("no lrzsz");
	return path != NULL;
}

static void
test_send(gconstpointer data)
{
	static const char *const words[] = {"rb", "-y", "-t", "20", NULL};
	const Case *one = data;
	g_autofree char *folder = g_dir_make_tmp("gantry-test-XXXXXX", NULL);
	g_autofree char *target = g_build_filename(folder, NAME, NULL);
	g_autoptr(RealLine) line = real_line_new(&one->line, NULL);
	g_autoptr(GBytes) file = random_file(one->size);
	g_autoptr(GError) error = NULL;
	g_autoptr(GSubprocess) receiver = NULL;
	g_autofree char *content = NULL;
	gsize size = 0;
	GyFileTransfer transfer = {.baud = one->line.baud, .block_size = one->block_size};
	gboolean done;

	if (!is_there(words[0]))
		return;
	receiver = spawn(words, folder, real_line_device_path(line));
	transfer.port = real_line_host_path(line);
	done = gy_file_transfer_send(&transfer, file, NAME, NULL, &error);
	g_assert_no_error(error);
	g_assert_true(done);
	g_assert_true(g_subprocess_wait_check(receiver, NULL, &error));
	g_assert_true(g_file_get_contents(target, &content, &size, NULL));
	g_assert_cmpmem(content, (int) size, g_bytes_get_data(file, NULL), (int) one->size);
	g_unlink(target);
	g_rmdir(folder);
}

static void
test_receive(gconstpointer data)
{
	static const char *const words[] = {"sb", "-k", "-t", "20", NAME, NULL};
	const Case *one = data;
	g_autofree char *folder = g_dir_make_tmp("gantry-test-XXXXXX", NULL);
	g_autofree char *source = g_build_filename(folder, NAME, NULL);
	g_autoptr(RealLine) line = real_line_new(&one->line, NULL);
	g_autoptr(GBytes) file = random_file(one->size);
	g_autoptr(GError) error = NULL;
	g_autoptr(GSubprocess) sender = NULL;
	g_autoptr(GBytes) got = NULL;
	g_autofree char *name = NULL;
	GyFileTransfer transfer = {.baud = one->line.baud};

	if (!is_there(words[0]))
		return;
	g_assert_true(g_file_set_contents(source, g_bytes_get_data(file, NULL), (gssize) one->size, NULL));
	sender = spawn(words, folder, real_line_device_path(line));
	transfer.port = real_line_host_path(line);
	got = gy_file_transfer_receive(&transfer, &name, NULL, &error);
	g_assert_no_error(error);
	g_assert_true(g_bytes_equal(got, file));
	g_assert_cmpstr(name, ==, NAME);
	g_assert_true(g_subprocess_wait_check(sender, NULL, &error));
	g_unlink(source);
	g_rmdir(folder);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *send = g_strdup_printf("/ymodem/lrzsz/send/%s", cases[i].name);
		g_autofree char *receive = g_strdup_printf("/ymodem/lrzsz/receive/%s", cases[i].name);

		if (cases[i].is_long && g_strcmp0(g_getenv("GANTRY_FULL"), "1") != 0)
			continue;
		g_test_add_data_func(send, &cases[i], test_send);
		g_test_add_data_func(receive, &cases[i], test_receive);
	}
	return g_test_run();
}
