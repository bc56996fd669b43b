// SPDX-License-Identifier: Apache-2.0
#include "engine/safe-text.h"

#include <string.h>

/* Control characters, and those that reorder or hide what stands around them. */
static gboolean
is_harmless(gunichar character)
{
	GUnicodeType type = g_unichar_type(character);

	return type != G_UNICODE_CONTROL && type != G_UNICODE_FORMAT && type != G_UNICODE_LINE_SEPARATOR &&
	       type != G_UNICODE_PARAGRAPH_SEPARATOR && type != G_UNICODE_UNASSIGNED &&
	       type != G_UNICODE_PRIVATE_USE && type != G_UNICODE_SURROGATE;
}

static void
append_character(GString *into, gunichar character, gboolean lines)
{
	if (is_harmless(character) || (lines && (character == '\n' || character == '\t')))
		g_string_append_unichar(into, character);
	else if (character < 0x100)
		g_string_append_printf(into, "\\x%02x", (guint) character);
	else
		g_string_append_printf(into, "\\u{%x}", (guint) character);
}

void
gy_text_append_safe(GString *into, const char *text, gsize size, gboolean lines)
{
	while (size > 0) {
		gunichar character = g_utf8_get_char_validated(text, (gssize) size);
		gsize step = 1;

		/* a zero byte reads as "incomplete" to some versions of the function above */
		if (*text == '\0') {
			append_character(into, 0, lines);
		} else if (character == (gunichar) -1 || character == (gunichar) -2) {
			g_string_append_printf(into, "\\x%02x", (guchar) *text);
		} else {
			append_character(into, character, lines);
			step = (gsize) (g_utf8_next_char(text) - text);
		}
		text += step;
		size -= step;
	}
}

char *
gy_text_safe(const char *text)
{
	GString *safe = g_string_new(NULL);

	gy_text_append_safe(safe, text, strlen(text), FALSE);
	return g_string_free(safe, FALSE);
}

void
gy_text_stream_init(GyTextStream *stream)
{
	stream->pending = g_string_new(NULL);
	stream->after_return = FALSE;
}

void
gy_text_stream_clear(GyTextStream *stream)
{
	g_string_free(stream->pending, TRUE);
	stream->pending = NULL;
}

/* Bytes at the end that may be the beginning of one character: at most three. */
static gsize
incomplete_tail(const char *text, gsize size)
{
	for (gsize back = 1; back <= MIN(size, 3); back++) {
		guchar byte = (guchar) text[size - back];
		gsize length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 0;

		if (byte < 0x80)
			return 0;
		if (length > 0)
			return length > back && g_utf8_get_char_validated(
							text + size - back, (gssize) back) == (gunichar) -2
				       ? back
				       : 0;
	}
	return 0;
}

char *
gy_text_stream_feed(GyTextStream *stream, const char *bytes, gsize size)
{
	g_autoptr(GString) all = g_string_new(NULL);
	GString *shown = g_string_new(NULL);
	gsize tail;

	g_string_append_len(all, stream->pending->str, (gssize) stream->pending->len);
	/* "\r\n", "\r\r\n" and a lone "\r" are each one line end: a terminal would write over the line */
	for (gsize i = 0; i < size; i++) {
		if (bytes[i] == '\r') {
			if (!stream->after_return)
				g_string_append_c(all, '\n');
			stream->after_return = TRUE;
			continue;
		}
		if (bytes[i] != '\n' || !stream->after_return)
			g_string_append_c(all, bytes[i]);
		stream->after_return = FALSE;
	}
	tail = incomplete_tail(all->str, all->len);
	gy_text_append_safe(shown, all->str, all->len - tail, TRUE);
	g_string_truncate(stream->pending, 0);
	g_string_append_len(stream->pending, all->str + all->len - tail, (gssize) tail);
	return g_string_free(shown, FALSE);
}

char *
gy_text_stream_end(GyTextStream *stream)
{
	GString *shown = g_string_new(NULL);

	gy_text_append_safe(shown, stream->pending->str, stream->pending->len, TRUE);
	g_string_truncate(stream->pending, 0);
	return g_string_free(shown, FALSE);
}
