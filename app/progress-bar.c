// SPDX-License-Identifier: Apache-2.0
#include "app/progress-bar.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "app/terminal.h"
#include "app/text.h"

#define REDRAW_US     (G_USEC_PER_SEC / 10)
#define STAGE_WIDTH   9
#define PERCENT_WIDTH 5

/* Over a minute to five seconds, below to one: a number that jumps says less. */
static char *
time_left_text(double seconds)
{
	gint64 whole = (gint64) ceil(MIN(seconds, 359999.0));

	if (whole > 60)
		whole = (whole + 4) / 5 * 5;
	if (whole < 60)
		return g_strdup_printf("%d s left", (int) whole);
	return g_strdup_printf("%d min %d s left", (int) (whole / 60), (int) (whole % 60));
}

/* "20.0 of 40.1 KiB": the unit once where it is the same. */
static char *
bytes_text(guint64 done, guint64 total)
{
	g_autofree char *all = gy_text_size(total);

	if (total < 1024)
		return g_strdup_printf("%" G_GUINT64_FORMAT " of %s", done, all);
	if (total < 1024 * 1024)
		return g_strdup_printf("%.1f of %s", (double) done / 1024.0, all);
	return g_strdup_printf("%.1f of %s", (double) done / (1024.0 * 1024.0), all);
}

/* Depends on nothing but the width, so that the bar does not change its length while the numbers do. */
static guint
bar_cells(guint usable)
{
	if (usable >= 99)
		return 30;
	if (usable >= 71)
		return 16;
	return usable >= STAGE_WIDTH + 1 + 10 + 5 ? 10 : 0;
}

static void
append_bar(GString *line, double fraction, guint cells, gboolean is_utf8)
{
	guint full = (guint) (CLAMP(fraction, 0.0, 1.0) * cells);

	for (guint i = 0; i < cells; i++)
		g_string_append(line, i < full ? (is_utf8 ? "█" : "#") : (is_utf8 ? "░" : "."));
	if (cells > 0)
		g_string_append_c(line, ' ');
}

/* Takes @part; leaves it out if it does not fit. Every part is ASCII: bytes are columns. */
static void
append_part(GString *line, guint *used, guint usable, char *part)
{
	guint columns = (guint) strlen(part) + 2;

	if (columns <= usable - *used) {
		g_string_append_printf(line, "  %s", part);
		*used += columns;
	}
	g_free(part);
}

char *
gy_progress_bar_line(const GyProgressView *view, guint width, gboolean is_utf8)
{
	guint usable = width > 1 ? width - 1 : 1;
	guint cells = bar_cells(usable);
	guint used = STAGE_WIDTH + 1 + (cells > 0 ? cells + 1 : 0) + PERCENT_WIDTH;
	g_autofree char *percent = g_strdup_printf("%3d %%", (int) (CLAMP(view->fraction, 0.0, 1.0) * 100.0));
	GString *line = g_string_new(NULL);

	/* too narrow for anything else: the percent alone, or its beginning */
	if (usable < used) {
		g_string_append_printf(line, "%.*s", (int) MIN(usable, strlen(percent)), percent);
		return g_string_free(line, FALSE);
	}
	g_string_append_printf(line, "%-*.*s ", STAGE_WIDTH, STAGE_WIDTH, view->stage);
	append_bar(line, view->fraction, cells, is_utf8);
	g_string_append(line, percent);
	if (view->total > 0)
		append_part(line, &used, usable, bytes_text(view->done, view->total));
	if (view->rate > 0)
		append_part(line, &used, usable, gy_text_rate(view->rate));
	if (view->seconds_left >= 0)
		append_part(line, &used, usable, time_left_text(view->seconds_left));
	return g_string_free(line, FALSE);
}

static void
put(int fd, const char *text)
{
	gssize done = write(fd, text, strlen(text));

	/* a terminal that is gone is noticed when the answer is written */
	(void) done;
}

const char *
gy_progress_mark(const GyProgressBar *bar)
{
	return bar->is_utf8 ? "✓" : "+";
}

void
gy_progress_bar_init(GyProgressBar *bar, int fd)
{
	bar->fd = fd;
	bar->is_utf8 = gy_terminal_is_utf8();
	bar->is_shown = FALSE;
	bar->drawn_us = 0;
}

void
gy_progress_bar_draw(GyProgressBar *bar, const GyProgressView *view, gboolean at_once)
{
	gint64 now = g_get_monotonic_time();
	g_autofree char *line = NULL;
	g_autofree char *whole = NULL;

	if (!at_once && bar->is_shown && now - bar->drawn_us < REDRAW_US)
		return;
	line = gy_progress_bar_line(view, gy_terminal_width(bar->fd), bar->is_utf8);
	whole = g_strdup_printf("\r%s\033[K", line);
	put(bar->fd, whole);
	bar->is_shown = TRUE;
	bar->drawn_us = now;
}

void
gy_progress_bar_hide(GyProgressBar *bar)
{
	if (bar->is_shown)
		put(bar->fd, "\r\033[K");
	bar->is_shown = FALSE;
}
