// SPDX-License-Identifier: Apache-2.0
#include "engine/devices/devices.h"

#include <gudev/gudev.h>

#include "engine/devices/device-private.h"
#include "engine/devices/port-names.h"
#include "protocol/host/transport/bluetooth.h"

#define BLUEZ "org.bluez"

struct _GyDevices {
	GObject parent;

	GPtrArray *items;  /* GyDevice, by path */
	GHashTable *names; /* from place to name */
	GUdevClient *udev;
	GFileMonitor *monitor; /* of the names; NULL: none can be given notice of */
	GCancellable *stop;
	GDBusConnection *bus; /* NULL: no Bluetooth to hear of */
	guint subscriptions[2];
	gboolean is_listing_bluetooth;
	gboolean is_bluetooth_stale;
};

static void gy_devices_list_model_init(GListModelInterface *interface);

G_DEFINE_FINAL_TYPE_WITH_CODE(GyDevices, gy_devices, G_TYPE_OBJECT,
	G_IMPLEMENT_INTERFACE(G_TYPE_LIST_MODEL, gy_devices_list_model_init))

/* ---- the list ------------------------------------------------------------------------------------------- */

static GType
get_item_type(GListModel *model)
{
	return GY_TYPE_DEVICE;
}

static guint
get_n_items(GListModel *model)
{
	return GY_DEVICES(model)->items->len;
}

static gpointer
get_item(GListModel *model, guint i)
{
	GyDevices *devices = GY_DEVICES(model);

	return i < devices->items->len ? g_object_ref(g_ptr_array_index(devices->items, i)) : NULL;
}

static void
gy_devices_list_model_init(GListModelInterface *interface)
{
	interface->get_item_type = get_item_type;
	interface->get_n_items = get_n_items;
	interface->get_item = get_item;
}

static const char *
name_of(const GyDevices *devices, const GyPort *port)
{
	return g_hash_table_lookup(devices->names, port->place);
}

static void
remove_at(GyDevices *devices, guint i)
{
	g_ptr_array_remove_index(devices->items, i);
	g_list_model_items_changed(G_LIST_MODEL(devices), i, 1, 0);
}

/* Takes @port. */
static void
insert(GyDevices *devices, GyPort *port)
{
	guint i = 0;

	while (i < devices->items->len &&
		gy_port_compare(gy_device_port(g_ptr_array_index(devices->items, i)), port) < 0)
		i++;
	g_ptr_array_insert(devices->items, (gint) i, gy_device_new(port, name_of(devices, port)));
	g_list_model_items_changed(G_LIST_MODEL(devices), i, 0, 1);
}

/* (transfer full) (nullable): the one of @ports that is @device, taken out of them. */
static GyPort *
take_same(GPtrArray *ports, GyDevice *device)
{
	for (guint i = 0; i < ports->len; i++) {
		if (gy_device_is_same(device, g_ptr_array_index(ports, i)))
			return g_ptr_array_steal_index(ports, i);
	}
	return NULL;
}

static void
keep(GyDevices *devices, GyDevice *device, GyPort *port, gboolean has_holders)
{
	if (!has_holders) {
		g_free(port->holder);
		port->holder = g_strdup(gy_device_port(device)->holder);
	}
	gy_device_take_port(device, port);
	gy_device_set_name(device, name_of(devices, port));
}

/*
 * Makes the Bluetooth ports of the list, or all others, what @ports (taken apart) says. What left goes first: another
 * device may have come under its path.
 */
static void
apply(GyDevices *devices, GPtrArray *ports, gboolean are_bluetooth, gboolean has_holders)
{
	for (guint i = devices->items->len; i-- > 0;) {
		GyDevice *device = g_ptr_array_index(devices->items, i);
		GyPort *port;

		if ((gy_device_port(device)->kind == GY_PORT_BLUETOOTH) != are_bluetooth)
			continue;
		port = take_same(ports, device);
		if (port)
			keep(devices, device, port, has_holders);
		else
			remove_at(devices, i);
	}
	if (!has_holders && ports->len > 0)
		gy_ports_find_holders(ports);
	while (ports->len > 0)
		insert(devices, g_ptr_array_steal_index(ports, 0));
}

/* ---- what the kernel has -------------------------------------------------------------------------------- */

static gboolean
is_of(const GyPort *port, GUdevDevice *udev)
{
	const char *name = g_udev_device_get_name(udev);
	const char *number = g_udev_device_get_property(udev, "DEVNUM");

	if (g_strcmp0(g_udev_device_get_subsystem(udev), "tty") == 0)
		return port->kind == GY_PORT_TTY && g_str_has_prefix(port->path, "/dev/") &&
		       g_strcmp0(port->path + strlen("/dev/"), name) == 0;
	return g_strcmp0(g_udev_device_get_devtype(udev), "usb_device") == 0 && port->kind == GY_PORT_USB &&
	       g_strcmp0(port->usb_path, name) == 0 &&
	       (!number || g_ascii_strtoll(number, NULL, 10) == port->usb_number);
}

