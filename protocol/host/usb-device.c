// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "protocol/host/discovery.h"
#include "protocol/host/transport-private.h"
#include "protocol/host/usb-private.h"

/* Requests of the PSTN subclass of USB's communications class. */
#define CDC_REQUEST_TYPE           0x21
#define CDC_SET_LINE_CODING        0x20
#define CDC_SET_CONTROL_LINE_STATE 0x22
#define CDC_LINE_DTR               1
#define CDC_LINE_RTS               2
#define CDC_DATA_BITS              8

#define CONTROL_TIMEOUT_MS         1000

/* Hubs included; deeper trees are not allowed. */
#define N_PORTS_MAX 7

typedef struct {
	libusb_device *device;
	struct libusb_device_descriptor ids;
	char *path;
	char *serial; /* NULL: none, or not to be read */
} Candidate;

static void
candidate_free(gpointer data)
{
	Candidate *candidate = data;

	libusb_unref_device(candidate->device);
	g_free(candidate->path);
	g_free(candidate->serial);
	g_free(candidate);
}

void
gy_usb_identity_clear(GyUsbIdentity *identity)
{
	g_clear_pointer(&identity->serial, g_free);
	g_clear_pointer(&identity->path, g_free);
}

/* ---- finding -------------------------------------------------------------------------------------------- */

/* Without a /sys the device itself is asked, which needs the right to open it. */
static char *
read_serial(libusb_device *device, const struct libusb_device_descriptor *ids, const char *path)
{
	char *serial = gy_usb_serial_at(path);
	libusb_device_handle *handle = NULL;
	unsigned char text[128];
	int size = 0;

	if (serial != NULL || ids->iSerialNumber == 0 || libusb_open(device, &handle) != 0)
		return serial;
	size = libusb_get_string_descriptor_ascii(handle, ids->iSerialNumber, text, sizeof text);
	libusb_close(handle);
	return size > 0 ? g_strndup((const char *) text, (gsize) size) : NULL;
}

static gboolean
fits(const GyUsbName *name, const struct libusb_device_descriptor *ids, const char *path)
{
	if (name->path != NULL)
		return g_str_equal(name->path, path);
	return ids->idVendor == name->vendor_id && ids->idProduct == name->product_id;
}

static void
add_if_fits(GPtrArray *found, libusb_device *device, const GyUsbName *name)
{
	guint8 ports[N_PORTS_MAX];
	int n_ports = libusb_get_port_numbers(device, ports, sizeof ports);
	struct libusb_device_descriptor ids;
	g_autofree char *path = NULL;
	g_autofree char *serial = NULL;
	Candidate *candidate;

	/* a root hub has no path */
	if (n_ports <= 0 || libusb_get_device_descriptor(device, &ids) != 0)
		return;
	path = gy_usb_path_text(libusb_get_bus_number(device), ports, (guint) n_ports);
	if (!fits(name, &ids, path))
		return;
	serial = read_serial(device, &ids, path);
	if (name->serial != NULL && g_strcmp0(name->serial, serial) != 0)
		return;
	candidate = g_new0(Candidate, 1);
	candidate->device = libusb_ref_device(device);
	candidate->ids = ids;
	candidate->path = g_steal_pointer(&path);
	candidate->serial = g_steal_pointer(&serial);
	g_ptr_array_add(found, candidate);
}

static GPtrArray *
list_candidates(libusb_context *context, const GyUsbName *name)
{
	GPtrArray *found = g_ptr_array_new_with_free_func(candidate_free);
	libusb_device **devices = NULL;
	ssize_t n = libusb_get_device_list(context, &devices);
	ssize_t i;

	for (i = 0; i < n; i++)
		add_if_fits(found, devices[i], name);
	if (n >= 0)
		libusb_free_device_list(devices, 1);
	return found;
}

/* The only one that is what was open before: by serial number, else by place. */
static const Candidate *
find_known(const GPtrArray *candidates, const GyUsbIdentity *identity)
{
	const Candidate *known = NULL;
	guint n_known = 0;
	guint i;

	for (i = 0; i < candidates->len; i++) {
		const Candidate *candidate = candidates->pdata[i];

		if (identity->path == NULL || g_strcmp0(candidate->serial, identity->serial) != 0)
			continue;
		if (g_str_equal(candidate->path, identity->path))
			return candidate;
		known = candidate;
		n_known++;
	}
	return n_known == 1 && known->serial != NULL ? known : NULL;
}

