// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "protocol/host/session/overheard.h"
#include "protocol/host/session/session.h"
#include "protocol/wire/releasing.h"

#define NOBODY "no agent has answered for 3.0 s"

static const struct {
	const char *name;
	const char *heard;
	gsize size; /* 0: up to the end of the text */
	GyLinkError code;
	const char *message;
} cases[] = {
	{"silence", "", 0, GY_LINK_ERROR_NO_ANSWER, NOBODY},
	{"a-prompt", "\r\nroot@board:~# ", 0, GY_LINK_ERROR_NO_AGENT,
		NOBODY ", but text came; its last line is \"root@board:~# \""},
	{"a-short-prompt", "# ", 0, GY_LINK_ERROR_NO_AGENT,
		NOBODY ", but text came; its last line is \"# \""},
	{"empty-lines-after-text", "ready\r\n \r\n\r\n", 0, GY_LINK_ERROR_NO_AGENT,
		NOBODY ", but text came; its last line is \"ready\""},
	{"colours", "\x1b[32mok\x1b[0m\n", 0, GY_LINK_ERROR_NO_AGENT,
		NOBODY ", but text came; its last line is \"\\x1B[32mok\\x1B[0m\""},
	{"quotes", "say \"a\\b\"\n", 0, GY_LINK_ERROR_NO_AGENT,
		NOBODY ", but text came; its last line is \"say \\x22a\\x5Cb\\x22\""},
	{"text-that-is-not-english", "系统启动完成\n", 0, GY_LINK_ERROR_NO_AGENT,
		NOBODY ", but text came; its last line is \"系统启动完成\""},
	{"a-few-wrong-bytes-in-text",
		"\0\xff"
		"boot: flash ok\n",
		17, GY_LINK_ERROR_NO_AGENT,
		NOBODY ", but text came; its last line is \"\\x00\\xFFboot: flash ok\""},
	{"a-terminal-that-echoes-frames", "^@^E\x88^A\xe0^@^@^E\x88^A\xe0^@", 0, GY_LINK_ERROR_NO_AGENT,
		NULL},
	{"noise", "\x80\xf8\x00\xfe\x80\x00\xe0\xf8\x80\x1c\xff\x00", 12, GY_LINK_ERROR_WRONG_SPEED,
		NOBODY ", and of the 12 bytes that came only 0 are text: both ends have different speeds"},
	{"noise-with-letters",
		"a\x80"
		"b\xf8"
		"c\x00\xfe"
		"x3\x00\xe0\xf8"
		"yz\x80\x1c\xff",
		17, GY_LINK_ERROR_WRONG_SPEED, NULL},
	{"a-click-of-the-line", "\x00\xff\x80", 3, GY_LINK_ERROR_NO_ANSWER, NOBODY},
};

static void
is_told(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	gsize size = cases[i].size ? cases[i].size : strlen(cases[i].heard);
	GyOverheard heard;
	gsize k;

	/* whole, and byte by byte */
	for (k = 0; k < 2; k++) {
		g_autofree char *message = NULL;
		gsize at = 0;

		gy_overheard_clear(&heard);
		while (at < size) {
			gsize part = k == 0 ? size : 1;

			gy_overheard_add(&heard, (const guint8 *) cases[i].heard + at, part);
			at += part;
		}
		g_assert_cmpint(gy_overheard_judge(&heard, 3000, &message), ==, cases[i].code);
		if (cases[i].message)
			g_assert_cmpstr(message, ==, cases[i].message);
	}
}

/* The bytes of a line that nobody can read are noise however many there are; of text any amount is text. */
static void
tells_random_bytes_from_text(void)
{
	GyOverheard noise, text;
	guint i;

	gy_overheard_clear(&noise);
	gy_overheard_clear(&text);
	for (i = 0; i < 5000; i++) {
		guint8 byte = (guint8) g_test_rand_int();
		guint8 letter = (guint8) g_test_rand_int_range(' ', 127);
		g_autofree char *message = NULL;
		g_autofree char *other = NULL;

		gy_overheard_add(&noise, &byte, 1);
		gy_overheard_add(&text, &letter, 1);
		g_assert_cmpint(gy_overheard_judge(&text, 1, &other), ==, GY_LINK_ERROR_NO_AGENT);
		if (i > 200)
			g_assert_cmpint(
				gy_overheard_judge(&noise, 1, &message), ==, GY_LINK_ERROR_WRONG_SPEED);
	}
}

static void
shows_the_end_of_much_text(void)
{
	g_autofree char *message = NULL;
	GyOverheard heard;
	guint i;

	gy_overheard_clear(&heard);
	for (i = 0; i < 1000; i++) {
		g_autofree char *line = g_strdup_printf("line %u\r\n", i);

		gy_overheard_add(&heard, (const guint8 *) line, strlen(line));
	}
	g_assert_cmpint(gy_overheard_judge(&heard, 3000, &message), ==, GY_LINK_ERROR_NO_AGENT);
	g_assert_true(g_str_has_suffix(message, "\"line 999\""));
}

