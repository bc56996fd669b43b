// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "tests/agent/bench.h"

enum { SESSION = 0x1234 };

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
		refusal = bench_refused(b, GYW_FAILED, GYW_ARM, 11, SESSION);
		g_assert_cmpuint(refusal.cause, ==, GYW_CAUSE_VERIFY);
		g_assert_cmphex(refusal.code, ==, 0xFFFFFFFF);
	}
	g_assert_true(g_str_has_suffix(b->calls->str, "rrca"));
	/* a new number is a new try */
	bench_send(b, GYW_ARM, 12, SESSION, NULL, 0);
	bench_run(b, 5);
	bench_expect(b, GYW_ACK, 12, SESSION, NULL);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/agent/session/goes-from-begin-to-reset", test_whole_run);
	g_test_add_func(
		"/agent/session/hashes-what-it-hands-over-where-it-cannot-read", test_store_that_cannot_read);
	g_test_add_func("/agent/session/keeps-the-order-of-operations", test_states);
	g_test_add_func("/agent/session/is-busy-every-500-ms", test_busy);
	g_test_add_func("/agent/session/says-how-far-it-has-hashed", test_busy_names_progress);
	g_test_add_func("/agent/session/repeats-outcomes-not-actions", test_repeats);
	return g_test_run();
}
