// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "protocol/host/session/session.h"
#include "protocol/wire/releasing.h"
#include "tests/wire/info-encode.h"

/*
 * The session against a device that says what the test wants: nonsense, old news, nothing.
 */

#define ROOM GYW_LINE_SIZE(GYW_MTU_MAX)

typedef struct {
	GySession *session;
	gint64 now_ms;
	struct gyw_releasing receiver;
	guint8 buffer[GYW_RECEIVER_SIZE(GYW_MTU_MAX)];
	struct gyw_frame asked; /* the session's last frame; its body is in `buffer` */
	guint8 line[ROOM];      /* as it was on the line */
	gsize line_size;
	struct gyw_info info;
	GBytes *payload;
} Lab;

static Lab *
lab_new(const GySessionOptions *options)
{
	Lab *lab = g_new0(Lab, 1);
	static const guint8 bytes[3000] = {1, 2, 3};

	lab->session = gy_session_new(options);
	lab->now_ms = 5000;
	gyw_releasing_init(&lab->receiver, lab->buffer, GYW_ENCODED_SIZE(GYW_MTU_MAX));
	lab->info.protocol = lab->info.protocol_max = GYW_PROTOCOL;
	lab->info.mtu = 1012;
	lab->info.window = 4096;
	lab->info.uptime_ms = 100000;
	lab->info.last_session = 77;
	lab->info.device_id_size = 4;
	lab->payload = g_bytes_new_static(bytes, sizeof bytes);
	return lab;
}

static void
lab_free(Lab *lab)
{
	gy_session_free(lab->session);
	g_bytes_unref(lab->payload);
	g_free(lab);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Lab, lab_free)

/* Gives the session time until it says something, at most until `until_ms`. One byte at a time, as a slow port does. */
static gboolean
lab_listen(Lab *lab, gint64 until_ms)
{
	lab->line_size = 0;
	for (;;) {
		guint8 byte;
		gint64 deadline_ms;

		while (gy_session_send(lab->session, &byte, 1, lab->now_ms) == 1) {
			g_assert_cmpuint(lab->line_size, <, sizeof lab->line);
			lab->line[lab->line_size++] = byte;
			if (gyw_releasing_push(&lab->receiver, byte, (guint32) lab->now_ms, &lab->asked) ==
				GYW_RECEIVE_FRAME)
				return TRUE;
		}
		g_assert_false(gy_session_wants_to_send(lab->session, lab->now_ms));
		deadline_ms = gy_session_deadline(lab->session);
		if (deadline_ms > until_ms) {
			lab->now_ms = until_ms;
			return FALSE;
		}
		lab->now_ms = MAX(deadline_ms, lab->now_ms + 1);
		gy_session_step(lab->session, lab->now_ms);
	}
}

static void
lab_expect(Lab *lab, guint8 type)
{
	g_assert_true(lab_listen(lab, lab->now_ms + 2000));
	g_assert_cmphex(lab->asked.type, ==, type);
}

static void
lab_say(Lab *lab, guint8 type, guint8 seq, guint16 id, const guint8 *bytes, guint32 size)
{
	guint8 line[GYW_LINE_SIZE(GYW_MTU_MIN)];
	struct gyw_writer body;

	gyw_frame_open(&body, line, GYW_MTU_MIN);
	gyw_write_bytes(&body, bytes, size);
	size = gyw_frame_close(&body, line, GYW_MTU_MIN, type, seq, id);
	g_assert_cmpuint(size, >, 0);
	gy_session_receive(lab->session, line, size, ++lab->now_ms);
}

static void
lab_answer(Lab *lab, guint8 type, const struct gyw_writer *body, const guint8 *bytes)
{
	lab_say(lab, type, lab->asked.seq, lab->asked.session, bytes, body->used);
}

static void
lab_answer_info(Lab *lab)
{
	guint8 bytes[400];
	struct gyw_writer body;
	struct gyw_hello hello;

	g_assert_cmpint(gyw_hello_decode(&hello, lab->asked.body, lab->asked.body_size), ==, GYW_OK);
	memcpy(lab->info.nonce, hello.nonce, sizeof hello.nonce);
	gyw_writer_init(&body, bytes, sizeof bytes);
	gyw_info_encode(&body, &lab->info);
	lab_answer(lab, GYW_INFO, &body, bytes);
}

