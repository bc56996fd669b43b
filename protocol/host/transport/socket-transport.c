// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>

#include "protocol/host/transport/transport-private.h"

/* A stream socket, unix or TCP: simulators, QEMU's serial ports, serial servers. */

#define GY_TYPE_SOCKET_TRANSPORT (gy_socket_transport_get_type())
G_DECLARE_FINAL_TYPE(GySocketTransport, gy_socket_transport, GY, SOCKET_TRANSPORT, GyTransport)

struct _GySocketTransport {
	GyTransport parent_instance;
	GSocketConnectable *peer;
	char *display;
	GSocketConnection *connection; /* NULL: closed */
};

G_DEFINE_TYPE(GySocketTransport, gy_socket_transport, GY_TYPE_TRANSPORT)

static GSocket *
socket_of(GyTransport *transport)
{
	return g_socket_connection_get_socket(GY_SOCKET_TRANSPORT(transport)->connection);
}

static GyLinkError
connect_code(const GError *cause)
{
	if (g_error_matches(cause, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) ||
		g_error_matches(cause, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED) ||
		g_error_matches(cause, G_IO_ERROR, G_IO_ERROR_HOST_NOT_FOUND) ||
		g_error_matches(cause, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND))
		return GY_LINK_ERROR_NO_PORT;
	if (g_error_matches(cause, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
		return GY_LINK_ERROR_FORBIDDEN;
	return GY_LINK_ERROR_OPEN;
}

static gboolean
socket_open(GyTransport *transport, guint baud, GCancellable *cancellable, GError **error)
{
	GySocketTransport *self = GY_SOCKET_TRANSPORT(transport);
	g_autoptr(GSocketClient) client = g_socket_client_new();
	g_autoptr(GError) cause = NULL;

	/* a cable is what is named, not what a proxy of the environment makes of it */
	g_socket_client_set_enable_proxy(client, FALSE);
	self->connection = g_socket_client_connect(client, self->peer, cancellable, &cause);
	if (self->connection == NULL) {
		g_set_error(error, GY_LINK_ERROR, connect_code(cause), _("nothing answers at %s: %s"),
			self->display, cause->message);
		return FALSE;
	}
	/* an acknowledgement is worth more now than in a fuller packet; a unix socket has no such option */
	if (g_socket_get_family(socket_of(transport)) != G_SOCKET_FAMILY_UNIX)
		g_socket_set_option(socket_of(transport), IPPROTO_TCP, TCP_NODELAY, 1, NULL);
	return TRUE;
}

static void
socket_close(GyTransport *transport)
{
	GySocketTransport *self = GY_SOCKET_TRANSPORT(transport);

	if (self->connection == NULL)
		return;
	g_io_stream_close(G_IO_STREAM(self->connection), NULL, NULL);
	g_clear_object(&self->connection);
}

static gssize
socket_failed(GySocketTransport *self, const char *what, const GError *cause, GError **error)
{
	if (cause == NULL || g_error_matches(cause, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED) ||
		g_error_matches(cause, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE))
		gy_port_gone_error(error, self->display);
	else
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_IO, _("%s the port %s failed: %s"), what,
			self->display, cause->message);
	return -1;
}

static gssize
socket_read(GyTransport *transport, guint8 *bytes, gsize size, GError **error)
{
	g_autoptr(GError) cause = NULL;
	gssize n = g_socket_receive_with_blocking(
		socket_of(transport), (char *) bytes, size, FALSE, NULL, &cause);

	if (n > 0)
		return n;
	if (g_error_matches(cause, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
		return 0;
	return socket_failed(GY_SOCKET_TRANSPORT(transport), "reading", cause, error);
}

static gssize
socket_write(GyTransport *transport, const guint8 *bytes, gsize size, GError **error)
{
	g_autoptr(GError) cause = NULL;
	gssize n = g_socket_send_with_blocking(
		socket_of(transport), (const char *) bytes, size, FALSE, NULL, &cause);

	if (n >= 0)
		return n;
	if (g_error_matches(cause, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
		return 0;
	return socket_failed(GY_SOCKET_TRANSPORT(transport), _("writing to"), cause, error);
}

static GIOCondition
socket_wait(GyTransport *transport, GIOCondition what, gint timeout_ms, GCancellable *cancellable)
{
	return gy_fd_wait(g_socket_get_fd(socket_of(transport)), what, timeout_ms, cancellable);
}

static gsize
socket_unsent(GyTransport *transport)
{
	int waiting = 0;

	/* what a unix socket has taken is at the other end; the kernel counts its memory there, not the bytes */
	if (g_socket_get_family(socket_of(transport)) == G_SOCKET_FAMILY_UNIX)
		return 0;
	if (ioctl(g_socket_get_fd(socket_of(transport)), SIOCOUTQ, &waiting) != 0 || waiting < 0)
		return 0;
	return (gsize) waiting;
}

static void
gy_socket_transport_finalize(GObject *object)
{
	GySocketTransport *self = GY_SOCKET_TRANSPORT(object);

	socket_close(GY_TRANSPORT(self));
	g_clear_object(&self->peer);
	g_free(self->display);
	G_OBJECT_CLASS(gy_socket_transport_parent_class)->finalize(object);
}

static void
gy_socket_transport_class_init(GySocketTransportClass *klass)
{
	GyTransportClass *transport = GY_TRANSPORT_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = gy_socket_transport_finalize;
	transport->open = socket_open;
	transport->close = socket_close;
	transport->read = socket_read;
	transport->write = socket_write;
	transport->wait = socket_wait;
	transport->unsent = socket_unsent;
}

static void
gy_socket_transport_init(GySocketTransport *self)
{
}

GyTransport *
gy_socket_transport_new(GSocketConnectable *peer, const char *display)
{
	GySocketTransport *self = g_object_new(GY_TYPE_SOCKET_TRANSPORT, NULL);

	self->peer = g_object_ref(peer);
	self->display = g_strdup(display);
	return GY_TRANSPORT(self);
}
