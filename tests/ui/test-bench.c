// SPDX-License-Identifier: Apache-2.0
#include <locale.h>

#include "engine/devices/device-private.h"
#include "engine/error.h"
#include "ui/model/bench.h"
#include "ui/model/flash-result.h"
#include "ui/model/terminal.h"

static GyDevice *
new_device(const char *path, const char *place)
{
	GyPort *port = gy_port_new(GY_PORT_TTY, path);

	port->can_open = TRUE;
	g_free(port->place);
	port->place = g_strdup(place);
	return gy_device_new(port, "");
}

static void
plug(GListStore *devices, guint at, const char *path, const char *place)
{
	g_autoptr(GyDevice) device = new_device(path, place);

	g_list_store_insert(devices, at, device);
}

static char *
paths_of(GListModel *boards)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < g_list_model_get_n_items(boards); i++) {
		g_autoptr(GyBoard) board = g_list_model_get_item(boards, i);

		g_string_append_printf(text, "%s%s", i ? " " : "", gy_board_path(board));
	}
	return g_string_free(text, FALSE);
}

static void
assert_paths(GListModel *boards, const char *expected)
{
	g_autofree char *paths = paths_of(boards);

	g_assert_cmpstr(paths, ==, expected);
}

/* ---- the list ------------------------------------------------------------------------------------------- */

static void
test_order_is_that_of_places(void)
{
	g_autoptr(GListStore) devices = g_list_store_new(GY_TYPE_DEVICE);
	g_autoptr(GyBoardList) list = gy_board_list_new(G_LIST_MODEL(devices));

	plug(devices, 0, "/dev/ttyUSB0", "1-10");
	plug(devices, 1, "/dev/ttyUSB1", "1-2");
	plug(devices, 0, "/dev/ttyACM0", "1-4.2");
	assert_paths(G_LIST_MODEL(list), "/dev/ttyUSB1 /dev/ttyACM0 /dev/ttyUSB0");
	g_list_store_remove(devices, 0);
	assert_paths(G_LIST_MODEL(list), "/dev/ttyUSB1 /dev/ttyUSB0");
}

static void
test_unplugged_stays_while_a_job_has_it(void)
{
	g_autoptr(GListStore) devices = g_list_store_new(GY_TYPE_DEVICE);
	g_autoptr(GyBoardList) list = gy_board_list_new(G_LIST_MODEL(devices));
	g_autoptr(GyBoard) board = NULL;
	g_autoptr(GyBoard) again = NULL;

	plug(devices, 0, "/dev/ttyUSB0", "1-2");
	board = g_list_model_get_item(G_LIST_MODEL(list), 0);
	gy_board_set_flashing(board, TRUE);
	g_list_store_remove(devices, 0);
	g_assert_cmpint(gy_board_state(board), ==, GY_BOARD_UNPLUGGED);
	assert_paths(G_LIST_MODEL(list), "/dev/ttyUSB0");
	gy_board_list_settle(list);
	assert_paths(G_LIST_MODEL(list), "/dev/ttyUSB0");

	/* the kernel gives it another number; the place is the same */
	plug(devices, 0, "/dev/ttyUSB1", "1-2");
	again = g_list_model_get_item(G_LIST_MODEL(list), 0);
	g_assert_true(again == board);
	g_assert_cmpint(gy_board_state(board), ==, GY_BOARD_FLASHING);
	assert_paths(G_LIST_MODEL(list), "/dev/ttyUSB1");
	gy_board_set_flashing(board, FALSE);
	g_list_store_remove(devices, 0);
	assert_paths(G_LIST_MODEL(list), "");
}

static void
test_settle_removes_what_a_job_has_left(void)
{
	g_autoptr(GListStore) devices = g_list_store_new(GY_TYPE_DEVICE);
	g_autoptr(GyBoardList) list = gy_board_list_new(G_LIST_MODEL(devices));
	g_autoptr(GyBoard) board = NULL;

	plug(devices, 0, "/dev/ttyUSB0", "1-2");
	board = g_list_model_get_item(G_LIST_MODEL(list), 0);
	gy_board_set_flashing(board, TRUE);
	g_list_store_remove(devices, 0);
	gy_board_set_flashing(board, FALSE);
	gy_board_list_settle(list);
	assert_paths(G_LIST_MODEL(list), "");
}

/* ---- a board -------------------------------------------------------------------------------------------- */