static void
lab_answer_ready(Lab *lab, guint32 next, guint32 limit, guint32 manifest_most)
{
	struct gyw_ready ready = {next, limit, manifest_most};
	guint8 bytes[64];
	struct gyw_writer body;

	gyw_writer_init(&body, bytes, sizeof bytes);
	gyw_ready_encode(&body, &ready);
	lab_answer(lab, GYW_READY, &body, bytes);
}

static void
lab_answer_ack(Lab *lab, guint32 next, guint32 stored, guint32 limit)
{
	struct gyw_data_ack ack = {.next = next, .stored = stored, .limit = limit};
	guint8 bytes[100];
	struct gyw_writer body;

	gyw_writer_init(&body, bytes, sizeof bytes);
	gyw_data_ack_encode(&body, &ack);
	lab_answer(lab, GYW_DATA_ACK, &body, bytes);
}

static void
lab_busy(Lab *lab, guint8 flags, guint32 at_most_ms)
{
	struct gyw_busy busy = {.operation = lab->asked.type, .flags = flags, .at_most_ms = at_most_ms};
	guint8 bytes[64];
	struct gyw_writer body;

	gyw_writer_init(&body, bytes, sizeof bytes);
	gyw_busy_encode(&body, &busy);
	lab_answer(lab, GYW_BUSY, &body, bytes);
}

/* The next event that is not about progress. */
static gboolean
lab_event(Lab *lab, GySessionEvent *event)
{
	while (gy_session_next_event(lab->session, event)) {
		if (event->type != GY_SESSION_EVENT_PROGRESS && event->type != GY_SESSION_EVENT_BUSY)
			return TRUE;
		gy_session_event_clear(event);
	}
	return FALSE;
}

static void
assert_done(Lab *lab, GyOperation operation)
{
	g_auto(GySessionEvent) event = {0};

	g_assert_true(lab_event(lab, &event));
	g_assert_cmpint(event.type, ==, GY_SESSION_EVENT_DONE);
	g_assert_cmpint(event.operation, ==, operation);
}

static void
assert_error(Lab *lab, GyLinkError code)
{
	g_auto(GySessionEvent) event = {0};

	g_assert_true(lab_event(lab, &event));
	g_assert_cmpint(event.type, ==, GY_SESSION_EVENT_ERROR);
	g_assert_cmpstr(gy_link_error_word(event.error_code), ==, gy_link_error_word(code));
	g_assert_cmpuint(strlen(event.message), >, 10);
	g_assert_cmpint(gy_session_operation(lab->session), ==, GY_OPERATION_NONE);
}

static void
assert_nothing(Lab *lab)
{
	g_auto(GySessionEvent) event = {0};

	g_assert_false(lab_event(lab, &event));
}

static void
greet(Lab *lab)
{
	gy_session_hello(lab->session, lab->now_ms);
	lab_expect(lab, GYW_HELLO);
	lab_answer_info(lab);
	assert_done(lab, GY_OPERATION_HELLO);
}

static void
begin(Lab *lab)
{
	gy_session_begin(lab->session, lab->payload, NULL, GYW_MODE_PACKAGE, 0, FALSE, lab->now_ms);
	lab_expect(lab, GYW_BEGIN);
}

static void
begin_transfer(Lab *lab)
{
	greet(lab);
	begin(lab);
	lab_answer_ready(lab, 0, 4096, 0);
	assert_done(lab, GY_OPERATION_BEGIN);
	gy_session_transfer(lab->session, lab->now_ms);
}

/* ---- HELLO ---------------------------------------------------------------------------------------------- */

static void
always_the_same(gpointer data, guint8 *bytes, gsize size)
{
	memset(bytes, GPOINTER_TO_INT(data), size);
}

