// SPDX-License-Identifier: Apache-2.0
#include "protocol/host/discovery/discovery.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TTY_FOLDER   "/sys/class/tty"
#define USB_FOLDER   "/sys/bus/usb/devices"

#define CLASS_COMM   "02"
#define SUBCLASS_ACM "02"
#define CLASS_VENDOR "ff"

GyPort *
gy_port_new(GyPortKind kind, const char *path)
{
	GyPort *port = g_new0(GyPort, 1);

	port->kind = kind;
	port->path = g_strdup(path);
	port->description = g_strdup("");
	port->vendor_id = port->product_id = port->usb_number = -1;
	port->serial_number = g_strdup("");
	port->usb_path = g_strdup("");
	port->driver = g_strdup("");
	port->holder = g_strdup("");
	port->place = g_strdup("");
	return port;
}

void
gy_port_free(GyPort *port)
{
	g_free(port->path);
	g_free(port->description);
	g_free(port->serial_number);
	g_free(port->usb_path);
	g_free(port->driver);
	g_free(port->holder);
	g_free(port->place);
	g_free(port);
}

int
gy_port_compare(const GyPort *a, const GyPort *b)
{
	return strverscmp(a->path, b->path);
}

static int
by_path(gconstpointer a, gconstpointer b)
{
	return gy_port_compare(*(GyPort *const *) a, *(GyPort *const *) b);
}

/* Takes over @value. */
static void
set(char **member, char *value)
{
	g_free(*member);
	*member = value;
}

/* ---- the kernel's device tree --------------------------------------------------------------------------- */

/* An attribute's text, "" if there is none. */
static char *
attribute(const char *folder, const char *name)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	g_autofree char *text = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return g_strdup("");
	return g_utf8_make_valid(g_strstrip(text), -1);
}

static int
attribute_number(const char *folder, const char *name, guint base)
{
	g_autofree char *text = attribute(folder, name);
	guint64 value;

	return g_ascii_string_to_unsigned(text, base, 0, G_MAXINT, &value, NULL) ? (int) value : -1;
}

/* The last part of what a link points to, "" if there is none. */
static char *
link_name(const char *folder, const char *link)
{
	g_autofree char *path = g_build_filename(folder, link, NULL);
	g_autofree char *target = realpath(path, NULL);

	return target != NULL ? g_path_get_basename(target) : g_strdup("");
}

/* Newer kernels put "port" and "ctrl" between a UART and the driver that knows it. */
static char *
driver_of(const char *device)
{
	g_autofree char *folder = g_strdup(device);
	char *driver = link_name(folder, "driver");

	while (g_str_equal(driver, "port") || g_str_equal(driver, "ctrl")) {
		set(&folder, g_path_get_dirname(folder));
		set(&driver, link_name(folder, "driver"));
	}
	return driver;
}

static gboolean
has_attribute(const char *folder, const char *name)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);

	return g_file_test(path, G_FILE_TEST_EXISTS);
}

/* The folder of the USB device above @device, and that of the interface between them; FALSE: it is not on USB. */
static gboolean
find_usb(const char *device, char **usb_device, char **interface)
{
	g_autofree char *folder = g_strdup(device);
	g_autofree char *below = g_strdup(device);

	while (strlen(folder) > 1 && !g_str_equal(folder, "/sys")) {
		if (has_attribute(folder, "idVendor") && has_attribute(folder, "busnum")) {
			*usb_device = g_steal_pointer(&folder);
			*interface = g_steal_pointer(&below);
			return TRUE;
		}
		set(&below, g_steal_pointer(&folder));
		folder = g_path_get_dirname(below);
	}
	return FALSE;
}

/* "Maker Product", without the maker's name twice. */
static char *
usb_description(const char *usb_device)
{
	g_autofree char *maker = attribute(usb_device, "manufacturer");
	g_autofree char *product = attribute(usb_device, "product");

	if (maker[0] == 0 || g_str_has_prefix(product, maker))
		return g_steal_pointer(&product);
	if (product[0] == 0)
		return g_steal_pointer(&maker);
	return g_strdup_printf("%s %s", maker, product);
}

