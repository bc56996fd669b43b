// SPDX-License-Identifier: Apache-2.0
#include "app/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "engine/error.h"

#define SECRET_MAX 1024

/* How the terminal was, for whoever has to put it back: the signal handler included. */
static struct termios saved;
static volatile sig_atomic_t saved_fd = -1;
static int asking;

gboolean
gy_terminal_is(int fd)
{
	const char *kind = g_getenv("TERM");

	return isatty(fd) && (!kind || !g_str_equal(kind, "dumb"));
}

guint
gy_terminal_width(int fd)
{
	struct winsize size;

	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return 80;
}

gboolean
gy_terminal_has_colour(int fd)
{
	const char *no_colour = g_getenv("NO_COLOR");

	return gy_terminal_is(fd) && (!no_colour || !*no_colour);
}

gboolean
gy_terminal_is_utf8(void)
{
	return g_get_charset(NULL);
}

void
gy_terminal_restore(void)
{
	int fd = saved_fd;

	if (fd < 0)
		return;
	saved_fd = -1;
	tcsetattr(fd, TCSANOW, &saved);
}

static gboolean
change(int fd, tcflag_t input_off, tcflag_t local_off)
{
	struct termios now;

	if (tcgetattr(fd, &saved) != 0)
		return FALSE;
	now = saved;
	now.c_iflag &= ~input_off;
	now.c_lflag &= ~local_off;
	/* a stopped program would leave the terminal changed */
	now.c_cc[VSUSP] = _POSIX_VDISABLE;
	if (!(now.c_lflag & ICANON)) {
		now.c_cc[VMIN] = 1;
		now.c_cc[VTIME] = 0;
	}
	saved_fd = fd;
	if (tcsetattr(fd, TCSANOW, &now) == 0)
		return TRUE;
	saved_fd = -1;
	return FALSE;
}

gboolean
gy_terminal_make_raw(int fd)
{
	static gboolean is_registered;

	if (!is_registered)
		is_registered = atexit(gy_terminal_restore) == 0;
	return change(fd, ICRNL | INLCR | IGNCR | ISTRIP | IXON, ICANON | ECHO | ISIG | IEXTEN);
}

gboolean
gy_terminal_is_asking(void)
{
	return g_atomic_int_get(&asking) != 0;
}

static gboolean
say(int fd, const char *text)
{
	return write(fd, text, strlen(text)) >= 0;
}

/* The line without its end; the rest of an over-long one is refused, not cut. */
static char *
read_secret(int fd)
{
	char *line = g_malloc0(SECRET_MAX + 1);
	gsize size = 0;

	for (;;) {
		char byte;
		gssize got = read(fd, &byte, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got == 1 && byte == '\n')
			return line;
		if (got != 1 || size == SECRET_MAX)
			break;
		line[size++] = byte;
	}
	explicit_bzero(line, SECRET_MAX);
	g_free(line);
	return NULL;
}

char *
gy_terminal_ask_secret(const char *prompt, GError **error)
{
	g_autofree char *question = g_strdup_printf("%s: ", prompt);
	char *answer = NULL;
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

	if (fd < 0) {
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_PASSPHRASE,
			"%s is needed, and there is no terminal to ask on: name a --passphrase-file", prompt);
		return NULL;
	}
	g_atomic_int_set(&asking, 1);
	/* without echo off nothing is asked: a passphrase on the screen is worse than none */
	if (change(fd, 0, ECHO | ECHONL) && say(fd, question)) {
		answer = read_secret(fd);
		say(fd, "\n");
	}
	gy_terminal_restore();
	g_atomic_int_set(&asking, 0);
	close(fd);
	if (!answer)
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_PASSPHRASE, "no passphrase was typed");
	return answer;
}
