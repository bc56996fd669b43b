// SPDX-License-Identifier: Apache-2.0
#include "protocol/host/session/session-private.h"

#include <glib/gi18n-lib.h>

/* What the host can ask for: how each operation begins, and how it ends. */

static void
end(GySession *session)
{
	gy_speed_abandon(session);
	session->operation = GY_OPERATION_NONE;
	session->phase = PHASE_IDLE;
	session->request.waits = FALSE;
	session->suspended.waits = FALSE;
	session->has_progress = FALSE;
	session->was_gone = FALSE;
	session->deaf_until_ms = 0;
}

void
gy_session_done(GySession *session, GBytes *bytes)
{
	GySessionEvent *event = gy_session_event_push(session, GY_SESSION_EVENT_DONE);

	if (bytes != NULL)
		event->bytes = g_bytes_ref(bytes);
	if (session->operation == GY_OPERATION_RESET) {
		session->reset_session = session->id;
		session->auth.is_done = FALSE;
		gy_speed_forget(session);
	}
	if (session->operation == GY_OPERATION_CANCEL)
		session->id = 0;
	end(session);
}

void
gy_session_refused(GySession *session, const struct gyw_refusal *refusal, gboolean is_failure)
{
	GySessionEvent *event = gy_session_event_push(session, GY_SESSION_EVENT_REFUSED);

	event->refusal = *refusal;
	event->is_failure = is_failure;
	end(session);
}

void
gy_session_give_up(GySession *session, GyLinkError code, const char *format, ...)
{
	GySessionEvent *event = gy_session_event_push(session, GY_SESSION_EVENT_ERROR);
	va_list args;

	va_start(args, format);
	event->error_code = code;
	event->message = g_strdup_vprintf(format, args);
	va_end(args);
	end(session);
}

/* Begins an operation; TRUE if its own request may go out at once. */
static gboolean
begin_operation(GySession *session, GyOperation operation, gint64 now_ms)
{
	session->operation = operation;
	session->begun_ms = now_ms;
	session->answered_ms = now_ms;
	session->phase = PHASE_IDLE;
	session->auth.n_tries = session->auth.n_locked = 0;
	if (operation != GY_OPERATION_HELLO)
		session->reset_session = 0;
	if (operation == GY_OPERATION_HELLO || session->is_unsure) {
		gy_resume_greet(session, now_ms);
		return FALSE;
	}
	return TRUE;
}

static void
act(GySession *session, GyOperation operation, gint64 now_ms)
{
	g_return_if_fail(session->operation == GY_OPERATION_NONE);
	if (begin_operation(session, operation, now_ms))
		gy_resume_approach(session, PHASE_ACTING, now_ms);
}

void
gy_session_hello(GySession *session, gint64 now_ms)
{
	g_return_if_fail(session->operation == GY_OPERATION_NONE);
	if (session->id != 0)
		session->last_id = session->id;
	session->id = 0;
	gy_overheard_clear(&session->overheard);
	begin_operation(session, GY_OPERATION_HELLO, now_ms);
}

/* What BEGIN says of bytes: how many they are, and their SHA-256. */
static guint32
measure(GBytes *bytes, guint8 digest[32])
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	gsize digest_size = 32;
	gsize size = g_bytes_get_size(bytes);

	g_checksum_update(sum, g_bytes_get_data(bytes, NULL), (gssize) size);
	g_checksum_get_digest(sum, digest, &digest_size);
	return (guint32) size;
}

static gboolean
can_be_announced(GBytes *bytes)
{
	gsize size = g_bytes_get_size(bytes);

	return size > 0 && size <= G_MAXUINT32;
}

/* @image: (nullable): what the payload expands to. */
static void
begin(GySession *session, GBytes *payload, GBytes *image, GBytes *manifest, enum gyw_mode mode,
	guint32 target, gboolean from_zero, gint64 now_ms)
{
	g_return_if_fail(session->operation == GY_OPERATION_NONE);
	g_return_if_fail(session->has_info);
	g_return_if_fail(can_be_announced(payload) && (image == NULL || can_be_announced(image)));
	g_return_if_fail(manifest == NULL || g_bytes_get_size(manifest) <= G_MAXUINT32);

	session->length = measure(payload, session->sha256);
	session->expanded_length = image != NULL ? measure(image, session->expanded_sha256) : 0;
	g_bytes_ref(payload);
	g_clear_pointer(&session->payload, g_bytes_unref);
	session->payload = payload;
	if (manifest != NULL)
		g_bytes_ref(manifest);
	g_clear_pointer(&session->manifest, g_bytes_unref);
	session->manifest = manifest;
	g_clear_pointer(&session->tags, g_bytes_unref);
	session->mode = mode;
	session->target = target;
	session->from_zero = from_zero;
	session->is_custom = FALSE;
	session->has_old = FALSE;
	session->has_verified = FALSE;
	session->restarts = 0;
	session->transfer.next = 0;
	if (begin_operation(session, GY_OPERATION_BEGIN, now_ms))
		gy_resume_approach(session, PHASE_BEGINNING, now_ms);
}

