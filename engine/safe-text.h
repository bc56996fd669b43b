// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/**
 * gy_text_safe: (transfer full): text from outside for a terminal: what is no UTF-8 and what a terminal would
 * execute stands as \xNN or \u{N}. Tabs and line ends are such characters too.
 */
char *gy_text_safe(const char *text);

/** gy_text_append_safe: the same for @size bytes; with @lines, tabs and line ends stay. */
void gy_text_append_safe(GString *into, const char *text, gsize size, gboolean lines);

/**
 * GyTextStream:
 * @pending: the start of a character whose rest has not come yet
 *
 * Text of a device that comes in pieces, made safe for a terminal. A carriage return counts as part of a line end.
 */
typedef struct {
	GString *pending;
	gboolean after_return;
} GyTextStream;

void gy_text_stream_init(GyTextStream *stream);
void gy_text_stream_clear(GyTextStream *stream);
/** gy_text_stream_feed: (transfer full): what can be shown now. */
char *gy_text_stream_feed(GyTextStream *stream, const char *bytes, gsize size);
/** gy_text_stream_end: (transfer full): what was kept back, since nothing follows it. The stream can go on. */
char *gy_text_stream_end(GyTextStream *stream);
