// SPDX-License-Identifier: Apache-2.0
#include "app/line-work.h"

#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "app/progress-bar.h"

#define DRAW_EVERY_MS    100
#define EXIT_INTERRUPTED 130

struct _GyLineReport {
	GMutex lock;
	GyLineProgress progress;
	GPtrArray *sentences; /* not shown yet */
};

typedef struct {
	const GyOutput *output;
	GyProgressBar bar;
	GMainLoop *loop;
	GCancellable *cancellable;
	GyLineReport report;
	GyLineWork work;
	gpointer data;
	gint64 began_us;
	gboolean done;
	GError *error;
} Line;

void
gy_line_report(GyLineReport *report, const char *stage, guint64 done, guint64 total)
{
	g_mutex_lock(&report->lock);
	report->progress = (GyLineProgress){.stage = stage, .done = done, .total = total};
	g_mutex_unlock(&report->lock);
}

void
gy_line_say(GyLineReport *report, char *sentence)
{
	g_mutex_lock(&report->lock);
	g_ptr_array_add(report->sentences, sentence);
	g_mutex_unlock(&report->lock);
}

/* ---- the terminal --------------------------------------------------------------------------------------- */

static void
say_all(Line *line)
{
	g_mutex_lock(&line->report.lock);
	for (guint i = 0; i < line->report.sentences->len; i++) {
		gy_progress_bar_hide(&line->bar);
		gy_output_note(line->output, "%s", (const char *) line->report.sentences->pdata[i]);
	}
	g_ptr_array_set_size(line->report.sentences, 0);
	g_mutex_unlock(&line->report.lock);
}

static void
draw(Line *line)
{
	GyLineProgress progress;
	GyProgressView view = {.seconds_left = -1};
	double seconds = (double) (g_get_monotonic_time() - line->began_us) / 1e6;

	say_all(line);
	if (!line->output->terminal || line->output->json)
		return;
	g_mutex_lock(&line->report.lock);
	progress = line->report.progress;
	g_mutex_unlock(&line->report.lock);
	view.stage = progress.stage;
	view.done = progress.done;
	view.total = progress.total;
	if (progress.total > 0)
		view.fraction = (double) progress.done / (double) progress.total;
	if (progress.done > 0 && seconds > 1) {
		view.rate = (double) progress.done / seconds;
		view.seconds_left = (double) (progress.total - progress.done) / view.rate;
	} else {
		line->began_us = progress.done == 0 ? g_get_monotonic_time() : line->began_us;
	}
	gy_progress_bar_draw(&line->bar, &view, FALSE);
}

static gboolean
on_draw(gpointer data)
{
	draw(data);
	return G_SOURCE_CONTINUE;
}

/* ---- the thread ----------------------------------------------------------------------------------------- */

static gboolean
on_signal(gpointer data)
{
	Line *line = data;

	if (g_cancellable_is_cancelled(line->cancellable)) {
		gy_progress_bar_hide(&line->bar);
		fflush(stdout);
		_exit(EXIT_INTERRUPTED);
	}
	g_cancellable_cancel(line->cancellable);
	return G_SOURCE_CONTINUE;
}

static gboolean
on_done(gpointer data)
{
	Line *line = data;

	g_main_loop_quit(line->loop);
	return G_SOURCE_REMOVE;
}

static gpointer
work(gpointer data)
{
	Line *line = data;

	line->done = line->work(line->data, &line->report, line->cancellable, &line->error);
	g_idle_add(on_done, line);
	return NULL;
}

gboolean
gy_line_work_run(
	const GyOutput *output, const char *stage, GyLineWork function, gpointer data, GError **error)
{
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	g_autoptr(GPtrArray) sentences = g_ptr_array_new_with_free_func(g_free);
	Line line = {
		.output = output,
		.loop = loop,
		.cancellable = cancellable,
		.work = function,
		.data = data,
		.began_us = g_get_monotonic_time(),
	};
	const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	guint sources[G_N_ELEMENTS(signals) + 1];

	line.report.progress.stage = stage;
	line.report.sentences = sentences;
	g_mutex_init(&line.report.lock);
	gy_progress_bar_init(&line.bar, STDOUT_FILENO);
	for (guint i = 0; i < G_N_ELEMENTS(signals); i++)
		sources[i] = g_unix_signal_add(signals[i], on_signal, &line);
	sources[G_N_ELEMENTS(signals)] = g_timeout_add(DRAW_EVERY_MS, on_draw, &line);
	g_thread_unref(g_thread_new("line", work, &line));
	g_main_loop_run(loop);
	for (guint i = 0; i < G_N_ELEMENTS(sources); i++)
		g_source_remove(sources[i]);
	say_all(&line);
	gy_progress_bar_hide(&line.bar);
	g_mutex_clear(&line.report.lock);
	if (!line.done)
		g_propagate_error(error, line.error);
	return line.done;
}
