// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/console/console.h"
#include "ui/model/bench.h"
#include "ui/model/board.h"

/** Lines that are kept. */
#define GY_TERMINAL_LINES 100000

/**
 * GyTerminalState:
 * @GY_TERMINAL_IDLE: no board is chosen, or it was disconnected
 * @GY_TERMINAL_OPENING: the port is being opened
 * @GY_TERMINAL_OPEN: text goes both ways
 * @GY_TERMINAL_LENT: a job of ours holds the port; what the board prints is shown, nothing can be sent
 * @GY_TERMINAL_AWAY: the port went away and is waited for
 * @GY_TERMINAL_FAILED: gy_terminal_error() says why
 */
typedef enum {
	GY_TERMINAL_IDLE,
	GY_TERMINAL_OPENING,
	GY_TERMINAL_OPEN,
	GY_TERMINAL_LENT,
	GY_TERMINAL_AWAY,
	GY_TERMINAL_FAILED,
} GyTerminalState;

/**
 * GyTerminal:
 *
 * The console of one board as lines, kept as they came. While a job runs on the board it hands the port over, shows what
 * the job hears, and takes the port back.
 *
 * Signals:
 * - `state-changed`
 * - `text-waiting`: gy_terminal_take() has something, told once until it is called
 * - `lines-reset`: everything is to be drawn again from gy_terminal_all()
 */
#define GY_TYPE_TERMINAL (gy_terminal_get_type())
G_DECLARE_FINAL_TYPE(GyTerminal, gy_terminal, GY, TERMINAL, GObject)

GyTerminal *gy_terminal_new(GyBench *bench);

/** gy_terminal_connect: (nullable) @board: disconnects. */
void gy_terminal_connect(GyTerminal *terminal, GyBoard *board);
GyBoard *gy_terminal_board(GyTerminal *terminal);
GyTerminalState gy_terminal_state(GyTerminal *terminal);
/** gy_terminal_state_words: (transfer full): translated, one sentence. */
char *gy_terminal_state_words(GyTerminal *terminal);
const GError *gy_terminal_error(GyTerminal *terminal);

/** gy_terminal_set_timestamps, _set_hex: from the next line on. */
void gy_terminal_set_timestamps(GyTerminal *terminal, gboolean timestamps);
void gy_terminal_set_hex(GyTerminal *terminal, gboolean hex);
/** gy_terminal_set_filter: only lines that hold @text, whatever their case, are given out; "" all. Resets. */
void gy_terminal_set_filter(GyTerminal *terminal, const char *text);
/** gy_terminal_set_paused: text is kept and not given out. */
void gy_terminal_set_paused(GyTerminal *terminal, gboolean is_paused);
guint gy_terminal_n_waiting(GyTerminal *terminal);
void gy_terminal_clear(GyTerminal *terminal);

/** gy_terminal_take: (transfer full): what is new since the last call, whole lines and the start of one. */
char *gy_terminal_take(GyTerminal *terminal);
/** gy_terminal_all: (transfer full): all lines that pass the filter; nothing is new after it. */
char *gy_terminal_all(GyTerminal *terminal);
/** gy_terminal_saved: (transfer full): all lines that are kept, whatever the filter. */
GBytes *gy_terminal_saved(GyTerminal *terminal);

gboolean gy_terminal_can_send(GyTerminal *terminal);
/** gy_terminal_send: @line_end: "\r\n", "\n", "\r" or "". */
void gy_terminal_send(GyTerminal *terminal, const char *text, const char *line_end);
/** gy_terminal_has_lines: whether the cable has DTR and RTS, and they can be set now. */
gboolean gy_terminal_has_lines(GyTerminal *terminal);
void gy_terminal_set_line(GyTerminal *terminal, GyControlLine line, gboolean is_on);
/** gy_terminal_line: whether we assert it; both are from when the port was opened, or came back. */
gboolean gy_terminal_line(GyTerminal *terminal, GyControlLine line);
gboolean gy_terminal_can_break(GyTerminal *terminal);
void gy_terminal_send_break(GyTerminal *terminal);