static gboolean
is_listed(GyDevices *devices, const GyPort *port)
{
	for (guint i = 0; i < devices->items->len; i++) {
		if (gy_device_is_same(g_ptr_array_index(devices->items, i), port))
			return TRUE;
	}
	return FALSE;
}

/*
 * The notice may come before the kernel has taken the device out of its tree, and after it has put another one there,
 * which was not listed before.
 */
static void
leave_out(GyDevices *devices, GPtrArray *ports, GUdevDevice *gone)
{
	for (guint i = ports->len; i-- > 0;) {
		const GyPort *port = g_ptr_array_index(ports, i);

		if (is_of(port, gone) && is_listed(devices, port))
			g_ptr_array_remove_index(ports, i);
	}
}

static void
on_uevent(GUdevClient *client, const char *action, GUdevDevice *udev, gpointer data)
{
	GyDevices *devices = GY_DEVICES(data);
	g_autoptr(GPtrArray) ports = gy_ports_find();

	if (g_strcmp0(action, "remove") == 0)
		leave_out(devices, ports, udev);
	apply(devices, ports, FALSE, FALSE);
}

/* ---- what the Bluetooth service has --------------------------------------------------------------------- */

static GPtrArray *
bluetooth_ports(GCancellable *cancellable)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) known = gy_bluetooth_list(cancellable, &error);
	GPtrArray *ports = g_ptr_array_new_with_free_func((GDestroyNotify) gy_port_free);

	if (!known)
		g_debug("%s", error->message);
	for (guint i = 0; known && i < known->len; i++) {
		const GyBluetoothDevice *device = g_ptr_array_index(known, i);
		GyPort *port;

		if (!device->is_paired || !device->has_serial_port)
			continue;
		port = gy_port_new(GY_PORT_BLUETOOTH, device->port);
		g_free(port->description);
		port->description = g_utf8_make_valid(device->name, -1);
		g_free(port->place);
		port->place = g_strconcat("bt:", device->address, NULL);
		port->can_open = TRUE;
		g_ptr_array_add(ports, port);
	}
	return ports;
}

static void
list_bluetooth(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	g_task_return_pointer(task, bluetooth_ports(cancellable), (GDestroyNotify) g_ptr_array_unref);
}

static void look_at_bluetooth(GyDevices *devices);

static void
on_bluetooth_listed(GObject *source, GAsyncResult *result, gpointer data)
{
	GyDevices *devices = GY_DEVICES(source);
	g_autoptr(GPtrArray) ports = g_task_propagate_pointer(G_TASK(result), NULL);

	devices->is_listing_bluetooth = FALSE;
	if (g_cancellable_is_cancelled(devices->stop) || !ports)
		return;
	apply(devices, ports, TRUE, TRUE);
	if (devices->is_bluetooth_stale)
		look_at_bluetooth(devices);
}

/* The service may take its time: it is asked on a thread, one question at a time. */
static void
look_at_bluetooth(GyDevices *devices)
{
	g_autoptr(GTask) task = NULL;

	devices->is_bluetooth_stale = devices->is_listing_bluetooth;
	if (devices->is_listing_bluetooth)
		return;
	devices->is_listing_bluetooth = TRUE;
	task = g_task_new(devices, devices->stop, on_bluetooth_listed, NULL);
	g_task_run_in_thread(task, list_bluetooth);
}

/* The strength of a signal changes all the time; these are what the list shows. */
static gboolean
is_of_interest(GVariant *parameters)
{
	static const char *const wanted[] = {"Paired", "Alias", "Name", "UUIDs", "ServicesResolved"};
	g_autoptr(GVariant) changed = g_variant_get_child_value(parameters, 1);

	for (guint i = 0; i < G_N_ELEMENTS(wanted); i++) {
		g_autoptr(GVariant) value = g_variant_lookup_value(changed, wanted[i], NULL);

		if (value)
			return TRUE;
	}
	return FALSE;
}

static void
on_bluez_signal(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
	const char *signal, GVariant *parameters, gpointer data)
{
	if (!g_variant_is_of_type(parameters, G_VARIANT_TYPE("(sa{sv}as)")) || is_of_interest(parameters))
		look_at_bluetooth(GY_DEVICES(data));
}

static void
on_bus(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(GDBusConnection) bus = g_bus_get_finish(result, NULL);
	g_autoptr(GyDevices) devices = GY_DEVICES(data);

	if (!bus || g_cancellable_is_cancelled(devices->stop))
		return;
	devices->bus = g_steal_pointer(&bus);
	devices->subscriptions[0] =
		g_dbus_connection_signal_subscribe(devices->bus, BLUEZ, "org.freedesktop.DBus.ObjectManager",
			NULL, NULL, NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_bluez_signal, devices, NULL);
	devices->subscriptions[1] = g_dbus_connection_signal_subscribe(devices->bus, BLUEZ,
		"org.freedesktop.DBus.Properties", "PropertiesChanged", NULL, BLUEZ ".Device1",
		G_DBUS_SIGNAL_FLAGS_NONE, on_bluez_signal, devices, NULL);
	look_at_bluetooth(devices);
}

