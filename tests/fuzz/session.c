// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "protocol/host/session/session.h"
#include "protocol/wire/releasing.h"
#include "tests/fuzz/script.h"
#include "tests/fuzz/target.h"

/*
 * The host's session under a device that says what it likes. Steps, by the first byte modulo 6: raw bytes, any frame, a frame
 * that answers the request on the line, an operation, time, the port's going and coming. Every operation ends
 * exactly once, and all of them end when the device falls silent.
 */

#define PAYLOAD_SIZE 5000u
/* The link is given up after 60 s, a deaf device is waited for 10 minutes at most. */
#define SILENCE_MS (15 * 60 * 1000)
#define LEAST_MS   10

typedef struct {
	GySession *session;
	GBytes *payload;
	GBytes *manifest;
	gint64 now_ms;
	gboolean port_open;
	gboolean is_under_way;
	gboolean has_begun;
	guint8 counter; /* of "random" bytes */
	/* what the host has asked */
	struct gyw_releasing device;
	guint8 buffer[GYW_RECEIVER_SIZE(GYW_MTU_MAX)];
	guint8 seq;
	guint16 id;
	guint8 nonce[16];
	struct {
		guint8 seq;
		guint8 body[GYW_ECHO_SIZE];
	} echoes[4]; /* the newest ones */
	guint n_echoes;
} Host;

static void
next_bytes(gpointer data, guint8 *bytes, gsize size)
{
	Host *host = data;

	for (gsize i = 0; i < size; i++)
		bytes[i] = (guint8) (host->counter += 101);
}

static void
note_frame(Host *host, const struct gyw_frame *frame)
{
	struct gyw_hello hello;

	host->seq = frame->seq;
	host->id = frame->session;
	if (frame->type == GYW_HELLO && gyw_hello_decode(&hello, frame->body, frame->body_size) == GYW_OK)
		memcpy(host->nonce, hello.nonce, sizeof host->nonce);
	if (frame->type == GYW_ECHO && frame->body_size == GYW_ECHO_SIZE) {
		guint which = host->n_echoes++ % G_N_ELEMENTS(host->echoes);

		host->echoes[which].seq = frame->seq;
		memcpy(host->echoes[which].body, frame->body, GYW_ECHO_SIZE);
	}
}

/* Takes what the session has for the line, up to a limit: a window may be endless. */
static void
drain(Host *host)
{
	guint8 bytes[512];
	struct gyw_frame frame;

	for (guint i = 0; i < 64 && host->port_open; i++) {
		gsize n = gy_session_send(host->session, bytes, sizeof bytes, host->now_ms);

		for (gsize k = 0; k < n; k++) {
			if (gyw_releasing_push(&host->device, bytes[k], 0, &frame) == GYW_RECEIVE_FRAME)
				note_frame(host, &frame);
		}
		if (n == 0)
			return;
	}
}

static void
take_events(Host *host)
{
	GySessionEvent event = {0};

	while (gy_session_next_event(host->session, &event)) {
		switch (event.type) {
		case GY_SESSION_EVENT_DONE:
		case GY_SESSION_EVENT_REFUSED:
		case GY_SESSION_EVENT_ERROR:
			g_assert_true(host->is_under_way);
			host->is_under_way = FALSE;
			g_assert_true(event.type != GY_SESSION_EVENT_ERROR || event.message != NULL);
			break;
		case GY_SESSION_EVENT_TEXT: g_assert_nonnull(event.bytes); break;
		case GY_SESSION_EVENT_RATE: g_assert_nonnull(event.message); break;
		case GY_SESSION_EVENT_BUSY:
		case GY_SESSION_EVENT_PROGRESS: break;
		}
		gy_session_event_clear(&event);
	}
	g_assert_cmpint(host->is_under_way, ==, gy_session_operation(host->session) != GY_OPERATION_NONE);
	g_assert_cmpuint(gy_session_next_offset(host->session), <=, PAYLOAD_SIZE);
}

/* A deadline that stays in the past would keep the host's thread spinning. */
static void
pass_time(Host *host, gint64 ms)
{
	gint64 end = host->now_ms + ms;

	do {
		host->now_ms = CLAMP(gy_session_deadline(host->session), host->now_ms, end);
		gy_session_step(host->session, host->now_ms);
		drain(host);
		take_events(host);
		g_assert_true(gy_session_deadline(host->session) > host->now_ms ||
			      gy_session_wants_to_send(host->session, host->now_ms));
		host->now_ms = MIN(host->now_ms + LEAST_MS, end);
	} while (host->now_ms < end);
}

/* ---- steps ---------------------------------------------------------------------------------------------- */

static void
receive(Host *host, const guint8 *bytes, gsize size)
{
	/* a block of exactly this size, for the sanitizer */
	g_autofree guint8 *copy = g_memdup2(bytes, size);

	if (host->port_open)
		gy_session_receive(host->session, copy, size, host->now_ms);
}

