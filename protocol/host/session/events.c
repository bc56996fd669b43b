// SPDX-License-Identifier: Apache-2.0
#include "protocol/host/session/session-private.h"

void
gy_session_event_clear(GySessionEvent *event)
{
	g_clear_pointer(&event->bytes, g_bytes_unref);
	g_clear_pointer(&event->message, g_free);
}

void
gy_session_event_free(gpointer event)
{
	gy_session_event_clear(event);
	g_free(event);
}

GySessionEvent *
gy_session_event_push(GySession *session, GySessionEventType type)
{
	GySessionEvent *event;

	/* what was printed before it comes before it */
	if (type != GY_SESSION_EVENT_TEXT)
		gy_session_text_flush(session);
	event = g_new0(GySessionEvent, 1);
	event->type = type;
	event->operation = session->operation;
	g_queue_push_tail(&session->events, event);
	return event;
}

gboolean
gy_session_next_event(GySession *session, GySessionEvent *event)
{
	g_autofree GySessionEvent *oldest = g_queue_pop_head(&session->events);

	if (oldest == NULL)
		return FALSE;
	*event = *oldest;
	return TRUE;
}

void
gy_session_text_flush(GySession *session)
{
	GySessionEvent *event;

	if (session->text->len == 0)
		return;
	event = gy_session_event_push(session, GY_SESSION_EVENT_TEXT);
	event->operation = GY_OPERATION_NONE;
	session->printed_ms = MAX(session->received_ms, session->printed_ms);
	event->bytes = g_bytes_new(session->text->data, session->text->len);
	g_byte_array_set_size(session->text, 0);
}

void
gy_session_progress(GySession *session, gint64 now_ms)
{
	session->has_progress = TRUE;
	if (now_ms - session->progress_event_ms < PROGRESS_MS)
		return;
	session->has_progress = FALSE;
	session->progress_event_ms = now_ms;
	gy_session_event_push(session, GY_SESSION_EVENT_PROGRESS);
}
