// SPDX-License-Identifier: Apache-2.0
#include "app/progress-bar.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "app/terminal.h"
#include "app/text.h"

#define REDRAW_US   (G_USEC_PER_SEC / 10)
#define STAGE_WIDTH 9
#define BAR_MIN     10
#define BAR_MAX     40

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

static void
append_part(GString *line, guint width, char *part)
{
	/* every part is ASCII: bytes are columns */
	if (line->len + 2 + strlen(part) < width)
		g_string_append_printf(line, "  %s", part);
	g_free(part);
}

/* What stands right of the bar, as much of it as leaves room for the bar. */
static char *
details(const GyProgressView *view, guint width)
{
	GString *line = g_string_new(NULL);

	g_string_append_printf(line, "%3d %%", (int) (CLAMP(view->fraction, 0.0, 1.0) * 100.0));
	if (view->total > 0) {
		g_autofree char *done = gy_text_size(view->done);
		g_autofree char *total = gy_text_size(view->total);

		append_part(line, width, g_strdup_printf("%s of %s", done, total));
	}
	if (view->rate > 0)
		append_part(line, width, gy_text_rate(view->rate));
	if (view->seconds_left >= 0)
		append_part(line, width, time_left_text(view->seconds_left));
	return g_string_free(line, FALSE);
}

static void
append_bar(GString *line, double fraction, guint cells, gboolean is_utf8)
{
	guint full = (guint) (CLAMP(fraction, 0.0, 1.0) * cells);

	for (guint i = 0; i < cells; i++)
		g_string_append(line, i < full ? (is_utf8 ? "█" : "#") : (is_utf8 ? "░" : "."));
}

char *
gy_progress_bar_line(const GyProgressView *view, guint width, gboolean is_utf8)
{
	guint usable = width > 1 ? width - 1 : 1;
	guint fixed = STAGE_WIDTH + 1;
	g_autofree char *right =
		details(view, usable > fixed + BAR_MIN + 2 ? usable - fixed - BAR_MIN - 2 : 0);
	GString *line = g_string_new(NULL);
	guint cells;

	/* too narrow for stage and percent: the percent alone, and not even that below its width */
	if (usable < fixed + strlen(right)) {
		g_string_append_printf(line, "%.*s", (int) MIN(usable, strlen(right)), right);
		return g_string_free(line, FALSE);
	}
	g_string_append_printf(line, "%-*s ", STAGE_WIDTH, view->stage);
	cells = usable - (guint) MIN(usable, fixed + strlen(right) + 1);
	if (cells >= BAR_MIN) {
		append_bar(line, view->fraction, MIN(cells, BAR_MAX), is_utf8);
		g_string_append_c(line, ' ');
	}
	g_string_append(line, right);
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