static void
ambiguous_error(GError **error, const GyUsbName *name, const GPtrArray *candidates)
{
	g_autoptr(GString) list = g_string_new(NULL);
	guint i;

	for (i = 0; i < candidates->len; i++) {
		const Candidate *candidate = candidates->pdata[i];

		g_string_append(list, i == 0 ? "" : ", ");
		g_string_append_printf(list, "path:%s with serial number %s", candidate->path,
			candidate->serial != NULL ? candidate->serial : "(none)");
	}
	g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_BAD_PORT,
		"%s fits %u devices, and one has to be named: %s", name->text, candidates->len, list->str);
}

static const Candidate *
choose(const GPtrArray *candidates, const GyUsbName *name, const GyUsbIdentity *identity, GError **error)
{
	const Candidate *known;

	if (candidates->len == 0) {
		g_set_error(
			error, GY_LINK_ERROR, GY_LINK_ERROR_NO_PORT, "there is no USB device %s", name->text);
		return NULL;
	}
	if (candidates->len == 1)
		return candidates->pdata[0];
	known = find_known(candidates, identity);
	if (known == NULL)
		ambiguous_error(error, name, candidates);
	return known;
}

/* ---- what can go wrong ---------------------------------------------------------------------------------- */

static char *
node_of(libusb_device *device)
{
	return g_strdup_printf("/dev/bus/usb/%03u/%03u", (guint) libusb_get_bus_number(device),
		(guint) libusb_get_device_address(device));
}

static void
forbidden_error(GError **error, const GyUsbDevice *device, const Candidate *candidate)
{
	g_autofree char *node = node_of(candidate->device);

	g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_FORBIDDEN,
		"there is no permission to open the USB device %s (%s): it needs a udev rule, in "
		"/etc/udev/rules.d/70-gantry.rules: SUBSYSTEM==\"usb\", ATTR{idVendor}==\"%04x\", "
		"ATTR{idProduct}==\"%04x\", MODE=\"0660\", TAG+=\"uaccess\"",
		device->name, node, candidate->ids.idVendor, candidate->ids.idProduct);
}

static void
busy_error(GError **error, const char *name, const char *holder)
{
	g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_BUSY, "the USB device %s is in use by %s", name,
		holder[0] != 0 ? holder : "another program");
}

static gboolean
open_error(GError **error, const GyUsbDevice *device, const Candidate *candidate, const char *what, int code)
{
	g_autofree char *node = NULL;
	g_autofree char *holder = NULL;

	switch (code) {
	case LIBUSB_ERROR_ACCESS: forbidden_error(error, device, candidate); break;
	case LIBUSB_ERROR_BUSY:
		node = node_of(candidate->device);
		holder = gy_port_holder(node);
		busy_error(error, device->name, holder);
		break;
	case LIBUSB_ERROR_NO_DEVICE:
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_NO_PORT, "the USB device %s has just gone",
			device->name);
		break;
	default:
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_OPEN, "%s the USB device %s failed: %s", what,
			device->name, libusb_strerror((enum libusb_error) code));
	}
	return FALSE;
}

/* ---- claiming ------------------------------------------------------------------------------------------- */

static gboolean
ensure_layout(GyUsbDevice *device, const Candidate *candidate, GError **error)
{
	struct libusb_config_descriptor *config = NULL;
	int result = libusb_get_active_config_descriptor(candidate->device, &config);
	g_autofree char *classes = NULL;
	gboolean found;

	if (result != 0)
		return open_error(error, device, candidate, "reading the descriptors of", result);
	found = gy_usb_layout_find(config, &device->layout);
	if (!found)
		classes = gy_usb_layout_classes(config);
	libusb_free_config_descriptor(config);
	if (found)
		return TRUE;
	g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_BAD_PORT,
		"the USB device %s carries no bytes: expected a CDC-ACM interface or a vendor's interface "
		"with one "
		"bulk endpoint each way, found interfaces of class %s",
		device->name, classes);
	return FALSE;
}

/*
 * A vendor's interface with a tty is a converter's, whose chip wants a driver of its own. A CDC-ACM device can be had
 * from the kernel, but not from a program that has its tty open: that would lose its port without a word.
 */
