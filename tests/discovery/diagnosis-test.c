// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <pty.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/job/job.h"
#include "protocol/host/error.h"
#include "tests/e2e/board.h"

/* What a person is told when a port is not what they think: real boards and terminals at the other end. */

#define ANSWER_MS 800
/* noise enough to tell a wrong speed from silence, on a busy machine too */
#define NOISE_MS 1500

static void
assert_query_fails(const char *port, guint baud, guint answer_ms, GyLinkError code, const char *part)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GyDeviceInfo) info = gy_device_query(port, baud, answer_ms, NULL, &error);

	g_assert_null(info);
	g_assert_nonnull(error);
	g_test_message("%s", error->message);
	g_assert_cmpstr(gy_error_code(error), ==, gy_link_error_word(code));
	g_assert_nonnull(strstr(error->message, part));
	g_assert_nonnull(gy_error_next_step(error));
}

/* ---- boards --------------------------------------------------------------------------------------------- */

static void
a_board_at_another_speed(void)
{
	static const char *const options[] = {"--chatter", "20", NULL};
	g_autoptr(Board) board = board_new("inputs/app_sign.bin", TRUE);
	g_autoptr(GError) error = NULL;
	g_autoptr(GyDeviceInfo) info = NULL;

	board->baud = 57600;
	board_start(board, options);
	assert_query_fails(board->port, 115200, NOISE_MS, GY_LINK_ERROR_WRONG_SPEED, "speeds");
	info = gy_device_query(board->port, 57600, 0, NULL, &error);
	g_assert_no_error(error);
	g_assert_nonnull(info);
}

/* ---- terminals ------------------------------------------------------------------------------------------ */

typedef struct {
	int device;
	char path[64];
	GThread *thread;
	int stop[2];
	gboolean echoes; /* as a terminal does: control characters in caret notation */
} Shell;

static void
say(Shell *shell, const char *text, gsize size)
{
	g_assert_cmpint(write(shell->device, text, size), ==, size);
}

static void
echo(Shell *shell, const char *bytes, gsize size)
{
	for (gsize i = 0; i < size; i++) {
		char caret[2] = {'^', (char) (bytes[i] ^ 0x40)};

		if (g_ascii_iscntrl(bytes[i]))
			say(shell, caret, 2);
		else
			say(shell, bytes + i, 1);
	}
}

static gpointer
run_shell(gpointer data)
{
	Shell *shell = data;
	GPollFD polled[2] = {{shell->device, G_IO_IN, 0}, {shell->stop[0], G_IO_IN, 0}};

	for (;;) {
		char bytes[256];
		gssize got;

		g_poll(polled, 2, -1);
		if (polled[1].revents)
			return NULL;
		got = read(shell->device, bytes, sizeof bytes);
		if (got > 0 && shell->echoes)
			echo(shell, bytes, (gsize) got);
		else if (got > 0)
			say(shell, "\r\nsh: not found\r\n/ # ", strlen("\r\nsh: not found\r\n/ # "));
	}
}

static void
shell_start(Shell *shell, gboolean echoes)
{
	int terminal;

	shell->echoes = echoes;
	g_assert_cmpint(openpty(&shell->device, &terminal, shell->path, NULL, NULL), ==, 0);
	g_assert_cmpint(pipe(shell->stop), ==, 0);
	shell->thread = g_thread_new("shell", run_shell, shell);
	/* it stays open, so that the device's end never hangs up */
	g_assert_cmpint(terminal, >=, 0);
}

static void
shell_stop(Shell *shell)
{
	g_assert_cmpint(write(shell->stop[1], "", 1), ==, 1);
	g_thread_join(shell->thread);
	close(shell->stop[0]);
	close(shell->stop[1]);
	close(shell->device);
}

static void
a_shell_that_answers(void)
{
	Shell shell;

	shell_start(&shell, FALSE);
	assert_query_fails(shell.path, 0, ANSWER_MS, GY_LINK_ERROR_NO_AGENT, "its last line is \"/ # \"");
	shell_stop(&shell);
}

static void
a_shell_that_echoes(void)
{
	Shell shell;

	shell_start(&shell, TRUE);
	assert_query_fails(shell.path, 0, ANSWER_MS, GY_LINK_ERROR_NO_AGENT, "^@");
	shell_stop(&shell);
}

