// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <string.h>

#include "tests/transport/usb-bench.h"

#define LONGEST_MS 5000
#define PACKET     512
#define BLOCK      16384

static UsbMock *
mock_of(Bench *bench)
{
	return ((UsbBench *) (void *) bench)->mock;
}

static Bench *
open_bench(guint kind)
{
	Bench *bench = bench_new((BenchKind) kind);

	bench_open(bench);
	return bench;
}

static void
fill(guint8 *bytes, gsize size)
{
	gsize i;

	for (i = 0; i < size; i++)
		bytes[i] = (guint8) (i * 5 + (i >> 8));
}

static void
assert_write(Bench *bench, const guint8 *bytes, gsize size)
{
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(gy_transport_write(bench->transport, bytes, size, &error), ==, (gssize) size);
	g_assert_no_error(error);
}

/* Reads until it fails, which it must. */
static void
assert_read_ends(Bench *bench, GyLinkError code)
{
	g_autoptr(GError) error = NULL;
	gint64 end_us = g_get_monotonic_time() + LONGEST_MS * 1000;
	guint8 byte;
	gssize n = 0;

	while (n >= 0 && g_get_monotonic_time() < end_us) {
		gy_transport_wait(bench->transport, G_IO_IN, LONGEST_MS, NULL);
		n = gy_transport_read(bench->transport, &byte, 1, &error);
	}
	g_assert_cmpint(n, ==, -1);
	g_assert_error(error, GY_LINK_ERROR, (gint) code);
	g_assert_false(gy_transport_is_open(bench->transport));
}

/* ---- speed and lines ------------------------------------------------------------------------------------ */

static void
sets_line_coding_and_line_state(void)
{
	static const guint8 slow[] = {0x00, 0xC2, 0x01, 0x00, 0, 0, 8};
	static const guint8 fast[] = {0x80, 0x84, 0x1E, 0x00, 0, 0, 8};
	g_autoptr(Bench) bench = open_bench(BENCH_USB_ACM);
	g_autoptr(GError) error = NULL;
	UsbMockState state = usb_mock_state(mock_of(bench));

	g_assert_cmpmem(state.line_coding, 7, slow, 7);
	g_assert_cmpint(state.line_state, ==, 3);
	g_assert_true(gy_transport_set_baud(bench->transport, 2000000, &error));
	g_assert_true(gy_transport_set_lines(bench->transport, GY_LINE_LOW, GY_LINE_KEEP, &error));
	state = usb_mock_state(mock_of(bench));
	g_assert_cmpmem(state.line_coding, 7, fast, 7);
	g_assert_cmpint(state.line_state, ==, 2);
	g_assert_true(gy_transport_set_lines(bench->transport, GY_LINE_HIGH, GY_LINE_LOW, &error));
	g_assert_cmpint(usb_mock_state(mock_of(bench)).line_state, ==, 1);
	gy_transport_close(bench->transport);
	g_assert_cmpint(usb_mock_state(mock_of(bench)).line_state, ==, 1);
	g_assert_no_error(error);
}

static void
a_vendors_interface_gets_no_request(void)
{
	g_autoptr(Bench) bench = open_bench(BENCH_USB_BULK);
	g_autoptr(GError) error = NULL;

	g_assert_true(gy_transport_set_baud(bench->transport, 2000000, &error));
	g_assert_true(gy_transport_set_lines(bench->transport, GY_LINE_LOW, GY_LINE_LOW, &error));
	g_assert_cmpint(usb_mock_state(mock_of(bench)).line_state, ==, -1);
}

static void
serves_a_device_without_speed_and_lines(void)
{
	g_autoptr(Bench) bench = bench_new((BenchKind) BENCH_USB_ACM);
	g_autoptr(GError) error = NULL;
	guint8 found[5];

	usb_mock_stall_control(mock_of(bench));
	bench_open(bench);
	g_assert_true(gy_transport_set_baud(bench->transport, 921600, &error));
	assert_write(bench, (const guint8 *) "hello", 5);
	bench_take(bench, found, sizeof found);
	g_assert_cmpmem(found, 5, "hello", 5);
}

static void
holds_a_break_until_it_ends(void)
{
	g_autoptr(Bench) bench = open_bench(BENCH_USB_ACM);
	g_autoptr(GError) error = NULL;

	g_assert_true(gy_transport_can_break(bench->transport));
	g_assert_true(gy_transport_set_break(bench->transport, TRUE, &error));
	g_assert_cmphex(usb_mock_state(mock_of(bench)).breaking, ==, 0xFFFF);
	g_assert_true(gy_transport_set_break(bench->transport, FALSE, &error));
	g_assert_cmphex(usb_mock_state(mock_of(bench)).breaking, ==, 0);
	g_assert_no_error(error);
}

