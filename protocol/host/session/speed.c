// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <string.h>

#include "protocol/host/session/session-private.h"

/*
 * The line's rate: the agreement on a higher one than agents start with. Every rate is proven by echoes before anything
 * else is sent at it; one that fails costs the time that the device needs to go back, and the session goes on at the
 * starting rate. A device that goes back later is found again by speed-seek.c.
 */

#define ANSWER_MS 300
/* Transmitter and divider of the device, after its ACK. */
#define SETTLE_MS   10
#define PROOF_MS    400
#define RETURN_MS   1200
#define TRIES_MOST  2 /* of one rate: an echo may fall to a fault that comes once a megabyte */
#define FAILED_MOST 3
/* Echoes without the suspects that came back, while none with them did. Chance does not do that. */
#define PLAIN_MOST 16

/* ---- which rate ----------------------------------------------------------------------------------------- */

guint
gy_session_baud(GySession *session)
{
	return session->speed.baud;
}

void
gy_speed_init(GySession *session)
{
	session->speed.baud = session->speed.agreed = session->options.baud;
	session->speed.most = session->options.max_baud;
}

static gboolean
is_agreed(GySession *session)
{
	return session->speed.agreed != session->options.baud;
}

/* The highest rate that is worth asking for; 0: none. */
static guint
candidate(GySession *session)
{
	const struct gyw_info *info = &session->info;
	guint best = 0;
	guint i;

	for (i = 0; i < info->n_speeds; i++) {
		if (info->speeds[i] > session->options.baud && info->speeds[i] <= session->speed.most)
			best = MAX(best, info->speeds[i]);
	}
	return best;
}

gboolean
gy_speed_is_due(GySession *session)
{
	return session->options.baud != 0 && !is_agreed(session) &&
	       (session->info.capabilities & GYW_CAN_SPEED) && candidate(session) != 0;
}

void
gy_speed_set_baud(GySession *session, guint baud, gint64 now_ms)
{
	Speed *speed = &session->speed;

	speed->switched_ms = now_ms;
	if (speed->baud == baud)
		return;
	speed->baud = baud;
	gy_session_drop_frame(session, now_ms);
}

void
gy_speed_forget(GySession *session)
{
	Speed *speed = &session->speed;

	speed->step = SPEED_REST;
	speed->baud = speed->agreed = session->options.baud;
	speed->other = 0;
	speed->is_seeking = FALSE;
}

/* In the middle of an agreement nobody knows which rate the device has. */
void
gy_speed_abandon(GySession *session)
{
	Speed *speed = &session->speed;

	if (speed->step == SPEED_REST)
		return;
	gy_speed_forget(session);
	speed->other = speed->wanted;
}

static G_GNUC_PRINTF(2, 3) void tell(GySession *session, const char *format, ...)
{
	GySessionEvent *event = gy_session_event_push(session, GY_SESSION_EVENT_RATE);
	va_list args;

	va_start(args, format);
	event->message = g_strdup_vprintf(format, args);
	va_end(args);
}

/* ---- the agreement -------------------------------------------------------------------------------------- */

void
gy_speed_start(GySession *session, gint64 now_ms)
{
	Speed *speed = &session->speed;

	session->phase = PHASE_SPEED;
	speed->step = SPEED_ASKED;
	speed->wanted = candidate(session);
	gy_request_start(session, GYW_SPEED, session->id, now_ms);
	session->request.timeout_ms = MAX(session->request.timeout_ms, ANSWER_MS);
}

void
gy_speed_on_ack(GySession *session, gint64 now_ms)
{
	Speed *speed = &session->speed;

	session->phase = PHASE_SPEED;
	speed->step = SPEED_PROVING;
	speed->from_ms = now_ms + SETTLE_MS;
	speed->until_ms = now_ms + SETTLE_MS + PROOF_MS;
	speed->first_seq = session->request_seq;
	session->request_seq = (guint8) (session->request_seq + SPEED_ECHOES);
	speed->n_sent = 0;
	speed->came_back = 0;
	gy_speed_set_baud(session, speed->wanted, now_ms);
}

static void
write_echo(guint8 *bytes, guint number)
{
	guint i;

	for (i = 0; i < GYW_ECHO_SIZE; i++)
		bytes[i] = (guint8) (i + number * (GYW_ECHO_SIZE / SPEED_ECHOES));
}

/* Nothing that flow control or a line of seven bits takes away. */
static void
write_plain(guint8 *bytes)
{
	guint i;

	for (i = 0; i < GYW_ECHO_SIZE; i++)
		bytes[i] = (guint8) (0x20 + i % 0x5F);
}

gboolean
gy_speed_wants_to_send(GySession *session, gint64 now_ms)
{
	const Speed *speed = &session->speed;

	return speed->step == SPEED_PROVING && speed->n_sent < SPEED_ECHOES && now_ms >= speed->from_ms;
}

void
gy_speed_put(GySession *session)
{
	Speed *speed = &session->speed;
	guint8 bytes[GYW_ECHO_SIZE];
	struct gyw_writer body;

	write_echo(bytes, speed->n_sent);
	gyw_frame_open(&body, session->frame, GYW_MTU_MIN);
	gyw_write_bytes(&body, bytes, sizeof bytes);
	session->frame_size = gyw_frame_close(&body, session->frame, GYW_MTU_MIN, GYW_ECHO,
		(guint8) (speed->first_seq + speed->n_sent), session->id);
	session->frame_at = 0;
	session->frame_type = GYW_ECHO;
	speed->n_sent++;
}

