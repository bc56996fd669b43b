// SPDX-License-Identifier: Apache-2.0
/*
 * Preloaded into a test: gives pseudo terminals the modem lines that libserialport insists on when it opens a port.
 * CTS, DSR and DCD read as asserted; DTR and RTS keep what was set, for all who have the terminal open.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define PTY_MAJOR_FIRST 136
#define PTY_MAJOR_LAST  143
#define N_TERMINALS     256

int ioctl(int fd, unsigned long request, ...);

static int outputs[N_TERMINALS];

/* Where the terminal's lines are kept; NULL: it is no pseudo terminal. */
static int *
outputs_of(int fd)
{
	struct stat found;

	if (fstat(fd, &found) != 0 || !S_ISCHR(found.st_mode))
		return NULL;
	if (major(found.st_rdev) < PTY_MAJOR_FIRST || major(found.st_rdev) > PTY_MAJOR_LAST)
		return NULL;
	return &outputs[minor(found.st_rdev) % N_TERMINALS];
}

static int
forward(int fd, unsigned long request, void *argument)
{
	static int (*real)(int, unsigned long, ...);

	if (real == NULL)
		*(void **) &real = dlsym(RTLD_NEXT, "ioctl");
	return real(fd, request, argument);
}

int
ioctl(int fd, unsigned long request, ...)
{
	int *lines;
	void *argument;
	va_list args;

	va_start(args, request);
	argument = va_arg(args, void *);
	va_end(args);
	lines = outputs_of(fd);
	if (lines == NULL)
		return forward(fd, request, argument);
	switch (request) {
	case TIOCMGET: *(int *) argument = *lines | TIOCM_CTS | TIOCM_DSR | TIOCM_CAR; return 0;
	case TIOCMSET: *lines = *(const int *) argument & (TIOCM_DTR | TIOCM_RTS); return 0;
	case TIOCMBIS: *lines |= *(const int *) argument; return 0;
	case TIOCMBIC: *lines &= ~*(const int *) argument; return 0;
	default: return (int) syscall(SYS_ioctl, fd, request, argument);
	}
}
