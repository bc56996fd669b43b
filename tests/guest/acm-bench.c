// SPDX-License-Identifier: Apache-2.0
#include "tests/guest/acm-bench.h"

#include <unistd.h>

#include "tests/guest/bridge.h"

static const char *const ports[ACM_N_KINDS] = {"serial:" ACM_HOST, "usb:1d6b:0104", "path:" GADGET_PATH};

/* The speed of a CDC-ACM device is not its tty's; acm-test.c looks at what went over the bus. */
gboolean
bench_is_tty(const Bench *bench)
{
	return FALSE;
}

guint
bench_speed(const Bench *bench)
{
	g_assert_not_reached();
}

void
bench_plug(Bench *bench)
{
	gadget_plug(ACM_HOST);
}

/* The device's side first: closing it would wait for a host to take what it has written. */
void
bench_pull(Bench *bench)
{
	if (bench->peer >= 0)
		close(bench->peer);
	bench->peer = -1;
	gadget_unplug(ACM_HOST);
}

Bench *
bench_new(BenchKind kind)
{
	Bench *bench = g_new0(Bench, 1);
	g_autoptr(GError) error = NULL;

	bench->kind = kind;
	bench->listener = bench->peer = -1;
	bench_plug(bench);
	bench->port = g_strdup(ports[(guint) kind - BENCH_N_KINDS]);
	bench->transport = gy_transport_new(bench->port, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(gy_transport_name(bench->transport), ==, bench->port);
	return bench;
}

void
bench_free(Bench *bench)
{
	if (bench == NULL)
		return;
	g_clear_object(&bench->transport);
	bench_pull(bench);
	g_free(bench->port);
	g_free(bench);
}

void
bench_open(Bench *bench)
{
	g_autoptr(GError) error = NULL;
	gboolean opened = gy_transport_open(bench->transport, 115200, NULL, &error);

	g_assert_no_error(error);
	g_assert_true(opened);
	g_assert_true(gy_transport_is_open(bench->transport));
	bench->peer = bridge_open_tty(ACM_DEVICE);
	g_assert_cmpint(bench->peer, >=, 0);
}
