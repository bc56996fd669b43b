// SPDX-License-Identifier: Apache-2.0
#include "engine/file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder, a device, a socket: what a person would call it. */
static const char *
kind_of(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR: return "a folder";
	case S_IFCHR: return "a character device";
	case S_IFBLK: return "a block device";
	case S_IFIFO: return "a pipe";
	case S_IFSOCK: return "a socket";
	default: return "no regular file";
	}
}

static gboolean
check_readable(const char *path, const struct stat *about, guint64 limit, GError **error)
{
	if (!S_ISREG(about->st_mode)) {
		g_set_error(error, GY_ERROR, GY_ERROR_FILE_NOT_REGULAR, "%s is %s", path,
			kind_of(about->st_mode));
		return FALSE;
	}
	if (about->st_size == 0) {
		g_set_error(error, GY_ERROR, GY_ERROR_FILE_EMPTY, "%s is empty", path);
		return FALSE;
	}
	if ((guint64) about->st_size > limit) {
		g_set_error(error, GY_ERROR, GY_ERROR_FILE_TOO_LARGE,
			"%s has %" G_GUINT64_FORMAT " bytes, at most %" G_GUINT64_FORMAT " are taken", path,
			(guint64) about->st_size, limit);
		return FALSE;
	}
	return TRUE;
}

static void
set_read_error(GError **error, const char *path, int number)
{
	GyError code =
		number == ENOENT || number == ENOTDIR ? GY_ERROR_FILE_NOT_FOUND : GY_ERROR_FILE_UNREADABLE;

	g_set_error(error, GY_ERROR, code, "%s: %s", path, g_strerror(number));
}

/* Fills `into`; a file that is cut while it is read gives less than `size`. */
static gssize
read_fully(int fd, guint8 *into, gsize size)
{
	gsize done = 0;

	while (done < size) {
		gssize got = read(fd, into + done, size - done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		done += (gsize) got;
	}
	return (gssize) done;
}

GBytes *
gy_file_read(const char *path, guint64 limit, GError **error)
{
	struct stat about;
	g_autofree guint8 *content = NULL;
	gssize got;
	int fd;

	g_return_val_if_fail(path != NULL, NULL);

	/* looked at before it is opened, since opening alone can block (a pipe) or do something (a device) */
	if (stat(path, &about) != 0) {
		set_read_error(error, path, errno);
		return NULL;
	}
	if (!check_readable(path, &about, limit, error))
		return NULL;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0) {
		set_read_error(error, path, errno);
		return NULL;
	}
	/* and once more, in case it was replaced in between */
	if (fstat(fd, &about) != 0 || !check_readable(path, &about, limit, error)) {
		if (error && !*error)
			set_read_error(error, path, errno);
		close(fd);
		return NULL;
	}

	content = g_malloc((gsize) about.st_size);
	got = read_fully(fd, content, (gsize) about.st_size);
	if (got <= 0) {
		set_read_error(error, path, got < 0 ? errno : EIO);
		close(fd);
		return NULL;
	}
	close(fd);
	return g_bytes_new_take(g_steal_pointer(&content), (gsize) got);
}

static void
set_write_error(GError **error, const char *path, int number)
{
	GyError code =
		number == ENOSPC || number == EDQUOT ? GY_ERROR_FILE_DISK_FULL : GY_ERROR_FILE_NOT_WRITABLE;

	g_set_error(error, GY_ERROR, code, "%s: %s", path, g_strerror(number));
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

gboolean
gy_file_write(const char *path, GBytes *bytes, guint32 mode, GError **error)
{
	g_autofree char *target = NULL;
	g_autofree char *temporary = NULL;
	struct stat about;
	gsize size = 0;
	const guint8 *data;
	gboolean done;
	int number;
	int fd;

	g_return_val_if_fail(path != NULL && bytes != NULL, FALSE);

	target = real_target(path);
	/* rename() would put a file in a device's place */
	if (stat(target, &about) == 0 && !S_ISREG(about.st_mode)) {
		g_set_error(error, GY_ERROR, GY_ERROR_FILE_NOT_WRITABLE, "%s is %s", path,
			kind_of(about.st_mode));
		return FALSE;
	}

	temporary = g_strdup_printf("%s.XXXXXX", target);
	fd = g_mkstemp_full(temporary, O_RDWR | O_CLOEXEC, (int) mode);
	if (fd < 0) {
		set_write_error(error, path, errno);
		return FALSE;
	}
	data = g_bytes_get_data(bytes, &size);
	done = write_fully(fd, data, size);
	number = errno;
	if (close(fd) != 0 && done) {
		done = FALSE;
		number = errno;
	}
	if (done && rename(temporary, target) != 0) {
		done = FALSE;
		number = errno;
	}
	if (!done) {
		unlink(temporary);
		set_write_error(error, path, number);
		return FALSE;
	}
	sync_folder(target);
	return TRUE;
}

char *
gy_file_relative(const char *path, const char *folder)
{
	g_autofree char *full = g_canonicalize_filename(path, NULL);
	g_autofree char *root = g_canonicalize_filename(folder, NULL);
	gsize length = strlen(root);

	if (g_str_has_prefix(full, root) && full[length] == '/' && full[length + 1])
		return g_strdup(full + length + 1);
	return g_steal_pointer(&full);
}
