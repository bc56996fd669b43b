// SPDX-License-Identifier: Apache-2.0
#include "engine/file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/draft.h"

const char *
gy_file_kind(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR: return _("a folder");
	case S_IFCHR: return _("a character device");
	case S_IFBLK: return _("a block device");
	case S_IFIFO: return _("a pipe");
	case S_IFSOCK: return _("a socket");
	default: return _("no regular file");
	}
}

static gboolean
check_readable(const char *path, const struct stat *about, guint64 limit, GError **error)
{
	if (!S_ISREG(about->st_mode)) {
		g_set_error(error, GY_ERROR, GY_ERROR_FILE_NOT_REGULAR, _("%s is %s"), path,
			gy_file_kind(about->st_mode));
		return FALSE;
	}
	if (about->st_size == 0) {
		g_set_error(error, GY_ERROR, GY_ERROR_FILE_EMPTY, _("%s is empty"), path);
		return FALSE;
	}
	if ((guint64) about->st_size > limit) {
		g_set_error(error, GY_ERROR, GY_ERROR_FILE_TOO_LARGE,
			_("%s has %" PRIu64 " bytes, at most %" PRIu64 " are taken"), path,
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

/* -1 with @error set */
static int
open_to_read(const char *path, guint64 limit, struct stat *about, GError **error)
{
	int fd;

	/* looked at before it is opened, since opening alone can block (a pipe) or do something (a device) */
	if (stat(path, about) != 0) {
		set_read_error(error, path, errno);
		return -1;
	}
	if (!check_readable(path, about, limit, error))
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0) {
		set_read_error(error, path, errno);
		return -1;
	}
	/* and once more, in case it was replaced in between */
	if (fstat(fd, about) == 0 && check_readable(path, about, limit, error))
		return fd;
	if (error && !*error)
		set_read_error(error, path, errno);
	close(fd);
	return -1;
}

static GBytes *
read_content(int fd, const char *path, gsize size, GError **error)
{
	g_autofree guint8 *content = g_malloc(size);
	gssize got = read_fully(fd, content, size);

	if (got > 0)
		return g_bytes_new_take(g_steal_pointer(&content), (gsize) got);
	set_read_error(error, path, got < 0 ? errno : EIO);
	return NULL;
}

GBytes *
gy_file_read(const char *path, guint64 limit, GError **error)
{
	struct stat about;
	GBytes *bytes;
	int fd;

	g_return_val_if_fail(path != NULL, NULL);

	fd = open_to_read(path, limit, &about, error);
	if (fd < 0)
		return NULL;
	bytes = read_content(fd, path, (gsize) about.st_size, error);
	close(fd);
	return bytes;
}

static GBytes *
map_content(int fd, const char *path, GError **error)
{
	g_autoptr(GError) cause = NULL;
	GMappedFile *file = g_mapped_file_new_from_fd(fd, FALSE, &cause);
	GBytes *bytes;

	if (!file) {
		g_set_error(error, GY_ERROR, GY_ERROR_FILE_UNREADABLE, "%s: %s", path, cause->message);
		return NULL;
	}
	bytes = g_mapped_file_get_bytes(file);
	g_mapped_file_unref(file);
	return bytes;
}

GBytes *
gy_file_map(const char *path, guint64 memory_limit, guint64 limit, GError **error)
{
	struct stat about;
	GBytes *bytes;
	int fd;

	g_return_val_if_fail(path != NULL, NULL);

	fd = open_to_read(path, limit, &about, error);
	if (fd < 0)
		return NULL;
	bytes = (guint64) about.st_size > memory_limit ? map_content(fd, path, error)
						       : read_content(fd, path, (gsize) about.st_size, error);
	close(fd);
	return bytes;
}

gboolean
gy_file_write(const char *path, GBytes *bytes, guint32 mode, GError **error)
{
	g_autoptr(GyDraft) draft = NULL;

	g_return_val_if_fail(path != NULL && bytes != NULL, FALSE);

	draft = gy_draft_new(path, mode, error);
	return draft && gy_draft_append_bytes(draft, bytes, error) && gy_draft_keep(draft, path, error);
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
