// SPDX-License-Identifier: Apache-2.0
#include "protocol/host/transport/transport.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

#include <gio/gunixsocketaddress.h>

#include "protocol/host/transport/transport-private.h"
#include "protocol/host/transport/usb-name.h"

/* Linux's numbers for the slaves of pseudo terminals. */
#define PTY_MAJOR_FIRST 136
#define PTY_MAJOR_LAST  143

typedef struct {
	char *name;
	gboolean is_open;
	GyLine dtr; /* as set last */
	GyLine rts;
} GyTransportPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE(GyTransport, gy_transport, G_TYPE_OBJECT)

static GyTransportPrivate *
private_of(GyTransport *self)
{
	return gy_transport_get_instance_private(self);
}

static gboolean
keep_baud(GyTransport *self, guint baud, GError **error)
{
	return TRUE;
}

static gboolean
keep_lines(GyTransport *self, GyLine dtr, GyLine rts, GError **error)
{
	return TRUE;
}

static void
gy_transport_finalize(GObject *object)
{
	g_free(private_of(GY_TRANSPORT(object))->name);
	G_OBJECT_CLASS(gy_transport_parent_class)->finalize(object);
}

static void
gy_transport_class_init(GyTransportClass *klass)
{
	G_OBJECT_CLASS(klass)->finalize = gy_transport_finalize;
	klass->set_baud = keep_baud;
	klass->set_lines = keep_lines;
}

static void
gy_transport_init(GyTransport *self)
{
}

gboolean
gy_transport_would_block(int error_number)
{
	return error_number == EAGAIN || error_number == EWOULDBLOCK || error_number == EINTR;
}

/* ---- names ---------------------------------------------------------------------------------------------- */

static GyTransport *
bad_port(GError **error, const char *port, const char *why)
{
	g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_BAD_PORT, "%s %s", port, why);
	return NULL;
}

static GyTransport *
new_tcp(const char *port, const char *address, GError **error)
{
	g_autoptr(GSocketConnectable) peer = NULL;
	const char *colon = strrchr(address, ':');

	/* g_network_address_parse() alone would take a service's name, or none */
	if (colon != NULL && colon != address &&
		g_ascii_string_to_unsigned(colon + 1, 10, 1, G_MAXUINT16, NULL, NULL))
		peer = g_network_address_parse(address, 0, NULL);
	if (peer == NULL)
		return bad_port(error, port, _("is not the name of a port: expected tcp:HOST:PORT"));
	return gy_socket_transport_new(peer, port);
}

static GyTransport *
new_unix(const char *port, const char *path, GError **error)
{
	struct sockaddr_un address;
	g_autoptr(GSocketAddress) peer = NULL;
	struct stat found;

	if (path[0] == 0)
		return bad_port(error, port, _("is not the name of a port: expected socket:PATH"));
	if (strlen(path) >= sizeof address.sun_path)
		return bad_port(error, port, _("has a longer path than a socket can have"));
	if (stat(path, &found) == 0 && !S_ISSOCK(found.st_mode))
		return bad_port(error, port, _("is not a socket"));
	peer = g_unix_socket_address_new(path);
	return gy_socket_transport_new(G_SOCKET_CONNECTABLE(peer), port);
}

static const char *
why_no_tty(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR: return _("is a folder, not a serial port");
	case S_IFREG: return _("is a file, not a serial port");
	case S_IFSOCK: return _("is a socket: write socket: before its path");
	case S_IFCHR: return NULL;
	default: return _("is not a serial port");
	}
}

static gboolean
is_pty(const struct stat *found)
{
	guint number = major(found->st_rdev);

	return number >= PTY_MAJOR_FIRST && number <= PTY_MAJOR_LAST;
}

static GyTransport *
new_tty(const char *port, const char *path, gboolean by_library, GError **error)
{
	struct stat found;
	const char *why;

	if (strchr(path, '/') == NULL && stat(path, &found) != 0)
		return bad_port(error, port,
			_("is not the name of a port: expected a path, serial:PATH, socket:PATH, "
			  "tcp:HOST:PORT, bt:ADDRESS, usb:VID:PID or path:BUS-PORT"));
	if (stat(path, &found) != 0) {
		if (errno != EACCES) {
			gy_port_open_error(error, path, ENOENT);
			return NULL;
		}
		/* opening it will tell why */
		return gy_serial_transport_new(path);
	}
	why = why_no_tty(found.st_mode);
	if (why != NULL)
		return bad_port(error, path, why);
	if (!by_library && is_pty(&found))
		return gy_pty_transport_new(path);
	return gy_serial_transport_new(path);
}

