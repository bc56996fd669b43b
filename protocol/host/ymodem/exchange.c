// SPDX-License-Identifier: Apache-2.0
#include "protocol/host/ymodem/exchange.h"

#include <string.h>

#define PIECE      1024
#define TURN_MS    100  /* at the most, so that a cancel is seen */
#define PARTING_MS 1000 /* what the last word may take to leave */

typedef struct {
	GyYmodem *ymodem;
	GyTransport *transport;
	guint8 bytes[PIECE]; /* taken from the transfer, not taken by the port yet */
	gsize size;
} Exchange;

static gint64
now(void)
{
	return g_get_monotonic_time() / 1000;
}

static gboolean
write_some(Exchange *exchange, GError **error)
{
	gssize put;

	if (exchange->size == 0)
		exchange->size = gy_ymodem_send(exchange->ymodem, exchange->bytes, PIECE, now());
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
read_some(Exchange *exchange, GError **error)
{
	guint8 bytes[PIECE];
	gssize got = gy_transport_read(exchange->transport, bytes, sizeof bytes, error);

	if (got > 0)
		gy_ymodem_receive(exchange->ymodem, bytes, (gsize) got, now());
	return got >= 0;
}

static gboolean
wants_to_write(const Exchange *exchange)
{
	return exchange->size > 0 || gy_ymodem_wants_to_send(exchange->ymodem);
}

static gboolean
turn(Exchange *exchange, GCancellable *cancellable, GError **error)
{
	GIOCondition what = G_IO_IN | (wants_to_write(exchange) ? G_IO_OUT : 0);
	gint64 left = gy_ymodem_deadline(exchange->ymodem) - now();

	(void) gy_transport_wait(exchange->transport, what, (gint) CLAMP(left, 0, TURN_MS), cancellable);
	if (!read_some(exchange, error) || !write_some(exchange, error))
		return FALSE;
	gy_ymodem_step(exchange->ymodem, now());
	return TRUE;
}

/* What is still to be said when it is over. */
static void
part(Exchange *exchange)
{
	gint64 until = now() + PARTING_MS;

	while (wants_to_write(exchange) && now() < until && write_some(exchange, NULL))
		(void) gy_transport_wait(exchange->transport, G_IO_OUT, TURN_MS, NULL);
}

gboolean
gy_ymodem_run(GyYmodem *ymodem, GyTransport *transport, GCancellable *cancellable,
	void (*progress)(const GyYmodem *ymodem, gpointer data), gpointer data, GError **error)
{
	Exchange exchange = {.ymodem = ymodem, .transport = transport};

	while (gy_ymodem_state(ymodem) == GY_YMODEM_UNDER_WAY) {
		if (g_cancellable_is_cancelled(cancellable)) {
			exchange.size = 0;
			gy_ymodem_cancel(ymodem);
			part(&exchange);
			return !g_cancellable_set_error_if_cancelled(cancellable, error);
		}
		if (!turn(&exchange, cancellable, error))
			return FALSE;
		if (progress)
			progress(ymodem, data);
	}
	part(&exchange);
	if (gy_ymodem_state(ymodem) == GY_YMODEM_DONE)
		return TRUE;
	g_propagate_error(error, g_error_copy(gy_ymodem_error(ymodem)));
	return FALSE;
}
