// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/**
 * MainLoopWatch: how long the turns of the main loop took, from the end of a poll to the beginning of the next.
 * @longest_us: by the clock
 * @longest_cpu_us: computing time of this thread: what the program itself does, however busy the computer is
 * @n_turns: how many there were
 */
typedef struct {
	gint64 longest_us;
	gint64 longest_cpu_us;
	guint n_turns;
} MainLoopWatch;

/** main_loop_watch_start: (transfer full): on the default context, for as long as it is not destroyed; @watch is zeroed. */
GSource *main_loop_watch_start(MainLoopWatch *watch);
