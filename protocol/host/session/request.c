// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "protocol/host/session/session-private.h"

guint32
gy_session_mtu(GySession *session)
{
	return session->has_info ? session->info.mtu : GYW_MTU_MIN;
}

guint
gy_session_timeout_ms(GySession *session)
{
	gdouble ms;

	if (session->srtt_ms <= 0)
		return FIRST_REPEAT_MS;
	ms = session->srtt_ms + 4 * session->rttvar_ms + session->options.bridge_ms;
	return (guint) CLAMP(ms, TIMEOUT_LEAST_MS, TIMEOUT_MOST_MS);
}

void
gy_session_measure(GySession *session, gint64 round_trip_ms)
{
	gdouble sample = (gdouble) MAX(round_trip_ms, 1);

	if (session->srtt_ms <= 0) {
		session->srtt_ms = sample;
		session->rttvar_ms = sample / 2;
	} else {
		session->rttvar_ms += (ABS(session->srtt_ms - sample) - session->rttvar_ms) / 4;
		session->srtt_ms += (sample - session->srtt_ms) / 8;
	}
	session->counters.rtt_ms = (guint) (session->srtt_ms + 0.5);
}

void
gy_request_start(GySession *session, guint8 type, guint16 id, gint64 now_ms)
{
	Request *request = &session->request;

	memset(request, 0, sizeof *request);
	request->waits = TRUE;
	request->due = TRUE;
	request->type = type;
	request->seq = session->request_seq++;
	request->session = id;
	request->begun_ms = now_ms;
	request->again_ms = G_MAXINT64;
	request->timeout_ms = type == GYW_HELLO ? HELLO_REPEAT_MS : gy_session_timeout_ms(session);
	if (type != GYW_HELLO)
		return;
	gy_hello_draw(session);
	/* whoever says it, the device locks itself */
	session->auth.is_done = FALSE;
}

/* The same request once more, with the same numbers: the device repeats its outcome. */
void
gy_request_repeat(GySession *session, gint64 now_ms)
{
	session->request.waits = TRUE;
	session->request.due = TRUE;
	session->request.silent = 0;
	session->request.again_ms = G_MAXINT64;
}

static void
write_expanded(GySession *session, struct gyw_writer *body)
{
	guint8 expanded[4 + sizeof session->expanded_sha256];

	gyw_put_u32le(expanded, session->expanded_length);
	memcpy(expanded + 4, session->expanded_sha256, sizeof session->expanded_sha256);
	gyw_write_tlv(body, GYW_BEGIN_EXPANDED, expanded, sizeof expanded);
}

static void
write_begin(GySession *session, struct gyw_writer *body)
{
	struct gyw_begin begin = {
		.mode = session->mode,
		.target = session->target,
		.length = session->length,
		.flags = session->from_zero ? GYW_BEGIN_FROM_ZERO : 0,
	};

	const guint8 own_kind = 0; /* NOT_USE_DEFAULT_PKG */

	memcpy(begin.sha256, session->sha256, sizeof begin.sha256);
	gyw_begin_encode(body, &begin);
	if (session->expanded_length > 0)
		write_expanded(session, body);
	if (session->is_custom)
		gyw_write_tlv(body, GYW_BEGIN_HOTA_TYPE, &own_kind, sizeof own_kind);
	if (session->has_old)
		gyw_write_tlv(body, GYW_BEGIN_OLD_SHA256, session->old_sha256, sizeof session->old_sha256);
	if (session->tags != NULL)
		gyw_write_bytes(body, g_bytes_get_data(session->tags, NULL),
			(guint32) g_bytes_get_size(session->tags));
}

static void
write_manifest(GySession *session, struct gyw_writer *body)
{
	gsize total;
	const guint8 *bytes = g_bytes_get_data(session->manifest, &total);
	struct gyw_manifest piece = {
		.offset = session->manifest_at,
		.total = (guint32) total,
		.bytes = bytes + session->manifest_at,
		.size = session->manifest_end - session->manifest_at,
	};

	gyw_manifest_encode(body, &piece);
}

static void
write_body(GySession *session, struct gyw_writer *body)
{
	struct gyw_hello hello = {.protocol_min = GYW_PROTOCOL, .protocol_max = GYW_PROTOCOL};

	switch (session->request.type) {
	case GYW_HELLO:
		memcpy(hello.nonce, session->nonce, sizeof hello.nonce);
		gyw_hello_encode(body, &hello);
		break;
	case GYW_BEGIN: write_begin(session, body); break;
	case GYW_MANIFEST: write_manifest(session, body); break;
	case GYW_AUTH:
		if (session->auth.has_signature)
			gyw_write_bytes(body, session->auth.signature, sizeof session->auth.signature);
		break;
	case GYW_SPEED: gyw_write_u32le(body, session->speed.wanted); break;
	case GYW_ECHO: gy_speed_write_check(session, body); break;
	case GYW_REGION: gyw_write_u32le(body, session->region); break;
	case GYW_SELFTEST:
		gyw_write_u32le(body, GYW_SELFTEST_ERASE);
		gyw_write_u32le(body, session->seed);
		break;
	case GYW_HASH:
	case GYW_READ: gyw_area_encode(body, &session->area); break;
	default: break; /* all others have none */
	}
}

/* Puts the request's frame together, now that the port has room for it. */
void
gy_request_put(GySession *session)
{
	Request *request = &session->request;
	struct gyw_writer body;

	gyw_frame_open(&body, session->frame, GYW_MTU_MIN);
	write_body(session, &body);
	session->frame_size = gyw_frame_close(
		&body, session->frame, GYW_MTU_MIN, request->type, request->seq, request->session);
	session->frame_at = 0;
	session->frame_type = request->type;
	request->due = FALSE;
	request->again_ms = G_MAXINT64;
	if (request->sent > 0)
		session->counters.frames_resent++;
}

void
gy_request_was_sent(GySession *session, gint64 now_ms)
{
	Request *request = &session->request;

	/* the frame of a request that was answered or dropped meanwhile */
	if (!request->waits || request->type != session->frame_type)
		return;
	request->sent++;
	request->silent++;
	request->out_ms = now_ms;
	request->again_ms = now_ms + request->timeout_ms + (gint64) session->frame_size * SLOW_BYTE_US / 1000;
	/* lines slower than was thought are not filled with repeats */
	if (request->type != GYW_HELLO)
		request->timeout_ms = MIN(request->timeout_ms * 2, TIMEOUT_MOST_MS);
}

void
gy_request_step(GySession *session, gint64 now_ms)
{
	Request *request = &session->request;

	if (!request->waits || request->due || now_ms < request->again_ms)
		return;
	if (request->type == GYW_RESET && request->silent >= RESET_SILENT_MOST) {
		/* it may have reset, and what listens now may be a boot menu: only HELLO is harmless there */
		gy_resume_greet(session, now_ms);
		return;
	}
	if (request->type == GYW_SPEED || request->type == GYW_ECHO) {
		/* a repeat would be answered and not done; nor does it say anything that the next one does not */
		gy_speed_on_silence(session, now_ms);
		return;
	}
	request->due = TRUE;
	request->again_ms = G_MAXINT64;
}

gint64
gy_request_deadline(GySession *session)
{
	return session->request.waits && !session->request.due ? session->request.again_ms : G_MAXINT64;
}
