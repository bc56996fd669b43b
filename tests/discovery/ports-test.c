// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/devices/devices.h"
#include "engine/devices/port-names.h"
#include "tests/discovery/computer.h"

#define NOTICE_MS  200
#define PATIENCE_S 10

static void
plug_example(Computer *computer, const char *usb_path, const char *tty)
{
	UsbAdapter adapter = example_adapter;

	adapter.usb_path = usb_path;
	computer_plug(computer, &adapter);
	computer_add_tty(computer, usb_path, 0, tty);
}

static const GyPort *
port_at(GPtrArray *ports, guint i)
{
	g_assert_cmpuint(i, <, ports->len);
	return g_ptr_array_index(ports, i);
}

/* ---- what is listed ------------------------------------------------------------------------------------- */

static void
nothing_is_an_empty_list(void)
{
	g_autoptr(Computer) computer = computer_new();
	g_autoptr(GPtrArray) ports = gy_ports_list();

	g_assert_cmpuint(ports->len, ==, 0);
}

static void
fields_of_a_converter(void)
{
	g_autoptr(Computer) computer = computer_new();
	g_autoptr(GPtrArray) ports = NULL;
	const GyPort *port;

	plug_example(computer, "1-4.2", "ttyUSB0");
	ports = gy_ports_list();
	g_assert_cmpuint(ports->len, ==, 1);
	port = port_at(ports, 0);
	g_assert_cmpint(port->kind, ==, GY_PORT_TTY);
	g_assert_cmpstr(port->path, ==, "/dev/ttyUSB0");
	g_assert_cmpstr(port->description, ==, "Silicon Labs CP2102N Bridge");
	g_assert_cmphex(port->vendor_id, ==, 0x10c4);
	g_assert_cmphex(port->product_id, ==, 0xea60);
	g_assert_cmpstr(port->serial_number, ==, "0001");
	g_assert_cmpstr(port->usb_path, ==, "1-4.2");
	g_assert_cmpstr(port->place, ==, "1-4.2");
	g_assert_cmpstr(port->driver, ==, "cp210x");
	g_assert_cmpstr(port->holder, ==, "");
	g_assert_true(port->can_open);
}

static void
fields_of_an_acm_device_without_a_serial_number(void)
{
	static const UsbAdapter adapter = {"1-2", "1209", "0001", "Bench", "Bench Agent", NULL};
	g_autoptr(Computer) computer = computer_new();
	g_autoptr(GPtrArray) ports = NULL;
	const GyPort *port;

	computer_plug(computer, &adapter);
	computer_add_tty(computer, "1-2", 0, "ttyACM3");
	ports = gy_ports_list();
	port = port_at(ports, 0);
	g_assert_cmpstr(port->path, ==, "/dev/ttyACM3");
	g_assert_cmpstr(port->description, ==, "Bench Agent");
	g_assert_cmpstr(port->serial_number, ==, "");
	g_assert_cmpstr(port->driver, ==, "cdc_acm");
	g_assert_cmphex(port->product_id, ==, 1);
}

static void
fields_of_a_uart(void)
{
	g_autoptr(Computer) computer = computer_new();
	g_autoptr(GPtrArray) ports = NULL;
	const GyPort *port;

	computer_add_uart(computer, "ttyS0", "4");
	/* a name that the kernel keeps for a UART that is not there */
	computer_add_uart(computer, "ttyS1", "0");
	ports = gy_ports_list();
	g_assert_cmpuint(ports->len, ==, 1);
	port = port_at(ports, 0);
	g_assert_cmpstr(port->path, ==, "/dev/ttyS0");
	g_assert_cmpint(port->vendor_id, ==, -1);
	g_assert_cmpint(port->product_id, ==, -1);
	g_assert_cmpstr(port->usb_path, ==, "");
	g_assert_cmpstr(port->place, ==, "/devices/platform/serial8250/tty/ttyS0");
	g_assert_cmpstr(port->driver, ==, "serial8250");
}

