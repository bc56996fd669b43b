// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "tests/agent/bench.h"

enum { SESSION = 0x1234 };

static struct gyw_refusal
refused(Bench *b, guint8 type, guint8 request, guint8 seq, guint16 session)
{
	struct gyw_refusal refusal;

	bench_run(b, 5);
	bench_expect_refusal(b, type, seq, session, &refusal);
	g_assert_cmphex(refusal.operation, ==, request);
	return refusal;
}

static void
test_whole_run(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(10000, 1);

	bench_start(b);
	bench_to_armed(b, SESSION, package);
	g_assert_cmpstr(b->calls->str, ==,
		GYA_WINDOW_SIZE < 4096 ? "jpwwwwwwwwwwwwwwwwwwwwrrrrrca" : "jpwwwwwwwwwwwwwwwwwwwwrrrca");
	g_assert_cmpuint(b->bad_writes, ==, 0);
	g_assert_cmpmem(b->stored->data, b->stored->len, g_bytes_get_data(package, NULL), 10000);
	g_assert_cmpuint(b->manifest->len, ==, 100);
	g_assert_cmpmem(b->tags, b->tags_size,
		"\1\3"
		"1.0",
		5);
	g_assert_cmpuint(b->hashes, ==, 0);
	bench_send(b, GYW_RESET, 12, SESSION, NULL, 0);
	bench_run(b, 5);
	bench_expect(b, GYW_ACK, 12, SESSION, NULL);
	g_assert_true(g_str_has_suffix(b->calls->str, "aR"));
}

static void
test_store_that_cannot_read(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(3000, 1);
	g_autoptr(GByteArray) body = NULL;
	struct gyw_verified verified;

	b->backend.can &= ~GYW_CAN_READ_BACK;
	b->backend.read = NULL;
	b->backend.manifest_most = 0;
	bench_start(b);
	bench_to_stored(b, SESSION, package);
	g_assert_cmpuint(b->hashes, ==, 1);
	bench_send(b, GYW_FINISH, 10, SESSION, NULL, 0);
	bench_run(b, 10);
	bench_expect(b, GYW_VERIFIED, 10, SESSION, &body);
	g_assert_cmpint(gyw_verified_decode(&verified, body->data, body->len), ==, GYW_OK);
	g_assert_false(verified.read_back);
	g_assert_cmpuint(verified.length, ==, 3000);
	g_assert_cmpuint(b->hashes, ==, 0);
	g_assert_cmpuint(b->manifest->len, ==, 0);
}

static void
test_hello(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GByteArray) body = NULL;
	struct gyw_hello hello = {1, 9, 0, "0123456789abcde"};
	struct gyw_info info;
	guint8 bytes[64];
	struct gyw_writer w;

	bench_start(b);
	bench_run(b, 100);
	gyw_writer_init(&w, bytes, sizeof bytes);
	gyw_hello_encode(&w, &hello);
	bench_send(b, GYW_HELLO, 3, 0x77, bytes, w.used);
	bench_run(b, 2);
	bench_expect(b, GYW_INFO, 3, 0x77, &body);
	g_assert_cmpint(gyw_info_decode(&info, body->data, body->len), ==, GYW_OK);
	g_assert_cmpmem(info.nonce, 16, hello.nonce, 16);
	g_assert_cmpuint(info.protocol, ==, 1);
	g_assert_cmpuint(info.mtu, ==, GYA_MTU);
	g_assert_cmpuint(info.window, ==, GYA_WINDOW_SIZE);
	g_assert_cmpuint(info.storage_size, ==, 1024 * 1024);
	g_assert_cmpuint(info.uptime_ms, ==, 100);
	g_assert_cmpuint(info.capabilities, ==, GYW_CAN_READ_BACK | GYW_CAN_DISARM);
	g_assert_cmpstr(info.chip, ==, "chip");
	g_assert_cmpstr(info.board, ==, "board");
	g_assert_cmpstr(info.version, ==, "1.2.3");
	g_assert_cmpuint(info.backend_id, ==, 9);
	g_assert_cmpstr(info.backend, ==, "scripted");
	g_assert_cmpuint(info.times_ms[GYW_TIME_INSTALL], ==, 180000);
	g_assert_cmpuint(info.device_id_size, ==, 8);
	g_assert_cmpuint(info.result, ==, 13);
}

