// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "app/agent-key-option.h"
#include "app/command.h"
#include "app/console-keys.h"
#include "app/console-view.h"
#include "app/terminal.h"
#include "app/text.h"
#include "engine/console/console-log.h"
#include "engine/console/line-end.h"
#include "engine/console/text-watch.h"

/* What a pipe may be ahead of the cable. */
#define QUEUE_MOST    4096
#define LOOK_AGAIN_MS 20
#define SECONDS_MOST  1e6

/* What the command line says. */
typedef struct {
	char *port;
	char *log;
	char *eol;
	char *reset_sequence;
	char *exit_on;
	int baud;
	double timeout_s;
	gboolean append;
	gboolean timestamps;
	gboolean hex;
	gboolean echo;
	gboolean no_reconnect;
} Options;

typedef struct {
	const Options *options;
	const GyOutput *output;
	GMainLoop *loop;
	GyConsole *console;
	GyConsoleView view;
	GyConsoleLog *log;  /* NULL: none */
	GyTextWatch *watch; /* NULL: nothing is waited for */
	GyConsoleKeys keys;
	GyLineEndFilter line_end;
	gboolean has_keyboard;
	GError *log_error; /* why the log ended before */
	GError *error;     /* why it ended, if that was not asked for */
} Session;

static void
end(Session *session, GError *error)
{
	if (!session->error)
		session->error = error;
	else
		g_clear_error(&error);
	g_main_loop_quit(session->loop);
}

/* ---- from the device ---- */

static void
write_log(Session *session, const guint8 *bytes, gsize size)
{
	g_autofree char *sentence = NULL;

	if (!session->log || gy_console_log_write(session->log, bytes, size, &session->log_error))
		return;
	/* with --json an error is the last object */
	sentence = gy_text_safe(session->log_error->message);
	gy_console_view_notice(&session->view, "%s [%s]", sentence, gy_error_code(session->log_error));
}

static void
on_text(GyConsole *console, GBytes *text, gint64 time_us, gpointer data)
{
	Session *session = data;
	gsize size;
	const guint8 *bytes = g_bytes_get_data(text, &size);

	write_log(session, bytes, size);
	gy_console_view_text(&session->view, text, time_us);
	if (session->watch && gy_text_watch_feed(session->watch, bytes, size))
		end(session, NULL);
	/* nobody reads it any more */
	if (ferror(stdout))
		end(session, NULL);
}

static void
on_state(GyConsole *console, int state, GError *why, gpointer data)
{
	Session *session = data;

	gy_console_view_state(&session->view, (GyConsoleState) state, session->options->port, why);
	if (state == GY_CONSOLE_CLOSED)
		end(session, g_error_copy(why));
}

/* ---- from people ---- */

static void
send_text(Session *session, const guint8 *bytes, gsize size)
{
	g_autoptr(GByteArray) out = g_byte_array_new();

	gy_line_end_filter_feed(&session->line_end, out, bytes, size);
	gy_console_send(session->console, out->data, out->len);
	if (session->options->echo)
		gy_console_view_echo(&session->view, bytes, size);
}

static void
send_break(Session *session)
{
	if (!gy_console_can_break(session->console)) {
		gy_console_view_notice(&session->view, "this kind of port has no break");
		return;
	}
	gy_console_send_break(session->console);
	gy_console_view_notice(&session->view, "break sent");
}

static void
toggle_line(Session *session, GyControlLine line, const char *name)
{
	gboolean is_on = !gy_console_line(session->console, line);

	if (!gy_console_has_lines(session->console)) {
		gy_console_view_notice(&session->view, "this kind of port has no DTR and RTS");
		return;
	}
	if (gy_console_state(session->console) != GY_CONSOLE_OPEN) {
		gy_console_view_notice(&session->view, "the port is away");
		return;
	}
	gy_console_set_line(session->console, line, is_on);
	gy_console_view_notice(&session->view, "%s %s", name, is_on ? "on" : "off");
}

static void
press(Session *session, guint8 key)
{
	switch (gy_console_keys_press(&session->keys, key)) {
	case GY_CONSOLE_SEND: send_text(session, &key, 1); break;
	case GY_CONSOLE_MENU: break;
	case GY_CONSOLE_QUIT: end(session, NULL); break;
	case GY_CONSOLE_BREAK: send_break(session); break;
	case GY_CONSOLE_TOGGLE_DTR: toggle_line(session, GY_CONTROL_DTR, "DTR"); break;
	case GY_CONSOLE_TOGGLE_RTS: toggle_line(session, GY_CONTROL_RTS, "RTS"); break;
	case GY_CONSOLE_HEX: gy_console_view_toggle_hex(&session->view); break;
	case GY_CONSOLE_TIMESTAMPS: gy_console_view_toggle_timestamps(&session->view); break;
	case GY_CONSOLE_HELP: gy_console_view_notice(&session->view, "\n%s", gy_console_keys_help()); break;
	case GY_CONSOLE_UNKNOWN:
		gy_console_view_notice(&session->view, "no such key; Ctrl-] ? lists them");
		break;
	}
}

