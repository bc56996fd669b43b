// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/job/run-private.h"

/**
 * gy_run_choose_delta:
 * @run: whose device has answered, and whose package was checked
 * @target: what the device says of itself
 *
 * If the job was asked to: looks for a difference to send in the package's place, and makes it.
 *
 * Returns: %FALSE with the run's error if it was stopped
 */
gboolean gy_run_choose_delta(GyRun *run, GyTarget *target);

/** gy_run_delta_refused: whether what the device refused was a difference, and the whole package can be tried in its place. */
gboolean gy_run_delta_refused(GyRun *run, const GError *why);

/** gy_run_keep_new: once it is on the device: puts the new image into the store. */
void gy_run_keep_new(GyRun *run);
