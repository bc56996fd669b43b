// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "tests/alios-dev/device.h"
#include "tests/power/power.h"

// ---- bytes ----

typedef struct {
	const char *name;
	const struct gya_alios_board *board;
	enum gya_alios_generation generation;
	struct alios_record record;
} Known;

static const Known known[] = {
	{"b1_raw_dual_v21.bin", &gya_alios_board_mk3060, GYA_ALIOS_2_1,
		{.len = 5028, .crc = 0x1234, .upg_flag = ALIOS_FLAG_DUAL}},
	{"b2_raw_swap_v21.bin", &gya_alios_board_mk3060, GYA_ALIOS_2_1,
		{.crc = 0xBEEF, .upg_flag = ALIOS_FLAG_SWAP}},
	{"b3_raw_dual_v10.bin", &gya_alios_board_mk3060, GYA_ALIOS_1_0,
		{.len = 5028, .crc = 0x1234, .upg_flag = ALIOS_FLAG_DUAL}},
	{"s1_diff_request_v21_64k.bin", &gya_alios_board_mk3060, GYA_ALIOS_2_1,
		{.is_patch = true,
			.dst_adr = 1,
			.src_adr = 3,
			.crc = 0x5678,
			.upg_flag = ALIOS_FLAG_RECOVERY,
			.rec_size = 3708,
			.splict_size = 0x10000,
			.diff = 1}},
};

static struct gya_alios_board
of_generation(const struct gya_alios_board *board, enum gya_alios_generation generation)
{
	struct gya_alios_board of = *board;

	of.generation = generation;
	return of;
}

static void
test_known(gconstpointer data)
{
	const Known *k = data;
	g_autoptr(GBytes) bytes = vector("param", k->name);
	struct gya_alios_board board = of_generation(k->board, k->generation);
	struct alios_record record = k->record, read;
	guint8 raw[ALIOS_RECORD_MOST];
	gsize size;
	const guint8 *expected = g_bytes_get_data(bytes, &size);

	g_assert_cmpuint(alios_record_size(&board, record.is_patch), ==, size);
	g_assert_true(alios_record_decode(&board, record.is_patch, expected, &read));
	// the vector's CRC of the download is that of its own difference
	if (record.is_patch)
		record.crc = read.crc;
	alios_record_encode(&board, &record, raw);
	g_assert_cmpmem(raw, (gint) size, expected, (gint) size);
	g_assert_cmpmem(&read, sizeof read, &record, sizeof record);
}

static void
test_sizes(void)
{
	static const guint32 sizes[3][2] = {{33, 211}, {37, 87}, {708, 708}};

	for (guint g = GYA_ALIOS_1_0; g <= GYA_ALIOS_3_X; g++) {
		struct gya_alios_board board = of_generation(&gya_alios_board_mk3060, g);

		g_assert_cmpuint(alios_record_size(&board, false), ==, sizes[g][0]);
		g_assert_cmpuint(alios_record_size(&board, true), ==, sizes[g][1]);
	}
}

// What a structure has comes back; any flipped bit is found, and nothing is read then.
static void
test_round_trips(void)
{
	guint8 raw[ALIOS_RECORD_MOST], again[ALIOS_RECORD_MOST];

	for (guint i = 0; i < 60; i++) {
		struct gya_alios_board board = of_generation(&gya_alios_board_mk3060, i % 3);
		bool is_patch = i % 2;
		guint32 size = alios_record_size(&board, is_patch);
		guint32 bit = (guint32) g_test_rand_int_range(0, (gint) size * 8);
		struct alios_record record, untouched;

		for (guint j = 0; j < sizeof record; j++)
			((guint8 *) &record)[j] = (guint8) g_test_rand_int();
		record.is_patch = is_patch;
		alios_record_encode(&board, &record, raw);
		g_assert_true(alios_record_decode(&board, is_patch, raw, &record));
		alios_record_encode(&board, &record, again);
		// of 3.x the flag says which kind it is
		g_assert_cmpmem(again, size, raw, size);

		raw[bit / 8] ^= (guint8) (1u << bit % 8);
		memset(&record, 0xA5, sizeof record);
		untouched = record;
		g_assert_false(alios_record_decode(&board, is_patch, raw, &record));
		g_assert_cmpmem(&record, sizeof record, &untouched, sizeof untouched);
	}
}