static void
hello_harms_no_stranger(void)
{
	static const int constants[] = {-1, 'w', 0, '5', 0x11, 0xFF};
	guint i;
	gsize k;

	for (i = 0; i < 2000; i++) {
		int constant = constants[i < 1000 ? 0 : i % G_N_ELEMENTS(constants)];
		GySessionOptions options = {.random = constant < 0 ? NULL : always_the_same,
			.random_data = GINT_TO_POINTER(constant)};
		g_autoptr(Lab) lab = lab_new(&options);
		guint n;

		/* so that the request numbers differ, too */
		for (n = 0; n <= i % 40; n++) {
			gy_session_hello(lab->session, lab->now_ms);
			lab_expect(lab, GYW_HELLO);
			for (k = 1; k < lab->line_size - 1; k++)
				g_assert_null(
					memchr("0123456789w\r\n\x1b\x03\x04\x11\x13", lab->line[k], 18));
			g_assert_cmpuint(lab->asked.body_size, ==, 20);
			lab_answer_info(lab);
			assert_done(lab, GY_OPERATION_HELLO);
		}
	}
}

static void
hello_is_all_that_is_said_in_silence(void)
{
	g_autoptr(Lab) lab = lab_new(NULL);
	guint8 first[ROOM];
	gsize first_size;
	gint64 begin_ms = lab->now_ms;
	guint n = 1;

	gy_session_hello(lab->session, lab->now_ms);
	lab_expect(lab, GYW_HELLO);
	first_size = lab->line_size;
	memcpy(first, lab->line, first_size);
	while (lab_listen(lab, begin_ms + 10000)) {
		g_assert_cmpmem(lab->line, (int) lab->line_size, first, (int) first_size);
		n++;
	}
	g_assert_cmpuint(n, >=, 12);
	g_assert_cmpuint(n, <=, 14);
	assert_error(lab, GY_LINK_ERROR_NO_ANSWER);
}

static void
hello_wants_its_own_answer(void)
{
	g_autoptr(Lab) lab = lab_new(NULL);

	gy_session_hello(lab->session, lab->now_ms);
	lab_expect(lab, GYW_HELLO);
	lab->asked.seq++;
	lab_answer_info(lab);
	assert_nothing(lab);
	lab->asked.seq--;
	lab->asked.session++;
	lab_answer_info(lab);
	assert_nothing(lab);
	g_assert_null(gy_session_info(lab->session));
	lab->asked.session--;
	lab_answer_info(lab);
	assert_done(lab, GY_OPERATION_HELLO);
	g_assert_cmpuint(gy_session_info(lab->session)->mtu, ==, 1012);
}

static void
refuses_another_version(void)
{
	g_autoptr(Lab) lab = lab_new(NULL);

	lab->info.protocol = 2;
	gy_session_hello(lab->session, lab->now_ms);
	lab_expect(lab, GYW_HELLO);
	lab_answer_info(lab);
	assert_error(lab, GY_LINK_ERROR_OTHER_VERSION);
}

static void
refuses_an_info_that_cannot_be(void)
{
	g_autoptr(Lab) lab = lab_new(NULL);

	lab->info.window = 100;
	gy_session_hello(lab->session, lab->now_ms);
	lab_expect(lab, GYW_HELLO);
	lab_answer_info(lab);
	assert_error(lab, GY_LINK_ERROR_PROTOCOL);
}

/* ---- BEGIN ---------------------------------------------------------------------------------------------- */

static void
session_numbers_are_new(void)
{
	GySessionOptions options = {.random = always_the_same, .random_data = GINT_TO_POINTER(0xA0)};
	g_autoptr(Lab) lab = lab_new(&options);
	struct gyw_begin found;

	/* the device's last one is just what would be drawn */
	lab->info.last_session = 0xA0A0;
	greet(lab);
	begin(lab);
	g_assert_cmpint(gyw_begin_decode(&found, lab->asked.body, lab->asked.body_size), ==, GYW_OK);
	g_assert_cmphex(lab->asked.session, ==, 0xA0A1);
	g_assert_cmpuint(found.length, ==, 3000);
}

static void
refuses_more_bytes_than_there_are(void)
{
	g_autoptr(Lab) lab = lab_new(NULL);

	greet(lab);
	begin(lab);
	lab_answer_ready(lab, 3001, 8000, 0);
	assert_error(lab, GY_LINK_ERROR_PROTOCOL);
}

static void
says_that_there_is_no_manifest(void)
{
	g_autoptr(Lab) lab = lab_new(NULL);

	greet(lab);
	begin(lab);
	lab_answer_ready(lab, 0, 4096, 2000);
	assert_error(lab, GY_LINK_ERROR_PROTOCOL);
}

