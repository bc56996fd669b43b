// SPDX-License-Identifier: Apache-2.0
#include "ui/model/terminal.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/console/console-open.h"
#include "engine/console/console-text.h"
#include "ui/model/error-words.h"

struct _GyTerminal {
	GObject parent;

	GyBench *bench;
	GyBoard *board;
	GyConsole *console;
	GCancellable *opening;
	GyTerminalState state;
	GError *error;
	GyConsoleText *text;

	GQueue lines;   /* char *, whole lines with their end, oldest first */
	GString *begun; /* the line that has not ended */
	GString *fresh; /* not given out yet */
	char *filter;   /* folded; "": none */
	gboolean is_paused;
	guint n_waiting; /* lines that came while it was paused */
	gboolean was_told;
};

G_DEFINE_FINAL_TYPE(GyTerminal, gy_terminal, G_TYPE_OBJECT)

enum { SIGNAL_STATE_CHANGED, SIGNAL_TEXT_WAITING, SIGNAL_LINES_RESET, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
set_state(GyTerminal *terminal, GyTerminalState state)
{
	terminal->state = state;
	g_signal_emit(terminal, signals[SIGNAL_STATE_CHANGED], 0);
}

/* ---- lines ---------------------------------------------------------------------------------------------- */

static gboolean
passes(const GyTerminal *terminal, const char *line)
{
	g_autofree char *folded = NULL;

	if (!*terminal->filter)
		return TRUE;
	folded = g_utf8_casefold(line, -1);
	return strstr(folded, terminal->filter) != NULL;
}

static void
keep_line(GyTerminal *terminal, char *line)
{
	g_queue_push_tail(&terminal->lines, line);
	if (terminal->lines.length > GY_TERMINAL_LINES)
		g_free(g_queue_pop_head(&terminal->lines));
	if (terminal->is_paused)
		terminal->n_waiting++;
	if (*terminal->filter && passes(terminal, line))
		g_string_append(terminal->fresh, line);
}

/* Without a filter text is seen as it comes; with one, when its line is whole. */
static void
add_text(GyTerminal *terminal, const char *text)
{
	const char *at = text;
	const char *end;

	if (!*terminal->filter)
		g_string_append(terminal->fresh, text);
	while ((end = strchr(at, '\n'))) {
		g_string_append_len(terminal->begun, at, end + 1 - at);
		keep_line(terminal, g_strndup(terminal->begun->str, terminal->begun->len));
		g_string_truncate(terminal->begun, 0);
		at = end + 1;
	}
	g_string_append(terminal->begun, at);
	if (terminal->fresh->len == 0 || (terminal->was_told && !terminal->is_paused))
		return;
	terminal->was_told = TRUE;
	g_signal_emit(terminal, signals[SIGNAL_TEXT_WAITING], 0);
}

static void
add_bytes(GyTerminal *terminal, GBytes *bytes, gint64 time_us)
{
	gsize size;
	const guint8 *data = g_bytes_get_data(bytes, &size);
	g_autofree char *text = gy_console_text_feed(terminal->text, data, size, time_us);

	add_text(terminal, text);
}

char *
gy_terminal_take(GyTerminal *terminal)
{
	GString *fresh;

	if (terminal->is_paused)
		return g_strdup("");
	fresh = terminal->fresh;
	terminal->fresh = g_string_new(NULL);
	terminal->was_told = FALSE;
	return g_string_free(fresh, FALSE);
}

char *
gy_terminal_all(GyTerminal *terminal)
{
	GString *all = g_string_new(NULL);

	for (GList *each = terminal->lines.head; each; each = each->next)
		if (passes(terminal, each->data))
			g_string_append(all, each->data);
	if (!*terminal->filter)
		g_string_append(all, terminal->begun->str);
	g_string_truncate(terminal->fresh, 0);
	terminal->was_told = FALSE;
	return g_string_free(all, FALSE);
}

GBytes *
gy_terminal_saved(GyTerminal *terminal)
{
	GString *all = g_string_new(NULL);

	for (GList *each = terminal->lines.head; each; each = each->next)
		g_string_append(all, each->data);
	g_string_append(all, terminal->begun->str);
	return g_string_free_to_bytes(all);
}

void
gy_terminal_clear(GyTerminal *terminal)
{
	g_queue_clear_full(&terminal->lines, g_free);
	g_string_truncate(terminal->begun, 0);
	g_string_truncate(terminal->fresh, 0);
	terminal->n_waiting = 0;
	g_signal_emit(terminal, signals[SIGNAL_LINES_RESET], 0);
}

void
gy_terminal_set_filter(GyTerminal *terminal, const char *text)
{
	g_free(terminal->filter);
	terminal->filter = g_utf8_casefold(text, -1);
	g_signal_emit(terminal, signals[SIGNAL_LINES_RESET], 0);
}

void
gy_terminal_set_paused(GyTerminal *terminal, gboolean is_paused)
{
	terminal->is_paused = is_paused;
	terminal->n_waiting = 0;
	if (!is_paused && terminal->fresh->len > 0)
		g_signal_emit(terminal, signals[SIGNAL_TEXT_WAITING], 0);
}

guint
gy_terminal_n_waiting(GyTerminal *terminal)
{
	return terminal->n_waiting;
}

static void
flush_text(GyTerminal *terminal)
{
	g_autofree char *text = gy_console_text_flush(terminal->text);

	add_text(terminal, text);
}

void
gy_terminal_set_timestamps(GyTerminal *terminal, gboolean timestamps)
{
	gy_console_text_set_timestamps(terminal->text, timestamps);
}

void
gy_terminal_set_hex(GyTerminal *terminal, gboolean hex)
{
	flush_text(terminal);
	gy_console_text_set_hex(terminal->text, hex);
}

/* ---- the port ------------------------------------------------------------------------------------------- */

static void
let_go(GyTerminal *terminal)
{
	if (terminal->opening)
		g_cancellable_cancel(terminal->opening);
	g_clear_object(&terminal->opening);
	if (terminal->console) {
		g_signal_handlers_disconnect_by_data(terminal->console, terminal);
		gy_console_close(terminal->console);
	}
	g_clear_object(&terminal->console);
	g_clear_error(&terminal->error);
}

static void
on_text(GyConsole *console, GBytes *text, gint64 time_us, GyTerminal *terminal)
{
	add_bytes(terminal, text, time_us);
}

static void
on_state(GyConsole *console, int state, GError *why, GyTerminal *terminal)
{
	switch ((GyConsoleState) state) {
	case GY_CONSOLE_OPEN: set_state(terminal, GY_TERMINAL_OPEN); break;
	case GY_CONSOLE_RECONNECTING:
		flush_text(terminal);
		set_state(terminal, GY_TERMINAL_AWAY);
		break;
	case GY_CONSOLE_CLOSED:
		flush_text(terminal);
		let_go(terminal);
		terminal->error = why ? g_error_copy(why) : NULL;
		set_state(terminal, why ? GY_TERMINAL_FAILED : GY_TERMINAL_IDLE);
		break;
	}
}

static void
take_console(GyTerminal *terminal, GyConsole *console)
{
	terminal->console = console;
	g_signal_connect(console, "text", G_CALLBACK(on_text), terminal);
	g_signal_connect(console, "state", G_CALLBACK(on_state), terminal);
	set_state(terminal, GY_TERMINAL_OPEN);
}

typedef struct {
	GyTerminal *terminal;
	GCancellable *cancellable;
} Opening;

static void
on_open(GObject *source, GAsyncResult *result, gpointer data)
{
	Opening *opening = data;
	g_autoptr(GyTerminal) terminal = opening->terminal;
	g_autoptr(GCancellable) cancellable = opening->cancellable;
	g_autoptr(GError) error = NULL;
	g_autoptr(GyConsole) console = gy_console_open_finish(result, &error);

	g_free(opening);
	/* somebody has changed his mind meanwhile */
	if (g_cancellable_is_cancelled(cancellable)) {
		if (console)
			gy_console_close(console);
		return;
	}
	g_clear_object(&terminal->opening);
	if (console) {
		take_console(terminal, g_steal_pointer(&console));
		return;
	}
	terminal->error = g_steal_pointer(&error);
	set_state(terminal, GY_TERMINAL_FAILED);
}

static void
reopen(GyTerminal *terminal)
{
	Opening *opening;

	let_go(terminal);
	if (!terminal->board) {
		set_state(terminal, GY_TERMINAL_IDLE);
		return;
	}
	if (gy_board_is_flashing(terminal->board)) {
		set_state(terminal, GY_TERMINAL_LENT);
		return;
	}
	terminal->opening = g_cancellable_new();
	opening = g_new(Opening, 1);
	*opening = (Opening){g_object_ref(terminal), g_object_ref(terminal->opening)};
	gy_console_open_async(gy_board_path(terminal->board), gy_board_baud(terminal->board), TRUE,
		terminal->opening, on_open, opening);
	set_state(terminal, GY_TERMINAL_OPENING);
}

void
gy_terminal_connect(GyTerminal *terminal, GyBoard *board)
{
	g_set_object(&terminal->board, board);
	reopen(terminal);
}

/* ---- jobs on the same port ------------------------------------------------------------------------------ */

static void
on_job_console(GyJob *job, GBytes *text, GyTerminal *terminal)
{
	add_bytes(terminal, text, g_get_real_time());
}

static void
on_flash_starting(GyBench *bench, GyBoard *board, GyTerminal *terminal)
{
	if (board != terminal->board)
		return;
	let_go(terminal);
	set_state(terminal, GY_TERMINAL_LENT);
}

static void
on_flash_started(GyBench *bench, GyFlash *flash, GyTerminal *terminal)
{
	if (gy_flash_board(flash) == terminal->board)
		g_signal_connect_object(gy_flash_job(flash), "console", G_CALLBACK(on_job_console), terminal,
			(GConnectFlags) 0);
}

static void
on_flash_ended(GyBench *bench, GyFlash *flash, GyTerminal *terminal)
{
	if (gy_flash_board(flash) == terminal->board && terminal->state == GY_TERMINAL_LENT)
		reopen(terminal);
}

/* ---- sending -------------------------------------------------------------------------------------------- */

gboolean
gy_terminal_can_send(GyTerminal *terminal)
{
	return terminal->state == GY_TERMINAL_OPEN && terminal->console;
}

void
gy_terminal_send(GyTerminal *terminal, const char *text, const char *line_end)
{
	g_autofree char *line = g_strconcat(text, line_end, NULL);

	if (gy_terminal_can_send(terminal))
		gy_console_send(terminal->console, (const guint8 *) line, strlen(line));
}

gboolean
gy_terminal_has_lines(GyTerminal *terminal)
{
	return gy_terminal_can_send(terminal) && gy_console_has_lines(terminal->console);
}

void
gy_terminal_set_line(GyTerminal *terminal, GyControlLine line, gboolean is_on)
{
	if (gy_terminal_has_lines(terminal))
		gy_console_set_line(terminal->console, line, is_on);
}

gboolean
gy_terminal_line(GyTerminal *terminal, GyControlLine line)
{
	return gy_terminal_has_lines(terminal) && gy_console_line(terminal->console, line);
}

gboolean
gy_terminal_can_break(GyTerminal *terminal)
{
	return gy_terminal_can_send(terminal) && gy_console_can_break(terminal->console);
}

void
gy_terminal_send_break(GyTerminal *terminal)
{
	if (gy_terminal_can_break(terminal))
		gy_console_send_break(terminal->console);
}

/* ---- the object ----------------------------------------------------------------------------------------- */

GyBoard *
gy_terminal_board(GyTerminal *terminal)
{
	return terminal->board;
}

GyTerminalState
gy_terminal_state(GyTerminal *terminal)
{
	return terminal->state;
}

const GError *
gy_terminal_error(GyTerminal *terminal)
{
	return terminal->error;
}

char *
gy_terminal_state_words(GyTerminal *terminal)
{
	switch (terminal->state) {
	case GY_TERMINAL_IDLE: return g_strdup(_("Not connected"));
	case GY_TERMINAL_OPENING: return g_strdup(_("Opening the port…"));
	case GY_TERMINAL_OPEN: return g_strdup(_("Connected"));
	case GY_TERMINAL_LENT: return g_strdup(_("The board is being flashed: read only"));
	case GY_TERMINAL_AWAY: return g_strdup(_("Unplugged. It goes on when the board is back."));
	case GY_TERMINAL_FAILED: return gy_error_headline(terminal->error);
	}
	return g_strdup("");
}

static void
gy_terminal_dispose(GObject *object)
{
	GyTerminal *terminal = GY_TERMINAL(object);

	let_go(terminal);
	g_clear_object(&terminal->board);
	g_clear_object(&terminal->bench);
	G_OBJECT_CLASS(gy_terminal_parent_class)->dispose(object);
}

static void
gy_terminal_finalize(GObject *object)
{
	GyTerminal *terminal = GY_TERMINAL(object);

	g_queue_clear_full(&terminal->lines, g_free);
	g_string_free(terminal->begun, TRUE);
	g_string_free(terminal->fresh, TRUE);
	g_free(terminal->filter);
	gy_console_text_free(terminal->text);
	G_OBJECT_CLASS(gy_terminal_parent_class)->finalize(object);
}

static void
gy_terminal_class_init(GyTerminalClass *class)
{
	static const char *const names[N_SIGNALS] = {"state-changed", "text-waiting", "lines-reset"};

	G_OBJECT_CLASS(class)->dispose = gy_terminal_dispose;
	G_OBJECT_CLASS(class)->finalize = gy_terminal_finalize;
	for (guint i = 0; i < N_SIGNALS; i++)
		signals[i] = g_signal_new(names[i], G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL,
			NULL, NULL, G_TYPE_NONE, 0);
}

static void
gy_terminal_init(GyTerminal *terminal)
{
	terminal->text = gy_console_text_new();
	terminal->begun = g_string_new(NULL);
	terminal->fresh = g_string_new(NULL);
	terminal->filter = g_strdup("");
	g_queue_init(&terminal->lines);
}

GyTerminal *
gy_terminal_new(GyBench *bench)
{
	GyTerminal *terminal = g_object_new(GY_TYPE_TERMINAL, NULL);

	terminal->bench = g_object_ref(bench);
	g_signal_connect_object(
		bench, "flash-starting", G_CALLBACK(on_flash_starting), terminal, (GConnectFlags) 0);
	g_signal_connect_object(
		bench, "flash-started", G_CALLBACK(on_flash_started), terminal, (GConnectFlags) 0);
	g_signal_connect_object(
		bench, "flash-ended", G_CALLBACK(on_flash_ended), terminal, (GConnectFlags) 0);
	return terminal;
}
