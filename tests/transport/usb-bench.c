// SPDX-License-Identifier: Apache-2.0
#include "tests/transport/usb-bench.h"

static UsbBench *
usb_bench_of(const Bench *bench)
{
	return (UsbBench *) (void *) bench;
}

static char *
port_name(guint kind)
{
	switch (kind) {
	case BENCH_USB_ACM: return g_strdup_printf("usb:1209:%04x:BENCH", 1 + USB_MOCK_ACM);
	case BENCH_USB_BULK: return g_strdup_printf("usb:1209:%x", 1 + USB_MOCK_BULK);
	case BENCH_USB_PATH: return g_strdup("path:1-3");
	default: g_assert_not_reached();
	}
}

Bench *
bench_new(BenchKind kind)
{
	UsbBench *bench = g_new0(UsbBench, 1);

	bench_init(&bench->parent, kind);
	bench->mock = usb_mock_new((guint) kind == BENCH_USB_ACM ? USB_MOCK_ACM : USB_MOCK_BULK, 3, "BENCH");
	bench_make_transport(&bench->parent, port_name(kind));
	return &bench->parent;
}

void
bench_free(Bench *bench)
{
	g_clear_object(&bench->transport);
	usb_mock_free(usb_bench_of(bench)->mock);
	g_free(bench->port);
	g_free(bench);
}

void
bench_open(Bench *bench)
{
	bench_open_transport(bench);
}

void
bench_give(Bench *bench, const guint8 *bytes, gsize size)
{
	usb_mock_send(usb_bench_of(bench)->mock, bytes, size);
}

void
bench_take(Bench *bench, guint8 *bytes, gsize size)
{
	g_assert_cmpuint(usb_mock_receive(usb_bench_of(bench)->mock, bytes, size), ==, size);
}

void
bench_pull(Bench *bench)
{
	usb_mock_pull(usb_bench_of(bench)->mock);
}

void
bench_plug(Bench *bench)
{
	usb_mock_plug(usb_bench_of(bench)->mock);
}