static void
tells_that_there_is_no_break(gconstpointer kind)
{
	g_autoptr(Bench) bench = open_bench(GPOINTER_TO_UINT(kind));
	g_autoptr(GError) error = NULL;

	usb_mock_stall_control(mock_of(bench));
	g_assert_false(gy_transport_set_break(bench->transport, TRUE, &error));
	g_assert_error(error, GY_LINK_ERROR, GY_LINK_ERROR_IO);
	g_assert_true(gy_transport_is_open(bench->transport));
}

static void
setting_the_speed_tells_that_the_device_has_gone(void)
{
	g_autoptr(Bench) bench = open_bench(BENCH_USB_ACM);
	g_autoptr(GError) error = NULL;

	bench_pull(bench);
	g_assert_false(gy_transport_set_baud(bench->transport, 921600, &error));
	g_assert_error(error, GY_LINK_ERROR, GY_LINK_ERROR_GONE);
}

/* ---- packets -------------------------------------------------------------------------------------------- */

static void
a_silent_device_is_waited_for_with_several_transfers(void)
{
	g_autoptr(Bench) bench = open_bench(BENCH_USB_BULK);
	g_autoptr(GError) error = NULL;
	guint8 byte;

	g_assert_cmpint(gy_transport_read(bench->transport, &byte, 1, &error), ==, 0);
	g_assert_no_error(error);
	g_assert_cmpint(gy_transport_wait(bench->transport, G_IO_IN, 10, NULL), ==, 0);
	g_assert_cmpuint(usb_mock_state(mock_of(bench)).n_reading, >=, 2);
}

static const struct {
	const char *name;
	gsize size;
	guint n_empty;
} endings[] = {
	{"short-packet", PACKET - 1, 0},
	{"full-packet", PACKET, 1},
	{"full-and-short", PACKET + 1, 0},
	{"full-transfer", BLOCK, 1},
	{"two-full-transfers", 2 * BLOCK, 1},
	{"full-transfer-and-full-packet", BLOCK + PACKET, 1},
};

static void
an_empty_packet_ends_what_is_full(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	g_autoptr(Bench) bench = open_bench(BENCH_USB_BULK);
	g_autofree guint8 *bytes = g_malloc(endings[i].size);
	g_autofree guint8 *found = g_malloc(endings[i].size);

	fill(bytes, endings[i].size);
	assert_write(bench, bytes, endings[i].size);
	bench_take(bench, found, endings[i].size);
	g_assert_cmpmem(found, (int) endings[i].size, bytes, (int) endings[i].size);
	g_assert_cmpuint(usb_mock_state(mock_of(bench)).n_empty, ==, endings[i].n_empty);
}

static void
an_empty_packet_is_no_data(void)
{
	g_autoptr(Bench) bench = open_bench(BENCH_USB_BULK);
	guint8 found[3];
	guint i;

	for (i = 0; i < 10; i++) {
		usb_mock_send_empty(mock_of(bench));
		g_assert_cmpint(gy_transport_wait(bench->transport, G_IO_IN, 5, NULL), ==, 0);
	}
	bench_give(bench, (const guint8 *) "abc", 3);
	bench_read(bench, found, sizeof found);
	g_assert_cmpmem(found, 3, "abc", 3);
}

/* Each part is a short packet of its own; reading takes a byte more or less than that. */
static void
short_packets_keep_their_order(void)
{
	g_autoptr(Bench) bench = open_bench(BENCH_USB_ACM);
	guint8 bytes[1000];
	guint8 found[1000];
	gsize at = 0;
	gsize size;

	fill(bytes, sizeof bytes);
	for (size = 1; at < sizeof bytes; size++) {
		gsize part = MIN(size, sizeof bytes - at);

		bench_give(bench, bytes + at, part);
		g_assert_cmpint(gy_transport_wait(bench->transport, G_IO_IN, LONGEST_MS, NULL), ==, G_IO_IN);
		at += part;
	}
	for (at = 0; at < sizeof bytes; at += size) {
		size = MIN(7, sizeof bytes - at);
		bench_read(bench, found + at, size);
	}
	g_assert_cmpmem(found, sizeof found, bytes, sizeof bytes);
}

static void
tells_what_has_not_been_sent(void)
{
	g_autoptr(Bench) bench = open_bench(BENCH_USB_BULK);
	guint8 bytes[1000];
	guint8 found[1000];

	fill(bytes, sizeof bytes);
	g_assert_cmpuint(gy_transport_unsent(bench->transport), ==, 0);
	assert_write(bench, bytes, 400);
	assert_write(bench, bytes, 600);
	g_assert_cmpuint(gy_transport_unsent(bench->transport), ==, 1000);
	bench_take(bench, found, 400);
	while (gy_transport_unsent(bench->transport) > 600)
		;
	g_assert_cmpuint(gy_transport_unsent(bench->transport), ==, 600);
	bench_take(bench, found, 600);
	while (gy_transport_unsent(bench->transport) > 0)
		;
}

