// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <string.h>

#include "protocol/host/session/session-private.h"

/* Drift of a device's clock against ours, and what a round trip may add: the uptime's error. */
#define UPTIME_SLACK_MS 250
#define DRIFT_DIVISOR   16

/* Smaller than it would be by now if the device had run on. Both count modulo 2^32. */
static gboolean
has_restarted(GySession *session, const struct gyw_info *info, gint64 now_ms)
{
	gint64 passed_ms = now_ms - session->info_ms;
	guint32 expected_ms = session->info.uptime_ms + (guint32) passed_ms;
	gint32 behind_ms = (gint32) (expected_ms - info->uptime_ms);

	return behind_ms > UPTIME_SLACK_MS + passed_ms / DRIFT_DIVISOR;
}

static gboolean
is_same_device(const struct gyw_info *a, const struct gyw_info *b)
{
	return a->device_id_size == b->device_id_size &&
	       memcmp(a->device_id, b->device_id, a->device_id_size) == 0;
}

static char *
device_id_text(const struct gyw_info *info)
{
	GString *text = g_string_new(NULL);
	guint i;

	for (i = 0; i < info->device_id_size; i++)
		g_string_append_printf(text, "%02x", info->device_id[i]);
	return g_string_free(text, FALSE);
}

static void
give_up_other_device(GySession *session, const struct gyw_info *info)
{
	g_autofree char *expected = device_id_text(&session->info);
	g_autofree char *found = device_id_text(info);

	gy_session_give_up(session, GY_LINK_ERROR_OTHER_DEVICE,
		_("the board on the cable has the device id %s, the one before had %s"), found, expected);
}

static void
on_info(GySession *session, const struct gyw_frame *frame, gint64 now_ms)
{
	struct gyw_info info;
	gboolean restarted;

	if (gyw_info_decode(&info, frame->body, frame->body_size) != GYW_OK) {
		gy_session_give_up(session, GY_LINK_ERROR_PROTOCOL,
			_("the device introduced itself with %u bytes that cannot be"), frame->body_size);
		return;
	}
	if (memcmp(info.nonce, session->nonce, sizeof info.nonce) != 0)
		return; /* the answer to somebody else's HELLO */
	if (info.protocol != GYW_PROTOCOL) {
		gy_session_give_up(session, GY_LINK_ERROR_OTHER_VERSION,
			_("the agent speaks protocol %u to %u, this program speaks %u"), info.protocol,
			info.protocol_max, GYW_PROTOCOL);
		return;
	}
	/* one that names our session may have restarted before it, in a BEGIN that was then repeated, but not since */
	restarted = session->has_info && has_restarted(session, &info, now_ms) &&
		    (session->id == 0 || info.last_session != session->id);
	if (session->operation != GY_OPERATION_HELLO && !is_same_device(&info, &session->info)) {
		give_up_other_device(session, &info);
		return;
	}
	session->info = info;
	session->info_ms = now_ms;
	session->has_info = TRUE;
	session->is_unsure = FALSE;
	gy_resume_after_hello(session, restarted, now_ms);
}

static void
on_verified(GySession *session, const struct gyw_frame *frame)
{
	struct gyw_verified verified;

	if (gyw_verified_decode(&verified, frame->body, frame->body_size) != GYW_OK) {
		gy_session_give_up(session, GY_LINK_ERROR_PROTOCOL,
			_("the device's verification has only %u bytes"), frame->body_size);
		return;
	}
	if (verified.length != session->length ||
		memcmp(verified.sha256, session->sha256, sizeof verified.sha256) != 0) {
		gy_session_give_up(session, GY_LINK_ERROR_PROTOCOL,
			_("the device verified %u bytes with another SHA-256 than that of the %u that were "
			  "sent"),
			verified.length, session->length);
		return;
	}
	session->verified = verified;
	session->has_verified = TRUE;
	gy_session_done(session, NULL);
}

static void
on_status(GySession *session, const struct gyw_frame *frame)
{
	if (gyw_status_decode(&session->status, frame->body, frame->body_size) != GYW_OK) {
		gy_session_give_up(session, GY_LINK_ERROR_PROTOCOL,
			_("the device's status has only %u bytes"), frame->body_size);
		return;
	}
	session->has_status = TRUE;
	gy_session_done(session, NULL);
}

static void
on_hash(GySession *session, const struct gyw_frame *frame)
{
	g_autoptr(GBytes) digest = NULL;

	if (frame->body_size < 32) {
		gy_session_give_up(session, GY_LINK_ERROR_PROTOCOL,
			_("the device's SHA-256 has only %u bytes"), frame->body_size);
		return;
	}
	digest = g_bytes_new(frame->body, 32);
	gy_session_done(session, digest);
}