/* As a device does that understands every one. */
static void
send_back(Host *host, guint8 *line)
{
	for (guint i = 0; i < G_N_ELEMENTS(host->echoes); i++)
		receive(host, line,
			script_frame(line, GYW_ECHOED, host->echoes[i].seq, host->id, host->echoes[i].body,
				GYW_ECHO_SIZE));
}

static gboolean
sign(gpointer data, const guint8 *message, gsize size, guint8 signature[GYW_SIGNATURE_SIZE], char **why)
{
	memset(signature, message[size - 1], GYW_SIGNATURE_SIZE);
	if (message[size - 1] != 0)
		return TRUE;
	*why = g_strdup("the token is not there");
	return FALSE;
}

static void
receive_frame(Host *host, Script *script, gboolean is_answer)
{
	guint8 type = script_u8(script);
	guint8 seq = is_answer ? host->seq : script_u8(script);
	guint16 id = is_answer ? host->id : script_u16(script);
	guint8 line[GYW_LINE_SIZE(GYW_MTU_MIN)];
	guint8 body[255];
	guint8 size;
	const guint8 *bytes = script_bytes(script, &size);

	if (size > 0)
		memcpy(body, bytes, size);
	if (is_answer && type == GYW_INFO && size >= sizeof host->nonce)
		memcpy(body, host->nonce, sizeof host->nonce);
	if (is_answer && type == GYW_ECHOED) {
		send_back(host, line);
		return;
	}
	receive(host, line, script_frame(line, type, seq, id, body, size));
}

static void
start_anything(Host *host, guint8 which)
{
	GySession *session = host->session;
	gint64 now = host->now_ms;

	switch (which % 10) {
	case 0: gy_session_hello(session, now); break;
	case 1:
		gy_session_begin(session, host->payload, which & 0x40 ? host->manifest : NULL,
			GYW_MODE_PACKAGE, 0, (which & 0x80) != 0, now);
		host->has_begun = TRUE;
		break;
	case 2: gy_session_transfer(session, now); break;
	case 3: gy_session_finish(session, now); break;
	case 4: gy_session_arm(session, now); break;
	case 5: gy_session_disarm(session, now); break;
	case 6: gy_session_reset(session, now); break;
	case 7: gy_session_status(session, now); break;
	case 8: gy_session_read(session, 1, which, 3000, now); break;
	case 9: gy_session_hash(session, 1, which, 3000, now); break;
	}
	host->is_under_way = TRUE;
}

/* What a caller may not ask for is left out: the device must have been met, and BEGIN comes before the transfer. */
static void
start_operation(Host *host, guint8 which)
{
	if (which == 0xFF) {
		gy_session_cancel(host->session, host->now_ms);
		host->is_under_way = TRUE;
		return;
	}
	if (host->is_under_way)
		return;
	if (which % 10 != 0 && gy_session_info(host->session) == NULL)
		return;
	if (which % 10 == 2 && !host->has_begun)
		return;
	start_anything(host, which);
}

static void
turn_port(Host *host)
{
	host->port_open = !host->port_open;
	if (host->port_open)
		gy_session_port_opened(host->session, host->now_ms);
	else
		gy_session_port_closed(host->session, host->now_ms);
}

static void
take_step(Host *host, Script *script)
{
	const guint8 *bytes;
	guint8 size;

	switch (script_u8(script) % 6) {
	case 0:
		bytes = script_bytes(script, &size);
		receive(host, bytes, size);
		break;
	case 1: receive_frame(host, script, FALSE); break;
	case 2: receive_frame(host, script, TRUE); break;
	case 3: start_operation(host, script_u8(script)); break;
	case 4: pass_time(host, script_u16(script) % 5000); break;
	case 5: turn_port(host); break;
	}
	drain(host);
	take_events(host);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const guint8 zeros[PAYLOAD_SIZE];
	Host host = {.now_ms = 1000, .port_open = TRUE};
	GySessionOptions options = {.random = next_bytes,
		.random_data = &host,
		.baud = 9600,
		.max_baud = G_MAXUINT32,
		.sign = sign};
	Script script = {data, size};

	g_log_set_always_fatal(G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_ERROR);
	host.session = gy_session_new(&options);
	host.payload = g_bytes_new_static(zeros, sizeof zeros);
	host.manifest = g_bytes_new_static(zeros, 1200);
	gyw_releasing_init(&host.device, host.buffer, GYW_ENCODED_SIZE(GYW_MTU_MAX));
	while (script.left > 0)
		take_step(&host, &script);
	pass_time(&host, SILENCE_MS);
	g_assert_cmpint(gy_session_operation(host.session), ==, GY_OPERATION_NONE);
	gy_session_free(host.session);
	g_bytes_unref(host.payload);
	g_bytes_unref(host.manifest);
	return 0;
}