static void
sorts_numbers_by_value(void)
{
	g_autoptr(Computer) computer = computer_new();
	g_autoptr(GPtrArray) ports = NULL;

	plug_example(computer, "1-1", "ttyUSB10");
	plug_example(computer, "1-2", "ttyUSB9");
	plug_example(computer, "1-3", "ttyACM0");
	ports = gy_ports_list();
	g_assert_cmpuint(ports->len, ==, 3);
	g_assert_cmpstr(port_at(ports, 0)->path, ==, "/dev/ttyACM0");
	g_assert_cmpstr(port_at(ports, 1)->path, ==, "/dev/ttyUSB9");
	g_assert_cmpstr(port_at(ports, 2)->path, ==, "/dev/ttyUSB10");
}

/* Each port of a device has a place of its own; the first one has the device's. */
static void
ports_of_one_device_have_places(void)
{
	g_autoptr(Computer) computer = computer_new();
	g_autoptr(GPtrArray) ports = NULL;

	plug_example(computer, "1-4", "ttyUSB1");
	computer_add_tty(computer, "1-4", 2, "ttyUSB0");
	ports = gy_ports_list();
	g_assert_cmpuint(ports->len, ==, 2);
	g_assert_cmpstr(port_at(ports, 0)->path, ==, "/dev/ttyUSB0");
	g_assert_cmpstr(port_at(ports, 0)->place, ==, "1-4:1.2");
	g_assert_cmpstr(port_at(ports, 1)->path, ==, "/dev/ttyUSB1");
	g_assert_cmpstr(port_at(ports, 1)->place, ==, "1-4");
}

static void
a_device_without_a_tty_is_a_usb_port(void)
{
	g_autoptr(Computer) computer = computer_new();
	g_autoptr(GPtrArray) ports = NULL;
	const GyPort *port;
	UsbAdapter other = example_adapter;

	computer_plug(computer, &example_adapter);
	computer_add_bulk(computer, "1-4", 0, NULL);
	/* what the kernel drives is something else */
	other.usb_path = "1-5";
	computer_plug(computer, &other);
	computer_add_bulk(computer, "1-5", 0, "rtl8xxxu");
	ports = gy_ports_list();
	g_assert_cmpuint(ports->len, ==, 1);
	port = port_at(ports, 0);
	g_assert_cmpint(port->kind, ==, GY_PORT_USB);
	g_assert_cmpstr(port->path, ==, "path:1-4");
	g_assert_cmpstr(port->place, ==, "1-4");
	g_assert_cmphex(port->vendor_id, ==, 0x10c4);
	g_assert_true(port->can_open);
}

/* A terminal that a child has open; it ends when the leash is closed. */
static pid_t
hold(const char *path, int *leash)
{
	int ready[2], wait[2];
	char byte = 'y';
	pid_t child;

	g_assert_cmpint(pipe(ready), ==, 0);
	g_assert_cmpint(pipe(wait), ==, 0);
	child = fork();
	if (child == 0) {
		int fd = open(path, O_RDWR | O_NOCTTY);

		close(wait[1]);
		_exit(fd >= 0 && write(ready[1], &byte, 1) == 1 && read(wait[0], &byte, 1) == 0 ? 0 : 1);
	}
	close(ready[1]);
	close(wait[0]);
	g_assert_cmpint(read(ready[0], &byte, 1), ==, 1);
	close(ready[0]);
	*leash = wait[1];
	return child;
}

static void
names_the_holder_by_any_of_its_paths(void)
{
	g_autoptr(Computer) computer = computer_new();
	g_autoptr(GPtrArray) ports = NULL;
	g_autoptr(GPtrArray) after = NULL;
	g_autofree char *expected = NULL;
	g_autofree char *program = NULL;
	int device, terminal, leash;
	char path[64];
	pid_t child;

	g_assert_cmpint(openpty(&device, &terminal, path, NULL, NULL), ==, 0);
	close(terminal);
	computer_set_next_device(computer, path);
	plug_example(computer, "1-4", "ttyUSB0");
	plug_example(computer, "1-5", "ttyUSB1");
	child = hold(path, &leash);
	ports = gy_ports_list();
	g_assert_true(g_file_get_contents("/proc/self/comm", &program, NULL, NULL));
	expected = g_strdup_printf("%s (pid %d)", g_strstrip(program), (int) child);
	g_assert_cmpstr(port_at(ports, 0)->holder, ==, expected);
	g_assert_cmpstr(port_at(ports, 1)->holder, ==, "");
	close(leash);
	g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
	after = gy_ports_list();
	g_assert_cmpstr(port_at(after, 0)->holder, ==, "");
	close(device);
}

