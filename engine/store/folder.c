// SPDX-License-Identifier: Apache-2.0
#include "engine/store/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/error.h"

/* What gy_draft_keep() hangs onto a name until it has its own. */
#define LOOSE_ENDING 7
#define LOOSE_OLD_S  (24 * 3600)

static void
file_free(gpointer data)
{
	GyFolderFile *file = data;

	g_free(file->name);
	g_free(file);
}

static int
by_use(gconstpointer a, gconstpointer b)
{
	const GyFolderFile *one = *(const GyFolderFile *const *) a;
	const GyFolderFile *other = *(const GyFolderFile *const *) b;

	if (one->used_s != other->used_s)
		return one->used_s < other->used_s ? 1 : -1;
	return strcmp(one->name, other->name);
}

/* A file that another process has just removed is not there. */
static void
add_file(GPtrArray *files, const char *folder, const char *name)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	struct stat about;
	GyFolderFile *file;

	if (lstat(path, &about) != 0 || !S_ISREG(about.st_mode))
		return;
	file = g_new0(GyFolderFile, 1);
	file->name = g_strdup(name);
	file->size = (guint64) about.st_size;
	file->used_s = about.st_mtim.tv_sec;
	g_ptr_array_add(files, file);
}

GPtrArray *
gy_folder_list(const char *path, GyFolderWanted wanted, gpointer data, GError **error)
{
	g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(file_free);
	g_autoptr(GError) cause = NULL;
	g_autoptr(GDir) folder = g_dir_open(path, 0, &cause);
	const char *name;

	if (!folder && g_error_matches(cause, G_FILE_ERROR, G_FILE_ERROR_NOENT))
		return g_steal_pointer(&files);
	if (!folder) {
		g_set_error(error, GY_ERROR, GY_ERROR_FILE_UNREADABLE, "%s", cause->message);
		return NULL;
	}
	while ((name = g_dir_read_name(folder)) != NULL)
		if (wanted(name, data))
			add_file(files, path, name);
	g_ptr_array_sort(files, by_use);
	return g_steal_pointer(&files);
}

static void
remove_file(const char *folder, const char *name, const char *ending)
{
	g_autofree char *path = g_strconcat(folder, G_DIR_SEPARATOR_S, name, ending, NULL);

	if (g_unlink(path) != 0 && errno != ENOENT)
		g_debug("%s stays: %s", path, g_strerror(errno));
}

static guint64
size_of(GPtrArray *files, const char *name)
{
	for (guint i = 0; i < files->len; i++) {
		const GyFolderFile *file = g_ptr_array_index(files, i);

		if (g_str_equal(file->name, name))
			return file->size;
	}
	return 0;
}

void
gy_folder_trim(const char *path, GPtrArray *files, const GyFolderBounds *bounds)
{
	guint64 kept_size = bounds->kept ? size_of(files, bounds->kept) : 0;
	guint64 left = bounds->bytes_most - MIN(kept_size, bounds->bytes_most);
	guint n_left = bounds->n_most - (bounds->kept ? 1 : 0);

	for (guint i = 0; i < files->len; i++) {
		const GyFolderFile *file = g_ptr_array_index(files, i);

		if (g_strcmp0(file->name, bounds->kept) == 0)
			continue;
		if (n_left > 0 && file->size <= left) {
			left -= file->size;
			n_left--;
			continue;
		}
		/* what is behind it was used longer ago still */
		n_left = 0;
		remove_file(path, file->name, NULL);
		if (bounds->beside)
			remove_file(path, file->name, bounds->beside);
	}
}

static gboolean
is_loose(const char *name, gpointer data)
{
	const char *ending = strrchr(name, '.');

	return ending && strlen(ending) == LOOSE_ENDING && strspn(name, "0123456789abcdef") == 64;
}

void
gy_folder_sweep(const char *path)
{
	g_autoptr(GPtrArray) files = gy_folder_list(path, is_loose, NULL, NULL);
	gint64 old_s = g_get_real_time() / G_USEC_PER_SEC - LOOSE_OLD_S;

	for (guint i = 0; files && i < files->len; i++) {
		const GyFolderFile *file = g_ptr_array_index(files, i);

		if (file->used_s < old_s)
			remove_file(path, file->name, NULL);
	}
}

gboolean
gy_folder_ensure(const char *path, GError **error)
{
	int number;

	if (g_mkdir_with_parents(path, 0700) == 0)
		return TRUE;
	number = errno;
	g_set_error(error, GY_ERROR, number == ENOSPC ? GY_ERROR_FILE_DISK_FULL : GY_ERROR_FILE_NOT_WRITABLE,
		_("the folder %s cannot be made: %s"), path, g_strerror(number));
	return FALSE;
}

void
gy_folder_touch(const char *path)
{
	if (utimensat(AT_FDCWD, path, NULL, 0) != 0)
		g_debug("%s: %s", path, g_strerror(errno));
}
