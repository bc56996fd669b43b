// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "tests/cli/run.h"
#include "tests/second-boot/loader.h"

static char *
alios_path(const char *file)
{
	return g_test_build_filename(G_TEST_DIST, "vectors", "alios", file, NULL);
}

/* ---- files ---------------------------------------------------------------------------------------------- */

/* An image, a difference to it, what the device makes of that, the message about it, and its signature. */
static void
test_from_image_to_message(void)
{
	char *folder = folder_new();
	g_autofree char *old = alios_path("diff/d7.old");
	g_autofree char *image = alios_path("diff/d7.new");
	g_autofree char *key = alios_path("rsa/test_key.pem");
	g_autofree char *public = alios_path("rsa/test_pub.pem");
	g_autofree char *word = g_strconcat("image=", image, NULL);
	g_autofree char *diff = g_build_filename(folder, "a.diff", NULL);
	g_autofree char *diff_word = g_strconcat("image=", diff, NULL);
	g_autofree char *json = g_build_filename(folder, "a.json", NULL);
	g_autofree char *signed_json = g_build_filename(folder, "signed.json", NULL);
	g_autofree char *out = g_build_filename(folder, "out", NULL);
	g_autofree char *made = g_build_filename(out, "image.bin", NULL);
	g_autoptr(Run) build = run_gantry("build", "alios", "--old", old, "--image", word, "--chip", "mk3060",
		"-o", diff, "--json", NULL);
	g_autoptr(GPtrArray) objects = NULL;
	g_autoptr(Run) unpack = run_gantry("unpack", diff, "--old", old, "-C", out, NULL);
	g_autoptr(Run) message = run_gantry("build", "alios", "--form", "message", "--image", diff_word,
		"--ver", "app-2.0.0-20200101.1200", "--running-ver", "app-1.0.0-20190101.1200", "--url",
		"https://example.invalid/fw/a.diff", "-o", json, NULL);
	g_autoptr(Run) sign = run_gantry("sign", json, "--key", key, "-o", signed_json, NULL);
	g_autoptr(Run) verify = run_gantry("verify", signed_json, "--key", public, "--json", NULL);
	g_autoptr(Run) without = run_gantry("verify", json, "--key", public, NULL);

	g_assert_cmpint(build->status, ==, 0);
	objects = assert_documented(build->out);
	g_assert_cmpint(unpack->status, ==, 0);
	assert_same_file(made, image);
	g_assert_cmpint(message->status, ==, 0);
	g_assert_cmpint(sign->status, ==, 0);
	g_assert_cmpint(verify->status, ==, 0);
	g_assert_nonnull(strstr(verify->out, "a.diff: size and digest as the message says"));
	g_assert_cmpint(without->status, ==, 3);
	assert_sentence(without, "package/not-authentic");
	folder_free(folder);
}

static void
test_a_version_that_surprises(void)
{
	char *folder = folder_new();
	g_autofree char *image = alios_path("md5/m2_256.md5.bin");
	g_autofree char *word = g_strconcat("image=", image, NULL);
	g_autofree char *json = g_build_filename(folder, "a.json", NULL);
	g_autoptr(Run) refused = run_gantry("build", "alios", "--form", "message", "--image", word, "--ver",
		"app-10.0.0", "--running-ver", "app-2.0.0", "--url", "http://a/b", "-o", json, NULL);
	g_autoptr(Run) forced = run_gantry("build", "alios", "--form", "message", "--image", word, "--ver",
		"app-10.0.0", "--running-ver", "app-2.0.0", "--url", "http://a/b", "--any-version", "-o",
		json, NULL);

	g_assert_cmpint(refused->status, ==, 3);
	assert_sentence(refused, "package/rollback");
	g_assert_nonnull(strstr(refused->err, "letter by letter"));
	g_assert_cmpint(forced->status, ==, 0);
	g_assert_nonnull(strstr(forced->err, "letter by letter"));
	folder_free(folder);
}

static void
test_key_export(void)
{
	char *folder = folder_new();
	g_autofree char *key = alios_path("rsa/test_pub.pem");
	g_autofree char *header = g_build_filename(folder, "ota_public_key_config.h", NULL);
	g_autoptr(Run) run = run_gantry("key", "export", key, "--format", "alios-header", "-o", header, NULL);
	g_autofree char *text = NULL;

	g_assert_cmpint(run->status, ==, 0);
	g_assert_true(g_file_get_contents(header, &text, NULL, NULL));
	g_assert_nonnull(strstr(text, "ota_pubn_buf[256]"));
	folder_free(folder);
}

/* ---- the second boot loader ----------------------------------------------------------------------------- */

typedef struct {
	Loader *loader;
	int fd;
	char *path;
	GThread *thread;
	gint stop;
} Board;

