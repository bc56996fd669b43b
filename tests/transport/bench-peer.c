// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include "tests/transport/bench.h"

/* The other end where it is one file. */

static void
wait_for_peer(Bench *bench, gushort what)
{
	GPollFD polled = {.fd = bench->peer, .events = what};

	g_assert_cmpint(g_poll(&polled, 1, BENCH_LONGEST_MS), ==, 1);
}

void
bench_give(Bench *bench, const guint8 *bytes, gsize size)
{
	gsize at = 0;

	while (at < size) {
		gssize n;

		wait_for_peer(bench, G_IO_OUT);
		n = write(bench->peer, bytes + at, size - at);
		g_assert_cmpint(n, >, 0);
		at += (gsize) n;
	}
}

void
bench_take(Bench *bench, guint8 *bytes, gsize size)
{
	gsize at = 0;

	while (at < size) {
		gssize n;

		wait_for_peer(bench, G_IO_IN);
		n = read(bench->peer, bytes + at, size - at);
		g_assert_cmpint(n, >, 0);
		at += (gsize) n;
	}
}
