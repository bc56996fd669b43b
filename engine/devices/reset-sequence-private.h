// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/devices/reset-sequence.h"
#include "protocol/host/transport/transport.h"

/**
 * GyResetRun:
 * @sequence: (nullable): what is done; %NULL: nothing is left to do
 * @at: the step that comes next
 * @due_ms: when it comes
 *
 * A sequence on its way. It never waits itself: the port is read while the board starts.
 */
typedef struct {
	const GyResetSequence *sequence;
	guint at;
	gint64 due_ms;
} GyResetRun;

/** gy_reset_run_start: @sequence has to stay until the run is done. */
void gy_reset_run_start(GyResetRun *run, const GyResetSequence *sequence, gint64 now_ms);

gboolean gy_reset_run_is_done(const GyResetRun *run);

/**
 * gy_reset_run_step: does what is due at @now_ms.
 *
 * A port that has gone has no lines any more: the rest is left out then. That is how boards behave whose own USB is
 * the port.
 *
 * Returns: %FALSE with the error of gy_transport_set_lines(); the run is done then
 */
gboolean gy_reset_run_step(
	GyResetRun *run, GyTransport *transport, gint64 now_ms, GError **error) G_GNUC_WARN_UNUSED_RESULT;
