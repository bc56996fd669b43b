// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "device-agent/include/liteos-check.h"
#include "device-agent/ports/sim/nor-fault.h"
#include "tests/liteos/chip.h"

static void
ask(guint32 seed)
{
	ota_flag_t flag = {.status = OTA_STATUS_IDLE};

	(void) ota_flag_get(OTA_FOTA, &flag);
	gya_liteos_check_ask(&flag, seed);
	g_assert_cmpint(ota_flag_save(OTA_FOTA, &flag), ==, 0);
}

static const guint8 *
partition_end(Chip *chip, guint16 id, gsize *size)
{
	*size = gya_board_partition(chip->board, id)->size;
	return chip_partition(chip, id);
}

static void
test_good_flash_passes(void)
{
	g_autoptr(Chip) chip = chip_new(&gya_board_liteos_small, 1);
	g_autoptr(GBytes) old = vector("fw", "p4_old.bin");
	struct gyw_info_check kept = {0};
	ota_flag_t flag;
	const guint8 *running;
	gsize size;

	chip_put(chip, GYA_LITEOS_RUNNING, old);
	ask(0x12345678);
	chip_power_on(chip);
	g_assert_cmphex(ota_commonflow(OTA_FOTA), ==, OTA_RET_NO_RUNNING);
	g_assert_nonnull(gya_liteos_check_result());
	g_assert_cmpuint(gya_liteos_check_result()->step, ==, GYW_CHECK_PASSED);

	// the next boot finds nothing to do, and nothing to start
	chip_power_on(chip);
	g_assert_cmphex(ota_commonflow(OTA_FOTA), ==, OTA_RET_NO_RUNNING);
	g_assert_null(gya_liteos_check_result());
	flag = chip_flag(chip);
	g_assert_true(gya_liteos_check_read(&flag, &kept));
	g_assert_cmpuint(kept.step, ==, GYW_CHECK_PASSED);
	g_assert_cmphex(kept.seed, ==, 0x12345678);
	g_assert_cmpuint(flag.running.file_size, ==, 0);
	running = partition_end(chip, GYA_LITEOS_RUNNING, &size);
	for (gsize i = 0; i < size; i++)
		g_assert_cmphex(running[i], ==, 0xFF);
}

// Without a decoder there is no patch to be tried.
static void
test_without_decoder(void)
{
	g_autoptr(Chip) chip = chip_new(&gya_board_liteos_small, 0);

	ask(1);
	g_assert_cmphex(ota_commonflow(OTA_FOTA), ==, OTA_RET_NO_RUNNING);
	g_assert_cmpuint(gya_liteos_check_result()->step, ==, GYW_CHECK_PASSED);
}

typedef struct {
	const char *name;
	struct gya_nor_fault fault;
	guint step;
	guint area;
	gint64 offset; // -1: wherever
} Fault;

#define SMALL_RUNNING  0x1000
#define SMALL_FLAG     0x3000
#define SMALL_DOWNLOAD 0x4000
#define SMALL_BACKUP   0x6000
#define STUCK(at, bit, level)                                                                                \
	{                                                                                                    \
		.kind = GYA_NOR_FAULT_STUCK, .offset = (at), .mask = 1u << (bit), .value = (level)           \
	}

