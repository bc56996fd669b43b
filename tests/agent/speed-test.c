// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "tests/agent/bench.h"

/* The device's part of a change of speed: protocol point 8. */

static void
set_speed(void *context, uint32_t baud)
{
	Bench *b = context;

	g_assert_false(b->line_is_busy);
	g_assert_false(gya_link_is_sending(b->agent));
	b->baud = baud;
}

static Bench *
speed_bench(void)
{
	static const uint32_t speeds[] = {115200, 921600, 2000000};
	Bench *b = bench_new();

	b->port.link_set_speed = set_speed;
	b->port.start_baud = 115200;
	b->port.speeds = speeds;
	b->port.n_speeds = G_N_ELEMENTS(speeds);
	b->port.can = GYW_CAN_SPEED;
	b->baud = 115200;
	bench_start(b);
	return b;
}

static void
ask(Bench *b, guint8 seq, guint32 baud)
{
	guint8 body[4];

	gyw_put_u32le(body, baud);
	bench_send(b, GYW_SPEED, seq, 0, body, sizeof body);
}

static void
test_switch(void)
{
	g_autoptr(Bench) b = speed_bench();

	b->transmitter_room = 1;
	ask(b, 1, 921600);
	bench_run(b, 5);
	g_assert_cmpuint(b->baud, ==, 115200); /* the answer is still going out */
	b->transmitter_room = 100;
	bench_run(b, 5);
	bench_expect(b, GYW_ACK, 1, 0, NULL);
	g_assert_cmpuint(b->baud, ==, 921600);
}

static void
test_no_proof(void)
{
	g_autoptr(Bench) b = speed_bench();

	ask(b, 1, 921600);
	bench_run(b, 995);
	g_assert_cmpuint(b->baud, ==, 921600);
	g_byte_array_append(b->to_device, (const guint8 *) "\0\x55\xAA noise \0", 12);
	bench_run(b, 10);
	g_assert_cmpuint(b->baud, ==, 115200);
	/* and stays there */
	bench_run(b, 10000);
	g_assert_cmpuint(b->baud, ==, 115200);
}

static void
test_proof_and_loss(void)
{
	g_autoptr(Bench) b = speed_bench();
	guint8 every[256];

	for (guint i = 0; i < sizeof every; i++)
		every[i] = (guint8) i;
	ask(b, 1, 2000000);
	bench_run(b, 10);
	bench_drain(b);
	for (guint8 seq = 2; seq < 6; seq++) {
		g_autoptr(GByteArray) body = NULL;

		bench_send(b, GYW_ECHO, seq, 0, every, sizeof every);
		bench_run(b, 5);
		bench_expect(b, GYW_ECHOED, seq, 0, &body);
		g_assert_cmpmem(body->data, body->len, every, sizeof every);
	}
	bench_run(b, 2980);
	g_assert_cmpuint(b->baud, ==, 2000000);
	bench_run(b, 20);
	g_assert_cmpuint(b->baud, ==, 115200);
}

static void
test_busy(void)
{
	g_autoptr(Bench) b = speed_bench();
	g_autoptr(GBytes) package = bench_package(2000, 1);

	ask(b, 1, 921600);
	bench_run(b, 10);
	bench_drain(b);
	bench_to_stored(b, 0x1234, package);
	b->store_sleeps = TRUE;
	bench_send(b, GYW_FINISH, 10, 0x1234, NULL, 0);
	bench_run(b, 20000);
	g_assert_cmpuint(b->baud, ==, 921600);
	b->store_sleeps = FALSE;
	bench_run(b, 100);
	g_assert_cmpuint(b->baud, ==, 921600);
	bench_run(b, 3000);
	g_assert_cmpuint(b->baud, ==, 115200);
}

static void
test_refusals(void)
{
	g_autoptr(Bench) b = speed_bench();
	struct gyw_refusal refusal;

	ask(b, 1, 123456);
	bench_run(b, 5);
	bench_expect_refusal(b, GYW_REFUSED, 1, 0, &refusal);
	g_assert_cmpuint(refusal.cause, ==, GYW_CAUSE_RANGE);
	bench_send(b, GYW_SPEED, 2, 0, "abc", 3);
	bench_run(b, 5);
	bench_expect_refusal(b, GYW_REFUSED, 2, 0, &refusal);
	g_assert_cmpuint(refusal.cause, ==, GYW_CAUSE_MALFORMED);
	bench_run(b, 5000);
	g_assert_cmpuint(b->baud, ==, 115200);
}

/* The answer was lost: it is repeated, the change is not. */
static void
test_repeat(void)
{
	g_autoptr(Bench) b = speed_bench();

	ask(b, 1, 921600);
	bench_run(b, 10);
	bench_drain(b);
	bench_run(b, 1500);
	g_assert_cmpuint(b->baud, ==, 115200);
	ask(b, 1, 921600);
	bench_run(b, 10);
	bench_expect(b, GYW_ACK, 1, 0, NULL);
	g_assert_cmpuint(b->baud, ==, 115200);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/agent/speed/changes-when-the-answer-is-out", test_switch);
	g_test_add_func("/agent/speed/goes-back-without-a-proof", test_no_proof);
	g_test_add_func("/agent/speed/goes-back-when-the-host-is-lost", test_proof_and_loss);
	g_test_add_func("/agent/speed/stays-while-busy", test_busy);
	g_test_add_func("/agent/speed/refuses-what-the-port-cannot-do", test_refusals);
	g_test_add_func("/agent/speed/repeats-the-answer-not-the-change", test_repeat);
	return g_test_run();
}