static void
on_read_data(GySession *session, const struct gyw_frame *frame, gint64 now_ms)
{
	struct gyw_area *area = &session->area;
	g_autoptr(GBytes) bytes = NULL;
	struct gyw_data data;

	if (gyw_data_decode(&data, frame->body, frame->body_size) != GYW_OK || data.offset != area->offset ||
		data.size == 0 || data.size > area->length) {
		gy_session_give_up(session, GY_LINK_ERROR_PROTOCOL,
			_("the device was asked for %u bytes at %u of area %u and sent others"), area->length,
			area->offset, area->area);
		return;
	}
	g_byte_array_append(session->area_bytes, data.bytes, data.size);
	area->offset += data.size;
	area->length -= data.size;
	if (area->length > 0) {
		gy_request_start(session, GYW_READ, session->id, now_ms);
		return;
	}
	bytes = g_bytes_new(session->area_bytes->data, session->area_bytes->len);
	gy_session_done(session, bytes);
}

static void
on_ready(GySession *session, const struct gyw_frame *frame, gint64 now_ms)
{
	struct gyw_ready ready;

	if (gyw_ready_decode(&ready, frame->body, frame->body_size) != GYW_OK) {
		gy_session_give_up(session, GY_LINK_ERROR_PROTOCOL,
			_("the device is ready in %u bytes that contradict themselves"), frame->body_size);
		return;
	}
	gy_resume_on_ready(session, &ready, now_ms);
}

/* A device that has verified takes no DATA any more, and needs none. */
static gboolean
is_past_transfer(GySession *session, const struct gyw_refusal *refusal)
{
	return session->operation == GY_OPERATION_TRANSFER && refusal->cause == GYW_CAUSE_STATE &&
	       session->transfer.next == session->length && refusal->detail >= GYW_STATE_FINISHING &&
	       refusal->detail <= GYW_STATE_ARMED;
}

static void
on_refusal(GySession *session, const struct gyw_frame *frame, gint64 now_ms)
{
	struct gyw_refusal refusal;

	if (gyw_refusal_decode(&refusal, frame->body, frame->body_size) != GYW_OK) {
		gy_session_give_up(session, GY_LINK_ERROR_PROTOCOL,
			_("the device's refusal has only %u bytes"), frame->body_size);
		return;
	}
	if (is_past_transfer(session, &refusal))
		gy_session_done(session, NULL);
	else if (session->phase == PHASE_AUTH)
		gy_auth_on_refusal(session, &refusal, now_ms);
	else if (refusal.cause == GYW_CAUSE_LOCKED)
		gy_auth_on_locked(session, now_ms);
	else if (session->phase == PHASE_SPEED)
		gy_speed_on_refusal(session, &refusal, now_ms);
	else
		gy_session_refused(session, &refusal, frame->type == GYW_FAILED);
}

static void
on_unknown(GySession *session, const struct gyw_frame *frame, gint64 now_ms)
{
	struct gyw_refusal refusal = {.operation = session->request.type, .cause = GYW_CAUSE_NOT_OFFERED};

	if (frame->body_size < 1 || frame->body[0] != session->request.type)
		return;
	if (session->phase == PHASE_SPEED)
		gy_speed_on_refusal(session, &refusal, now_ms);
	else
		gy_session_refused(session, &refusal, FALSE);
}

static void
on_busy(GySession *session, const struct gyw_frame *frame, gint64 now_ms)
{
	struct gyw_busy busy;
	gint64 again_ms = now_ms + AFTER_BUSY_MS;

	if (gyw_busy_decode(&busy, frame->body, frame->body_size) != GYW_OK)
		return;
	session->answered_ms = now_ms;
	session->from_zero = FALSE;
	session->transfer.quiet_ms = now_ms;
	session->transfer.probed_ms = G_MININT64;
	session->transfer.progress_ms = now_ms;
	if (busy.flags & GYW_BUSY_DEAF) {
		again_ms = now_ms + MIN(busy.at_most_ms, DEAF_MOST_MS);
		session->deaf_until_ms = again_ms;
		/* when that time is over, the first thing is to ask */
		session->transfer.quiet_ms = again_ms - PROBE_MS;
		gy_session_drop_frame(session, now_ms);
	}
	if (session->request.waits && session->request.sent > 0) {
		session->request.due = FALSE;
		session->request.again_ms = again_ms;
		session->request.timeout_ms = MAX(session->request.timeout_ms, AFTER_BUSY_MS);
		session->request.was_busy = TRUE;
	}
	gy_session_event_push(session, GY_SESSION_EVENT_BUSY)->busy = busy;
}

static gboolean
is_expected(GySession *session, guint8 type)
{
	switch (session->request.type) {
	case GYW_HELLO: return type == GYW_INFO;
	case GYW_AUTH: return type == (session->auth.has_signature ? GYW_ACK : GYW_CHALLENGE);
	case GYW_ECHO: return type == GYW_ECHOED;
	case GYW_BEGIN: return type == GYW_READY;
	case GYW_MANIFEST: return type == GYW_READY || type == GYW_ACK;
	case GYW_FINISH: return type == GYW_VERIFIED;
	case GYW_STATUS: return type == GYW_STATUS_IS;
	case GYW_HASH: return type == GYW_HASH_IS;
	case GYW_READ: return type == GYW_READ_DATA;
	default: return type == GYW_ACK;
	}
}

