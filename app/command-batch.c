// SPDX-License-Identifier: Apache-2.0
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "app/batch-control.h"
#include "app/batch-view.h"
#include "app/command.h"
#include "app/line-input.h"
#include "app/terminal.h"

#define EXIT_SOME_FAILED 8
#define EXIT_INTERRUPTED 130
#define KEY_RETRY        'R' /* with Ctrl */
#define NUMBER_MAX       1000000000

typedef struct {
	const GyOutput *output;
	GyBatch *batch;
	GyBatchView *view;
	GMainLoop *loop;
	gboolean aborts; /* what SIGTERM does with the turns that run */
	gboolean was_asked;
	gboolean was_aborted;
	guint n_interrupts;
} Line;

/* ---- stopping ------------------------------------------------------------------------------------------- */

static void
stop(gboolean abort, gpointer data)
{
	Line *line = data;

	line->was_asked = TRUE;
	line->was_aborted |= abort && gy_gang_n_in(gy_batch_gang(line->batch), GY_SLOT_BUSY) > 0;
	gy_batch_view_note(line->view,
		abort ? "stopping: boards are told to stop" : "stopping; Ctrl-C aborts boards that run");
	gy_batch_stop(line->batch, abort);
}

static void
leave_at_once(void)
{
	gy_terminal_restore();
	fflush(stdout);
	_exit(EXIT_INTERRUPTED);
}

/* Once: no more boards; twice: those that run stop too; three times: who cannot wait for them. */
static void
interrupt(gpointer data)
{
	Line *line = data;

	if (line->n_interrupts > 1)
		leave_at_once();
	stop(line->n_interrupts++ > 0, line);
}

static gboolean
on_interrupt(gpointer data)
{
	interrupt(data);
	return G_SOURCE_CONTINUE;
}

static gboolean
on_terminate(gpointer data)
{
	Line *line = data;

	stop(line->aborts, line);
	return G_SOURCE_CONTINUE;
}

static void
on_ended(GyBatch *batch, gpointer data)
{
	Line *line = data;

	g_main_loop_quit(line->loop);
}

/* ---- scans ---------------------------------------------------------------------------------------------- */

static void
on_line(const char *text, gpointer data)
{
	Line *line = data;
	g_autoptr(GError) error = NULL;
	GySlot *slot = NULL;
	GyScan outcome;

	if (!text)
		return;
	/* Enter or Space alone is the start key */
	if (text[strspn(text, " ")] == '\0') {
		gy_batch_go(line->batch, NULL);
		return;
	}
	outcome = gy_batch_scan(line->batch, text, &slot, &error);
	gy_batch_view_scan(line->view, text, outcome, slot, error);
}

static void
on_typed(const char *text, gpointer data)
{
	Line *line = data;

	if (g_str_equal(text, " "))
		gy_batch_go(line->batch, NULL);
	else
		gy_batch_view_typed(line->view, text);
}

static void
on_key(char letter, gpointer data)
{
	Line *line = data;
	guint n;
	g_autofree char *note = NULL;

	if (letter != KEY_RETRY)
		return;
	n = gy_batch_retry_failed(line->batch);
	note = n > 0 ? g_strdup_printf(n == 1 ? "%u board is tried again" : "%u boards are tried again", n)
		     : g_strdup("no failed board is in");
	gy_batch_view_note(line->view, note);
}

/* (transfer full) (nullable): where scans and the start key come from. */
static GyLineInput *
open_input(Line *line, GError **error)
{
	const GyStation *station = gy_batch_station(line->batch);
	GyLineInput *input;

	if (station->scanner)
		return gy_line_input_open(station->scanner, on_line, line, error);
	input = gy_line_input_new(STDIN_FILENO, on_line, on_typed, interrupt, line);
	gy_line_input_on_key(input, on_key);
	return input;
}

/* ---- all of it ------------------------------------------------------------------------------------------ */

static int
status_of(const Line *line)
{
	GyBatchTotals totals;

	gy_batch_totals(line->batch, &totals);
	if (line->was_aborted)
		return EXIT_INTERRUPTED;
	return totals.n_failed > 0 ? EXIT_SOME_FAILED : GY_EXIT_DONE;
}

static const char *
reason_of(const Line *line)
{
	if (line->was_aborted)
		return "aborted";
	if (gy_batch_why(line->batch) == GY_BATCH_END_FAILURES)
		return "failures";
	return line->was_asked ? "stopped" : "limit";
}

