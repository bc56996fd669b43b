// SPDX-License-Identifier: Apache-2.0
/*
 * bench-gui: what the desktop app takes: time to its first frame, memory, frames while eight boards are flashed, and the
 * longest turn of its main loop. Without an argument all of it, in a display of its own; `start`, `frames` and `turns` are
 * one measurement each, in the display that is there.
 */
#include <gtk/gtk.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/bench/main-loop-watch.h"
#include "ui/application.h"
#include "ui/page.h"

#define N_STARTS      5
#define FRAMES_MAX    (64 * 1024)
#define START_MOST_MS 500
#define RSS_MOST_MIB  120
#define TURN_MOST_MS  50
#define LOOKS_FIRST   10
#define STARTED       "GANTRY_BENCH_STARTED_US"
#define BIG           "flash-timing=none,code-size=1048576"

typedef struct {
	GApplication *application;
	GtkWidget *window;
	GyBench *bench;
	guint n_boards;
	guint n_looks; /* since all boards were ready */
	gboolean is_flashing;
	gboolean is_done;
	gint64 frame_us;  /* when the last frame began */
	GArray *gaps;     /* gint64, microseconds between frames */
	GSource *watcher; /* while boards are flashed */
	MainLoopWatch watch;
} Bench;

static double
rss_mib(void)
{
	g_autofree char *text = NULL;
	const char *pages;

	if (!g_file_get_contents("/proc/self/statm", &text, NULL, NULL) || !(pages = strchr(text, ' ')))
		return 0;
	return (double) g_ascii_strtoull(pages, NULL, 10) * (double) sysconf(_SC_PAGESIZE) / (1024 * 1024);
}

/* ---- start ---------------------------------------------------------------------------------------------- */

static void
on_first_frame(GdkFrameClock *clock, Bench *bench)
{
	const char *started = g_getenv(STARTED);

	g_signal_handlers_disconnect_by_data(clock, bench);
	g_print("%.1f %.1f\n",
		(double) (g_get_monotonic_time() - g_ascii_strtoll(started ? started : "0", NULL, 10)) / 1000,
		rss_mib());
	g_application_quit(bench->application);
}

static void
on_realized(GtkWidget *window, Bench *bench)
{
	g_signal_connect(
		gtk_widget_get_frame_clock(window), "after-paint", G_CALLBACK(on_first_frame), bench);
}

static void
on_window_to_start(GtkApplication *application, GtkWindow *window, Bench *bench)
{
	g_signal_connect(window, "realize", G_CALLBACK(on_realized), bench);
}

/* ---- flashing ------------------------------------------------------------------------------------------- */

static GyBench *
find_bench(GtkWidget *widget)
{
	if (GY_IS_PAGE(widget))
		return gy_page_bench(GY_PAGE(widget));
	for (GtkWidget *child = gtk_widget_get_first_child(widget); child;
		child = gtk_widget_get_next_sibling(child)) {
		GyBench *found = find_bench(child);

		if (found)
			return found;
	}
	return NULL;
}

static guint
count_ready(GyBench *bench)
{
	GListModel *boards = gy_bench_boards(bench);
	guint ready = 0;

	for (guint i = 0; i < g_list_model_get_n_items(boards); i++) {
		g_autoptr(GyBoard) board = g_list_model_get_item(boards, i);

		ready += gy_board_is_simulated(board) && gy_board_state(board) == GY_BOARD_READY ? 1 : 0;
	}
	return ready;
}

static guint
count_done(GyBench *bench)
{
	GListModel *flashes = gy_bench_flashes(bench);
	guint done = 0;

	for (guint i = 0; i < g_list_model_get_n_items(flashes); i++) {
		g_autoptr(GyFlash) flash = g_list_model_get_item(flashes, i);

		done += gy_flash_is_done(flash) ? 1 : 0;
	}
	return done;
}

static gboolean
on_tick(GtkWidget *window, GdkFrameClock *clock, gpointer data)
{
	Bench *bench = data;
	gint64 now = g_get_monotonic_time();
	gint64 gap = now - bench->frame_us;

	if (bench->frame_us != 0 && bench->gaps->len < FRAMES_MAX)
		g_array_append_val(bench->gaps, gap);
	bench->frame_us = now;
	return G_SOURCE_CONTINUE;
}

/* Looks now and then: the app is not to know that it is measured. */
static gboolean
on_look(gpointer data)
{
	Bench *bench = data;

	if (!bench->is_flashing) {
		if (count_ready(bench->bench) < bench->n_boards || !gy_bench_can_start(bench->bench, NULL))
			return G_SOURCE_CONTINUE;
		if (bench->n_looks++ == 0)
			g_action_group_activate_action(G_ACTION_GROUP(bench->window), "show-flash", NULL);
		/* how long a place takes to be drawn for the first time is not meant */
		if (bench->n_looks < LOOKS_FIRST)
			return G_SOURCE_CONTINUE;
		bench->watcher = main_loop_watch_start(&bench->watch);
		gtk_widget_add_tick_callback(bench->window, on_tick, bench, NULL);
		g_action_group_activate_action(G_ACTION_GROUP(bench->window), "start", NULL);
		bench->is_flashing = TRUE;
	} else if (gy_bench_n_running(bench->bench) == 0) {
		bench->is_done = count_done(bench->bench) == bench->n_boards;
		g_source_destroy(bench->watcher);
		g_clear_pointer(&bench->watcher, g_source_unref);
		g_application_quit(bench->application);
		return G_SOURCE_REMOVE;
	}
	return G_SOURCE_CONTINUE;
}

/* The pages are there once the window is shown. */
static void
on_shown(GtkWidget *window, Bench *bench)
{
	bench->window = window;
	bench->bench = find_bench(window);
	g_timeout_add(100, on_look, bench);
}