static void
on_ack(GySession *session, gint64 now_ms)
{
	switch (session->request.type) {
	case GYW_MANIFEST: gy_resume_on_manifest_ack(session, now_ms); break;
	case GYW_AUTH: gy_auth_on_ack(session, now_ms); break;
	case GYW_SPEED: gy_speed_on_ack(session, now_ms); break;
	default: gy_session_done(session, NULL); break;
	}
}

static void
on_answer(GySession *session, const struct gyw_frame *frame, gint64 now_ms)
{
	Request *request = &session->request;

	session->answered_ms = now_ms;
	if (request->sent == 1 && !request->was_busy)
		gy_session_measure(session, now_ms - request->out_ms);
	if (request->type != GYW_MANIFEST || frame->type != GYW_ACK ||
		session->manifest_end < g_bytes_get_size(session->manifest))
		request->waits = FALSE;
	switch (frame->type) {
	case GYW_INFO: on_info(session, frame, now_ms); break;
	case GYW_READY: on_ready(session, frame, now_ms); break;
	case GYW_VERIFIED: on_verified(session, frame); break;
	case GYW_STATUS_IS: on_status(session, frame); break;
	case GYW_HASH_IS: on_hash(session, frame); break;
	case GYW_READ_DATA: on_read_data(session, frame, now_ms); break;
	case GYW_CHALLENGE: gy_auth_on_challenge(session, frame, now_ms); break;
	case GYW_ECHOED: gy_speed_on_checked(session, now_ms); break;
	default: on_ack(session, now_ms); break;
	}
}

static void
answer_request(GySession *session, const struct gyw_frame *frame, gint64 now_ms)
{
	if (is_expected(session, frame->type)) {
		on_answer(session, frame, now_ms);
		return;
	}
	switch (frame->type) {
	case GYW_REFUSED:
	case GYW_FAILED: on_refusal(session, frame, now_ms); break;
	case GYW_UNKNOWN: on_unknown(session, frame, now_ms); break;
	case GYW_GONE:
		session->answered_ms = now_ms;
		gy_resume_after_gone(session, now_ms);
		break;
	default: break; /* a DATA_ACK that was late, or what a newer device tells */
	}
}

static void
answer_data(GySession *session, const struct gyw_frame *frame, gint64 now_ms)
{
	switch (frame->type) {
	case GYW_DATA_ACK:
		session->answered_ms = now_ms;
		gy_transfer_ack(session, frame, now_ms);
		break;
	case GYW_REFUSED:
	case GYW_FAILED: on_refusal(session, frame, now_ms); break;
	case GYW_GONE:
		session->answered_ms = now_ms;
		gy_resume_after_gone(session, now_ms);
		break;
	default: break;
	}
}

/* The reset that was acknowledged did not come. */
static gboolean
is_late_reset_failure(GySession *session, const struct gyw_frame *frame)
{
	return frame->type == GYW_FAILED && session->reset_session != 0 &&
	       frame->session == session->reset_session && frame->body_size > 0 &&
	       frame->body[0] == GYW_RESET;
}

/* Numbers decide whether a frame is an answer: one of an earlier session or request is stale and means nothing. */
static void
take_frame(GySession *session, const struct gyw_frame *frame, gint64 now_ms)
{
	const Request *request = &session->request;
	gboolean is_for_request = request->waits && request->sent > 0 && frame->seq == request->seq &&
				  frame->session == request->session;

	if (frame->type == GYW_HELLO)
		session->overheard.n_echoes++;
	if (session->operation == GY_OPERATION_NONE)
		return;
	if (frame->type == GYW_BUSY) {
		if (is_for_request || (session->id != 0 && frame->session == session->id))
			on_busy(session, frame, now_ms);
		return;
	}
	session->deaf_until_ms = 0;
	if (is_late_reset_failure(session, frame))
		on_refusal(session, frame, now_ms);
	else if (is_for_request)
		answer_request(session, frame, now_ms);
	else if (session->phase == PHASE_SPEED)
		gy_speed_on_echo(session, frame, now_ms);
	else if (session->phase == PHASE_ACTING && session->operation == GY_OPERATION_TRANSFER &&
		 frame->session == session->id)
		answer_data(session, frame, now_ms);
}

void
gy_answer(GySession *session, const struct gyw_frame *frame, gint64 now_ms)
{
	session->heard_ms = now_ms;
	gy_speed_heard(session, now_ms);
	take_frame(session, frame, now_ms);
	gy_speed_rise(session, now_ms);
}
