// SPDX-License-Identifier: Apache-2.0
#include "app/interrupt.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "app/terminal.h"

#define EXIT_INTERRUPTED 130

static volatile sig_atomic_t held;
static volatile sig_atomic_t pending;
static volatile sig_atomic_t in_json;
static volatile sig_atomic_t on_terminal;

/* Everything that is called from here is safe in a signal handler. */
static void
leave(void)
{
	static const char words[] = "gantry: interrupted [job/cancelled]\n";
	static const char object[] =
		"{\"type\":\"error\",\"code\":\"job/cancelled\",\"message\":\"interrupted\","
		"\"next\":null,\"exit_status\":130,\"device_code\":null,"
		"\"run\":null,\"station\":null,\"slot\":null,\"port\":null,\"serial_number\":null}\n";
	gssize put;

	gy_terminal_restore();
	/* the terminal shows ^C, a question or a line that is drawn again and again */
	put = on_terminal ? write(STDERR_FILENO, "\n", 1) : 0;
	if (in_json)
		put = write(STDOUT_FILENO, object, sizeof object - 1);
	else
		put = write(STDERR_FILENO, words, sizeof words - 1);
	(void) put;
	_exit(EXIT_INTERRUPTED);
}

static void
handle(int number)
{
	if (held)
		pending = 1;
	else
		leave();
}

void
gy_interrupt_install(gboolean json)
{
	struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART};

	in_json = json;
	on_terminal = gy_terminal_is(STDERR_FILENO);
	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	sigaction(SIGQUIT, &action, NULL);
	/* a limit of the size of files is an error of the write, like a full disk */
	signal(SIGXFSZ, SIG_IGN);
}

void
gy_interrupt_hold(void)
{
	held = 1;
}

void
gy_interrupt_release(void)
{
	held = 0;
	if (pending)
		leave();
}
