// SPDX-License-Identifier: Apache-2.0
#include "protocol/host/ymodem/exchange.h"

#include "protocol/host/transport/exchange.h"

typedef struct {
	GyYmodem *ymodem;
	void (*progress)(const GyYmodem *ymodem, gpointer data);
	gpointer data;
} Run;

static void
receive(gpointer machine, const guint8 *bytes, gsize size, gint64 now_ms)
{
	gy_ymodem_receive(((Run *) machine)->ymodem, bytes, size, now_ms);
}

static gsize
send(gpointer machine, guint8 *bytes, gsize size, gint64 now_ms)
{
	return gy_ymodem_send(((Run *) machine)->ymodem, bytes, size, now_ms);
}

static gboolean
wants_to_send(gpointer machine)
{
	return gy_ymodem_wants_to_send(((Run *) machine)->ymodem);
}

static void
step(gpointer machine, gint64 now_ms)
{
	gy_ymodem_step(((Run *) machine)->ymodem, now_ms);
}

static gint64
deadline(gpointer machine)
{
	return gy_ymodem_deadline(((Run *) machine)->ymodem);
}

static gboolean
is_over(gpointer machine)
{
	return gy_ymodem_state(((Run *) machine)->ymodem) != GY_YMODEM_UNDER_WAY;
}

static void
turned(gpointer machine)
{
	Run *run = machine;

	if (run->progress)
		run->progress(run->ymodem, run->data);
}

gboolean
gy_ymodem_run(GyYmodem *ymodem, GyTransport *transport, GCancellable *cancellable,
	void (*progress)(const GyYmodem *ymodem, gpointer data), gpointer data, GError **error)
{
	Run run = {ymodem, progress, data};
	const GyExchangeEnd end = {&run, receive, send, wants_to_send, step, deadline, is_over, turned};

	if (!gy_exchange_run(&end, transport, cancellable, error)) {
		/* the other end is told, where the port still is there */
		if (g_cancellable_is_cancelled(cancellable)) {
			gy_ymodem_cancel(ymodem);
			gy_exchange_part(&end, transport);
		}
		return FALSE;
	}
	if (gy_ymodem_state(ymodem) == GY_YMODEM_DONE)
		return TRUE;
	g_propagate_error(error, g_error_copy(gy_ymodem_error(ymodem)));
	return FALSE;
}
