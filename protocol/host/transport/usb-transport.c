// SPDX-License-Identifier: Apache-2.0
#include "protocol/host/transport/transport-private.h"

#include "protocol/host/transport/usb-private.h"
#include <glib/gi18n-lib.h>

/*
 * A USB device through libusb: CDC-ACM without the kernel's tty, or a vendor's bulk interface. Bytes move in the
 * caller's thread, inside reading, writing and waiting; between the calls the kernel fills what was queued.
 */

/* What was written last, such as a request to restart, still goes out, as on a tty. */
#define CLOSE_DRAIN_US (200 * 1000)
/* Cancelled transfers come back at once from any working controller. */
#define CLOSE_CANCEL_US       (2 * 1000 * 1000)

#define GY_TYPE_USB_TRANSPORT (gy_usb_transport_get_type())
G_DECLARE_FINAL_TYPE(GyUsbTransport, gy_usb_transport, GY, USB_TRANSPORT, GyTransport)

struct _GyUsbTransport {
	GyTransport parent_instance;
	char *path;
	GyUsbDevice *device; /* NULL: closed */
	GyUsbPipe *in;
	GyUsbPipe *out;
	gboolean dtr;
	gboolean rts;
	int failed; /* 0, or libusb's code for its events */
};

G_DEFINE_TYPE(GyUsbTransport, gy_usb_transport, GY_TYPE_TRANSPORT)

static void
step(GyUsbTransport *self)
{
	gint64 now_us = g_get_monotonic_time();
	int result = gy_usb_device_step(self->device);

	if (result != 0)
		self->failed = result;
	gy_usb_pipe_step(self->in, now_us);
	gy_usb_pipe_step(self->out, now_us);
}

/* 0, or the code of what has ended the connection. */
static int
result_of(const GyUsbTransport *self)
{
	if (self->device->has_left || gy_usb_pipe_result(self->in) == LIBUSB_ERROR_NO_DEVICE ||
		gy_usb_pipe_result(self->out) == LIBUSB_ERROR_NO_DEVICE)
		return LIBUSB_ERROR_NO_DEVICE;
	if (self->failed != 0)
		return self->failed;
	return gy_usb_pipe_result(self->in) != 0 ? gy_usb_pipe_result(self->in)
						 : gy_usb_pipe_result(self->out);
}

static gboolean
io_error(GyUsbTransport *self, GError **error, const char *what, int code)
{
	if (code == LIBUSB_ERROR_NO_DEVICE || self->device->has_left)
		return gy_port_gone_error(error, self->device->name);
	g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_IO, _("%s the USB device %s failed: %s"), what,
		self->device->name, libusb_strerror((enum libusb_error) code));
	return FALSE;
}

/* ---- opening and closing -------------------------------------------------------------------------------- */

/* The lines go up as they do when a tty is opened: many devices are silent until somebody is there. */
static gboolean
set_up(GyUsbTransport *self, guint baud, GError **error)
{
	int result = gy_usb_device_set_line_coding(self->device, baud);

	self->dtr = self->rts = TRUE;
	if (result == 0)
		result = gy_usb_device_set_line_state(self->device, self->dtr, self->rts);
	if (result == 0)
		return TRUE;
	g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_OPEN,
		_("setting the speed of the USB device %s failed: %s"), self->device->name,
		libusb_strerror((enum libusb_error) result));
	return FALSE;
}

static gboolean
usb_open(GyTransport *transport, guint baud, GCancellable *cancellable, GError **error)
{
	GyUsbTransport *self = GY_USB_TRANSPORT(transport);
	const GyUsbLayout *layout;

	self->device = gy_usb_device_open(self->path, error);
	if (self->device == NULL)
		return FALSE;
	if (!set_up(self, baud, error)) {
		g_clear_pointer(&self->device, gy_usb_device_close);
		return FALSE;
	}
	layout = &self->device->layout;
	self->failed = 0;
	self->in = gy_usb_pipe_new(self->device, layout->in, layout->in_packet);
	self->out = gy_usb_pipe_new(self->device, layout->out, layout->out_packet);
	return TRUE;
}

static void
drain(GyUsbTransport *self)
{
	gint64 end_us = g_get_monotonic_time() + CLOSE_DRAIN_US;

	step(self);
	while (gy_usb_pipe_unsent(self->out) > 0 && result_of(self) == 0 && g_get_monotonic_time() < end_us) {
		gy_usb_device_sleep(self->device, end_us, NULL);
		step(self);
	}
}

static gboolean
is_idle(const GyUsbTransport *self)
{
	return gy_usb_pipe_is_idle(self->in) && gy_usb_pipe_is_idle(self->out);
}

static gboolean
stop(GyUsbTransport *self)
{
	gint64 end_us = g_get_monotonic_time() + CLOSE_CANCEL_US;

	gy_usb_pipe_cancel(self->in);
	gy_usb_pipe_cancel(self->out);
	step(self);
	while (!is_idle(self) && g_get_monotonic_time() < end_us) {
		gy_usb_device_sleep(self->device, end_us, NULL);
		step(self);
	}
	return is_idle(self);
}

static void
usb_close(GyTransport *transport)
{
	GyUsbTransport *self = GY_USB_TRANSPORT(transport);

	if (self->device == NULL)
		return;
	drain(self);
	if (stop(self)) {
		gy_usb_pipe_free(self->in);
		gy_usb_pipe_free(self->out);
		gy_usb_device_close(self->device);
	} else {
		/* the kernel may still write into the buffers: better lost than given to somebody else */
		g_warning("the USB device %s does not let go of its transfers", self->device->name);
	}
	self->in = self->out = NULL;
	self->device = NULL;
}