static void
test_simple_requests(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GByteArray) body = NULL;
	guint8 echo[504];
	static const guint8 not_offered[] = {GYW_AUTH, GYW_SPEED, GYW_REGION, GYW_SELFTEST};

	for (gsize i = 0; i < sizeof echo; i++)
		echo[i] = (guint8) i;
	bench_start(b);
	bench_send(b, GYW_ECHO, 1, 0, echo, sizeof echo);
	bench_send(b, GYW_ECHO, 2, 0, echo, 256);
	bench_send(b, GYW_PING, 3, 0, NULL, 0);
	bench_run(b, 3);
	bench_expect(b, GYW_ECHOED, 1, 0, &body);
	g_assert_cmpmem(body->data, body->len, echo, sizeof echo);
	bench_expect(b, GYW_ECHOED, 2, 0, NULL);
	bench_expect(b, GYW_ACK, 3, 0, NULL);
	for (gsize i = 0; i < sizeof not_offered; i++) {
		bench_send(b, not_offered[i], 4, 0, NULL, 0);
		g_assert_cmpuint(
			refused(b, GYW_REFUSED, not_offered[i], 4, 0).cause, ==, GYW_CAUSE_NOT_OFFERED);
	}
	bench_send(b, 0x7F, 5, 0, NULL, 0);
	bench_send(b, 0x80, 6, 0, NULL, 0);
	bench_send(b, GYW_UNKNOWN, 7, 0, NULL, 0);
	bench_send(b, GYW_GONE, 8, 0, NULL, 0);
	bench_run(b, 5);
	g_byte_array_unref(body);
	bench_expect(b, GYW_UNKNOWN, 5, 0, &body);
	g_assert_cmpmem(body->data, body->len, "\x7f\0\0", 4);
	bench_expect_nothing(b);
}

static void
test_gone(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(1000, 1);
	static const guint8 types[] = {
		GYW_MANIFEST, GYW_DATA, GYW_FINISH, GYW_ARM, GYW_DISARM, GYW_RESET, GYW_CONFIRM, GYW_CANCEL};

	bench_start(b);
	for (guint held = 0; held < 2; held++) {
		for (gsize i = 0; i < sizeof types; i++) {
			g_autoptr(GByteArray) body = NULL;

			bench_send(b, types[i], 20, 0x4321, NULL, 0);
			bench_run(b, 2);
			bench_expect(b, GYW_GONE, 20, 0x4321, &body);
			g_assert_cmpuint(body->len, ==, 0);
		}
		if (held == 0)
			bench_to_receiving(b, SESSION, package);
	}
	g_assert_cmpuint(bench_status(b).state, ==, GYW_STATE_RECEIVING);
}

/* Every operation in every state: what is not its turn is refused with the state. */
static void
test_states(void)
{
	g_autoptr(GBytes) package = bench_package(1000, 1);
	static const guint8 types[] = {GYW_FINISH, GYW_ARM, GYW_DISARM, GYW_RESET};
	static const guint8 answers[4][4] = {
		{GYW_REFUSED, GYW_REFUSED, GYW_REFUSED, GYW_REFUSED},
		{GYW_VERIFIED, GYW_REFUSED, GYW_REFUSED, GYW_REFUSED},
		{GYW_VERIFIED, GYW_ACK, GYW_ACK, GYW_REFUSED},
		{GYW_VERIFIED, GYW_ACK, GYW_ACK, GYW_ACK},
	};

	for (guint state = 0; state < 4; state++)
		for (guint i = 0; i < 4; i++) {
			g_autoptr(Bench) b = bench_new();
			g_autoptr(GByteArray) frame = NULL;

			bench_start(b);
			if (state == 0)
				bench_to_receiving(b, SESSION, package);
			else if (state == 1)
				bench_to_stored(b, SESSION, package);
			else if (state == 2)
				bench_to_verified(b, SESSION, package);
			else
				bench_to_armed(b, SESSION, package);
			bench_send(b, types[i], 30, SESSION, NULL, 0);
			bench_run(b, 5);
			frame = g_queue_pop_head(&b->frames);
			g_assert_cmphex(frame->data[0], ==, answers[state][i]);
			if (frame->data[0] == GYW_REFUSED)
				g_assert_cmpuint(frame->data[4 + 8], ==, GYW_CAUSE_STATE);
		}
}

static void
test_manifest_refused(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(1000, 1);
	guint8 manifest[100] = {0};

	b->fails = 'j';
	b->n_fails = 1;
	b->verdict = (struct gya_verdict){GYW_CAUSE_UNTRUSTED_KEY, 0x80003063, 192};
	bench_start(b);
	bench_begin(b, 1, SESSION, package, 0);
	bench_run(b, 3);
	bench_expect_ready(b, 1, SESSION);
	for (guint i = 0; i < 2; i++) {
		struct gyw_refusal refusal;

		/* and the repeat gets the same, without judging again */
		bench_manifest(b, 2, SESSION, 0, 100, manifest, 100);
		refusal = refused(b, GYW_REFUSED, GYW_MANIFEST, 2, SESSION);
		g_assert_cmpuint(refusal.cause, ==, GYW_CAUSE_UNTRUSTED_KEY);
		g_assert_cmphex(refusal.code, ==, 0x80003063);
		g_assert_cmpuint(refusal.detail, ==, 192);
		g_assert_cmpuint(refusal.backend, ==, 9);
	}
	g_assert_cmpstr(b->calls->str, ==, "j");
	bench_data(b, 1, SESSION, package, 0, 100);
	g_assert_cmpuint(
		refused(b, GYW_REFUSED, GYW_MANIFEST, 1, SESSION).cause, ==, GYW_CAUSE_UNTRUSTED_KEY);
	/* a new session is not haunted by it */
	bench_to_armed(b, SESSION + 1, package);
}

