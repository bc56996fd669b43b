// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "tests/agent/bench.h"

enum { SESSION = 0x1234 };

static struct gyw_data_ack
send_piece(Bench *b, guint8 seq, GBytes *package, guint32 offset, guint32 size)
{
	bench_data(b, seq, SESSION, package, offset, size);
	bench_run(b, 1);
	return bench_expect_ack(b, seq, SESSION);
}

static void
test_gaps(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(100000, 1);
	struct gyw_data_ack ack;

	bench_start(b);
	bench_to_receiving(b, SESSION, package);
	ack = send_piece(b, 1, package, 100, 50);
	g_assert_cmpuint(ack.next, ==, 0);
	g_assert_cmpuint(ack.limit, ==, GYA_WINDOW_SIZE);
	g_assert_cmpuint(ack.n_missing, ==, 1);
	g_assert_cmpuint(ack.missing[0].from, ==, 0);
	g_assert_cmpuint(ack.missing[0].to, ==, 100);
	ack = send_piece(b, 2, package, 300, 50);
	g_assert_cmpuint(ack.n_missing, ==, 2);
	g_assert_cmpuint(ack.missing[1].from, ==, 150);
	g_assert_cmpuint(ack.missing[1].to, ==, 300);
	/* overlapping both islands and the gap between */
	ack = send_piece(b, 3, package, 120, 200);
	g_assert_cmpuint(ack.n_missing, ==, 1);
	/* touching the end of an island */
	ack = send_piece(b, 4, package, 350, 50);
	g_assert_cmpuint(ack.n_missing, ==, 1);
	ack = send_piece(b, 5, package, 0, 100);
	g_assert_cmpuint(ack.next, ==, 400);
	g_assert_cmpuint(ack.n_missing, ==, 0);
	/* a duplicate, and one that is partly old */
	ack = send_piece(b, 6, package, 0, 100);
	g_assert_cmpuint(ack.next, ==, 400);
	ack = send_piece(b, 7, package, 390, 200);
	g_assert_cmpuint(ack.next, ==, 590);
	/* an empty one asks */
	ack = send_piece(b, 8, package, 0, 0);
	g_assert_cmpuint(ack.next, ==, 590);
	bench_run(b, 3);
	ack = send_piece(b, 9, package, 0, 0);
	g_assert_cmpuint(ack.stored, ==, 512);
	g_assert_cmpuint(ack.limit, ==, 512 + GYA_WINDOW_SIZE);
	g_assert_cmpmem(b->stored->data, b->stored->len, g_bytes_get_data(package, NULL), 512);
}

static void
test_ninth_island(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(100000, 1);
	struct gyw_data_ack ack;

	bench_start(b);
	bench_to_receiving(b, SESSION, package);
	for (guint8 i = 1; i <= 8; i++)
		ack = send_piece(b, i, package, i * 100u, 50);
	g_assert_cmpuint(ack.n_missing, ==, 8);
	ack = send_piece(b, 9, package, 900, 50);
	g_assert_cmpuint(ack.n_missing, ==, 8);
	g_assert_cmpuint(ack.missing[7].to, ==, 800);
	/* what joins an island or comes next is no ninth one */
	ack = send_piece(b, 10, package, 850, 50);
	g_assert_cmpuint(ack.n_missing, ==, 8);
	ack = send_piece(b, 11, package, 0, 50);
	g_assert_cmpuint(ack.next, ==, 50);
	g_assert_cmpuint(ack.n_missing, ==, 8);
	send_piece(b, 12, package, 50, 400);
	ack = send_piece(b, 13, package, 450, 400);
	g_assert_cmpuint(ack.next, ==, 900);
	g_assert_cmpuint(ack.n_missing, ==, 0);
}

