// SPDX-License-Identifier: Apache-2.0
#include "ui/model/factory-scanner.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <unistd.h>

#include "engine/error.h"

/* More than any label holds; the rest of a longer line is dropped. */
#define LINE_MAX_BYTES 256

struct _GyFactoryScanner {
	int fd;
	guint source; /* 0: it is gone */
	GString *line;
	GyFactoryScannerFunc on_line;
	gpointer data;
};

/* Its end may be one character or two; what is between them is no line. */
static void
take(GyFactoryScanner *scanner, char letter)
{
	g_autofree char *line = NULL;

	if (letter != '\n' && letter != '\r') {
		if (scanner->line->len < LINE_MAX_BYTES)
			g_string_append_c(scanner->line, letter);
		return;
	}
	if (scanner->line->len == 0)
		return;
	line = g_utf8_make_valid(scanner->line->str, (gssize) scanner->line->len);
	g_string_truncate(scanner->line, 0);
	scanner->on_line(line, scanner->data);
}

static gboolean
on_readable(int fd, GIOCondition condition, gpointer data)
{
	GyFactoryScanner *scanner = data;
	char bytes[LINE_MAX_BYTES];
	gssize got = read(fd, bytes, sizeof bytes);

	if (got < 0 && (errno == EINTR || errno == EAGAIN))
		return G_SOURCE_CONTINUE;
	for (gssize i = 0; i < got; i++)
		take(scanner, bytes[i]);
	if (got > 0)
		return G_SOURCE_CONTINUE;
	scanner->source = 0;
	scanner->on_line(NULL, scanner->data);
	return G_SOURCE_REMOVE;
}

GyFactoryScanner *
gy_factory_scanner_new(const char *path, GyFactoryScannerFunc on_line, gpointer data, GError **error)
{
	GyFactoryScanner *scanner;
	/* for writing too, so that a pipe without a writer is no end of the file */
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0)
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0) {
		g_set_error(error, GY_ERROR,
			errno == ENOENT ? GY_ERROR_FILE_NOT_FOUND : GY_ERROR_FILE_UNREADABLE,
			_("the scanner %s cannot be read: %s"), path, g_strerror(errno));
		return NULL;
	}
	scanner = g_new0(GyFactoryScanner, 1);
	scanner->fd = fd;
	scanner->line = g_string_new(NULL);
	scanner->on_line = on_line;
	scanner->data = data;
	scanner->source = g_unix_fd_add(fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable, scanner);
	return scanner;
}

void
gy_factory_scanner_free(GyFactoryScanner *scanner)
{
	if (!scanner)
		return;
	g_clear_handle_id(&scanner->source, g_source_remove);
	close(scanner->fd);
	g_string_free(scanner->line, TRUE);
	g_free(scanner);
}