/* ---- names ---------------------------------------------------------------------------------------------- */

/* A file that cannot be read says so to who gives names or uses one; a list without names is still a list. */
static GHashTable *
load_names(void)
{
	g_autoptr(GError) error = NULL;
	GHashTable *names = gy_port_names_load(&error);

	if (names)
		return names;
	g_info("%s", error->message);
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

static void
apply_names(GyDevices *devices)
{
	g_hash_table_unref(devices->names);
	devices->names = load_names();
	for (guint i = 0; i < devices->items->len; i++) {
		GyDevice *device = g_ptr_array_index(devices->items, i);

		gy_device_set_name(device, name_of(devices, gy_device_port(device)));
	}
}

static void
on_names_changed(GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event, gpointer data)
{
	apply_names(GY_DEVICES(data));
}

/* GIO looks again and again for a file whose folder is not there; without a folder there are no names to lose. */
static void
watch_names(GyDevices *devices)
{
	g_autofree char *path = gy_port_names_file();
	g_autofree char *folder = g_path_get_dirname(path);
	g_autoptr(GFile) file = g_file_new_for_path(path);

	if (!g_file_test(folder, G_FILE_TEST_IS_DIR))
		return;
	devices->monitor = g_file_monitor_file(file, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
	if (devices->monitor)
		g_signal_connect_object(
			devices->monitor, "changed", G_CALLBACK(on_names_changed), devices, 0);
}

/* ---- the object ----------------------------------------------------------------------------------------- */

static void
gy_devices_dispose(GObject *object)
{
	GyDevices *devices = GY_DEVICES(object);

	g_cancellable_cancel(devices->stop);
	for (guint i = 0; devices->bus && i < G_N_ELEMENTS(devices->subscriptions); i++)
		g_dbus_connection_signal_unsubscribe(devices->bus, devices->subscriptions[i]);
	g_clear_object(&devices->bus);
	g_clear_object(&devices->udev);
	g_clear_object(&devices->monitor);
	G_OBJECT_CLASS(gy_devices_parent_class)->dispose(object);
}

static void
gy_devices_finalize(GObject *object)
{
	GyDevices *devices = GY_DEVICES(object);

	g_ptr_array_unref(devices->items);
	g_hash_table_unref(devices->names);
	g_object_unref(devices->stop);
	G_OBJECT_CLASS(gy_devices_parent_class)->finalize(object);
}

static void
gy_devices_class_init(GyDevicesClass *class)
{
	G_OBJECT_CLASS(class)->dispose = gy_devices_dispose;
	G_OBJECT_CLASS(class)->finalize = gy_devices_finalize;
}

static void
gy_devices_init(GyDevices *devices)
{
	devices->items = g_ptr_array_new_with_free_func(g_object_unref);
	devices->names = load_names();
	devices->stop = g_cancellable_new();
}

/* Listening begins before looking: what comes in between is told twice and not missed. */
GyDevices *
gy_devices_new(void)
{
	static const char *const subsystems[] = {"tty", "usb", NULL};
	GyDevices *devices = g_object_new(GY_TYPE_DEVICES, NULL);
	g_autoptr(GPtrArray) ports = NULL;

	devices->udev = g_udev_client_new(subsystems);
	g_signal_connect_object(devices->udev, "uevent", G_CALLBACK(on_uevent), devices, 0);
	watch_names(devices);
	ports = gy_ports_list();
	apply(devices, ports, FALSE, TRUE);
	g_bus_get(G_BUS_TYPE_SYSTEM, devices->stop, on_bus, g_object_ref(devices));
	return devices;
}

void
gy_devices_refresh(GyDevices *devices)
{
	g_autoptr(GPtrArray) ports = gy_ports_list();

	apply_names(devices);
	apply(devices, ports, FALSE, TRUE);
	if (devices->bus)
		look_at_bluetooth(devices);
}

static int
by_path(gconstpointer a, gconstpointer b)
{
	return gy_port_compare(*(GyPort *const *) a, *(GyPort *const *) b);
}

GPtrArray *
gy_devices_list(void)
{
	g_autoptr(GHashTable) names = load_names();
	g_autoptr(GPtrArray) ports = gy_ports_list();
	g_autoptr(GPtrArray) bluetooth = bluetooth_ports(NULL);
	GPtrArray *items = g_ptr_array_new_with_free_func(g_object_unref);

	g_ptr_array_extend_and_steal(ports, g_steal_pointer(&bluetooth));
	g_ptr_array_sort(ports, by_path);
	while (ports->len > 0) {
		GyPort *port = g_ptr_array_steal_index(ports, 0);

		g_ptr_array_add(items, gy_device_new(port, g_hash_table_lookup(names, port->place)));
	}
	return items;
}