static void
test_limit(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(100000, 1);
	struct gyw_data_ack ack = {0};
	guint32 at = 0;

	bench_start(b);
	bench_to_receiving(b, SESSION, package);
	b->store_sleeps = TRUE;
	for (guint8 i = 1; at < GYA_WINDOW_SIZE + 2000; i++, at += 500)
		ack = send_piece(b, i, package, at, 500);
	/* bytes up to the limit, and none behind it */
	g_assert_cmpuint(ack.next, ==, GYA_WINDOW_SIZE);
	g_assert_cmpuint(ack.limit, ==, GYA_WINDOW_SIZE);
	g_assert_cmpuint(ack.stored, ==, 0);
	ack = send_piece(b, 200, package, GYA_WINDOW_SIZE + 100, 100);
	g_assert_cmpuint(ack.n_missing, ==, 0);
	b->store_sleeps = FALSE;
	bench_run(b, 200);
	/* the limit is told when it has moved by a quarter of the window or a frame, without being asked */
	{
		guint step = MAX(GYA_WINDOW_SIZE / 4, GYA_MTU);
		guint told = GYA_WINDOW_SIZE;

		g_assert_cmpuint(b->frames.length, ==, GYA_WINDOW_SIZE / ((step + 511) / 512 * 512));
		while (b->frames.length > 0) {
			ack = bench_expect_ack(b, 200, SESSION);
			g_assert_cmpuint(ack.limit, >=, told + step);
			told = ack.limit;
		}
	}
	g_assert_cmpmem(b->stored->data, b->stored->len, g_bytes_get_data(package, NULL), GYA_WINDOW_SIZE);
	g_assert_cmpuint(b->bad_writes, ==, 0);
}

static void
test_past_the_end(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(1000, 1);
	g_autoptr(GBytes) longer = bench_package(2000, 1);
	static const guint8 wrapping[] = {
		0xF0, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18};
	struct gyw_refusal refusal;

	bench_start(b);
	bench_to_receiving(b, SESSION, package);
	bench_data(b, 1, SESSION, longer, 900, 200);
	bench_run(b, 2);
	bench_expect_refusal(b, GYW_REFUSED, 1, SESSION, &refusal);
	g_assert_cmpuint(refusal.cause, ==, GYW_CAUSE_RANGE);
	g_assert_cmpuint(refusal.detail, ==, 1000);
	bench_send(b, GYW_DATA, 2, SESSION, wrapping, sizeof wrapping);
	bench_run(b, 2);
	bench_expect_refusal(b, GYW_REFUSED, 2, SESSION, &refusal);
	bench_send(b, GYW_DATA, 3, SESSION, wrapping, 3);
	bench_run(b, 2);
	bench_expect_refusal(b, GYW_REFUSED, 3, SESSION, &refusal);
	g_assert_cmpuint(b->stored->len, ==, 0);
}

static void
test_acks_are_merged(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(10000, 1);

	bench_start(b);
	bench_to_receiving(b, SESSION, package);
	for (guint8 i = 0; i < 4; i++)
		bench_data(b, i, SESSION, package, i * 125u, 125);
	bench_run(b, 1);
	g_assert_cmpuint(bench_expect_ack(b, 3, SESSION).next, ==, 500);
	bench_expect_nothing(b);
	/* a transmitter that stands still merges them as well */
	b->transmitter_room = 0;
	for (guint8 i = 4; i < 12; i++) {
		bench_data(b, i, SESSION, package, i * 125u, 125);
		bench_run(b, 1);
	}
	b->transmitter_room = 4096;
	bench_run(b, 2);
	g_assert_cmpuint(bench_expect_ack(b, 4, SESSION).next, ==, 625);
	bench_expect_ack(b, 11, SESSION);
	bench_expect_nothing(b);
}

