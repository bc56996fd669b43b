// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/gang/plan.h"
#include "engine/records/record.h"

/**
 * GyCommandFunc: a line that a command printed, without its end.
 */
typedef void (*GyCommandFunc)(const char *line, gpointer data);

/**
 * gy_command_step_run:
 * @step: with a command
 * @folder: (nullable): where it runs
 * @record: the run's identity: each of its texts as GANTRY_ and the field's name in the environment, all of it as one JSON
 *   object on standard input
 * @cancellable: (nullable): it is killed then
 * @on_line: (nullable): called on this thread with what it prints, on standard output and standard error
 * @error: return location
 *
 * Runs a command in a process group of its own, as often as the step says until it ends with 0, and waits for it. When its
 * deadline has passed the whole group is killed, and also what it left behind when it ended. Blocks; runs the thread-default main context.
 *
 * Returns: %FALSE with %GY_ERROR_CHECK_START, %GY_ERROR_CHECK_TIMEOUT, %GY_ERROR_CHECK_FAILED (the message has the last line
 *   that it printed) or %GY_ERROR_CANCELLED
 */
gboolean gy_command_step_run(const GyStep *step, const char *folder, const GyRecord *record,
	GCancellable *cancellable, GyCommandFunc on_line, gpointer data,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
