// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "device-agent/core/agent-private.h"
#include "device-agent/include/backend-liteos.h"
#include "tests/agent/bench.h"

/* SELFTEST over the bench's backend: what is asked for without a transfer, and what is not taken. */

enum { SESSION = 0x1234 };

static Bench *
testing_bench(void)
{
	Bench *b = bench_new();

	b->port.extend = gya_serve_selftest;
	bench_start(b);
	return b;
}

static void
ask(Bench *b, guint8 seq, guint16 session, guint32 flags)
{
	guint8 body[8];

	gyw_put_u32le(body, flags);
	gyw_put_u32le(body + 4, 99);
	bench_send(b, GYW_SELFTEST, seq, session, body, sizeof body);
	bench_run(b, 5);
}

static void
test_arms_and_resets(void)
{
	g_autoptr(Bench) b = testing_bench();

	ask(b, 1, SESSION, GYW_SELFTEST_ERASE);
	bench_expect(b, GYW_ACK, 1, SESSION, NULL);
	g_assert_cmpstr(b->calls->str, ==, "a");
	/* a repeat has its outcome again, and does nothing */
	ask(b, 1, SESSION, GYW_SELFTEST_ERASE);
	bench_expect(b, GYW_ACK, 1, SESSION, NULL);
	g_assert_cmpstr(b->calls->str, ==, "a");
	bench_send(b, GYW_RESET, 2, SESSION, NULL, 0);
	bench_run(b, 20);
	bench_expect(b, GYW_ACK, 2, SESSION, NULL);
	g_assert_cmpstr(b->calls->str, ==, "aR");
}

static void
test_called_off(void)
{
	g_autoptr(Bench) b = testing_bench();

	ask(b, 1, SESSION, GYW_SELFTEST_ERASE);
	bench_expect(b, GYW_ACK, 1, SESSION, NULL);
	bench_send(b, GYW_DISARM, 2, SESSION, NULL, 0);
	bench_run(b, 5);
	bench_expect(b, GYW_ACK, 2, SESSION, NULL);
	bench_send(b, GYW_CANCEL, 3, SESSION, NULL, 0);
	bench_run(b, 5);
	bench_expect(b, GYW_ACK, 3, SESSION, NULL);
	/* the next one is another session */
	ask(b, 4, SESSION + 1, GYW_SELFTEST_ERASE);
	bench_expect(b, GYW_ACK, 4, SESSION + 1, NULL);
}

static void
test_wants_leave_to_erase(void)
{
	g_autoptr(Bench) b = testing_bench();
	struct gyw_refusal refusal;

	ask(b, 1, SESSION, 0);
	refusal = bench_refused(b, GYW_REFUSED, GYW_SELFTEST, 1, SESSION);
	g_assert_cmpuint(refusal.cause, ==, GYW_CAUSE_ERASE);
	g_assert_cmpstr(b->calls->str, ==, "");
}

static void
test_refused(void)
{
	g_autoptr(Bench) b = testing_bench();
	g_autoptr(GBytes) package = bench_package(5000, 1);
	struct gyw_refusal refusal;

	bench_send(b, GYW_SELFTEST, 1, SESSION, "short", 5);
	refusal = bench_refused(b, GYW_REFUSED, GYW_SELFTEST, 1, SESSION);
	g_assert_cmpuint(refusal.cause, ==, GYW_CAUSE_MALFORMED);
	ask(b, 2, 0, GYW_SELFTEST_ERASE);
	refusal = bench_refused(b, GYW_REFUSED, GYW_SELFTEST, 2, 0);
	g_assert_cmpuint(refusal.cause, ==, GYW_CAUSE_MALFORMED);
	bench_to_receiving(b, SESSION, package);
	bench_drain(b);
	ask(b, 9, SESSION + 1, GYW_SELFTEST_ERASE);
	refusal = bench_refused(b, GYW_REFUSED, GYW_SELFTEST, 9, SESSION + 1);
	g_assert_cmpuint(refusal.cause, ==, GYW_CAUSE_STATE);
	g_assert_null(strchr(b->calls->str, 'a'));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/selftest/arms-once-and-a-reset-starts-it", test_arms_and_resets);
	g_test_add_func("/selftest/called-off-it-can-be-asked-for-again", test_called_off);
	g_test_add_func("/selftest/wants-leave-to-erase", test_wants_leave_to_erase);
	g_test_add_func("/selftest/is-refused-in-mid-session-and-malformed", test_refused);
	return g_test_run();
}
