// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/station/batch.h"

/** GyBatchControlStop: a client wants the batch to stop. */
typedef void (*GyBatchControlStop)(gboolean abort, gpointer data);

/**
 * GyBatchControl:
 *
 * A batch that a test stand drives by lines over a Unix socket: `status`, `start [SLOT]`, `scan TEXT`, `retry SLOT`,
 * `stop [finish|abort]`. Each is answered by objects on lines of their own, the last one of type "control".
 */
typedef struct _GyBatchControl GyBatchControl;

/**
 * gy_batch_control_new:
 * @path: of the socket, for this user alone; one that a program has left behind is replaced
 *
 * Returns: (transfer full): it, or %NULL with %GY_ERROR_FILE_NOT_WRITABLE
 */
GyBatchControl *gy_batch_control_new(GyBatch *batch, const char *path, GyBatchControlStop on_stop,
	gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void gy_batch_control_free(GyBatchControl *control);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyBatchControl, gy_batch_control_free)
