// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/job/job.h"

/**
 * gy_device_query_async: gy_device_query() in a thread. Cancelled, it is told as soon as the port lets go: two of these on
 * one port would be in each other's way.
 */
void gy_device_query_async(const char *port, guint baud, guint answer_ms, GCancellable *cancellable,
	GAsyncReadyCallback callback, gpointer data);

/** gy_device_query_finish: (transfer full): %NULL with GY_LINK_ERROR_* or G_IO_ERROR_CANCELLED. */
GyDeviceInfo *gy_device_query_finish(GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
