// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "tests/agent/bench.h"

enum { SESSION = 0x1234 };

static void
test_hello(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GByteArray) body = NULL;
	struct gyw_hello hello = {1, 9, 0, "0123456789abcde"};
	struct gyw_info info;
	guint8 bytes[64];
	struct gyw_writer w;

	bench_start(b);
	bench_run(b, 100);
	gyw_writer_init(&w, bytes, sizeof bytes);
	gyw_hello_encode(&w, &hello);
	bench_send(b, GYW_HELLO, 3, 0x77, bytes, w.used);
	bench_run(b, 2);
	bench_expect(b, GYW_INFO, 3, 0x77, &body);
	g_assert_cmpint(gyw_info_decode(&info, body->data, body->len), ==, GYW_OK);
	g_assert_cmpmem(info.nonce, 16, hello.nonce, 16);
	g_assert_cmpuint(info.protocol, ==, 1);
	g_assert_cmpuint(info.mtu, ==, GYA_MTU);
	g_assert_cmpuint(info.window, ==, GYA_WINDOW_SIZE);
	g_assert_cmpuint(info.storage_size, ==, 1024 * 1024);
	g_assert_cmpuint(info.uptime_ms, ==, 100);
	g_assert_cmpuint(info.capabilities, ==, GYW_CAN_READ_BACK | GYW_CAN_DISARM);
	g_assert_cmpstr(info.chip, ==, "chip");
	g_assert_cmpstr(info.board, ==, "board");
	g_assert_cmpstr(info.version, ==, "1.2.3");
	g_assert_cmpuint(info.backend_id, ==, 9);
	g_assert_cmpstr(info.backend, ==, "scripted");
	g_assert_cmpuint(info.times_ms[GYW_TIME_INSTALL], ==, 180000);
	g_assert_cmpuint(info.device_id_size, ==, 8);
	g_assert_cmpuint(info.result, ==, 13);
}

static void
test_simple_requests(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GByteArray) body = NULL;
	guint8 echo[504];
	static const guint8 not_offered[] = {GYW_AUTH, GYW_SPEED, GYW_REGION, GYW_SELFTEST};

	for (gsize i = 0; i < sizeof echo; i++)
		echo[i] = (guint8) i;
	bench_start(b);
	bench_send(b, GYW_ECHO, 1, 0, echo, sizeof echo);
	bench_send(b, GYW_ECHO, 2, 0, echo, 256);
	bench_send(b, GYW_PING, 3, 0, NULL, 0);
	bench_run(b, 3);
	bench_expect(b, GYW_ECHOED, 1, 0, &body);
	g_assert_cmpmem(body->data, body->len, echo, sizeof echo);
	bench_expect(b, GYW_ECHOED, 2, 0, NULL);
	bench_expect(b, GYW_ACK, 3, 0, NULL);
	for (gsize i = 0; i < sizeof not_offered; i++) {
		bench_send(b, not_offered[i], 4, 0, NULL, 0);
		g_assert_cmpuint(
			bench_refused(b, GYW_REFUSED, not_offered[i], 4, 0).cause, ==, GYW_CAUSE_NOT_OFFERED);
	}
	bench_send(b, 0x7F, 5, 0, NULL, 0);
	bench_send(b, 0x80, 6, 0, NULL, 0);
	bench_send(b, GYW_UNKNOWN, 7, 0, NULL, 0);
	bench_send(b, GYW_GONE, 8, 0, NULL, 0);
	bench_run(b, 5);
	g_byte_array_unref(body);
	bench_expect(b, GYW_UNKNOWN, 5, 0, &body);
	g_assert_cmpmem(body->data, body->len, "\x7f\0\0", 4);
	bench_expect_nothing(b);
}

static void
test_gone(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(1000, 1);
	static const guint8 types[] = {
		GYW_MANIFEST, GYW_DATA, GYW_FINISH, GYW_ARM, GYW_DISARM, GYW_RESET, GYW_CONFIRM, GYW_CANCEL};

	bench_start(b);
	for (guint held = 0; held < 2; held++) {
		for (gsize i = 0; i < sizeof types; i++) {
			g_autoptr(GByteArray) body = NULL;

			bench_send(b, types[i], 20, 0x4321, NULL, 0);
			bench_run(b, 2);
			bench_expect(b, GYW_GONE, 20, 0x4321, &body);
			g_assert_cmpuint(body->len, ==, 0);
		}
		if (held == 0)
			bench_to_receiving(b, SESSION, package);
	}
	g_assert_cmpuint(bench_status(b).state, ==, GYW_STATE_RECEIVING);
}

/* INFO is cut between two tags, never inside one. */
static void
test_long_texts(void)
{
	static const char text[] =
		"0123456789012345678901234567890123456789012345678901234567890123456789"
		"01234567890123456789012345678901234567890123456789012345678901234567890123456789";

	for (guint copies = 1; copies < 7; copies++) {
		g_autoptr(Bench) b = bench_new();
		g_autoptr(GByteArray) body = NULL;
		struct gyw_info info;
		guint8 hello[20] = {1, 1};

		b->version = text;
		b->n_versions = copies;
		b->board.chip = text;
		b->board.name = text;
		bench_start(b);
		bench_send(b, GYW_HELLO, 1, 0, hello, sizeof hello);
		bench_run(b, 2);
		bench_expect(b, GYW_INFO, 1, 0, &body);
		g_assert_cmpuint(body->len, <=, 504);
		g_assert_cmpint(gyw_info_decode(&info, body->data, body->len), ==, GYW_OK);
		g_assert_cmpuint(strlen(info.chip), ==, GYW_MAX_TEXT);
		g_assert_cmpuint(strlen(info.version), ==, GYW_MAX_VERSION);
	}
}

