// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/**
 * GyProgressView: what the line shows.
 * @stage: its name
 * @fraction: of the whole, 0 to 1
 * @done: bytes; @total 0: none are shown
 * @total: bytes
 * @rate: bytes per second, 0: not shown
 * @seconds_left: negative: not shown
 */
typedef struct {
	const char *stage;
	double fraction;
	guint64 done;
	guint64 total;
	double rate;
	double seconds_left;
} GyProgressView;

/**
 * gy_progress_bar_line:
 * @view: what it shows
 * @width: columns there are; the line leaves the last one free, so that it never wraps
 * @is_utf8: whether block characters can be shown
 *
 * Stage, bar, percent, bytes, rate, time left; what does not fit is left out from the end, the bar last.
 *
 * Returns: (transfer full): without a line end
 */
char *gy_progress_bar_line(const GyProgressView *view, guint width, gboolean is_utf8);

/**
 * GyProgressBar:
 *
 * The line at the bottom of a terminal: drawn again at most ten times a second, and moved down by what is printed.
 */
typedef struct {
	int fd;
	gboolean is_utf8;
	gboolean is_shown;
	gint64 drawn_us;
} GyProgressBar;

/** gy_progress_mark: stands before a stage that is done. */
const char *gy_progress_mark(const GyProgressBar *bar);

void gy_progress_bar_init(GyProgressBar *bar, int fd);
/** gy_progress_bar_draw: @at_once: even if it was drawn just now. */
void gy_progress_bar_draw(GyProgressBar *bar, const GyProgressView *view, gboolean at_once);
/** gy_progress_bar_hide: before anything else is printed. */
void gy_progress_bar_hide(GyProgressBar *bar);
