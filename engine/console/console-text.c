// SPDX-License-Identifier: Apache-2.0
#include "engine/console/console-text.h"

#include <string.h>

#include "engine/safe-text.h"
#include "engine/steady-clock.h"

#define ROW_SIZE 16

struct _GyConsoleText {
	gboolean timestamps;
	gboolean hex;
	gboolean is_in_line;

	GyTextStream stream;
	GyTextStream typed; /* its line ends are not the device's */
	gint64 pending_us;  /* when what the stream keeps back came */

	guint64 offset; /* of the row */
	guint8 row[ROW_SIZE];
	gsize row_size;
	gint64 row_time_us;
};

GyConsoleText *
gy_console_text_new(void)
{
	GyConsoleText *text = g_new0(GyConsoleText, 1);

	gy_text_stream_init(&text->stream);
	gy_text_stream_init(&text->typed);
	return text;
}

void
gy_console_text_free(GyConsoleText *text)
{
	gy_text_stream_clear(&text->stream);
	gy_text_stream_clear(&text->typed);
	g_free(text);
}

void
gy_console_text_set_timestamps(GyConsoleText *text, gboolean timestamps)
{
	text->timestamps = timestamps;
}

gboolean
gy_console_text_has_timestamps(const GyConsoleText *text)
{
	return text->timestamps;
}

void
gy_console_text_set_hex(GyConsoleText *text, gboolean hex)
{
	text->hex = hex;
}

gboolean
gy_console_text_is_hex(const GyConsoleText *text)
{
	return text->hex;
}

static void
append_stamp(GyConsoleText *text, GString *into, gint64 time_us)
{
	g_autofree char *stamp = text->timestamps ? gy_time_stamp(time_us) : NULL;

	if (stamp)
		g_string_append_printf(into, "%s  ", stamp);
}

/* ---- lines ---- */

/* @begun_us: of the first of them, of which half a character may have come before. */
static void
append_lines(GyConsoleText *text, GString *into, const char *safe, gint64 begun_us, gint64 time_us)
{
	while (*safe) {
		const char *end = strchr(safe, '\n');
		gsize size = end ? (gsize) (end - safe) + 1 : strlen(safe);

		if (!text->is_in_line)
			append_stamp(text, into, begun_us);
		g_string_append_len(into, safe, (gssize) size);
		text->is_in_line = !end;
		safe += size;
		begun_us = time_us;
	}
}

static void
feed_lines(GyConsoleText *text, GString *into, const guint8 *bytes, gsize size, gint64 time_us)
{
	gint64 begun_us = text->stream.pending->len > 0 ? text->pending_us : time_us;
	g_autofree char *safe = gy_text_stream_feed(&text->stream, (const char *) bytes, size);

	append_lines(text, into, safe, begun_us, time_us);
	/* what is pending after bytes that showed nothing has been so since before them */
	text->pending_us = *safe ? time_us : begun_us;
}

/* ---- rows ---- */

void
gy_hex_row(GString *into, guint64 offset, const guint8 *bytes, gsize size)
{
	g_return_if_fail(size >= 1 && size <= ROW_SIZE);

	g_string_append_printf(into, "%08" G_GINT64_MODIFIER "x ", offset);
	for (gsize i = 0; i < ROW_SIZE; i++) {
		/* a gap in the middle: eight are counted at a glance */
		g_string_append(into, i == ROW_SIZE / 2 ? "  " : " ");
		if (i < size)
			g_string_append_printf(into, "%02x", bytes[i]);
		else
			g_string_append(into, "  ");
	}
	g_string_append(into, "  |");
	for (gsize i = 0; i < size; i++)
		g_string_append_c(into, g_ascii_isprint(bytes[i]) ? (char) bytes[i] : '.');
	g_string_append(into, "|\n");
}

static void
end_row(GyConsoleText *text, GString *into)
{
	append_stamp(text, into, text->row_time_us);
	gy_hex_row(into, text->offset, text->row, text->row_size);
	text->offset += text->row_size;
	text->row_size = 0;
}

static void
feed_rows(GyConsoleText *text, GString *into, const guint8 *bytes, gsize size, gint64 time_us)
{
	for (gsize i = 0; i < size; i++) {
		if (text->row_size == 0)
			text->row_time_us = time_us;
		text->row[text->row_size++] = bytes[i];
		if (text->row_size == ROW_SIZE)
			end_row(text, into);
	}
}

/* ---- both ---- */

char *
gy_console_text_feed(GyConsoleText *text, const guint8 *bytes, gsize size, gint64 time_us)
{
	GString *shown = g_string_new(NULL);

	if (text->hex) {
		feed_rows(text, shown, bytes, size, time_us);
	} else {
		/* offsets count all bytes of the device, in whatever view they were shown */
		text->offset += size;
		feed_lines(text, shown, bytes, size, time_us);
	}
	return g_string_free(shown, FALSE);
}

char *
gy_console_text_echo(GyConsoleText *text, const guint8 *bytes, gsize size, gint64 time_us)
{
	GString *shown = g_string_new(NULL);
	g_autofree char *safe = gy_text_stream_feed(&text->typed, (const char *) bytes, size);

	if (!text->hex)
		append_lines(text, shown, safe, time_us, time_us);
	return g_string_free(shown, FALSE);
}

char *
gy_console_text_flush(GyConsoleText *text)
{
	GString *shown = g_string_new(NULL);
	g_autofree char *safe = gy_text_stream_end(&text->stream);

	append_lines(text, shown, safe, text->pending_us, text->pending_us);
	if (text->row_size > 0)
		end_row(text, shown);
	return g_string_free(shown, FALSE);
}

gboolean
gy_console_text_is_waiting(const GyConsoleText *text)
{
	return text->row_size > 0 || text->stream.pending->len > 0;
}

gboolean
gy_console_text_is_in_line(const GyConsoleText *text)
{
	return text->is_in_line;
}

void
gy_console_text_break_line(GyConsoleText *text)
{
	text->is_in_line = FALSE;
}
