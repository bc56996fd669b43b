// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <string.h>

#include "protocol/host/transport/bluez-private.h"

#define OBJECT_MANAGER "org.freedesktop.DBus.ObjectManager"

void
gy_bluetooth_device_free(GyBluetoothDevice *device)
{
	if (device == NULL)
		return;
	g_free(device->address);
	g_free(device->name);
	g_free(device->adapter);
	g_free(device->port);
	g_free(device->object_path);
	g_free(device);
}

static void
free_adapter(gpointer data)
{
	GyBluezAdapter *adapter = data;

	g_free(adapter->path);
	g_free(adapter->name);
	g_free(adapter);
}

void
gy_bluez_objects_free(GyBluezObjects *objects)
{
	if (objects == NULL)
		return;
	g_ptr_array_unref(objects->adapters);
	g_ptr_array_unref(objects->devices);
	g_free(objects);
}

/* ---- reading -------------------------------------------------------------------------------------------- */

static gboolean
has_serial_port(GVariant *properties)
{
	g_autofree const char **uuids = NULL;
	guint i;

	if (!g_variant_lookup(properties, "UUIDs", "^a&s", &uuids))
		return FALSE;
	for (i = 0; uuids[i] != NULL; i++)
		if (g_ascii_strcasecmp(uuids[i], GY_BLUEZ_SPP) == 0)
			return TRUE;
	return FALSE;
}

/* BlueZ names an adapter's object after it. */
static char *
last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return g_strdup(slash != NULL ? slash + 1 : path);
}

static GyBluetoothDevice *
read_device(const char *path, GVariant *properties)
{
	g_autoptr(GyBluetoothDevice) device = g_new0(GyBluetoothDevice, 1);
	const char *adapter = NULL;
	gint16 rssi_dbm;

	if (!g_variant_lookup(properties, "Address", "s", &device->address) ||
		!g_variant_lookup(properties, "Adapter", "&o", &adapter))
		return NULL;
	/* the alias is the device's name, or what the user calls it */
	if (!g_variant_lookup(properties, "Alias", "s", &device->name) &&
		!g_variant_lookup(properties, "Name", "s", &device->name))
		device->name = g_strdup(device->address);
	device->adapter = last_part(adapter);
	device->port = g_strconcat("bt:", device->address, NULL);
	device->object_path = g_strdup(path);
	device->has_serial_port = has_serial_port(properties);
	g_variant_lookup(properties, "Paired", "b", &device->is_paired);
	g_variant_lookup(properties, "Connected", "b", &device->is_connected);
	device->rssi_dbm =
		g_variant_lookup(properties, "RSSI", "n", &rssi_dbm) ? rssi_dbm : GY_BLUETOOTH_NO_RSSI;
	return g_steal_pointer(&device);
}

static GyBluezAdapter *
read_adapter(const char *path, GVariant *properties)
{
	GyBluezAdapter *adapter = g_new0(GyBluezAdapter, 1);

	adapter->path = g_strdup(path);
	adapter->name = last_part(path);
	g_variant_lookup(properties, "Powered", "b", &adapter->is_powered);
	return adapter;
}

static GVariant *
properties_of(GVariant *interfaces, const char *interface)
{
	return g_variant_lookup_value(interfaces, interface, G_VARIANT_TYPE_VARDICT);
}

static void
read_object(GyBluezObjects *objects, const char *path, GVariant *interfaces)
{
	g_autoptr(GVariant) adapter = properties_of(interfaces, "org.bluez.Adapter1");
	g_autoptr(GVariant) device = properties_of(interfaces, "org.bluez.Device1");
	GyBluetoothDevice *found;

	if (adapter != NULL)
		g_ptr_array_add(objects->adapters, read_adapter(path, adapter));
	if (device == NULL)
		return;
	found = read_device(path, device);
	if (found != NULL)
		g_ptr_array_add(objects->devices, found);
}

