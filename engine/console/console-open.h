// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/console/console.h"

/**
 * gy_console_open_async: gy_console_open() in a thread, without a reset sequence; the console's signals come on the default
 * main context. Cancelled, it is told as soon as the port lets go: two of these on one port would be in each other's way.
 */
void gy_console_open_async(const char *port, guint baud, gboolean reconnect, GCancellable *cancellable,
	GAsyncReadyCallback callback, gpointer data);

/** gy_console_open_finish: (transfer full): %NULL with GY_LINK_ERROR_* or G_IO_ERROR_CANCELLED. */
GyConsole *gy_console_open_finish(GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
