// SPDX-License-Identifier: Apache-2.0
#include "protocol/host/transport/transport-private.h"

#include "protocol/host/transport/usb-name.h"
#include <glib/gi18n-lib.h>

/*
 * A device by its ids or its place. Where it is and who drives it is found out at each opening: a board that was
 * replugged may have another tty, or none where it had one.
 */
#define GY_TYPE_USB_PORT (gy_usb_port_get_type())
G_DECLARE_FINAL_TYPE(GyUsbPort, gy_usb_port, GY, USB_PORT, GyTransport)

struct _GyUsbPort {
	GyTransport parent_instance;
	GyUsbName *name;
	GyUsbPlace *known;  /* NULL: never opened */
	GyTransport *inner; /* NULL: closed */
};

G_DEFINE_TYPE(GyUsbPort, gy_usb_port, GY_TYPE_TRANSPORT)

/*
 * A place is the kernel's tty if there is one. Ids mean the device itself, without its driver, unless that is a
 * converter: no other driver makes a ttyUSB.
 */
static gboolean
is_wanted(const char *tty, const GyUsbName *name)
{
#ifdef GY_HAS_USB
	return tty != NULL && (name->path != NULL || g_str_has_prefix(tty, "/dev/ttyUSB"));
#else
	return tty != NULL;
#endif
}

static GyTransport *
new_for(const GyUsbName *name, const char *path, GError **error)
{
	g_autofree char *tty = gy_usb_tty_at(path, GY_USB_ANY_INTERFACE);
	g_autofree char *port = NULL;

	if (is_wanted(tty, name)) {
		port = g_strconcat("serial:", tty, NULL);
		return gy_transport_new(port, error);
	}
#ifdef GY_HAS_USB
	return gy_usb_transport_new(path);
#else
	g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_OPEN,
		_("%s has no tty, and this program was built without USB, which it needs then"), name->text);
	return NULL;
#endif
}

static GyTransport *
open_inner(GyUsbPort *self, const char *path, guint baud, GCancellable *cancellable, GError **error)
{
	g_autoptr(GyTransport) inner = new_for(self->name, path, error);

	if (inner == NULL || !gy_transport_open(inner, baud, cancellable, error))
		return NULL;
	return g_steal_pointer(&inner);
}

static gboolean
usb_port_open(GyTransport *transport, guint baud, GCancellable *cancellable, GError **error)
{
	GyUsbPort *self = GY_USB_PORT(transport);
	g_autoptr(GyUsbPlace) place = gy_usb_find(self->name, self->known, error);

	if (place == NULL)
		return FALSE;
	self->inner = open_inner(self, place->path, baud, cancellable, error);
	if (self->inner == NULL)
		return FALSE;
	g_clear_pointer(&self->known, gy_usb_place_free);
	self->known = g_steal_pointer(&place);
	return TRUE;
}

static void
usb_port_close(GyTransport *transport)
{
	GyUsbPort *self = GY_USB_PORT(transport);

	if (self->inner != NULL)
		gy_transport_close(self->inner);
	g_clear_object(&self->inner);
}

static gssize
usb_port_read(GyTransport *transport, guint8 *bytes, gsize size, GError **error)
{
	return gy_transport_read(GY_USB_PORT(transport)->inner, bytes, size, error);
}

static gssize
usb_port_write(GyTransport *transport, const guint8 *bytes, gsize size, GError **error)
{
	return gy_transport_write(GY_USB_PORT(transport)->inner, bytes, size, error);
}

static GIOCondition
usb_port_wait(GyTransport *transport, GIOCondition what, gint timeout_ms, GCancellable *cancellable)
{
	return gy_transport_wait(GY_USB_PORT(transport)->inner, what, timeout_ms, cancellable);
}

static gboolean
usb_port_set_baud(GyTransport *transport, guint baud, GError **error)
{
	return gy_transport_set_baud(GY_USB_PORT(transport)->inner, baud, error);
}

static gboolean
usb_port_set_lines(GyTransport *transport, GyLine dtr, GyLine rts, GError **error)
{
	return gy_transport_set_lines(GY_USB_PORT(transport)->inner, dtr, rts, error);
}

/* Whatever is there now has one, unless the device itself says no. */
static gboolean
usb_port_set_break(GyTransport *transport, gboolean on, GError **error)
{
	return gy_transport_set_break(GY_USB_PORT(transport)->inner, on, error);
}

static gsize
usb_port_unsent(GyTransport *transport)
{
	return gy_transport_unsent(GY_USB_PORT(transport)->inner);
}

static void
gy_usb_port_finalize(GObject *object)
{
	GyUsbPort *self = GY_USB_PORT(object);

	usb_port_close(GY_TRANSPORT(self));
	gy_usb_name_free(self->name);
	g_clear_pointer(&self->known, gy_usb_place_free);
	G_OBJECT_CLASS(gy_usb_port_parent_class)->finalize(object);
}

static void
gy_usb_port_class_init(GyUsbPortClass *klass)
{
	GyTransportClass *transport = GY_TRANSPORT_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = gy_usb_port_finalize;
	transport->open = usb_port_open;
	transport->close = usb_port_close;
	transport->read = usb_port_read;
	transport->write = usb_port_write;
	transport->wait = usb_port_wait;
	transport->set_baud = usb_port_set_baud;
	transport->set_lines = usb_port_set_lines;
	transport->unsent = usb_port_unsent;
	transport->set_break = usb_port_set_break;
}

static void
gy_usb_port_init(GyUsbPort *self)
{
}

GyTransport *
gy_usb_port_new(const char *port, GError **error)
{
	GyUsbName *name = gy_usb_name_parse(port, error);
	GyUsbPort *self;

	if (name == NULL)
		return NULL;
	self = g_object_new(GY_TYPE_USB_PORT, NULL);
	self->name = name;
	return GY_TRANSPORT(self);
}