static gboolean
ensure_tty_is_free(const GyUsbDevice *device, const char *path, GError **error)
{
	const GyUsbLayout *layout = &device->layout;
	g_autofree char *tty = gy_usb_tty_at(path, layout->control >= 0 ? layout->control : layout->data);
	g_autofree char *holder = NULL;

	if (tty == NULL)
		return TRUE;
	if (layout->control < 0) {
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_BAD_PORT,
			"the USB device %s is a serial converter: its port is %s", device->name, tty);
		return FALSE;
	}
	holder = gy_port_holder(tty);
	if (holder[0] == 0)
		return TRUE;
	busy_error(error, tty, holder);
	return FALSE;
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
watch(GyUsbDevice *device, const Candidate *candidate)
{
	if (!libusb_has_capability(LIBUSB_CAP_HAS_HOTPLUG))
		return;
	device->is_watched =
		libusb_hotplug_register_callback(device->context, LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT, 0,
			candidate->ids.idVendor, candidate->ids.idProduct, LIBUSB_HOTPLUG_MATCH_ANY, on_left,
			device, &device->watch) == 0;
}

static gboolean
take(GyUsbDevice *device, const Candidate *candidate, GError **error)
{
	int result;

	device->name = g_strdup_printf(
		"%04x:%04x at path:%s", candidate->ids.idVendor, candidate->ids.idProduct, candidate->path);
	device->device = candidate->device;
	if (!ensure_layout(device, candidate, error) || !ensure_tty_is_free(device, candidate->path, error))
		return FALSE;
	result = libusb_open(candidate->device, &device->handle);
	if (result != 0)
		return open_error(error, device, candidate, "opening", result);
	watch(device, candidate);
	result = claim(device);
	return result == 0 || open_error(error, device, candidate, "claiming", result);
}

static void
remember(GyUsbIdentity *identity, const Candidate *candidate)
{
	gy_usb_identity_clear(identity);
	identity->serial = g_strdup(candidate->serial);
	identity->path = g_strdup(candidate->path);
}

/* A context of its own each time: one that is older than the device does not see it where there is no udev. */
GyUsbDevice *
gy_usb_device_open(const GyUsbName *name, GyUsbIdentity *identity, GError **error)
{
	/* with its context, which outlives the candidates: what is declared last is freed first */
	g_autoptr(GyUsbDevice) device = g_new0(GyUsbDevice, 1);
	g_autoptr(GPtrArray) candidates = NULL;
	const Candidate *candidate;
	int result = libusb_init(&device->context);

	if (result != 0) {
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_OPEN, "USB cannot be used for %s: %s",
			name->text, libusb_strerror((enum libusb_error) result));
		return NULL;
	}
	candidates = list_candidates(device->context, name);
	candidate = choose(candidates, name, identity, error);
	if (candidate == NULL || !take(device, candidate, error))
		return NULL;
	remember(identity, candidate);
	return g_steal_pointer(&device);
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

/* A stall is the answer of a device that does not know the request: its cable has no speed, or no lines. */
static int
control(GyUsbDevice *device, guint8 request, guint16 value, guint8 *bytes, guint16 size)
{
	int result;

	if (device->layout.control < 0)
		return 0;
	result = libusb_control_transfer(device->handle, CDC_REQUEST_TYPE, request, value,
		(guint16) device->layout.control, bytes, size, CONTROL_TIMEOUT_MS);
	return result >= 0 || result == LIBUSB_ERROR_PIPE ? 0 : result;
}

int
gy_usb_device_set_line_coding(GyUsbDevice *device, guint baud)
{
	/* bits per second, little-endian; one stop bit; no parity; data bits */
	guint8 coding[7] = {(guint8) baud, (guint8) (baud >> 8), (guint8) (baud >> 16), (guint8) (baud >> 24),
		0, 0, CDC_DATA_BITS};

	return control(device, CDC_SET_LINE_CODING, 0, coding, sizeof coding);
}

int
gy_usb_device_set_line_state(GyUsbDevice *device, gboolean dtr, gboolean rts)
{
	return control(device, CDC_SET_CONTROL_LINE_STATE,
		(guint16) ((dtr ? CDC_LINE_DTR : 0) | (rts ? CDC_LINE_RTS : 0)), NULL, 0);
}