/* ---- bytes ---------------------------------------------------------------------------------------------- */

/* What came before the device went is still handed on. */
static gssize
usb_read(GyTransport *transport, guint8 *bytes, gsize size, GError **error)
{
	GyUsbTransport *self = GY_USB_TRANSPORT(transport);
	gsize n;

	step(self);
	n = gy_usb_pipe_take(self->in, bytes, MIN(size, G_MAXSSIZE));
	if (n > 0 || result_of(self) == 0)
		return (gssize) n;
	io_error(self, error, "reading", result_of(self));
	return -1;
}

static gssize
usb_write(GyTransport *transport, const guint8 *bytes, gsize size, GError **error)
{
	GyUsbTransport *self = GY_USB_TRANSPORT(transport);
	gsize n;

	step(self);
	n = result_of(self) == 0 ? gy_usb_pipe_give(self->out, bytes, MIN(size, G_MAXSSIZE)) : 0;
	if (result_of(self) == 0)
		return (gssize) n;
	io_error(self, error, _("writing to"), result_of(self));
	return -1;
}

static GIOCondition
possible(const GyUsbTransport *self, GIOCondition what)
{
	GIOCondition found = 0;

	/* the end is learnt by reading */
	if (result_of(self) != 0)
		return (what & G_IO_IN) | G_IO_HUP;
	if (gy_usb_pipe_is_ready(self->in))
		found |= what & G_IO_IN;
	if (gy_usb_pipe_is_ready(self->out))
		found |= what & G_IO_OUT;
	return found;
}

static gint64
earlier(gint64 a_us, gint64 b_us)
{
	if (a_us < 0 || b_us < 0)
		return MAX(a_us, b_us);
	return MIN(a_us, b_us);
}

static GIOCondition
usb_wait(GyTransport *transport, GIOCondition what, gint timeout_ms, GCancellable *cancellable)
{
	GyUsbTransport *self = GY_USB_TRANSPORT(transport);
	gint64 end_us = timeout_ms < 0 ? -1 : g_get_monotonic_time() + (gint64) timeout_ms * 1000;

	for (;;) {
		gint64 wake_us;
		GIOCondition found;

		if (g_cancellable_is_cancelled(cancellable))
			return 0;
		step(self);
		found = possible(self, what);
		if (found != 0 || (end_us >= 0 && g_get_monotonic_time() >= end_us))
			return found;
		wake_us = earlier(gy_usb_pipe_deadline_us(self->in), gy_usb_pipe_deadline_us(self->out));
		gy_usb_device_sleep(self->device, earlier(end_us, wake_us), cancellable);
	}
}

static gsize
usb_unsent(GyTransport *transport)
{
	GyUsbTransport *self = GY_USB_TRANSPORT(transport);

	step(self);
	return gy_usb_pipe_unsent(self->out);
}

/* ---- speed and lines ------------------------------------------------------------------------------------ */

static gboolean
usb_set_baud(GyTransport *transport, guint baud, GError **error)
{
	GyUsbTransport *self = GY_USB_TRANSPORT(transport);
	int result = gy_usb_device_set_line_coding(self->device, baud);

	return result == 0 || io_error(self, error, _("setting the speed of"), result);
}

static gboolean
usb_set_lines(GyTransport *transport, GyLine dtr, GyLine rts, GError **error)
{
	GyUsbTransport *self = GY_USB_TRANSPORT(transport);
	gboolean new_dtr = dtr == GY_LINE_KEEP ? self->dtr : dtr == GY_LINE_HIGH;
	gboolean new_rts = rts == GY_LINE_KEEP ? self->rts : rts == GY_LINE_HIGH;
	int result = gy_usb_device_set_line_state(self->device, new_dtr, new_rts);

	if (result != 0)
		return io_error(self, error, _("setting DTR or RTS of"), result);
	self->dtr = new_dtr;
	self->rts = new_rts;
	return TRUE;
}

static gboolean
usb_set_break(GyTransport *transport, gboolean on, GError **error)
{
	GyUsbTransport *self = GY_USB_TRANSPORT(transport);
	int result = gy_usb_device_set_break(self->device, on);

	return result == 0 || io_error(self, error, _("setting a break on"), result);
}

/* ---- the object ----------------------------------------------------------------------------------------- */

static void
gy_usb_transport_finalize(GObject *object)
{
	GyUsbTransport *self = GY_USB_TRANSPORT(object);

	usb_close(GY_TRANSPORT(self));
	g_free(self->path);
	G_OBJECT_CLASS(gy_usb_transport_parent_class)->finalize(object);
}

static void
gy_usb_transport_class_init(GyUsbTransportClass *klass)
{
	GyTransportClass *transport = GY_TRANSPORT_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = gy_usb_transport_finalize;
	transport->open = usb_open;
	transport->close = usb_close;
	transport->read = usb_read;
	transport->write = usb_write;
	transport->wait = usb_wait;
	transport->set_baud = usb_set_baud;
	transport->set_lines = usb_set_lines;
	transport->unsent = usb_unsent;
	transport->set_break = usb_set_break;
}

static void
gy_usb_transport_init(GyUsbTransport *self)
{
}

GyTransport *
gy_usb_transport_new(const char *path)
{
	GyUsbTransport *self = g_object_new(GY_TYPE_USB_TRANSPORT, NULL);

	self->path = g_strdup(path);
	return GY_TRANSPORT(self);
}