static void
an_unknown_request_is_not_offered(void)
{
	g_autoptr(Lab) lab = lab_new(NULL);
	g_auto(GySessionEvent) event = {0};
	guint8 type = GYW_STATUS;

	greet(lab);
	gy_session_status(lab->session, lab->now_ms);
	lab_expect(lab, GYW_STATUS);
	lab_say(lab, GYW_UNKNOWN, lab->asked.seq, lab->asked.session, &type, 1);
	g_assert_true(lab_event(lab, &event));
	g_assert_cmpint(event.type, ==, GY_SESSION_EVENT_REFUSED);
	g_assert_cmpuint(event.refusal.cause, ==, GYW_CAUSE_NOT_OFFERED);
	g_assert_cmpuint(event.refusal.operation, ==, GYW_STATUS);
}

static void
busy_stops_the_repeats(void)
{
	g_autoptr(Lab) lab = lab_new(NULL);
	gint64 said_ms;

	greet(lab);
	begin(lab);
	lab_busy(lab, 0, 5000);
	said_ms = lab->now_ms;
	g_assert_true(lab_listen(lab, said_ms + 1600));
	g_assert_cmpint(lab->now_ms - said_ms, >=, 1500);
	g_assert_cmphex(lab->asked.type, ==, GYW_BEGIN);
}

static void
a_deaf_device_is_left_alone(void)
{
	g_autoptr(Lab) lab = lab_new(NULL);
	gint64 said_ms;

	greet(lab);
	begin(lab);
	lab_busy(lab, GYW_BUSY_DEAF, 20000);
	said_ms = lab->now_ms;
	g_assert_true(lab_listen(lab, said_ms + 30000));
	g_assert_cmpint(lab->now_ms - said_ms, >=, 20000);
	g_assert_cmpint(lab->now_ms - said_ms, <=, 20100);
	lab_answer_ready(lab, 0, 4096, 0);
	assert_done(lab, GY_OPERATION_BEGIN);
}

/* A claim of 49 days is not believed. */
static void
deafness_has_an_end(void)
{
	g_autoptr(Lab) lab = lab_new(NULL);
	gint64 said_ms;

	greet(lab);
	begin(lab);
	lab_busy(lab, GYW_BUSY_DEAF, G_MAXUINT32);
	said_ms = lab->now_ms;
	g_assert_true(lab_listen(lab, said_ms + 700000));
	g_assert_cmpint(lab->now_ms - said_ms, <=, 601000);
}

static void
gives_up_after_a_minute_of_silence(void)
{
	g_autoptr(Lab) lab = lab_new(NULL);
	gint64 begin_ms;

	greet(lab);
	begin_ms = lab->now_ms;
	begin(lab);
	while (lab_listen(lab, begin_ms + 100000))
		g_assert_cmphex(lab->asked.type, ==, GYW_BEGIN);
	assert_error(lab, GY_LINK_ERROR_LOST);
}

/* ---- DATA ----------------------------------------------------------------------------------------------- */

/* What a device that was reset takes for text may be its shell's. */
static void
a_device_that_only_prints_is_asked_first(void)
{
	static const char text[] = "\r\nflashboot 1.0\r\n";
	g_autoptr(Lab) lab = lab_new(NULL);
	struct gyw_data data;

	begin_transfer(lab);
	lab_expect(lab, GYW_DATA);
	lab_answer_ack(lab, 1000, 1000, 4096);
	gy_session_receive(lab->session, (const guint8 *) text, strlen(text), ++lab->now_ms);
	/* the port has taken nothing for a while, and there is more to send */
	lab->now_ms += 1000;
	gy_session_step(lab->session, lab->now_ms);
	lab_expect(lab, GYW_DATA);
	g_assert_cmpint(gyw_data_decode(&data, lab->asked.body, lab->asked.body_size), ==, GYW_OK);
	g_assert_cmpuint(data.size, ==, 0);
	lab_answer_ack(lab, 1000, 1000, 4096);
	lab_expect(lab, GYW_DATA);
	g_assert_cmpint(gyw_data_decode(&data, lab->asked.body, lab->asked.body_size), ==, GYW_OK);
	g_assert_cmpuint(data.size, >, 0);
}