static void listen_to_input(Session *session);

static gboolean
on_look_again(gpointer data)
{
	listen_to_input(data);
	return G_SOURCE_REMOVE;
}

/* A pipe waits for the port, and for a cable that is slower than it is; keys do not. */
static gboolean
must_wait(Session *session)
{
	return !session->has_keyboard && (gy_console_state(session->console) != GY_CONSOLE_OPEN ||
						 gy_console_queued(session->console) > QUEUE_MOST);
}

/* At the end of the input the device's answer is still waited for. */
static gboolean
on_input(gint fd, GIOCondition condition, gpointer data)
{
	Session *session = data;
	guint8 bytes[512];
	gssize got;

	if (must_wait(session)) {
		g_timeout_add(LOOK_AGAIN_MS, on_look_again, session);
		return G_SOURCE_REMOVE;
	}
	got = read(fd, bytes, sizeof bytes);
	if (got < 0 && (errno == EINTR || errno == EAGAIN))
		return G_SOURCE_CONTINUE;
	if (got <= 0)
		return G_SOURCE_REMOVE;
	if (!session->has_keyboard)
		send_text(session, bytes, (gsize) got);
	for (gssize i = 0; session->has_keyboard && i < got; i++)
		press(session, bytes[i]);
	return G_SOURCE_CONTINUE;
}

static void
listen_to_input(Session *session)
{
	g_unix_fd_add(STDIN_FILENO, G_IO_IN | G_IO_HUP, on_input, session);
}

static gboolean
on_signal(gpointer data)
{
	end(data, g_error_new(GY_ERROR, GY_ERROR_CANCELLED, "interrupted"));
	return G_SOURCE_CONTINUE;
}

static gboolean
on_timeout(gpointer data)
{
	Session *session = data;

	/* without a text to wait for the time is how long it was to last */
	end(session, session->watch ? g_error_new(GY_ERROR, GY_ERROR_CONSOLE_TIMEOUT,
					      "\"%s\" was not printed within %g s", session->options->exit_on,
					      session->options->timeout_s)
				    : NULL);
	return G_SOURCE_CONTINUE;
}

/* ---- the session ---- */

static void
begin(Session *session)
{
	g_signal_connect(session->console, "text", G_CALLBACK(on_text), session);
	g_signal_connect(session->console, "state", G_CALLBACK(on_state), session);
	g_unix_signal_add(SIGINT, on_signal, session);
	g_unix_signal_add(SIGTERM, on_signal, session);
	g_unix_signal_add(SIGHUP, on_signal, session);
	/* a reader of our output that goes away ends it in good order, with the terminal given back */
	signal(SIGPIPE, SIG_IGN);
	if (session->options->timeout_s > 0)
		g_timeout_add((guint) (session->options->timeout_s * 1000.0), on_timeout, session);
	session->has_keyboard = isatty(STDIN_FILENO) && gy_terminal_make_raw(STDIN_FILENO);
	if (session->has_keyboard)
		gy_console_view_notice(&session->view, "connected; Ctrl-] q leaves, Ctrl-] ? lists more");
	if (session->options->reset_sequence && !gy_console_has_lines(session->console))
		gy_console_view_notice(
			&session->view, "the port has no DTR and RTS: the reset sequence does nothing");
	listen_to_input(session);
}

static int
finish(Session *session)
{
	int status = GY_EXIT_DONE;

	g_signal_handlers_disconnect_by_data(session->console, session);
	gy_console_close(session->console);
	gy_console_view_clear(&session->view);
	gy_terminal_restore();
	if (session->log_error && session->output->json)
		status = gy_output_error(session->output, session->log_error, 0);
	else if (session->log_error)
		status = gy_error_exit_status(session->log_error);
	if (session->error)
		status = gy_output_error(session->output, session->error, 0);
	g_clear_error(&session->log_error);
	g_clear_error(&session->error);
	return status;
}

static int
run_session(GyOutput *output, const Options *options, GyLineEnd line_end, const GyResetSequence *sequence,
	GyAgentKey *key)
{
	const GyConsoleOptions console_options = {
		.port = options->port,
		.baud = (guint) options->baud,
		.reconnect = !options->no_reconnect,
		.reset_sequence = sequence,
		.agent_key = key,
	};
	g_autoptr(GError) error = NULL;
	g_autoptr(GyConsoleLog) log = options->log ? gy_console_log_open(options->log, &error) : NULL;
	g_autoptr(GyConsole) console = NULL;
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
	g_autoptr(GyTextWatch) watch = options->exit_on ? gy_text_watch_new(options->exit_on) : NULL;
	Session session = {.options = options, .output = output, .loop = loop, .log = log, .watch = watch};

	/* a log is emptied when there is something to put into it: the port is there */
	if (!error)
		console = gy_console_open(&console_options, &error);
	if (!error && log && !options->append && !gy_console_log_empty(log, &error))
		gy_console_close(console);
	if (error)
		return gy_output_error(output, error, 0);
	session.console = console;
	session.line_end.end = line_end;
	gy_console_view_init(&session.view, output);
	gy_console_text_set_timestamps(session.view.text, options->timestamps);
	gy_console_text_set_hex(session.view.text, options->hex);
	begin(&session);
	g_main_loop_run(loop);
	return finish(&session);
}

