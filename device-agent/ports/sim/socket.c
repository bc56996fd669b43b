// SPDX-License-Identifier: Apache-2.0
#include "device-agent/ports/sim/cable.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

// hosts that wait while another one has the line
#define WAITING_MOST 4

struct socket_cable {
	struct gya_cable cable;
	char *path;
	char *place;
	int listener;
	int connection;
};

static gboolean
fail(GError **error, const char *what, const char *path)
{
	int saved = errno;

	g_set_error(error, G_FILE_ERROR, (gint) g_file_error_from_errno(saved), "%s %s: %s", what, path,
		g_strerror(saved));
	return FALSE;
}

static gboolean
address_of(const char *path, struct sockaddr_un *address, GError **error)
{
	memset(address, 0, sizeof *address);
	address->sun_family = AF_UNIX;
	if (strlen(path) >= sizeof address->sun_path) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_NAMETOOLONG,
			"the socket's path has %zu bytes, at most %zu are possible: %s", strlen(path),
			sizeof address->sun_path - 1, path);
		return FALSE;
	}
	memcpy(address->sun_path, path, strlen(path) + 1);
	return TRUE;
}

// The socket of a simulator that was killed is in the way for ever; one that is answered for, or any other file, stays.
static gboolean
clear_way(const struct sockaddr_un *address, GError **error)
{
	const char *path = address->sun_path;
	struct stat status;
	bool is_alive;
	int fd;

	if (lstat(path, &status) != 0)
		return TRUE;
	if (!S_ISSOCK(status.st_mode)) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_EXIST, "%s is there and is no socket", path);
		return FALSE;
	}
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	is_alive = fd >= 0 && (connect(fd, (const struct sockaddr *) address, sizeof *address) == 0 ||
				      errno != ECONNREFUSED);
	if (fd >= 0)
		close(fd);
	if (is_alive) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_EXIST, "%s is in use", path);
		return FALSE;
	}
	return unlink(path) == 0 || fail(error, "cannot remove", path);
}

static void
drop_connection(struct socket_cable *cable)
{
	if (cable->connection >= 0)
		close(cable->connection);
	cable->connection = -1;
}

static void
unplug(struct gya_cable *base)
{
	struct socket_cable *cable = (struct socket_cable *) base;

	drop_connection(cable);
	if (cable->listener < 0)
		return;
	close(cable->listener);
	cable->listener = -1;
	(void) unlink(cable->path);
}

static gboolean
plug(struct gya_cable *base, GError **error)
{
	struct socket_cable *cable = (struct socket_cable *) base;
	struct sockaddr_un address;
	int fd;

	if (!address_of(cable->path, &address, error) || !clear_way(&address, error))
		return FALSE;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return fail(error, "cannot make the socket", cable->path);
	if (bind(fd, (const struct sockaddr *) &address, sizeof address) != 0 ||
		listen(fd, WAITING_MOST) != 0) {
		fail(error, "cannot make the socket", cable->path);
		close(fd);
		return FALSE;
	}
	cable->listener = fd;
	return TRUE;
}

// One host at a time: the next one is let in when this one has gone.
static bool
is_held(struct gya_cable *base)
{
	struct socket_cable *cable = (struct socket_cable *) base;

	if (cable->connection < 0 && cable->listener >= 0)
		cable->connection = accept4(cable->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	return cable->connection >= 0;
}

static int
descriptor(struct gya_cable *base)
{
	struct socket_cable *cable = (struct socket_cable *) base;

	return cable->connection >= 0 ? cable->connection : cable->listener;
}

static bool
is_worth_another_try(ssize_t result)
{
	return result < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
}

static size_t
read_bytes(struct gya_cable *base, uint8_t *bytes, size_t size)
{
	struct socket_cable *cable = (struct socket_cable *) base;
	ssize_t got = recv(cable->connection, bytes, size, 0);

	if (got > 0)
		return (size_t) got;
	if (!is_worth_another_try(got))
		drop_connection(cable);
	return 0;
}

static size_t
write_bytes(struct gya_cable *base, const uint8_t *bytes, size_t size)
{
	struct socket_cable *cable = (struct socket_cable *) base;
	ssize_t put = send(cable->connection, bytes, size, MSG_NOSIGNAL);

	if (put > 0)
		return (size_t) put;
	if (!is_worth_another_try(put))
		drop_connection(cable);
	return 0;
}

static uint32_t
other_baud(struct gya_cable *base)
{
	return 0;
}

static const char *
place(struct gya_cable *base)
{
	return ((struct socket_cable *) base)->place;
}

static void
free_socket(struct gya_cable *base)
{
	struct socket_cable *cable = (struct socket_cable *) base;

	unplug(base);
	g_free(cable->path);
	g_free(cable->place);
	g_free(cable);
}

struct gya_cable *
gya_cable_socket_new(const char *path)
{
	struct socket_cable *cable = g_new0(struct socket_cable, 1);

	cable->cable = (struct gya_cable){
		plug, unplug, is_held, descriptor, read_bytes, write_bytes, other_baud, place, free_socket};
	cable->path = g_strdup(path);
	cable->place = g_strconcat("socket ", path, NULL);
	cable->listener = -1;
	cable->connection = -1;
	return &cable->cable;
}
