// SPDX-License-Identifier: Apache-2.0
#include "protocol/host/transport/exchange.h"

#include <string.h>

#define PIECE      1024
#define TURN_MS    100  /* at the most, so that a cancel is seen */
#define PARTING_MS 1000 /* what the last word may take to leave */

typedef struct {
	const GyExchangeEnd *end;
	GyTransport *transport;
	guint8 bytes[PIECE]; /* taken from the end, not taken by the port yet */
	gsize size;
} Exchange;

gint64
gy_exchange_now(void)
{
	return g_get_monotonic_time() / 1000;
}

static gboolean
write_some(Exchange *exchange, GError **error)
{
	const GyExchangeEnd *end = exchange->end;
	gssize put;

	if (exchange->size == 0)
		exchange->size = end->send(end->machine, exchange->bytes, PIECE, gy_exchange_now());
	if (exchange->size == 0)
		return TRUE;
	put = gy_transport_write(exchange->transport, exchange->bytes, exchange->size, error);
	if (put < 0)
		return FALSE;
	exchange->size -= (gsize) put;
	memmove(exchange->bytes, exchange->bytes + put, exchange->size);
	return TRUE;
}

static gboolean
read_some(const Exchange *exchange, GError **error)
{
	guint8 bytes[PIECE];
	gssize got = gy_transport_read(exchange->transport, bytes, sizeof bytes, error);

	if (got > 0)
		exchange->end->receive(exchange->end->machine, bytes, (gsize) got, gy_exchange_now());
	return got >= 0;
}

static gboolean
wants_to_write(const Exchange *exchange)
{
	return exchange->size > 0 || exchange->end->wants_to_send(exchange->end->machine);
}

static gboolean
turn(Exchange *exchange, GCancellable *cancellable, GError **error)
{
	const GyExchangeEnd *end = exchange->end;
	GIOCondition what = G_IO_IN | (wants_to_write(exchange) ? G_IO_OUT : 0);
	gint64 left = end->deadline(end->machine) - gy_exchange_now();

	(void) gy_transport_wait(exchange->transport, what, (gint) CLAMP(left, 0, TURN_MS), cancellable);
	if (!read_some(exchange, error) || !write_some(exchange, error))
		return FALSE;
	end->step(end->machine, gy_exchange_now());
	if (end->turned)
		end->turned(end->machine);
	return TRUE;
}

static void
part(Exchange *exchange)
{
	gint64 until_ms = gy_exchange_now() + PARTING_MS;

	while (wants_to_write(exchange) && gy_exchange_now() < until_ms && write_some(exchange, NULL))
		(void) gy_transport_wait(exchange->transport, G_IO_OUT, TURN_MS, NULL);
}

void
gy_exchange_part(const GyExchangeEnd *end, GyTransport *transport)
{
	Exchange exchange = {.end = end, .transport = transport};

	part(&exchange);
}

gboolean
gy_exchange_run(const GyExchangeEnd *end, GyTransport *transport, GCancellable *cancellable, GError **error)
{
	Exchange exchange = {.end = end, .transport = transport};

	while (!end->is_over(end->machine))
		if (g_cancellable_set_error_if_cancelled(cancellable, error) ||
			!turn(&exchange, cancellable, error))
			return FALSE;
	part(&exchange);
	return TRUE;
}
