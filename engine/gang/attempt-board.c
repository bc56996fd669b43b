// SPDX-License-Identifier: Apache-2.0
#include "engine/gang/attempt-state-private.h"
#include "protocol/host/error.h"

#define US_PER_MS    1000
#define ASK_AGAIN_MS 200

static void
take_device(GyAttempt *attempt, const GyDeviceInfo *device, gboolean after)
{
	GyRecord *record = attempt->record;

	if (after) {
		gy_record_set_text(&record->to_version, device->version);
	} else {
		gy_record_set_text(&record->device_id, device->device_id);
		gy_record_set_text(&record->chip, device->chip);
		gy_record_set_text(&record->board, device->board);
		gy_record_set_text(&record->from_version, device->version);
		record->hardware_id = device->hardware_id;
	}
	gy_attempt_tell(attempt,
		(GyTurnEvent){.kind = GY_TURN_DEVICE, .text = after ? "after" : "before", .device = device});
}

static GyDeviceInfo *
query(GyAttempt *attempt, GError **error)
{
	const GyJobOptions *options = attempt->plan->options;

	if (options->agent_key)
		return gy_device_query_with_key(attempt->setting->port, options->baud, options->agent_key,
			attempt->cancellable, error);
	return gy_device_query(
		attempt->setting->port, options->baud, options->answer_ms, attempt->cancellable, error);
}

/* Whether a board that was just put in may still come up. */
static gboolean
may_come_up(const GError *error)
{
	return g_error_matches(error, GY_LINK_ERROR, GY_LINK_ERROR_NO_PORT) ||
	       g_error_matches(error, GY_LINK_ERROR, GY_LINK_ERROR_OPEN) ||
	       g_error_matches(error, GY_LINK_ERROR, GY_LINK_ERROR_NO_ANSWER) ||
	       g_error_matches(error, GY_LINK_ERROR, GY_LINK_ERROR_GONE);
}

static void
pause_ms(GCancellable *cancellable, gint ms)
{
	GPollFD poll_fd = {.fd = -1};
	gboolean can_wake = g_cancellable_make_pollfd(cancellable, &poll_fd);

	g_poll(&poll_fd, can_wake ? 1 : 0, ms);
	if (can_wake)
		g_cancellable_release_fd(cancellable);
}

/* (transfer full) (nullable) */
static GyDeviceInfo *
ask(GyAttempt *attempt, const GyStep *step, GError **error)
{
	gint64 until_us = g_get_monotonic_time() + (gint64) step->deadline_ms * US_PER_MS;

	for (;;) {
		g_autoptr(GError) problem = NULL;
		GyDeviceInfo *device = query(attempt, &problem);

		if (device)
			return device;
		if (!may_come_up(problem) || g_get_monotonic_time() >= until_us) {
			g_propagate_error(error, g_steal_pointer(&problem));
			return NULL;
		}
		pause_ms(attempt->cancellable, ASK_AGAIN_MS);
	}
}

gboolean
gy_attempt_identify(GyAttempt *attempt, const GyStep *step, GError **error)
{
	g_autoptr(GyDeviceInfo) device = ask(attempt, step, error);

	if (!device)
		return FALSE;
	take_device(attempt, device, FALSE);
	return gy_expectation_check(&attempt->plan->before, device, GY_ERROR_BOARD_OTHER, error);
}

gboolean
gy_attempt_confirm(GyAttempt *attempt, const GyStep *step, GError **error)
{
	g_autoptr(GyDeviceInfo) device = ask(attempt, step, error);

	if (!device)
		return FALSE;
	take_device(attempt, device, TRUE);
	return gy_expectation_check(&attempt->plan->after, device, GY_ERROR_BOARD_NOT_AS_WANTED, error);
}
