// SPDX-License-Identifier: Apache-2.0
#include "engine/devices/port-names.h"

#include "engine/job/boot.h"
#include "engine/job/device-info.h"
#include "engine/job/pump.h"
#include "engine/job/refusal.h"
#include <glib/gi18n-lib.h>

#define BAUD_DEFAULT 115200
#define RESTART_MS   60000
#define ASK_AGAIN_MS 300

static gboolean
wait_for(GyPump *pump, GyOperation operation, GCancellable *cancellable, GError **error)
{
	GySession *session = gy_pump_session(pump);

	while (!g_cancellable_set_error_if_cancelled(cancellable, error)) {
		g_auto(GySessionEvent) event = {0};

		if (!gy_session_next_event(session, &event)) {
			gy_pump_turn(pump, G_MAXINT64, cancellable);
			continue;
		}
		if (event.type == GY_SESSION_EVENT_DONE && event.operation == operation)
			return TRUE;
		if (event.type == GY_SESSION_EVENT_REFUSED) {
			g_propagate_error(error, gy_refusal_to_error(&event.refusal, event.is_failure));
			return FALSE;
		}
		if (event.type == GY_SESSION_EVENT_ERROR) {
			g_set_error_literal(error, GY_LINK_ERROR, (int) event.error_code, event.message);
			return FALSE;
		}
	}
	return FALSE;
}

/* Anything but HELLO makes the session show it, if the device asks for it. */
static gboolean
show_key(GyPump *pump, GCancellable *cancellable, GError **error)
{
	gy_session_status(gy_pump_session(pump), gy_pump_now());
	return wait_for(pump, GY_OPERATION_STATUS, cancellable, error);
}

static GyDeviceInfo *
query(const char *port, guint baud, const GySessionOptions *options, GCancellable *cancellable,
	GError **error)
{
	g_autoptr(GyTransport) transport = gy_port_transport_new(port, error);
	g_autoptr(GyPump) pump = NULL;

	if (!transport)
		return NULL;
	pump = gy_pump_new(transport, options, baud ? baud : BAUD_DEFAULT);
	if (!gy_pump_open(pump, cancellable, error))
		return NULL;
	gy_session_hello(gy_pump_session(pump), gy_pump_now());
	if (!wait_for(pump, GY_OPERATION_HELLO, cancellable, error) ||
		(options->sign && !show_key(pump, cancellable, error)))
		return NULL;
	return gy_device_info_from_wire(gy_session_info(gy_pump_session(pump)));
}

GyDeviceInfo *
gy_device_query(const char *port, guint baud, guint answer_ms, GCancellable *cancellable, GError **error)
{
	GySessionOptions options = {.answer_ms = answer_ms};

	return query(port, baud, &options, cancellable, error);
}

GyDeviceInfo *
gy_device_query_with_key(
	const char *port, guint baud, GyAgentKey *key, GCancellable *cancellable, GError **error)
{
	GySessionOptions options = {0};

	gy_agent_key_offer(key, &options);
	return query(port, baud, &options, cancellable, error);
}

/* The answer of the application that is about to reset does not count. */
static GyDeviceInfo *
wait_for_restart(GyPump *pump, const GyRestart *restart, GCancellable *cancellable, GError **error)
{
	GySession *session = gy_pump_session(pump);
	gint64 until_ms = gy_pump_now() + RESTART_MS;

	while (gy_pump_now() < until_ms) {
		g_autoptr(GError) silence = NULL;
		gint64 again_ms = gy_pump_now() + ASK_AGAIN_MS;

		gy_session_hello(session, gy_pump_now());
		if (wait_for(pump, GY_OPERATION_HELLO, cancellable, &silence) &&
			gy_restart_seen(restart, gy_session_info(session)->uptime_ms, gy_pump_now()))
			return gy_device_info_from_wire(gy_session_info(session));
		if (g_cancellable_set_error_if_cancelled(cancellable, error))
			return NULL;
		while (gy_pump_now() < again_ms)
			gy_pump_turn(pump, again_ms, cancellable);
	}
	g_set_error_literal(
		error, GY_ERROR, GY_ERROR_UPGRADE_NOT_CONFIRMED, _("no agent answered after the reset"));
	return NULL;
}

static gboolean
choose(GyPump *pump, guint region, GCancellable *cancellable, GError **error)
{
	GySession *session = gy_pump_session(pump);

	gy_session_region(session, region, gy_pump_now());
	if (!wait_for(pump, GY_OPERATION_REGION, cancellable, error))
		return FALSE;
	gy_session_reset(session, gy_pump_now());
	return wait_for(pump, GY_OPERATION_RESET, cancellable, error);
}

static GyDeviceInfo *
choose_and_see(GyPump *pump, guint region, GCancellable *cancellable, GError **error)
{
	const struct gyw_info *info = gy_session_info(gy_pump_session(pump));
	GyRestart restart = {info->uptime_ms, gy_pump_now()};
	GyDeviceInfo *after;

	if (info->n_regions == 0) {
		g_set_error_literal(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED,
			_("this device has no regions to choose from"));
		return NULL;
	}
	if (info->run_region == region)
		return gy_device_info_from_wire(info);
	if (!choose(pump, region, cancellable, error))
		return NULL;
	after = wait_for_restart(pump, &restart, cancellable, error);
	if (after && after->run_region != region) {
		g_clear_pointer(&after, gy_device_info_free);
		g_set_error_literal(error, GY_ERROR, GY_ERROR_UPGRADE_ROLLED_BACK,
			_("the device restarted and runs the region of before"));
	}
	return after;
}

GyDeviceInfo *
gy_device_choose_region(const char *port, guint baud, guint region, GyAgentKey *key,
	GCancellable *cancellable, GError **error)
{
	g_autoptr(GyTransport) transport = gy_port_transport_new(port, error);
	g_autoptr(GyPump) pump = NULL;
	GySessionOptions options = {0};

	if (!transport)
		return NULL;
	if (key)
		gy_agent_key_offer(key, &options);
	pump = gy_pump_new(transport, &options, baud ? baud : BAUD_DEFAULT);
	if (!gy_pump_open(pump, cancellable, error))
		return NULL;
	gy_session_hello(gy_pump_session(pump), gy_pump_now());
	if (!wait_for(pump, GY_OPERATION_HELLO, cancellable, error))
		return NULL;
	return choose_and_see(pump, region, cancellable, error);
}