static gpointer
receive_later(gpointer mock)
{
	guint8 *found = g_malloc0(3000);

	g_usleep(5000);
	g_assert_cmpuint(usb_mock_receive(mock, found, 3000), ==, 3000);
	return found;
}

static void
what_was_written_goes_out_before_it_closes(void)
{
	g_autoptr(Bench) bench = open_bench(BENCH_USB_BULK);
	g_autofree guint8 *found = NULL;
	guint8 bytes[3000];
	GThread *thread;

	fill(bytes, sizeof bytes);
	assert_write(bench, bytes, sizeof bytes);
	thread = g_thread_new("device", receive_later, mock_of(bench));
	gy_transport_close(bench->transport);
	found = g_thread_join(thread);
	g_assert_cmpmem(found, sizeof bytes, bytes, sizeof bytes);
}

/* ---- faults --------------------------------------------------------------------------------------------- */

static void
reads_on_after_a_stall(void)
{
	g_autoptr(Bench) bench = open_bench(BENCH_USB_BULK);
	guint8 found[6];

	bench_give(bench, (const guint8 *) "abc", 3);
	g_assert_cmpint(gy_transport_wait(bench->transport, G_IO_IN, LONGEST_MS, NULL), ==, G_IO_IN);
	usb_mock_fail(mock_of(bench), 0x81, -EPIPE, 1);
	g_assert_cmpint(gy_transport_wait(bench->transport, G_IO_OUT, LONGEST_MS, NULL), ==, G_IO_OUT);
	bench_give(bench, (const guint8 *) "def", 3);
	bench_read(bench, found, sizeof found);
	g_assert_cmpmem(found, 6, "abcdef", 6);
	g_assert_cmpuint(usb_mock_state(mock_of(bench)).n_halts_cleared, ==, 1);
	g_assert_cmpuint(usb_mock_state(mock_of(bench)).n_reading, >=, 2);
}

/* The device takes a part and stalls; the rest and what was queued behind it comes once, in its order. */
static void
writes_on_after_a_stall(void)
{
	g_autoptr(Bench) bench = open_bench(BENCH_USB_BULK);
	guint8 bytes[3 * PACKET];
	guint8 found[3 * PACKET];
	gsize at;

	fill(bytes, sizeof bytes);
	usb_mock_stall_after(mock_of(bench), 100);
	assert_write(bench, bytes, PACKET);
	assert_write(bench, bytes + PACKET, 2 * PACKET);
	at = usb_mock_receive(mock_of(bench), found, 100);
	g_assert_cmpuint(at, ==, 100);
	while (usb_mock_state(mock_of(bench)).n_halts_cleared == 0)
		gy_transport_wait(bench->transport, G_IO_IN, 1, NULL);
	g_assert_cmpuint(gy_transport_unsent(bench->transport), ==, sizeof bytes - at);
	bench_take(bench, found + at, sizeof bytes - at);
	g_assert_cmpmem(found, sizeof found, bytes, sizeof bytes);
	g_assert_cmpuint(usb_mock_state(mock_of(bench)).n_halts_cleared, ==, 1);
}

static void
gives_up_a_device_that_only_stalls(gconstpointer data)
{
	guint8 endpoint = (guint8) GPOINTER_TO_UINT(data);
	g_autoptr(Bench) bench = open_bench(BENCH_USB_BULK);

	usb_mock_fail(mock_of(bench), endpoint, -EPIPE, G_MAXUINT);
	if (endpoint == 0x01)
		assert_write(bench, (const guint8 *) "hello", 5);
	assert_read_ends(bench, GY_LINK_ERROR_IO);
	g_assert_cmpuint(usb_mock_state(mock_of(bench)).n_halts_cleared, <, 10);
}

static void
a_broken_packet_is_got_over(void)
{
	g_autoptr(Bench) bench = open_bench(BENCH_USB_BULK);
	guint8 found[3];

	usb_mock_fail(mock_of(bench), 0x81, -EPROTO, 1);
	bench_give(bench, (const guint8 *) "abc", 3);
	bench_read(bench, found, sizeof found);
	g_assert_cmpmem(found, 3, "abc", 3);
}