static void
test_manifest_in_pieces(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(1000, 1);
	g_autoptr(GBytes) manifest = bench_package(1500, 2);
	const guint8 *bytes = g_bytes_get_data(manifest, NULL);
	struct gyw_ready ready;

	bench_start(b);
	bench_begin(b, 1, SESSION, package, 0);
	bench_run(b, 3);
	ready = bench_expect_ready(b, 1, SESSION);
	g_assert_cmpuint(ready.manifest_most, ==, 1600);
	bench_manifest(b, 2, SESSION, 0, 1601, bytes, 400);
	g_assert_cmpuint(refused(b, GYW_REFUSED, GYW_MANIFEST, 2, SESSION).detail, ==, 1600);
	bench_manifest(b, 3, SESSION, 0, 1500, bytes, 400);
	bench_manifest(b, 3, SESSION, 0, 1500, bytes, 400);
	bench_manifest(b, 4, SESSION, 500, 1500, bytes + 500, 400);
	bench_run(b, 5);
	bench_expect(b, GYW_ACK, 3, SESSION, NULL);
	bench_expect(b, GYW_ACK, 3, SESSION, NULL);
	g_assert_cmpuint(refused(b, GYW_REFUSED, GYW_MANIFEST, 4, SESSION).detail, ==, 400);
	for (guint32 at = 400; at < 1500; at += 400)
		bench_manifest(
			b, (guint8) (5 + at / 400), SESSION, at, 1500, bytes + at, MIN(400, 1500 - at));
	bench_run(b, 10);
	bench_expect(b, GYW_ACK, 6, SESSION, NULL);
	bench_expect(b, GYW_ACK, 7, SESSION, NULL);
	g_assert_cmpuint(bench_expect_ready(b, 8, SESSION).manifest_most, ==, 0);
	g_assert_cmpmem(b->manifest->data, b->manifest->len, bytes, 1500);
}

static void
test_begin_refusals(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(1000, 1);
	g_autoptr(GBytes) large = bench_package(1024 * 1024 + 1, 1);
	struct gyw_begin begin = {.mode = GYW_MODE_RAW, .length = 10};
	struct gyw_refusal refusal;
	guint8 body[64];
	struct gyw_writer w;

	bench_start(b);
	bench_to_receiving(b, SESSION, package);
	bench_begin(b, 1, 2, large, 0);
	refusal = refused(b, GYW_REFUSED, GYW_BEGIN, 1, 2);
	g_assert_cmpuint(refusal.cause, ==, GYW_CAUSE_TOO_LARGE);
	g_assert_cmpuint(refusal.detail, ==, 1024 * 1024);
	gyw_writer_init(&w, body, sizeof body);
	gyw_begin_encode(&w, &begin);
	bench_send(b, GYW_BEGIN, 2, 5, body, w.used);
	g_assert_cmpuint(refused(b, GYW_REFUSED, GYW_BEGIN, 2, 5).cause, ==, GYW_CAUSE_MODE);
	bench_send(b, GYW_BEGIN, 2, 0, body, w.used);
	g_assert_cmpuint(refused(b, GYW_REFUSED, GYW_BEGIN, 2, 0).cause, ==, GYW_CAUSE_MALFORMED);
	bench_send(b, GYW_BEGIN, 3, 5, body, w.used - 1);
	g_assert_cmpuint(refused(b, GYW_REFUSED, GYW_BEGIN, 3, 5).cause, ==, GYW_CAUSE_MALFORMED);
	/* nothing was changed */
	bench_data(b, 9, SESSION, package, 0, 400);
	bench_run(b, 5);
	g_assert_cmpuint(bench_expect_ack(b, 9, SESSION).next, ==, 400);
}

static void
test_backend_that_does_not_start(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(1000, 1);
	struct gyw_refusal refusal;

	b->fails = 'i';
	b->n_fails = 1;
	b->verdict.code = 0x80003000;
	bench_start(b);
	bench_begin(b, 1, 2, package, 0);
	refusal = refused(b, GYW_REFUSED, GYW_BEGIN, 1, 2);
	g_assert_cmpuint(refusal.cause, ==, GYW_CAUSE_PREPARE);
	g_assert_cmphex(refusal.code, ==, 0x80003000);
	g_assert_cmpuint(refusal.backend, ==, 9);
}

static void
test_resume(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(6000, 1);
	struct gyw_ready ready;

	bench_start(b);
	bench_to_receiving(b, SESSION, package);
	bench_data(b, 1, SESSION, package, 0, 1500);
	bench_data(b, 2, SESSION, package, 1700, 300);
	bench_run(b, 5);
	bench_drain(b);
	bench_begin(b, 1, 0x2222, package, 0);
	bench_run(b, 5);
	ready = bench_expect_ready(b, 1, 0x2222);
	g_assert_cmpuint(ready.next, ==, 1500);
	g_assert_cmpuint(ready.manifest_most, ==, 0);
	bench_data(b, 1, SESSION, package, 1500, 500);
	bench_run(b, 2);
	bench_expect(b, GYW_GONE, 1, SESSION, NULL);
	bench_data(b, 1, 0x2222, package, 1500, 200);
	bench_run(b, 2);
	/* the island was kept */
	g_assert_cmpuint(bench_expect_ack(b, 1, 0x2222).next, ==, 2000);
	g_assert_cmpint(strcspn(b->calls->str, "p"), ==, 1);
	g_assert_null(strchr(b->calls->str + 2, 'p'));
	/* in any case from zero */
	bench_run(b, 5);
	bench_drain(b);
	bench_begin(b, 2, 0x3333, package, GYW_BEGIN_FROM_ZERO);
	bench_run(b, 5);
	g_assert_cmpuint(bench_expect_ready(b, 2, 0x3333).manifest_most, >, 0);
}

