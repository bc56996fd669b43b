// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "tests/agent/bench.h"

enum { SESSION = 0x1234 };

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
		refusal = bench_refused(b, GYW_REFUSED, GYW_MANIFEST, 2, SESSION);
		g_assert_cmpuint(refusal.cause, ==, GYW_CAUSE_UNTRUSTED_KEY);
		g_assert_cmphex(refusal.code, ==, 0x80003063);
		g_assert_cmpuint(refusal.detail, ==, 192);
		g_assert_cmpuint(refusal.backend, ==, 9);
	}
	g_assert_cmpstr(b->calls->str, ==, "j");
	bench_data(b, 1, SESSION, package, 0, 100);
	g_assert_cmpuint(
		bench_refused(b, GYW_REFUSED, GYW_MANIFEST, 1, SESSION).cause, ==, GYW_CAUSE_UNTRUSTED_KEY);
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
	g_assert_cmpuint(bench_refused(b, GYW_REFUSED, GYW_MANIFEST, 2, SESSION).detail, ==, 1600);
	bench_manifest(b, 3, SESSION, 0, 1500, bytes, 400);
	bench_manifest(b, 3, SESSION, 0, 1500, bytes, 400);
	bench_manifest(b, 4, SESSION, 500, 1500, bytes + 500, 400);
	bench_run(b, 5);
	bench_expect(b, GYW_ACK, 3, SESSION, NULL);
	bench_expect(b, GYW_ACK, 3, SESSION, NULL);
	g_assert_cmpuint(bench_refused(b, GYW_REFUSED, GYW_MANIFEST, 4, SESSION).detail, ==, 400);
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
	refusal = bench_refused(b, GYW_REFUSED, GYW_BEGIN, 1, 2);
	g_assert_cmpuint(refusal.cause, ==, GYW_CAUSE_TOO_LARGE);
	g_assert_cmpuint(refusal.detail, ==, 1024 * 1024);
	gyw_writer_init(&w, body, sizeof body);
	gyw_begin_encode(&w, &begin);
	bench_send(b, GYW_BEGIN, 2, 5, body, w.used);
	g_assert_cmpuint(bench_refused(b, GYW_REFUSED, GYW_BEGIN, 2, 5).cause, ==, GYW_CAUSE_MODE);
	bench_send(b, GYW_BEGIN, 2, 0, body, w.used);
	g_assert_cmpuint(bench_refused(b, GYW_REFUSED, GYW_BEGIN, 2, 0).cause, ==, GYW_CAUSE_MALFORMED);
	bench_send(b, GYW_BEGIN, 3, 5, body, w.used - 1);
	g_assert_cmpuint(bench_refused(b, GYW_REFUSED, GYW_BEGIN, 3, 5).cause, ==, GYW_CAUSE_MALFORMED);
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
	refusal = bench_refused(b, GYW_REFUSED, GYW_BEGIN, 1, 2);
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

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/agent/begin/refuses-by-the-manifest", test_manifest_refused);
	g_test_add_func("/agent/begin/gathers-the-manifest", test_manifest_in_pieces);
	g_test_add_func("/agent/begin/refuses-a-begin-without-losing-the-session", test_begin_refusals);
	g_test_add_func("/agent/begin/says-that-the-backend-did-not-start", test_backend_that_does_not_start);
	g_test_add_func("/agent/begin/resumes-at-the-byte-it-has", test_resume);
	g_test_add_func("/agent/begin/resumes-verified-and-armed", test_resume_after_verified);
	g_test_add_func("/agent/begin/is-replaced", test_replacement);
	g_test_add_func("/agent/begin/is-replaced-after-the-running-call", test_replacement_waits);
	g_test_add_func(
		"/agent/begin/is-replaced-after-the-running-piece", test_replacement_waits_for_a_piece);
	return g_test_run();
}
