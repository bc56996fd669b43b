// SPDX-License-Identifier: Apache-2.0
#include "protocol/host/session/session-private.h"

/*
 * A device that has gone back to the rate it starts with, or has not: after a silence the two rates take turns until a
 * frame is understood.
 */

#define SILENCE_MS  2000
#define SLOT_MS     300
#define FALLBACK_MS 3500 /* the device's 3 s, and what a frame may have been under way */
#define LOST_MOST   3

void
gy_speed_port_opened(GySession *session, gint64 now_ms)
{
	guint agreed = session->speed.agreed;

	gy_speed_forget(session);
	/* it has not noticed that the port was away, but may go back at any time */
	if (agreed != session->options.baud && now_ms - session->heard_ms < FALLBACK_MS)
		session->speed.other = agreed;
}

static gint64
silent_since_ms(GySession *session)
{
	return MAX(session->heard_ms, session->deaf_until_ms);
}

static gboolean
may_seek(GySession *session)
{
	return session->speed.other != 0 && session->is_open && session->operation != GY_OPERATION_NONE &&
	       (session->speed.step == SPEED_REST || session->speed.step == SPEED_CHECKING);
}

/* The other rate, and something to answer to. */
static void
seek(GySession *session, gint64 now_ms)
{
	Speed *speed = &session->speed;
	guint baud = speed->baud;

	speed->is_seeking = TRUE;
	gy_speed_set_baud(session, speed->other, now_ms);
	speed->other = baud;
	if (session->request.waits) {
		session->request.due = TRUE;
		session->request.again_ms = G_MAXINT64;
	} else {
		gy_transfer_ask(session, now_ms);
	}
}

/* A frame was understood: this is the rate. */
void
gy_speed_heard(GySession *session, gint64 now_ms)
{
	Speed *speed = &session->speed;
	gboolean is_back = speed->baud == session->options.baud;

	/* soon after a switch it may have come before */
	if (is_back && now_ms - speed->switched_ms >= SLOT_MS && speed->step == SPEED_REST)
		speed->other = 0;
	if (!speed->is_seeking)
		return;
	speed->is_seeking = FALSE;
	speed->agreed = speed->baud;
	if (!is_back)
		return;
	speed->has_fallen = TRUE;
	if (++speed->n_lost >= LOST_MOST)
		speed->most = MIN(speed->most, speed->other - 1);
}

/* What is left of a transfer is worth a new agreement. */
void
gy_speed_rise(GySession *session, gint64 now_ms)
{
	if (!session->speed.has_fallen)
		return;
	session->speed.has_fallen = FALSE;
	if (session->phase == PHASE_ACTING && session->operation == GY_OPERATION_TRANSFER)
		gy_resume_approach(session, PHASE_ACTING, now_ms);
}

static gint64
next_seek_ms(GySession *session)
{
	if (!may_seek(session))
		return G_MAXINT64;
	return session->speed.is_seeking ? session->speed.switched_ms + SLOT_MS
					 : silent_since_ms(session) + SILENCE_MS;
}

static gint64
idle_ends_ms(GySession *session)
{
	return session->operation == GY_OPERATION_NONE && session->speed.agreed != session->options.baud
		       ? silent_since_ms(session) + FALLBACK_MS
		       : G_MAXINT64;
}

void
gy_speed_seek_step(GySession *session, gint64 now_ms)
{
	if (now_ms >= idle_ends_ms(session))
		gy_speed_forget(session);
	if (now_ms >= next_seek_ms(session))
		seek(session, now_ms);
}

gint64
gy_speed_seek_deadline(GySession *session)
{
	return MIN(idle_ends_ms(session), next_seek_ms(session));
}