static void
a_burst_can_lose_its_first_byte(void)
{
	g_autoptr(Lab) lab = lab_new(NULL);
	guint n_bursts = 0;

	begin_transfer(lab);
	while (n_bursts < 3) {
		g_assert_true(lab_listen(lab, lab->now_ms + 2000));
		g_assert_cmphex(lab->line[0], ==, 0);
		if (lab->line[1] == 0)
			n_bursts++;
		g_assert_cmphex(lab->line[lab->line[1] == 0 ? 2 : 1], !=, 0);
	}
}

static void
never_sends_beyond_the_limit(void)
{
	g_autoptr(Lab) lab = lab_new(NULL);
	struct gyw_data data;
	guint32 limit = 1500;

	greet(lab);
	begin(lab);
	lab_answer_ready(lab, 0, limit, 0);
	assert_done(lab, GY_OPERATION_BEGIN);
	gy_session_transfer(lab->session, lab->now_ms);
	while (gy_session_operation(lab->session) == GY_OPERATION_TRANSFER) {
		guint32 next;

		g_assert_true(lab_listen(lab, lab->now_ms + 1000));
		g_assert_cmpint(gyw_data_decode(&data, lab->asked.body, lab->asked.body_size), ==, GYW_OK);
		g_assert_cmpuint(data.offset + data.size, <=, limit);
		next = data.offset + data.size;
		limit = MAX(limit, next + 300);
		lab_answer_ack(lab, next, next, limit);
	}
	assert_done(lab, GY_OPERATION_TRANSFER);
	g_assert_cmpuint(gy_session_next_offset(lab->session), ==, 3000);
}

static void
refuses_an_ack_of_what_is_not_there(void)
{
	g_autoptr(Lab) lab = lab_new(NULL);

	begin_transfer(lab);
	lab_expect(lab, GYW_DATA);
	lab_answer_ack(lab, 3001, 0, 8000);
	assert_error(lab, GY_LINK_ERROR_PROTOCOL);
}

static void
ignores_another_session(void)
{
	g_autoptr(Lab) lab = lab_new(NULL);

	begin_transfer(lab);
	lab_expect(lab, GYW_DATA);
	lab->asked.session++;
	lab_answer_ack(lab, 3000, 3000, 8000);
	lab_say(lab, GYW_GONE, lab->asked.seq, lab->asked.session, (const guint8 *) "\0\0\0\0\0\0", 6);
	assert_nothing(lab);
	g_assert_cmpuint(gy_session_next_offset(lab->session), ==, 0);
	g_assert_cmpint(gy_session_operation(lab->session), ==, GY_OPERATION_TRANSFER);
}

/* An acknowledgement that was late and repeated an old state takes nothing back. */
static void
an_old_ack_does_no_harm(void)
{
	g_autoptr(Lab) lab = lab_new(NULL);
	struct gyw_data data;

	begin_transfer(lab);
	lab_expect(lab, GYW_DATA);
	lab_answer_ack(lab, 1000, 1000, 4096);
	lab_expect(lab, GYW_DATA);
	lab_answer_ack(lab, 2000, 2000, 4096);
	lab->asked.seq--;
	lab_answer_ack(lab, 1000, 0, 4096);
	g_assert_cmpuint(gy_session_next_offset(lab->session), ==, 2000);
	lab_expect(lab, GYW_DATA);
	g_assert_cmpint(gyw_data_decode(&data, lab->asked.body, lab->asked.body_size), ==, GYW_OK);
	g_assert_cmpuint(data.offset, ==, 2000);
}

static void
a_line_that_eats_data_is_told(void)
{
	g_autoptr(Lab) lab = lab_new(NULL);
	gint64 begin_ms;

	begin_transfer(lab);
	begin_ms = lab->now_ms;
	/* the device answers every frame, and has never got a byte */
	while (gy_session_operation(lab->session) != GY_OPERATION_NONE) {
		lab->now_ms += 20;
		g_assert_true(lab_listen(lab, lab->now_ms + 2000));
		lab_answer_ack(lab, 0, 0, 4096);
		g_assert_cmpint(lab->now_ms - begin_ms, <, 70000);
	}
	assert_error(lab, GY_LINK_ERROR_NOT_TRANSPARENT);
}