static void
describe_usb(GyPort *port, const char *usb_device)
{
	port->vendor_id = attribute_number(usb_device, "idVendor", 16);
	port->product_id = attribute_number(usb_device, "idProduct", 16);
	port->usb_number = attribute_number(usb_device, "devnum", 10);
	set(&port->serial_number, attribute(usb_device, "serial"));
	set(&port->usb_path, g_path_get_basename(usb_device));
	set(&port->description, usb_description(usb_device));
}

/* ---- serial ports of the kernel ------------------------------------------------------------------------- */

/* "1-4.2:1.0", and the number of the port where one interface has several. */
static char *
interface_place(const char *interface, const char *device)
{
	g_autofree char *name = g_path_get_basename(interface);
	int number = attribute_number(device, "port_number", 10);

	return number > 0 ? g_strdup_printf("%s.%d", name, number) : g_steal_pointer(&name);
}

static GyPort *
describe_tty(const char *path, const char *tty_folder, const char *device)
{
	GyPort *port = gy_port_new(GY_PORT_TTY, path);
	g_autofree char *usb_device = NULL;
	g_autofree char *interface = NULL;

	set(&port->driver, driver_of(device));
	port->can_open = access(path, R_OK | W_OK) == 0;
	if (find_usb(device, &usb_device, &interface)) {
		describe_usb(port, usb_device);
		set(&port->place, interface_place(interface, device));
		return port;
	}
	set(&port->description, g_strdup(_("serial port")));
	set(&port->place, g_strdup(tty_folder + strlen("/sys")));
	return port;
}

/* NULL: nothing is behind it. The kernel keeps more names for UARTs than there are; their type is 0, "unknown". */
static GyPort *
describe_if_real(const char *tty)
{
	g_autofree char *folder = g_build_filename(TTY_FOLDER, tty, NULL);
	g_autofree char *link = g_build_filename(folder, "device", NULL);
	g_autofree char *device = realpath(link, NULL);
	g_autofree char *full = realpath(folder, NULL);
	g_autofree char *path = g_build_filename("/dev", tty, NULL);
	g_autofree char *type = attribute(folder, "type");

	if (device == NULL || full == NULL || !g_str_has_prefix(full, "/sys/") || g_str_equal(type, "0") ||
		access(path, F_OK) != 0)
		return NULL;
	return describe_tty(path, full, device);
}

static void
add_ttys(GPtrArray *ports)
{
	g_autoptr(GDir) dir = g_dir_open(TTY_FOLDER, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		GyPort *port = describe_if_real(name);

		if (port != NULL)
			g_ptr_array_add(ports, port);
	}
}

static int
by_place(gconstpointer a, gconstpointer b)
{
	return strverscmp((*(GyPort *const *) a)->place, (*(GyPort *const *) b)->place);
}

/* The first port of a USB device has the device's place: it stays so when another adapter is plugged in there. */
static void
shorten_places(GPtrArray *ports)
{
	const char *last = "";
	guint i;

	g_ptr_array_sort(ports, by_place);
	for (i = 0; i < ports->len; i++) {
		GyPort *port = ports->pdata[i];

		if (port->usb_path[0] == 0 || g_str_equal(port->usb_path, last))
			continue;
		last = port->usb_path;
		set(&port->place, g_strdup(port->usb_path));
	}
}

/* ---- USB devices without a tty -------------------------------------------------------------------------- */

/* One bulk endpoint each way, as the transport wants it. */
static gboolean
has_bulk_pair(const char *interface)
{
	g_autoptr(GDir) dir = g_dir_open(interface, 0, NULL);
	guint n_in = 0;
	guint n_out = 0;
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *folder = g_build_filename(interface, name, NULL);
		g_autofree char *type = NULL;
		g_autofree char *direction = NULL;

		if (!g_str_has_prefix(name, "ep_"))
			continue;
		type = attribute(folder, "type");
		direction = attribute(folder, "direction");
		if (!g_str_equal(type, "Bulk"))
			continue;
		n_in += g_str_equal(direction, "in");
		n_out += g_str_equal(direction, "out");
	}
	return n_in == 1 && n_out == 1;
}

