// SPDX-License-Identifier: Apache-2.0
#include "tests/guest/gadget.h"
#include "tests/transport/bench.h"

void
bench_read(Bench *bench, guint8 *bytes, gsize size)
{
	gsize at = 0;

	while (at < size) {
		g_autoptr(GError) error = NULL;
		gssize n;

		g_assert_cmpint(
			gy_transport_wait(bench->transport, G_IO_IN, GUEST_LONGEST_MS, NULL), ==, G_IO_IN);
		n = gy_transport_read(bench->transport, bytes + at, size - at, &error);
		g_assert_no_error(error);
		g_assert_cmpint(n, >, 0);
		at += (gsize) n;
	}
}
