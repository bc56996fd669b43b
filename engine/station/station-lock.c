// SPDX-License-Identifier: Apache-2.0
#include "engine/station/station-lock.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

#define NAME_CHARACTERS G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_."

struct _GyStationLock {
	char *path;
	int fd;
};

/* (transfer full): stations that share records have names of their own. */
static char *
path_of(const GyStation *station)
{
	g_autofree char *name = g_strcanon(g_strdup(station->plan->station), NAME_CHARACTERS, '_');

	return g_strdup_printf("%s.%s.lock", station->plan->records, name);
}

/* Whether the file is still the one that has this name: who had the lock removes it. */
static gboolean
is_there(const GyStationLock *lock)
{
	GStatBuf named, held;

	return g_stat(lock->path, &named) == 0 && fstat(lock->fd, &held) == 0 &&
	       named.st_ino == held.st_ino && named.st_dev == held.st_dev;
}

static gboolean
take(GyStationLock *lock, const GyStation *station, GError **error)
{
	lock->fd = g_open(lock->path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (lock->fd < 0) {
		g_set_error(
			error, GY_ERROR, GY_ERROR_FILE_NOT_WRITABLE, "%s: %s", lock->path, g_strerror(errno));
		return FALSE;
	}
	if (flock(lock->fd, LOCK_EX | LOCK_NB) == 0)
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_STATION_BUSY, _("%s is at work already, in another program"),
		station->plan->station);
	return FALSE;
}

GyStationLock *
gy_station_lock_new(const GyStation *station, GError **error)
{
	g_autoptr(GyStationLock) lock = g_new0(GyStationLock, 1);

	lock->path = path_of(station);
	lock->fd = -1;
	do {
		if (lock->fd >= 0)
			close(lock->fd);
		if (!take(lock, station, error)) {
			/* it is another's: it stays */
			g_clear_pointer(&lock->path, g_free);
			return NULL;
		}
	} while (!is_there(lock));
	return g_steal_pointer(&lock);
}

void
gy_station_lock_free(GyStationLock *lock)
{
	if (!lock)
		return;
	if (lock->path)
		g_unlink(lock->path);
	if (lock->fd >= 0)
		close(lock->fd);
	g_free(lock->path);
	g_free(lock);
}
