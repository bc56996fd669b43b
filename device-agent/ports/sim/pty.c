// SPDX-License-Identifier: Apache-2.0
#include "device-agent/ports/sim/cable.h"

// <termios.h> knows only a list of speeds; the kernel's own interface has any
#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

struct pty {
	struct gya_cable cable;
	char *link;
	uint32_t baud;
	int master;
	char *slave;
	char *place;
};

static gboolean
fail(GError **error, const char *what, const char *name)
{
	int saved = errno;

	g_set_error(error, G_FILE_ERROR, (gint) g_file_error_from_errno(saved), "%s %s: %s", what, name,
		g_strerror(saved));
	return FALSE;
}

// Raw before the first host opens it: nothing is echoed, no byte is translated, no ^C ends anybody.
static gboolean
prepare_slave(const char *slave, uint32_t baud, GError **error)
{
	struct termios2 settings;
	int fd = open(slave, O_RDWR | O_NOCTTY | O_CLOEXEC);
	bool ok;

	if (fd < 0)
		return fail(error, "cannot open", slave);
	ok = ioctl(fd, TCGETS2, &settings) == 0;
	settings.c_iflag = 0;
	settings.c_oflag = 0;
	settings.c_lflag = 0;
	settings.c_cflag = BOTHER | (BOTHER << IBSHIFT) | CS8 | CREAD | CLOCAL;
	settings.c_ispeed = baud;
	settings.c_ospeed = baud;
	settings.c_cc[VMIN] = 1;
	settings.c_cc[VTIME] = 0;
	ok = ok && ioctl(fd, TCSETS2, &settings) == 0;
	if (!ok)
		fail(error, "cannot set up", slave);
	// closed again: the master then tells by POLLHUP whether a host has it open
	close(fd);
	return ok;
}

static gboolean
open_master(struct pty *pty, GError **error)
{
	char name[64];

	pty->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (pty->master < 0)
		return fail(error, "cannot make a", "pty");
	if (grantpt(pty->master) != 0 || unlockpt(pty->master) != 0 ||
		ptsname_r(pty->master, name, sizeof name) != 0)
		return fail(error, "cannot unlock the", "pty");
	pty->slave = g_strdup(name);
	return prepare_slave(name, pty->baud, error);
}

// In one step, so that nobody ever finds a link that is not there; only links are replaced.
static gboolean
make_link(const char *slave, const char *link, GError **error)
{
	g_autofree char *fresh = g_strdup_printf("%s.%ld", link, (long) getpid());
	struct stat status;

	if (lstat(link, &status) == 0 && !S_ISLNK(status.st_mode)) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_EXIST,
			"%s is there and is no symbolic link, which --pty would replace", link);
		return FALSE;
	}
	(void) unlink(fresh);
	if (symlink(slave, fresh) != 0)
		return fail(error, "cannot make the link", link);
	if (rename(fresh, link) == 0)
		return TRUE;
	fail(error, "cannot make the link", link);
	(void) unlink(fresh);
	return FALSE;
}

// Another device may have taken the name meanwhile: only a link to our pty is removed.
static void
remove_link(const char *slave, const char *link)
{
	g_autofree char *target = g_file_read_link(link, NULL);

	if (g_strcmp0(target, slave) == 0)
		(void) unlink(link);
}

static void
unplug(struct gya_cable *cable)
{
	struct pty *pty = (struct pty *) cable;

	if (pty->link != NULL && pty->slave != NULL)
		remove_link(pty->slave, pty->link);
	if (pty->master >= 0)
		close(pty->master);
	pty->master = -1;
	g_clear_pointer(&pty->slave, g_free);
	g_clear_pointer(&pty->place, g_free);
}

static gboolean
plug(struct gya_cable *cable, GError **error)
{
	struct pty *pty = (struct pty *) cable;

	if (!open_master(pty, error) || (pty->link != NULL && !make_link(pty->slave, pty->link, error))) {
		unplug(cable);
		return FALSE;
	}
	pty->place = g_strconcat("pty ", pty->slave, NULL);
	return TRUE;
}

// What a host wrote before it closed still counts.
static bool
is_held(struct gya_cable *cable)
{
	struct pty *pty = (struct pty *) cable;
	struct pollfd ask = {.fd = pty->master, .events = POLLIN};

	if (pty->master < 0 || poll(&ask, 1, 0) < 0)
		return false;
	return (ask.revents & POLLIN) != 0 || (ask.revents & (POLLHUP | POLLERR)) == 0;
}

// A master that nobody holds is ready for ever, so it wakes no sleeper: whoever waits looks again after a while.
static int
descriptor(struct gya_cable *cable)
{
	return is_held(cable) ? ((struct pty *) cable)->master : -1;
}

static size_t
read_bytes(struct gya_cable *cable, uint8_t *bytes, size_t size)
{
	ssize_t got = read(((struct pty *) cable)->master, bytes, size);

	return got > 0 ? (size_t) got : 0;
}

static size_t
write_bytes(struct gya_cable *cable, const uint8_t *bytes, size_t size)
{
	ssize_t put = write(((struct pty *) cable)->master, bytes, size);

	return put > 0 ? (size_t) put : 0;
}

static uint32_t
other_baud(struct gya_cable *cable)
{
	struct pty *pty = (struct pty *) cable;
	struct termios2 settings;

	// asked on the master, the answer is the slave's
	if (pty->master < 0 || ioctl(pty->master, TCGETS2, &settings) != 0)
		return 0;
	return settings.c_ospeed;
}

static const char *
place(struct gya_cable *cable)
{
	return ((struct pty *) cable)->place;
}

static void
free_pty(struct gya_cable *cable)
{
	struct pty *pty = (struct pty *) cable;

	unplug(cable);
	g_free(pty->link);
	g_free(pty);
}

struct gya_cable *
gya_cable_pty_new(const char *link, uint32_t baud)
{
	struct pty *pty = g_new0(struct pty, 1);

	pty->cable = (struct gya_cable){
		plug, unplug, is_held, descriptor, read_bytes, write_bytes, other_baud, place, free_pty};
	pty->link = g_strdup(link);
	pty->baud = baud;
	pty->master = -1;
	return &pty->cable;
}
