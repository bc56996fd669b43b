// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <string.h>

#include "protocol/host/session/session-private.h"

/*
 * Which phase follows which. An operation that is cut short by its port or by the device's reset goes back to HELLO;
 * what BEGIN covers and the transfer begin again from there, all others repeat their own request.
 */

/* HELLO, to learn whether it is still the same device and the same run of it. */
void
gy_resume_greet(GySession *session, gint64 now_ms)
{
	Request *request = &session->request;

	if (session->phase == PHASE_ACTING && request->waits)
		session->suspended = *request;
	/* it may have restarted, and what listens then does so at the starting rate */
	if (session->operation == GY_OPERATION_RESET)
		gy_speed_forget(session);
	session->phase = PHASE_GREETING;
	gy_request_start(session, GYW_HELLO, 0, now_ms);
}

void
gy_resume_begin(GySession *session, gint64 now_ms)
{
	/* one that skips the tag would store the stream as it is */
	if (session->expanded_length > 0 && !(session->info.capabilities & GYW_CAN_RAW_COMPRESS)) {
		gy_session_give_up(session, GY_LINK_ERROR_PROTOCOL,
			_("the device does not take compressed images; it may run another agent than "
			  "before"));
		return;
	}
	session->phase = PHASE_BEGINNING;
	session->id = gy_session_draw_id(session);
	gy_request_start(session, GYW_BEGIN, session->id, now_ms);
}

static guint8
request_type(GyOperation operation)
{
	switch (operation) {
	case GY_OPERATION_FINISH: return GYW_FINISH;
	case GY_OPERATION_ARM: return GYW_ARM;
	case GY_OPERATION_DISARM: return GYW_DISARM;
	case GY_OPERATION_RESET: return GYW_RESET;
	case GY_OPERATION_CANCEL: return GYW_CANCEL;
	case GY_OPERATION_STATUS: return GYW_STATUS;
	case GY_OPERATION_HASH: return GYW_HASH;
	case GY_OPERATION_REGION: return GYW_REGION;
	case GY_OPERATION_READ: return GYW_READ;
	case GY_OPERATION_PING: return GYW_PING;
	case GY_OPERATION_SELFTEST: return GYW_SELFTEST;
	case GY_OPERATION_CONFIRM: return GYW_CONFIRM;
	case GY_OPERATION_NONE:
	case GY_OPERATION_HELLO:
	case GY_OPERATION_BEGIN:
	case GY_OPERATION_TRANSFER:
	case GY_OPERATION_ECHO: break;
	}
	g_assert_not_reached();
}

/* The operation's own part. A request that had been sent goes out again under its old numbers. */
void
gy_resume_act(GySession *session, gint64 now_ms)
{
	session->phase = PHASE_ACTING;
	session->request.waits = FALSE;
	if (session->operation == GY_OPERATION_TRANSFER) {
		gy_transfer_start(session, now_ms);
	} else if (session->suspended.waits) {
		session->request = session->suspended;
		gy_request_repeat(session, now_ms);
	} else {
		gy_request_start(session, request_type(session->operation), session->id, now_ms);
	}
	session->suspended.waits = FALSE;
}

/* What the operation needs first: to be let in, and before many bytes the best rate. */
void
gy_resume_go_on(GySession *session, gint64 now_ms)
{
	gboolean is_large =
		session->operation == GY_OPERATION_BEGIN || session->operation == GY_OPERATION_TRANSFER;

	if (gy_auth_is_due(session))
		gy_auth_start(session, now_ms);
	else if (is_large && gy_speed_is_due(session))
		gy_speed_start(session, now_ms);
	else if (session->next_phase == PHASE_BEGINNING)
		gy_resume_begin(session, now_ms);
	else
		gy_resume_act(session, now_ms);
}

void
gy_resume_approach(GySession *session, Phase next, gint64 now_ms)
{
	session->next_phase = next;
	gy_resume_go_on(session, now_ms);
}

static void
session_lost(GySession *session, const char *why)
{
	gy_session_give_up(session, GY_LINK_ERROR_SESSION_LOST,
		_("the device does not hold the session any more: %s"), why);
}

