// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <string.h>

#include "protocol/host/discovery/discovery.h"
#include "protocol/host/transport/transport-private.h"
#include "protocol/host/transport/usb-private.h"

/* Requests of the PSTN subclass of USB's communications class. */
#define CDC_REQUEST_TYPE           0x21
#define CDC_SET_LINE_CODING        0x20
#define CDC_SET_CONTROL_LINE_STATE 0x22
#define CDC_SEND_BREAK             0x23
#define CDC_BREAK_ON               0xFFFF /* until 0 is sent; a number between would be milliseconds */
#define CDC_LINE_DTR               1
#define CDC_LINE_RTS               2
#define CDC_DATA_BITS              8

#define CONTROL_TIMEOUT_MS         1000

/* Hubs included; deeper trees are not allowed. */
#define N_PORTS_MAX 7

/* Converters whose kernel driver makes a tty. Their bulk endpoints carry more, or less, than the bytes of the line. */
static const struct {
	guint16 vendor_id;
	guint16 product_id;
	const char *driver;
} converters[] = {
	{0x0403, 0x6001, "ftdi_sio"},
	{0x0403, 0x6010, "ftdi_sio"},
	{0x0403, 0x6011, "ftdi_sio"},
	{0x0403, 0x6014, "ftdi_sio"},
	{0x0403, 0x6015, "ftdi_sio"},
	{0x067b, 0x2303, "pl2303"},
	{0x10c4, 0xea60, "cp210x"},
	{0x10c4, 0xea70, "cp210x"},
	{0x10c4, 0xea71, "cp210x"},
	{0x1a86, 0x5523, "ch341"},
	{0x1a86, 0x7522, "ch341"},
	{0x1a86, 0x7523, "ch341"},
};

/* ---- finding -------------------------------------------------------------------------------------------- */

static gboolean
is_at(libusb_device *device, const char *path)
{
	guint8 ports[N_PORTS_MAX];
	int n_ports = libusb_get_port_numbers(device, ports, sizeof ports);
	g_autoptr(GString) text = g_string_new(NULL);
	int i;

	g_string_append_printf(text, "%u", (guint) libusb_get_bus_number(device));
	for (i = 0; i < n_ports; i++)
		g_string_append_printf(text, "%c%u", i == 0 ? '-' : '.', (guint) ports[i]);
	return g_str_equal(text->str, path);
}

static gboolean
find(GyUsbDevice *device, const char *path)
{
	libusb_device **devices = NULL;
	ssize_t n = libusb_get_device_list(device->context, &devices);
	ssize_t i;

	for (i = 0; i < n && device->device == NULL; i++) {
		if (is_at(devices[i], path) && libusb_get_device_descriptor(devices[i], &device->ids) == 0)
			device->device = libusb_ref_device(devices[i]);
	}
	if (n >= 0)
		libusb_free_device_list(devices, 1);
	return device->device != NULL;
}

/* ---- what can go wrong ---------------------------------------------------------------------------------- */

static char *
node_of(libusb_device *device)
{
	return g_strdup_printf("/dev/bus/usb/%03u/%03u", (guint) libusb_get_bus_number(device),
		(guint) libusb_get_device_address(device));
}

static void
forbidden_error(GError **error, const GyUsbDevice *device)
{
	g_autofree char *node = node_of(device->device);

	g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_FORBIDDEN,
		_("there is no permission to open the USB device %s (%s): it needs a udev rule, in "
		  "/etc/udev/rules.d/70-gantry.rules: SUBSYSTEM==\"usb\", ATTR{idVendor}==\"%04x\", "
		  "ATTR{idProduct}==\"%04x\", MODE=\"0660\", TAG+=\"uaccess\""),
		device->name, node, device->ids.idVendor, device->ids.idProduct);
}

static void
busy_error(GError **error, const char *name, const char *holder)
{
	g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_BUSY, _("the USB device %s is in use by %s"), name,
		holder[0] != 0 ? holder : _("another program"));
}

static gboolean
open_error(GError **error, const GyUsbDevice *device, const char *what, int code)
{
	g_autofree char *node = NULL;
	g_autofree char *holder = NULL;

	switch (code) {
	case LIBUSB_ERROR_ACCESS: forbidden_error(error, device); break;
	case LIBUSB_ERROR_BUSY:
		node = node_of(device->device);
		holder = gy_port_holder(node);
		busy_error(error, device->name, holder);
		break;
	case LIBUSB_ERROR_NO_DEVICE:
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_NO_PORT, _("the USB device %s has just gone"),
			device->name);
		break;
	default:
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_OPEN, _("%s the USB device %s failed: %s"),
			what, device->name, libusb_strerror((enum libusb_error) code));
	}
	return FALSE;
}