static const Fault faults[] = {
	{"stuck-at-0-in-running", STUCK(SMALL_RUNNING + 0x123, 3, false), GYW_CHECK_FILL, OTA_IMG_RUNNING,
		0x123},
	{"stuck-at-1-in-running", STUCK(SMALL_RUNNING + 0x123, 3, true), GYW_CHECK_FILL, OTA_IMG_RUNNING,
		0x123},
	{"stuck-at-0-in-download", STUCK(SMALL_DOWNLOAD + 0x1FFF, 7, false), GYW_CHECK_FILL, OTA_IMG_DOWNLOAD,
		0x1FFF},
	{"stuck-at-1-in-download", STUCK(SMALL_DOWNLOAD, 0, true), GYW_CHECK_FILL, OTA_IMG_DOWNLOAD, 0},
	{"stuck-at-1-in-backup", STUCK(SMALL_BACKUP + 0x1000, 5, true), GYW_CHECK_FILL, OTA_IMG_BACKUP,
		0x1000},
	{"stuck-at-0-in-the-record", STUCK(SMALL_FLAG + 40, 2, false), GYW_CHECK_RECORD, OTA_IMG_FLAG, 40},
	{"stuck-at-1-in-the-record", STUCK(SMALL_FLAG + 40, 2, true), GYW_CHECK_RECORD, OTA_IMG_FLAG, 40},
	{"erase-of-half-a-sector", {.kind = GYA_NOR_FAULT_ERASE, .size = 2048}, GYW_CHECK_FILL,
		OTA_IMG_RUNNING, -1},
	{"erase-of-two-sectors", {.kind = GYA_NOR_FAULT_ERASE, .size = 8192}, 0, 0, -1},
	{"erase-of-half-the-part", {.kind = GYA_NOR_FAULT_ERASE, .size = 16384}, 0, 0, -1},
	{"write-past-a-page", {.kind = GYA_NOR_FAULT_PAGE}, GYW_CHECK_FILL, OTA_IMG_RUNNING, -1},
};

// Wherever it is found; which bytes come first depends on the seed.
static void
test_fault(gconstpointer data)
{
	const Fault *f = data;

	for (guint32 seed = 0; seed < 8; seed++) {
		g_autoptr(Chip) chip = chip_new(&gya_board_liteos_small, 1);
		g_autoptr(GBytes) old = vector("fw", "p4_old.bin");
		struct gya_nor_fault fault = f->fault;
		const struct gyw_info_check *check;

		chip_put(chip, GYA_LITEOS_RUNNING, old);
		ask(seed);
		gya_nor_fault_install(&fault, &chip->flash->nor);
		g_assert_cmphex(ota_commonflow(OTA_FOTA), ==, OTA_RET_NO_RUNNING);
		check = gya_liteos_check_result();
		g_assert_nonnull(check);
		g_assert_cmphex(check->seed, ==, seed);
		g_assert_cmpuint(check->step, !=, GYW_CHECK_PASSED);
		if (f->step != 0) {
			g_assert_cmpuint(check->step, ==, f->step);
			g_assert_cmpuint(check->area, ==, f->area);
			g_assert_cmpuint(check->what, ==, GYW_CHECK_DIFFERS);
			g_assert_cmphex(check->expected, !=, check->found);
		}
		if (f->offset >= 0)
			g_assert_cmphex(check->offset, ==, f->offset);
	}
}

// A driver's own call that fails is told apart from bytes that are not kept.
static void
test_dead_part(void)
{
	g_autoptr(Chip) chip = chip_new(&gya_board_liteos_small, 1);

	ask(5);
	chip->flash->n_operations = 0;
	chip->flash->cut = (struct gya_nor_cut){.moment = GYA_NOR_BEFORE, .operation = 40};
	(void) ota_commonflow(OTA_FOTA);
	g_assert_cmpuint(gya_liteos_check_result()->what, !=, GYW_CHECK_DIFFERS);
	g_assert_cmpuint(gya_liteos_check_result()->step, !=, GYW_CHECK_PASSED);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/liteos/check/good-flash-passes-and-is-blank-then", test_good_flash_passes);
	g_test_add_func("/liteos/check/passes-without-a-decoder", test_without_decoder);
	for (guint i = 0; i < G_N_ELEMENTS(faults); i++) {
		g_autofree char *path = g_strdup_printf("/liteos/check/finds/%s", faults[i].name);

		g_test_add_data_func(path, &faults[i], test_fault);
	}
	g_test_add_func("/liteos/check/call-that-fails-is-named", test_dead_part);
	return g_test_run();
}