static void
on_window_to_flash(GtkApplication *application, GtkWindow *window, Bench *bench)
{
	g_signal_connect(window, "map", G_CALLBACK(on_shown), bench);
}

static int
compare(gconstpointer a, gconstpointer b)
{
	gint64 first = *(const gint64 *) a;
	gint64 second = *(const gint64 *) b;

	return first < second ? -1 : first > second ? 1 : 0;
}

static double
rank_ms(const GArray *sorted, double part)
{
	guint i = (guint) ((double) sorted->len * part);

	return sorted->len ? (double) g_array_index(sorted, gint64, MIN(i, sorted->len - 1)) / 1000 : 0;
}

static int
run(Bench *bench, int n_boards, const char *spec, GCallback on_window)
{
	g_autoptr(GPtrArray) words = g_ptr_array_new();
	g_autoptr(GApplication) application = gy_application_new();

	g_ptr_array_add(words, (char *) "bench-gui");
	for (int i = 0; i < n_boards; i++) {
		g_ptr_array_add(words, (char *) "--simulate");
		g_ptr_array_add(words, (char *) spec);
	}
	bench->n_boards = (guint) n_boards;
	bench->application = application;
	g_signal_connect(application, "window-added", on_window, bench);
	return g_application_run(application, (int) words->len, (char **) words->pdata);
}

/* ---- the measurements ----------------------------------------------------------------------------------- */

static int
measure_start(void)
{
	Bench bench = {0};

	return run(&bench, 0, NULL, G_CALLBACK(on_window_to_start));
}

static int
measure_frames(void)
{
	g_autoptr(GArray) gaps = g_array_new(FALSE, FALSE, sizeof(gint64));
	Bench bench = {.gaps = gaps};
	int status = run(&bench, 8, "flash-timing=none,code-size=524288", G_CALLBACK(on_window_to_flash));

	g_array_sort(gaps, compare);
	g_print("8 boards flashed at once: %u frames, median %.1f ms, 99th percentile %.1f ms (60 a second: "
		"16.7 ms); %.0f MiB\n",
		gaps->len, rank_ms(gaps, 0.5), rank_ms(gaps, 0.99), rss_mib());
	return bench.is_done && gaps->len > 0 ? status : EXIT_FAILURE;
}

/* Fails by computing time alone: how long the computer let us wait says nothing of the program. */
static int
measure_turns(void)
{
	g_autoptr(GArray) gaps = g_array_new(FALSE, FALSE, sizeof(gint64));
	Bench bench = {.gaps = gaps};
	int status = run(&bench, 2, BIG, G_CALLBACK(on_window_to_flash));

	g_print("2 boards of 1 MiB flashed: %u turns of the main loop, the longest %.1f ms, of computing "
		"%.1f ms "
		"(at most %d)\n",
		bench.watch.n_turns, (double) bench.watch.longest_us / 1000,
		(double) bench.watch.longest_cpu_us / 1000, TURN_MOST_MS);
	if (!bench.is_done || bench.watch.n_turns == 0 || bench.watch.longest_cpu_us > TURN_MOST_MS * 1000)
		return EXIT_FAILURE;
	return status;
}

/* ---- all of them ---------------------------------------------------------------------------------------- */

static gboolean
start_once(const char *self, GArray *times, double *rss)
{
	g_autofree char *now = g_strdup_printf("%" G_GINT64_FORMAT, g_get_monotonic_time());
	g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE);
	g_autoptr(GSubprocess) process = NULL;
	g_autofree char *text = NULL;
	char *end = NULL;
	gint64 us;

	g_subprocess_launcher_setenv(launcher, STARTED, now, TRUE);
	process = g_subprocess_launcher_spawn(launcher, NULL, self, "start", NULL);
	if (!process || !g_subprocess_communicate_utf8(process, NULL, NULL, &text, NULL, NULL) || !text)
		return FALSE;
	us = (gint64) (g_ascii_strtod(text, &end) * 1000);
	*rss = MAX(*rss, g_ascii_strtod(end, NULL));
	g_array_append_val(times, us);
	return g_subprocess_get_successful(process) && us > 0;
}

static int
measure_all(const char *self)
{
	g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(gint64));
	double rss = 0;

	for (guint i = 0; i < N_STARTS; i++)
		if (!start_once(self, times, &rss))
			return EXIT_FAILURE;
	g_array_sort(times, compare);
	g_print("start to first frame: median %.0f ms, longest %.0f ms of %d (wanted: under %d); %.0f MiB "
		"(wanted: under %d)\n",
		rank_ms(times, 0.5), rank_ms(times, 1), N_STARTS, START_MOST_MS, rss, RSS_MOST_MIB);
	for (guint i = 0; i < 2; i++) {
		const char *command[] = {self, i == 0 ? "frames" : "turns", NULL};
		g_autoptr(GSubprocess) process =
			g_subprocess_newv(command, G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL);

		if (!process || !g_subprocess_wait_check(process, NULL, NULL))
			return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}

int
main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";

	g_setenv("GSETTINGS_SCHEMA_DIR", SCHEMA_FOLDER, TRUE);
	g_setenv("GANTRY_SIM", SIMULATOR, FALSE);
	if (g_str_equal(name, "start"))
		return measure_start();
	if (g_str_equal(name, "frames"))
		return measure_frames();
	if (g_str_equal(name, "turns"))
		return measure_turns();
	if (g_str_equal(name, "all"))
		return measure_all(argv[0]);
	execl(WITH_DISPLAY, WITH_DISPLAY, argv[0], "all", NULL);
	g_printerr("bench-gui: %s cannot be run\n", WITH_DISPLAY);
	return EXIT_FAILURE;
}
