// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/gang/plan.h"
#include "engine/records/record.h"

/**
 * GyTurnEventKind: what a turn tells.
 * @GY_TURN_BEGAN: an attempt begins; the record is new
 * @GY_TURN_STEP: a step begins; @text is its name
 * @GY_TURN_STAGE: a stage of flashing begins
 * @GY_TURN_PROGRESS: look at @progress; at most 30 times a second
 * @GY_TURN_DEVICE: the board has said what it is; @text is "before" or "after"
 * @GY_TURN_CONSOLE: the board or a command printed @bytes
 * @GY_TURN_LOG: something worth knowing happened; @text is a sentence
 * @GY_TURN_ATTEMPTED: an attempt has ended: the record is complete, and stored
 * @GY_TURN_ENDED: the last event, after the last attempt
 */
typedef enum {
	GY_TURN_BEGAN,
	GY_TURN_STEP,
	GY_TURN_STAGE,
	GY_TURN_PROGRESS,
	GY_TURN_DEVICE,
	GY_TURN_CONSOLE,
	GY_TURN_LOG,
	GY_TURN_ATTEMPTED,
	GY_TURN_ENDED,
} GyTurnEventKind;

/**
 * GyTurnEvent: valid during the signal.
 * @record: the attempt's identity and what is known of it; with %GY_TURN_ENDED that of the last attempt
 * @elapsed_ms: since the attempt began
 * @fraction: of the whole attempt, 0 to 1
 * @text, @stage, @progress, @bytes: see the kind
 * @device: (nullable): what the board said, with %GY_TURN_DEVICE
 * @error: (nullable): why it failed, with the last two
 */
typedef struct {
	GyTurnEventKind kind;
	const GyRecord *record;
	gint64 elapsed_ms;
	double fraction;
	const char *text;
	GyStage stage;
	GyJobProgress progress;
	GBytes *bytes;
	const GyDeviceInfo *device;
	const GError *error;
} GyTurnEvent;

/**
 * GyTurn:
 *
 * One board's turn in a slot: its serial number, and the steps of the plan, as often as the plan allows until they all
 * went well. It has a thread of its own and shares nothing with the turns beside it but the plan and the package, which
 * nobody changes. Each attempt has a record of its own, made new and never used again.
 *
 * Signals, on the thread-default main context of the thread that made it:
 * - `event` (GyTurnEvent *event)
 */
#define GY_TYPE_TURN (gy_turn_get_type())
G_DECLARE_FINAL_TYPE(GyTurn, gy_turn, GY, TURN, GObject)

/**
 * gy_turn_new:
 * @plan: what is done
 * @package: (nullable): what is flashed; a plan that flashes nothing needs none
 * @slot: name of the slot
 * @port: see gy_port_resolve()
 * @number: (nullable): serial number that was scanned, or that the board had at its last turn
 */
GyTurn *gy_turn_new(GyPlan *plan, GyPackage *package, const char *slot, const char *port, const char *number);

/** gy_turn_start: returns at once. */
void gy_turn_start(GyTurn *turn);

/** gy_turn_cancel: the board is left as gy_job_cancel() leaves it, and the attempt ends as stopped. From any thread. */
void gy_turn_cancel(GyTurn *turn);
