// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "protocol/host/session/session-private.h"

/*
 * What a shell or a boot menu might act on: digits, w, CR, LF, ESC, ^C, ^D, XON and XOFF. Nor is there an eighth bit, so
 * that a device behind a line of seven gets it, and its answer tells of the line.
 */
static gboolean
is_harmless(const guint8 *bytes, guint32 size)
{
	static const guint8 harmful[] = {'w', '\r', '\n', 0x1B, 0x03, 0x04, 0x11, 0x13};
	guint32 i;

	for (i = 0; i < size; i++) {
		if (bytes[i] >= 0x80 || g_ascii_isdigit(bytes[i]) ||
			memchr(harmful, bytes[i], sizeof harmful) != NULL)
			return FALSE;
	}
	return TRUE;
}

void
gy_session_random(GySession *session, guint8 *bytes, gsize size)
{
	gsize i;

	if (session->options.random != NULL) {
		session->options.random(session->options.random_data, bytes, size);
		return;
	}
	/* numbers that tell sessions apart, no secrets */
	for (i = 0; i < size; i++)
		bytes[i] = (guint8) g_random_int();
}

guint16
gy_session_draw_id(GySession *session)
{
	guint8 bytes[2];
	guint16 id;

	gy_session_random(session, bytes, sizeof bytes);
	id = (guint16) (bytes[0] | bytes[1] << 8);
	while (id == 0 || id == session->info.last_session || id == session->id)
		id++;
	return id;
}

/* A frame of its own: another may be half sent from the session's buffer. */
static gboolean
is_hello_harmless(GySession *session)
{
	guint8 frame[GYW_LINE_SIZE(GYW_MTU_MIN)];
	struct gyw_hello hello = {.protocol_min = GYW_PROTOCOL, .protocol_max = GYW_PROTOCOL};
	struct gyw_writer body;
	guint32 size;

	memcpy(hello.nonce, session->nonce, sizeof hello.nonce);
	gyw_frame_open(&body, frame, GYW_MTU_MIN);
	gyw_hello_encode(&body, &hello);
	size = gyw_frame_close(
		&body, frame, GYW_MTU_MIN, GYW_HELLO, session->request.seq, session->request.session);
	return is_harmless(frame + 1, size - 2);
}

/* The byte, or one in its place that the frame may hold as it is. */
static guint8
tame(guint32 byte)
{
	guint8 tamed = (guint8) byte;

	/* goes through all bytes */
	while (tamed == 0 || !is_harmless(&tamed, 1))
		tamed = (guint8) (tamed * 197 + 31);
	return tamed;
}

static guint32
scramble(guint32 number)
{
	return number * 2654435761u;
}

/*
 * Draws until the encoded frame is harmless, which is up to the CRC: one draw in thirty or so. The session number is
 * drawn too: two zeros there would leave the protocol versions in a COBS group of their own, whose code is 0x03, ^C.
 * HELLO is taken with any. The attempt is mixed in, so that a source that repeats itself ends as well.
 */
void
gy_hello_draw(GySession *session)
{
	guint32 attempt = 0;
	guint i;

	do {
		guint8 id[2];

		gy_session_random(session, session->nonce, sizeof session->nonce);
		gy_session_random(session, id, sizeof id);
		for (i = 0; i < sizeof session->nonce; i++)
			session->nonce[i] = tame(session->nonce[i] ^ scramble(attempt * (i + 1)) >> 24);
		session->request.session = (guint16) (tame(id[0] ^ scramble(attempt) >> 16) |
						      tame(id[1] ^ scramble(attempt) >> 24) << 8);
		/* a number that is harmful itself, or makes its group's code so */
		if (session->request.seq >= 0x80 || (attempt > 0 && attempt % 256 == 0))
			session->request.seq = session->request_seq++;
		attempt++;
	} while (!is_hello_harmless(session));
}
