// SPDX-License-Identifier: Apache-2.0
#include "engine/console/shell-pass.h"

#define PING_EVERY_MS 20000 /* the device closes after a minute of silence */
#define FRESH_MS      2000  /* so long an answer says that the shell is open */
#define LOST_MS       4000
#define AGAIN_MS      5000 /* after an agent that has not answered */

struct _GyShellPass {
	GyAgentKey *key;
	GySession *session;  /* NULL: no port yet */
	gboolean is_guarded; /* the device asks for a key */
	gboolean takes_text;
	gint64 answered_ms;
	gint64 next_ms; /* when to ask again, while nothing is asked */
};

GyShellPass *
gy_shell_pass_new(GyAgentKey *key)
{
	GyShellPass *pass = g_new0(GyShellPass, 1);

	pass->key = gy_agent_key_ref(key);
	return pass;
}

void
gy_shell_pass_free(GyShellPass *pass)
{
	g_clear_pointer(&pass->session, gy_session_free);
	gy_agent_key_unref(pass->key);
	g_free(pass);
}

void
gy_shell_pass_open(GyShellPass *pass, gint64 now_ms)
{
	GySessionOptions options = {.lost_ms = LOST_MS};

	gy_agent_key_offer(pass->key, &options);
	g_clear_pointer(&pass->session, gy_session_free);
	pass->session = gy_session_new(&options);
	pass->is_guarded = FALSE;
	pass->takes_text = FALSE;
	pass->next_ms = G_MAXINT64;
	gy_session_hello(pass->session, now_ms);
}

static void
on_done(GyShellPass *pass, GyOperation operation, gint64 now_ms)
{
	pass->is_guarded = (gy_session_info(pass->session)->capabilities & GYW_NEEDS_AUTH) != 0;
	pass->next_ms = G_MAXINT64;
	/* anything but HELLO makes the session show its key */
	if (operation == GY_OPERATION_HELLO && pass->is_guarded) {
		gy_session_ping(pass->session, now_ms);
		return;
	}
	pass->takes_text = TRUE;
	pass->answered_ms = now_ms;
	if (pass->is_guarded)
		pass->next_ms = now_ms + PING_EVERY_MS;
}

/* Whatever listens where no HELLO is answered has no lock. */
static void
on_silence(GyShellPass *pass, GyOperation operation, gint64 now_ms)
{
	gboolean has_greeted = operation == GY_OPERATION_HELLO;

	pass->is_guarded = FALSE;
	pass->takes_text = has_greeted;
	pass->next_ms = has_greeted ? now_ms + AGAIN_MS : now_ms;
}

static gboolean
on_event(GyShellPass *pass, GySessionEvent *event, gint64 now_ms, GByteArray *text, GError **error)
{
	gsize size;
	const guint8 *bytes;

	switch (event->type) {
	case GY_SESSION_EVENT_TEXT:
		bytes = g_bytes_get_data(event->bytes, &size);
		g_byte_array_append(text, bytes, (guint) size);
		break;
	case GY_SESSION_EVENT_DONE: on_done(pass, event->operation, now_ms); break;
	case GY_SESSION_EVENT_ERROR:
		if (event->error_code == GY_LINK_ERROR_AUTH_REFUSED ||
			event->error_code == GY_LINK_ERROR_AUTH_REQUIRED) {
			g_set_error_literal(error, GY_LINK_ERROR, (int) event->error_code, event->message);
			return FALSE;
		}
		g_debug("%s", event->message);
		on_silence(pass, event->operation, now_ms);
		break;
	case GY_SESSION_EVENT_REFUSED: on_silence(pass, event->operation, now_ms); break;
	case GY_SESSION_EVENT_BUSY:
	case GY_SESSION_EVENT_PROGRESS:
	case GY_SESSION_EVENT_RATE: break;
	}
	return TRUE;
}

void
gy_shell_pass_receive(GyShellPass *pass, const guint8 *bytes, gsize size, gint64 now_ms)
{
	gy_session_receive(pass->session, bytes, size, now_ms);
}

static gboolean
is_asking(GyShellPass *pass)
{
	return gy_session_operation(pass->session) != GY_OPERATION_NONE;
}

gboolean
gy_shell_pass_step(GyShellPass *pass, gint64 now_ms, GByteArray *text, GError **error)
{
	gy_session_step(pass->session, now_ms);
	for (;;) {
		g_auto(GySessionEvent) event = {0};

		if (!gy_session_next_event(pass->session, &event))
			break;
		if (!on_event(pass, &event, now_ms, text, error))
			return FALSE;
	}
	if (is_asking(pass) || now_ms < pass->next_ms)
		return TRUE;
	if (pass->is_guarded)
		gy_session_ping(pass->session, now_ms);
	else
		gy_session_hello(pass->session, now_ms);
	return TRUE;
}

gsize
gy_shell_pass_send(GyShellPass *pass, guint8 *bytes, gsize size, gint64 now_ms)
{
	return gy_session_send(pass->session, bytes, size, now_ms);
}

gboolean
gy_shell_pass_wants_to_send(GyShellPass *pass, gint64 now_ms)
{
	return gy_session_wants_to_send(pass->session, now_ms);
}

gboolean
gy_shell_pass_takes_text(GyShellPass *pass, gint64 now_ms)
{
	if (pass->is_guarded && pass->takes_text && now_ms - pass->answered_ms >= FRESH_MS) {
		pass->takes_text = FALSE;
		if (!is_asking(pass))
			gy_session_ping(pass->session, now_ms);
	}
	return pass->takes_text;
}

gint64
gy_shell_pass_deadline(GyShellPass *pass)
{
	gint64 deadline_ms = gy_session_deadline(pass->session);

	return is_asking(pass) ? deadline_ms : MIN(deadline_ms, pass->next_ms);
}
