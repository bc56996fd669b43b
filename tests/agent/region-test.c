// SPDX-License-Identifier: Apache-2.0
#include "device-agent/include/region.h"

#include "tests/agent/bench.h"

/* REGION over a backend of two regions, of which B is not whole. */

enum { SESSION = 0x1234 };

static struct gyw_region regions;
static gboolean b_is_whole;

static const struct gyw_region *
look(void)
{
	return &regions;
}

static bool
choose(uint32_t region)
{
	if (region == 1 && !b_is_whole)
		return false;
	regions.next = region;
	return true;
}

static Bench *
region_bench(void)
{
	Bench *b = bench_new();

	regions = (struct gyw_region){0, 0};
	b_is_whole = TRUE;
	b->backend.region = look;
	b->backend.choose_region = choose;
	b->port.extend = gya_region;
	bench_start(b);
	return b;
}

static void
ask(Bench *b, guint8 seq, gint region)
{
	guint8 body[4] = {(guint8) region};

	bench_send(b, GYW_REGION, seq, 0, body, region < 0 ? 0 : sizeof body);
	bench_run(b, 5);
}

static struct gyw_region
told(Bench *b, guint8 seq)
{
	g_autoptr(GByteArray) body = NULL;
	struct gyw_region told;

	bench_expect(b, GYW_REGION_IS, seq, 0, &body);
	g_assert_cmpuint(body->len, ==, 8);
	gyw_get_words(&told, body->data, 2);
	return told;
}

static void
test_shows_and_chooses(void)
{
	g_autoptr(Bench) b = region_bench();

	ask(b, 1, -1);
	g_assert_cmpuint(told(b, 1).next, ==, 0);
	ask(b, 2, 1);
	g_assert_cmpuint(told(b, 2).next, ==, 1);
	ask(b, 3, -1);
	g_assert_cmpuint(told(b, 3).next, ==, 1);
	g_assert_cmpuint(regions.running, ==, 0);
	ask(b, 3, -1);
	g_assert_cmpuint(told(b, 3).next, ==, 1);
}

static void
test_refuses(void)
{
	g_autoptr(Bench) b = region_bench();
	g_autoptr(GBytes) package = bench_package(1000, 1);
	struct gyw_refusal refusal;

	b_is_whole = FALSE;
	ask(b, 1, 1);
	bench_expect_refusal(b, GYW_FAILED, 1, 0, &refusal);
	g_assert_cmpuint(refusal.cause, ==, GYW_CAUSE_VERIFY);
	b_is_whole = TRUE;
	bench_to_receiving(b, SESSION, package);
	ask(b, 2, 1);
	bench_expect_refusal(b, GYW_REFUSED, 2, 0, &refusal);
	g_assert_cmpuint(refusal.cause, ==, GYW_CAUSE_STATE);
	ask(b, 3, -1);
	g_assert_cmpuint(told(b, 3).next, ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/agent/region/shows-and-chooses", test_shows_and_chooses);
	g_test_add_func("/agent/region/refuses-a-broken-one-and-an-open-session", test_refuses);
	return g_test_run();
}
