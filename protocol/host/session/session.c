// SPDX-License-Identifier: Apache-2.0
#include "protocol/host/session/session.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "protocol/host/session/session-private.h"

#define ANSWER_MS 4000 /* a device at another rate goes back after 3 s */
#define LOST_MS   60000
#define BRIDGE_MS 16
/* A step is wanted so often while an operation is under way; a program that is so much later has not been running. */
#define STEP_EVERY_MS 1000
#define ABSENCE_MS    2000

GySession *
gy_session_new(const GySessionOptions *options)
{
	GySession *session = g_new0(GySession, 1);

	if (options != NULL)
		session->options = *options;
	if (session->options.answer_ms == 0)
		session->options.answer_ms = ANSWER_MS;
	if (session->options.lost_ms == 0)
		session->options.lost_ms = LOST_MS;
	if (session->options.bridge_ms == 0)
		session->options.bridge_ms = BRIDGE_MS;
	g_queue_init(&session->events);
	gyw_releasing_init(&session->receiver, session->receive_buffer, GYW_ENCODED_SIZE(GYW_MTU_MIN));
	session->text = g_byte_array_new();
	session->area_bytes = g_byte_array_new();
	session->frame = g_malloc(GYW_LINE_SIZE(GYW_MTU_MAX));
	session->is_open = TRUE;
	gy_transfer_init(&session->transfer);
	gy_speed_init(session);
	return session;
}

void
gy_session_free(GySession *session)
{
	if (session == NULL)
		return;
	g_queue_clear_full(&session->events, gy_session_event_free);
	gy_transfer_clear(&session->transfer);
	g_byte_array_unref(session->text);
	g_byte_array_unref(session->area_bytes);
	g_clear_pointer(&session->payload, g_bytes_unref);
	g_clear_pointer(&session->manifest, g_bytes_unref);
	g_clear_pointer(&session->tags, g_bytes_unref);
	g_free(session->frame);
	g_free(session);
}

/* ---- the line ------------------------------------------------------------------------------------------- */

/* The head of a frame that failed may still tell that it was the answer. */
static void
note_damaged(GySession *session)
{
	const struct gyw_receiver *receiver = &session->receiver.receiver;

	session->counters.candidates_failed++;
	/* a line of seven bits takes the highest one from the type, too */
	if (session->request.waits && session->request.type == GYW_HELLO &&
		receiver->used >= GYW_FRAME_OVERHEAD && (receiver->buffer[0] | 0x80) == GYW_INFO &&
		receiver->buffer[1] == session->request.seq)
		session->overheard.n_damaged++;
}

void
gy_session_receive(GySession *session, const guint8 *bytes, gsize size, gint64 now_ms)
{
	struct gyw_receiver *receiver = &session->receiver.receiver;
	struct gyw_frame frame;
	gsize i;

	if (session->operation == GY_OPERATION_HELLO)
		gy_overheard_add(&session->overheard, bytes, size);
	for (i = 0; i < size; i++) {
		switch (gyw_releasing_push(&session->receiver, bytes[i], (guint32) now_ms, &frame)) {
		case GYW_RECEIVE_NOTHING: break;
		case GYW_RECEIVE_TEXT: g_byte_array_append(session->text, &bytes[i], 1); break;
		case GYW_RECEIVE_RELEASED:
			g_byte_array_append(session->text, receiver->buffer, receiver->used);
			break;
		case GYW_RECEIVE_FAILED: note_damaged(session); break;
		case GYW_RECEIVE_FRAME:
			session->counters.frames_received++;
			gy_answer(session, &frame, now_ms);
			break;
		}
	}
	session->received_ms = now_ms;
	gy_session_text_flush(session);
}

/* What there is to put into the next frame, if anything. */
static gboolean
has_frame_to_put(GySession *session, gint64 now_ms)
{
	if (!session->is_open || now_ms < session->deaf_until_ms)
		return FALSE;
	if (session->request.waits)
		return session->request.due;
	if (session->phase == PHASE_SPEED)
		return gy_speed_wants_to_send(session, now_ms);
	return session->phase == PHASE_ACTING && session->operation == GY_OPERATION_TRANSFER &&
	       gy_transfer_wants_to_send(session, now_ms);
}

