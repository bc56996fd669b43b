// SPDX-License-Identifier: Apache-2.0
#include "engine/job/device-info.h"
#include "engine/job/pump.h"
#include "engine/job/refusal.h"
#include "engine/port-names.h"

#define BAUD_DEFAULT 115200

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
