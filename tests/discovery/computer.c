// SPDX-License-Identifier: Apache-2.0
#include "tests/discovery/computer.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <umockdev.h>

struct _Computer {
	UMockdevTestbed *testbed;
	GHashTable *
		paths; /* from a tty, or a USB path, to the device in sysfs; in the order of removal below it */
	guint last_number;
	dev_t next_device; /* 0: none in particular */
};

const UsbAdapter example_adapter = {"1-4", "10c4", "ea60", "Silicon Labs", "CP2102N Bridge", "0001"};

Computer *
computer_new(void)
{
	Computer *computer = g_new0(Computer, 1);

	computer->testbed = umockdev_testbed_new();
	computer->paths = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	computer->last_number = 1;
	g_assert_true(umockdev_in_mock_environment());
	return computer;
}

void
computer_free(Computer *computer)
{
	g_object_unref(computer->testbed);
	g_hash_table_unref(computer->paths);
	g_free(computer);
}

static void
add(Computer *computer, const char *key, const char *path, char *description)
{
	g_autofree char *text = description;
	GError *error = NULL;

	umockdev_testbed_add_from_string(computer->testbed, text, &error);
	g_assert_no_error(error);
	g_hash_table_insert(computer->paths, g_strdup(key), g_strconcat("/sys", path, NULL));
}

/* Links to drivers need something to point to. */
static void
add_driver(Computer *computer, const char *driver)
{
	g_autofree char *root = umockdev_testbed_get_root_dir(computer->testbed);
	g_autofree char *folder = g_build_filename(root, "sys", "drivers", driver, NULL);

	g_assert_cmpint(g_mkdir_with_parents(folder, 0755), ==, 0);
}

void
computer_plug(Computer *computer, const UsbAdapter *adapter)
{
	g_autofree char *path = g_strdup_printf("/devices/usb1/%s", adapter->usb_path);
	g_autofree char *serial =
		adapter->serial ? g_strdup_printf("A: serial=%s\\n\n", adapter->serial) : NULL;
	guint number = ++computer->last_number;

	add(computer, adapter->usb_path, path,
		g_strdup_printf("P: %s\nN: bus/usb/001/%03u\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_device\n"
				"E: DEVNAME=/dev/bus/usb/001/%03u\nA: busnum=1\\n\nA: devnum=%u\\n\n"
				"A: idVendor=%s\\n\nA: idProduct=%s\\n\nA: manufacturer=%s\\n\nA: "
				"product=%s\\n\n%s\n",
			path, number, number, number, adapter->vendor_id, adapter->product_id,
			adapter->manufacturer, adapter->product, serial ? serial : ""));
}

static char *
interface_path(const char *usb_path, guint interface)
{
	return g_strdup_printf("/devices/usb1/%s/%s:1.%u", usb_path, usb_path, interface);
}

static void
add_interface(
	Computer *computer, const char *usb_path, guint interface, const char *driver, const char *class)
{
	g_autofree char *path = interface_path(usb_path, interface);
	g_autofree char *key = g_path_get_basename(path);
	g_autofree char *link = driver ? g_strdup_printf("L: driver=../../../../drivers/%s\n", driver) : NULL;

	if (driver)
		add_driver(computer, driver);
	add(computer, key, path,
		g_strdup_printf(
			"P: %s\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_interface\nA: bInterfaceClass=%s\\n\n"
			"A: bInterfaceSubClass=00\\n\n%s\n",
			path, class, link ? link : ""));
}

void
computer_add_tty(Computer *computer, const char *usb_path, guint interface, const char *tty)
{
	gboolean is_acm = g_str_has_prefix(tty, "ttyACM");
	g_autofree char *base = interface_path(usb_path, interface);
	g_autofree char *port = g_strdup_printf("%s/%s", base, tty);
	g_autofree char *path = g_strdup_printf("%s/tty/%s", is_acm ? base : port, tty);
	g_autofree char *device = NULL;

	add_interface(computer, usb_path, interface, is_acm ? "cdc_acm" : "cp210x", is_acm ? "02" : "ff");
	if (!is_acm)
		add(computer, port, port,
			g_strdup_printf("P: %s\nE: SUBSYSTEM=usb-serial\nA: port_number=0\\n\n"
					"L: driver=../../../../../drivers/cp210x\n\n",
				port));
	device = computer->next_device ? g_strdup_printf("A: dev=%u:%u\\n\n", major(computer->next_device),
						 minor(computer->next_device))
				       : g_strdup("");
	computer->next_device = 0;
	add(computer, tty, path,
		g_strdup_printf(
			"P: %s\nN: %s=00\nE: SUBSYSTEM=tty\nE: DEVNAME=/dev/%s\n%sL: device=../../../%s\n\n",
			path, tty, tty, device, strrchr(is_acm ? base : port, '/') + 1));
}

