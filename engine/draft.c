// SPDX-License-Identifier: Apache-2.0
#include "engine/draft.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/file.h"

#define BEST_FOLDER "/var/tmp"
#define NAME_TRIES  100

struct _GyDraft {
	int fd;
	char *folder;
	atomic_uint_least64_t size;
};

static void
set_write_error(GError **error, const char *path, int number)
{
	GyError code = number == ENOSPC || number == EDQUOT || number == EFBIG ? GY_ERROR_FILE_DISK_FULL
									       : GY_ERROR_FILE_NOT_WRITABLE;

	g_set_error(error, GY_ERROR, code, "%s: %s", path, g_strerror(number));
}

/* Not every file system has files without a name: then one with a name loses it at once. */
static int
open_nameless(const char *folder, guint32 mode)
{
	g_autofree char *name = NULL;
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, (mode_t) mode);

	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL && errno != ENOENT))
		return fd;
	name = g_build_filename(folder, ".gantry-XXXXXX", NULL);
	fd = g_mkstemp_full(name, O_RDWR | O_CLOEXEC, (int) mode);
	if (fd >= 0)
		unlink(name);
	return fd;
}

static GyDraft *
new_in(const char *folder, const char *shown, guint32 mode, GError **error)
{
	int fd = open_nameless(folder, mode);
	GyDraft *draft;

	if (fd < 0) {
		set_write_error(error, shown, errno);
		return NULL;
	}
	draft = g_new0(GyDraft, 1);
	draft->fd = fd;
	draft->folder = g_strdup(folder);
	return draft;
}

/* Of what is large: /tmp is memory on many machines. */
static const char *
temporary_folder(void)
{
	const char *wanted = g_getenv("TMPDIR");

	if (wanted && *wanted)
		return wanted;
	return g_access(BEST_FOLDER, W_OK | X_OK) == 0 ? BEST_FOLDER : g_get_tmp_dir();
}

/* Through a link to the file behind it, so that the link stays. */
static char *
real_target(const char *path)
{
	char *real = realpath(path, NULL);
	char *copy;

	if (!real)
		return g_strdup(path);
	copy = g_strdup(real);
	free(real);
	return copy;
}

/* rename() would put a file in a device's place. */
static gboolean
check_place(const char *target, const char *shown, GError **error)
{
	struct stat about;

	if (stat(target, &about) != 0 || S_ISREG(about.st_mode))
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_FILE_NOT_WRITABLE, _("%s is %s"), shown,
		gy_file_kind(about.st_mode));
	return FALSE;
}

GyDraft *
gy_draft_new(const char *path, guint32 mode, GError **error)
{
	g_autofree char *target = path ? real_target(path) : NULL;
	g_autofree char *folder = target ? g_path_get_dirname(target) : g_strdup(temporary_folder());

	if (target && !check_place(target, path, error))
		return NULL;
	return new_in(folder, path ? path : folder, mode, error);
}

GyDraft *
gy_draft_new_beside(const GyDraft *draft, GError **error)
{
	return new_in(draft->folder, draft->folder, 0600, error);
}

void
gy_draft_free(GyDraft *draft)
{
	if (!draft)
		return;
	close(draft->fd);
	g_free(draft->folder);
	g_free(draft);
}

guint64
gy_draft_size(const GyDraft *draft)
{
	return atomic_load(&draft->size);
}

gboolean
gy_draft_put(GyDraft *draft, guint64 offset, gconstpointer data, gsize size, GError **error)
{
	gsize done = 0;

	while (done < size) {
		gssize put =
			pwrite(draft->fd, (const guint8 *) data + done, size - done, (off_t) (offset + done));

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0) {
			set_write_error(error, draft->folder, errno);
			return FALSE;
		}
		done += (gsize) put;
	}
	if (offset + size > gy_draft_size(draft))
		atomic_store(&draft->size, offset + size);
	return TRUE;
}

gboolean
gy_draft_append(GyDraft *draft, gconstpointer data, gsize size, GError **error)
{
	return gy_draft_put(draft, gy_draft_size(draft), data, size, error);
}

