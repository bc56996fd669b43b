// SPDX-License-Identifier: Apache-2.0
#include "tests/transport/bench.h"

void
bench_init(Bench *bench, guint kind)
{
	bench->kind = kind;
	bench->listener = bench->peer = -1;
}

void
bench_make_transport(Bench *bench, char *port)
{
	g_autoptr(GError) error = NULL;

	bench->port = port;
	bench->transport = gy_transport_new(port, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(gy_transport_name(bench->transport), ==, port);
}

void
bench_open_transport(Bench *bench)
{
	g_autoptr(GError) error = NULL;
	gboolean opened = gy_transport_open(bench->transport, 115200, NULL, &error);

	g_assert_no_error(error);
	g_assert_true(opened);
	g_assert_true(gy_transport_is_open(bench->transport));
}

void
bench_read(Bench *bench, guint8 *bytes, gsize size)
{
	gsize at = 0;

	while (at < size) {
		g_autoptr(GError) error = NULL;
		gssize n;

		g_assert_cmpint(
			gy_transport_wait(bench->transport, G_IO_IN, BENCH_LONGEST_MS, NULL), ==, G_IO_IN);
		n = gy_transport_read(bench->transport, bytes + at, size - at, &error);
		g_assert_no_error(error);
		g_assert_cmpint(n, >, 0);
		at += (gsize) n;
	}
}
