// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <unistd.h>

#include "protocol/host/transport/transport-private.h"

/* A pseudo terminal by plain termios: simulators and tests. libserialport cannot open one. */

#define GY_TYPE_PTY_TRANSPORT (gy_pty_transport_get_type())
G_DECLARE_FINAL_TYPE(GyPtyTransport, gy_pty_transport, GY, PTY_TRANSPORT, GyTransport)

struct _GyPtyTransport {
	GyTransport parent_instance;
	char *path;
	int fd; /* -1: closed */
};

G_DEFINE_TYPE(GyPtyTransport, gy_pty_transport, GY_TYPE_TRANSPORT)

static int
set_up(int fd, guint baud)
{
	int failed;

	if (!isatty(fd))
		return ENOTTY;
	failed = gy_tty_lock(fd);
	if (failed == 0)
		failed = gy_tty_set_raw(fd);
	if (failed == 0)
		failed = gy_tty_set_speed(fd, baud);
	return failed;
}

static gboolean
pty_open(GyTransport *transport, guint baud, GCancellable *cancellable, GError **error)
{
	GyPtyTransport *self = GY_PTY_TRANSPORT(transport);
	int failed;
	int fd = open(self->path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return gy_port_open_error(error, self->path, errno);
	failed = set_up(fd, baud);
	if (failed != 0) {
		close(fd);
		return gy_port_open_error(error, self->path, failed);
	}
	self->fd = fd;
	return TRUE;
}

static void
pty_close(GyTransport *transport)
{
	GyPtyTransport *self = GY_PTY_TRANSPORT(transport);

	if (self->fd >= 0)
		close(self->fd);
	self->fd = -1;
}

static gssize
pty_read(GyTransport *transport, guint8 *bytes, gsize size, GError **error)
{
	GyPtyTransport *self = GY_PTY_TRANSPORT(transport);
	gssize n = read(self->fd, bytes, size);

	if (n > 0)
		return n;
	if (n < 0 && gy_transport_would_block(errno))
		return 0;
	gy_port_io_error(error, self->path, "reading", n == 0 ? EIO : errno);
	return -1;
}

static gssize
pty_write(GyTransport *transport, const guint8 *bytes, gsize size, GError **error)
{
	GyPtyTransport *self = GY_PTY_TRANSPORT(transport);
	gssize n = write(self->fd, bytes, size);

	if (n >= 0)
		return n;
	if (gy_transport_would_block(errno))
		return 0;
	gy_port_io_error(error, self->path, _("writing to"), errno);
	return -1;
}

static GIOCondition
pty_wait(GyTransport *transport, GIOCondition what, gint timeout_ms, GCancellable *cancellable)
{
	return gy_fd_wait(GY_PTY_TRANSPORT(transport)->fd, what, timeout_ms, cancellable);
}

static gboolean
pty_set_baud(GyTransport *transport, guint baud, GError **error)
{
	GyPtyTransport *self = GY_PTY_TRANSPORT(transport);
	int failed = gy_tty_set_speed(self->fd, baud);

	return failed == 0 || gy_port_io_error(error, self->path, _("setting the speed of"), failed);
}

static gsize
pty_unsent(GyTransport *transport)
{
	return gy_tty_unsent(GY_PTY_TRANSPORT(transport)->fd);
}

static void
gy_pty_transport_finalize(GObject *object)
{
	GyPtyTransport *self = GY_PTY_TRANSPORT(object);

	pty_close(GY_TRANSPORT(self));
	g_free(self->path);
	G_OBJECT_CLASS(gy_pty_transport_parent_class)->finalize(object);
}

static void
gy_pty_transport_class_init(GyPtyTransportClass *klass)
{
	GyTransportClass *transport = GY_TRANSPORT_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = gy_pty_transport_finalize;
	transport->open = pty_open;
	transport->close = pty_close;
	transport->read = pty_read;
	transport->write = pty_write;
	transport->wait = pty_wait;
	transport->set_baud = pty_set_baud;
	transport->has_rate = TRUE;
	transport->unsent = pty_unsent;
}

static void
gy_pty_transport_init(GyPtyTransport *self)
{
	self->fd = -1;
}

GyTransport *
gy_pty_transport_new(const char *path)
{
	GyPtyTransport *self = g_object_new(GY_TYPE_PTY_TRANSPORT, NULL);

	self->path = g_strdup(path);
	return GY_TRANSPORT(self);
}
