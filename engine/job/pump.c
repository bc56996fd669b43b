// SPDX-License-Identifier: Apache-2.0
#include "engine/job/pump.h"

#define REOPEN_EVERY_MS 250
#define CHUNK           4096
/* What may wait in the computer's own buffers, in ms of line time: more would only blur the session's timers. */
#define AHEAD_MS    20
#define AHEAD_LEAST 512

struct _GyPump {
	GyTransport *transport;
	GySession *session;
	guint baud;         /* that the port is opened at */
	guint rate;         /* that it has */
	guint session_baud; /* that the session wanted last */
	guint reconnects;
	gint64 reopen_at;
	guint8 out[CHUNK];
	gsize out_at;
	gsize out_size;
};

gint64
gy_pump_now(void)
{
	return g_get_monotonic_time() / 1000;
}

GyPump *
gy_pump_new(GyTransport *transport, const GySessionOptions *options, guint baud)
{
	GyPump *pump = g_new0(GyPump, 1);
	GySessionOptions own_options = options ? *options : (GySessionOptions){0};

	pump->transport = g_object_ref(transport);
	pump->baud = pump->rate = baud;
	own_options.baud = gy_transport_has_rate(transport) ? baud : 0;
	pump->session = gy_session_new(&own_options);
	pump->session_baud = gy_session_baud(pump->session);
	return pump;
}

void
gy_pump_free(GyPump *pump)
{
	gy_transport_close(pump->transport);
	g_object_unref(pump->transport);
	gy_session_free(pump->session);
	g_free(pump);
}

GySession *
gy_pump_session(GyPump *pump)
{
	return pump->session;
}

gboolean
gy_pump_is_open(GyPump *pump)
{
	return gy_transport_is_open(pump->transport);
}

guint
gy_pump_reconnects(GyPump *pump)
{
	return pump->reconnects;
}

static gboolean
set_rate(GyPump *pump, guint baud)
{
	g_autoptr(GError) error = NULL;

	pump->rate = baud;
	if (!gy_transport_is_open(pump->transport) || gy_transport_set_baud(pump->transport, baud, &error))
		return TRUE;
	g_info("%s: %s", gy_transport_name(pump->transport), error->message);
	return FALSE;
}

void
gy_pump_set_baud(GyPump *pump, guint baud)
{
	pump->baud = baud;
	set_rate(pump, baud);
}

/* The session's word counts when it changes: between two of them the job may listen at the boot loader's rate. */
static void
follow_session(GyPump *pump)
{
	guint baud = gy_session_baud(pump->session);

	if (baud == pump->session_baud)
		return;
	pump->session_baud = baud;
	pump->out_size = 0;
	if (!set_rate(pump, baud)) {
		gy_session_baud_refused(pump->session, gy_pump_now());
		pump->session_baud = gy_session_baud(pump->session);
		set_rate(pump, pump->session_baud);
	}
}

gboolean
gy_pump_open(GyPump *pump, GCancellable *cancellable, GError **error)
{
	if (!gy_transport_open(pump->transport, pump->baud, cancellable, error))
		return FALSE;
	gy_session_port_opened(pump->session, gy_pump_now());
	return TRUE;
}

gboolean
gy_pump_reset_step(GyPump *pump, GyResetRun *run, GError **error)
{
	return gy_reset_run_step(run, pump->transport, gy_pump_now(), error);
}

gboolean
gy_pump_has_lines(GyPump *pump)
{
	return gy_transport_has_lines(pump->transport);
}

static void
port_went(GyPump *pump, const GError *error)
{
	g_info("%s: %s", gy_transport_name(pump->transport), error->message);
	gy_transport_close(pump->transport);
	pump->rate = pump->baud;
	pump->out_size = 0;
	pump->reopen_at = gy_pump_now() + REOPEN_EVERY_MS;
	gy_session_port_closed(pump->session, gy_pump_now());
}

