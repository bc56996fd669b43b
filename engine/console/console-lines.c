// SPDX-License-Identifier: Apache-2.0
#include "engine/console/console-lines.h"

/* A stray byte or two are no reason to hide what stands around them. */
#define NOISE_LEAST 4
#define NOISE_PART  6 /* of garbled ASCII a third is no text */

gboolean
gy_console_line_is_noise(const GyConsoleLine *line)
{
	gsize n_shown = 0, n_escaped = 0;

	for (const char *at = line->text; *at; at++) {
		gboolean is_escaped =
			at[0] == '\\' && at[1] == 'x' && g_ascii_isxdigit(at[2]) && g_ascii_isxdigit(at[3]);

		n_shown++;
		n_escaped += is_escaped;
		if (is_escaped)
			at += 3;
	}
	return n_escaped >= NOISE_LEAST && n_escaped >= n_shown / NOISE_PART;
}

static void
clear_line(gpointer data)
{
	g_free(((GyConsoleLine *) data)->text);
}

void
gy_console_lines_init(GyConsoleLines *lines)
{
	gy_text_stream_init(&lines->stream);
	lines->line = g_string_new(NULL);
	lines->time_us = 0;
	lines->ready = g_array_new(FALSE, FALSE, sizeof(GyConsoleLine));
	g_array_set_clear_func(lines->ready, clear_line);
}

void
gy_console_lines_clear(GyConsoleLines *lines)
{
	gy_text_stream_clear(&lines->stream);
	g_string_free(lines->line, TRUE);
	g_array_unref(lines->ready);
}

static void
end_line(GyConsoleLines *lines, gboolean is_whole)
{
	GyConsoleLine line = {g_strdup(lines->line->str), lines->time_us, is_whole};

	g_array_append_val(lines->ready, line);
	g_string_truncate(lines->line, 0);
}

/* @begun_us: of the line that is on its way, of which only half a character may have come. */
static void
append_safe(GyConsoleLines *lines, const char *safe, gint64 begun_us, gint64 time_us)
{
	lines->time_us = begun_us;
	for (const char *at = safe; *at; at = g_utf8_next_char(at)) {
		gboolean is_end = *at == '\n';

		if (!is_end)
			g_string_append_unichar(lines->line, g_utf8_get_char(at));
		if (!is_end && lines->line->len < GY_CONSOLE_LINE_MAX)
			continue;
		end_line(lines, is_end);
		lines->time_us = time_us;
	}
}

void
gy_console_lines_feed(GyConsoleLines *lines, const guint8 *bytes, gsize size, gint64 time_us)
{
	gint64 begun_us = gy_console_lines_is_waiting(lines) ? lines->time_us : time_us;
	g_autofree char *safe = gy_text_stream_feed(&lines->stream, (const char *) bytes, size);

	append_safe(lines, safe, begun_us, time_us);
}

void
gy_console_lines_flush(GyConsoleLines *lines)
{
	g_autofree char *safe = gy_text_stream_end(&lines->stream);

	append_safe(lines, safe, lines->time_us, lines->time_us);
	if (lines->line->len > 0)
		end_line(lines, FALSE);
}

gboolean
gy_console_lines_is_waiting(const GyConsoleLines *lines)
{
	return lines->line->len > 0 || lines->stream.pending->len > 0;
}

gboolean
gy_console_lines_next(GyConsoleLines *lines, GyConsoleLine *line)
{
	if (lines->ready->len == 0)
		return FALSE;
	*line = g_array_index(lines->ready, GyConsoleLine, 0);
	/* taken over, not freed with its place */
	g_array_index(lines->ready, GyConsoleLine, 0).text = NULL;
	g_array_remove_index(lines->ready, 0);
	return TRUE;
}
