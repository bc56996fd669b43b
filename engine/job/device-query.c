// SPDX-License-Identifier: Apache-2.0
#include "engine/job/device-info.h"
#include "engine/job/pump.h"
#include "engine/port-names.h"

#define BAUD_DEFAULT 115200

static gboolean
wait_for_hello(GyPump *pump, GCancellable *cancellable, GError **error)
{
	GySession *session = gy_pump_session(pump);

	while (!g_cancellable_set_error_if_cancelled(cancellable, error)) {
		g_auto(GySessionEvent) event = {0};

		if (!gy_session_next_event(session, &event)) {
			gy_pump_turn(pump, G_MAXINT64, cancellable);
			continue;
		}
		if (event.type == GY_SESSION_EVENT_DONE && event.operation == GY_OPERATION_HELLO)
			return TRUE;
		if (event.type == GY_SESSION_EVENT_ERROR) {
			g_set_error_literal(error, GY_LINK_ERROR, (int) event.error_code, event.message);
			return FALSE;
		}
	}
	return FALSE;
}

GyDeviceInfo *
gy_device_query(const char *port, guint baud, guint answer_ms, GCancellable *cancellable, GError **error)
{
	g_autoptr(GyTransport) transport = gy_port_transport_new(port, error);
	GySessionOptions options = {.answer_ms = answer_ms};
	g_autoptr(GyPump) pump = NULL;

	if (!transport)
		return NULL;
	pump = gy_pump_new(transport, &options, baud ? baud : BAUD_DEFAULT);
	if (!gy_pump_open(pump, cancellable, error))
		return NULL;
	gy_session_hello(gy_pump_session(pump), gy_pump_now());
	if (!wait_for_hello(pump, cancellable, error))
		return NULL;
	return gy_device_info_from_wire(gy_session_info(gy_pump_session(pump)));
}
