// SPDX-License-Identifier: Apache-2.0
#include <glib.h>
#include <string.h>

#include "device-agent/ports/sim/pace.h"

#define NS_OF_S 1000000000ull

// 10 bits at 1 Mbaud: 10 us for each byte
#define BAUD    1000000u
#define BYTE_NS 10000u

static void
start(struct gya_pace *pace, uint8_t *bytes, uint32_t capacity, uint32_t baud)
{
	gya_pace_init(pace, bytes, capacity);
	gya_pace_set_baud(pace, baud);
}

static void
test_bytes_pass_after_ten_bit_times(void)
{
	uint8_t bytes[8], out[8];
	struct gya_pace pace;

	start(&pace, bytes, sizeof bytes, BAUD);
	g_assert_cmpuint(gya_pace_put(&pace, (const uint8_t *) "abc", 3, 1000), ==, 3);
	g_assert_cmpuint(gya_pace_take(&pace, out, sizeof out, 1000 + BYTE_NS - 1), ==, 0);
	g_assert_cmpuint(gya_pace_take(&pace, out, sizeof out, 1000 + BYTE_NS), ==, 1);
	g_assert_cmpuint(out[0], ==, 'a');
	g_assert_cmpuint(gya_pace_empty_at(&pace), ==, 1000 + 3 * BYTE_NS);
	g_assert_cmpuint(gya_pace_take(&pace, out, sizeof out, 1000 + 3 * BYTE_NS), ==, 2);
	g_assert_cmpmem(out, 2, "bc", 2);
	g_assert_cmpuint(gya_pace_empty_at(&pace), ==, GYA_PACE_NEVER);
}

// A reader that looks late, and a writer that fills up late, must not make the line slower than it is.
static void
test_late_looks_cost_no_time(void)
{
	uint8_t bytes[4], out[4];
	struct gya_pace pace;
	uint64_t now = 0;
	uint32_t given = 0, taken = 0;

	start(&pace, bytes, sizeof bytes, BAUD);
	while (taken < 1000) {
		given += gya_pace_put(&pace, (const uint8_t *) "wxyz", MIN(4, 1000 - given), now);
		now += 3 * BYTE_NS + 7; // off the byte grid, before the queue runs dry
		taken += gya_pace_take(&pace, out, sizeof out, now);
	}
	g_assert_cmpuint(now, >=, 1000ull * BYTE_NS);
	g_assert_cmpuint(now, <=, 1010ull * BYTE_NS);
}

static void
test_a_pause_gives_no_credit(void)
{
	uint8_t bytes[4], out[4];
	struct gya_pace pace;

	start(&pace, bytes, sizeof bytes, BAUD);
	gya_pace_put(&pace, (const uint8_t *) "a", 1, 0);
	g_assert_cmpuint(gya_pace_take(&pace, out, sizeof out, NS_OF_S), ==, 1);
	gya_pace_put(&pace, (const uint8_t *) "bc", 2, NS_OF_S);
	g_assert_cmpuint(gya_pace_take(&pace, out, sizeof out, NS_OF_S + BYTE_NS), ==, 1);
}

static void
test_takes_no_more_than_it_has_room_for(void)
{
	uint8_t bytes[4], out[4];
	struct gya_pace pace;

	start(&pace, bytes, sizeof bytes, 0);
	g_assert_cmpuint(gya_pace_room(&pace), ==, 4);
	g_assert_cmpuint(gya_pace_put(&pace, (const uint8_t *) "abcdef", 6, 0), ==, 4);
	g_assert_cmpuint(gya_pace_room(&pace), ==, 0);
	g_assert_cmpuint(gya_pace_take(&pace, out, 3, 0), ==, 3);
	g_assert_cmpuint(gya_pace_put(&pace, (const uint8_t *) "ghij", 4, 0), ==, 3);
	g_assert_cmpuint(gya_pace_take(&pace, out, 4, 0), ==, 4);
	g_assert_cmpmem(out, 4, "dghi", 4);
}

static void
test_a_new_speed_counts_from_the_next_byte(void)
{
	uint8_t bytes[4], out[4];
	struct gya_pace pace;

	start(&pace, bytes, sizeof bytes, BAUD);
	gya_pace_put(&pace, (const uint8_t *) "ab", 2, 0);
	gya_pace_set_baud(&pace, BAUD / 10);
	g_assert_cmpuint(gya_pace_take(&pace, out, 4, BYTE_NS), ==, 1);
	g_assert_cmpuint(gya_pace_take(&pace, out, 4, 11 * BYTE_NS - 1), ==, 0);
	g_assert_cmpuint(gya_pace_take(&pace, out, 4, 11 * BYTE_NS), ==, 1);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sim/pace/bytes-pass-after-ten-bit-times", test_bytes_pass_after_ten_bit_times);
	g_test_add_func("/sim/pace/late-looks-cost-no-time", test_late_looks_cost_no_time);
	g_test_add_func("/sim/pace/a-pause-gives-no-credit", test_a_pause_gives_no_credit);
	g_test_add_func(
		"/sim/pace/takes-no-more-than-it-has-room-for", test_takes_no_more_than_it_has_room_for);
	g_test_add_func("/sim/pace/a-new-speed-counts-from-the-next-byte",
		test_a_new_speed_counts_from_the_next_byte);
	return g_test_run();
}
