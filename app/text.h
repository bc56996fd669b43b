// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/** gy_text_size: (transfer full): "745 bytes", "18.6 KiB", "1.2 MiB". */
char *gy_text_size(guint64 bytes);
/** gy_text_rate: (transfer full): "88.1 KiB/s". */
char *gy_text_rate(double bytes_per_second);
/** gy_text_duration: (transfer full): "0.4 s", "14.2 s", "2 min 5 s". */
char *gy_text_duration(gint64 milliseconds);
/** gy_text_count: (transfer full): "1 image", "3 images"; @noun is the singular. */
char *gy_text_count(guint64 count, const char *noun);

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
