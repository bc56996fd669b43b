// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

#include "engine/error.h"

/**
 * GyConsoleLog:
 *
 * A file that gets a device's bytes as they came. Each piece is handed to the system at once, so that nothing is lost
 * with this program.
 */
typedef struct _GyConsoleLog GyConsoleLog;

/**
 * gy_console_log_open: makes the file if there is none, and changes nothing in one that is there.
 *
 * Returns: (transfer full): %NULL with %GY_ERROR_FILE_NOT_WRITABLE or %GY_ERROR_FILE_DISK_FULL
 */
GyConsoleLog *gy_console_log_open(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_console_log_empty: drops what was in the file; without it the log goes on at its end. A pipe stays as it is. */
gboolean gy_console_log_empty(GyConsoleLog *log, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_console_log_write:
 *
 * The first failure ends the log: a gap in its middle would not be seen. Later calls do nothing and succeed, so that it
 * is told once.
 *
 * Returns: %FALSE with %GY_ERROR_FILE_NOT_WRITABLE or %GY_ERROR_FILE_DISK_FULL, once
 */
gboolean gy_console_log_write(
	GyConsoleLog *log, const void *bytes, gsize size, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void gy_console_log_close(GyConsoleLog *log);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyConsoleLog, gy_console_log_close)