static gboolean
check(const Options *options, const GyOutput *output, GyLineEnd *line_end, GError **error)
{
	if (!gy_command_need_option(options->port, "--port PORT", error) ||
		!gy_command_check_baud("--baud", options->baud, error))
		return FALSE;
	if (options->eol && !gy_line_end_parse(options->eol, line_end))
		gy_usage(error, "--eol is followed by one of: cr, lf, crlf");
	else if (options->append && !options->log)
		gy_usage(error, "--append goes with --log FILE");
	else if (options->exit_on && !*options->exit_on)
		gy_usage(error, "--exit-on takes a text that is not empty");
	else if (!(options->timeout_s >= 0 && options->timeout_s <= SECONDS_MOST))
		gy_usage(error, "--timeout takes seconds up to %d", (int) SECONDS_MOST);
	else if (output->json && options->hex)
		gy_usage(error, "--hex is a view for people; with --json each line has its text");
	else
		return TRUE;
	return FALSE;
}

static void
options_clear(Options *options)
{
	g_free(options->port);
	g_free(options->log);
	g_free(options->eol);
	g_free(options->reset_sequence);
	g_free(options->exit_on);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static int
run(const GyCommand *command, GyOutput *output, char **arguments)
{
	g_auto(GStrv) inputs = arguments;
	g_auto(Options) options = {0};
	g_autoptr(GyResetSequence) sequence = NULL;
	g_auto(GyAgentKeyOption) agent_key = {0};
	g_autoptr(GyAgentKey) key = NULL;
	g_autoptr(GError) error = NULL;
	GyLineEnd line_end = GY_LINE_END_CR;
	const GOptionEntry entries[] = {
		{"port", 0, 0, G_OPTION_ARG_FILENAME, &options.port, GY_PORT_HELP, "PORT"},
		{"baud", 0, 0, G_OPTION_ARG_INT, &options.baud, "Rate that the port is opened at (115200)",
			"N"},
		{"timestamps", 0, 0, G_OPTION_ARG_NONE, &options.timestamps,
			"Begin each line with the time at which it came", NULL},
		{"log", 0, 0, G_OPTION_ARG_FILENAME, &options.log, "Write the device's bytes to a file too",
			"FILE"},
		{"append", 0, 0, G_OPTION_ARG_NONE, &options.append,
			"With --log: go on at the end of the file", NULL},
		{"hex", 0, 0, G_OPTION_ARG_NONE, &options.hex, "Show bytes as hexadecimal digits", NULL},
		{"eol", 0, 0, G_OPTION_ARG_STRING, &options.eol, "What Enter sends: cr, lf or crlf (cr)",
			"END"},
		{"echo", 0, 0, G_OPTION_ARG_NONE, &options.echo,
			"Show what is sent, for a device that does not", NULL},
		{"no-reconnect", 0, 0, G_OPTION_ARG_NONE, &options.no_reconnect,
			"End when the port goes away", NULL},
		{"reset-sequence", 0, 0, G_OPTION_ARG_STRING, &options.reset_sequence,
			"Reset the board first: d0 d1 DTR, r0 r1 RTS, wN wait N ms", "STEPS"},
		{"exit-on", 0, 0, G_OPTION_ARG_STRING, &options.exit_on,
			"End when the device has printed this text", "TEXT"},
		{"timeout", 0, 0, G_OPTION_ARG_DOUBLE, &options.timeout_s,
			"End after so many seconds; with --exit-on, as a failure", "S"},
		GY_AGENT_KEY_OPTIONS(&agent_key),
		{NULL},
	};

	if (!gy_command_parse(command, entries, &inputs, &error) ||
		!gy_command_check_no_input(inputs, &error) || !check(&options, output, &line_end, &error) ||
		!gy_command_check_reset_sequence(options.reset_sequence, &sequence, &error) ||
		!gy_agent_key_option_load(&agent_key, &key, &error))
		return gy_output_error(output, error, 0);
	return run_session(output, &options, line_end, sequence, key);
}

const GyCommand gy_command_console = {
	.name = "console",
	.arguments = "--port PORT",
	.summary = "Shows what a device prints and sends it what is typed; Ctrl-] q leaves",
	.example = "  gantry console --port /dev/ttyUSB0 --timestamps --log board.log\n"
		   "  echo version | gantry console --port /dev/ttyUSB0 --exit-on 1.4 --timeout 5\n"
		   "  gantry console --port /dev/ttyUSB0 --agent-key agent.pem",
	.run = run,
};
