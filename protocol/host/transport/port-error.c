// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>

#include "protocol/host/discovery/port-holder.h"
#include "protocol/host/transport/transport-private.h"

gboolean
gy_port_is_gone(int error_number)
{
	return error_number == EIO || error_number == ENXIO || error_number == ENODEV ||
	       error_number == EPIPE || error_number == ECONNRESET || error_number == EBADF;
}

gboolean
gy_port_gone_error(GError **error, const char *path)
{
	g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_GONE, _("the port %s is gone"), path);
	return FALSE;
}

gboolean
gy_port_io_error(GError **error, const char *path, const char *what, int error_number)
{
	if (gy_port_is_gone(error_number))
		return gy_port_gone_error(error, path);
	g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_IO, _("%s the port %s failed: %s"), what, path,
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
			_("there is no permission to reach the port %s"), path);
		return;
	}
	if ((found.st_mode & (S_IRGRP | S_IWGRP)) == (S_IRGRP | S_IWGRP)) {
		owner = group_name(found.st_gid);
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_FORBIDDEN,
			_("there is no permission to open the port %s: it is for members of the group %s"),
			path, owner);
		return;
	}
	owner = user_name(found.st_uid);
	g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_FORBIDDEN,
		_("there is no permission to open the port %s: it is for the user %s alone"), path, owner);
}

static void
busy(GError **error, const char *path)
{
	g_autoptr(GyPortHolder) holder = gy_port_holder_find(path);
	g_autoptr(GyPortHolder) suspect = holder == NULL ? gy_port_modem_manager() : NULL;

	if (suspect != NULL)
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_MODEM_MANAGER,
			_("the port %s is in use by a program of another user, probably ModemManager "
			  "(process "
			  "%d), which tries new ports for modems"),
			path, suspect->pid);
	else if (holder == NULL)
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_BUSY,
			_("the port %s is in use by another program"), path);
	else if (gy_port_holder_is_modem_manager(holder))
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_MODEM_MANAGER,
			_("the port %s is in use by ModemManager (process %d), which tries whether it is a "
			  "modem"),
			path, holder->pid);
	else
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_BUSY,
			_("the port %s is in use by %s (process %d)"), path,
			holder->program[0] != 0 ? holder->program : _("a program"), holder->pid);
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
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_NO_PORT, _("there is no port %s"), path);
		break;
	case EACCES:
	case EPERM: forbidden(error, path); break;
	case EBUSY: busy(error, path); break;
	case ENOTTY:
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_BAD_PORT, _("%s is not a serial port"), path);
		break;
	default:
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_OPEN,
			_("the port %s could not be opened: %s"), path, g_strerror(error_number));
	}
	return FALSE;
}
