// SPDX-License-Identifier: Apache-2.0
#include "engine/gang/presence.h"

#include <string.h>

#include "engine/devices/devices.h"
#include "engine/devices/port-names.h"

struct _GyPresence {
	GObject parent;

	GyDevices *devices;   /* NULL: no port of the kernel's is watched */
	GHashTable *monitors; /* from folder to GFileMonitor */
};

G_DEFINE_FINAL_TYPE(GyPresence, gy_presence, G_TYPE_OBJECT)

static guint changed_signal;

static void
tell(GyPresence *presence)
{
	g_signal_emit(presence, changed_signal, 0);
}

/* ---- what tells of it ----------------------------------------------------------------------------------- */

/* (nullable): the file that a port is, or is behind. */
static const char *
file_of(const char *port)
{
	if (g_str_has_prefix(port, "socket:"))
		return port + strlen("socket:");
	if (g_str_has_prefix(port, "serial:"))
		return port + strlen("serial:");
	return strchr(port, '/') ? port : NULL;
}

static void
watch_folder(GyPresence *presence, const char *path)
{
	g_autofree char *folder = g_path_get_dirname(path);
	g_autoptr(GFile) file = g_file_new_for_path(folder);
	GFileMonitor *monitor;

	if (g_hash_table_contains(presence->monitors, folder))
		return;
	monitor = g_file_monitor_directory(file, G_FILE_MONITOR_NONE, NULL, NULL);
	if (!monitor)
		return;
	g_file_monitor_set_rate_limit(monitor, 0);
	g_signal_connect_object(monitor, "changed", G_CALLBACK(tell), presence, G_CONNECT_SWAPPED);
	g_hash_table_insert(presence->monitors, g_steal_pointer(&folder), monitor);
}

void
gy_presence_add(GyPresence *presence, const char *port)
{
	const char *path = file_of(port);

	if (path && !g_str_has_prefix(path, "/dev/")) {
		watch_folder(presence, path);
		return;
	}
	if (presence->devices || g_str_has_prefix(port, "tcp:"))
		return;
	presence->devices = gy_devices_new();
	g_signal_connect_object(
		presence->devices, "items-changed", G_CALLBACK(tell), presence, G_CONNECT_SWAPPED);
}

/* ---- looking -------------------------------------------------------------------------------------------- */

/* "usb:VID:PID[:SERIAL]" */
static gboolean
fits_ids(const GyPort *port, const char *words)
{
	g_auto(GStrv) parts = g_strsplit(words, ":", 3);
	guint64 vendor = 0;
	guint64 product = 0;

	return g_strv_length(parts) >= 2 &&
	       g_ascii_string_to_unsigned(parts[0], 16, 0, 0xffff, &vendor, NULL) &&
	       g_ascii_string_to_unsigned(parts[1], 16, 0, 0xffff, &product, NULL) &&
	       port->vendor_id == (int) vendor && port->product_id == (int) product &&
	       (!parts[2] || g_str_equal(parts[2], port->serial_number));
}

static gboolean
is_plugged_in(const char *port, const GPtrArray *ports)
{
	for (guint i = 0; i < ports->len; i++) {
		const GyPort *found = g_ptr_array_index(ports, i);

		if (g_str_has_prefix(port, "path:") && g_str_equal(found->usb_path, port + strlen("path:")))
			return TRUE;
		if (g_str_has_prefix(port, "usb:") && fits_ids(found, port + strlen("usb:")))
			return TRUE;
	}
	return FALSE;
}

static gboolean
look(const char *name, GPtrArray **ports)
{
	g_autofree char *port = gy_port_resolve(name, NULL);
	const char *path;

	/* a name at whose place nothing is */
	if (!port)
		return FALSE;
	path = file_of(port);
	if (path)
		return g_file_test(path, G_FILE_TEST_EXISTS);
	if (!g_str_has_prefix(port, "path:") && !g_str_has_prefix(port, "usb:"))
		return TRUE;
	if (!*ports)
		*ports = gy_ports_find();
	return is_plugged_in(port, *ports);
}

void
gy_presence_look(GyPresence *presence, const char *const *ports, gboolean *present)
{
	g_autoptr(GPtrArray) found = NULL;

	for (guint i = 0; ports[i]; i++)
		present[i] = look(ports[i], &found);
}

/* ---- the object ----------------------------------------------------------------------------------------- */

static void
gy_presence_dispose(GObject *object)
{
	GyPresence *presence = GY_PRESENCE(object);

	g_clear_object(&presence->devices);
	g_clear_pointer(&presence->monitors, g_hash_table_unref);
	G_OBJECT_CLASS(gy_presence_parent_class)->dispose(object);
}

static void
gy_presence_class_init(GyPresenceClass *class)
{
	G_OBJECT_CLASS(class)->dispose = gy_presence_dispose;
	changed_signal = g_signal_new(
		"changed", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
gy_presence_init(GyPresence *presence)
{
	presence->monitors = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_object_unref);
}

GyPresence *
gy_presence_new(void)
{
	return g_object_new(GY_TYPE_PRESENCE, NULL);
}