/* ---- the list that changes ------------------------------------------------------------------------------ */

typedef struct {
	GListModel *model;
	guint n_changes;
	guint at;
	guint removed;
	guint added;
} Observer;

static void
on_changed(GListModel *model, guint at, guint removed, guint added, gpointer data)
{
	Observer *observer = data;

	observer->n_changes++;
	observer->at = at;
	observer->removed = removed;
	observer->added = added;
}

static gboolean
too_late(gpointer data)
{
	g_error("nothing changed for %d s", PATIENCE_S);
	return G_SOURCE_REMOVE;
}

/* Returns how long it took, in ms. */
static gint64
wait_for_changes(Observer *observer, guint n)
{
	guint timer = g_timeout_add_seconds(PATIENCE_S, too_late, NULL);
	gint64 begun = g_get_monotonic_time();

	while (observer->n_changes < n)
		g_main_context_iteration(NULL, TRUE);
	g_source_remove(timer);
	return (g_get_monotonic_time() - begun) / 1000;
}

static const char *
path_of(GListModel *model, guint i)
{
	g_autoptr(GyDevice) device = g_list_model_get_item(model, i);

	g_assert_nonnull(device);
	return gy_device_port(device)->path;
}

static void
observe(Observer *observer, GyDevices *devices)
{
	*observer = (Observer){.model = G_LIST_MODEL(devices)};
	g_signal_connect(devices, "items-changed", G_CALLBACK(on_changed), observer);
}

/* Notices that are on their way; nothing is there to wait for. */
static void
settle(void)
{
	while (g_main_context_iteration(NULL, FALSE))
		continue;
}

static void
holds_what_is_there_at_once(void)
{
	g_autoptr(Computer) computer = computer_new();
	g_autoptr(GyDevices) devices = NULL;

	plug_example(computer, "1-4", "ttyUSB0");
	devices = gy_devices_new();
	g_assert_true(g_list_model_get_item_type(G_LIST_MODEL(devices)) == GY_TYPE_DEVICE);
	g_assert_cmpuint(g_list_model_get_n_items(G_LIST_MODEL(devices)), ==, 1);
	g_assert_cmpstr(path_of(G_LIST_MODEL(devices), 0), ==, "/dev/ttyUSB0");
	g_assert_null(g_list_model_get_item(G_LIST_MODEL(devices), 1));
}

static void
tells_of_what_comes_and_goes(void)
{
	g_autoptr(Computer) computer = computer_new();
	g_autoptr(GyDevices) devices = NULL;
	Observer observer;

	plug_example(computer, "1-9", "ttyUSB9");
	devices = gy_devices_new();
	observe(&observer, devices);

	plug_example(computer, "1-4", "ttyUSB0");
	wait_for_changes(&observer, 1);
	g_assert_cmpuint(observer.at, ==, 0);
	g_assert_cmpuint(observer.added, ==, 1);
	g_assert_cmpuint(observer.removed, ==, 0);
	g_assert_cmpstr(path_of(observer.model, 0), ==, "/dev/ttyUSB0");
	g_assert_cmpstr(path_of(observer.model, 1), ==, "/dev/ttyUSB9");

	settle();
	g_assert_cmpuint(observer.n_changes, ==, 1);
	computer_unplug(computer, "1-4");
	wait_for_changes(&observer, 2);
	g_assert_cmpuint(observer.at, ==, 0);
	g_assert_cmpuint(observer.removed, ==, 1);
	g_assert_cmpuint(observer.added, ==, 0);
	g_assert_cmpuint(g_list_model_get_n_items(observer.model), ==, 1);
	g_assert_cmpstr(path_of(observer.model, 0), ==, "/dev/ttyUSB9");
	settle();
	g_assert_cmpuint(observer.n_changes, ==, 2);
}

