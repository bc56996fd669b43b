// SPDX-License-Identifier: Apache-2.0
#include "protocol/host/discovery/port-holder.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define MODEM_MANAGER "ModemManager"

void
gy_port_holder_free(GyPortHolder *holder)
{
	if (holder == NULL)
		return;
	g_free(holder->program);
	g_free(holder);
}

static GyPortHolder *
new_holder(const char *pid)
{
	g_autofree char *path = g_build_filename("/proc", pid, "comm", NULL);
	GyPortHolder *holder = g_new0(GyPortHolder, 1);

	holder->pid = atoi(pid);
	if (g_file_get_contents(path, &holder->program, NULL, NULL))
		g_strstrip(holder->program);
	else
		holder->program = g_strdup("");
	return holder;
}

/* 0: no device; no device has that number. */
static dev_t
device_of(const char *path)
{
	struct stat found;

	return stat(path, &found) == 0 && S_ISCHR(found.st_mode) ? found.st_rdev : 0;
}

/* Notes the process at each device that it has open and that nobody was seen to hold before. */
static void
look_at(const char *pid, const dev_t *devices, GPtrArray *holders)
{
	g_autofree char *folder = g_build_filename("/proc", pid, "fd", NULL);
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;
	guint i;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		dev_t device = device_of(path);

		for (i = 0; device != 0 && i < holders->len; i++) {
			if (devices[i] == device && holders->pdata[i] == NULL)
				holders->pdata[i] = new_holder(pid);
		}
	}
}

static gboolean
is_other_process(const char *entry)
{
	return g_ascii_isdigit(entry[0]) && atoi(entry) != (int) getpid();
}

GPtrArray *
gy_port_holders(const char *const *paths)
{
	GPtrArray *holders = g_ptr_array_new_with_free_func((GDestroyNotify) gy_port_holder_free);
	guint n = g_strv_length((char **) paths);
	g_autofree dev_t *devices = g_new0(dev_t, n);
	g_autoptr(GDir) proc = NULL;
	gboolean is_any = FALSE;
	const char *name;
	guint i;

	g_ptr_array_set_size(holders, (gint) n);
	for (i = 0; i < n; i++) {
		devices[i] = device_of(paths[i]);
		is_any |= devices[i] != 0;
	}
	if (is_any)
		proc = g_dir_open("/proc", 0, NULL);
	while (proc != NULL && (name = g_dir_read_name(proc)) != NULL) {
		if (is_other_process(name))
			look_at(name, devices, holders);
	}
	return holders;
}

GyPortHolder *
gy_port_holder_find(const char *path)
{
	const char *const paths[] = {path, NULL};
	g_autoptr(GPtrArray) holders = gy_port_holders(paths);

	return g_steal_pointer(&holders->pdata[0]);
}

char *
gy_port_holder_text(const GyPortHolder *holder)
{
	if (holder == NULL)
		return g_strdup("");
	if (holder->program[0] == 0)
		return g_strdup_printf(_("pid %d"), holder->pid);
	return g_strdup_printf(_("%s (pid %d)"), holder->program, holder->pid);
}

char *
gy_port_holder(const char *path)
{
	g_autoptr(GyPortHolder) holder = gy_port_holder_find(path);

	return gy_port_holder_text(holder);
}

gboolean
gy_port_holder_is_modem_manager(const GyPortHolder *holder)
{
	return g_str_equal(holder->program, MODEM_MANAGER);
}

GyPortHolder *
gy_port_modem_manager(void)
{
	g_autoptr(GDir) proc = g_dir_open("/proc", 0, NULL);
	const char *name;

	while (proc != NULL && (name = g_dir_read_name(proc)) != NULL) {
		g_autofree char *folder = g_build_filename("/proc", name, "fd", NULL);
		g_autoptr(GyPortHolder) holder = NULL;

		if (!is_other_process(name) || access(folder, R_OK) == 0)
			continue;
		holder = new_holder(name);
		if (gy_port_holder_is_modem_manager(holder))
			return g_steal_pointer(&holder);
	}
	return NULL;
}
