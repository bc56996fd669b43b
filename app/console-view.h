// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/output.h"
#include "engine/console/console-lines.h"
#include "engine/console/console-text.h"
#include "engine/console/console.h"

/**
 * GyConsoleView:
 *
 * Shows a device's console: text or rows for people on standard output, what happens to the port on standard error;
 * with --json one object for each line and each event.
 */
typedef struct {
	const GyOutput *output;
	GyConsoleText *text;
	GyConsoleLines lines; /* with --json */
	guint pause;          /* source that shows what waits when nothing follows */
} GyConsoleView;

void gy_console_view_init(GyConsoleView *view, const GyOutput *output);
/** gy_console_view_clear: shows what still waits. */
void gy_console_view_clear(GyConsoleView *view);

void gy_console_view_text(GyConsoleView *view, GBytes *bytes, gint64 time_us);
void gy_console_view_echo(GyConsoleView *view, const guint8 *bytes, gsize size);

/** gy_console_view_notice: a sentence of ours between the device's lines; nothing with --json. */
void gy_console_view_notice(GyConsoleView *view, const char *format, ...) G_GNUC_PRINTF(2, 3);

/** gy_console_view_state: @why: (nullable): the error behind it. */
void gy_console_view_state(GyConsoleView *view, GyConsoleState state, const char *port, const GError *why);

void gy_console_view_toggle_hex(GyConsoleView *view);
void gy_console_view_toggle_timestamps(GyConsoleView *view);

/** gy_console_line_object: prints one line of a device as an object. */
void gy_console_line_object(const GyOutput *output, const GyConsoleLine *line);
