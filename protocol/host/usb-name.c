// SPDX-License-Identifier: Apache-2.0
#include "protocol/host/usb-name.h"

#include <string.h>

/* Where the kernel lists devices as "1-4.2" and their interfaces as "1-4.2:1.0". */
#define DEVICES_FOLDER "/sys/bus/usb/devices"

/* Seven tiers of a USB tree: root hub, five hubs, device. */
#define N_PORTS_MAX 7

void
gy_usb_name_free(GyUsbName *name)
{
	g_free(name->text);
	g_free(name->path);
	g_free(name->serial);
	g_free(name);
}

static GyUsbName *
bad_name(const char *port, const char *why, GError **error)
{
	g_set_error(
		error, GY_LINK_ERROR, GY_LINK_ERROR_BAD_PORT, "%s is not the name of a port: %s", port, why);
	return NULL;
}

static gboolean
parse_id(const char *digits, guint16 *id)
{
	guint64 value = 0;

	if (strlen(digits) > 4 || !g_ascii_string_to_unsigned(digits, 16, 0, G_MAXUINT16, &value, NULL))
		return FALSE;
	*id = (guint16) value;
	return TRUE;
}

/* A serial number may have colons of its own. */
static GyUsbName *
parse_ids(const char *port, GError **error)
{
	g_auto(GStrv) parts = g_strsplit(port, ":", 4);
	g_autoptr(GyUsbName) name = g_new0(GyUsbName, 1);

	if (g_strv_length(parts) < 3 || !parse_id(parts[1], &name->vendor_id) ||
		!parse_id(parts[2], &name->product_id))
		return bad_name(port, "expected usb:VID:PID[:SERIAL] with both ids in hexadecimal", error);
	if (parts[3] != NULL && parts[3][0] == 0)
		return bad_name(port, "the serial number after the last colon is missing", error);
	name->text = g_strdup(port);
	name->serial = g_strdup(parts[3]);
	return g_steal_pointer(&name);
}

static gboolean
parse_number(const char *digits, guint8 *number)
{
	guint64 value = 0;

	/* the kernel writes no leading zeros; a path is compared as text */
	if (!g_ascii_string_to_unsigned(digits, 10, 1, G_MAXUINT8, &value, NULL) || digits[0] == '0')
		return FALSE;
	*number = (guint8) value;
	return TRUE;
}

static gboolean
is_path(const char *path)
{
	g_auto(GStrv) ends = g_strsplit(path, "-", 2);
	g_auto(GStrv) ports = NULL;
	guint8 number;
	guint i;

	if (g_strv_length(ends) != 2 || !parse_number(ends[0], &number))
		return FALSE;
	ports = g_strsplit(ends[1], ".", -1);
	for (i = 0; ports[i] != NULL; i++) {
		if (!parse_number(ports[i], &number))
			return FALSE;
	}
	return i > 0 && i <= N_PORTS_MAX;
}

static GyUsbName *
parse_path(const char *port, const char *path, GError **error)
{
	g_autoptr(GyUsbName) name = NULL;

	if (!is_path(path))
		return bad_name(port, "expected path:BUS-PORT, such as path:1-4.2", error);
	name = g_new0(GyUsbName, 1);
	name->text = g_strdup(port);
	name->path = g_strdup(path);
	return g_steal_pointer(&name);
}

GyUsbName *
gy_usb_name_parse(const char *port, GError **error)
{
	if (g_str_has_prefix(port, "path:"))
		return parse_path(port, port + strlen("path:"), error);
	return parse_ids(port, error);
}

char *
gy_usb_path_text(guint bus, const guint8 *ports, guint n_ports)
{
	GString *text = g_string_new(NULL);
	guint i;

	g_string_append_printf(text, "%u", bus);
	for (i = 0; i < n_ports; i++)
		g_string_append_printf(text, "%c%u", i == 0 ? '-' : '.', ports[i]);
	return g_string_free(text, FALSE);
}

char *
gy_usb_serial_at(const char *path)
{
	g_autofree char *file = g_build_filename(DEVICES_FOLDER, path, "serial", NULL);
	g_autofree char *serial = NULL;

	if (!g_file_get_contents(file, &serial, NULL, NULL) || g_strstrip(serial)[0] == 0)
		return NULL;
	return g_utf8_make_valid(serial, -1);
}

/* "INTERFACE/tty/ttyACM0" of cdc_acm, "INTERFACE/ttyUSB0/tty/ttyUSB0" of the converters' drivers. */
static char *
find_tty_in(const char *folder, gboolean may_descend)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *entry;

	while (dir != NULL && (entry = g_dir_read_name(dir)) != NULL) {
		g_autofree char *below = g_build_filename(folder, entry, NULL);

		if (may_descend && (g_str_equal(entry, "tty") || g_str_has_prefix(entry, "ttyUSB"))) {
			char *found = find_tty_in(below, g_str_has_prefix(entry, "ttyUSB"));

			if (found != NULL)
				return found;
		} else if (!may_descend && g_str_has_prefix(entry, "tty")) {
			return g_build_filename("/dev", entry, NULL);
		}
	}
	return NULL;
}

/* The interface's number in "1-4.2:1.0"; -1 for the folders of other devices. */
static int
interface_number(const char *entry, const char *path)
{
	gsize size = strlen(path);
	const char *dot;
	guint64 number = 0;

	if (strncmp(entry, path, size) != 0 || entry[size] != ':')
		return -1;
	dot = strchr(entry + size, '.');
	if (dot == NULL || !g_ascii_string_to_unsigned(dot + 1, 10, 0, G_MAXUINT8, &number, NULL))
		return -1;
	return (int) number;
}

char *
gy_usb_tty_at(const char *path, int interface)
{
	g_autofree char *folder = g_build_filename(DEVICES_FOLDER, path, NULL);
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	char *found = NULL;
	int lowest = G_MAXINT;
	const char *entry;

	while (dir != NULL && (entry = g_dir_read_name(dir)) != NULL) {
		int number = interface_number(entry, path);
		g_autofree char *below = g_build_filename(folder, entry, NULL);
		char *tty;

		if (number < 0 || number >= lowest || (interface >= 0 && number != interface))
			continue;
		tty = find_tty_in(below, TRUE);
		if (tty == NULL)
			continue;
		g_free(found);
		found = tty;
		lowest = number;
	}
	return found;
}
