// SPDX-License-Identifier: Apache-2.0
#include "engine/console/console-log.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <unistd.h>

struct _GyConsoleLog {
	char *path;
	int fd;
	gboolean has_failed;
};

static gboolean
fail(GError **error, const char *path, const char *what, int number)
{
	gboolean is_full = number == ENOSPC || number == EDQUOT || number == EFBIG;

	g_set_error(error, GY_ERROR, is_full ? GY_ERROR_FILE_DISK_FULL : GY_ERROR_FILE_NOT_WRITABLE,
		_("the log %s %s: %s"), path, what, g_strerror(number));
	return FALSE;
}

GyConsoleLog *
gy_console_log_open(const char *path, GError **error)
{
	GyConsoleLog *log;
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0666);

	if (fd < 0) {
		fail(error, path, _("cannot be opened"), errno);
		return NULL;
	}
	log = g_new0(GyConsoleLog, 1);
	log->path = g_strdup(path);
	log->fd = fd;
	return log;
}

gboolean
gy_console_log_empty(GyConsoleLog *log, GError **error)
{
	/* EINVAL: it is no file that could be empty */
	if (ftruncate(log->fd, 0) == 0 || errno == EINVAL)
		return TRUE;
	return fail(error, log->path, _("cannot be emptied"), errno);
}

gboolean
gy_console_log_write(GyConsoleLog *log, const void *bytes, gsize size, GError **error)
{
	const guint8 *at = bytes;

	while (size > 0 && !log->has_failed) {
		gssize taken = write(log->fd, at, size);

		if (taken < 0 && errno == EINTR)
			continue;
		if (taken <= 0) {
			log->has_failed = TRUE;
			return fail(error, log->path, _("ends here"), taken < 0 ? errno : ENOSPC);
		}
		at += taken;
		size -= (gsize) taken;
	}
	return TRUE;
}

void
gy_console_log_close(GyConsoleLog *log)
{
	close(log->fd);
	g_free(log->path);
	g_free(log);
}