static void
test_states_of_a_port(void)
{
	g_autoptr(GyDevice) device = new_device("/dev/ttyUSB0", "1-2");
	g_autoptr(GyBoard) board = gy_board_new(device);
	GyPort *forbidden = gy_port_new(GY_PORT_TTY, "/dev/ttyUSB0");
	GyPort *held = gy_port_new(GY_PORT_TTY, "/dev/ttyUSB0");

	g_assert_cmpint(gy_board_state(board), ==, GY_BOARD_NOT_ASKED);
	g_assert_true(gy_board_can_open(board));

	gy_device_take_port(device, forbidden);
	g_assert_cmpint(gy_board_state(board), ==, GY_BOARD_NO_PERMISSION);
	g_assert_false(gy_board_can_open(board));

	held->can_open = TRUE;
	g_free(held->holder);
	held->holder = g_strdup("minicom 4242");
	gy_device_take_port(device, held);
	g_assert_cmpint(gy_board_state(board), ==, GY_BOARD_IN_USE);
	g_assert_false(gy_board_can_open(board));
}

static void
on_changed_quit(GyBoard *board, GMainLoop *loop)
{
	if (gy_board_state(board) != GY_BOARD_ASKING)
		g_main_loop_quit(loop);
}

static void
test_identify_says_why_not(void)
{
	g_autoptr(GyDevice) device = new_device("/nowhere/at/all", "1-2");
	g_autoptr(GyBoard) board = gy_board_new(device);
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);

	g_signal_connect(board, "changed", G_CALLBACK(on_changed_quit), loop);
	gy_board_identify(board);
	g_assert_cmpint(gy_board_state(board), ==, GY_BOARD_ASKING);
	g_main_loop_run(loop);
	g_assert_cmpint(gy_board_state(board), ==, GY_BOARD_NO_ANSWER);
	g_assert_nonnull(gy_board_error(board));
	g_assert_true(gy_board_can_open(board));
}

/* ---- what is chosen ------------------------------------------------------------------------------------- */

static void
test_only_board_is_chosen_until_there_are_two(void)
{
	g_autoptr(GListStore) devices = g_list_store_new(GY_TYPE_DEVICE);
	g_autoptr(GyBench) bench = gy_bench_new(G_LIST_MODEL(devices));
	g_autoptr(GyBoard) board = NULL;

	plug(devices, 0, "/dev/ttyUSB0", "1-2");
	gy_bench_choose_if_one(bench);
	board = g_list_model_get_item(gy_bench_boards(bench), 0);
	g_assert_true(gy_board_is_chosen(board));
	plug(devices, 1, "/dev/ttyUSB1", "1-3");
	gy_bench_choose_if_one(bench);
	g_assert_false(gy_board_is_chosen(board));

	/* what a person has chosen stays */
	gy_bench_choose_only(bench, board);
	plug(devices, 2, "/dev/ttyUSB2", "1-4");
	gy_bench_choose_if_one(bench);
	g_assert_true(gy_board_is_chosen(board));
}

static void
test_only_trusted_places_are_asked_unasked(void)
{
	static const char *const trusted[] = {"1-2", NULL};
	const GyBenchOptions options = {.trusted_places = trusted};
	g_autoptr(GListStore) devices = g_list_store_new(GY_TYPE_DEVICE);
	g_autoptr(GyBench) bench = gy_bench_new(G_LIST_MODEL(devices));
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
	g_autoptr(GyBoard) trusted_one = NULL;
	g_autoptr(GyBoard) other = NULL;

	gy_bench_set_options(bench, &options);
	plug(devices, 0, "/nowhere/one", "1-2");
	plug(devices, 1, "/nowhere/two", "1-3");
	trusted_one = g_list_model_get_item(gy_bench_boards(bench), 0);
	other = g_list_model_get_item(gy_bench_boards(bench), 1);
	g_assert_cmpint(gy_board_state(trusted_one), ==, GY_BOARD_ASKING);
	g_assert_cmpint(gy_board_state(other), ==, GY_BOARD_NOT_ASKED);
	g_signal_connect(trusted_one, "changed", G_CALLBACK(on_changed_quit), loop);
	g_main_loop_run(loop);
}

static void
test_start_says_what_is_missing(void)
{
	g_autoptr(GListStore) devices = g_list_store_new(GY_TYPE_DEVICE);
	g_autoptr(GyBench) bench = gy_bench_new(G_LIST_MODEL(devices));
	const char *why = NULL;

	g_assert_false(gy_bench_can_start(bench, &why));
	g_assert_cmpstr(why, ==, "Choose a package first");
	g_assert_cmpuint(gy_bench_start(bench), ==, 0);
}

/* ---- results -------------------------------------------------------------------------------------------- */

static void
test_result_of_an_upgrade(void)
{
	const GyFlashResult result = {.is_done = TRUE,
		.outcome = GY_OUTCOME_UPGRADED,
		.board = "WS63 board",
		.before = "1.4.1",
		.after = "1.4.2",
		.total_ms = 14200};
	g_autofree char *headline = gy_flash_result_headline(&result);
	g_autofree char *truth = gy_flash_result_truth(&result);

	g_assert_cmpstr(headline, ==, "WS63 board now runs 1.4.2 (was 1.4.1). 14.2 s.");
	g_assert_cmpstr(truth, ==, "");
}

