// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

/**
 * GyFolderFile: one regular file of a folder.
 * @used_s: when it was written or used last, seconds since 1970
 */
typedef struct {
	char *name;
	guint64 size;
	gint64 used_s;
} GyFolderFile;

/** GyFolderWanted: whether a file of that name counts. */
typedef gboolean (*GyFolderWanted)(const char *name, gpointer data);

/**
 * gy_folder_list:
 * @path: a folder
 * @wanted: which of its files are meant
 * @data: for @wanted
 * @error: return location
 *
 * Returns: (transfer full) (element-type GyFolderFile): used last first, and by name where that is the same; empty if there is
 *   no such folder. %NULL with %GY_ERROR_FILE_UNREADABLE
 */
GPtrArray *gy_folder_list(const char *path, GyFolderWanted wanted, gpointer data, GError **error);

/**
 * GyFolderBounds:
 * @n_most, @bytes_most: what may stay
 * @kept: (nullable): name of the file that stays in any case: the newest one, whatever the clock says
 * @beside: (nullable): ending of a file that goes with each
 */
typedef struct {
	guint n_most;
	guint64 bytes_most;
	const char *kept;
	const char *beside;
} GyFolderBounds;

/**
 * gy_folder_trim:
 * @path: a folder
 * @files: (element-type GyFolderFile): as gy_folder_list() gives them
 * @bounds: what may stay
 *
 * Removes those that were used longest ago until the others are few and small enough.
 */
void gy_folder_trim(const char *path, GPtrArray *files, const GyFolderBounds *bounds);

/** gy_folder_sweep: removes what a program that was killed while it wrote has left behind a day ago or longer. */
void gy_folder_sweep(const char *path);

/** gy_folder_ensure: %FALSE with %GY_ERROR_FILE_NOT_WRITABLE or %GY_ERROR_FILE_DISK_FULL; for its owner alone. */
gboolean gy_folder_ensure(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_folder_touch: the file was used now. Nothing happens if that cannot be written. */
void gy_folder_touch(const char *path);