GyBluezObjects *
gy_bluez_objects_get(GyBluez *bluez, GError **error)
{
	g_autoptr(GError) cause = NULL;
	g_autoptr(GVariant) reply =
		gy_bluez_call(bluez, "/", OBJECT_MANAGER ".GetManagedObjects", NULL, &cause);
	g_autoptr(GVariantIter) iter = NULL;
	GyBluezObjects *objects;
	const char *path;
	GVariant *interfaces;

	if (reply != NULL && !g_variant_is_of_type(reply, G_VARIANT_TYPE("(a{oa{sa{sv}}})")))
		cause = g_error_new_literal(G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
			_("the Bluetooth service answers in another way than BlueZ"));
	if (cause != NULL) {
		gy_bluez_explain(bluez, cause, error);
		return NULL;
	}
	objects = g_new0(GyBluezObjects, 1);
	objects->adapters = g_ptr_array_new_with_free_func(free_adapter);
	objects->devices = g_ptr_array_new_with_free_func((GDestroyNotify) gy_bluetooth_device_free);
	g_variant_get(reply, "(a{oa{sa{sv}}})", &iter);
	while (g_variant_iter_loop(iter, "{&o@a{sa{sv}}}", &path, &interfaces))
		read_object(objects, path, interfaces);
	return objects;
}

/* ---- choosing ------------------------------------------------------------------------------------------- */

static gboolean
is_at(const GyBluetoothDevice *device, const GyBluezAdapter *adapter, const char *address)
{
	return g_str_equal(device->adapter, adapter->name) &&
	       g_ascii_strcasecmp(device->address, address) == 0;
}

/* 0: does not know it; 1: does; 2: is paired with it */
static guint
acquaintance(const GyBluezObjects *objects, const GyBluezAdapter *adapter, const char *address)
{
	guint i;

	for (i = 0; i < objects->devices->len; i++) {
		const GyBluetoothDevice *device = objects->devices->pdata[i];

		if (is_at(device, adapter, address))
			return device->is_paired ? 2 : 1;
	}
	return 0;
}

static const GyBluezAdapter *
no_adapter(GyBluez *bluez, const GyBluezAdapter *off, const char *name, GError **error)
{
	if (off != NULL)
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_BLUETOOTH_OFF,
			_("%s: the Bluetooth adapter %s is switched off"), bluez->what, off->name);
	else if (name != NULL)
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_NO_BLUETOOTH,
			_("%s: there is no Bluetooth adapter %s"), bluez->what, name);
	else
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_NO_BLUETOOTH,
			_("%s: this computer has no Bluetooth adapter"), bluez->what);
	return NULL;
}

const GyBluezAdapter *
gy_bluez_objects_choose_adapter(
	GyBluez *bluez, const GyBluezObjects *objects, const char *name, const char *address, GError **error)
{
	const GyBluezAdapter *best = NULL;
	const GyBluezAdapter *off = NULL;
	guint i;

	for (i = 0; i < objects->adapters->len; i++) {
		const GyBluezAdapter *adapter = objects->adapters->pdata[i];

		if (name != NULL && !g_str_equal(adapter->name, name))
			continue;
		if (!adapter->is_powered)
			off = adapter;
		else if (best == NULL ||
			 acquaintance(objects, adapter, address) > acquaintance(objects, best, address))
			best = adapter;
	}
	return best != NULL ? best : no_adapter(bluez, off, name, error);
}

GyBluetoothDevice *
gy_bluez_objects_take_device(GyBluezObjects *objects, const GyBluezAdapter *adapter, const char *address)
{
	guint i;

	for (i = 0; i < objects->devices->len; i++)
		if (is_at(objects->devices->pdata[i], adapter, address))
			return g_ptr_array_steal_index(objects->devices, i);
	return NULL;
}

/* ---- searching ------------------------------------------------------------------------------------------ */

typedef struct {
	const GyBluezAdapter *adapter;
	const char *address;
	GyBluetoothDevice *found;
} Search;