static void
test_silence(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(2000, 1);
	guint8 manifest[10] = {0};

	bench_start(b);
	bench_run(b, 20000);
	bench_expect_nothing(b);
	bench_begin(b, 1, SESSION, package, 0);
	bench_run(b, 3);
	bench_drain(b);
	b->store_sleeps = TRUE;
	bench_manifest(b, 2, SESSION, 0, 10, manifest, 10);
	bench_run(b, 15100);
	g_assert_cmpuint(b->frames.length, ==, 30);
	b->store_sleeps = FALSE;
	bench_drain(b);
	bench_run(b, 100);
	/* the answer that BUSY promised */
	bench_expect_ready(b, 2, SESSION);
	/* but nothing of its own accord */
	b->store_sleeps = TRUE;
	bench_data(b, 1, SESSION, package, 0, 2000);
	bench_run(b, 11000);
	bench_drain(b);
	b->store_sleeps = FALSE;
	bench_run(b, 100);
	g_assert_cmpuint(b->stored->len, ==, 2000);
	bench_expect_nothing(b);
}

static void
test_hash_and_read(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	g_autoptr(GByteArray) body = NULL;
	guint8 area[12] = {7, 0, 0, 0, 5, 0, 0, 0, 0xD0, 0x07, 0, 0};
	guint8 expected[32];
	gsize size = sizeof expected;

	for (guint i = 0; i < 2000; i++) {
		guint8 byte = (guint8) ((5 + i) * 7);
		g_checksum_update(sum, &byte, 1);
	}
	g_checksum_get_digest(sum, expected, &size);
	bench_start(b);
	for (guint i = 0; i < 2; i++) {
		bench_send(b, GYW_HASH, 1, 0, area, sizeof area);
		bench_run(b, 10);
		bench_expect(b, GYW_HASH_IS, 1, 0, &body);
		g_assert_cmpmem(body->data, body->len, expected, 32);
		g_clear_pointer(&body, g_byte_array_unref);
	}
	g_assert_cmpstr(b->calls->str, ==, "AAAA");
	for (guint i = 0; i < 2; i++) {
		bench_send(b, GYW_READ, 2, 0, area, sizeof area);
		bench_send(b, GYW_PING, 3, 0, NULL, 0);
		bench_run(b, 10);
		bench_expect(b, GYW_READ_DATA, 2, 0, &body);
		g_assert_cmpuint(body->len, ==, 504);
		g_assert_cmpmem(body->data, 4, area + 4, 4);
		for (guint j = 0; j < 500; j++)
			g_assert_cmphex(body->data[4 + j], ==, (guint8) ((5 + j) * 7));
		g_clear_pointer(&body, g_byte_array_unref);
		bench_expect(b, GYW_ACK, 3, 0, NULL);
	}
	area[0] = 8;
	bench_send(b, GYW_READ, 4, 0, area, sizeof area);
	g_assert_cmpuint(bench_refused(b, GYW_REFUSED, GYW_READ, 4, 0).cause, ==, GYW_CAUSE_TARGET);
	bench_send(b, GYW_HASH, 5, 0, area, sizeof area);
	g_assert_cmpuint(bench_refused(b, GYW_REFUSED, GYW_HASH, 5, 0).cause, ==, GYW_CAUSE_TARGET);
	bench_send(b, GYW_HASH, 6, 0, area, sizeof area - 1);
	g_assert_cmpuint(bench_refused(b, GYW_REFUSED, GYW_HASH, 6, 0).cause, ==, GYW_CAUSE_MALFORMED);
	g_assert_cmpuint(b->hashes, ==, 0);
}

static void
test_console(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(1000, 1);

	bench_start(b);
	g_byte_array_append(b->to_device, (const guint8 *) "help\r", 5);
	bench_run(b, 2);
	g_assert_cmpstr(b->console->str, ==, "help\r");
	/* a candidate that fails is dropped, and a lone zero does not take the shell away for ever */
	g_byte_array_append(b->to_device, (const guint8 *) "\0reboot\0", 8);
	bench_run(b, 60);
	g_byte_array_append(b->to_device, (const guint8 *) "ls", 2);
	bench_run(b, 2);
	g_assert_cmpstr(b->console->str, ==, "help\rls");
	bench_to_receiving(b, SESSION, package);
	g_byte_array_append(b->to_device, (const guint8 *) "reboot\r", 7);
	bench_run(b, 2);
	g_assert_cmpstr(b->console->str, ==, "help\rls");
}

static void
test_slow_transmitter(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(10000, 1);

	b->transmitter_room = 3;
	bench_start(b);
	for (guint8 i = 0; i < 20; i++)
		bench_send(b, GYW_PING, i, 0, NULL, 0);
	bench_run(b, 200);
	for (guint8 i = 0; i < 20; i++)
		bench_expect(b, GYW_ACK, i, 0, NULL);
	bench_expect_nothing(b);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/agent/answer/says-hello", test_hello);
	g_test_add_func("/agent/answer/echoes-and-knows-what-it-does-not-offer", test_simple_requests);
	g_test_add_func("/agent/answer/answers-gone", test_gone);
	g_test_add_func("/agent/answer/says-what-fits-of-itself", test_long_texts);
	g_test_add_func("/agent/answer/is-silent-unasked", test_silence);
	g_test_add_func("/agent/answer/hashes-and-reads-areas", test_hash_and_read);
	g_test_add_func("/agent/answer/keeps-the-shell-apart", test_console);
	g_test_add_func("/agent/answer/waits-for-its-transmitter", test_slow_transmitter);
	return g_test_run();
}
