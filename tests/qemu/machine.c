// SPDX-License-Identifier: Apache-2.0
#include "tests/qemu/machine.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

#include "protocol/wire/frame.h"
#include "protocol/wire/message.h"

#define QEMU       "qemu-system-riscv32"
#define BANK_SIZE  (32u << 20)
#define BOARD_SIZE (4u << 20)
#define ANSWER_S   30

gboolean
machine_can_run(void)
{
	g_autofree char *qemu = g_find_program_in_path(QEMU);
	const char *firmware = g_getenv("GANTRY_QEMU_FIRMWARE");

	if (qemu && firmware)
		return TRUE;
	g_print("1..0 # SKIP %s is missing\n", qemu ? "the riscv64-unknown-elf compiler" : QEMU);
	return FALSE;
}

GBytes *
machine_flash(const char *application)
{
	g_autoptr(Board) board = board_new(application, FALSE);

	board_start(board, NULL);
	board_stop(board);
	return board_flash_bytes(board);
}

static void
write_bank(const char *path, GBytes *flash)
{
	g_autofree guint8 *bank = g_malloc(BANK_SIZE);
	gsize size;
	const guint8 *bytes = g_bytes_get_data(flash, &size);
	GError *error = NULL;

	g_assert_cmpuint(size, ==, BOARD_SIZE);
	memcpy(bank, bytes, size);
	memset(bank + size, 0xFF, BANK_SIZE - size);
	g_file_set_contents_full(
		path, (const char *) bank, BANK_SIZE, G_FILE_SET_CONTENTS_NONE, 0600, &error);
	g_assert_no_error(error);
}

Machine *
machine_new(GBytes *flash, gboolean is_pty)
{
	Machine *machine = g_new0(Machine, 1);

	machine->board = board_new("inputs/app_sign.bin", is_pty);
	machine->bank = g_build_filename(machine->board->folder, "bank", NULL);
	write_bank(machine->bank, flash);
	return machine;
}

static gboolean
too_late(gpointer data)
{
	g_error("%s", (const char *) data);
	return G_SOURCE_REMOVE;
}

/* The line with this beginning, of all that the monitor says. */
static char *
wait_for_line(Machine *machine, const char *prefix)
{
	guint timer = g_timeout_add_seconds(ANSWER_S, too_late, (gpointer) "QEMU does not start");
	GError *error = NULL;
	char *line;

	while ((line = g_data_input_stream_read_line(machine->monitor, NULL, NULL, &error)) != NULL &&
		!g_str_has_prefix(line, prefix))
		g_free(line);
	g_assert_no_error(error);
	g_assert_nonnull(line);
	g_source_remove(timer);
	return line;
}

static void
learn_pty(Machine *machine)
{
	static const char prefix[] = "char device redirected to ";
	g_autofree char *line = wait_for_line(machine, prefix);
	const char *path = line + strlen(prefix);

	g_free(machine->board->port);
	machine->board->port = g_strndup(path, strcspn(path, " "));
}

/* A test that fails ends by abort(): no machine is to outlive it. */
static void
die_with_parent(gpointer data)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

void
machine_start(Machine *machine)
{
	g_autoptr(GSubprocessLauncher) launcher =
		g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE);
	Board *board = machine->board;
	g_autofree char *drive = g_strdup_printf("if=pflash,unit=1,format=raw,file=%s", machine->bank);
	g_autofree char *uart =
		board->is_pty ? g_strdup("pty,id=uart")
			      : g_strdup_printf("socket,id=uart,path=%s,server=on,wait=off", board->address);
	g_autofree char *ready = NULL;
	GError *error = NULL;

	g_assert_null(machine->process);
	g_subprocess_launcher_set_child_setup(launcher, die_with_parent, NULL, NULL);
	machine->process = g_subprocess_launcher_spawn(launcher, &error, QEMU, "-M", "virt", "-m", "32",
		"-nodefaults", "-display", "none", "-bios", g_getenv("GANTRY_QEMU_FIRMWARE"), "-drive", drive,
		"-chardev", uart, "-serial", "chardev:uart", "-monitor", "stdio", NULL);
	g_assert_no_error(error);
	machine->monitor = g_data_input_stream_new(g_subprocess_get_stdout_pipe(machine->process));
	if (board->is_pty)
		learn_pty(machine);
	/* the monitor's greeting comes when all else is there */
	ready = wait_for_line(machine, "QEMU ");
}

void
machine_kill(Machine *machine)
{
	if (!machine->process)
		return;
	g_subprocess_send_signal(machine->process, SIGKILL);
	g_subprocess_wait(machine->process, NULL, NULL);
	g_clear_object(&machine->monitor);
	g_clear_object(&machine->process);
}

