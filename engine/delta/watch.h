// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/error.h"

/**
 * GyWatch: who looks on while something long runs.
 * @cancellable: (nullable): ends it early
 * @progress: (nullable): told how much is done, from 0 to 1, on the thread that works, a few hundred times at most
 * @data: for @progress
 */
typedef struct {
	GCancellable *cancellable;
	void (*progress)(double done, gpointer data);
	gpointer data;
} GyWatch;

/**
 * gy_watch_tell:
 * @watch: (nullable): who looks on
 * @done: from 0 to 1
 * @error: return location
 *
 * Returns: whether to go on; %FALSE with %GY_ERROR_CANCELLED
 */
gboolean gy_watch_tell(const GyWatch *watch, double done, GError **error) G_GNUC_WARN_UNUSED_RESULT;
