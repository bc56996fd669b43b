// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/job/job.h"

/**
 * GyFlashResult:
 * @is_done: whether the job did what it was asked
 * @outcome: what is now true of the board
 * @error: (nullable): why it failed
 * @device_code: the board's own code, 0 if there is none
 * @board: what it is called
 * @before, @after: (nullable): versions
 * @total_ms: how long it took
 * @delta: (nullable): whether a difference was sent, where one was asked for
 *
 * How a job ended, for the sentences about it.
 */
typedef struct {
	gboolean is_done;
	GyOutcome outcome;
	const GError *error;
	guint32 device_code;
	const char *board;
	const char *before;
	const char *after;
	gint64 total_ms;
	const GyDeltaChoice *delta;
} GyFlashResult;

/** gy_flash_result_headline: (transfer full): one sentence with a full stop. */
char *gy_flash_result_headline(const GyFlashResult *result);

/** gy_flash_result_sent: (transfer full): whether a difference was sent, and how much that saved, or why not; "" if none was asked
 * for, or nothing was sent. */
char *gy_flash_result_sent(const GyFlashResult *result);

/** gy_flash_result_truth: (transfer full): whether the board is all right, and what to do; "" if the headline says it. */
char *gy_flash_result_truth(const GyFlashResult *result);