static void
test_resume_after_verified(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(6000, 1);

	bench_start(b);
	bench_to_armed(b, SESSION, package);
	bench_begin(b, 1, 0x2222, package, 0);
	bench_run(b, 2);
	g_assert_cmpuint(bench_expect_ready(b, 1, 0x2222).next, ==, 6000);
	bench_send(b, GYW_FINISH, 2, 0x2222, NULL, 0);
	bench_run(b, 2);
	bench_expect(b, GYW_VERIFIED, 2, 0x2222, NULL);
	bench_send(b, GYW_ARM, 3, 0x2222, NULL, 0);
	bench_run(b, 2);
	bench_expect(b, GYW_ACK, 3, 0x2222, NULL);
	g_assert_true(g_str_has_suffix(b->calls->str, "ca"));
	bench_send(b, GYW_DISARM, 4, 0x2222, NULL, 0);
	bench_run(b, 3);
	bench_expect(b, GYW_ACK, 4, 0x2222, NULL);
	g_assert_cmpuint(bench_status(b).state, ==, GYW_STATE_VERIFIED);
}

static void
test_replacement(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(6000, 1);
	g_autoptr(GBytes) other = bench_package(5000, 2);

	bench_start(b);
	bench_to_receiving(b, SESSION, package);
	bench_data(b, 1, SESSION, package, 0, 2000);
	bench_run(b, 20);
	bench_drain(b);
	bench_to_verified(b, 0x2222, other);
	g_assert_cmpmem(b->stored->data, b->stored->len, g_bytes_get_data(other, NULL), 5000);
	g_assert_cmpuint(b->bad_writes, ==, 0);
}

/* While a backend's call runs, another package waits; the host is told so and asks again. */
static void
test_replacement_waits(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(6000, 1);
	g_autoptr(GBytes) other = bench_package(5000, 2);

	bench_start(b);
	bench_to_stored(b, SESSION, package);
	b->store_sleeps = TRUE;
	bench_send(b, GYW_FINISH, 10, SESSION, NULL, 0);
	bench_run(b, 5);
	bench_begin(b, 1, 0x2222, other, 0);
	bench_run(b, 2);
	bench_expect_busy(b, 1, 0x2222);
	b->store_sleeps = FALSE;
	bench_run(b, 20);
	bench_expect(b, GYW_VERIFIED, 10, SESSION, NULL);
	bench_begin(b, 1, 0x2222, other, 0);
	bench_run(b, 3);
	bench_expect_ready(b, 1, 0x2222);
}

/* A write that takes its time: BEGIN of another package is answered when the call has come back. */
static void
test_replacement_waits_for_a_piece(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(6000, 1);
	g_autoptr(GBytes) other = bench_package(5000, 2);

	bench_start(b);
	bench_to_receiving(b, SESSION, package);
	b->store_sleeps = TRUE;
	bench_data(b, 1, SESSION, package, 0, 2000);
	bench_run(b, 2);
	bench_drain(b);
	bench_begin(b, 1, 0x2222, other, 0);
	bench_run(b, 1100);
	bench_expect_busy(b, 1, 0x2222);
	bench_expect_busy(b, 1, 0x2222);
	bench_expect_nothing(b);
	b->store_sleeps = FALSE;
	bench_run(b, 5);
	bench_expect_ready(b, 1, 0x2222);
	g_assert_null(strchr(b->calls->str, 'w'));
}

static void
test_busy(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(6000, 1);
	guint8 manifest[10] = {0};
	struct gyw_busy busy;

	bench_start(b);
	bench_begin(b, 1, SESSION, package, 0);
	bench_run(b, 3);
	bench_drain(b);
	b->store_sleeps = TRUE;
	bench_manifest(b, 2, SESSION, 0, 10, manifest, 10);
	bench_run(b, 499);
	bench_expect_nothing(b);
	bench_run(b, 2);
	busy = bench_expect_busy(b, 2, SESSION);
	g_assert_cmphex(busy.operation, ==, GYW_MANIFEST);
	g_assert_cmpuint(busy.flags, ==, 0);
	g_assert_cmpuint(busy.at_most_ms, ==, 60000);
	bench_run(b, 500);
	bench_expect_busy(b, 2, SESSION);
	bench_expect_nothing(b);
	/* a repeat is answered at once */
	bench_manifest(b, 2, SESSION, 0, 10, manifest, 10);
	bench_run(b, 2);
	bench_expect_busy(b, 2, SESSION);
	/* and so is the same package under a new session */
	bench_begin(b, 1, 0x2222, package, 0);
	bench_run(b, 2);
	bench_expect_busy(b, 1, 0x2222);
	b->store_sleeps = FALSE;
	bench_run(b, 5);
	bench_expect_ready(b, 1, 0x2222);
	bench_expect_nothing(b);
	g_assert_cmpstr(b->calls->str, ==, "jp");
}