static gboolean
put_frame(GySession *session, gint64 now_ms)
{
	if (!has_frame_to_put(session, now_ms))
		return FALSE;
	if (session->request.waits)
		gy_request_put(session);
	else if (session->phase == PHASE_SPEED)
		gy_speed_put(session);
	else
		gy_transfer_put(session, now_ms);
	return TRUE;
}

static void
frame_was_sent(GySession *session, gint64 now_ms)
{
	session->counters.frames_sent++;
	session->sent_ms = now_ms;
	if (session->frame_type == GYW_DATA)
		gy_transfer_was_sent(session, now_ms);
	else
		gy_request_was_sent(session, now_ms);
	session->frame_size = session->frame_at = 0;
}

/* The rest would be lost, and the zero that begins the next frame ends what is cut off. */
void
gy_session_drop_frame(GySession *session, gint64 now_ms)
{
	Request *request = &session->request;

	if (session->frame_at < session->frame_size && session->frame_type == GYW_DATA)
		gy_transfer_was_sent(session, now_ms);
	else if (session->frame_at < session->frame_size && request->waits &&
		 request->type == session->frame_type)
		request->due = TRUE;
	session->frame_size = session->frame_at = 0;
}

gsize
gy_session_send(GySession *session, guint8 *bytes, gsize size, gint64 now_ms)
{
	gsize given = 0;

	while (given < size) {
		gsize part;

		if (session->frame_at == session->frame_size) {
			if (!put_frame(session, now_ms))
				break;
			/* the byte that is lost most easily is the first one after a pause, and without it a frame is text */
			if (now_ms - session->sent_ms >= BURST_PAUSE_MS)
				bytes[given++] = 0;
			if (given == size)
				break;
		}
		part = MIN(size - given, session->frame_size - session->frame_at);
		memcpy(bytes + given, session->frame + session->frame_at, part);
		session->frame_at += (guint32) part;
		given += part;
		if (session->frame_at == session->frame_size)
			frame_was_sent(session, now_ms);
	}
	return given;
}

gboolean
gy_session_wants_to_send(GySession *session, gint64 now_ms)
{
	if (!session->is_open)
		return FALSE;
	return session->frame_at < session->frame_size || has_frame_to_put(session, now_ms);
}

/* When the silence has lasted too long; what counts is an answer to what was asked. */
static gint64
patience_ends_ms(GySession *session)
{
	gint64 patience_ms = session->options.lost_ms;

	if (session->operation == GY_OPERATION_NONE)
		return G_MAXINT64;
	if (session->operation == GY_OPERATION_HELLO || session->operation == GY_OPERATION_CANCEL)
		patience_ms = session->options.answer_ms;
	return MAX(session->answered_ms, session->deaf_until_ms) + patience_ms;
}

static void
give_up_hello(GySession *session)
{
	g_autofree char *message = NULL;
	GyLinkError code = gy_overheard_judge(&session->overheard, session->options.answer_ms, &message);

	/* at a wrong speed no frame is whole */
	if (code == GY_LINK_ERROR_WRONG_SPEED && session->heard_ms >= session->begun_ms)
		gy_session_give_up(session, GY_LINK_ERROR_NO_ANSWER,
			_("no agent has answered for %.1f s, but frames came that were meant for somebody "
			  "else"),
			(gdouble) session->options.answer_ms / 1000);
	else
		gy_session_give_up(session, code, "%s", message);
}

static void
lose_patience(GySession *session, gint64 now_ms)
{
	gint64 silent_ms = now_ms - session->answered_ms;

	if (!session->is_open)
		gy_session_give_up(session, GY_LINK_ERROR_GONE,
			_("the port went away and has not come back for %.1f s"), (gdouble) silent_ms / 1000);
	else if (session->operation == GY_OPERATION_HELLO)
		give_up_hello(session);
	else if (session->heard_ms > session->answered_ms)
		gy_session_give_up(session, GY_LINK_ERROR_PROTOCOL,
			_("the device answers, but for %.1f s not to what it was asked"),
			(gdouble) silent_ms / 1000);
	else
		gy_session_give_up(session, GY_LINK_ERROR_LOST, _("the device has been silent for %.1f s"),
			(gdouble) silent_ms / 1000);
}