/* The best of some: a computer that is busy with other tests may take longer now and then. */
static void
tells_within_200_ms(void)
{
	g_autoptr(Computer) computer = computer_new();
	g_autoptr(GyDevices) devices = gy_devices_new();
	gint64 plug_ms = G_MAXINT64, unplug_ms = G_MAXINT64;
	Observer observer;
	guint i;

	observe(&observer, devices);
	for (i = 0; i < 5; i++) {
		plug_example(computer, "1-4", "ttyUSB0");
		plug_ms = MIN(plug_ms, wait_for_changes(&observer, 2 * i + 1));
		/* umockdev's sockets hold ten notices */
		settle();
		computer_unplug(computer, "1-4");
		unplug_ms = MIN(unplug_ms, wait_for_changes(&observer, 2 * i + 2));
		settle();
	}
	g_assert_cmpint(plug_ms, <, NOTICE_MS);
	g_assert_cmpint(unplug_ms, <, NOTICE_MS);
}

/* What comes under the same path is another device: whoever watches has to see that the first one went. */
static void
tells_an_exchange(gconstpointer serial)
{
	g_autoptr(Computer) computer = computer_new();
	g_autoptr(GyDevices) devices = NULL;
	UsbAdapter other = example_adapter;
	Observer observer;

	plug_example(computer, "1-4", "ttyUSB0");
	devices = gy_devices_new();
	observe(&observer, devices);
	computer_unplug(computer, "1-4");
	other.serial = serial;
	computer_plug(computer, &other);
	computer_add_tty(computer, "1-4", 0, "ttyUSB0");
	wait_for_changes(&observer, 2);
	g_assert_cmpuint(g_list_model_get_n_items(observer.model), ==, 1);
	settle();
	g_assert_cmpuint(observer.n_changes, ==, 2);
}

static void
a_usb_device_without_a_tty_comes_and_goes(void)
{
	g_autoptr(Computer) computer = computer_new();
	g_autoptr(GyDevices) devices = gy_devices_new();
	Observer observer;

	observe(&observer, devices);
	computer_plug(computer, &example_adapter);
	computer_add_bulk(computer, "1-4", 0, NULL);
	wait_for_changes(&observer, 1);
	g_assert_cmpstr(path_of(observer.model, 0), ==, "path:1-4");
	computer_unplug(computer, "1-4");
	wait_for_changes(&observer, 2);
	g_assert_cmpuint(g_list_model_get_n_items(observer.model), ==, 0);
}

static void
on_notify(GObject *object, GParamSpec *spec, gpointer data)
{
	g_string_append_printf(data, "%s ", spec->name);
}

/* The item stays the same object, so that what is selected in a view stays selected. */
static void
refresh_notifies_of_what_has_changed(void)
{
	g_autoptr(Computer) computer = computer_new();
	g_autoptr(GyDevices) devices = NULL;
	g_autoptr(GyDevice) device = NULL;
	g_autoptr(GString) notified = g_string_new(NULL);
	g_autofree char *holder = NULL;
	Observer observer;
	int master, terminal, leash;
	char path[64];
	pid_t child;

	g_assert_cmpint(openpty(&master, &terminal, path, NULL, NULL), ==, 0);
	close(terminal);
	computer_set_next_device(computer, path);
	plug_example(computer, "1-4", "ttyUSB0");
	devices = gy_devices_new();
	observe(&observer, devices);
	device = g_list_model_get_item(observer.model, 0);
	g_signal_connect(device, "notify", G_CALLBACK(on_notify), notified);
	gy_devices_refresh(devices);
	g_assert_cmpstr(notified->str, ==, "");
	child = hold(path, &leash);
	gy_devices_refresh(devices);
	g_assert_cmpstr(notified->str, ==, "holder ");
	g_object_get(device, "holder", &holder, NULL);
	g_assert_cmpstr(holder, !=, "");
	close(leash);
	g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
	gy_devices_refresh(devices);
	g_assert_cmpstr(notified->str, ==, "holder holder ");
	g_assert_cmpuint(observer.n_changes, ==, 0);
	close(master);
}