static void
test_busy_names_progress(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(20000, 1);
	struct gyw_busy busy;

	bench_start(b);
	bench_to_stored(b, SESSION, package);
	bench_send(b, GYW_FINISH, 10, SESSION, NULL, 0);
	bench_run(b, 3);
	b->store_sleeps = TRUE;
	bench_run(b, 500);
	busy = bench_expect_busy(b, 10, SESSION);
	g_assert_cmpuint(busy.total, ==, 20000);
	g_assert_cmpuint(busy.done, >, 0);
	g_assert_cmpuint(busy.done, <, 20000);
	bench_send(b, GYW_FINISH, 11, SESSION, NULL, 0);
	bench_run(b, 2);
	bench_expect_busy(b, 11, SESSION);
	b->store_sleeps = FALSE;
	bench_run(b, 20);
	bench_expect(b, GYW_VERIFIED, 11, SESSION, NULL);
}

static void
test_repeats(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(6000, 1);

	bench_start(b);
	bench_to_stored(b, SESSION, package);
	b->fails = 'a';
	b->n_fails = 1;
	b->verdict.code = 0xFFFFFFFF;
	for (guint i = 0; i < 3; i++) {
		bench_send(b, GYW_FINISH, 10, SESSION, NULL, 0);
		bench_run(b, 20);
		bench_expect(b, GYW_VERIFIED, 10, SESSION, NULL);
	}
	for (guint i = 0; i < 3; i++) {
		struct gyw_refusal refusal;

		bench_send(b, GYW_ARM, 11, SESSION, NULL, 0);
		refusal = refused(b, GYW_FAILED, GYW_ARM, 11, SESSION);
		g_assert_cmpuint(refusal.cause, ==, GYW_CAUSE_VERIFY);
		g_assert_cmphex(refusal.code, ==, 0xFFFFFFFF);
	}
	g_assert_true(g_str_has_suffix(b->calls->str, "rrca"));
	/* a new number is a new try */
	bench_send(b, GYW_ARM, 12, SESSION, NULL, 0);
	bench_run(b, 5);
	bench_expect(b, GYW_ACK, 12, SESSION, NULL);
}

static void
test_store_error(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(6000, 1);

	bench_start(b);
	bench_to_receiving(b, SESSION, package);
	b->fails = 'w';
	b->n_fails = 1;
	b->verdict.code = 0x80003049;
	bench_data(b, 1, SESSION, package, 0, 2000);
	bench_run(b, 10);
	bench_expect_ack(b, 1, SESSION);
	while (b->frames.length > 0)
		bench_expect(b, GYW_FAILED, 1, SESSION, NULL);
	for (guint8 i = 2; i < 5; i++) {
		struct gyw_refusal refusal;

		bench_data(b, i, SESSION, package, 2000, 500);
		refusal = refused(b, GYW_FAILED, GYW_DATA, i, SESSION);
		g_assert_cmpuint(refusal.cause, ==, GYW_CAUSE_STORE);
		g_assert_cmphex(refusal.code, ==, 0x80003049);
	}
	bench_send(b, GYW_FINISH, 5, SESSION, NULL, 0);
	refused(b, GYW_FAILED, GYW_DATA, 5, SESSION);
	g_assert_cmpuint(bench_status(b).state, ==, GYW_STATE_IDLE);
	bench_to_verified(b, 0x2222, package);
}

static void
test_finish_finds_difference(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(6000, 1);

	bench_start(b);
	bench_to_stored(b, SESSION, package);
	b->stored->data[4711] ^= 1;
	for (guint i = 0; i < 2; i++) {
		struct gyw_refusal refusal;

		bench_send(b, GYW_FINISH, (guint8) (10 + i), SESSION, NULL, 0);
		bench_run(b, 20);
		refusal = refused(b, GYW_FAILED, GYW_FINISH, (guint8) (10 + i), SESSION);
		g_assert_cmpuint(refusal.cause, ==, GYW_CAUSE_HASH);
		g_assert_cmpuint(refusal.backend, ==, 0);
	}
	g_assert_null(strchr(b->calls->str, 'c'));
	g_assert_cmpuint(b->hashes, ==, 0);
	bench_send(b, GYW_ARM, 12, SESSION, NULL, 0);
	refused(b, GYW_FAILED, GYW_FINISH, 12, SESSION);
	/* the same package again is a new run */
	bench_to_armed(b, 0x2222, package);
}

