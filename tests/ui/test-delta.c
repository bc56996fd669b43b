// SPDX-License-Identifier: Apache-2.0
#include <locale.h>

#include "engine/devices/device-private.h"
#include "engine/formats/liteos/plain.h"
#include "tests/e2e/board.h"
#include "tests/store/rig.h"
#include "ui/model/bench.h"

#define RATE 2000000

typedef struct {
	GyBench *bench;
	GMainLoop *loop;
	GyFlash *flash;
} Run;

/* (transfer full): path of a package of that image. */
static char *
package_in(Board *board, const char *image)
{
	g_autofree char *from = rig_image_path(image);
	char *path = g_build_filename(board->folder, image, NULL);
	GError *error = NULL;
	g_autoptr(GyPackage) package = gy_liteos_package_from_image(from, &error);
	gsize size;
	const char *data;

	g_assert_no_error(error);
	data = g_bytes_get_data(gy_package_bytes(package), &size);
	g_assert_true(g_file_set_contents(path, data, (gssize) size, NULL));
	return path;
}

static Board *
board_running(const char *image)
{
	g_autoptr(GBytes) bytes = rig_image(image);
	Board *board = board_new_liteos(bytes, "1.0", TRUE);

	board->baud = RATE;
	board_start(board, NULL);
	return board;
}

static GListModel *
device_of(Board *board)
{
	GListStore *devices = g_list_store_new(GY_TYPE_DEVICE);
	GyPort *port = gy_port_new(GY_PORT_TTY, board->port);
	g_autoptr(GyDevice) device = NULL;

	port->can_open = TRUE;
	device = gy_device_new(port, "");
	g_list_store_append(devices, device);
	return G_LIST_MODEL(devices);
}

static gboolean
start_when_loaded(gpointer data)
{
	Run *run = data;
	g_autoptr(GyBoard) board = g_list_model_get_item(gy_bench_boards(run->bench), 0);

	if (!board || gy_bench_package_state(run->bench) != GY_LOAD_DONE)
		return G_SOURCE_CONTINUE;
	g_assert_true(gy_bench_can_send_difference(run->bench));
	run->flash = g_object_ref(gy_bench_flash(run->bench, board));
	return G_SOURCE_REMOVE;
}

static void
on_ended(GyBench *bench, GyFlash *flash, Run *run)
{
	g_main_loop_quit(run->loop);
}

/* (transfer full): what the result says of what was sent. */
static char *
flash(GyBench *bench, const char *package)
{
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
	Run run = {.bench = bench, .loop = loop};
	gulong id = g_signal_connect(bench, "flash-ended", G_CALLBACK(on_ended), &run);
	char *sent;

	gy_bench_open(bench, package);
	g_timeout_add(10, start_when_loaded, &run);
	g_main_loop_run(loop);
	g_signal_handler_disconnect(bench, id);
	g_assert_true(gy_flash_is_done(run.flash));
	sent = gy_flash_sent(run.flash);
	g_object_unref(run.flash);
	return sent;
}

/* Asked for it: first the whole package, then the difference. Not asked: nothing is said of it, and nothing kept. */
static void
test_sends_the_difference_when_asked(void)
{
	g_autoptr(Board) board = board_running("p1_old.bin");
	g_autofree char *images = g_build_filename(board->folder, "images", NULL);
	g_autoptr(GListModel) devices = device_of(board);
	g_autoptr(GyBench) bench = gy_bench_new(devices);
	g_autofree char *old = package_in(board, "p2_old.bin");
	g_autofree char *new_path = package_in(board, "p2_new.bin");
	GyBenchOptions options = {.baud = RATE, .images = images};
	g_autofree char *unasked = NULL;
	g_autofree char *first = NULL;
	g_autofree char *second = NULL;

	gy_bench_set_options(bench, &options);
	unasked = flash(bench, new_path);
	g_assert_cmpstr(unasked, ==, "");
	g_assert_false(g_file_test(images, G_FILE_TEST_EXISTS));
	options.sends_differences = TRUE;
	gy_bench_set_options(bench, &options);
	first = flash(bench, old);
	g_assert_true(g_str_has_prefix(first, "The whole package is sent:"));
	second = flash(bench, new_path);
	g_assert_true(g_str_has_prefix(second, "Only the difference was sent: "));
	g_assert_true(g_str_has_suffix(second, " % less."));
	gy_bench_end(bench);
	rig_remove(images);
}

/* Others have no such choice. */
static void
test_other_systems_have_no_choice(void)
{
	g_autoptr(GListStore) devices = g_list_store_new(GY_TYPE_DEVICE);
	g_autoptr(GyBench) bench = gy_bench_new(G_LIST_MODEL(devices));
	g_autofree char *package = vector_path("v01_app_lzma/signed.fwpkg");

	g_assert_false(gy_bench_can_send_difference(bench));
	gy_bench_open(bench, package);
	while (gy_bench_package_state(bench) == GY_LOAD_RUNNING)
		g_main_context_iteration(NULL, TRUE);
	g_assert_cmpint(gy_bench_package_state(bench), ==, GY_LOAD_DONE);
	g_assert_false(gy_bench_can_send_difference(bench));
	gy_bench_end(bench);
}

int
main(int argc, char **argv)
{
	setlocale(LC_ALL, "C.UTF-8");
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ui/delta/sent-when-asked-for", test_sends_the_difference_when_asked);
	g_test_add_func("/ui/delta/other-systems-have-no-choice", test_other_systems_have_no_choice);
	return g_test_run();
}
