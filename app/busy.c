// SPDX-License-Identifier: Apache-2.0
#include "app/busy.h"

#include <stdio.h>
#include <unistd.h>

#include "app/terminal.h"
#include "app/text.h"

#define SHOW_AFTER_US (G_USEC_PER_SEC)
#define REDRAW_US     (G_USEC_PER_SEC / 10)

typedef struct {
	GMutex lock;
	GCond ended;
	gboolean is_ended;
	GThreadFunc work;
	gpointer data;
} Busy;

static gpointer
run(gpointer data)
{
	Busy *busy = data;
	gpointer result = busy->work(busy->data);

	g_mutex_lock(&busy->lock);
	busy->is_ended = TRUE;
	g_cond_signal(&busy->ended);
	g_mutex_unlock(&busy->lock);
	return result;
}

/* On standard error: standard output is the answer. */
static gboolean
draw(const char *what, const GyDraft *draft, gint64 elapsed_us)
{
	guint64 done = draft ? gy_draft_size(draft) : 0;
	g_autofree char *size = done ? gy_text_size(done) : NULL;

	if (elapsed_us < SHOW_AFTER_US || gy_terminal_is_asking())
		return FALSE;
	fprintf(stderr, "\r%s, %d s%s%s\033[K", what, (int) (elapsed_us / G_USEC_PER_SEC), size ? ", " : "",
		size ? size : "");
	fflush(stderr);
	return TRUE;
}

gpointer
gy_busy_run(const GyOutput *output, const char *what, const GyDraft *draft, GThreadFunc work, gpointer data)
{
	Busy busy = {.work = work, .data = data};
	gint64 start = g_get_monotonic_time();
	gboolean drawn = FALSE;
	gpointer result;
	GThread *thread;

	if (output->json || !gy_terminal_is(STDERR_FILENO))
		return work(data);

	g_mutex_init(&busy.lock);
	g_cond_init(&busy.ended);
	thread = g_thread_new("busy", run, &busy);
	g_mutex_lock(&busy.lock);
	while (!busy.is_ended)
		if (!g_cond_wait_until(&busy.ended, &busy.lock, g_get_monotonic_time() + REDRAW_US))
			drawn |= draw(what, draft, g_get_monotonic_time() - start);
	g_mutex_unlock(&busy.lock);
	result = g_thread_join(thread);
	if (drawn)
		fputs("\r\033[K", stderr);
	g_mutex_clear(&busy.lock);
	g_cond_clear(&busy.ended);
	return result;
}
