// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

#include "engine/safe-text.h"

/** The longest line that is kept together, in bytes as shown. */
#define GY_CONSOLE_LINE_MAX 4096

/**
 * GyConsoleLine:
 * @text: safe text without its end
 * @time_us: when its first byte came
 * @is_whole: %FALSE if the device has not ended it, or it was too long and goes on in the next
 */
typedef struct {
	char *text;
	gint64 time_us;
	gboolean is_whole;
} GyConsoleLine;

/**
 * gy_console_line_is_noise: whether so much of it is no text that it was not printed as text, or at another rate than the
 * port's, as by a boot loader that comes between two applications.
 */
gboolean gy_console_line_is_noise(const GyConsoleLine *line);

/**
 * GyConsoleLines: a device's bytes, taken apart into lines.
 */
typedef struct {
	GyTextStream stream;
	GString *line;
	gint64 time_us;
	GArray *ready; /* GyConsoleLine */
} GyConsoleLines;

void gy_console_lines_init(GyConsoleLines *lines);
void gy_console_lines_clear(GyConsoleLines *lines);

/** gy_console_lines_feed: @time_us: when the bytes came. */
void gy_console_lines_feed(GyConsoleLines *lines, const guint8 *bytes, gsize size, gint64 time_us);

/** gy_console_lines_flush: what the device has begun becomes a line that is not whole, such as a prompt. */
void gy_console_lines_flush(GyConsoleLines *lines);

/** gy_console_lines_is_waiting: whether a line has begun. */
gboolean gy_console_lines_is_waiting(const GyConsoleLines *lines);

/** gy_console_lines_next: %FALSE if there is none; @line's text is to be freed. */
gboolean gy_console_lines_next(GyConsoleLines *lines, GyConsoleLine *line);