static void
cuts_a_long_line(void)
{
	g_autofree char *line = g_strnfill(3000, 'x');
	g_autofree char *message = NULL;
	GyOverheard heard;

	gy_overheard_clear(&heard);
	gy_overheard_add(&heard, (const guint8 *) line, 3000);
	g_assert_cmpint(gy_overheard_judge(&heard, 3000, &message), ==, GY_LINK_ERROR_NO_AGENT);
	g_assert_true(g_str_has_suffix(message, "xx…\""));
	g_assert_cmpuint(strlen(message), <, 200);
}

/* ---- what a session makes of it ------------------------------------------------------------------------- */

typedef enum { ECHO, DAMAGE, PRINT, PRINT_BEFORE } Peer;

static void
peer_answers(GySession *session, Peer peer, guint8 *bytes, gsize size, gint64 now_ms)
{
	static const char prompt[] = "ok> ";

	if (peer == DAMAGE) {
		/* an INFO with our numbers whose end is wrong */
		guint8 line[GYW_LINE_SIZE(GYW_MTU_MIN)], copy[200];
		struct gyw_releasing receiver;
		struct gyw_frame frame;
		struct gyw_writer body;
		guint8 buffer[GYW_RECEIVER_SIZE(GYW_MTU_MIN)];
		guint32 n;
		gsize i;

		g_assert_cmpuint(size, <=, sizeof copy);
		gyw_releasing_init(&receiver, buffer, GYW_ENCODED_SIZE(GYW_MTU_MIN));
		for (i = 0; i + 1 < size; i++)
			g_assert_cmpint(
				gyw_releasing_push(&receiver, bytes[i], 0, &frame), ==, GYW_RECEIVE_NOTHING);
		g_assert_cmpint(gyw_releasing_push(&receiver, bytes[i], 0, &frame), ==, GYW_RECEIVE_FRAME);
		gyw_frame_open(&body, line, GYW_MTU_MIN);
		gyw_write_bytes(&body, (const guint8 *) "0123456789abcdef", 16);
		n = gyw_frame_close(&body, line, GYW_MTU_MIN, GYW_INFO, frame.seq, frame.session);
		line[n - 3] ^= 0x10;
		gy_session_receive(session, line, n, now_ms);
	} else if (peer == ECHO) {
		gy_session_receive(session, bytes, size, now_ms);
	} else if (peer == PRINT) {
		gy_session_receive(session, (const guint8 *) prompt, strlen(prompt), now_ms);
	}
}

static void
hello_fails(Peer peer, GyLinkError code, const char *part)
{
	g_autoptr(GySession) session = gy_session_new(NULL);
	gint64 now_ms = 1000;

	if (peer == PRINT_BEFORE)
		gy_session_receive(session, (const guint8 *) "old news\r\n", 10, now_ms);
	gy_session_hello(session, now_ms);
	for (;;) {
		g_auto(GySessionEvent) event = {0};
		guint8 bytes[200];
		gsize size = gy_session_send(session, bytes, sizeof bytes, now_ms);

		if (size > 0)
			peer_answers(session, peer, bytes, size, now_ms);
		if (gy_session_next_event(session, &event)) {
			if (event.type == GY_SESSION_EVENT_TEXT)
				continue;
			g_assert_cmpint(event.type, ==, GY_SESSION_EVENT_ERROR);
			g_assert_cmpstr(gy_link_error_word(event.error_code), ==, gy_link_error_word(code));
			g_assert_nonnull(strstr(event.message, part));
			return;
		}
		now_ms = MAX(gy_session_deadline(session), now_ms + 1);
		gy_session_step(session, now_ms);
	}
}

static void
a_loop_is_no_agent(void)
{
	hello_fails(ECHO, GY_LINK_ERROR_NO_ANSWER, "what is sent comes back");
}

static void
damaged_answers_are_counted(void)
{
	hello_fails(DAMAGE, GY_LINK_ERROR_NOT_TRANSPARENT, "arrived damaged");
}

static void
a_login_prompt_is_shown(void)
{
	hello_fails(PRINT, GY_LINK_ERROR_NO_AGENT, "ok> \"");
}

static void
text_from_before_does_not_count(void)
{
	hello_fails(PRINT_BEFORE, GY_LINK_ERROR_NO_ANSWER, "no agent has answered for 4.0 s");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *path = g_strdup_printf("/diagnosis/overheard/%s", cases[i].name);

		g_test_add_data_func(path, GUINT_TO_POINTER(i), is_told);
	}
	g_test_add_func("/diagnosis/overheard/tells-random-bytes-from-text", tells_random_bytes_from_text);
	g_test_add_func("/diagnosis/overheard/shows-the-end-of-much-text", shows_the_end_of_much_text);
	g_test_add_func("/diagnosis/overheard/cuts-a-long-line", cuts_a_long_line);
	g_test_add_func("/diagnosis/hello/a-loop-is-no-agent", a_loop_is_no_agent);
	g_test_add_func("/diagnosis/hello/damaged-answers-are-counted", damaged_answers_are_counted);
	g_test_add_func("/diagnosis/hello/a-login-prompt-is-shown", a_login_prompt_is_shown);
	g_test_add_func("/diagnosis/hello/text-from-before-does-not-count", text_from_before_does_not_count);
	return g_test_run();
}