static GyTransport *
new_by_name(const char *port, GError **error)
{
	if (g_str_has_prefix(port, "tcp:"))
		return new_tcp(port, port + strlen("tcp:"), error);
	if (g_str_has_prefix(port, "socket:"))
		return new_unix(port, port + strlen("socket:"), error);
	if (g_str_has_prefix(port, "bt:"))
		return gy_bluetooth_transport_new(port, error);
	if (g_str_has_prefix(port, "serial:"))
		return new_tty(port, port + strlen("serial:"), TRUE, error);
	if (g_str_has_prefix(port, "usb:") || g_str_has_prefix(port, "path:"))
		return gy_usb_port_new(port, error);
	return new_tty(port, port, FALSE, error);
}

GyTransport *
gy_transport_new(const char *port, GError **error)
{
	GyTransport *self;

	g_return_val_if_fail(port != NULL, NULL);
	self = new_by_name(port, error);
	if (self != NULL)
		private_of(self)->name = g_strdup(port);
	return self;
}

const char *
gy_transport_name(GyTransport *self)
{
	return private_of(self)->name;
}

/* ---- the cable ------------------------------------------------------------------------------------------ */

gboolean
gy_transport_open(GyTransport *self, guint baud, GCancellable *cancellable, GError **error)
{
	GyTransportPrivate *priv = private_of(self);

	g_return_val_if_fail(!priv->is_open, FALSE);
	g_return_val_if_fail(baud > 0 && baud <= G_MAXINT, FALSE);
	priv->is_open = GY_TRANSPORT_GET_CLASS(self)->open(self, baud, cancellable, error);
	priv->dtr = priv->rts = GY_LINE_HIGH;
	return priv->is_open;
}

void
gy_transport_close(GyTransport *self)
{
	GyTransportPrivate *priv = private_of(self);

	if (!priv->is_open)
		return;
	priv->is_open = FALSE;
	GY_TRANSPORT_GET_CLASS(self)->close(self);
}

gboolean
gy_transport_is_open(GyTransport *self)
{
	return private_of(self)->is_open;
}

static gboolean
ensure_open(GyTransport *self, GError **error)
{
	return private_of(self)->is_open || gy_port_gone_error(error, gy_transport_name(self));
}

gssize
gy_transport_read(GyTransport *self, guint8 *bytes, gsize size, GError **error)
{
	gssize n;

	if (!ensure_open(self, error))
		return -1;
	n = size > 0 ? GY_TRANSPORT_GET_CLASS(self)->read(self, bytes, size, error) : 0;
	if (n < 0)
		gy_transport_close(self);
	return n;
}

gssize
gy_transport_write(GyTransport *self, const guint8 *bytes, gsize size, GError **error)
{
	gssize n;

	if (!ensure_open(self, error))
		return -1;
	n = size > 0 ? GY_TRANSPORT_GET_CLASS(self)->write(self, bytes, size, error) : 0;
	if (n < 0)
		gy_transport_close(self);
	return n;
}

GIOCondition
gy_transport_wait(GyTransport *self, GIOCondition what, gint timeout_ms, GCancellable *cancellable)
{
	if (!private_of(self)->is_open)
		return G_IO_HUP;
	return GY_TRANSPORT_GET_CLASS(self)->wait(self, what, timeout_ms, cancellable);
}

gboolean
gy_transport_set_baud(GyTransport *self, guint baud, GError **error)
{
	g_return_val_if_fail(baud > 0 && baud <= G_MAXINT, FALSE);
	return ensure_open(self, error) && GY_TRANSPORT_GET_CLASS(self)->set_baud(self, baud, error);
}

gboolean
gy_transport_has_rate(GyTransport *self)
{
	return GY_TRANSPORT_GET_CLASS(self)->has_rate;
}

gboolean
gy_transport_set_lines(GyTransport *self, GyLine dtr, GyLine rts, GError **error)
{
	GyTransportPrivate *priv = private_of(self);

	if (!ensure_open(self, error) || !GY_TRANSPORT_GET_CLASS(self)->set_lines(self, dtr, rts, error))
		return FALSE;
	priv->dtr = dtr == GY_LINE_KEEP ? priv->dtr : dtr;
	priv->rts = rts == GY_LINE_KEEP ? priv->rts : rts;
	return TRUE;
}

void
gy_transport_get_lines(GyTransport *self, GyLine *dtr, GyLine *rts)
{
	*dtr = private_of(self)->dtr;
	*rts = private_of(self)->rts;
}

gboolean
gy_transport_has_lines(GyTransport *self)
{
	return GY_TRANSPORT_GET_CLASS(self)->set_lines != keep_lines;
}

gboolean
gy_transport_can_break(GyTransport *self)
{
	return GY_TRANSPORT_GET_CLASS(self)->set_break != NULL;
}

gboolean
gy_transport_set_break(GyTransport *self, gboolean on, GError **error)
{
	g_return_val_if_fail(gy_transport_can_break(self), FALSE);
	return ensure_open(self, error) && GY_TRANSPORT_GET_CLASS(self)->set_break(self, on, error);
}

gsize
gy_transport_unsent(GyTransport *self)
{
	return private_of(self)->is_open ? GY_TRANSPORT_GET_CLASS(self)->unsent(self) : 0;
}