/* The first sign of a pulled plug is a broken packet. */
static void
a_broken_packet_before_the_end_is_no_other_error(void)
{
	g_autoptr(Bench) bench = open_bench(BENCH_USB_BULK);
	g_autoptr(GError) error = NULL;
	guint8 byte;

	usb_mock_fail(mock_of(bench), 0x81, -EPROTO, G_MAXUINT);
	g_assert_cmpint(gy_transport_wait(bench->transport, G_IO_IN, 20, NULL), ==, 0);
	g_assert_cmpint(gy_transport_read(bench->transport, &byte, 1, &error), ==, 0);
	bench_pull(bench);
	assert_read_ends(bench, GY_LINK_ERROR_GONE);
}

static void
udev_tells_that_it_has_gone(void)
{
	g_autoptr(Bench) bench = open_bench(BENCH_USB_BULK);
	g_autoptr(GError) error = NULL;
	guint8 byte;

	usb_mock_vanish(mock_of(bench));
	g_assert_cmpint(
		gy_transport_wait(bench->transport, G_IO_IN, LONGEST_MS, NULL) & G_IO_IN, ==, G_IO_IN);
	g_assert_cmpint(gy_transport_read(bench->transport, &byte, 1, &error), ==, -1);
	g_assert_error(error, GY_LINK_ERROR, GY_LINK_ERROR_GONE);
}

static void
what_came_before_the_end_is_read(void)
{
	g_autoptr(Bench) bench = open_bench(BENCH_USB_BULK);
	guint8 found[3];

	bench_give(bench, (const guint8 *) "abc", 3);
	g_assert_cmpint(gy_transport_wait(bench->transport, G_IO_IN, LONGEST_MS, NULL), ==, G_IO_IN);
	bench_pull(bench);
	g_assert_cmpint(gy_transport_read(bench->transport, found, 3, NULL), ==, 3);
	g_assert_cmpmem(found, 3, "abc", 3);
	assert_read_ends(bench, GY_LINK_ERROR_GONE);
}

void
usb_byte_tests_add(void)
{
	guint i;

	g_test_add_func("/usb/speed/sets-line-coding-and-line-state", sets_line_coding_and_line_state);
	g_test_add_func(
		"/usb/speed/a-vendors-interface-gets-no-request", a_vendors_interface_gets_no_request);
	g_test_add_func("/usb/speed/serves-a-device-without", serves_a_device_without_speed_and_lines);
	g_test_add_func("/usb/break/holds-until-it-ends", holds_a_break_until_it_ends);
	g_test_add_data_func("/usb/break/tells-that-there-is-none/acm", GUINT_TO_POINTER(BENCH_USB_ACM),
		tells_that_there_is_no_break);
	g_test_add_data_func("/usb/break/tells-that-there-is-none/vendor", GUINT_TO_POINTER(BENCH_USB_BULK),
		tells_that_there_is_no_break);
	g_test_add_func("/usb/speed/tells-that-the-device-has-gone",
		setting_the_speed_tells_that_the_device_has_gone);
	g_test_add_func("/usb/bytes/a-silent-device-is-waited-for-with-several-transfers",
		a_silent_device_is_waited_for_with_several_transfers);
	for (i = 0; i < G_N_ELEMENTS(endings); i++) {
		g_autofree char *path =
			g_strconcat("/usb/bytes/an-empty-packet-ends/", endings[i].name, NULL);

		g_test_add_data_func(path, GUINT_TO_POINTER(i), an_empty_packet_ends_what_is_full);
	}
	g_test_add_func("/usb/bytes/an-empty-packet-is-no-data", an_empty_packet_is_no_data);
	g_test_add_func("/usb/bytes/short-packets-keep-their-order", short_packets_keep_their_order);
	g_test_add_func("/usb/bytes/tells-what-has-not-been-sent", tells_what_has_not_been_sent);
	g_test_add_func("/usb/bytes/what-was-written-goes-out-before-it-closes",
		what_was_written_goes_out_before_it_closes);
	g_test_add_func("/usb/fault/reads-on-after-a-stall", reads_on_after_a_stall);
	g_test_add_func("/usb/fault/writes-on-after-a-stall", writes_on_after_a_stall);
	g_test_add_data_func("/usb/fault/gives-up-a-device-that-only-stalls/in", GUINT_TO_POINTER(0x81),
		gives_up_a_device_that_only_stalls);
	g_test_add_data_func("/usb/fault/gives-up-a-device-that-only-stalls/out", GUINT_TO_POINTER(0x01),
		gives_up_a_device_that_only_stalls);
	g_test_add_func("/usb/fault/a-broken-packet-is-got-over", a_broken_packet_is_got_over);
	g_test_add_func("/usb/fault/a-broken-packet-before-the-end-is-no-other-error",
		a_broken_packet_before_the_end_is_no_other_error);
	g_test_add_func("/usb/fault/udev-tells-that-it-has-gone", udev_tells_that_it_has_gone);
	g_test_add_func("/usb/fault/what-came-before-the-end-is-read", what_came_before_the_end_is_read);
}