/* ---- claiming ------------------------------------------------------------------------------------------- */

static gboolean
ensure_layout(GyUsbDevice *device, GError **error)
{
	struct libusb_config_descriptor *config = NULL;
	int result = libusb_get_active_config_descriptor(device->device, &config);
	g_autofree char *classes = NULL;
	gboolean found;

	if (result != 0)
		return open_error(error, device, _("reading the descriptors of"), result);
	found = gy_usb_layout_find(config, &device->layout);
	if (!found)
		classes = gy_usb_layout_classes(config);
	libusb_free_config_descriptor(config);
	if (found)
		return TRUE;
	g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_BAD_PORT,
		_("the USB device %s carries no bytes: expected a CDC-ACM interface or a vendor's interface "
		  "with one "
		  "bulk endpoint each way, found interfaces of class %s"),
		device->name, classes);
	return FALSE;
}

static gboolean
ensure_no_converter(const GyUsbDevice *device, GError **error)
{
	guint i;

	for (i = 0; i < G_N_ELEMENTS(converters); i++) {
		if (converters[i].vendor_id != device->ids.idVendor ||
			converters[i].product_id != device->ids.idProduct)
			continue;
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_OPEN,
			_("the USB device %s is a serial converter without a tty: the kernel's driver %s is "
			  "missing"),
			device->name, converters[i].driver);
		return FALSE;
	}
	return TRUE;
}

/* The device can be had from the kernel, but not from a program with its tty: that would lose it without a word. */
static gboolean
ensure_tty_is_free(const char *path, int interface, GError **error)
{
	g_autofree char *tty = gy_usb_tty_at(path, interface);
	g_autofree char *holder = tty != NULL ? gy_port_holder(tty) : NULL;

	if (holder == NULL || holder[0] == 0)
		return TRUE;
	busy_error(error, tty, holder);
	return FALSE;
}

static gboolean
ensure_usable(GyUsbDevice *device, const char *path, GError **error)
{
	const GyUsbLayout *layout = &device->layout;

	return ensure_no_converter(device, error) && ensure_layout(device, error) &&
	       ensure_tty_is_free(path, layout->control >= 0 ? layout->control : layout->data, error);
}

/* Control first: cdc_acm lets go of both interfaces when it loses that one. */
static int
claim(GyUsbDevice *device)
{
	const GyUsbLayout *layout = &device->layout;
	int result = libusb_set_auto_detach_kernel_driver(device->handle, 1);

	if (result != 0 && result != LIBUSB_ERROR_NOT_SUPPORTED)
		return result;
	if (layout->control >= 0 && layout->control != layout->data) {
		result = libusb_claim_interface(device->handle, layout->control);
		if (result != 0)
			return result;
		device->has_control = TRUE;
	}
	result = libusb_claim_interface(device->handle, layout->data);
	if (result != 0)
		return result;
	device->has_data = TRUE;
	if (layout->data_setting == 0)
		return 0;
	return libusb_set_interface_alt_setting(device->handle, layout->data, layout->data_setting);
}

static int LIBUSB_CALL
on_left(libusb_context *context, libusb_device *device, libusb_hotplug_event event, void *data)
{
	GyUsbDevice *self = data;

	if (device == self->device)
		self->has_left = TRUE;
	return 0;
}

/* Transfers tell that a device has gone as well; without a udev, only they do. */
static void
watch(GyUsbDevice *device)
{
	if (!libusb_has_capability(LIBUSB_CAP_HAS_HOTPLUG))
		return;
	device->is_watched =
		libusb_hotplug_register_callback(device->context, LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT, 0,
			device->ids.idVendor, device->ids.idProduct, LIBUSB_HOTPLUG_MATCH_ANY, on_left,
			device, &device->watch) == 0;
}

static gboolean
take(GyUsbDevice *device, const char *path, GError **error)
{
	int result;

	device->name =
		g_strdup_printf(_("%04x:%04x at path:%s"), device->ids.idVendor, device->ids.idProduct, path);
	if (!ensure_usable(device, path, error))
		return FALSE;
	result = libusb_open(device->device, &device->handle);
	if (result != 0)
		return open_error(error, device, "opening", result);
	watch(device);
	result = claim(device);
	return result == 0 || open_error(error, device, "claiming", result);
}

