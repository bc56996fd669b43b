// SPDX-License-Identifier: Apache-2.0
#include "protocol/host/discovery.h"

#include <libserialport.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void
gy_port_free(GyPort *port)
{
	g_free(port->path);
	g_free(port->description);
	g_free(port->serial_number);
	g_free(port->usb_path);
	g_free(port->driver);
	g_free(port->holder);
	g_free(port);
}

static char *
text_or_empty(const char *text)
{
	return text ? g_utf8_make_valid(text, -1) : g_strdup("");
}

/* The last part of what a link of the kernel's device tree points to. */
static char *
link_name(const char *tty, const char *link)
{
	g_autofree char *path = g_strdup_printf("/sys/class/tty/%s/device/%s", tty, link);
	g_autofree char *target = realpath(path, NULL);

	return target ? g_path_get_basename(target) : g_strdup("");
}

/* "1-4.2" of ".../usb1/1-4/1-4.2/1-4.2:1.0/...": the interface's folder names device and interface. */
static char *
usb_path_of(const char *tty)
{
	g_autofree char *path = g_strdup_printf("/sys/class/tty/%s/device", tty);
	g_autofree char *target = realpath(path, NULL);
	g_auto(GStrv) parts = target ? g_strsplit(target, "/", -1) : NULL;

	for (guint i = 0; parts && parts[i]; i++) {
		char *colon = strchr(parts[i], ':');

		if (colon && g_ascii_isdigit(parts[i][0]) && strchr(parts[i], '-') &&
			strchr(parts[i], '-') < colon)
			return g_strndup(parts[i], (gsize) (colon - parts[i]));
	}
	return g_strdup("");
}

static GyPort *
describe(struct sp_port *native)
{
	const char *path = sp_get_port_name(native);
	g_autofree char *tty = g_path_get_basename(path);
	GyPort *port = g_new0(GyPort, 1);

	port->path = g_strdup(path);
	port->description = text_or_empty(sp_get_port_description(native));
	port->serial_number = text_or_empty(sp_get_port_usb_serial(native));
	if (sp_get_port_usb_vid_pid(native, &port->vendor_id, &port->product_id) != SP_OK)
		port->vendor_id = port->product_id = -1;
	port->driver = link_name(tty, "driver");
	port->usb_path = usb_path_of(tty);
	port->can_open = access(path, R_OK | W_OK) == 0;
	port->holder = gy_port_holder(path);
	return port;
}

static int
by_path(gconstpointer a, gconstpointer b)
{
	return g_strcmp0((*(GyPort *const *) a)->path, (*(GyPort *const *) b)->path);
}

GPtrArray *
gy_ports_list(void)
{
	GPtrArray *ports = g_ptr_array_new_with_free_func((GDestroyNotify) gy_port_free);
	struct sp_port **natives = NULL;

	/* without /sys/class/tty the library fails and leaves the list as it was */
	if (sp_list_ports(&natives) != SP_OK)
		return ports;
	for (guint i = 0; natives[i]; i++)
		g_ptr_array_add(ports, describe(natives[i]));
	sp_free_port_list(natives);
	g_ptr_array_sort(ports, by_path);
	return ports;
}

static gboolean
has_open(const char *pid, const struct stat *wanted)
{
	g_autofree char *folder = g_strdup_printf("/proc/%s/fd", pid);
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		struct stat found;

		if (stat(path, &found) == 0 && S_ISCHR(found.st_mode) && found.st_rdev == wanted->st_rdev)
			return TRUE;
	}
	return FALSE;
}

static char *
holder_name(const char *pid)
{
	g_autofree char *path = g_strdup_printf("/proc/%s/comm", pid);
	g_autofree char *name = NULL;

	if (!g_file_get_contents(path, &name, NULL, NULL))
		return g_strdup_printf("pid %s", pid);
	return g_strdup_printf("%s (pid %s)", g_strchomp(name), pid);
}

char *
gy_port_holder(const char *path)
{
	g_autoptr(GDir) proc = g_dir_open("/proc", 0, NULL);
	g_autofree char *own = g_strdup_printf("%d", (int) getpid());
	struct stat wanted;
	const char *name;

	if (!proc || stat(path, &wanted) != 0 || !S_ISCHR(wanted.st_mode))
		return g_strdup("");
	while ((name = g_dir_read_name(proc)))
		if (g_ascii_isdigit(name[0]) && !g_str_equal(name, own) && has_open(name, &wanted))
			return holder_name(name);
	return g_strdup("");
}