/* What a driver of the kernel uses is something else: a network adapter, a reader of cards. */
static gboolean
can_carry_an_agent(const char *interface)
{
	g_autofree char *class = attribute(interface, "bInterfaceClass");
	g_autofree char *subclass = attribute(interface, "bInterfaceSubClass");
	g_autofree char *driver = link_name(interface, "driver");

	if (driver[0] != 0 && !g_str_equal(driver, "usbfs"))
		return FALSE;
	if (g_str_equal(class, CLASS_COMM))
		return g_str_equal(subclass, SUBCLASS_ACM);
	return g_str_equal(class, CLASS_VENDOR) && has_bulk_pair(interface);
}

static gboolean
has_port_at(const GPtrArray *ports, const char *usb_path)
{
	guint i;

	for (i = 0; i < ports->len; i++) {
		if (g_str_equal(((const GyPort *) ports->pdata[i])->usb_path, usb_path))
			return TRUE;
	}
	return FALSE;
}

static char *
usb_node(const char *usb_device)
{
	return g_strdup_printf("/dev/bus/usb/%03d/%03d", attribute_number(usb_device, "busnum", 10),
		attribute_number(usb_device, "devnum", 10));
}

static void
add_usb_device(GPtrArray *ports, const char *usb_path)
{
	g_autofree char *folder = g_build_filename(USB_FOLDER, usb_path, NULL);
	g_autofree char *path = g_strconcat("path:", usb_path, NULL);
	g_autofree char *node = usb_node(folder);
	GyPort *port = gy_port_new(GY_PORT_USB, path);

	describe_usb(port, folder);
	set(&port->usb_path, g_strdup(usb_path));
	set(&port->place, g_strdup(usb_path));
	port->can_open = access(node, R_OK | W_OK) == 0;
	g_ptr_array_add(ports, port);
}

/* Interfaces are listed as "1-4.2:1.0" beside their devices. */
static void
add_usb_devices(GPtrArray *ports)
{
	g_autoptr(GDir) dir = g_dir_open(USB_FOLDER, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		const char *colon = strchr(name, ':');
		g_autofree char *interface = g_build_filename(USB_FOLDER, name, NULL);
		g_autofree char *usb_path = colon != NULL ? g_strndup(name, (gsize) (colon - name)) : NULL;

		if (usb_path != NULL && !has_port_at(ports, usb_path) && can_carry_an_agent(interface))
			add_usb_device(ports, usb_path);
	}
}

/* ---- all of them ---------------------------------------------------------------------------------------- */

GPtrArray *
gy_ports_find(void)
{
	GPtrArray *ports = g_ptr_array_new_with_free_func((GDestroyNotify) gy_port_free);

	add_ttys(ports);
	shorten_places(ports);
	add_usb_devices(ports);
	g_ptr_array_sort(ports, by_path);
	return ports;
}

static char *
node_of(const GyPort *port)
{
	g_autofree char *folder = g_build_filename(USB_FOLDER, port->usb_path, NULL);

	return port->kind == GY_PORT_USB ? usb_node(folder) : g_strdup(port->path);
}

void
gy_ports_find_holders(GPtrArray *ports)
{
	g_autoptr(GPtrArray) nodes = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) holders = NULL;
	guint i;

	for (i = 0; i < ports->len; i++)
		g_ptr_array_add(nodes, node_of(ports->pdata[i]));
	g_ptr_array_add(nodes, NULL);
	holders = gy_port_holders((const char *const *) nodes->pdata);
	for (i = 0; i < ports->len; i++)
		set(&((GyPort *) ports->pdata[i])->holder, gy_port_holder_text(holders->pdata[i]));
}

GPtrArray *
gy_ports_list(void)
{
	GPtrArray *ports = gy_ports_find();

	gy_ports_find_holders(ports);
	return ports;
}
