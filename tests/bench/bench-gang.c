// SPDX-License-Identifier: Apache-2.0
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "engine/devices/sample.h"
#include "engine/station/batch.h"

/*
 * A station of sixteen: simulated boards behind serial lines of 921600 baud, with the times of a real flash, first one of them
 * alone and then all at once. All have to pass; the whole may take hardly longer than its slowest board; and the station's
 * memory is looked at. About a minute and a half.
 */

#define N_BOARDS   16
#define CODE_SIZE  (128u << 10)
#define RATIO_MOST 1.05
#define MIB_MOST   150.0

typedef struct {
	GMainLoop *loop;
	gint64 slowest_ms;
	guint n_pass;
	guint n_ended;
} Round;

static void
end_with_us(gpointer data)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static char *
port_of(const GySample *sample, guint i)
{
	g_autofree char *name = g_strdup_printf("board-%u", i);

	return g_build_filename(sample->folder, name, NULL);
}

/* Its first line says that it can be opened. */
static GSubprocess *
start_board(const GySample *sample, guint i)
{
	g_autofree char *port = port_of(sample, i);
	g_autofree char *image = g_strconcat("application=", sample->image, NULL);
	const char *const words[] = {SIMULATOR, "--new", "--root-key", sample->root_key, "--image", image,
		"--version", "1.0", "--pty", port, "--baud", "921600", "--flash-timing", "real", "--quiet",
		NULL};
	g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE);
	g_autoptr(GError) error = NULL;
	GSubprocess *board;
	char first[256];

	g_subprocess_launcher_set_child_setup(launcher, end_with_us, NULL, NULL);
	board = g_subprocess_launcher_spawnv(launcher, words, &error);
	if (!board || g_input_stream_read(
			      g_subprocess_get_stdout_pipe(board), first, sizeof first, NULL, &error) <= 0)
		g_error("no board: %s", error ? error->message : "it says nothing");
	return board;
}

static char *
write_station(const GySample *sample, guint n)
{
	g_autoptr(GString) text = g_string_new("[station]\nname = bench\nrecords = records.db\n");
	char *path = g_build_filename(sample->folder, "bench.station", NULL);

	g_string_append_printf(text, "package = %s\nroot-key = %s\n[link]\nbaud = 921600\n", sample->package,
		sample->root_key);
	g_string_append(text, "[serial]\nsource = counter\npattern = B######\n");
	for (guint i = 0; i < n; i++)
		g_string_append_printf(text, "[slot %u]\nport = ./board-%u\n", i + 1, i);
	if (!g_file_set_contents(path, text->str, -1, NULL))
		g_error("%s cannot be written", path);
	return path;
}

static void
on_event(GyGang *gang, GySlot *slot, const GyTurnEvent *event, gpointer data)
{
	Round *round = data;

	if (event->kind != GY_TURN_ENDED)
		return;
	round->n_ended++;
	round->n_pass += event->record->result == GY_RECORD_DONE;
	round->slowest_ms = MAX(round->slowest_ms, event->record->total_ms);
	if (event->record->result != GY_RECORD_DONE)
		printf("  slot %s: %s: %s\n", gy_slot_name(slot), event->record->code,
			event->record->message);
}

static void
on_batch_ended(GyBatch *batch, gpointer data)
{
	g_main_loop_quit(((Round *) data)->loop);
}

/* Returns: milliseconds from the start of the batch to its end. */
static gint64
run_round(const GySample *sample, guint n, Round *round)
{
	g_autofree char *path = write_station(sample, n);
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
	g_autoptr(GError) error = NULL;
	const GyBatchLimits limits = {.once = TRUE};
	GyStation *station = gy_station_load(path, &error);
	g_autoptr(GyBatch) batch = station ? gy_batch_new(station, &limits, &error) : NULL;
	GSubprocess *boards[N_BOARDS];
	gint64 began_us;

	if (!batch)
		g_error("%s", error->message);
	*round = (Round){.loop = loop};
	for (guint i = 0; i < n; i++)
		boards[i] = start_board(sample, i);
	g_signal_connect(gy_batch_gang(batch), "event", G_CALLBACK(on_event), round);
	g_signal_connect(batch, "ended", G_CALLBACK(on_batch_ended), round);
	began_us = g_get_monotonic_time();
	if (!gy_batch_start(batch, &error))
		g_error("%s", error->message);
	g_main_loop_run(loop);
	for (guint i = 0; i < n; i++) {
		g_subprocess_force_exit(boards[i]);
		g_object_unref(boards[i]);
	}
	return (g_get_monotonic_time() - began_us) / 1000;
}

/* MiB: the most that this process ever had. */
static double
peak_mib(void)
{
	g_autofree char *status = NULL;
	const char *line = NULL;

	if (g_file_get_contents("/proc/self/status", &status, NULL, NULL))
		line = strstr(status, "VmHWM:");
	return line ? (double) g_ascii_strtoull(line + strlen("VmHWM:"), NULL, 10) / 1024 : 0;
}

int
main(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GySample) sample = gy_sample_new(CODE_SIZE, &error);
	Round alone, all;
	gint64 alone_ms, all_ms;
	double ratio;
	gboolean is_good;

	if (!sample)
		g_error("%s", error->message);
	alone_ms = run_round(sample, 1, &alone);
	printf("one board alone:    %6.2f s\n", (double) alone_ms / 1000);
	fflush(stdout);
	all_ms = run_round(sample, N_BOARDS, &all);
	ratio = (double) all_ms / (double) MAX(all.slowest_ms, 1);
	printf("%u boards at once:  %6.2f s, the slowest of them %.2f s, %u passed\n", N_BOARDS,
		(double) all_ms / 1000, (double) all.slowest_ms / 1000, all.n_pass);
	printf("whole / slowest:    %6.3f (at most %.2f)\n", ratio, RATIO_MOST);
	printf("memory at most:     %6.1f MiB (less than %.0f)\n", peak_mib(), MIB_MOST);
	is_good = alone.n_pass == 1 && all.n_pass == N_BOARDS && ratio <= RATIO_MOST && peak_mib() < MIB_MOST;
	if (!is_good)
		printf("NOT what it has to be\n");
	return is_good ? EXIT_SUCCESS : EXIT_FAILURE;
}
