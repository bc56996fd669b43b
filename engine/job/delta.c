// SPDX-License-Identifier: Apache-2.0
#include "engine/job/delta-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/job/device-info.h"
#include "engine/packages/format.h"

/* What making a difference takes, for the bar: bytes of the new image in a millisecond. */
#define MADE_IN_MS  800
#define WHOLE_PARTS 1000

/* ---- while it is made ----------------------------------------------------------------------------------- */

/* The port is read meanwhile, so that nothing of what the device prints is lost. */
static void
on_progress(double done, gpointer data)
{
	GyRun *run = data;

	gy_pump_turn(run->pump, gy_pump_now(), gy_job_cancellable(run->job));
	gy_estimate_done(&run->estimate, (guint64) (done * WHOLE_PARTS), WHOLE_PARTS, gy_pump_now());
	gy_run_tell_progress(run);
}

static void
expect_making(GyRun *run)
{
	const GyImageIdentity *identity = run->identities->len > 0 ? run->identities->pdata[0] : NULL;
	double expected = identity ? (double) identity->size / MADE_IN_MS : 0;

	run->estimate.expected_ms[GY_STAGE_CHECK] = MAX(run->estimate.expected_ms[GY_STAGE_CHECK], expected);
}

/* ---- what is sent --------------------------------------------------------------------------------------- */

static void
send_package(GyRun *run, GyPackage *package)
{
	g_set_object(&run->package, package);
	g_clear_pointer(&run->payload, g_bytes_unref);
	run->payload = g_bytes_ref(gy_package_bytes(package));
	run->has_old = run->delta->difference != NULL;
	memcpy(run->old_sha256, run->delta->old_sha256, sizeof run->old_sha256);
	run->estimate.past_transfer_ms = 0;
	gy_estimate_line(&run->estimate, gy_run_line_bytes(run), gy_run_baud(run));
	gy_run_estimate(run);
}

/* What the device would refuse as a whole it refuses as a difference, too: nobody waits for one to be made. */
static gboolean
may_go(GyRun *run, const GyTarget *target)
{
	g_autoptr(GyPackage) tried =
		gy_package_format(run->package)->load(run->payload, gy_package_name(run->package), NULL);

	if (!tried)
		return FALSE;
	gy_package_check_device(tried, target);
	return gy_package_refusal(tried) == NULL;
}

gboolean
gy_run_choose_delta(GyRun *run, GyTarget *target)
{
	const GyWatch watch = {gy_job_cancellable(run->job), on_progress, run};
	GyPackage *difference;

	if (!run->options->delta || run->options->skip_package_checks || !may_go(run, target))
		return TRUE;
	expect_making(run);
	run->delta = gy_auto_delta_choose(run->options->delta, target, &watch, &run->error);
	if (!run->delta)
		return FALSE;
	gy_job_tell_delta(run->job, run->delta);
	difference = run->delta->difference;
	if (!difference)
		return TRUE;
	target->old_version = g_strdup(run->delta->old_version);
	g_set_object(&run->whole, run->package);
	send_package(run, difference);
	return gy_package_verify(run->package, NULL, &run->error);
}

gboolean
gy_run_delta_refused(GyRun *run, const GError *why)
{
	gboolean is_about_it = g_error_matches(why, GY_ERROR, GY_ERROR_DEVICE_OTHER_IMAGE) ||
			       g_error_matches(why, GY_ERROR, GY_ERROR_DEVICE_NOT_SUPPORTED) ||
			       g_error_matches(why, GY_ERROR, GY_ERROR_DEVICE_MALFORMED) ||
			       g_error_matches(why, GY_ERROR, GY_ERROR_DEVICE_TOO_LARGE);

	if (!run->whole || run->stage != GY_STAGE_PREPARE || !is_about_it)
		return FALSE;
	gy_delta_choice_fall_back(run->delta, GY_DELTA_REFUSED, "%s", why->message);
	gy_job_tell_delta(run->job, run->delta);
	send_package(run, run->whole);
	g_clear_object(&run->whole);
	return TRUE;
}

/* ---- afterwards ----------------------------------------------------------------------------------------- */

void
gy_run_keep_new(GyRun *run)
{
	gboolean is_there = run->outcome == GY_OUTCOME_UPGRADED || run->outcome == GY_OUTCOME_ARMED;
	const char *version = run->outcome == GY_OUTCOME_UPGRADED && run->session
				      ? gy_session_info(run->session)->version
				      : NULL;
	g_autoptr(GError) problem = NULL;

	if (run->error || !run->options->delta || !is_there)
		return;
	if (!gy_auto_delta_keep(run->options->delta, version, &problem))
		gy_job_tell_log(run->job,
			_("The new image is not in the store, so the next difference cannot be made from it: "
			  "%s"),
			problem->message);
}
