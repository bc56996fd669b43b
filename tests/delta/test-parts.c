// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "engine/delta/packed.h"
#include "engine/delta/rle.h"
#include "engine/delta/suffix-array.h"

static const struct {
	guint64 value;
	guint tag_bits;
	guint tag;
	const char *bytes;
	gsize size;
} numbers[] = {
	{0, 0, 0, "\x00", 1},
	{127, 0, 0, "\x7F", 1},
	{128, 0, 0, "\x81\x00", 2},
	{100188, 0, 0, "\x86\x8E\x5C", 3},
	{5, 1, 1, "\x85", 1},
	{64, 1, 0, "\x40\x40", 2},
	{14, 2, 3, "\xCE", 1},
	{100187, 2, 0, "\x26\x8E\x5B", 3},
	{G_MAXUINT64, 0, 0, "\x81\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F", 10},
};

static void
test_numbers(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) {
		g_autoptr(GByteArray) out = g_byte_array_new();
		GyCursor cursor;
		guint tag = 0;

		gy_packed_append(out, numbers[i].value, numbers[i].tag_bits, numbers[i].tag);
		g_assert_cmpmem(out->data, out->len, numbers[i].bytes, (int) numbers[i].size);
		cursor = (GyCursor){.data = out->data, .size = out->len};
		g_assert_true(gy_packed_read(&cursor, numbers[i].tag_bits, &tag) == numbers[i].value);
		g_assert_false(cursor.failed);
		g_assert_cmpuint(gy_cursor_left(&cursor), ==, 0);
		if (numbers[i].tag_bits > 0)
			g_assert_cmpuint(tag, ==, numbers[i].tag);
	}
}

static void
test_padded_numbers(void)
{
	static const guint8 padded[] = {0x80, 0x80, 0x05};
	GyCursor cursor = {.data = padded, .size = sizeof padded};

	g_assert_true(gy_packed_read(&cursor, 0, NULL) == 5);
	g_assert_false(cursor.failed);
}

static void
test_no_numbers(void)
{
	static const guint8 endless[] = {
		0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00};
	static const guint8 large[] = {0x83, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F};
	GyCursor cursors[] = {{.data = endless, .size = sizeof endless}, {.data = endless, .size = 3},
		{.data = large, .size = sizeof large}, {.data = endless, .size = 0}};

	for (guint i = 0; i < G_N_ELEMENTS(cursors); i++) {
		g_assert_true(gy_packed_read(&cursors[i], 0, NULL) == 0);
		g_assert_true(cursors[i].failed);
	}
}

/* Values with runs of every kind, in lengths around those where coding changes. */
static gsize
random_values(guint8 *values, gsize size)
{
	static const guint8 likely[] = {0x00, 0xFF, 0x01, 0x7F};
	gsize at = 0;

	while (at < size) {
		guint8 value = (guint8) (g_test_rand_bit() ? likely[g_test_rand_int_range(0, 4)]
							   : g_test_rand_int_range(0, 256));
		gsize run = MIN((gsize) g_test_rand_int_range(1, 6), size - at);

		memset(values + at, value, run);
		at += run;
	}
	return size;
}

static void
test_changes_round_trip(void)
{
	for (guint round = 0; round < 200; round++) {
		guint8 values[1000], out[sizeof values] = {0};
		gsize size = random_values(values, (gsize) g_test_rand_int_range(1, sizeof values));
		g_auto(GyRleWriter) writer = {NULL};
		GyRleReader reader = {0};
		gsize half = size / 2;

		gy_rle_writer_init(&writer);
		for (gsize i = 0; i < size; i++)
			gy_rle_write(&writer, values[i], 1);
		gy_rle_end(&writer);
		reader.control = (GyCursor){.data = writer.control->data, .size = writer.control->len};
		reader.data = (GyCursor){.data = writer.data->data, .size = writer.data->len};
		g_assert_true(gy_rle_add(&reader, out, half));
		g_assert_true(gy_rle_add(&reader, out + half, size - half));
		g_assert_cmpmem(out, (int) size, values, (int) size);
		g_assert_true(gy_rle_is_at_end(&reader));
		g_assert_false(gy_rle_add(&reader, out, 1));
	}
}

static gsize
longest_by_hand(const guint8 *data, gsize size, const guint8 *text, gsize text_size)
{
	gsize best = 0;

	for (gsize at = 0; at < size; at++) {
		gsize n = 0;

		while (n < text_size && at + n < size && data[at + n] == text[n])
			n++;
		best = MAX(best, n);
	}
	return best >= 2 ? best : 0;
}

/* Few different bytes, so that there are many matches, some up to the end. */
static void
test_longest_match(void)
{
	for (guint round = 0; round < 300; round++) {
		guint8 data[200], text[40];
		gsize size = (gsize) g_test_rand_int_range(0, sizeof data);
		gsize text_size = (gsize) g_test_rand_int_range(0, sizeof text);
		guint8 first = (guint8) g_test_rand_int_range(0, 256);
		g_autoptr(GySuffixArray) array = NULL;
		g_autoptr(GError) error = NULL;
		GyMatch match;

		for (gsize i = 0; i < sizeof data; i++)
			data[i] = (guint8) (first + g_test_rand_int_range(0, 3));
		for (gsize i = 0; i < sizeof text; i++)
			text[i] = (guint8) (first + g_test_rand_int_range(0, 3));
		array = gy_suffix_array_new(data, size, &error);
		g_assert_no_error(error);
		match = gy_suffix_array_find(array, text, text_size, 0);
		g_assert_cmpuint(match.size, ==, longest_by_hand(data, size, text, text_size));
		if (match.size > 0) {
			guint32 offset = gy_suffix_array_choose(array, text, text_size, 0, &match, 0);

			g_assert_cmpuint(offset, <=, size - match.size);
			g_assert_cmpmem(data + offset, (int) match.size, text, (int) match.size);
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/delta/number/is-as-the-format-has-it", test_numbers);
	g_test_add_func("/delta/number/may-be-padded", test_padded_numbers);
	g_test_add_func("/delta/number/refuses-what-is-none", test_no_numbers);
	g_test_add_func("/delta/changes/round-trip", test_changes_round_trip);
	g_test_add_func("/delta/suffix-array/finds-the-longest-match", test_longest_match);
	return g_test_run();
}