void
gy_session_begin(GySession *session, GBytes *payload, GBytes *manifest, enum gyw_mode mode, guint32 target,
	gboolean from_zero, gint64 now_ms)
{
	begin(session, payload, NULL, manifest, mode, target, from_zero, now_ms);
}

void
gy_session_begin_custom(GySession *session, GBytes *payload, GBytes *manifest, gint64 now_ms)
{
	begin(session, payload, NULL, manifest, GYW_MODE_PACKAGE, GYW_TARGET_CUSTOM, FALSE, now_ms);
	session->is_custom = TRUE;
}

void
gy_session_begin_difference(
	GySession *session, GBytes *payload, GBytes *manifest, const guint8 old_sha256[32], gint64 now_ms)
{
	begin(session, payload, NULL, manifest, GYW_MODE_PACKAGE, 0, FALSE, now_ms);
	session->has_old = TRUE;
	memcpy(session->old_sha256, old_sha256, sizeof session->old_sha256);
}

void
gy_session_begin_compressed(GySession *session, GBytes *stream, GBytes *image, GBytes *manifest,
	enum gyw_mode mode, guint32 target, gint64 now_ms)
{
	begin(session, stream, image, manifest, mode, target, FALSE, now_ms);
}

void
gy_session_add_tags(GySession *session, GBytes *tags)
{
	g_bytes_ref(tags);
	g_clear_pointer(&session->tags, g_bytes_unref);
	session->tags = tags;
}

void
gy_session_transfer(GySession *session, gint64 now_ms)
{
	g_return_if_fail(session->payload != NULL);
	act(session, GY_OPERATION_TRANSFER, now_ms);
}

void
gy_session_finish(GySession *session, gint64 now_ms)
{
	act(session, GY_OPERATION_FINISH, now_ms);
}

void
gy_session_arm(GySession *session, gint64 now_ms)
{
	act(session, GY_OPERATION_ARM, now_ms);
}

static gboolean
is_of_operation(const GySessionEvent *event)
{
	return event->type == GY_SESSION_EVENT_BUSY || event->type == GY_SESSION_EVENT_PROGRESS;
}

/* The operation under way ends without an event; what the device makes of it, it makes. */
static void
abandon(GySession *session)
{
	GList *link = session->events.head;

	while (link != NULL) {
		GList *following = link->next;

		if (is_of_operation(link->data)) {
			gy_session_event_free(link->data);
			g_queue_delete_link(&session->events, link);
		}
		link = following;
	}
	end(session);
}

void
gy_session_disarm(GySession *session, gint64 now_ms)
{
	abandon(session);
	act(session, GY_OPERATION_DISARM, now_ms);
}

void
gy_session_reset(GySession *session, gint64 now_ms)
{
	act(session, GY_OPERATION_RESET, now_ms);
}

void
gy_session_cancel(GySession *session, gint64 now_ms)
{
	abandon(session);
	session->operation = GY_OPERATION_CANCEL;
	session->begun_ms = session->answered_ms = now_ms;
	if (session->id == 0) {
		gy_session_done(session, NULL);
	} else if (!session->is_open) {
		gy_session_give_up(
			session, GY_LINK_ERROR_GONE, _("the port is away: the device keeps its session"));
	} else if (session->is_unsure) {
		gy_resume_greet(session, now_ms);
	} else {
		gy_resume_act(session, now_ms);
	}
}

void
gy_session_ping(GySession *session, gint64 now_ms)
{
	act(session, GY_OPERATION_PING, now_ms);
}

void
gy_session_status(GySession *session, gint64 now_ms)
{
	act(session, GY_OPERATION_STATUS, now_ms);
}

void
gy_session_region(GySession *session, guint32 region, gint64 now_ms)
{
	g_return_if_fail(session->operation == GY_OPERATION_NONE);
	g_return_if_fail(session->has_info);

	session->region = region;
	session->id = gy_session_draw_id(session);
	act(session, GY_OPERATION_REGION, now_ms);
}

void
gy_session_selftest(GySession *session, guint32 seed, gint64 now_ms)
{
	g_return_if_fail(session->operation == GY_OPERATION_NONE);

	session->seed = seed;
	session->id = gy_session_draw_id(session);
	act(session, GY_OPERATION_SELFTEST, now_ms);
}

void
gy_session_confirm(GySession *session, gint64 now_ms)
{
	act(session, GY_OPERATION_CONFIRM, now_ms);
}

static void
ask_for_area(GySession *session, GyOperation operation, const struct gyw_area *area, gint64 now_ms)
{
	g_return_if_fail(area->length > 0 && area->length <= G_MAXUINT32 - area->offset);

	session->area = *area;
	g_byte_array_set_size(session->area_bytes, 0);
	act(session, operation, now_ms);
}

void
gy_session_hash(GySession *session, guint32 area, guint32 offset, guint32 length, gint64 now_ms)
{
	struct gyw_area wanted = {area, offset, length};

	ask_for_area(session, GY_OPERATION_HASH, &wanted, now_ms);
}

void
gy_session_read(GySession *session, guint32 area, guint32 offset, guint32 length, gint64 now_ms)
{
	struct gyw_area wanted = {area, offset, length};

	g_return_if_fail(length <= READ_MOST);
	ask_for_area(session, GY_OPERATION_READ, &wanted, now_ms);
}
