// SPDX-License-Identifier: Apache-2.0
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "device-agent/boards/ws63.h"
#include "device-agent/ports/board/version-record.h"
#include "device-agent/ports/sim/nor-file.h"

#define SLOTS      32 // two sectors of 16
#define RESERVE    0x3F3000u
#define SLOT_SIZE  256u
#define TORN_SEEDS 24

static struct gya_nor_file *
new_flash(void)
{
	struct gya_nor_file *flash = gya_nor_file_open(NULL, gya_board_ws63.flash_size);

	g_assert_nonnull(flash);
	return flash;
}

static struct gya_version_record
record_of(uint32_t n)
{
	struct gya_version_record record = {0};

	memset(record.identity, (int) (n % 251 + 1), sizeof record.identity);
	g_snprintf(record.text, sizeof record.text, "version %u", n);
	return record;
}

static bool
append(struct gya_nor_file *flash, uint32_t n)
{
	struct gya_version_record record = record_of(n);

	return gya_version_record_append(&gya_board_ws63, &flash->nor, &record);
}

// Which record is the newest, by its text; -1 if there is none. Its identity has to belong to it.
static int
newest(struct gya_nor_file *flash)
{
	struct gya_version_record record, expected;
	unsigned n;

	if (!gya_version_record_read(&gya_board_ws63, &flash->nor, &record))
		return -1;
	g_assert_cmpint(sscanf(record.text, "version %u", &n), ==, 1);
	expected = record_of(n);
	g_assert_cmpmem(record.identity, sizeof record.identity, expected.identity, sizeof expected.identity);
	return (int) n;
}

static void
test_blank_flash_has_none(void)
{
	struct gya_nor_file *flash = new_flash();

	g_assert_cmpint(newest(flash), ==, -1);
	gya_nor_file_close(flash);
}

static void
test_the_newest_counts(void)
{
	struct gya_nor_file *flash = new_flash();

	for (uint32_t n = 0; n < 5 * SLOTS; n++) {
		g_assert_true(append(flash, n));
		g_assert_cmpint(newest(flash), ==, (int) n);
	}
	g_assert_cmpuint(flash->n_faults, ==, 0);
	gya_nor_file_close(flash);
}

static void
test_a_text_may_fill_its_field(void)
{
	struct gya_nor_file *flash = new_flash();
	struct gya_version_record record = record_of(1), found;

	memset(record.text, 'x', GYA_VERSION_TEXT_SIZE);
	record.text[GYA_VERSION_TEXT_SIZE] = '\0';
	g_assert_true(gya_version_record_append(&gya_board_ws63, &flash->nor, &record));
	g_assert_true(gya_version_record_read(&gya_board_ws63, &flash->nor, &found));
	g_assert_cmpstr(found.text, ==, record.text);
	gya_nor_file_close(flash);
}

static void
test_a_flipped_bit_gives_the_one_before(void)
{
	struct gya_nor_file *flash = new_flash();

	g_assert_true(append(flash, 1));
	g_assert_true(append(flash, 2));
	for (uint32_t byte = 0; byte < 156; byte++) {
		flash->bytes[RESERVE + SLOT_SIZE + byte] ^= 0x10;
		g_assert_cmpint(newest(flash), ==, 1);
		flash->bytes[RESERVE + SLOT_SIZE + byte] ^= 0x10;
	}
	g_assert_cmpint(newest(flash), ==, 2);
	gya_nor_file_close(flash);
}

// After the cut the old or the new record is there, and the next one can be written.
static void
check_cut(uint32_t n_before, enum gya_nor_moment moment, uint64_t operation, uint32_t seed)
{
	struct gya_nor_file *flash = new_flash();
	int found;

	for (uint32_t n = 0; n < n_before; n++)
		g_assert_true(append(flash, n));
	flash->cut = (struct gya_nor_cut){moment, flash->n_operations + operation, seed, NULL, NULL};
	g_assert_false(append(flash, n_before));
	g_assert_true(flash->is_dead);

	gya_nor_file_power_on(flash);
	found = newest(flash);
	g_assert_true(found == (int) n_before - 1 || found == (int) n_before);
	g_assert_true(append(flash, n_before + 1));
	g_assert_cmpint(newest(flash), ==, (int) n_before + 1);
	gya_nor_file_close(flash);
}

static uint64_t
count_operations(uint32_t n_before)
{
	struct gya_nor_file *flash = new_flash();
	uint64_t before, after;

	for (uint32_t n = 0; n < n_before; n++)
		g_assert_true(append(flash, n));
	before = flash->n_operations;
	g_assert_true(append(flash, n_before));
	after = flash->n_operations;
	gya_nor_file_close(flash);
	return after - before;
}

// The first record, one in the middle of a sector, and those that change the sector, with and without old ones there.
static void
test_survives_every_cut(void)
{
	static const uint32_t fill[] = {0, 1, SLOTS / 2 - 1, SLOTS / 2, SLOTS - 1, SLOTS, SLOTS * 3 / 2};

	for (gsize i = 0; i < G_N_ELEMENTS(fill); i++) {
		uint64_t n_operations = count_operations(fill[i]);

		g_assert_cmpuint(n_operations, >=, 1);
		for (uint64_t operation = 0; operation < n_operations; operation++) {
			check_cut(fill[i], GYA_NOR_BEFORE, operation, 0);
			check_cut(fill[i], GYA_NOR_AFTER, operation, 0);
			for (uint32_t seed = 0; seed < TORN_SEEDS; seed++)
				check_cut(fill[i], GYA_NOR_MIDDLE, operation, seed);
		}
	}
}

static void
test_one_sector_is_too_few(void)
{
	struct gya_nor_file *flash = gya_nor_file_open(NULL, gya_board_small.flash_size);
	struct gya_version_record record = record_of(1);

	g_assert_nonnull(flash);
	g_assert_false(gya_version_record_append(&gya_board_small, &flash->nor, &record));
	g_assert_false(gya_version_record_read(&gya_board_small, &flash->nor, &record));
	g_assert_cmpuint(flash->n_operations, ==, 0);
	gya_nor_file_close(flash);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sim/version-record/blank-flash-has-none", test_blank_flash_has_none);
	g_test_add_func("/sim/version-record/the-newest-counts", test_the_newest_counts);
	g_test_add_func("/sim/version-record/a-text-may-fill-its-field", test_a_text_may_fill_its_field);
	g_test_add_func("/sim/version-record/a-flipped-bit-gives-the-one-before",
		test_a_flipped_bit_gives_the_one_before);
	g_test_add_func("/sim/version-record/survives-every-cut", test_survives_every_cut);
	g_test_add_func("/sim/version-record/one-sector-is-too-few", test_one_sector_is_too_few);
	return g_test_run();
}