static void
nobody_at_all(void)
{
	char path[64];
	int device, terminal;

	g_assert_cmpint(openpty(&device, &terminal, path, NULL, NULL), ==, 0);
	assert_query_fails(path, 0, ANSWER_MS, GY_LINK_ERROR_NO_ANSWER, "no agent has answered for 0.8 s");
	close(device);
	close(terminal);
}

/* ---- programs that have the port ------------------------------------------------------------------------ */

/* A process of that name that has the terminal alone, until the leash is closed. */
static pid_t
hold_as(const char *program, const char *path, int *leash)
{
	int ready[2], wait[2];
	char byte = 'y';
	pid_t child;

	g_assert_cmpint(pipe(ready), ==, 0);
	g_assert_cmpint(pipe(wait), ==, 0);
	child = fork();
	if (child == 0) {
		int fd = open(path, O_RDWR | O_NOCTTY);

		close(wait[1]);
		_exit(fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0 && ioctl(fd, TIOCEXCL) == 0 &&
					prctl(PR_SET_NAME, program) == 0 && write(ready[1], &byte, 1) == 1 &&
					read(wait[0], &byte, 1) == 0
				? 0
				: 1);
	}
	close(ready[1]);
	close(wait[0]);
	g_assert_cmpint(read(ready[0], &byte, 1), ==, 1);
	close(ready[0]);
	*leash = wait[1];
	return child;
}

typedef struct {
	const char *program;
	GyLinkError code;
} Holder;

static const Holder holders[] = {
	{"ModemManager", GY_LINK_ERROR_MODEM_MANAGER},
	{"minicom", GY_LINK_ERROR_BUSY},
};

static void
is_held(gconstpointer data)
{
	const Holder *holder = data;
	g_autofree char *sentence = NULL;
	char path[64];
	int device, terminal, leash;
	pid_t child;

	g_assert_cmpint(openpty(&device, &terminal, path, NULL, NULL), ==, 0);
	close(terminal);
	child = hold_as(holder->program, path, &leash);
	sentence = g_strdup_printf("in use by %s (process %d)", holder->program, (int) child);
	assert_query_fails(path, 0, ANSWER_MS, holder->code, sentence);
	close(leash);
	g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
	close(device);
}

/* Another user's service, as it is for everybody but root: its files cannot be looked at, its name can. */
static void
a_modem_manager_that_cannot_be_looked_into(void)
{
	char path[64];
	int device, terminal, leash, status = 0;
	pid_t child, user;

	if (geteuid() != 0) {
		g_test_skip("needs root, to give rights up");
		return;
	}
	g_assert_cmpint(openpty(&device, &terminal, path, NULL, NULL), ==, 0);
	g_assert_cmpint(chmod(path, 0666), ==, 0);
	child = hold_as("ModemManager", path, &leash);
	close(terminal);
	user = fork();
	if (user == 0) {
		g_autoptr(GError) error = NULL;
		g_autoptr(GyDeviceInfo) info = NULL;

		if (setgid(65534) != 0 || setuid(65534) != 0)
			_exit(3);
		info = gy_device_query(path, 0, ANSWER_MS, NULL, &error);
		_exit(error && g_error_matches(error, GY_LINK_ERROR, GY_LINK_ERROR_MODEM_MANAGER) &&
					strstr(error->message, "probably ModemManager")
				? 0
				: 1);
	}
	g_assert_cmpint(waitpid(user, &status, 0), ==, user);
	g_assert_true(WIFEXITED(status));
	g_assert_cmpint(WEXITSTATUS(status), ==, 0);
	close(leash);
	g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
	close(device);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/diagnosis/port/a-board-at-another-speed", a_board_at_another_speed);
	g_test_add_func("/diagnosis/port/a-shell-that-answers", a_shell_that_answers);
	g_test_add_func("/diagnosis/port/a-shell-that-echoes", a_shell_that_echoes);
	g_test_add_func("/diagnosis/port/nobody-at-all", nobody_at_all);
	for (guint i = 0; i < G_N_ELEMENTS(holders); i++) {
		g_autofree char *name = g_strdup_printf("/diagnosis/port/held-by-%s", holders[i].program);

		g_test_add_data_func(name, &holders[i], is_held);
	}
	g_test_add_func("/diagnosis/port/a-modem-manager-that-cannot-be-looked-into",
		a_modem_manager_that_cannot_be_looked_into);
	return g_test_run();
}