/* Drops, repeats and reorders at random: the store gets each byte once and in order, whatever the line does. */
static void
test_any_line(void)
{
	for (guint run = 0; run < 20; run++) {
		g_autoptr(Bench) b = bench_new();
		guint32 seed = (guint32) g_test_rand_int();
		g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
		guint32 size = (guint32) g_rand_int_range(rand, 1, 4 * GYA_WINDOW_SIZE);
		g_autoptr(GBytes) package = bench_package(size, seed);
		struct gyw_data_ack ack = {0};
		guint32 limit = GYA_WINDOW_SIZE;
		guint steps = 0;

		bench_start(b);
		bench_to_receiving(b, SESSION, package);
		for (guint8 seq = 0; ack.stored < size; seq++) {
			/* somewhere near the edge, also behind it and beyond the limit */
			guint32 near = ack.next > 600 ? ack.next - 600 : 0;
			guint32 at = near + (guint32) g_rand_int_range(rand, 0, 3000);
			guint32 n = (guint32) g_rand_int_range(rand, 0, 500);

			if (g_rand_int_range(rand, 0, 4) == 0) {
				at = ack.next;
				n = 500;
			}
			at = MIN(at, size);
			n = MIN(n, size - at);
			b->store_sleeps = g_rand_int_range(rand, 0, 3) == 0;
			bench_data(b, seq, SESSION, package, at, n);
			bench_run(b, (guint) g_rand_int_range(rand, 1, 4));
			ack = bench_expect_ack(b, seq, SESSION);
			g_assert_cmpuint(ack.limit, >=, limit);
			g_assert_cmpuint(ack.limit, <=, ack.stored + GYA_WINDOW_SIZE);
			limit = ack.limit;
			bench_drain(b);
			g_assert_cmpuint(++steps, <, 20000);
		}
		g_assert_cmpuint(b->bad_writes, ==, 0);
		g_assert_cmpmem(b->stored->data, b->stored->len, g_bytes_get_data(package, NULL), size);
	}
}

/* Flipped and cut frames: the outcome is the package, exactly. */
static void
test_noise(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(20000, 5);
	guint32 next = 0;

	bench_start(b);
	bench_to_receiving(b, SESSION, package);
	for (guint round = 0; next < 20000; round++) {
		guint n = MIN(400u, 20000 - next);

		g_assert_cmpuint(round, <, 1000);
		bench_data(b, (guint8) round, SESSION, package, next, n);
		if (g_test_rand_int_range(0, 2) == 0)
			b->to_device->data[g_test_rand_int_range(0, (gint) b->to_device->len)] ^=
				(guint8) (1 << g_test_rand_int_range(0, 8));
		if (g_test_rand_int_range(0, 8) == 0)
			g_byte_array_set_size(b->to_device, b->to_device->len / 2);
		bench_run(b, 60);
		while (b->frames.length > 0) {
			g_autoptr(GByteArray) frame = g_queue_pop_head(&b->frames);
			struct gyw_data_ack ack;

			g_assert_cmphex(frame->data[0], ==, GYW_DATA_ACK);
			g_assert_cmpint(
				gyw_data_ack_decode(&ack, frame->data + 4, frame->len - 4), ==, GYW_OK);
			next = ack.next;
		}
	}
	g_assert_cmpuint(b->bad_writes, ==, 0);
	g_assert_cmpmem(b->stored->data, b->stored->len, g_bytes_get_data(package, NULL), 20000);
	g_assert_cmpstr(b->console->str, ==, "");
}

/* A port that is deaf while it stores: it says so, is let finish speaking, and raises the limit afterwards. */
static void
test_deaf(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(3 * GYA_WINDOW_SIZE + 77, 1);
	guint32 size = 3 * GYA_WINDOW_SIZE + 77;
	guint32 next = 0;
	guint32 limit = GYA_WINDOW_SIZE;
	guint busy = 0;
	guint8 seq = 0;

	b->port.serve_deaf = gya_serve_deaf;
	b->port.can = GYW_DEAF_WHILE_STORES;
	bench_start(b);
	bench_to_receiving(b, SESSION, package);
	for (guint round = 0; b->stored->len < size; round++) {
		gboolean deaf = FALSE;

		g_assert_cmpuint(round, <, 5000);
		while (b->frames.length > 0) {
			g_autoptr(GByteArray) frame = g_queue_pop_head(&b->frames);
			struct gyw_data_ack ack;

			if (frame->data[0] == GYW_BUSY) {
				g_assert_cmphex(frame->data[4], ==, GYW_DATA);
				deaf = TRUE;
				busy++;
				continue;
			}
			g_assert_cmphex(frame->data[0], ==, GYW_DATA_ACK);
			g_assert_cmpint(
				gyw_data_ack_decode(&ack, frame->data + 4, frame->len - 4), ==, GYW_OK);
			deaf = FALSE;
			g_assert_cmpuint(ack.limit, >=, limit);
			limit = ack.limit;
		}
		if (!deaf && next < MIN(limit, size)) {
			guint32 n = MIN(500, MIN(limit, size) - next);

			bench_data(b, seq++, SESSION, package, next, n);
			next += n;
		}
		bench_run(b, 1);
	}
	g_assert_cmpuint(b->deaf_violations, ==, 0);
	g_assert_cmpuint(busy, >=, 3);
	g_assert_cmpuint(busy, <=, 8);
	g_assert_cmpuint(b->bad_writes, ==, 0);
	g_assert_cmpmem(b->stored->data, b->stored->len, g_bytes_get_data(package, NULL), size);
	bench_run(b, 5);
	bench_drain(b);
	bench_send(b, GYW_FINISH, 10, SESSION, NULL, 0);
	bench_run(b, 400);
	bench_expect_busy(b, 10, SESSION);
	bench_expect(b, GYW_VERIFIED, 10, SESSION, NULL);
	g_assert_cmpuint(b->deaf_violations, ==, 0);
}