static void
test_result_says_what_was_sent(void)
{
	g_autoptr(GyPackage) any = NULL;
	GyDeltaChoice delta = {
		.whole_size = 86700, .size = 18600, .sentence = (char *) "The whole package is sent: so"};
	GyFlashResult result = {.is_done = TRUE, .outcome = GY_OUTCOME_UPGRADED, .board = "Board"};
	g_autofree char *none = gy_flash_result_sent(&result);
	g_autofree char *whole = NULL;
	g_autofree char *difference = NULL;
	g_autofree char *nothing = NULL;

	g_assert_cmpstr(none, ==, "");
	result.delta = &delta;
	whole = gy_flash_result_sent(&result);
	g_assert_cmpstr(whole, ==, "The whole package is sent: so.");
	/* only whether there is one counts here */
	delta.difference = (GyPackage *) &delta;
	difference = gy_flash_result_sent(&result);
	g_assert_cmpstr(
		difference, ==, "Only the difference was sent: 18.2 KiB in place of 84.7 KiB, 79 % less.");
	result.outcome = GY_OUTCOME_UNTOUCHED;
	nothing = gy_flash_result_sent(&result);
	g_assert_cmpstr(nothing, ==, "");
}

/* Whatever went wrong and wherever: both sentences say something, and the board is spoken of. */
static void
test_result_of_every_failure(void)
{
	for (guint code = 0; code < GY_N_ERRORS; code++)
		for (guint outcome = 0; outcome <= GY_OUTCOME_UNKNOWN; outcome++) {
			g_autoptr(GError) error = g_error_new(GY_ERROR, (int) code, "what was found");
			const GyFlashResult result = {.outcome = (GyOutcome) outcome,
				.error = error,
				.device_code = 0x80001340,
				.board = "WS63 board",
				.before = "1.4.1"};
			g_autofree char *headline = gy_flash_result_headline(&result);
			g_autofree char *truth = gy_flash_result_truth(&result);

			g_assert_true(g_str_has_suffix(headline, "."));
			g_assert_true(g_ascii_isupper(headline[0]));
			g_assert_nonnull(strstr(truth, "WS63 board"));
			g_assert_nonnull(strstr(truth, "0x80001340"));
		}
}

/* ---- with a simulated board ----------------------------------------------------------------------------- */

typedef struct {
	GyBench *bench;
	GMainLoop *loop;
	GyFlash *flash;
	GyTerminal *terminal;
	double last;
	guint n_changes;
} Run;

static gboolean
start_when_ready(gpointer data)
{
	Run *run = data;
	g_autoptr(GyBoard) board = g_list_model_get_item(gy_bench_boards(run->bench), 0);

	if (!board || gy_board_state(board) != GY_BOARD_READY ||
		gy_bench_package_state(run->bench) != GY_LOAD_DONE)
		return G_SOURCE_CONTINUE;
	if (gy_terminal_state(run->terminal) == GY_TERMINAL_IDLE)
		gy_terminal_connect(run->terminal, board);
	if (gy_terminal_state(run->terminal) != GY_TERMINAL_OPEN)
		return G_SOURCE_CONTINUE;
	g_assert_true(gy_board_is_chosen(board));
	g_assert_cmpuint(gy_bench_start(run->bench), ==, 1);
	g_assert_cmpint(gy_terminal_state(run->terminal), ==, GY_TERMINAL_LENT);
	return G_SOURCE_REMOVE;
}

static void
on_flash_changed(GyFlash *flash, Run *run)
{
	g_autofree char *status = gy_flash_status(flash);
	double fraction = gy_flash_fraction(flash);

	g_assert_cmpfloat(fraction, >=, run->last);
	g_assert_true(fraction < 1 || !gy_flash_is_running(flash));
	g_assert_cmpuint(strlen(status), >, 0);
	run->last = fraction;
	run->n_changes++;
}

static void
on_started(GyBench *bench, GyFlash *flash, Run *run)
{
	run->flash = g_object_ref(flash);
	g_signal_connect(flash, "changed", G_CALLBACK(on_flash_changed), run);
}

static gboolean
quit_when_open_again(gpointer data)
{
	Run *run = data;

	if (gy_terminal_state(run->terminal) != GY_TERMINAL_OPEN)
		return G_SOURCE_CONTINUE;
	g_main_loop_quit(run->loop);
	return G_SOURCE_REMOVE;
}

static void
on_ended(GyBench *bench, GyFlash *flash, Run *run)
{
	g_timeout_add(10, quit_when_open_again, run);
}