/* A context of its own each time: one that is older than the device does not see it where there is no udev. */
GyUsbDevice *
gy_usb_device_open(const char *path, GError **error)
{
	g_autoptr(GyUsbDevice) device = g_new0(GyUsbDevice, 1);
	int result = libusb_init(&device->context);

	if (result != 0) {
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_OPEN, _("USB cannot be used for path:%s: %s"),
			path, libusb_strerror((enum libusb_error) result));
		return NULL;
	}
	if (!find(device, path)) {
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_NO_PORT, _("there is no USB device path:%s"),
			path);
		return NULL;
	}
	return take(device, path, error) ? g_steal_pointer(&device) : NULL;
}

/* The data interface first: cdc_acm takes both when control comes back to it. */
void
gy_usb_device_close(GyUsbDevice *device)
{
	if (device->is_watched)
		libusb_hotplug_deregister_callback(device->context, device->watch);
	if (device->has_data)
		libusb_release_interface(device->handle, device->layout.data);
	if (device->has_control)
		libusb_release_interface(device->handle, device->layout.control);
	if (device->handle != NULL)
		libusb_close(device->handle);
	if (device->device != NULL)
		libusb_unref_device(device->device);
	if (device->context != NULL)
		libusb_exit(device->context);
	g_free(device->name);
	g_free(device);
}

/* ---- events --------------------------------------------------------------------------------------------- */

int
gy_usb_device_step(GyUsbDevice *device)
{
	struct timeval none = {0};
	int result = libusb_handle_events_timeout_completed(device->context, &none, NULL);

	return result == LIBUSB_ERROR_INTERRUPTED ? 0 : result;
}

static gint
milliseconds_to(gint64 end_us)
{
	gint64 left_us;

	if (end_us < 0)
		return -1;
	left_us = end_us - g_get_monotonic_time();
	return left_us <= 0 ? 0 : (gint) MIN((left_us + 999) / 1000, G_MAXINT);
}

/* No transfer has a time limit here, so libusb has no deadline of its own that would have to be kept. */
void
gy_usb_device_sleep(GyUsbDevice *device, gint64 end_us, GCancellable *cancellable)
{
	const struct libusb_pollfd **sources = libusb_get_pollfds(device->context);
	g_autoptr(GArray) polled = g_array_new(FALSE, FALSE, sizeof(GPollFD));
	GPollFD cancel;
	guint i;

	for (i = 0; sources != NULL && sources[i] != NULL; i++) {
		GPollFD source = {.fd = sources[i]->fd, .events = (gushort) sources[i]->events};

		g_array_append_val(polled, source);
	}
	libusb_free_pollfds(sources);
	if (g_cancellable_make_pollfd(cancellable, &cancel)) {
		g_array_append_val(polled, cancel);
		g_poll((GPollFD *) (void *) polled->data, polled->len, milliseconds_to(end_us));
		g_cancellable_release_fd(cancellable);
		return;
	}
	g_poll((GPollFD *) (void *) polled->data, polled->len, milliseconds_to(end_us));
}

/* ---- speed and lines ------------------------------------------------------------------------------------ */

static int
request(GyUsbDevice *device, guint8 code, guint16 value, guint8 *bytes, guint16 size)
{
	int result = libusb_control_transfer(device->handle, CDC_REQUEST_TYPE, code, value,
		(guint16) device->layout.control, bytes, size, CONTROL_TIMEOUT_MS);

	return MIN(result, 0);
}

/* A stall is the answer of a device that does not know the request: its cable has no speed, or no lines. */
static int
request_if_known(GyUsbDevice *device, guint8 code, guint16 value, guint8 *bytes, guint16 size)
{
	int result = device->layout.control >= 0 ? request(device, code, value, bytes, size) : 0;

	return result == LIBUSB_ERROR_PIPE ? 0 : result;
}

int
gy_usb_device_set_line_coding(GyUsbDevice *device, guint baud)
{
	/* bits per second, little-endian; one stop bit; no parity; data bits */
	guint8 coding[7] = {(guint8) baud, (guint8) (baud >> 8), (guint8) (baud >> 16), (guint8) (baud >> 24),
		0, 0, CDC_DATA_BITS};

	return request_if_known(device, CDC_SET_LINE_CODING, 0, coding, sizeof coding);
}

int
gy_usb_device_set_line_state(GyUsbDevice *device, gboolean dtr, gboolean rts)
{
	return request_if_known(device, CDC_SET_CONTROL_LINE_STATE,
		(guint16) ((dtr ? CDC_LINE_DTR : 0) | (rts ? CDC_LINE_RTS : 0)), NULL, 0);
}

int
gy_usb_device_set_break(GyUsbDevice *device, gboolean on)
{
	if (device->layout.control < 0)
		return LIBUSB_ERROR_NOT_SUPPORTED;
	return request(device, CDC_SEND_BREAK, on ? CDC_BREAK_ON : 0, NULL, 0);
}
