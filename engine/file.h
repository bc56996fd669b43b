// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>
#include <sys/stat.h>

#include "engine/error.h"

/**
 * gy_file_read:
 * @path: a regular file
 * @limit: the largest size that is taken, in bytes
 * @error: return location
 *
 * Reads a whole file. Never opens a device or a pipe for reading: a directory, /dev/zero and the like are
 * refused before the first byte is read.
 *
 * Returns: (transfer full): its bytes, or %NULL with %GY_ERROR_FILE_NOT_FOUND, %GY_ERROR_FILE_NOT_REGULAR,
 *   %GY_ERROR_FILE_EMPTY, %GY_ERROR_FILE_TOO_LARGE or %GY_ERROR_FILE_UNREADABLE
 */
GBytes *gy_file_read(const char *path, guint64 limit, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_file_map:
 * @path: a regular file
 * @memory_limit: the largest size that is read into memory, in bytes; a larger file is mapped, and nobody may cut it while
 *   it is
 * @limit: the largest size that is taken
 * @error: return location
 *
 * As gy_file_read(), for files that may be larger than memory.
 */
GBytes *gy_file_map(
	const char *path, guint64 memory_limit, guint64 limit, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_file_kind: what a person calls it: "a folder", "a pipe". */
const char *gy_file_kind(mode_t mode);

/**
 * gy_file_write:
 * @path: where it goes
 * @bytes: the content
 * @mode: permission bits, such as 0666 (the umask applies)
 * @error: return location
 *
 * Writes a temporary file beside @path, syncs it and renames it: @path is the old file or the whole new one.
 * Returns: %TRUE, or %FALSE with %GY_ERROR_FILE_NOT_WRITABLE or %GY_ERROR_FILE_DISK_FULL and nothing left behind
 */
gboolean gy_file_write(
	const char *path, GBytes *bytes, guint32 mode, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_file_relative: (transfer full): @path as it counts from @folder, if it lies below; else the complete path. */
char *gy_file_relative(const char *path, const char *folder);