static void
asks_in_silence_and_gives_up(void)
{
	g_autoptr(Lab) lab = lab_new(NULL);
	struct gyw_data data;
	gint64 begin_ms;
	guint n_questions = 0;

	begin_transfer(lab);
	begin_ms = lab->now_ms;
	while (lab_listen(lab, begin_ms + 100000)) {
		g_assert_cmpint(gyw_data_decode(&data, lab->asked.body, lab->asked.body_size), ==, GYW_OK);
		n_questions += data.size == 0;
	}
	g_assert_cmpuint(n_questions, >=, 110);
	g_assert_cmpuint(n_questions, <=, 125);
	assert_error(lab, GY_LINK_ERROR_LOST);
}

/* ---- others --------------------------------------------------------------------------------------------- */

static void
refuses_a_digest_of_something_else(void)
{
	g_autoptr(Lab) lab = lab_new(NULL);
	guint8 verified[37] = {0};

	begin_transfer(lab);
	lab_expect(lab, GYW_DATA);
	lab_answer_ack(lab, 3000, 3000, 8000);
	assert_done(lab, GY_OPERATION_TRANSFER);
	gy_session_finish(lab->session, lab->now_ms);
	lab_expect(lab, GYW_FINISH);
	gyw_put_u32le(verified, 3000);
	lab_say(lab, GYW_VERIFIED, lab->asked.seq, lab->asked.session, verified, sizeof verified);
	assert_error(lab, GY_LINK_ERROR_PROTOCOL);
	g_assert_null(gy_session_verified(lab->session));
}

static void
refuses_bytes_from_elsewhere(void)
{
	g_autoptr(Lab) lab = lab_new(NULL);
	guint8 bytes[20] = {0};

	greet(lab);
	gy_session_read(lab->session, 1, 64, 32, lab->now_ms);
	lab_expect(lab, GYW_READ);
	gyw_put_u32le(bytes, 65);
	lab_say(lab, GYW_READ_DATA, lab->asked.seq, lab->asked.session, bytes, sizeof bytes);
	assert_error(lab, GY_LINK_ERROR_PROTOCOL);
}

/* A reset that was acknowledged and did not come ends what waits for it. */
static void
a_reset_that_failed_is_told_later(void)
{
	g_autoptr(Lab) lab = lab_new(NULL);
	g_auto(GySessionEvent) event = {0};
	struct gyw_refusal said = {.operation = GYW_RESET, .cause = GYW_CAUSE_RESET};
	guint8 refusal[20];
	struct gyw_writer body;
	guint8 seq;
	guint16 id;

	begin_transfer(lab);
	lab_expect(lab, GYW_DATA);
	lab_answer_ack(lab, 3000, 3000, 8000);
	assert_done(lab, GY_OPERATION_TRANSFER);
	gy_session_reset(lab->session, lab->now_ms);
	lab_expect(lab, GYW_RESET);
	seq = lab->asked.seq;
	id = lab->asked.session;
	lab_say(lab, GYW_ACK, seq, id, NULL, 0);
	assert_done(lab, GY_OPERATION_RESET);
	gy_session_hello(lab->session, lab->now_ms);
	lab_expect(lab, GYW_HELLO);
	gyw_writer_init(&body, refusal, sizeof refusal);
	gyw_refusal_encode(&body, &said);
	lab_say(lab, GYW_FAILED, seq, id, refusal, body.used);
	g_assert_true(lab_event(lab, &event));
	g_assert_cmpint(event.type, ==, GY_SESSION_EVENT_REFUSED);
	g_assert_cmpuint(event.refusal.operation, ==, GYW_RESET);
	g_assert_cmpuint(event.refusal.cause, ==, GYW_CAUSE_RESET);
}