static void
test_finish_rechecks(void)
{
	g_autoptr(GBytes) package = bench_package(6000, 1);
	static const struct {
		char fails;
		guint16 cause;
	} rows[] = {{'r', GYW_CAUSE_READ}, {'c', GYW_CAUSE_PACKAGE}};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Bench) b = bench_new();

		bench_start(b);
		bench_to_stored(b, SESSION, package);
		b->fails = rows[i].fails;
		b->n_fails = 1;
		bench_send(b, GYW_FINISH, 10, SESSION, NULL, 0);
		bench_run(b, 20);
		g_assert_cmpuint(refused(b, GYW_FAILED, GYW_FINISH, 10, SESSION).cause, ==, rows[i].cause);
		g_assert_cmpuint(b->hashes, ==, 0);
		bench_send(b, GYW_ARM, 11, SESSION, NULL, 0);
		refused(b, GYW_FAILED, GYW_FINISH, 11, SESSION);
		g_assert_null(strchr(b->calls->str, 'a'));
	}
}

static void
test_prepare_fails(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(6000, 1);
	guint8 manifest[10] = {0};

	b->fails = 'p';
	b->n_fails = 1;
	b->verdict.code = 0x80003048;
	bench_start(b);
	bench_begin(b, 1, SESSION, package, 0);
	bench_run(b, 3);
	bench_drain(b);
	bench_manifest(b, 2, SESSION, 0, 10, manifest, 10);
	g_assert_cmphex(refused(b, GYW_FAILED, GYW_MANIFEST, 2, SESSION).code, ==, 0x80003048);
	g_assert_cmpuint(bench_status(b).state, ==, GYW_STATE_IDLE);
}

static void
test_cancel(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(6000, 1);

	bench_start(b);
	bench_to_receiving(b, SESSION, package);
	bench_data(b, 1, SESSION, package, 0, 2000);
	bench_run(b, 1);
	bench_drain(b);
	b->store_sleeps = TRUE;
	bench_send(b, GYW_CANCEL, 9, SESSION, NULL, 0);
	bench_run(b, 5);
	bench_drain(b);
	b->store_sleeps = FALSE;
	bench_run(b, 5);
	bench_expect(b, GYW_ACK, 9, SESSION, NULL);
	bench_expect_nothing(b);
	bench_send(b, GYW_CANCEL, 9, SESSION, NULL, 0);
	bench_run(b, 5);
	bench_expect(b, GYW_ACK, 9, SESSION, NULL);
	bench_data(b, 2, SESSION, package, 2000, 500);
	g_assert_cmpuint(refused(b, GYW_REFUSED, GYW_DATA, 2, SESSION).cause, ==, GYW_CAUSE_STATE);
	g_assert_cmpuint(bench_status(b).state, ==, GYW_STATE_IDLE);
	bench_begin(b, 1, 0x2222, package, 0);
	bench_run(b, 5);
	g_assert_cmpuint(bench_expect_ready(b, 1, 0x2222).manifest_most, >, 0);
}

static void
test_reset_that_does_not_come(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(1000, 1);

	bench_start(b);
	bench_to_armed(b, SESSION, package);
	bench_send(b, GYW_RESET, 12, SESSION, NULL, 0);
	bench_run(b, 100);
	bench_expect(b, GYW_ACK, 12, SESSION, NULL);
	bench_send(b, GYW_RESET, 12, SESSION, NULL, 0);
	bench_run(b, 4800);
	bench_expect(b, GYW_ACK, 12, SESSION, NULL);
	bench_expect_nothing(b);
	bench_run(b, 300);
	g_assert_cmpuint(refused(b, GYW_FAILED, GYW_RESET, 12, SESSION).cause, ==, GYW_CAUSE_RESET);
	g_assert_cmpuint(bench_status(b).state, ==, GYW_STATE_ARMED);
	/* once: a repeat is the outcome's repeat */
	bench_send(b, GYW_RESET, 12, SESSION, NULL, 0);
	refused(b, GYW_FAILED, GYW_RESET, 12, SESSION);
	g_assert_cmpstr(strchr(b->calls->str, 'R'), ==, "R");
}

/* The reset may cut any answer: only its own request is answered until it comes. */
static void
test_only_reset_is_answered(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(1000, 1);

	bench_start(b);
	bench_to_armed(b, SESSION, package);
	bench_send(b, GYW_RESET, 12, SESSION, NULL, 0);
	bench_run(b, 5);
	bench_expect(b, GYW_ACK, 12, SESSION, NULL);
	bench_send(b, GYW_PING, 13, 0, NULL, 0);
	bench_send(b, GYW_RESET, 13, SESSION, NULL, 0);
	bench_data(b, 14, SESSION, package, 0, 100);
	bench_begin(b, 15, 0x2222, package, GYW_BEGIN_FROM_ZERO);
	bench_run(b, 50);
	bench_expect_nothing(b);
	bench_send(b, GYW_RESET, 12, SESSION, NULL, 0);
	bench_run(b, 5);
	bench_expect(b, GYW_ACK, 12, SESSION, NULL);
	/* none came: then it listens again */
	bench_run(b, 5000);
	bench_drain(b);
	bench_send(b, GYW_PING, 16, 0, NULL, 0);
	bench_run(b, 2);
	bench_expect(b, GYW_ACK, 16, 0, NULL);
	g_assert_cmpstr(strchr(b->calls->str, 'R'), ==, "R");
}