static void
test_bad_crc(void)
{
	g_autoptr(GBytes) bytes = vector("neg", "n9_param_bad_crc.bin");
	struct alios_record record;

	g_assert_false(
		alios_record_decode(&gya_alios_board_mk3060, true, g_bytes_get_data(bytes, NULL), &record));
}

// ---- copies ----

static struct alios_record
numbered(guint n)
{
	struct alios_record record = {.is_patch = n % 2, .upg_flag = ALIOS_FLAG_RECOVERY, .num = (guint16) n};

	record.crc = (guint16) n;
	if (!record.is_patch)
		record.num = 0;
	return record;
}

static void
assert_is(guint n)
{
	struct alios_record record, expected = numbered(n);

	g_assert_cmpint(alios_record_read(&record), ==, ALIOS_RECORD_OK);
	g_assert_cmpmem(&record, sizeof record, &expected, sizeof expected);
}

static void
test_copies(void)
{
	g_autoptr(Device) device = device_new(&gya_alios_board_small_direct);
	struct alios_record record = numbered(1);
	guint8 *first = device_partition(device, GYA_ALIOS_PARAMETER_1);
	guint8 *second = device_partition(device, GYA_ALIOS_BACK_PARA);

	g_assert_cmpint(alios_record_read(&record), ==, ALIOS_RECORD_NONE);
	record = numbered(1);
	g_assert_true(alios_record_write(&record));
	assert_is(1);
	first[3] ^= 1;
	assert_is(1);
	// the copy that is not whole is the first to be written
	record = numbered(2);
	g_assert_true(alios_record_write(&record));
	second[3] ^= 1;
	assert_is(2);
	first[3] ^= 1;
	g_assert_cmpint(alios_record_read(&record), ==, ALIOS_RECORD_BAD);
	g_assert_cmpuint(record.upg_flag, ==, ALIOS_FLAG_NORMAL);
}

// ---- power ----

typedef struct {
	Device *device;
	guint n; // of the record that is written
} Writing;

static void
write_record(gpointer data)
{
	Writing *writing = data;
	struct alios_record record = numbered(writing->n);

	(void) alios_record_write(&record);
}

static void
start(gpointer data)
{
	Writing *writing = data;
	struct alios_record record;

	device_power_on(writing->device);
	// as the second boot does: what it read is written again, such as with another count
	if (alios_record_read(&record) == ALIOS_RECORD_OK)
		(void) alios_record_write(&record);
}

static PowerOutcome
look(gpointer data)
{
	Writing *writing = data;
	struct alios_record record;

	if (alios_record_read(&record) != ALIOS_RECORD_OK)
		return POWER_NEITHER;
	if (record.crc == writing->n)
		return POWER_NEW;
	return record.crc == writing->n - 1 ? POWER_OLD : POWER_NEITHER;
}

static void
test_power(void)
{
	g_autoptr(Device) device = device_new(&gya_alios_board_small_direct);
	gboolean is_full = g_getenv("GANTRY_FULL") != NULL;

	power_cuts_head();
	for (guint n = 2; n <= 5; n++) {
		struct alios_record record = numbered(n - 1);
		Writing writing = {device, n};
		PowerCuts cuts = {.name = "record",
			.flash = device->flash,
			.data = &writing,
			.act = write_record,
			.start = start,
			.look = look,
			.n_mixtures = is_full ? 40 : 8,
			.n_second = is_full ? 40 : 8};

		g_assert_true(alios_record_write(&record));
		// a copy that was left behind by a cut must not come back
		if (n > 3)
			device_partition(device, n == 4 ? GYA_ALIOS_BACK_PARA : GYA_ALIOS_PARAMETER_1)[n] ^=
				1;
		power_cuts_check(&cuts);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(known); i++) {
		g_autofree char *path = g_strdup_printf("/alios-dev/record/is/%s", known[i].name);

		g_test_add_data_func(path, &known[i], test_known);
	}
	g_test_add_func("/alios-dev/record/has-the-size-of-its-generation", test_sizes);
	g_test_add_func("/alios-dev/record/goes-round-and-no-flip-is-missed", test_round_trips);
	g_test_add_func("/alios-dev/record/another-crc-is-none", test_bad_crc);
	g_test_add_func("/alios-dev/record/either-copy-does", test_copies);
	g_test_add_func("/alios-dev/record/power/old-or-new", test_power);
	return g_test_run();
}
