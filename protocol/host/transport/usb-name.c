// SPDX-License-Identifier: Apache-2.0
#include "protocol/host/transport/usb-name.h"

#include <glib/gi18n-lib.h>
#include <string.h>

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
	g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_BAD_PORT, _("%s is not the name of a port: %s"), port,
		why);
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
		return bad_name(port, _("expected usb:VID:PID[:SERIAL] with both ids in hexadecimal"), error);
	if (parts[3] != NULL && parts[3][0] == 0)
		return bad_name(port, _("the serial number after the last colon is missing"), error);
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
		return bad_name(port, _("expected path:BUS-PORT, such as path:1-4.2"), error);
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
