// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/job/job.h"

/**
 * GyRunning: what the agent in an application tells about an image that came onto the board without it.
 * @GY_RUNNING_SILENT: no agent answers
 * @GY_RUNNING_UNTOLD: it tells nothing that can be compared: no digest, and no version that stands in the image as text
 * @GY_RUNNING_VERSION: no digest; its version stands in the image as text
 * @GY_RUNNING_SAME: its digest is that of the image
 * @GY_RUNNING_OTHER: its digest is another
 */
typedef enum {
	GY_RUNNING_SILENT,
	GY_RUNNING_UNTOLD,
	GY_RUNNING_VERSION,
	GY_RUNNING_SAME,
	GY_RUNNING_OTHER,
} GyRunning;

/**
 * gy_running_compare:
 * @info: an agent's answer
 * @image: as it was written. Its digest may be that of the file, of the image in front of a trailer, or the one that the
 *   format says a device has
 *
 * Returns: never %GY_RUNNING_SILENT
 */
GyRunning gy_running_compare(const GyDeviceInfo *info, GBytes *image);

/**
 * gy_running_ask:
 * @port: see gy_transport_new(); nobody else has it open
 * @bauds: rates to ask at, one after the other, ended by 0
 * @quiet_ms: how long nothing is sent first: a boot loader that starts may take any byte for a key of its menu
 * @answer_ms: how long each is tried
 * @image: as above
 * @running: (out): the answer
 * @info: (out) (transfer full) (nullable): of the agent that answered
 * @cancellable: (nullable): ends it early
 * @error: return location
 *
 * Blocks. That nobody answers, for whatever reason, is an answer too.
 *
 * Returns: %FALSE if it was cancelled
 */
gboolean gy_running_ask(const char *port, const guint *bauds, guint quiet_ms, guint answer_ms, GBytes *image,
	GyRunning *running, GyDeviceInfo **info, GCancellable *cancellable,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
