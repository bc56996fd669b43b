// SPDX-License-Identifier: Apache-2.0
#include "engine/devices/device-private.h"

struct _GyDevice {
	GObject parent;

	GyPort *port;
	char *name;
};

G_DEFINE_FINAL_TYPE(GyDevice, gy_device, G_TYPE_OBJECT)

enum {
	PROP_0,
	PROP_PATH,
	PROP_DESCRIPTION,
	PROP_VENDOR_ID,
	PROP_PRODUCT_ID,
	PROP_SERIAL_NUMBER,
	PROP_USB_PATH,
	PROP_DRIVER,
	PROP_CAN_OPEN,
	PROP_HOLDER,
	PROP_PLACE,
	PROP_KIND,
	PROP_NAME,
	N_PROPS,
};

static GParamSpec *props[N_PROPS];

static const char *const kinds[] = {
	[GY_PORT_TTY] = "tty",
	[GY_PORT_USB] = "usb",
	[GY_PORT_BLUETOOTH] = "bluetooth",
};

static void
gy_device_get_property(GObject *object, guint id, GValue *value, GParamSpec *spec)
{
	GyDevice *device = GY_DEVICE(object);
	const GyPort *port = device->port;

	switch (id) {
	case PROP_PATH: g_value_set_string(value, port->path); break;
	case PROP_DESCRIPTION: g_value_set_string(value, port->description); break;
	case PROP_VENDOR_ID: g_value_set_int(value, port->vendor_id); break;
	case PROP_PRODUCT_ID: g_value_set_int(value, port->product_id); break;
	case PROP_SERIAL_NUMBER: g_value_set_string(value, port->serial_number); break;
	case PROP_USB_PATH: g_value_set_string(value, port->usb_path); break;
	case PROP_DRIVER: g_value_set_string(value, port->driver); break;
	case PROP_CAN_OPEN: g_value_set_boolean(value, port->can_open); break;
	case PROP_HOLDER: g_value_set_string(value, port->holder); break;
	case PROP_PLACE: g_value_set_string(value, port->place); break;
	case PROP_KIND: g_value_set_string(value, gy_device_kind(device)); break;
	case PROP_NAME: g_value_set_string(value, device->name); break;
	default: G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
	}
}

static void
gy_device_finalize(GObject *object)
{
	GyDevice *device = GY_DEVICE(object);

	gy_port_free(device->port);
	g_free(device->name);
	G_OBJECT_CLASS(gy_device_parent_class)->finalize(object);
}

static void
install_text(guint id, const char *name)
{
	props[id] = g_param_spec_string(name, NULL, NULL, "", G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static void
install_id(guint id, const char *name)
{
	props[id] = g_param_spec_int(
		name, NULL, NULL, -1, G_MAXUINT16, -1, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static void
gy_device_class_init(GyDeviceClass *class)
{
	GObjectClass *object = G_OBJECT_CLASS(class);

	object->get_property = gy_device_get_property;
	object->finalize = gy_device_finalize;
	install_text(PROP_PATH, "path");
	install_text(PROP_DESCRIPTION, "description");
	install_id(PROP_VENDOR_ID, "vendor-id");
	install_id(PROP_PRODUCT_ID, "product-id");
	install_text(PROP_SERIAL_NUMBER, "serial-number");
	install_text(PROP_USB_PATH, "usb-path");
	install_text(PROP_DRIVER, "driver");
	props[PROP_CAN_OPEN] = g_param_spec_boolean(
		"can-open", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
	install_text(PROP_HOLDER, "holder");
	install_text(PROP_PLACE, "place");
	install_text(PROP_KIND, "kind");
	install_text(PROP_NAME, "name");
	g_object_class_install_properties(object, N_PROPS, props);
}

static void
gy_device_init(GyDevice *device)
{
}

GyDevice *
gy_device_new(GyPort *port, const char *name)
{
	GyDevice *device = g_object_new(GY_TYPE_DEVICE, NULL);

	device->port = port;
	device->name = g_strdup(name ? name : "");
	return device;
}

const GyPort *
gy_device_port(GyDevice *device)
{
	return device->port;
}

const char *
gy_device_name(GyDevice *device)
{
	return device->name;
}

const char *
gy_device_kind(GyDevice *device)
{
	return kinds[device->port->kind];
}

static void
notify_text(GyDevice *device, guint id, const char *one, const char *other)
{
	if (!g_str_equal(one, other))
		g_object_notify_by_pspec(G_OBJECT(device), props[id]);
}

void
gy_device_take_port(GyDevice *device, GyPort *port)
{
	g_autoptr(GyPort) old = device->port;

	device->port = port;
	g_object_freeze_notify(G_OBJECT(device));
	notify_text(device, PROP_DESCRIPTION, old->description, port->description);
	notify_text(device, PROP_DRIVER, old->driver, port->driver);
	notify_text(device, PROP_HOLDER, old->holder, port->holder);
	notify_text(device, PROP_PLACE, old->place, port->place);
	if (old->can_open != port->can_open)
		g_object_notify_by_pspec(G_OBJECT(device), props[PROP_CAN_OPEN]);
	g_object_thaw_notify(G_OBJECT(device));
}

void
gy_device_set_name(GyDevice *device, const char *name)
{
	g_autofree char *old = device->name;

	device->name = g_strdup(name ? name : "");
	notify_text(device, PROP_NAME, old, device->name);
}

gboolean
gy_device_is_same(GyDevice *device, const GyPort *port)
{
	const GyPort *own = device->port;

	return own->kind == port->kind && g_str_equal(own->path, port->path) &&
	       own->vendor_id == port->vendor_id && own->product_id == port->product_id &&
	       own->usb_number == port->usb_number && g_str_equal(own->serial_number, port->serial_number) &&
	       g_str_equal(own->usb_path, port->usb_path);
}
