// SPDX-License-Identifier: Apache-2.0
#include "tests/transport/usb-bench.h"

#define LONGEST_MS 5000

static UsbBench *
usb_bench_of(const Bench *bench)
{
	return (UsbBench *) (void *) bench;
}

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
	g_autoptr(GError) error = NULL;

	bench->parent.kind = kind;
	bench->parent.listener = bench->parent.peer = -1;
	bench->mock = usb_mock_new((guint) kind == BENCH_USB_ACM ? USB_MOCK_ACM : USB_MOCK_BULK, 3, "BENCH");
	bench->parent.port = port_name(kind);
	bench->parent.transport = gy_transport_new(bench->parent.port, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(gy_transport_name(bench->parent.transport), ==, bench->parent.port);
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
	g_autoptr(GError) error = NULL;
	gboolean opened = gy_transport_open(bench->transport, 115200, NULL, &error);

	g_assert_no_error(error);
	g_assert_true(opened);
	g_assert_true(gy_transport_is_open(bench->transport));
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

void
bench_read(Bench *bench, guint8 *bytes, gsize size)
{
	gsize at = 0;

	while (at < size) {
		g_autoptr(GError) error = NULL;
		gssize n;

		g_assert_cmpint(gy_transport_wait(bench->transport, G_IO_IN, LONGEST_MS, NULL), ==, G_IO_IN);
		n = gy_transport_read(bench->transport, bytes + at, size - at, &error);
		g_assert_no_error(error);
		g_assert_cmpint(n, >, 0);
		at += (gsize) n;
	}
}