void
gy_resume_after_hello(GySession *session, gboolean restarted, gint64 now_ms)
{
	switch (session->operation) {
	case GY_OPERATION_HELLO: gy_session_done(session, NULL); break;
	case GY_OPERATION_BEGIN:
	case GY_OPERATION_TRANSFER: gy_resume_approach(session, PHASE_BEGINNING, now_ms); break;
	case GY_OPERATION_RESET:
		/* after a long absence the uptime may not tell; a device without any session has held none since it started */
		if (restarted || (session->was_gone && session->info.last_session == 0))
			gy_session_done(session, NULL);
		else if (session->was_gone)
			session_lost(session, _("another one took its place"));
		else
			gy_resume_approach(session, PHASE_ACTING, now_ms);
		break;
	case GY_OPERATION_FINISH:
	case GY_OPERATION_ARM:
	case GY_OPERATION_DISARM:
		/* no BEGIN here: where the session has ended it would start over, and erase */
		if (restarted)
			session_lost(session, _("it was reset"));
		else
			gy_resume_approach(session, PHASE_ACTING, now_ms);
		break;
	default: gy_resume_approach(session, PHASE_ACTING, now_ms); break;
	}
}

void
gy_resume_after_gone(GySession *session, gint64 now_ms)
{
	switch (session->operation) {
	case GY_OPERATION_CANCEL: gy_session_done(session, NULL); break;
	case GY_OPERATION_BEGIN:
	case GY_OPERATION_TRANSFER:
		if (session->restarts++ >= RESTARTS_MOST) {
			session_lost(session, _("it was reset again and again"));
			break;
		}
		session->was_gone = TRUE;
		session->request.waits = FALSE;
		gy_resume_greet(session, now_ms);
		break;
	case GY_OPERATION_RESET:
		session->was_gone = TRUE;
		session->request.waits = FALSE;
		gy_resume_greet(session, now_ms);
		break;
	default: session_lost(session, _("it was reset, or another one took its place")); break;
	}
}

/* READY in the middle of a transfer: did the device keep what it had? */
static gboolean
may_go_on(GySession *session, const struct gyw_ready *ready)
{
	gboolean starts_over = ready->manifest_most > 0 || ready->next < session->transfer.next;

	if (session->operation != GY_OPERATION_TRANSFER || !starts_over)
		return TRUE;
	/* one that announced itself by GONE is counted already */
	if (!session->was_gone && session->restarts++ >= RESTARTS_MOST) {
		session_lost(session, _("it started over again and again"));
		return FALSE;
	}
	session->transfer.next = 0;
	session->was_gone = TRUE;
	return TRUE;
}

static void
send_manifest(GySession *session, guint32 from, gint64 now_ms)
{
	guint32 total = (guint32) g_bytes_get_size(session->manifest);
	/* offset and total are in every piece; short ones get through a line that the longest frames do not */
	guint32 most = GYW_MTU_MIN - GYW_FRAME_OVERHEAD - 8;

	session->phase = PHASE_MANIFEST;
	session->manifest_at = from;
	session->manifest_end = from + MIN(total - from, most);
	gy_request_start(session, GYW_MANIFEST, session->id, now_ms);
}

void
gy_resume_on_manifest_ack(GySession *session, gint64 now_ms)
{
	/* the last piece is answered by READY or REFUSED, not by ACK */
	if (session->manifest_end < g_bytes_get_size(session->manifest))
		send_manifest(session, session->manifest_end, now_ms);
}

static gboolean
is_manifest_there(GySession *session, guint32 most)
{
	if (session->phase == PHASE_MANIFEST) {
		gy_session_give_up(session, GY_LINK_ERROR_PROTOCOL,
			_("the device asks for the manifest that it has just got"));
		return FALSE;
	}
	if (session->manifest == NULL || g_bytes_get_size(session->manifest) == 0) {
		gy_session_give_up(session, GY_LINK_ERROR_PROTOCOL,
			_("the device asks for a manifest of up to %u bytes, and this payload has none"),
			most);
		return FALSE;
	}
	return TRUE;
}

void
gy_resume_on_ready(GySession *session, const struct gyw_ready *ready, gint64 now_ms)
{
	if (ready->next > session->length) {
		gy_session_give_up(session, GY_LINK_ERROR_PROTOCOL,
			_("the device says it has %u bytes of a package of %u"), ready->next,
			session->length);
		return;
	}
	session->from_zero = FALSE;
	if (!may_go_on(session, ready))
		return;
	if (ready->manifest_most > 0) {
		if (is_manifest_there(session, ready->manifest_most))
			send_manifest(session, 0, now_ms);
		return;
	}
	session->was_gone = FALSE;
	gy_transfer_begin(session, ready, now_ms);
	if (session->operation == GY_OPERATION_BEGIN)
		gy_session_done(session, NULL);
	else
		gy_resume_act(session, now_ms);
}
