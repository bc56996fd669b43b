// SPDX-License-Identifier: Apache-2.0
#include <errno.h>

#include <asm/termbits.h>
#include <sys/ioctl.h>

#include "protocol/host/transport/transport-private.h"

int
gy_tty_set_odd_speed(int fd, guint baud)
{
	struct termios2 term;

	if (ioctl(fd, TCGETS2, &term) != 0)
		return errno;
	term.c_cflag &= ~(tcflag_t) (CBAUD | CBAUD << IBSHIFT);
	term.c_cflag |= BOTHER | BOTHER << IBSHIFT;
	term.c_ispeed = baud;
	term.c_ospeed = baud;
	return ioctl(fd, TCSETS2, &term) == 0 ? 0 : errno;
}