static gboolean
run_loop(Line *line, GError **error)
{
	g_signal_connect(line->batch, "ended", G_CALLBACK(on_ended), line);
	g_unix_signal_add(SIGINT, on_interrupt, line);
	g_unix_signal_add(SIGTERM, on_terminate, line);
	g_unix_signal_add(SIGHUP, on_terminate, line);
	/* a reader of our output that goes away must not stop boards half way */
	signal(SIGPIPE, SIG_IGN);
	gy_batch_view_begin(line->view);
	if (!gy_batch_start(line->batch, error)) {
		gy_batch_view_leave(line->view);
		return FALSE;
	}
	gy_batch_view_watch_pool(line->view);
	g_main_loop_run(line->loop);
	g_signal_handlers_disconnect_by_data(line->batch, line);
	return TRUE;
}

static int
run_batch(Line *line, const char *control_path)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GyBatchView) view = gy_batch_view_new(line->output, line->batch);
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
	g_autoptr(GyBatchControl) control = NULL;
	g_autoptr(GyLineInput) input = NULL;

	line->view = view;
	line->loop = loop;
	if (control_path)
		control = gy_batch_control_new(line->batch, control_path, stop, line, &error);
	if (!error)
		input = open_input(line, &error);
	if (error || !run_loop(line, &error))
		return gy_output_error(line->output, error, 0);
	gy_batch_view_end(view, reason_of(line));
	return status_of(line);
}

static gboolean
check_number(const char *option, int number, GError **error)
{
	if (number >= 0 && number <= NUMBER_MAX)
		return TRUE;
	gy_usage(error, "%s takes a number up to %d, not %d", option, NUMBER_MAX, number);
	return FALSE;
}

static gboolean
read_on_stop(const char *word, const GyStation *station, gboolean *aborts, GError **error)
{
	*aborts = word ? g_str_equal(word, "abort") : station->aborts;
	if (!word || *aborts || g_str_equal(word, "finish"))
		return TRUE;
	gy_usage(error, "--on-stop takes finish or abort, not \"%s\"", word);
	return FALSE;
}

static int
run(const GyCommand *command, GyOutput *output, char **arguments)
{
	g_auto(GStrv) inputs = arguments;
	g_autofree char *control = NULL;
	g_autofree char *on_stop = NULL;
	g_autoptr(GyStation) station = NULL;
	g_autoptr(GyBatch) batch = NULL;
	g_autoptr(GError) error = NULL;
	GyBatchLimits limits = {0};
	Line line = {.output = output};
	const char *input;
	int count = 0;
	int failures = 0;
	const GOptionEntry entries[] = {
		{"count", 0, 0, G_OPTION_ARG_INT, &count, "End after N boards, passed or failed", "N"},
		{"once", 0, 0, G_OPTION_ARG_NONE, &limits.once, "End after one board in each slot", NULL},
		{"until-failures", 0, 0, G_OPTION_ARG_INT, &failures, "End after N boards that failed", "N"},
		{"control", 0, 0, G_OPTION_ARG_FILENAME, &control,
			"Obey lines on a Unix socket: status, start, scan, retry, stop", "SOCKET"},
		{"on-stop", 0, 0, G_OPTION_ARG_STRING, &on_stop,
			"What SIGTERM does with boards that run: finish or abort", "WORD"},
		{NULL},
	};

	if (!gy_command_parse(command, entries, &inputs, &error) ||
		!(input = gy_command_need_input(inputs, "STATION", &error)) ||
		!check_number("--count", count, &error) ||
		!check_number("--until-failures", failures, &error) ||
		!(station = gy_station_load(input, &error)) ||
		!read_on_stop(on_stop, station, &line.aborts, &error))
		return gy_output_error(output, error, 0);
	limits.count = (guint) count;
	limits.until_failures = (guint) failures;
	/* a program reads objects */
	output->json |= !output->terminal;
	batch = gy_batch_new(g_steal_pointer(&station), &limits, &error);
	if (!batch)
		return gy_output_error(output, error, 0);
	line.batch = batch;
	return run_batch(&line, control);
}

const GyCommand gy_command_batch = {
	.name = "batch",
	.arguments = "STATION [--count N] [--once] [--control SOCKET]",
	.summary =
		"Runs a factory station: waits for boards, flashes and checks many at once, and records each",
	.example = "  gantry batch line-3.station\n"
		   "  gantry batch line-3.station --once --json </dev/null\n"
		   "  gantry batch line-3.station --control stand.sock",
	.run = run,
};
