// SPDX-License-Identifier: Apache-2.0
#include "tests/guest/acm-bench.h"

#include <unistd.h>

#include "tests/guest/bridge.h"

static const char *const ports[ACM_N_KINDS] = {"serial:" ACM_HOST, "usb:1d6b:0104", "path:" GADGET_PATH};

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

	bench_init(bench, kind);
	bench_plug(bench);
	bench_make_transport(bench, g_strdup(ports[(guint) kind - BENCH_N_KINDS]));
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
	bench_open_transport(bench);
	bench->peer = bridge_open_tty(ACM_DEVICE);
	g_assert_cmpint(bench->peer, >=, 0);
}
