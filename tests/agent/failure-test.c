// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "tests/agent/bench.h"

enum { SESSION = 0x1234 };

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
		refusal = bench_refused(b, GYW_FAILED, GYW_DATA, i, SESSION);
		g_assert_cmpuint(refusal.cause, ==, GYW_CAUSE_STORE);
		g_assert_cmphex(refusal.code, ==, 0x80003049);
	}
	bench_send(b, GYW_FINISH, 5, SESSION, NULL, 0);
	bench_refused(b, GYW_FAILED, GYW_DATA, 5, SESSION);
	g_assert_cmpuint(bench_status(b).state, ==, GYW_STATE_IDLE);
	g_assert_cmpuint(b->n_stops, ==, 1);
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
		refusal = bench_refused(b, GYW_FAILED, GYW_FINISH, (guint8) (10 + i), SESSION);
		g_assert_cmpuint(refusal.cause, ==, GYW_CAUSE_HASH);
		g_assert_cmpuint(refusal.backend, ==, 0);
	}
	g_assert_null(strchr(b->calls->str, 'c'));
	g_assert_cmpuint(b->hashes, ==, 0);
	bench_send(b, GYW_ARM, 12, SESSION, NULL, 0);
	bench_refused(b, GYW_FAILED, GYW_FINISH, 12, SESSION);
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
		g_assert_cmpuint(
			bench_refused(b, GYW_FAILED, GYW_FINISH, 10, SESSION).cause, ==, rows[i].cause);
		g_assert_cmpuint(b->hashes, ==, 0);
		bench_send(b, GYW_ARM, 11, SESSION, NULL, 0);
		bench_refused(b, GYW_FAILED, GYW_FINISH, 11, SESSION);
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
	g_assert_cmphex(bench_refused(b, GYW_FAILED, GYW_MANIFEST, 2, SESSION).code, ==, 0x80003048);
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
	g_assert_cmpuint(bench_refused(b, GYW_REFUSED, GYW_DATA, 2, SESSION).cause, ==, GYW_CAUSE_STATE);
	g_assert_cmpuint(bench_status(b).state, ==, GYW_STATE_IDLE);
	g_assert_cmpuint(b->n_stops, ==, 1);
	bench_begin(b, 1, 0x2222, package, 0);
	bench_run(b, 5);
	g_assert_cmpuint(bench_expect_ready(b, 1, 0x2222).manifest_most, >, 0);
}

/* From the first byte to the arming, whoever gives the session up: the backend hears of it, once. */
static void
test_backend_hears(void)
{
	static void (*const reach[])(Bench *, guint16, GBytes *) = {
		bench_to_receiving, bench_to_stored, bench_to_verified, bench_to_armed};
	g_autoptr(GBytes) package = bench_package(3000, 1);

	for (guint i = 0; i < G_N_ELEMENTS(reach); i++)
		for (guint begins = 0; begins < 2; begins++) {
			g_autoptr(Bench) b = bench_new();

			bench_start(b);
			reach[i](b, SESSION, package);
			g_assert_cmpuint(b->n_stops, ==, 0);
			if (begins)
				bench_begin(b, 30, 0x2222, package, GYW_BEGIN_FROM_ZERO);
			else
				bench_send(b, GYW_CANCEL, 30, SESSION, NULL, 0);
			bench_run(b, 10);
			g_assert_cmpuint(b->n_stops, ==, 1);
			g_assert_cmpuint(
				bench_status(b).state, ==, begins ? GYW_STATE_MANIFEST : GYW_STATE_IDLE);
			bench_send(b, GYW_CANCEL, 31, begins ? 0x2222 : SESSION, NULL, 0);
			bench_run(b, 10);
			g_assert_cmpuint(b->n_stops, ==, 1);
		}
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
	g_assert_cmpuint(bench_refused(b, GYW_FAILED, GYW_RESET, 12, SESSION).cause, ==, GYW_CAUSE_RESET);
	g_assert_cmpuint(bench_status(b).state, ==, GYW_STATE_ARMED);
	/* once: a repeat is the outcome's repeat */
	bench_send(b, GYW_RESET, 12, SESSION, NULL, 0);
	bench_refused(b, GYW_FAILED, GYW_RESET, 12, SESSION);
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
	g_assert_cmpuint(bench_refused(b, GYW_REFUSED, GYW_HASH, 5, 0).cause, ==, GYW_CAUSE_TARGET);
	bench_data(b, 2, SESSION, package, 1000, 1000);
	bench_run(b, 10);
	g_assert_cmpuint(b->stored->len, ==, 2000);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/agent/failure/repeats-a-store-error", test_store_error);
	g_test_add_func("/agent/failure/finds-a-difference-and-starts-again", test_finish_finds_difference);
	g_test_add_func("/agent/failure/arms-nothing-unchecked", test_finish_rechecks);
	g_test_add_func("/agent/failure/says-that-prepare-failed", test_prepare_fails);
	g_test_add_func("/agent/failure/is-cancelled", test_cancel);
	g_test_add_func("/agent/failure/tells-the-backend-that-it-is-given-up", test_backend_hears);
	g_test_add_func("/agent/failure/fails-a-reset-that-does-not-come", test_reset_that_does_not_come);
	g_test_add_func("/agent/failure/answers-only-reset-while-resetting", test_only_reset_is_answered);
	g_test_add_func(
		"/agent/failure/keeps-storing-after-a-refused-hash", test_refused_hash_leaves_the_transfer);
	return g_test_run();
}
