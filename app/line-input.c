// SPDX-License-Identifier: Apache-2.0
#include "app/line-input.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <unistd.h>

#include "app/terminal.h"
#include "engine/error.h"

#define LINE_BYTES_MAX 256
#define KEY_INTERRUPT  0x03
#define KEY_ESCAPE     0x1b
#define KEY_BACKSPACE  0x7f

/* Where in an arrow key or the like we are: ESC, then [ or O, then parameters, then one letter or ~. */
typedef enum { SEQUENCE_NONE, SEQUENCE_ESCAPE, SEQUENCE_PARAMETERS } Sequence;

struct _GyLineInput {
	int fd;
	gboolean is_terminal;
	Sequence sequence;
	GString *line;
	guint source;
	GyLineFunc on_line;
	GyTypedFunc on_typed;
	GyKeyFunc on_key;
	GSourceOnceFunc on_interrupt;
	gpointer data;
};

static void
end_line(GyLineInput *input)
{
	g_autofree char *line = g_strndup(input->line->str, input->line->len);

	g_string_truncate(input->line, 0);
	if (input->on_typed && input->is_terminal)
		input->on_typed("", input->data);
	input->on_line(line, input->data);
}

/* Whether @byte belongs to a key that sends several: none of those means anything here. */
static gboolean
skip_sequence(GyLineInput *input, char byte)
{
	switch (input->sequence) {
	case SEQUENCE_NONE:
		if (byte == KEY_ESCAPE)
			input->sequence = SEQUENCE_ESCAPE;
		return byte == KEY_ESCAPE;
	case SEQUENCE_ESCAPE:
		input->sequence = byte == '[' || byte == 'O' ? SEQUENCE_PARAMETERS : SEQUENCE_NONE;
		return TRUE;
	case SEQUENCE_PARAMETERS:
		if (g_ascii_isalpha(byte) || byte == '~')
			input->sequence = SEQUENCE_NONE;
		return TRUE;
	}
	return FALSE;
}

/* One byte; a line that never ends is cut: no scanner makes such one. */
static void
take(GyLineInput *input, char byte)
{
	if (input->is_terminal && skip_sequence(input, byte))
		return;
	if (byte == '\n' || byte == '\r') {
		/* a scanner ends its line with both; an empty line means something only where keys are typed */
		if (input->line->len > 0 || (input->is_terminal && byte == '\r') || !input->is_terminal)
			end_line(input);
		return;
	}
	if (input->is_terminal && byte == KEY_INTERRUPT)
		input->on_interrupt(input->data);
	else if (input->is_terminal && (byte == KEY_BACKSPACE || byte == '\b'))
		g_string_truncate(input->line, input->line->len > 0 ? input->line->len - 1 : 0);
	else if (input->is_terminal && input->on_key && byte > 0 && byte < 0x20)
		input->on_key((char) (byte + '@'), input->data);
	else if ((guchar) byte >= 0x20 && input->line->len < LINE_BYTES_MAX)
		g_string_append_c(input->line, byte);
	if (input->on_typed && input->is_terminal)
		input->on_typed(input->line->str, input->data);
}

static gboolean
on_readable(gint fd, GIOCondition condition, gpointer data)
{
	GyLineInput *input = data;
	char bytes[LINE_BYTES_MAX];
	gssize got = read(fd, bytes, sizeof bytes);

	if (got < 0 && (errno == EINTR || errno == EAGAIN))
		return G_SOURCE_CONTINUE;
	if (got > 0) {
		for (gssize i = 0; i < got; i++)
			take(input, bytes[i]);
		return G_SOURCE_CONTINUE;
	}
	input->source = 0;
	if (input->line->len > 0)
		end_line(input);
	input->on_line(NULL, input->data);
	return G_SOURCE_REMOVE;
}

GyLineInput *
gy_line_input_new(
	int fd, GyLineFunc on_line, GyTypedFunc on_typed, GSourceOnceFunc on_interrupt, gpointer data)
{
	GyLineInput *input = g_new0(GyLineInput, 1);

	input->fd = fd;
	input->line = g_string_new(NULL);
	input->on_line = on_line;
	input->on_typed = on_typed;
	input->on_interrupt = on_interrupt;
	input->data = data;
	input->is_terminal = on_interrupt && isatty(fd) && gy_terminal_make_raw(fd);
	input->source = g_unix_fd_add(fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable, input);
	return input;
}

GyLineInput *
gy_line_input_open(const char *path, GyLineFunc on_line, gpointer data, GError **error)
{
	/* for writing too, so that a pipe without a writer is no end of the file */
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0)
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd >= 0)
		return gy_line_input_new(fd, on_line, NULL, NULL, data);
	g_set_error(error, GY_ERROR, errno == ENOENT ? GY_ERROR_FILE_NOT_FOUND : GY_ERROR_FILE_UNREADABLE,
		"the scanner %s cannot be read: %s", path, g_strerror(errno));
	return NULL;
}

void
gy_line_input_on_key(GyLineInput *input, GyKeyFunc on_key)
{
	input->on_key = on_key;
}

void
gy_line_input_free(GyLineInput *input)
{
	if (!input)
		return;
	g_clear_handle_id(&input->source, g_source_remove);
	if (input->is_terminal)
		gy_terminal_restore();
	if (input->fd != STDIN_FILENO)
		close(input->fd);
	g_string_free(input->line, TRUE);
	g_free(input);
}