/* Whatever the body: no crash, no byte beyond the payload, and an end. */
static void
survives_random_answers(void)
{
	static const guint8 types[] = {GYW_INFO, GYW_ACK, GYW_READY, GYW_DATA_ACK, GYW_VERIFIED,
		GYW_STATUS_IS, GYW_HASH_IS, GYW_READ_DATA, GYW_REFUSED, GYW_FAILED, GYW_BUSY, GYW_GONE,
		GYW_UNKNOWN, 0xF0};
	guint i;

	for (i = 0; i < 3000; i++) {
		g_autoptr(Lab) lab = lab_new(NULL);
		gint64 begin_ms;
		guint8 body[60];
		guint k;

		if (g_test_rand_bit()) {
			begin_transfer(lab);
		} else {
			greet(lab);
			begin(lab);
		}
		begin_ms = lab->now_ms;
		while (gy_session_operation(lab->session) != GY_OPERATION_NONE &&
			lab->now_ms < begin_ms + 100000) {
			struct gyw_data data;

			if (!lab_listen(lab, lab->now_ms + 700))
				continue;
			if (lab->asked.type == GYW_DATA) {
				g_assert_cmpint(gyw_data_decode(&data, lab->asked.body, lab->asked.body_size),
					==, GYW_OK);
				g_assert_cmpuint(data.offset, <=, 3000);
				g_assert_cmpuint(data.size, <=, 3000 - data.offset);
			}
			/* small numbers are the likelier ones to be believed */
			for (k = 0; k < sizeof body; k++)
				body[k] = g_test_rand_int_range(0, 3) == 0 ? (guint8) g_test_rand_int() : 0;
			lab_say(lab, types[g_test_rand_int_range(0, G_N_ELEMENTS(types))], lab->asked.seq,
				lab->asked.session, body, (guint32) g_test_rand_int_range(0, sizeof body));
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/session/hello/harms-no-stranger", hello_harms_no_stranger);
	g_test_add_func(
		"/session/hello/is-all-that-is-said-in-silence", hello_is_all_that_is_said_in_silence);
	g_test_add_func("/session/hello/wants-its-own-answer", hello_wants_its_own_answer);
	g_test_add_func("/session/hello/refuses-another-version", refuses_another_version);
	g_test_add_func("/session/hello/refuses-an-info-that-cannot-be", refuses_an_info_that_cannot_be);
	g_test_add_func("/session/begin/session-numbers-are-new", session_numbers_are_new);
	g_test_add_func(
		"/session/begin/refuses-more-bytes-than-there-are", refuses_more_bytes_than_there_are);
	g_test_add_func("/session/begin/says-that-there-is-no-manifest", says_that_there_is_no_manifest);
	g_test_add_func(
		"/session/begin/gives-up-after-a-minute-of-silence", gives_up_after_a_minute_of_silence);
	g_test_add_func("/session/unknown-request-is-not-offered", an_unknown_request_is_not_offered);
	g_test_add_func("/session/busy/stops-the-repeats", busy_stops_the_repeats);
	g_test_add_func("/session/busy/deaf-device-is-left-alone", a_deaf_device_is_left_alone);
	g_test_add_func("/session/busy/deafness-has-an-end", deafness_has_an_end);
	g_test_add_func("/session/data/never-beyond-the-limit", never_sends_beyond_the_limit);
	g_test_add_func(
		"/session/data/device-that-only-prints-is-asked", a_device_that_only_prints_is_asked_first);
	g_test_add_func("/session/data/burst-can-lose-its-first-byte", a_burst_can_lose_its_first_byte);
	g_test_add_func(
		"/session/data/refuses-an-ack-of-what-is-not-there", refuses_an_ack_of_what_is_not_there);
	g_test_add_func("/session/data/ignores-another-session", ignores_another_session);
	g_test_add_func("/session/data/old-ack-does-no-harm", an_old_ack_does_no_harm);
	g_test_add_func("/session/data/line-that-eats-data-is-told", a_line_that_eats_data_is_told);
	g_test_add_func("/session/data/asks-in-silence-and-gives-up", asks_in_silence_and_gives_up);
	g_test_add_func(
		"/session/finish/refuses-a-digest-of-something-else", refuses_a_digest_of_something_else);
	g_test_add_func("/session/read/refuses-bytes-from-elsewhere", refuses_bytes_from_elsewhere);
	g_test_add_func("/session/reset/failure-is-told-later", a_reset_that_failed_is_told_later);
	g_test_add_func("/session/survives-random-answers", survives_random_answers);
	return g_test_run();
}