void
machine_reset(Machine *machine)
{
	static const char command[] = "system_reset\n";
	GOutputStream *in = g_subprocess_get_stdin_pipe(machine->process);
	GError *error = NULL;

	g_output_stream_write_all(in, command, strlen(command), NULL, NULL, &error);
	g_assert_no_error(error);
	g_output_stream_flush(in, NULL, &error);
	g_assert_no_error(error);
}

void
machine_flip(Machine *machine, guint32 offset)
{
	FILE *file = fopen(machine->bank, "r+b");
	int byte;

	g_assert_null(machine->process);
	g_assert_nonnull(file);
	g_assert_cmpint(fseek(file, offset, SEEK_SET), ==, 0);
	byte = fgetc(file);
	g_assert_cmpint(fseek(file, offset, SEEK_SET), ==, 0);
	g_assert_cmpint(fputc(byte ^ 0x10, file), !=, EOF);
	g_assert_cmpint(fclose(file), ==, 0);
}

GBytes *
machine_bank_bytes(Machine *machine)
{
	char *content;
	gsize size;
	GError *error = NULL;

	g_file_get_contents(machine->bank, &content, &size, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(size, ==, BANK_SIZE);
	return g_bytes_new_take(content, size);
}

/* A whole frame in front: whoever had the line before may have left half of one, and until it ends the shell hears nothing. */
static void
type(GOutputStream *out, const char *command)
{
	g_autofree char *typed = g_strconcat("\r", command, "\r", NULL);
	guint8 frame[GYW_LINE_SIZE(GYW_MTU_MIN)];
	struct gyw_writer body;
	GError *error = NULL;
	gsize size;

	gyw_frame_open(&body, frame, GYW_MTU_MIN);
	size = gyw_frame_close(&body, frame, GYW_MTU_MIN, GYW_PING, 1, 0);
	g_output_stream_write_all(out, frame, size, NULL, NULL, &error);
	g_assert_no_error(error);
	g_output_stream_write_all(out, typed, strlen(typed), NULL, NULL, &error);
	g_assert_no_error(error);
}

char *
machine_ask(Machine *machine, const char *command, const char *prefix)
{
	/* whether it is up */
	g_autoptr(GyDeviceInfo) info = gy_device_query(machine->board->port, 0, ANSWER_S * 1000, NULL, NULL);
	g_autoptr(GSocketClient) client = g_socket_client_new();
	g_autoptr(GSocketAddress) address = g_unix_socket_address_new(machine->board->address);
	g_autoptr(GSocketConnection) connection = NULL;
	g_autoptr(GDataInputStream) lines = NULL;
	char *line = NULL;
	GError *error = NULL;

	g_assert_nonnull(info);
	g_socket_client_set_timeout(client, ANSWER_S);
	connection = g_socket_client_connect(client, G_SOCKET_CONNECTABLE(address), NULL, &error);
	g_assert_no_error(error);
	type(g_io_stream_get_output_stream(G_IO_STREAM(connection)), command);
	lines = g_data_input_stream_new(g_io_stream_get_input_stream(G_IO_STREAM(connection)));
	do {
		g_free(line);
		line = g_data_input_stream_read_line(lines, NULL, NULL, &error);
		g_assert_no_error(error);
		g_assert_nonnull(line);
	} while (!g_str_has_prefix(line, prefix));
	return g_strchomp(line);
}

void
machine_figures(Machine *machine, MachineFigures *figures)
{
	g_autofree char *line = machine_ask(machine, "figures", "code ");
	int n = sscanf(line, "code %u, data %u, bss %u, stack %u of %u, ring %u of %u, lost %u",
		&figures->code, &figures->data, &figures->bss, &figures->stack, &figures->stack_size,
		&figures->ring, &figures->ring_size, &figures->lost);

	g_assert_cmpint(n, ==, 8);
}

void
machine_put(Machine *machine, guint32 offset, GBytes *bytes)
{
	FILE *file = fopen(machine->bank, "r+b");
	gsize size;
	const void *data = g_bytes_get_data(bytes, &size);

	g_assert_null(machine->process);
	g_assert_nonnull(file);
	g_assert_cmpuint(size, <=, BANK_SIZE - offset);
	g_assert_cmpint(fseek(file, offset, SEEK_SET), ==, 0);
	g_assert_cmpuint(fwrite(data, 1, size, file), ==, size);
	g_assert_cmpint(fclose(file), ==, 0);
}

void
machine_free(Machine *machine)
{
	machine_kill(machine);
	g_remove(machine->bank);
	g_free(machine->bank);
	board_free(machine->board);
	g_free(machine);
}