static void
add_endpoint(Computer *computer, const char *interface, const char *name, const char *direction)
{
	g_autofree char *root = umockdev_testbed_get_root_dir(computer->testbed);
	g_autofree char *folder = g_build_filename(root, "sys", interface, name, NULL);
	g_autofree char *type = g_build_filename(folder, "type", NULL);
	g_autofree char *way = g_build_filename(folder, "direction", NULL);

	g_assert_cmpint(g_mkdir_with_parents(folder, 0755), ==, 0);
	g_assert_true(g_file_set_contents(type, "Bulk\n", -1, NULL));
	g_assert_true(g_file_set_contents(way, direction, -1, NULL));
}

void
computer_add_bulk(Computer *computer, const char *usb_path, guint interface, const char *driver)
{
	g_autofree char *path = interface_path(usb_path, interface);
	GError *error = NULL;

	/* endpoints are there before the kernel tells of the interface */
	add_endpoint(computer, path, "ep_81", "in\n");
	add_endpoint(computer, path, "ep_01", "out\n");
	g_assert_no_error(error);
	add_interface(computer, usb_path, interface, driver, "ff");
}

void
computer_add_uart(Computer *computer, const char *tty, const char *type)
{
	g_autofree char *path = g_strdup_printf("/devices/platform/serial8250/tty/%s", tty);

	add_driver(computer, "serial8250");
	if (!g_hash_table_contains(computer->paths, "serial8250"))
		add(computer, "serial8250", "/devices/platform/serial8250",
			g_strdup("P: /devices/platform/serial8250\nE: SUBSYSTEM=platform\n"
				 "L: driver=../../../drivers/serial8250\n\n"));
	add(computer, tty, path,
		g_strdup_printf("P: %s\nN: %s=00\nE: SUBSYSTEM=tty\nE: DEVNAME=/dev/%s\nA: type=%s\\n\n"
				"L: device=../../../serial8250\n\n",
			path, tty, tty, type));
}

static void
remove_device(Computer *computer, const char *key)
{
	const char *path = g_hash_table_lookup(computer->paths, key);

	g_autofree char *root = umockdev_testbed_get_root_dir(computer->testbed);
	g_autofree char *node = g_build_filename(root, "dev", key, NULL);

	g_assert_nonnull(path);
	umockdev_testbed_uevent(computer->testbed, path, "remove");
	umockdev_testbed_remove_device(computer->testbed, path);
	/* the terminal that umockdev has put there for a tty stays otherwise */
	g_unlink(node);
	g_hash_table_remove(computer->paths, key);
}

void
computer_remove_tty(Computer *computer, const char *tty)
{
	remove_device(computer, tty);
}

typedef struct {
	const char *key;
	const char *path;
} Entry;

static int
deepest_first(gconstpointer a, gconstpointer b)
{
	return (int) strlen(((const Entry *) b)->path) - (int) strlen(((const Entry *) a)->path);
}

void
computer_unplug(Computer *computer, const char *usb_path)
{
	g_autofree char *device = g_strdup_printf("/sys/devices/usb1/%s", usb_path);
	g_autofree char *below = g_strdup_printf("%s/", device);
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(Entry));
	GHashTableIter iter;
	gpointer key, path;

	g_hash_table_iter_init(&iter, computer->paths);
	while (g_hash_table_iter_next(&iter, &key, &path)) {
		Entry entry = {key, path};

		if (g_str_equal(path, device) || g_str_has_prefix(path, below))
			g_array_append_val(entries, entry);
	}
	g_assert_cmpuint(entries->len, >, 0);
	g_array_sort(entries, deepest_first);
	for (guint i = 0; i < entries->len; i++)
		remove_device(computer, g_array_index(entries, Entry, i).key);
}

void
computer_set_next_device(Computer *computer, const char *path)
{
	struct stat found;

	g_assert_cmpint(stat(path, &found), ==, 0);
	computer->next_device = found.st_rdev;
}
