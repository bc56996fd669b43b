// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "protocol/host/transport/transport-private.h"

/* flock() keeps out other copies of this program, also root's; TIOCEXCL everybody else. */
int
gy_tty_lock(int fd)
{
	if (flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
		return EBUSY;
	/* not every driver has it, and the port works without */
	if (ioctl(fd, TIOCEXCL) != 0)
		g_debug("no exclusive use of the port: %s", g_strerror(errno));
	return 0;
}

int
gy_tty_set_raw(int fd)
{
	struct termios term;

	if (tcgetattr(fd, &term) != 0)
		return errno;
	cfmakeraw(&term);
	/* HUPCL would drop DTR at the end, which resets many boards */
	term.c_cflag &= ~(tcflag_t) (CRTSCTS | CSTOPB | PARENB | HUPCL);
	term.c_cflag |= CS8 | CREAD | CLOCAL;
	/* with VMIN 1 a read of 0 bytes is the end, and an empty line EAGAIN */
	term.c_cc[VMIN] = 1;
	term.c_cc[VTIME] = 0;
	return tcsetattr(fd, TCSANOW, &term) == 0 ? 0 : errno;
}

int
gy_tty_set_speed(int fd, guint baud)
{
	struct termios term;

	if (tcgetattr(fd, &term) != 0)
		return errno;
	if (cfsetspeed(&term, baud) != 0)
		return gy_tty_set_odd_speed(fd, baud);
	return tcsetattr(fd, TCSANOW, &term) == 0 ? 0 : errno;
}

gsize
gy_tty_unsent(int fd)
{
	int waiting = 0;

	return ioctl(fd, TIOCOUTQ, &waiting) == 0 && waiting > 0 ? (gsize) waiting : 0;
}

static gint
time_left_ms(gint timeout_ms, gint64 end_us)
{
	gint64 left_us;

	if (timeout_ms < 0)
		return -1;
	left_us = end_us - g_get_monotonic_time();
	return left_us <= 0 ? 0 : (gint) ((left_us + 999) / 1000);
}

GIOCondition
gy_fd_wait(int fd, GIOCondition what, gint timeout_ms, GCancellable *cancellable)
{
	GPollFD polled[2] = {{.fd = fd, .events = (gushort) what}};
	gboolean has_cancel = g_cancellable_make_pollfd(cancellable, &polled[1]);
	gint64 end_us = g_get_monotonic_time() + (gint64) timeout_ms * 1000;
	GIOCondition found = 0;
	gint n;

	do {
		n = g_poll(polled, has_cancel ? 2 : 1, time_left_ms(timeout_ms, end_us));
	} while (n < 0 && errno == EINTR);
	if (has_cancel)
		g_cancellable_release_fd(cancellable);
	if (n <= 0 || g_cancellable_is_cancelled(cancellable))
		return 0;
	found = polled[0].revents;
	/* the end is learnt by reading */
	if (found & (G_IO_HUP | G_IO_ERR | G_IO_NVAL))
		found |= what & G_IO_IN;
	return found & (what | G_IO_HUP | G_IO_ERR);
}
