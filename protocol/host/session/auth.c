// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <string.h>

#include "protocol/host/session/session-private.h"

/*
 * Showing the device that this host may use it. It is asked for again whenever the device says that it is locked: after
 * a reset, after the port was closed, after a minute of silence.
 */

/* A challenge or a HELLO may be overtaken by another one, when its request was repeated. */
#define TRIES_MOST 3

gboolean
gy_auth_is_due(GySession *session)
{
	return (session->info.capabilities & GYW_NEEDS_AUTH) && !session->auth.is_done;
}

void
gy_auth_start(GySession *session, gint64 now_ms)
{
	if (session->options.sign == NULL) {
		gy_session_give_up(session, GY_LINK_ERROR_AUTH_REQUIRED,
			_("the device wants to know who asks, and no key was given"));
		return;
	}
	session->phase = PHASE_AUTH;
	session->auth.has_signature = FALSE;
	gy_request_start(session, GYW_AUTH, session->id, now_ms);
}

static GByteArray *
message_to_sign(GySession *session, const guint8 challenge[GYW_CHALLENGE_SIZE])
{
	GByteArray *message = g_byte_array_new();

	g_byte_array_append(message, (const guint8 *) GYW_AUTH_TEXT, strlen(GYW_AUTH_TEXT));
	g_byte_array_append(message, session->info.device_id, session->info.device_id_size);
	g_byte_array_append(message, session->info.nonce, sizeof session->info.nonce);
	g_byte_array_append(message, challenge, GYW_CHALLENGE_SIZE);
	return message;
}

void
gy_auth_on_challenge(GySession *session, const struct gyw_frame *frame, gint64 now_ms)
{
	g_autoptr(GByteArray) message = NULL;
	g_autofree char *why = NULL;

	if (frame->body_size < GYW_CHALLENGE_SIZE) {
		gy_session_give_up(session, GY_LINK_ERROR_PROTOCOL,
			_("the device's challenge has only %u bytes"), frame->body_size);
		return;
	}
	message = message_to_sign(session, frame->body);
	if (!session->options.sign(
		    session->options.sign_data, message->data, message->len, session->auth.signature, &why)) {
		gy_session_give_up(
			session, GY_LINK_ERROR_AUTH_REQUIRED, _("the key could not sign: %s"), why);
		return;
	}
	gy_request_start(session, GYW_AUTH, session->id, now_ms);
	session->auth.has_signature = TRUE;
}

void
gy_auth_on_ack(GySession *session, gint64 now_ms)
{
	session->auth.is_done = TRUE;
	gy_resume_go_on(session, now_ms);
}

void
gy_auth_on_refusal(GySession *session, const struct gyw_refusal *refusal, gint64 now_ms)
{
	gboolean may_be_late = session->auth.has_signature && refusal->cause == GYW_CAUSE_LOCKED;

	/* an answer to DATA that was on its way may have the numbers of this request */
	if (refusal->operation != GYW_AUTH)
		return;
	if (may_be_late && ++session->auth.n_tries < TRIES_MOST)
		gy_resume_greet(session, now_ms);
	else if (may_be_late)
		gy_session_give_up(session, GY_LINK_ERROR_AUTH_REFUSED,
			_("the device does not know this key: it refused %u signatures"),
			session->auth.n_tries);
	else
		gy_session_refused(session, refusal, FALSE);
}

/* What was refused has changed nothing: it is asked for anew, under a new number. */
void
gy_auth_on_locked(GySession *session, gint64 now_ms)
{
	gboolean begins =
		session->operation == GY_OPERATION_BEGIN || session->operation == GY_OPERATION_TRANSFER;

	session->auth.is_done = FALSE;
	/* INFO need not have said so: a device may be locked by what it is in the middle of */
	session->info.capabilities |= GYW_NEEDS_AUTH;
	if (++session->auth.n_locked > TRIES_MOST) {
		gy_session_give_up(
			session, GY_LINK_ERROR_AUTH_REFUSED, _("the device takes the key and stays locked"));
		return;
	}
	session->request.waits = FALSE;
	gy_resume_approach(session, begins ? PHASE_BEGINNING : PHASE_ACTING, now_ms);
}