static void
on_unexpected_notice(GyBench *bench, const char *sentence, gpointer data)
{
	g_test_message("%s", sentence);
	g_assert_not_reached();
}

/* The same road as with a real one: sample, process, identify, console, job, and the console again. */
static void
test_simulated_board_is_flashed(void)
{
	g_autoptr(GListStore) devices = g_list_store_new(GY_TYPE_DEVICE);
	g_autoptr(GyBench) bench = gy_bench_new(G_LIST_MODEL(devices));
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
	g_autoptr(GyTerminal) terminal = gy_terminal_new(bench);
	g_autofree char *headline = NULL;
	g_autofree char *heard = NULL;
	Run run = {.bench = bench, .loop = loop, .terminal = terminal};

	g_signal_connect(bench, "flash-started", G_CALLBACK(on_started), &run);
	g_signal_connect(bench, "flash-ended", G_CALLBACK(on_ended), &run);
	g_signal_connect(bench, "notice", G_CALLBACK(on_unexpected_notice), NULL);
	/* what is of last time gives way to the board's own package; what is not there any more is nothing */
	gy_bench_open_again(bench, "/nowhere/update.fwpkg");
	g_assert_cmpint(gy_bench_package_state(bench), ==, GY_LOAD_EMPTY);
	gy_bench_open_again(bench, g_getenv("GANTRY_SIM"));
	g_assert_cmpint(gy_bench_package_state(bench), ==, GY_LOAD_RUNNING);
	gy_bench_simulate(bench, "flash-timing=none,code-size=65536");
	g_timeout_add(10, start_when_ready, &run);
	g_main_loop_run(loop);

	headline = gy_flash_headline(run.flash);
	g_assert_true(gy_flash_is_done(run.flash));
	g_assert_true(g_str_has_prefix(headline, "Simulated board 1 now runs 1.1 (was 1.0)."));
	g_assert_cmpfloat(gy_flash_fraction(run.flash), ==, 1);
	g_assert_cmpuint(run.n_changes, >, 10);
	heard = gy_terminal_all(terminal);
	/* what the boot loader printed while the job had the port */
	g_assert_cmpuint(strlen(heard), >, 0);
	gy_terminal_connect(terminal, NULL);
	g_object_unref(run.flash);
	gy_bench_end(bench);
}

static void
on_notice(GyBench *bench, const char *sentence, GMainLoop *loop)
{
	g_assert_nonnull(strstr(sentence, "no-such-option"));
	g_main_loop_quit(loop);
}

static void
test_simulated_board_refuses_what_it_does_not_know(void)
{
	g_autoptr(GListStore) devices = g_list_store_new(GY_TYPE_DEVICE);
	g_autoptr(GyBench) bench = gy_bench_new(G_LIST_MODEL(devices));
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);

	g_signal_connect(bench, "notice", G_CALLBACK(on_notice), loop);
	gy_bench_simulate(bench, "code-size=4096,no-such-option=1");
	g_main_loop_run(loop);
	g_assert_cmpuint(g_list_model_get_n_items(gy_bench_boards(bench)), ==, 0);
}

int
main(int argc, char **argv)
{
	setlocale(LC_ALL, "C.UTF-8");
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ui/boards/stand-in-the-order-of-places", test_order_is_that_of_places);
	g_test_add_func(
		"/ui/boards/unplugged-one-stays-for-its-job", test_unplugged_stays_while_a_job_has_it);
	g_test_add_func(
		"/ui/boards/settling-removes-what-a-job-has-left", test_settle_removes_what_a_job_has_left);
	g_test_add_func("/ui/board/states-of-a-port", test_states_of_a_port);
	g_test_add_func("/ui/board/identify-says-why-not", test_identify_says_why_not);
	g_test_add_func("/ui/bench/only-board-is-chosen-until-there-are-two",
		test_only_board_is_chosen_until_there_are_two);
	g_test_add_func("/ui/bench/only-trusted-places-are-asked-unasked",
		test_only_trusted_places_are_asked_unasked);
	g_test_add_func("/ui/bench/start-says-what-is-missing", test_start_says_what_is_missing);
	g_test_add_func("/ui/result/of-an-upgrade", test_result_of_an_upgrade);
	g_test_add_func("/ui/result/says-what-was-sent", test_result_says_what_was_sent);
	g_test_add_func("/ui/result/of-every-failure", test_result_of_every_failure);
	g_test_add_func("/ui/simulated/is-flashed-and-heard", test_simulated_board_is_flashed);
	g_test_add_func("/ui/simulated/refuses-what-it-does-not-know",
		test_simulated_board_refuses_what_it_does_not_know);
	return g_test_run();
}