static gpointer
run_board(gpointer data)
{
	Board *board = data;
	guint8 bytes[512];

	while (!g_atomic_int_get(&board->stop)) {
		GPollFD polled = {.fd = board->fd, .events = G_IO_IN};
		gint64 now = g_get_monotonic_time() / 1000;
		gssize got;

		loader_step(board->loader, now);
		for (gsize size; (size = loader_send(board->loader, bytes, sizeof bytes)) > 0;)
			g_assert_cmpint(write(board->fd, bytes, size), ==, (gssize) size);
		if (g_poll(&polled, 1, 1) <= 0 || !(polled.revents & G_IO_IN))
			continue;
		got = read(board->fd, bytes, sizeof bytes);
		if (got > 0)
			loader_receive(board->loader, bytes, (gsize) got, now);
	}
	return NULL;
}

static void
board_start(Board *board, LoaderGeneration generation)
{
	struct termios raw;

	board->fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	g_assert_cmpint(board->fd, >=, 0);
	g_assert_cmpint(grantpt(board->fd), ==, 0);
	g_assert_cmpint(unlockpt(board->fd), ==, 0);
	g_assert_cmpint(tcgetattr(board->fd, &raw), ==, 0);
	cfmakeraw(&raw);
	g_assert_cmpint(tcsetattr(board->fd, TCSANOW, &raw), ==, 0);
	board->path = g_strdup(ptsname(board->fd));
	board->loader = loader_new(generation, g_get_monotonic_time() / 1000 + 500);
	board->thread = g_thread_new("board", run_board, board);
}

static void
board_stop(Board *board)
{
	g_atomic_int_set(&board->stop, 1);
	g_thread_join(board->thread);
	loader_free(board->loader);
	close(board->fd);
	g_free(board->path);
}

static void
test_flash(gconstpointer data)
{
	g_autofree char *image = alios_path("md5/m3_5000.md5.bin");
	g_autofree char *content = NULL;
	gsize size = 0;
	Board board = {0};
	g_autoptr(Run) run = NULL;
	g_autoptr(GPtrArray) objects = NULL;

	board_start(&board, (LoaderGeneration) GPOINTER_TO_INT(data));
	run = run_gantry("flash", image, "--boot2", "--boot2-board", "mk3060", "--port", board.path,
		"--expect", LOADER_APP_TEXT, "--json", NULL);
	g_assert_cmpstr(run->err, ==, "");
	g_assert_cmpint(run->status, ==, 0);
	objects = assert_documented(run->out);
	g_assert_true(g_file_get_contents(image, &content, &size, NULL));
	g_assert_cmpmem(loader_flash(board.loader) + LOADER_APP, (int) size, content, (int) size);
	board_stop(&board);
}

static void
test_not_flashed(void)
{
	g_autofree char *difference = alios_path("diff/d1.diff");
	g_autofree char *damaged = alios_path("neg/n7_body_bitflip.md5.bin");
	g_autofree char *image = alios_path("md5/m3_5000.md5.bin");
	g_autoptr(Run) of_diff = run_gantry("flash", difference, "--boot2", "--port", "/dev/null", NULL);
	g_autoptr(Run) of_damaged = run_gantry("flash", damaged, "--boot2", "--port", "/dev/null", NULL);
	g_autoptr(Run) no_board =
		run_gantry("flash", image, "--boot2", "--boot2-board", "x", "--port", "p", NULL);
	g_autoptr(Run) no_boot2 = run_gantry("flash", image, "--expect", "x", "--port", "p", NULL);

	g_assert_cmpint(of_diff->status, ==, 3);
	assert_sentence(of_diff, "package/not-supported");
	g_assert_cmpint(of_damaged->status, ==, 3);
	assert_sentence(of_damaged, "package/hash");
	g_assert_cmpint(no_board->status, ==, 2);
	g_assert_cmpint(no_boot2->status, ==, 2);
}

/* ---- YMODEM --------------------------------------------------------------------------------------------- */

static void
test_nobody_sends(void)
{
	char *folder = folder_new();
	g_autofree char *out = g_build_filename(folder, "out.bin", NULL);
	Board board = {0};
	g_autoptr(Run) run = NULL;
	g_autoptr(Run) usage = run_gantry("ymodem", "send", "x", "--port", "p", "--block", "7", NULL);

	/* prints text, and no file */
	board_start(&board, LOADER_2_1);
	run = run_gantry("ymodem", "receive", "-o", out, "--port", board.path, "--timeout", "1", NULL);
	board_stop(&board);
	g_assert_cmpint(run->status, ==, 5);
	assert_sentence(run, "link/not-asked");
	g_assert_cmpuint(n_files(folder), ==, 0);
	g_assert_cmpint(usage->status, ==, 2);
	folder_free(folder);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/alios/cli/from-image-to-message", test_from_image_to_message);
	g_test_add_func("/alios/cli/a-version-that-surprises", test_a_version_that_surprises);
	g_test_add_func("/alios/cli/key-export", test_key_export);
	g_test_add_data_func("/alios/cli/boot2/1.0", GINT_TO_POINTER(LOADER_1_0), test_flash);
	g_test_add_data_func("/alios/cli/boot2/2.1", GINT_TO_POINTER(LOADER_2_1), test_flash);
	g_test_add_func("/alios/cli/boot2/what-is-no-image-is-refused", test_not_flashed);
	g_test_add_func("/alios/cli/ymodem/nobody-sends", test_nobody_sends);
	return g_test_run();
}
