// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/pseudo-terminal.h"

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define DEADLINE_MS 20000

Pty *
pty_start(const char *const *words, guint columns, const char *environment)
{
	struct winsize size = {.ws_row = 24, .ws_col = (unsigned short) columns};
	Pty *pty = g_new0(Pty, 1);

	pty->seen = g_string_new(NULL);
	pty->pid = forkpty(&pty->fd, NULL, NULL, &size);
	g_assert_cmpint(pty->pid, >=, 0);
	if (pty->pid == 0) {
		g_setenv("TERM", "xterm", TRUE);
		g_setenv("LC_ALL", "C.UTF-8", TRUE);
		g_unsetenv("NO_COLOR");
		if (environment)
			putenv((char *) environment);
		execv(words[0], (char **) words);
		_exit(127);
	}
	return pty;
}

/* FALSE at the end. */
static gboolean
read_some(Pty *pty)
{
	struct pollfd wait = {.fd = pty->fd, .events = POLLIN};
	char bytes[4096];
	gssize got;

	if (poll(&wait, 1, DEADLINE_MS) == 0)
		g_error("nothing came after: %s", pty->seen->str);
	got = read(pty->fd, bytes, sizeof bytes);
	/* the other side of a terminal that was closed reads as an error */
	if (got <= 0)
		return FALSE;
	g_string_append_len(pty->seen, bytes, got);
	return TRUE;
}

void
pty_expect(Pty *pty, const char *text)
{
	const char *found;

	while (!(found = strstr(pty->seen->str + pty->at, text)))
		if (!read_some(pty))
			g_error("ended without \"%s\": %s", text, pty->seen->str);
	pty->at = (gsize) (found - pty->seen->str) + strlen(text);
}

void
pty_send(Pty *pty, const char *text)
{
	g_assert_cmpint(write(pty->fd, text, strlen(text)), ==, (gssize) strlen(text));
}

gboolean
pty_has_echo(Pty *pty)
{
	struct termios now;

	g_assert_cmpint(tcgetattr(pty->fd, &now), ==, 0);
	return (now.c_lflag & ECHO) != 0;
}

int
pty_end(Pty *pty)
{
	int status = 0;

	while (read_some(pty))
		;
	g_assert_cmpint(waitpid(pty->pid, &status, 0), ==, pty->pid);
	pty->pid = 0;
	g_assert_null(strstr(pty->seen->str, "Sanitizer"));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void
pty_free(Pty *pty)
{
	if (pty->pid > 0) {
		kill(pty->pid, SIGKILL);
		waitpid(pty->pid, NULL, 0);
	}
	close(pty->fd);
	g_string_free(pty->seen, TRUE);
	g_free(pty);
}
