// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/console/console.h"
#include "engine/job/job.h"

/*
 * What waits for a port, in a thread. Cancelled, it is told as soon as the port lets go: two of these on one port would
 * be in each other's way.
 */

/** gy_device_query_async: gy_device_query(). */
void gy_device_query_async(const char *port, guint baud, guint answer_ms, GCancellable *cancellable,
	GAsyncReadyCallback callback, gpointer data);

/** gy_device_query_finish: (transfer full): %NULL with GY_LINK_ERROR_* or G_IO_ERROR_CANCELLED. */
GyDeviceInfo *gy_device_query_finish(GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_console_open_async: gy_console_open() without a reset sequence; its signals come on the default main context. */
void gy_console_open_async(const char *port, guint baud, gboolean reconnect, GCancellable *cancellable,
	GAsyncReadyCallback callback, gpointer data);

/** gy_console_open_finish: (transfer full): %NULL with GY_LINK_ERROR_* or G_IO_ERROR_CANCELLED. */
GyConsole *gy_console_open_finish(GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
