// SPDX-License-Identifier: Apache-2.0
#include "ui/model/stages.h"

#include <glib/gi18n-lib.h>

static const GyStep steps[GY_N_STAGES] = {
	[GY_STAGE_CONNECT] = GY_STEP_CONNECT,
	[GY_STAGE_IDENTIFY] = GY_STEP_CHECK,
	[GY_STAGE_CHECK] = GY_STEP_CHECK,
	[GY_STAGE_PREPARE] = GY_STEP_TRANSFER,
	[GY_STAGE_TRANSFER] = GY_STEP_TRANSFER,
	[GY_STAGE_VERIFY] = GY_STEP_VERIFY,
	[GY_STAGE_TRIGGER] = GY_STEP_UPGRADE,
	[GY_STAGE_REBOOT] = GY_STEP_RESTART,
	[GY_STAGE_CONFIRM] = GY_STEP_CONFIRM,
};

static const struct {
	const char *title;
	const char *waiting_for;
} words[GY_N_STEPS] = {
	[GY_STEP_CONNECT] = {N_("Connect"), N_("Opening the port")},
	[GY_STEP_CHECK] = {N_("Check"), N_("Asking the board what it is and whether the package fits")},
	/* Translators: the stage in which the package goes to the board */
	[GY_STEP_TRANSFER] = {N_("Transfer"), N_("The board is making room for the package")},
	[GY_STEP_VERIFY] = {N_("Verify"), N_("The board is verifying what it has received")},
	[GY_STEP_UPGRADE] = {N_("Upgrade"), N_("Arming the upgrade")},
	[GY_STEP_RESTART] = {N_("Restart"), N_("Waiting for the board to restart")},
	[GY_STEP_CONFIRM] = {N_("Confirm"),
		N_("The board is installing; waiting for the new firmware to answer")},
};

GyStep
gy_step_of_stage(GyStage stage)
{
	g_return_val_if_fail((guint) stage < GY_N_STAGES, GY_STEP_CONNECT);
	return steps[stage];
}

const char *
gy_step_title(GyStep step)
{
	g_return_val_if_fail((guint) step < GY_N_STEPS, "");
	return _(words[step].title);
}

const char *
gy_step_waiting_for(GyStep step)
{
	g_return_val_if_fail((guint) step < GY_N_STEPS, "");
	return _(words[step].waiting_for);
}

void
gy_stages_move(GyStages *stages, GyStep step, gint64 elapsed_ms)
{
	stages->ms[stages->now] += elapsed_ms - stages->entered_ms;
	stages->entered_ms = elapsed_ms;
	stages->now = step;
	for (guint i = 0; i < GY_N_STEPS; i++)
		stages->states[i] = i < (guint) step    ? GY_STEP_DONE
				    : i == (guint) step ? GY_STEP_RUNNING
							: GY_STEP_WAITING;
}

void
gy_stages_enter(GyStages *stages, GyStage stage, gint64 elapsed_ms)
{
	gy_stages_move(stages, gy_step_of_stage(stage), elapsed_ms);
}

void
gy_stages_end(GyStages *stages, gboolean is_done, gint64 elapsed_ms)
{
	stages->ms[stages->now] += elapsed_ms - stages->entered_ms;
	stages->entered_ms = elapsed_ms;
	stages->states[stages->now] = is_done ? GY_STEP_DONE : GY_STEP_FAILED;
}
