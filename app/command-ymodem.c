// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "app/command.h"
#include "app/line-work.h"
#include "app/text.h"
#include "engine/file.h"
#include "engine/transfer/file-transfer.h"

#define FILE_MAX     (64 * 1024 * 1024)
#define NAME_LONGEST 64
#define TIMEOUT_MOST 86400

typedef struct {
	GyFileTransfer transfer;
	GyLineReport *report;
	const char *stage;
	GBytes *file;
	char *name;
} Work;

typedef struct {
	char *port;
	char *path;
	char *name;
	int baud;
	int block;
	int timeout_s;
} Options;

static void
options_clear(Options *options)
{
	g_free(options->port);
	g_free(options->path);
	g_free(options->name);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static void
on_progress(guint64 done, guint64 total, gpointer data)
{
	Work *work = data;

	gy_line_report(work->report, total > 0 ? work->stage : "waiting", done, total);
}

static gboolean
send_file(gpointer data, GyLineReport *report, GCancellable *cancellable, GError **error)
{
	Work *work = data;

	work->report = report;
	return gy_file_transfer_send(&work->transfer, work->file, work->name, cancellable, error);
}

static gboolean
receive_file(gpointer data, GyLineReport *report, GCancellable *cancellable, GError **error)
{
	Work *work = data;

	work->report = report;
	work->file = gy_file_transfer_receive(&work->transfer, &work->name, cancellable, error);
	return work->file != NULL;
}

static gboolean
check_line(const Options *options, GError **error)
{
	if (!gy_command_need_option(options->port, "--port PORT", error) ||
		!gy_command_check_baud("--baud", options->baud, error))
		return FALSE;
	if (options->timeout_s < 0 || options->timeout_s > TIMEOUT_MOST) {
		gy_usage(
			error, "--timeout is %d, expected 1 to %d seconds", options->timeout_s, TIMEOUT_MOST);
		return FALSE;
	}
	return TRUE;
}

static void
fill_transfer(Work *work, const Options *options)
{
	work->transfer = (GyFileTransfer){
		.port = options->port,
		.baud = (guint) options->baud,
		.block_size = (guint) options->block,
		.start_ms = (guint) options->timeout_s * 1000,
		.progress = on_progress,
		.data = work,
	};
}

#define LINE_OPTIONS(options)                                                                                \
	{"port", 0, 0, G_OPTION_ARG_FILENAME, &(options).port, GY_PORT_HELP, "PORT"},                        \
		{"baud", 0, 0, G_OPTION_ARG_INT, &(options).baud,                                            \
			"Rate that the port is opened at (115200)", "N"},                                    \
	{                                                                                                    \
		"timeout", 0, 0, G_OPTION_ARG_INT, &(options).timeout_s,                                     \
			"How long the other end is waited for at the beginning (60)", "S"                    \
	}

/* ---- send ----------------------------------------------------------------------------------------------- */

static gboolean
check_send(const Options *options, GError **error)
{
	if (!check_line(options, error))
		return FALSE;
	if (options->block != 0 && options->block != 128 && options->block != 1024) {
		gy_usage(error, "--block is %d, expected 128 or 1024", options->block);
		return FALSE;
	}
	if (options->name && (!*options->name || strlen(options->name) > NAME_LONGEST)) {
		gy_usage(error, "--name has 1 to %d bytes", NAME_LONGEST);
		return FALSE;
	}
	return TRUE;
}

static gboolean
send_input(const GyOutput *output, const char *input, const Options *options, GError **error)
{
	g_autoptr(GBytes) file = gy_file_read(input, FILE_MAX, error);
	g_autofree char *base = g_path_get_basename(input);
	g_autofree char *name = g_strndup(options->name ? options->name : base, NAME_LONGEST);
	Work work = {.stage = "sending", .file = file, .name = name};

	if (!file)
		return FALSE;
	fill_transfer(&work, options);
	if (!gy_line_work_run(output, "waiting", send_file, &work, error))
		return FALSE;
	gy_command_print_written(output, input, file, "sent");
	return TRUE;
}

static int
run_send(const GyCommand *command, GyOutput *output, char **arguments)
{
	g_auto(GStrv) inputs = arguments;
	g_auto(Options) options = {0};
	g_autoptr(GError) error = NULL;
	const char *input;
	const GOptionEntry entries[] = {
		LINE_OPTIONS(options),
		{"block", 0, 0, G_OPTION_ARG_INT, &options.block, "Bytes of a block: 128 or 1024 (1024)",
			"N"},
		{"name", 0, 0, G_OPTION_ARG_FILENAME, &options.name,
			"What the other end is told that the file is called", "NAME"},
		{NULL},
	};

	if (!gy_command_parse(command, entries, &inputs, &error))
		return gy_output_error(output, error, 0);
	input = gy_command_need_input(inputs, "FILE", &error);
	if (!input || !check_send(&options, &error) || !send_input(output, input, &options, &error))
		return gy_output_error(output, error, 0);
	return GY_EXIT_DONE;
}

const GyCommand gy_command_ymodem_send = {
	.name = "ymodem send",
	.arguments = "FILE --port PORT",
	.summary = "Sends a file with YMODEM to whatever asks for one at the other end of the cable",
	.example = "  gantry ymodem send image.bin --port /dev/ttyUSB0 --baud 921600",
	.run = run_send,
};

/* ---- receive -------------------------------------------------------------------------------------------- */

static gboolean
receive_output(const GyOutput *output, const Options *options, GError **error)
{
	Work work = {.stage = "receiving"};
	g_autofree char *called = NULL;
	g_autofree char *what = NULL;
	gboolean done;

	fill_transfer(&work, options);
	if (!gy_line_work_run(output, "waiting", receive_file, &work, error))
		return FALSE;
	called = gy_text_safe(work.name);
	what = g_strdup_printf("received, sent as \"%s\"", called);
	done = gy_command_write(options->path, work.file, error);
	if (done)
		gy_command_print_written(output, options->path, work.file, what);
	g_bytes_unref(work.file);
	g_free(work.name);
	return done;
}

static int
run_receive(const GyCommand *command, GyOutput *output, char **arguments)
{
	g_auto(GStrv) inputs = arguments;
	g_auto(Options) options = {0};
	g_autoptr(GError) error = NULL;
	const GOptionEntry entries[] = {
		LINE_OPTIONS(options),
		{"output", 'o', 0, G_OPTION_ARG_FILENAME, &options.path,
			"The file, whatever the other end calls it", "FILE"},
		{NULL},
	};

	if (!gy_command_parse(command, entries, &inputs, &error) ||
		!gy_command_check_no_input(inputs, &error) ||
		!gy_command_need_option(options.path, "-o FILE", &error) || !check_line(&options, &error) ||
		!receive_output(output, &options, &error))
		return gy_output_error(output, error, 0);
	return GY_EXIT_DONE;
}

const GyCommand gy_command_ymodem_receive = {
	.name = "ymodem receive",
	.arguments = "-o FILE --port PORT",
	.summary = "Receives a file with YMODEM from whatever sends one at the other end of the cable",
	.example = "  gantry ymodem receive -o backup.bin --port /dev/ttyUSB0",
	.run = run_receive,
};
