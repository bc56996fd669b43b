// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include "tests/guest/gadget.h"
#include "tests/transport/bench.h"

/* The other end where it is one file. */

void
bench_give(Bench *bench, const guint8 *bytes, gsize size)
{
	gsize at = 0;

	while (at < size) {
		gssize n = write(bench->peer, bytes + at, size - at);

		g_assert_cmpint(n, >, 0);
		at += (gsize) n;
	}
}

void
bench_take(Bench *bench, guint8 *bytes, gsize size)
{
	gsize at = 0;

	while (at < size) {
		GPollFD polled = {.fd = bench->peer, .events = G_IO_IN};
		gssize n;

		g_assert_cmpint(g_poll(&polled, 1, GUEST_LONGEST_MS), ==, 1);
		n = read(bench->peer, bytes + at, size - at);
		g_assert_cmpint(n, >, 0);
		at += (gsize) n;
	}
}