static void
properties_are_the_ports(void)
{
	g_autoptr(Computer) computer = computer_new();
	g_autoptr(GPtrArray) devices = NULL;
	g_autofree char *path = NULL;
	g_autofree char *description = NULL;
	g_autofree char *serial_number = NULL;
	g_autofree char *usb_path = NULL;
	g_autofree char *driver = NULL;
	g_autofree char *kind = NULL;
	g_autofree char *name = NULL;
	g_autofree char *place = NULL;
	gboolean can_open = FALSE;
	int vendor_id = 0, product_id = 0;

	plug_example(computer, "1-4", "ttyUSB0");
	devices = gy_devices_list();
	g_assert_cmpuint(devices->len, ==, 1);
	g_object_get(g_ptr_array_index(devices, 0), "path", &path, "description", &description,
		"serial-number", &serial_number, "usb-path", &usb_path, "driver", &driver, "kind", &kind,
		"name", &name, "place", &place, "can-open", &can_open, "vendor-id", &vendor_id, "product-id",
		&product_id, NULL);
	g_assert_cmpstr(path, ==, "/dev/ttyUSB0");
	g_assert_cmpstr(description, ==, "Silicon Labs CP2102N Bridge");
	g_assert_cmpstr(serial_number, ==, "0001");
	g_assert_cmpstr(usb_path, ==, "1-4");
	g_assert_cmpstr(driver, ==, "cp210x");
	g_assert_cmpstr(kind, ==, "tty");
	g_assert_cmpstr(name, ==, "");
	g_assert_cmpstr(place, ==, "1-4");
	g_assert_true(can_open);
	g_assert_cmphex(vendor_id, ==, 0x10c4);
	g_assert_cmphex(product_id, ==, 0xea60);
}

/* ---- names ---------------------------------------------------------------------------------------------- */

static void
forget_names(void)
{
	g_autofree char *path = gy_port_names_file();

	unlink(path);
}

static void
give(const char *port, const char *name, const char *expected_place)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *place = gy_port_name_set(port, name, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(place, ==, expected_place);
}

static void
assert_resolves(const char *name, const char *expected)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *port = gy_port_resolve(name, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(port, ==, expected);
}

static void
assert_unresolved(const char *name, GQuark domain, int code, const char *part)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(gy_port_resolve(name, &error));
	g_assert_error(error, domain, code);
	g_assert_nonnull(strstr(error->message, part));
}

static void
a_name_stays_at_its_place(void)
{
	g_autoptr(Computer) computer = computer_new();

	forget_names();
	plug_example(computer, "1-4.2", "ttyUSB0");
	give("/dev/ttyUSB0", "bench-3", "1-4.2");
	assert_resolves("bench-3", "path:1-4.2");
	computer_unplug(computer, "1-4.2");
	assert_unresolved("bench-3", GY_LINK_ERROR, GY_LINK_ERROR_NO_PORT, "1-4.2");
	plug_example(computer, "1-4.2", "ttyUSB7");
	assert_resolves("bench-3", "path:1-4.2");
}

static void
names_of_further_ports(void)
{
	g_autoptr(Computer) computer = computer_new();

	forget_names();
	plug_example(computer, "1-6", "ttyUSB0");
	computer_add_tty(computer, "1-6", 1, "ttyUSB1");
	computer_add_uart(computer, "ttyS0", "4");
	give("/dev/ttyUSB1", "second", "1-6:1.1");
	give("path:1-6", "first", "1-6");
	give("/dev/ttyS0", "com1", "/devices/platform/serial8250/tty/ttyS0");
	assert_resolves("second", "/dev/ttyUSB1");
	assert_resolves("first", "path:1-6");
	assert_resolves("com1", "/dev/ttyS0");
}

static void
a_place_may_be_named_before_anything_is_there(void)
{
	g_autoptr(Computer) computer = computer_new();

	forget_names();
	give("1-3.1", "left", "1-3.1");
	give("bt:00:11:22:33:44:55", "car", "bt:00:11:22:33:44:55");
	assert_unresolved("left", GY_LINK_ERROR, GY_LINK_ERROR_NO_PORT, "1-3.1");
	assert_resolves("car", "bt:00:11:22:33:44:55");
	plug_example(computer, "1-3.1", "ttyACM0");
	assert_resolves("left", "path:1-3.1");
}

