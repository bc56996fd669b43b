// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "app/command.h"
#include "app/terminal.h"
#include "app/text.h"
#include "engine/console.h"

#define KEY_LEAVE        0x1d /* Ctrl-] */
#define EXIT_INTERRUPTED 130

typedef struct {
	const GyOutput *output;
	GMainLoop *loop;
	GyConsole *console;
	GyTextStream text;
	gboolean raw_input;
	GError *error;
	int status;
} Session;

/* To a file or a pipe the device's bytes go as they are; on a terminal none of them may act. */
static void
on_text(GyConsole *console, GBytes *bytes, gpointer data)
{
	Session *session = data;
	gsize size;
	const char *text = g_bytes_get_data(bytes, &size);
	g_autofree char *safe = NULL;

	if (!session->output->json && !isatty(STDOUT_FILENO)) {
		fwrite(text, 1, size, stdout);
	} else {
		safe = gy_text_stream_feed(&session->text, text, size);
		if (session->output->json && *safe) {
			JsonObject *object = gy_json_new("console");

			gy_json_text(object, "text", safe);
			gy_output_object(session->output, object);
		}
		gy_output_print(session->output, "%s", safe);
	}
	if (fflush(stdout) != 0)
		g_main_loop_quit(session->loop);
}

static void
on_closed(GyConsole *console, GError *error, gpointer data)
{
	Session *session = data;

	if (error && !session->error)
		session->error = g_error_copy(error);
	g_main_loop_quit(session->loop);
}

static gboolean
on_signal(gpointer data)
{
	Session *session = data;

	session->status = EXIT_INTERRUPTED;
	g_main_loop_quit(session->loop);
	return G_SOURCE_CONTINUE;
}

/* What is typed goes to the device; at the end of the input its answer is still waited for. */
static gboolean
on_input(gint fd, GIOCondition condition, gpointer data)
{
	Session *session = data;
	guint8 bytes[512];
	gssize got = read(fd, bytes, sizeof bytes);

	if (got < 0 && (errno == EINTR || errno == EAGAIN))
		return G_SOURCE_CONTINUE;
	if (got <= 0)
		return G_SOURCE_REMOVE;
	for (gssize i = 0; session->raw_input && i < got; i++) {
		if (bytes[i] != KEY_LEAVE)
			continue;
		got = i;
		g_main_loop_quit(session->loop);
	}
	if (got > 0)
		gy_console_send(session->console, bytes, (gsize) got);
	return G_SOURCE_CONTINUE;
}

static void
talk(Session *session)
{
	guint interrupt = g_unix_signal_add(SIGINT, on_signal, session);
	guint terminate = g_unix_signal_add(SIGTERM, on_signal, session);

	g_signal_connect(session->console, "text", G_CALLBACK(on_text), session);
	g_signal_connect(session->console, "closed", G_CALLBACK(on_closed), session);
	/* a reader of our output that goes away ends it in good order, with the terminal given back */
	signal(SIGPIPE, SIG_IGN);
	session->raw_input = isatty(STDIN_FILENO) && gy_terminal_make_raw(STDIN_FILENO);
	if (session->raw_input && !session->output->json)
		fprintf(stderr, "connected; Ctrl-] leaves\n");
	g_unix_fd_add(STDIN_FILENO, G_IO_IN | G_IO_HUP, on_input, session);
	g_main_loop_run(session->loop);
	gy_terminal_restore();
	g_source_remove(interrupt);
	g_source_remove(terminate);
	g_signal_handlers_disconnect_by_data(session->console, session);
	gy_console_close(session->console);
}

static int
run_session(GyOutput *output, const char *port, guint baud)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GyConsole) console = gy_console_open(port, baud, &error);
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
	Session session = {.output = output, .loop = loop, .console = console, .status = GY_EXIT_DONE};

	if (!console)
		return gy_output_error(output, error, 0);
	gy_text_stream_init(&session.text);
	talk(&session);
	gy_text_stream_clear(&session.text);
	if (session.error) {
		session.status = gy_output_error(output, session.error, 0);
		g_clear_error(&session.error);
	}
	return session.status;
}

static int
run(const GyCommand *command, GyOutput *output, char **arguments)
{
	g_auto(GStrv) inputs = arguments;
	g_autofree char *port = NULL;
	g_autoptr(GError) error = NULL;
	int baud = 0;
	const GOptionEntry entries[] = {
		{"port", 0, 0, G_OPTION_ARG_FILENAME, &port,
			"A tty, serial:PATH, socket:PATH or tcp:HOST:PORT", "PORT"},
		{"baud", 0, 0, G_OPTION_ARG_INT, &baud, "Rate that the port is opened at (115200)", "N"},
		{NULL},
	};

	if (!gy_command_parse(command, entries, &inputs, &error) ||
		!gy_command_check_no_input(inputs, &error) ||
		!gy_command_need_option(port, "--port PORT", &error) || !gy_command_check_baud(baud, &error))
		return gy_output_error(output, error, 0);
	return run_session(output, port, (guint) baud);
}

const GyCommand gy_command_console = {
	.name = "console",
	.arguments = "--port PORT",
	.summary = "Shows what a device prints and sends it what is typed; Ctrl-] leaves",
	.example = "  gantry console --port /dev/ttyUSB0",
	.run = run,
};
