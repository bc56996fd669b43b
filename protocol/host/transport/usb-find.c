// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <string.h>

#include "protocol/host/transport/usb-name.h"

/* Where the kernel lists devices as "1-4.2", their interfaces as "1-4.2:1.0" and its root hubs as "usb1". */
#define DEVICES_FOLDER "/sys/bus/usb/devices"

void
gy_usb_place_free(GyUsbPlace *place)
{
	g_free(place->path);
	g_free(place->serial);
	g_free(place);
}

/* ---- devices -------------------------------------------------------------------------------------------- */

/* (nullable): an attribute of the device, in one line. */
static char *
attribute(const char *path, const char *name)
{
	g_autofree char *file = g_build_filename(DEVICES_FOLDER, path, name, NULL);
	g_autofree char *text = NULL;

	if (!g_file_get_contents(file, &text, NULL, NULL) || g_strstrip(text)[0] == 0)
		return NULL;
	return g_utf8_make_valid(text, -1);
}

static gboolean
has_id(const char *path, const char *name, guint16 id)
{
	g_autofree char *text = attribute(path, name);
	guint64 found = 0;

	return text != NULL && g_ascii_string_to_unsigned(text, 16, 0, G_MAXUINT16, &found, NULL) &&
	       found == id;
}

static gboolean
fits(const GyUsbName *name, const char *path)
{
	g_autofree char *serial = NULL;

	if (name->path != NULL)
		return g_str_equal(name->path, path);
	if (!has_id(path, "idVendor", name->vendor_id) || !has_id(path, "idProduct", name->product_id))
		return FALSE;
	serial = attribute(path, "serial");
	return name->serial == NULL || g_strcmp0(name->serial, serial) == 0;
}

static int
by_path(gconstpointer a, gconstpointer b)
{
	return g_strcmp0((*(GyUsbPlace *const *) a)->path, (*(GyUsbPlace *const *) b)->path);
}

static GPtrArray *
list_places(const GyUsbName *name)
{
	GPtrArray *places = g_ptr_array_new_with_free_func((GDestroyNotify) gy_usb_place_free);
	g_autoptr(GDir) dir = g_dir_open(DEVICES_FOLDER, 0, NULL);
	const char *entry;

	while (dir != NULL && (entry = g_dir_read_name(dir)) != NULL) {
		GyUsbPlace *place;

		if (!g_ascii_isdigit(entry[0]) || strchr(entry, ':') != NULL || !fits(name, entry))
			continue;
		place = g_new0(GyUsbPlace, 1);
		place->path = g_strdup(entry);
		place->serial = attribute(entry, "serial");
		g_ptr_array_add(places, place);
	}
	g_ptr_array_sort(places, by_path);
	return places;
}

/* The only one that is what was found before: by serial number, else by place. */
static gboolean
find_known(const GPtrArray *places, const GyUsbPlace *known, guint *index)
{
	guint n_found = 0;
	guint i;

	for (i = 0; known != NULL && i < places->len; i++) {
		const GyUsbPlace *place = places->pdata[i];

		if (g_strcmp0(place->serial, known->serial) != 0)
			continue;
		if (g_str_equal(place->path, known->path)) {
			*index = i;
			return TRUE;
		}
		*index = i;
		n_found++;
	}
	return n_found == 1 && known->serial != NULL;
}

static void
ambiguous_error(GError **error, const GyUsbName *name, const GPtrArray *places)
{
	g_autoptr(GString) list = g_string_new(NULL);
	guint i;

	for (i = 0; i < places->len; i++) {
		const GyUsbPlace *place = places->pdata[i];

		g_string_append_printf(list, _("%spath:%s with serial number %s"), i == 0 ? "" : ", ",
			place->path, place->serial != NULL ? place->serial : "(none)");
	}
	g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_BAD_PORT,
		_("%s fits %u devices, and one has to be named: %s"), name->text, places->len, list->str);
}

GyUsbPlace *
gy_usb_find(const GyUsbName *name, const GyUsbPlace *known, GError **error)
{
	g_autoptr(GPtrArray) places = list_places(name);
	guint i = 0;

	if (places->len == 0) {
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_NO_PORT, _("there is no USB device %s"),
			name->text);
		return NULL;
	}
	if (places->len > 1 && !find_known(places, known, &i)) {
		ambiguous_error(error, name, places);
		return NULL;
	}
	return g_ptr_array_steal_index(places, i);
}

/* ---- ttys ----------------------------------------------------------------------------------------------- */

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
