// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/host/transport/transport.h"

/**
 * GyExchangeEnd: one end of a conversation that knows neither I/O nor the clock; @machine is given to each of its functions. Times
 * are milliseconds of the monotonic clock.
 * @receive: bytes came from the line
 * @send: gives what should be on the line next
 * @wants_to_send: whether @send would give a byte
 * @step: lets time act
 * @deadline: when @step wants to be called at the latest
 * @is_over: nothing is to be heard any more
 * @turned: (nullable): called after each turn
 */
typedef struct {
	gpointer machine;
	void (*receive)(gpointer machine, const guint8 *bytes, gsize size, gint64 now_ms);
	gsize (*send)(gpointer machine, guint8 *bytes, gsize size, gint64 now_ms);
	gboolean (*wants_to_send)(gpointer machine);
	void (*step)(gpointer machine, gint64 now_ms);
	gint64 (*deadline)(gpointer machine);
	gboolean (*is_over)(gpointer machine);
	void (*turned)(gpointer machine);
} GyExchangeEnd;

/** gy_exchange_now: milliseconds of the monotonic clock. */
gint64 gy_exchange_now(void);

/**
 * gy_exchange_run:
 * @end: what talks
 * @transport: an open port
 * @cancellable: (nullable): ends it early
 * @error: return location
 *
 * Blocks until it is over, and what is still to be said is on the line.
 *
 * Returns: %FALSE with what the port said, or %G_IO_ERROR_CANCELLED
 */
gboolean gy_exchange_run(const GyExchangeEnd *end, GyTransport *transport, GCancellable *cancellable,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_exchange_part: what is still to be said, for a second at most. */
void gy_exchange_part(const GyExchangeEnd *end, GyTransport *transport);