/* HASH of an area that is closed, while pieces are stored: the transfer goes on. */
static void
test_refused_hash_leaves_the_transfer(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(2000, 1);
	guint8 area[12] = {8, 0, 0, 0, 0, 0, 0, 0, 100, 0, 0, 0};

	bench_start(b);
	bench_to_receiving(b, SESSION, package);
	bench_data(b, 1, SESSION, package, 0, 1000);
	bench_run(b, 10);
	bench_drain(b);
	bench_send(b, GYW_HASH, 5, 0, area, sizeof area);
	g_assert_cmpuint(refused(b, GYW_REFUSED, GYW_HASH, 5, 0).cause, ==, GYW_CAUSE_TARGET);
	bench_data(b, 2, SESSION, package, 1000, 1000);
	bench_run(b, 10);
	g_assert_cmpuint(b->stored->len, ==, 2000);
}

/* INFO is cut between two tags, never inside one. */
static void
test_long_texts(void)
{
	static const char text[] =
		"0123456789012345678901234567890123456789012345678901234567890123456789"
		"01234567890123456789012345678901234567890123456789012345678901234567890123456789";

	for (guint copies = 1; copies < 7; copies++) {
		g_autoptr(Bench) b = bench_new();
		g_autoptr(GByteArray) body = NULL;
		struct gyw_info info;
		guint8 hello[20] = {1, 1};

		b->version = text;
		b->n_versions = copies;
		b->board.chip = text;
		b->board.name = text;
		bench_start(b);
		bench_send(b, GYW_HELLO, 1, 0, hello, sizeof hello);
		bench_run(b, 2);
		bench_expect(b, GYW_INFO, 1, 0, &body);
		g_assert_cmpuint(body->len, <=, 504);
		g_assert_cmpint(gyw_info_decode(&info, body->data, body->len), ==, GYW_OK);
		g_assert_cmpuint(strlen(info.chip), ==, GYW_MAX_TEXT);
		g_assert_cmpuint(strlen(info.version), ==, GYW_MAX_VERSION);
	}
}

static void
test_silence(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(2000, 1);
	guint8 manifest[10] = {0};

	bench_start(b);
	bench_run(b, 20000);
	bench_expect_nothing(b);
	bench_begin(b, 1, SESSION, package, 0);
	bench_run(b, 3);
	bench_drain(b);
	b->store_sleeps = TRUE;
	bench_manifest(b, 2, SESSION, 0, 10, manifest, 10);
	bench_run(b, 15100);
	g_assert_cmpuint(b->frames.length, ==, 30);
	b->store_sleeps = FALSE;
	bench_drain(b);
	bench_run(b, 100);
	/* the answer that BUSY promised */
	bench_expect_ready(b, 2, SESSION);
	/* but nothing of its own accord */
	b->store_sleeps = TRUE;
	bench_data(b, 1, SESSION, package, 0, 2000);
	bench_run(b, 11000);
	bench_drain(b);
	b->store_sleeps = FALSE;
	bench_run(b, 100);
	g_assert_cmpuint(b->stored->len, ==, 2000);
	bench_expect_nothing(b);
}

static void
test_hash_and_read(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	g_autoptr(GByteArray) body = NULL;
	guint8 area[12] = {7, 0, 0, 0, 5, 0, 0, 0, 0xD0, 0x07, 0, 0};
	guint8 expected[32];
	gsize size = sizeof expected;

	for (guint i = 0; i < 2000; i++) {
		guint8 byte = (guint8) ((5 + i) * 7);
		g_checksum_update(sum, &byte, 1);
	}
	g_checksum_get_digest(sum, expected, &size);
	bench_start(b);
	for (guint i = 0; i < 2; i++) {
		bench_send(b, GYW_HASH, 1, 0, area, sizeof area);
		bench_run(b, 10);
		bench_expect(b, GYW_HASH_IS, 1, 0, &body);
		g_assert_cmpmem(body->data, body->len, expected, 32);
		g_clear_pointer(&body, g_byte_array_unref);
	}
	g_assert_cmpstr(b->calls->str, ==, "AAAA");
	for (guint i = 0; i < 2; i++) {
		bench_send(b, GYW_READ, 2, 0, area, sizeof area);
		bench_send(b, GYW_PING, 3, 0, NULL, 0);
		bench_run(b, 10);
		bench_expect(b, GYW_READ_DATA, 2, 0, &body);
		g_assert_cmpuint(body->len, ==, 504);
		g_assert_cmpmem(body->data, 4, area + 4, 4);
		for (guint j = 0; j < 500; j++)
			g_assert_cmphex(body->data[4 + j], ==, (guint8) ((5 + j) * 7));
		g_clear_pointer(&body, g_byte_array_unref);
		bench_expect(b, GYW_ACK, 3, 0, NULL);
	}
	area[0] = 8;
	bench_send(b, GYW_READ, 4, 0, area, sizeof area);
	g_assert_cmpuint(refused(b, GYW_REFUSED, GYW_READ, 4, 0).cause, ==, GYW_CAUSE_TARGET);
	bench_send(b, GYW_HASH, 5, 0, area, sizeof area);
	g_assert_cmpuint(refused(b, GYW_REFUSED, GYW_HASH, 5, 0).cause, ==, GYW_CAUSE_TARGET);
	bench_send(b, GYW_HASH, 6, 0, area, sizeof area - 1);
	g_assert_cmpuint(refused(b, GYW_REFUSED, GYW_HASH, 6, 0).cause, ==, GYW_CAUSE_MALFORMED);
	g_assert_cmpuint(b->hashes, ==, 0);
}