/* The host pauses with the window half full: a deaf port stores then. */
static void
test_deaf_pause(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(3 * GYA_WINDOW_SIZE, 1);

	b->port.serve_deaf = gya_serve_deaf;
	b->port.can = GYW_DEAF_WHILE_STORES;
	bench_start(b);
	bench_to_receiving(b, SESSION, package);
	bench_data(b, 1, SESSION, package, 0, 500);
	bench_data(b, 2, SESSION, package, 500, 100);
	bench_run(b, 10);
	g_assert_cmpuint(b->stored->len, ==, 0);
	bench_expect_ack(b, 2, SESSION);
	bench_run(b, 40);
	g_assert_cmpuint(b->stored->len, ==, 512);
	g_assert_cmphex(bench_expect_busy(b, 2, SESSION).flags, ==, GYW_BUSY_DEAF);
	g_assert_cmpuint(bench_expect_ack(b, 2, SESSION).limit, ==, 512 + GYA_WINDOW_SIZE);
	bench_expect_nothing(b);
}

/* BUSY that is repeated is on the line before the next call as well. */
static void
test_deaf_and_busy(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(30000, 1);
	guint busy = 0;

	b->port.serve_deaf = gya_serve_deaf;
	b->port.can = GYW_DEAF_WHILE_STORES;
	b->backend.manifest_most = 0;
	b->transmitter_room = 3;
	bench_start(b);
	bench_begin(b, 1, SESSION, package, 0);
	for (guint round = 0; round < 200 && !g_str_has_suffix(b->calls->str, "jp"); round++)
		bench_run(b, 1);
	bench_run(b, 30);
	bench_drain(b);
	for (guint32 at = 0; at < 30000; at += 500) {
		bench_data(b, 1, SESSION, package, at, 500);
		bench_run(b, 200);
	}
	bench_run(b, 200);
	g_assert_cmpuint(b->stored->len, ==, 30000);
	bench_drain(b);
	bench_send(b, GYW_FINISH, 10, SESSION, NULL, 0);
	while (!g_str_has_suffix(b->calls->str, "c")) {
		/* the calls take long: the store side wakes up while BUSY is going out */
		b->store_sleeps = TRUE;
		while (!gya_link_is_sending(b->agent))
			bench_run(b, 1);
		b->store_sleeps = FALSE;
		bench_run(b, 15);
		g_assert_cmpuint(++busy, <, 50);
	}
	bench_run(b, 60);
	g_assert_cmpuint(b->deaf_violations, ==, 0);
	g_assert_cmpuint(busy, >, 1);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/agent/window/names-what-is-missing", test_gaps);
	g_test_add_func("/agent/window/drops-a-ninth-island", test_ninth_island);
	g_test_add_func("/agent/window/takes-nothing-behind-its-limit", test_limit);
	g_test_add_func("/agent/window/refuses-bytes-past-the-end", test_past_the_end);
	g_test_add_func("/agent/window/acknowledges-once-for-all", test_acks_are_merged);
	g_test_add_func("/agent/window/stores-each-byte-once-whatever-the-line-does", test_any_line);
	g_test_add_func("/agent/window/stores-the-package-through-noise", test_noise);
	g_test_add_func("/agent/window/says-that-it-will-be-deaf", test_deaf);
	g_test_add_func("/agent/window/stores-in-a-pause-when-deaf", test_deaf_pause);
	g_test_add_func("/agent/window/is-deaf-only-between-frames", test_deaf_and_busy);
	return g_test_run();
}
