// SPDX-License-Identifier: Apache-2.0
#include "engine/gang/plan.h"

#include <glib/gi18n-lib.h>

#define COMMAND_DEADLINE_MS 60000

GyStep *
gy_step_new(GyStepKind kind, const char *name)
{
	GyStep *step = g_new0(GyStep, 1);

	step->kind = kind;
	step->name = g_strdup(name);
	step->deadline_ms = COMMAND_DEADLINE_MS;
	step->tries = 1;
	return step;
}

void
gy_step_free(GyStep *step)
{
	if (!step)
		return;
	g_free(step->name);
	g_free(step->command);
	g_free(step);
}

/* ---- what a board must be ------------------------------------------------------------------------------- */

static gboolean
check_text(const char *what, const char *pattern, const char *found, GyError code, GError **error)
{
	g_autofree char *folded = g_ascii_strdown(found, -1);
	g_autofree char *folded_pattern = g_ascii_strdown(pattern ? pattern : "*", -1);

	if (g_pattern_match_simple(folded_pattern, folded))
		return TRUE;
	g_set_error(error, GY_ERROR, (int) code, _("the board's %s is %s, expected %s"), what,
		*found ? found : _("not told"), pattern);
	return FALSE;
}

gboolean
gy_expectation_check(
	const GyExpectation *expectation, const GyDeviceInfo *device, GyError code, GError **error)
{
	if (!check_text(C_("of a board", "chip"), expectation->chip, device->chip, code, error) ||
		!check_text(C_("of a board", "name"), expectation->board, device->board, code, error) ||
		!check_text(
			C_("of a board", "version"), expectation->version, device->version, code, error) ||
		!check_text(C_("of a board", "id"), expectation->device_id, device->device_id, code, error))
		return FALSE;
	if (!expectation->has_hardware_id || expectation->hardware_id == device->hardware_id)
		return TRUE;
	g_set_error(error, GY_ERROR, (int) code, _("the board's hardware id is %u, expected %u"),
		device->hardware_id, expectation->hardware_id);
	return FALSE;
}

static void
expectation_clear(GyExpectation *expectation)
{
	g_free(expectation->chip);
	g_free(expectation->board);
	g_free(expectation->version);
	g_free(expectation->device_id);
}

/* ---- the plan ------------------------------------------------------------------------------------------- */

GyPlan *
gy_plan_new(void)
{
	GyPlan *plan = g_atomic_rc_box_new0(GyPlan);

	plan->steps = g_ptr_array_new_with_free_func((GDestroyNotify) gy_step_free);
	plan->attempts = 1;
	plan->options = gy_job_options_new();
	return plan;
}

GyPlan *
gy_plan_ref(GyPlan *plan)
{
	return g_atomic_rc_box_acquire(plan);
}

static void
plan_clear(gpointer data)
{
	GyPlan *plan = data;

	g_free(plan->station);
	g_free(plan->operator_name);
	g_free(plan->folder);
	g_ptr_array_unref(plan->steps);
	gy_step_free(plan->pre_hook);
	gy_step_free(plan->post_hook);
	expectation_clear(&plan->before);
	expectation_clear(&plan->after);
	g_strfreev(plan->retry_on);
	gy_job_options_free(plan->options);
	g_free(plan->package_path);
	g_free(plan->records);
	g_clear_pointer(&plan->serials, gy_serial_source_unref);
}

void
gy_plan_unref(GyPlan *plan)
{
	g_atomic_rc_box_release_full(plan, plan_clear);
}

gboolean
gy_plan_has(const GyPlan *plan, GyStepKind kind)
{
	for (guint i = 0; i < plan->steps->len; i++)
		if (((const GyStep *) g_ptr_array_index(plan->steps, i))->kind == kind)
			return TRUE;
	return FALSE;
}

gboolean
gy_plan_retries(const GyPlan *plan, const char *code)
{
	if (!plan->retry_on)
		return g_str_has_prefix(code, "link/");
	for (char **pattern = plan->retry_on; *pattern; pattern++)
		if (g_pattern_match_simple(*pattern, code))
			return TRUE;
	return FALSE;
}
