// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/output.h"
#include "engine/draft.h"

/**
 * gy_busy_run:
 * @output: where the answer goes
 * @what: what is going on: "building"
 * @draft: (nullable): what it writes to: its size is shown too
 * @work: blocks; runs on a thread of its own when there is a terminal to show something on
 * @data: for @work
 *
 * Shows that something is going on once it takes longer than a second.
 *
 * Returns: what @work returned
 */
gpointer gy_busy_run(
	const GyOutput *output, const char *what, const GyDraft *draft, GThreadFunc work, gpointer data);