static void
try_reopen(GyPump *pump, GCancellable *cancellable)
{
	g_autoptr(GError) error = NULL;

	if (!gy_transport_open(pump->transport, pump->baud, cancellable, &error)) {
		g_debug("%s: %s", gy_transport_name(pump->transport), error->message);
		pump->reopen_at = gy_pump_now() + REOPEN_EVERY_MS;
		return;
	}
	pump->reconnects++;
	gy_session_port_opened(pump->session, gy_pump_now());
}

/* How many bytes the line may be given now. */
static gsize
room(GyPump *pump)
{
	gsize ahead = MAX((gsize) pump->rate / 10 * AHEAD_MS / 1000, AHEAD_LEAST);
	gsize unsent = gy_transport_unsent(pump->transport);

	return unsent >= ahead ? 0 : MIN(ahead - unsent, CHUNK);
}

static void
write_some(GyPump *pump)
{
	g_autoptr(GError) error = NULL;
	gssize taken;

	if (pump->out_size == 0) {
		pump->out_at = 0;
		pump->out_size = gy_session_send(pump->session, pump->out, room(pump), gy_pump_now());
	}
	if (pump->out_size == 0)
		return;
	taken = gy_transport_write(pump->transport, pump->out + pump->out_at, pump->out_size, &error);
	if (taken < 0) {
		port_went(pump, error);
		return;
	}
	pump->out_at += (gsize) taken;
	pump->out_size -= (gsize) taken;
}

static void
read_some(GyPump *pump)
{
	guint8 bytes[CHUNK];
	g_autoptr(GError) error = NULL;
	gssize got = gy_transport_read(pump->transport, bytes, sizeof bytes, &error);

	if (got < 0)
		port_went(pump, error);
	else if (got > 0)
		gy_session_receive(pump->session, bytes, (gsize) got, gy_pump_now());
}

static gboolean
has_output(GyPump *pump)
{
	return pump->out_size > 0 || gy_session_wants_to_send(pump->session, gy_pump_now());
}

static gint
time_left(gint64 until_ms)
{
	return (gint) CLAMP(until_ms - gy_pump_now(), 0, 60000);
}

static void
turn_open(GyPump *pump, gint64 until_ms, GCancellable *cancellable)
{
	GIOCondition what = G_IO_IN;
	gint timeout_ms = time_left(MIN(until_ms, gy_session_deadline(pump->session)));

	if (has_output(pump)) {
		/* a buffer that is full enough is looked at again soon: no port tells when it has drained so far */
		if (pump->out_size > 0 || room(pump) > 0)
			what |= G_IO_OUT;
		else
			timeout_ms = MIN(timeout_ms, AHEAD_MS / 4);
	}
	what = gy_transport_wait(pump->transport, what, timeout_ms, cancellable);
	if (what & (G_IO_IN | G_IO_HUP | G_IO_ERR))
		read_some(pump);
	if ((what & G_IO_OUT) && gy_transport_is_open(pump->transport))
		write_some(pump);
}

static void
turn_closed(GyPump *pump, gint64 until_ms, GCancellable *cancellable)
{
	gint64 wake = MIN(MIN(until_ms, pump->reopen_at), gy_session_deadline(pump->session));
	GPollFD poll_fd = {.fd = -1};
	gboolean can_wake = cancellable && g_cancellable_make_pollfd(cancellable, &poll_fd);

	g_poll(&poll_fd, can_wake ? 1 : 0, time_left(wake));
	if (can_wake)
		g_cancellable_release_fd(cancellable);
	if (gy_pump_now() >= pump->reopen_at)
		try_reopen(pump, cancellable);
}

void
gy_pump_turn(GyPump *pump, gint64 until_ms, GCancellable *cancellable)
{
	follow_session(pump);
	if (gy_transport_is_open(pump->transport))
		turn_open(pump, until_ms, cancellable);
	else
		turn_closed(pump, until_ms, cancellable);
	gy_session_step(pump->session, gy_pump_now());
	follow_session(pump);
}