static void
test_console(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(1000, 1);

	bench_start(b);
	g_byte_array_append(b->to_device, (const guint8 *) "help\r", 5);
	bench_run(b, 2);
	g_assert_cmpstr(b->console->str, ==, "help\r");
	/* a candidate that fails is dropped, and a lone zero does not take the shell away for ever */
	g_byte_array_append(b->to_device, (const guint8 *) "\0reboot\0", 8);
	bench_run(b, 60);
	g_byte_array_append(b->to_device, (const guint8 *) "ls", 2);
	bench_run(b, 2);
	g_assert_cmpstr(b->console->str, ==, "help\rls");
	bench_to_receiving(b, SESSION, package);
	g_byte_array_append(b->to_device, (const guint8 *) "reboot\r", 7);
	bench_run(b, 2);
	g_assert_cmpstr(b->console->str, ==, "help\rls");
}

static void
test_slow_transmitter(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(10000, 1);

	b->transmitter_room = 3;
	bench_start(b);
	for (guint8 i = 0; i < 20; i++)
		bench_send(b, GYW_PING, i, 0, NULL, 0);
	bench_run(b, 200);
	for (guint8 i = 0; i < 20; i++)
		bench_expect(b, GYW_ACK, i, 0, NULL);
	bench_expect_nothing(b);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/agent/session/goes-from-begin-to-reset", test_whole_run);
	g_test_add_func(
		"/agent/session/hashes-what-it-hands-over-where-it-cannot-read", test_store_that_cannot_read);
	g_test_add_func("/agent/session/says-hello", test_hello);
	g_test_add_func("/agent/session/echoes-and-knows-what-it-does-not-offer", test_simple_requests);
	g_test_add_func("/agent/session/answers-gone", test_gone);
	g_test_add_func("/agent/session/keeps-the-order-of-operations", test_states);
	g_test_add_func("/agent/session/refuses-by-the-manifest", test_manifest_refused);
	g_test_add_func("/agent/session/gathers-the-manifest", test_manifest_in_pieces);
	g_test_add_func("/agent/session/refuses-a-begin-without-losing-the-session", test_begin_refusals);
	g_test_add_func(
		"/agent/session/says-that-the-backend-did-not-start", test_backend_that_does_not_start);
	g_test_add_func("/agent/session/resumes-at-the-byte-it-has", test_resume);
	g_test_add_func("/agent/session/resumes-verified-and-armed", test_resume_after_verified);
	g_test_add_func("/agent/session/is-replaced", test_replacement);
	g_test_add_func("/agent/session/is-replaced-after-the-running-call", test_replacement_waits);
	g_test_add_func(
		"/agent/session/is-replaced-after-the-running-piece", test_replacement_waits_for_a_piece);
	g_test_add_func("/agent/session/is-busy-every-500-ms", test_busy);
	g_test_add_func("/agent/session/says-how-far-it-has-hashed", test_busy_names_progress);
	g_test_add_func("/agent/session/repeats-outcomes-not-actions", test_repeats);
	g_test_add_func("/agent/session/repeats-a-store-error", test_store_error);
	g_test_add_func("/agent/session/finds-a-difference-and-starts-again", test_finish_finds_difference);
	g_test_add_func("/agent/session/arms-nothing-unchecked", test_finish_rechecks);
	g_test_add_func("/agent/session/says-that-prepare-failed", test_prepare_fails);
	g_test_add_func("/agent/session/is-cancelled", test_cancel);
	g_test_add_func("/agent/session/fails-a-reset-that-does-not-come", test_reset_that_does_not_come);
	g_test_add_func("/agent/session/answers-only-reset-while-resetting", test_only_reset_is_answered);
	g_test_add_func(
		"/agent/session/keeps-storing-after-a-refused-hash", test_refused_hash_leaves_the_transfer);
	g_test_add_func("/agent/session/says-what-fits-of-itself", test_long_texts);
	g_test_add_func("/agent/session/is-silent-unasked", test_silence);
	g_test_add_func("/agent/session/hashes-and-reads-areas", test_hash_and_read);
	g_test_add_func("/agent/session/keeps-the-shell-apart", test_console);
	g_test_add_func("/agent/session/waits-for-its-transmitter", test_slow_transmitter);
	return g_test_run();
}