static void
on_added(GDBusConnection *bus, const char *sender, const char *object_path, const char *interface,
	const char *signal, GVariant *arguments, gpointer data)
{
	Search *search = data;
	g_autoptr(GVariant) interfaces = NULL;
	g_autoptr(GVariant) properties = NULL;
	g_autoptr(GyBluetoothDevice) device = NULL;
	const char *path;

	if (search->found != NULL || !g_variant_is_of_type(arguments, G_VARIANT_TYPE("(oa{sa{sv}})")))
		return;
	g_variant_get(arguments, "(&o@a{sa{sv}})", &path, &interfaces);
	properties = properties_of(interfaces, "org.bluez.Device1");
	if (properties != NULL)
		device = read_device(path, properties);
	if (device != NULL && is_at(device, search->adapter, search->address))
		search->found = g_steal_pointer(&device);
}

static gboolean
has_found(gpointer data)
{
	return ((Search *) data)->found != NULL;
}

/* The serial port profile is of Bluetooth Classic: beacons and the like are not waited for. */
static GVariant *
classic_only(void)
{
	GVariantBuilder filter;

	g_variant_builder_init(&filter, G_VARIANT_TYPE_VARDICT);
	g_variant_builder_add(&filter, "{sv}", "Transport", g_variant_new_string("bredr"));
	return g_variant_new("(a{sv})", &filter);
}

static gboolean
search_until_found(GyBluez *bluez, Search *search, GError **cause)
{
	const char *path = search->adapter->path;
	g_autoptr(GVariant) reply = NULL;

	gy_bluez_tell(bluez, path, "org.bluez.Adapter1.SetDiscoveryFilter", classic_only());
	reply = gy_bluez_call(bluez, path, "org.bluez.Adapter1.StartDiscovery", NULL, cause);
	if (reply == NULL || !gy_bluez_wait(bluez, has_found, search, cause))
		return FALSE;
	/* connecting while the radio searches takes long */
	gy_bluez_tell(bluez, path, "org.bluez.Adapter1.StopDiscovery", NULL);
	return TRUE;
}

GyBluetoothDevice *
gy_bluez_search(GyBluez *bluez, const GyBluezAdapter *adapter, const char *address, GError **error)
{
	Search search = {.adapter = adapter, .address = address};
	g_autoptr(GError) cause = NULL;
	guint subscription = g_dbus_connection_signal_subscribe(bluez->bus, GY_BLUEZ_SERVICE, OBJECT_MANAGER,
		"InterfacesAdded", "/", NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_added, &search, NULL);
	gboolean done = search_until_found(bluez, &search, &cause);

	g_dbus_connection_signal_unsubscribe(bluez->bus, subscription);
	if (done)
		return search.found;
	if (g_error_matches(cause, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
		!g_cancellable_is_cancelled(bluez->cancellable))
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_NO_PORT,
			_("%s: no Bluetooth device with this address was found nearby"), bluez->what);
	else
		gy_bluez_explain(bluez, cause, error);
	return NULL;
}

/* ---- the list ------------------------------------------------------------------------------------------- */

#define LIST_MS 5000

static gint
paired_first(gconstpointer a, gconstpointer b)
{
	const GyBluetoothDevice *left = *(GyBluetoothDevice *const *) a;
	const GyBluetoothDevice *right = *(GyBluetoothDevice *const *) b;

	if (left->is_paired != right->is_paired)
		return left->is_paired ? -1 : 1;
	return strcmp(left->address, right->address);
}

GPtrArray *
gy_bluetooth_list(GCancellable *cancellable, GError **error)
{
	g_autoptr(GyBluez) bluez = gy_bluez_new(_("Bluetooth devices could not be listed"), cancellable);
	g_autoptr(GyBluezObjects) objects = NULL;

	gy_bluez_give_ms(bluez, LIST_MS);
	if (!gy_bluez_connect(bluez, error))
		return NULL;
	objects = gy_bluez_objects_get(bluez, error);
	if (objects == NULL)
		return NULL;
	g_ptr_array_sort(objects->devices, paired_first);
	return g_ptr_array_ref(objects->devices);
}