static void
names_are_unique_and_can_be_moved(void)
{
	g_autoptr(Computer) computer = computer_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(GHashTable) names = NULL;
	g_autofree char *place = NULL;

	forget_names();
	give("1-7", "one", "1-7");
	g_assert_null(gy_port_name_set("1-8", "one", &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_NAME_TAKEN);
	g_assert_nonnull(strstr(error->message, "1-7"));
	/* a place has one name; the old one is free then */
	give("1-7", "uno", "1-7");
	give("1-8", "one", "1-8");
	give("1-8", "one", "1-8");
	names = gy_port_names_load(NULL);
	g_assert_cmpstr(g_hash_table_lookup(names, "1-7"), ==, "uno");
	g_assert_cmpstr(g_hash_table_lookup(names, "1-8"), ==, "one");
	place = gy_port_name_remove("uno", NULL);
	g_assert_cmpstr(place, ==, "1-7");
	assert_unresolved("uno", GY_LINK_ERROR, GY_LINK_ERROR_BAD_PORT, "uno");
}

static void
removing_what_is_not_named(void)
{
	g_autoptr(Computer) computer = computer_new();
	g_autoptr(GError) error = NULL;

	g_assert_null(gy_port_name_remove("1-99", &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_NAME_UNKNOWN);
	g_clear_error(&error);
	g_assert_null(gy_port_name_remove("/dev/null", &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_NAME_NO_PLACE);
}

static const char *const wrong_names[] = {"", "3rd", "a b", "usb:1", "a/b", "-x", ".x", "näme", "a=b", "[x",
	"a234567890123456789012345678901234567890"};

static void
refuses_wrong_names(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(wrong_names); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(gy_port_name_set("1-2", wrong_names[i], &error));
		g_assert_error(error, GY_ERROR, GY_ERROR_NAME_INVALID);
	}
}

static void
a_broken_file_is_told(void)
{
	g_autofree char *path = gy_port_names_file();
	g_autofree char *folder = g_path_get_dirname(path);
	g_autofree char *after = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
	g_assert_true(g_file_set_contents(path, "no group\n", -1, NULL));
	g_assert_null(gy_port_names_load(&error));
	g_assert_error(error, GY_ERROR, GY_ERROR_CFG_SYNTAX);
	g_assert_nonnull(strstr(error->message, path));
	/* and not written over */
	g_assert_null(gy_port_name_set("1-2", "x", NULL));
	g_assert_true(g_file_get_contents(path, &after, NULL, NULL));
	g_assert_cmpstr(after, ==, "no group\n");
	assert_unresolved("anything", GY_ERROR, GY_ERROR_CFG_SYNTAX, path);
	assert_resolves("/dev/ttyUSB0", "/dev/ttyUSB0");
	assert_resolves("tcp:host:1", "tcp:host:1");
	g_assert_cmpint(unlink(path), ==, 0);
}

static void
the_list_hears_of_new_names(void)
{
	g_autoptr(Computer) computer = computer_new();
	g_autoptr(GyDevices) devices = NULL;
	g_autoptr(GyDevice) device = NULL;
	guint timer;

	forget_names();
	/* the folder is there once a name was given */
	give("1-1", "other", "1-1");
	plug_example(computer, "1-4", "ttyUSB0");
	devices = gy_devices_new();
	device = g_list_model_get_item(G_LIST_MODEL(devices), 0);
	g_assert_cmpstr(gy_device_name(device), ==, "");
	give("/dev/ttyUSB0", "bench", "1-4");
	timer = g_timeout_add_seconds(PATIENCE_S, too_late, NULL);
	while (!g_str_equal(gy_device_name(device), "bench"))
		g_main_context_iteration(NULL, TRUE);
	g_source_remove(timer);
}

/* ---- names that are files ------------------------------------------------------------------------------- */

static void
a_link_in_the_current_folder_is_a_port(void)
{
	g_autofree char *folder = g_dir_make_tmp("gantry-ports-XXXXXX", NULL);
	g_autofree char *before = g_get_current_dir();
	g_autoptr(GyTransport) transport = NULL;
	g_autoptr(GError) error = NULL;
	int master, terminal;
	char path[64];

	g_assert_cmpint(openpty(&master, &terminal, path, NULL, NULL), ==, 0);
	g_assert_cmpint(chdir(folder), ==, 0);
	g_assert_cmpint(symlink(path, "board"), ==, 0);
	assert_resolves("board", "board");
	transport = gy_port_transport_new("board", &error);
	g_assert_no_error(error);
	g_assert_true(gy_transport_open(transport, 115200, NULL, &error));
	g_assert_no_error(error);
	assert_unresolved("bord", GY_LINK_ERROR, GY_LINK_ERROR_BAD_PORT, "bord is not the name of a port");
	g_assert_cmpint(unlink("board"), ==, 0);
	g_assert_cmpint(chdir(before), ==, 0);
	g_assert_cmpint(rmdir(folder), ==, 0);
	close(master);
	close(terminal);
}

int
main(int argc, char **argv)
{
	g_autofree char *folder = g_dir_make_tmp("gantry-names-XXXXXX", NULL);
	g_autofree char *names_folder = g_build_filename(folder, "gantry", NULL);
	int status;

	/* before GLib asks for it */
	g_setenv("XDG_CONFIG_HOME", folder, TRUE);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ports/list/nothing-is-an-empty-list", nothing_is_an_empty_list);
	g_test_add_func("/ports/list/fields-of-a-converter", fields_of_a_converter);
	g_test_add_func("/ports/list/fields-of-an-acm-device-without-a-serial-number",
		fields_of_an_acm_device_without_a_serial_number);
	g_test_add_func("/ports/list/fields-of-a-uart", fields_of_a_uart);
	g_test_add_func("/ports/list/sorts-numbers-by-value", sorts_numbers_by_value);
	g_test_add_func("/ports/list/ports-of-one-device-have-places", ports_of_one_device_have_places);
	g_test_add_func(
		"/ports/list/a-device-without-a-tty-is-a-usb-port", a_device_without_a_tty_is_a_usb_port);
	g_test_add_func(
		"/ports/list/names-the-holder-by-any-of-its-paths", names_the_holder_by_any_of_its_paths);
	g_test_add_func("/ports/list/properties-are-the-ports", properties_are_the_ports);
	g_test_add_func("/ports/model/holds-what-is-there-at-once", holds_what_is_there_at_once);
	g_test_add_func("/ports/model/tells-of-what-comes-and-goes", tells_of_what_comes_and_goes);
	g_test_add_func("/ports/model/tells-within-200-ms", tells_within_200_ms);
	g_test_add_data_func("/ports/model/tells-an-exchange", "0002", tells_an_exchange);
	g_test_add_data_func("/ports/model/tells-a-replug", example_adapter.serial, tells_an_exchange);
	g_test_add_func("/ports/model/a-usb-device-without-a-tty-comes-and-goes",
		a_usb_device_without_a_tty_comes_and_goes);
	g_test_add_func(
		"/ports/model/refresh-notifies-of-what-has-changed", refresh_notifies_of_what_has_changed);
	g_test_add_func("/ports/model/hears-of-new-names", the_list_hears_of_new_names);
	g_test_add_func("/ports/names/stay-at-their-place", a_name_stays_at_its_place);
	g_test_add_func("/ports/names/of-further-ports", names_of_further_ports);
	g_test_add_func(
		"/ports/names/before-anything-is-there", a_place_may_be_named_before_anything_is_there);
	g_test_add_func("/ports/names/are-unique-and-can-be-moved", names_are_unique_and_can_be_moved);
	g_test_add_func("/ports/names/removing-what-is-not-named", removing_what_is_not_named);
	g_test_add_func("/ports/names/refuses-wrong-ones", refuses_wrong_names);
	g_test_add_func("/ports/names/a-broken-file-is-told", a_broken_file_is_told);
	g_test_add_func("/ports/names/a-link-in-the-current-folder-is-a-port",
		a_link_in_the_current_folder_is_a_port);
	status = g_test_run();
	forget_names();
	rmdir(names_folder);
	g_assert_cmpint(rmdir(folder), ==, 0);
	return status;
}