gboolean
gy_draft_append_bytes(GyDraft *draft, GBytes *bytes, GError **error)
{
	gsize size = 0;
	gconstpointer data = g_bytes_get_data(bytes, &size);

	return gy_draft_append(draft, data, size, error);
}

GBytes *
gy_draft_read(const GyDraft *draft, GError **error)
{
	g_autoptr(GError) cause = NULL;
	GMappedFile *file;
	GBytes *bytes;

	if (gy_draft_size(draft) == 0)
		return g_bytes_new(NULL, 0);
	file = g_mapped_file_new_from_fd(draft->fd, FALSE, &cause);
	if (!file) {
		g_set_error(
			error, GY_ERROR, GY_ERROR_FILE_UNREADABLE, "%s: %s", draft->folder, cause->message);
		return NULL;
	}
	bytes = g_mapped_file_get_bytes(file);
	g_mapped_file_unref(file);
	return bytes;
}

int
gy_draft_open(const GyDraft *draft)
{
	/* nothing here goes by the place that it shares */
	return lseek(draft->fd, 0, SEEK_SET) == 0 ? fcntl(draft->fd, F_DUPFD_CLOEXEC, 0) : -1;
}

/* ---- its place ------------------------------------------------------------------------------------------ */

/* The name is only safe on the disk once the folder is. Not every file system can sync one: then it is left. */
static void
sync_folder(const char *path)
{
	g_autofree char *folder = g_path_get_dirname(path);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void) fsync(fd);
	close(fd);
}

/* (transfer full) (nullable): the name beside @target that it has now; %NULL if its file system, or another, says no. */
static char *
link_beside(const GyDraft *draft, const char *target)
{
	g_autofree char *self = g_strdup_printf("/proc/self/fd/%d", draft->fd);

	for (guint i = 0; i < NAME_TRIES; i++) {
		g_autofree char *name = g_strdup_printf("%s.%06x", target, g_random_int() & 0xFFFFFF);

		if (linkat(AT_FDCWD, self, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0)
			return g_steal_pointer(&name);
		if (errno != EEXIST)
			return NULL;
	}
	return NULL;
}

static gboolean
write_fully(int fd, const guint8 *data, gsize size)
{
	gsize done = 0;

	while (done < size) {
		gssize put = write(fd, data + done, size - done);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return FALSE;
		done += (gsize) put;
	}
	return fsync(fd) == 0;
}

/* Where it cannot be linked to. %NULL with errno set, and nothing left. */
static char *
copy_beside(const GyDraft *draft, const char *target, mode_t mode)
{
	g_autofree char *name = g_strdup_printf("%s.XXXXXX", target);
	g_autoptr(GBytes) bytes = gy_draft_read(draft, NULL);
	int fd = bytes ? g_mkstemp_full(name, O_RDWR | O_CLOEXEC, (int) mode) : -1;
	gboolean done;
	int number;

	if (fd < 0)
		return NULL;
	done = write_fully(fd, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	number = errno;
	if (close(fd) != 0 && done) {
		done = FALSE;
		number = errno;
	}
	if (done)
		return g_steal_pointer(&name);
	unlink(name);
	errno = number;
	return NULL;
}

static char *
name_beside(const GyDraft *draft, const char *target)
{
	struct stat about;
	char *name;

	if (fstat(draft->fd, &about) != 0 || fsync(draft->fd) != 0)
		return NULL;
	name = link_beside(draft, target);
	return name ? name : copy_beside(draft, target, about.st_mode & 0777);
}

gboolean
gy_draft_keep(const GyDraft *draft, const char *path, GError **error)
{
	g_autofree char *target = real_target(path);
	g_autofree char *name = NULL;
	int number;

	if (!check_place(target, path, error))
		return FALSE;
	name = name_beside(draft, target);
	if (name && rename(name, target) == 0) {
		sync_folder(target);
		return TRUE;
	}
	number = errno;
	if (name)
		unlink(name);
	set_write_error(error, path, number);
	return FALSE;
}
