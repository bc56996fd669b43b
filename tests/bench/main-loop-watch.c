// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/main-loop-watch.h"

#include <time.h>

typedef struct {
	GSource source;
	MainLoopWatch *watch;
	gint64 polled_us; /* 0: not in a turn */
	gint64 polled_cpu_us;
} WatchSource;

static gint64
cpu_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* The first source of all: everything that was dispatched after the last poll has been. */
static gboolean
prepare(GSource *source, int *timeout_ms)
{
	WatchSource *self = (WatchSource *) source;

	*timeout_ms = -1;
	if (self->polled_us != 0) {
		self->watch->n_turns++;
		self->watch->longest_us =
			MAX(self->watch->longest_us, g_get_monotonic_time() - self->polled_us);
		self->watch->longest_cpu_us =
			MAX(self->watch->longest_cpu_us, cpu_us() - self->polled_cpu_us);
	}
	self->polled_us = 0;
	return FALSE;
}

static gboolean
check(GSource *source)
{
	WatchSource *self = (WatchSource *) source;

	self->polled_us = g_get_monotonic_time();
	self->polled_cpu_us = cpu_us();
	return FALSE;
}

static gboolean
dispatch(GSource *source, GSourceFunc func, gpointer data)
{
	return G_SOURCE_CONTINUE;
}

GSource *
main_loop_watch_start(MainLoopWatch *watch)
{
	static GSourceFuncs funcs = {.prepare = prepare, .check = check, .dispatch = dispatch};
	GSource *source = g_source_new(&funcs, sizeof(WatchSource));

	*watch = (MainLoopWatch){0};
	((WatchSource *) source)->watch = watch;
	g_source_set_priority(source, G_MININT);
	g_source_attach(source, NULL);
	return source;
}