/*
 * The host itself stood still, as when its computer was suspended. Nobody listened in that time, so it is no silence of
 * the device's.
 */
static void
forgive_absence(GySession *session, gint64 now_ms)
{
	gint64 away_ms = now_ms - session->stepped_ms;

	if (away_ms < STEP_EVERY_MS + ABSENCE_MS)
		return;
	session->answered_ms = MIN(session->answered_ms + away_ms, now_ms);
	session->transfer.progress_ms = MIN(session->transfer.progress_ms + away_ms, now_ms);
}

void
gy_session_step(GySession *session, gint64 now_ms)
{
	struct gyw_receiver *receiver = &session->receiver.receiver;

	forgive_absence(session, now_ms);
	session->stepped_ms = now_ms;
	if (gyw_releasing_idle(&session->receiver, (guint32) now_ms) == GYW_RECEIVE_RELEASED) {
		g_byte_array_append(session->text, receiver->buffer, receiver->used);
		gy_session_text_flush(session);
	}
	if (now_ms >= patience_ends_ms(session)) {
		lose_patience(session, now_ms);
		return;
	}
	gy_speed_step(session, now_ms);
	if (session->is_open)
		gy_request_step(session, now_ms);
	gy_transfer_step(session, now_ms);
}

gint64
gy_session_deadline(GySession *session)
{
	gint64 deadline = MIN(patience_ends_ms(session), gy_speed_deadline(session));

	if (session->receiver.receiver.state != GYW_RECEIVER_TEXT)
		deadline = MIN(deadline, session->received_ms + GYW_CANDIDATE_SILENCE_MS);
	if (session->operation != GY_OPERATION_NONE)
		deadline = MIN(deadline, session->stepped_ms + STEP_EVERY_MS);
	if (session->operation == GY_OPERATION_NONE || !session->is_open)
		return deadline;
	deadline = MIN(deadline, gy_request_deadline(session));
	if (session->phase == PHASE_ACTING && session->operation == GY_OPERATION_TRANSFER)
		deadline = MIN(deadline, MAX(gy_transfer_deadline(session), session->deaf_until_ms));
	else if (session->deaf_until_ms > 0 && session->request.due)
		deadline = MIN(deadline, session->deaf_until_ms);
	return deadline;
}

void
gy_session_port_closed(GySession *session, gint64 now_ms)
{
	session->is_open = FALSE;
	session->auth.is_done = FALSE;
	session->frame_size = session->frame_at = 0;
	session->deaf_until_ms = 0;
	gy_session_text_flush(session);
	gyw_releasing_init(&session->receiver, session->receive_buffer, GYW_ENCODED_SIZE(GYW_MTU_MIN));
}

void
gy_session_port_opened(GySession *session, gint64 now_ms)
{
	session->is_open = TRUE;
	session->is_unsure = session->has_info;
	gy_speed_port_opened(session, now_ms);
	if (session->operation != GY_OPERATION_NONE)
		gy_resume_greet(session, now_ms);
}

/* ---- what is known -------------------------------------------------------------------------------------- */

GyOperation
gy_session_operation(GySession *session)
{
	return session->operation;
}

const struct gyw_info *
gy_session_info(GySession *session)
{
	return session->has_info ? &session->info : NULL;
}

gboolean
gy_session_is_remembered(GySession *session)
{
	return session->has_info && session->last_id != 0 && session->info.last_session == session->last_id;
}

const struct gyw_verified *
gy_session_verified(GySession *session)
{
	return session->has_verified ? &session->verified : NULL;
}

const struct gyw_status *
gy_session_last_status(GySession *session)
{
	return session->has_status ? &session->status : NULL;
}

guint32
gy_session_next_offset(GySession *session)
{
	return session->transfer.next;
}

void
gy_session_get_counters(GySession *session, GySessionCounters *counters)
{
	*counters = session->counters;
}
