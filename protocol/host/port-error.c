// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/host/transport-private.h"

gboolean
gy_port_is_gone(int error_number)
{
	return error_number == EIO || error_number == ENXIO || error_number == ENODEV ||
	       error_number == EPIPE || error_number == ECONNRESET || error_number == EBADF;
}

gboolean
gy_port_gone_error(GError **error, const char *path)
{
	g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_GONE, "the port %s is gone", path);
	return FALSE;
}

gboolean
gy_port_io_error(GError **error, const char *path, const char *what, int error_number)
{
	if (gy_port_is_gone(error_number))
		return gy_port_gone_error(error, path);
	g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_IO, "%s the port %s failed: %s", what, path,
		g_strerror(error_number));
	return FALSE;
}

static char *
group_name(gid_t gid)
{
	const struct group *group = getgrgid(gid);

	return group != NULL ? g_strdup(group->gr_name) : g_strdup_printf("%u", (guint) gid);
}

static char *
user_name(uid_t uid)
{
	const struct passwd *user = getpwuid(uid);

	return user != NULL ? g_strdup(user->pw_name) : g_strdup_printf("%u", (guint) uid);
}

static void
forbidden(GError **error, const char *path)
{
	g_autofree char *owner = NULL;
	struct stat found;

	if (stat(path, &found) != 0) {
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_FORBIDDEN,
			"there is no permission to reach the port %s", path);
		return;
	}
	if ((found.st_mode & (S_IRGRP | S_IWGRP)) == (S_IRGRP | S_IWGRP)) {
		owner = group_name(found.st_gid);
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_FORBIDDEN,
			"there is no permission to open the port %s: it is for members of the group %s", path,
			owner);
		return;
	}
	owner = user_name(found.st_uid);
	g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_FORBIDDEN,
		"there is no permission to open the port %s: it is for the user %s alone", path, owner);
}

/* Whether the process has the device open by any of its names. */
static gboolean
holds(const char *pid, dev_t device)
{
	g_autofree char *folder = g_build_filename("/proc", pid, "fd", NULL);
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;

	if (dir == NULL)
		return FALSE;
	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		struct stat found;

		if (stat(path, &found) == 0 && S_ISCHR(found.st_mode) && found.st_rdev == device)
			return TRUE;
	}
	return FALSE;
}

static char *
program_name(const char *pid)
{
	g_autofree char *path = g_build_filename("/proc", pid, "comm", NULL);
	g_autofree char *name = NULL;

	if (!g_file_get_contents(path, &name, NULL, NULL))
		return g_strdup("a program");
	return g_strdup(g_strstrip(name));
}

/* The process that has the device open, other than this one; NULL if it cannot be seen. */
static char *
find_holder(dev_t device)
{
	g_autofree char *own = g_strdup_printf("%d", (int) getpid());
	g_autoptr(GDir) dir = g_dir_open("/proc", 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		if (g_ascii_isdigit(name[0]) && !g_str_equal(name, own) && holds(name, device))
			return g_strdup(name);
	}
	return NULL;
}

static void
busy(GError **error, const char *path)
{
	g_autofree char *pid = NULL;
	g_autofree char *program = NULL;
	struct stat found;

	if (stat(path, &found) == 0)
		pid = find_holder(found.st_rdev);
	if (pid == NULL) {
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_BUSY,
			"the port %s is in use by another program", path);
		return;
	}
	program = program_name(pid);
	g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_BUSY, "the port %s is in use by %s (process %s)",
		path, program, pid);
}

gboolean
gy_port_open_error(GError **error, const char *path, int error_number)
{
	switch (error_number) {
	case ENOENT:
	case ENODEV:
	case ENXIO:
	case ENOTDIR:
	/* the other end of a pseudo terminal has gone */
	case EIO:
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_NO_PORT, "there is no port %s", path);
		break;
	case EACCES:
	case EPERM: forbidden(error, path); break;
	case EBUSY: busy(error, path); break;
	case ENOTTY:
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_BAD_PORT, "%s is not a serial port", path);
		break;
	default:
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_OPEN, "the port %s could not be opened: %s",
			path, g_strerror(error_number));
	}
	return FALSE;
}
