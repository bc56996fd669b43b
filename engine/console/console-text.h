// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/**
 * GyConsoleText:
 *
 * What people see of a device's bytes: text in which nothing acts on a terminal, or rows of hexadecimal digits, on
 * request with the time at the start of each line.
 */
typedef struct _GyConsoleText GyConsoleText;

GyConsoleText *gy_console_text_new(void);
void gy_console_text_free(GyConsoleText *text);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyConsoleText, gy_console_text_free)

/** gy_console_text_set_timestamps: from the next line on. */
void gy_console_text_set_timestamps(GyConsoleText *text, gboolean timestamps);
gboolean gy_console_text_has_timestamps(const GyConsoleText *text);

/** gy_console_text_set_hex: to be called after gy_console_text_flush(), which ends what was begun in the other view. */
void gy_console_text_set_hex(GyConsoleText *text, gboolean hex);
gboolean gy_console_text_is_hex(const GyConsoleText *text);

/** gy_console_text_feed: (transfer full): what can be shown now; valid UTF-8. @time_us: when the bytes came. */
char *gy_console_text_feed(GyConsoleText *text, const guint8 *bytes, gsize size, gint64 time_us);

/** gy_console_text_echo: (transfer full): the same for what was typed; nothing in the hexadecimal view. */
char *gy_console_text_echo(GyConsoleText *text, const guint8 *bytes, gsize size, gint64 time_us);

/**
 * gy_console_text_flush: (transfer full): what is kept back until more comes: the start of a character, a row of less
 * than 16 bytes. For the end, and for a pause.
 */
char *gy_console_text_flush(GyConsoleText *text);

/** gy_console_text_is_waiting: whether something is kept back. */
gboolean gy_console_text_is_waiting(const GyConsoleText *text);

/** gy_console_text_is_in_line: whether the line that was shown last has not ended. */
gboolean gy_console_text_is_in_line(const GyConsoleText *text);

/** gy_console_text_break_line: something else has ended the line on the screen. */
void gy_console_text_break_line(GyConsoleText *text);

/** gy_hex_row: appends "00000010  48 65 ...  |He...|" and a line end; @size is 1 to 16. */
void gy_hex_row(GString *into, guint64 offset, const guint8 *bytes, gsize size);