static void
proven(GySession *session, gint64 now_ms)
{
	Speed *speed = &session->speed;

	speed->step = SPEED_REST;
	speed->agreed = speed->wanted;
	speed->other = session->options.baud;
	speed->n_tries = 0;
	tell(session, _("the line runs at %u baud"), speed->agreed);
	gy_resume_go_on(session, now_ms);
}

void
gy_speed_on_echo(GySession *session, const struct gyw_frame *frame, gint64 now_ms)
{
	Speed *speed = &session->speed;
	guint8 number = (guint8) (frame->seq - speed->first_seq);
	guint8 bytes[GYW_ECHO_SIZE];

	if (speed->step != SPEED_PROVING || frame->type != GYW_ECHOED || number >= speed->n_sent ||
		frame->session != session->id)
		return;
	write_echo(bytes, number);
	if (frame->body_size != sizeof bytes || memcmp(frame->body, bytes, sizeof bytes) != 0)
		return;
	session->answered_ms = now_ms;
	speed->came_back |= 1u << number;
	if (speed->came_back == (1u << SPEED_ECHOES) - 1)
		proven(session, now_ms);
}

/* ---- back ----------------------------------------------------------------------------------------------- */

static void
go_back(GySession *session, gint64 now_ms)
{
	Speed *speed = &session->speed;

	session->request.waits = FALSE;
	speed->step = SPEED_RETURNING;
	speed->until_ms = now_ms + RETURN_MS;
	gy_speed_set_baud(session, session->options.baud, now_ms);
}

/* The rate did not do. It gets a second chance, then the next lower one does. */
static void
failed(GySession *session, gint64 now_ms)
{
	Speed *speed = &session->speed;

	speed->n_failed++;
	if (++speed->n_tries >= TRIES_MOST) {
		speed->most = speed->wanted - 1;
		speed->n_tries = 0;
	}
	if (speed->n_failed >= FAILED_MOST)
		speed->most = session->options.baud;
	go_back(session, now_ms);
}

void
gy_speed_on_silence(GySession *session, gint64 now_ms)
{
	if (session->speed.step == SPEED_ASKED) {
		tell(session, _("the device did not answer to %u baud"), session->speed.wanted);
		failed(session, now_ms);
	} else {
		gy_speed_check(session, now_ms);
	}
}

void
gy_speed_on_refusal(GySession *session, const struct gyw_refusal *refusal, gint64 now_ms)
{
	Speed *speed = &session->speed;

	speed->step = SPEED_REST;
	speed->most = refusal->cause == GYW_CAUSE_RANGE ? speed->wanted - 1 : session->options.baud;
	gy_resume_go_on(session, now_ms);
}

void
gy_session_baud_refused(GySession *session, gint64 now_ms)
{
	Speed *speed = &session->speed;

	if (session->phase != PHASE_SPEED || speed->step != SPEED_PROVING)
		return;
	tell(session, _("this port does not take %u baud"), speed->wanted);
	speed->most = speed->wanted - 1;
	speed->n_tries = 0;
	go_back(session, now_ms);
}

/*
 * Whether the device is back, and the line carries every byte: echoes with all byte values and plain ones take turns.
 * The first goes on until one of either has come back, since the device may take its time.
 */
void
gy_speed_check(GySession *session, gint64 now_ms)
{
	Speed *speed = &session->speed;

	session->phase = PHASE_SPEED;
	speed->step = SPEED_CHECKING;
	speed->is_plain = !speed->is_plain;
	gy_request_start(session, GYW_ECHO, session->id, now_ms);
}

void
gy_speed_write_check(GySession *session, struct gyw_writer *body)
{
	guint8 bytes[GYW_ECHO_SIZE];

	if (session->speed.is_plain)
		write_plain(bytes);
	else
		write_echo(bytes, 0);
	gyw_write_bytes(body, bytes, sizeof bytes);
}

void
gy_speed_on_checked(GySession *session, gint64 now_ms)
{
	Speed *speed = &session->speed;

	if (speed->is_plain && ++speed->n_plain < PLAIN_MOST) {
		gy_speed_check(session, now_ms);
	} else if (speed->is_plain) {
		gy_session_give_up(session, GY_LINK_ERROR_NOT_TRANSPARENT,
			_("%u echoes of letters came back, and none with all byte values: the line loses "
			  "0x11, "
			  "0x13 or the eighth bit"),
			speed->n_plain);
	} else {
		speed->step = SPEED_REST;
		tell(session, _("the line stays at %u baud"), speed->baud);
		gy_resume_go_on(session, now_ms);
	}
}

/* ---- time ----------------------------------------------------------------------------------------------- */

static gint64
step_ends_ms(GySession *session)
{
	const Speed *speed = &session->speed;

	if (session->phase != PHASE_SPEED)
		return G_MAXINT64;
	return speed->step == SPEED_PROVING || speed->step == SPEED_RETURNING ? speed->until_ms : G_MAXINT64;
}

void
gy_speed_step(GySession *session, gint64 now_ms)
{
	Speed *speed = &session->speed;

	gy_speed_seek_step(session, now_ms);
	if (now_ms < step_ends_ms(session))
		return;
	if (speed->step == SPEED_PROVING) {
		tell(session, _("the echoes did not come back at %u baud"), speed->wanted);
		failed(session, now_ms);
	} else {
		speed->n_plain = 0;
		speed->is_plain = TRUE;
		gy_speed_check(session, now_ms);
	}
}

gint64
gy_speed_deadline(GySession *session)
{
	gint64 deadline = MIN(gy_speed_seek_deadline(session), step_ends_ms(session));

	if (session->phase == PHASE_SPEED && session->speed.step == SPEED_PROVING &&
		session->speed.n_sent == 0)
		deadline = MIN(deadline, session->speed.from_ms);
	return deadline;
}
