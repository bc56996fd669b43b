// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "tests/liteos/chip.h"

typedef struct {
	const char *file;
	ota_status_t status;
	ota_step_t step;
} Record;

static const Record records[] = {
	{"flag_v3_idle.bin", OTA_STATUS_IDLE, OTA_STEP_INIT},
	{"flag_v3_downloaded_start.bin", OTA_STATUS_DOWNLOADED, OTA_STEP_START},
	{"flag_v3_patch.bin", OTA_STATUS_DOWNLOADED, OTA_STEP_PATCH},
};

// What was read and is written again is the vendor's record to the byte.
static void
test_record(gconstpointer data)
{
	const Record *record = data;
	g_autoptr(GBytes) bytes = vector("pkg", record->file);
	g_autoptr(Chip) chip = chip_new(&gya_board_liteos_small, 0);
	ota_flag_t flag;

	g_assert_cmpuint(g_bytes_get_size(bytes), ==, OTA_FLAG_SIZE);
	chip_put(chip, GYA_LITEOS_FLAG, bytes);
	flag = chip_flag(chip);
	g_assert_cmpuint(flag.status, ==, record->status);
	g_assert_cmpuint(flag.step, ==, record->step);
	g_assert_true(chip_holds(chip, GYA_LITEOS_FLAG_BACKUP, bytes));

	memset(chip_partition(chip, GYA_LITEOS_FLAG), 0xFF, 0x1000);
	memset(chip_partition(chip, GYA_LITEOS_FLAG_BACKUP), 0xFF, 0x1000);
	g_assert_cmpint(ota_flag_save(OTA_FOTA, &flag), ==, 0);
	g_assert_true(chip_holds(chip, GYA_LITEOS_FLAG, bytes));
	g_assert_true(chip_holds(chip, GYA_LITEOS_FLAG_BACKUP, bytes));
}

static void
test_any_bit(void)
{
	g_autoptr(GBytes) old = vector("pkg", "flag_v3_idle.bin");
	g_autoptr(GBytes) new = vector("pkg", "flag_v3_patch.bin");
	g_autoptr(Chip) chip = chip_new(&gya_board_liteos_small, 0);

	for (guint bit = 0; bit < OTA_FLAG_SIZE * 8; bit++) {
		chip_put(chip, GYA_LITEOS_FLAG, new);
		chip_put(chip, GYA_LITEOS_FLAG_BACKUP, old);
		chip_partition(chip, GYA_LITEOS_FLAG)[bit / 8] ^= (guint8) (1u << bit % 8);
		g_assert_cmpuint(chip_flag(chip).status, ==, OTA_STATUS_IDLE);
		g_assert_true(chip_holds(chip, GYA_LITEOS_FLAG, old));
	}
}

static void
test_both_bad(void)
{
	g_autoptr(Chip) chip = chip_new(&gya_board_liteos_small, 0);
	ota_flag_t flag;

	g_assert_cmpint(ota_flag_get(OTA_FOTA, &flag), ==, -1);
	g_assert_cmphex(ota_commonflow(OTA_FOTA), ==, OTA_RET_FLAG_GET);
	g_assert_cmpuint(chip_flag(chip).status, ==, OTA_STATUS_IDLE);
	g_assert_cmphex(ota_commonflow(OTA_FOTA), ==, OTA_RET_SUCCESS);
}

static void
test_bounds(void)
{
	g_autoptr(Chip) chip = chip_new(&gya_board_liteos_small, 0);
	guint8 byte = 0;
	int size;

	g_assert_cmpint(ota_img_size(OTA_FOTA, OTA_IMG_RUNNING, &size), ==, 0);
	g_assert_cmpint(size, ==, 0x2000);
	g_assert_cmpint(ota_img_size(OTA_FOTA, OTA_IMG_RUNNING, NULL), ==, -1);
	g_assert_cmpint(ota_img_read(OTA_FOTA, OTA_IMG_RUNNING, size - 1, &byte, 1), ==, 0);
	g_assert_cmpint(ota_img_read(OTA_FOTA, OTA_IMG_RUNNING, size, &byte, 1), ==, -1);
	g_assert_cmpint(ota_img_read(OTA_FOTA, OTA_IMG_RUNNING, -1, &byte, 1), ==, -1);
	g_assert_cmpint(ota_img_read(OTA_FOTA, OTA_IMG_RUNNING, 0, &byte, 0), ==, -1);
	g_assert_cmpint(ota_img_read(OTA_FOTA, OTA_IMG_RUNNING, 1, &byte, G_MAXINT), ==, -1);
	g_assert_cmpint(ota_img_write(OTA_FOTA, OTA_IMG_RUNNING, 0, NULL, 1), ==, -1);
	g_assert_cmpint(ota_img_read(OTA_SOTA, OTA_IMG_RUNNING, 0, &byte, 1), ==, -1);
	g_assert_cmpint(ota_img_erase(OTA_FOTA, OTA_IMGS), ==, -1);
	g_assert_cmpint(ota_img_erase(OTA_TYPES, OTA_IMG_RUNNING), ==, -1);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(records); i++) {
		g_autofree char *path = g_strdup_printf("/liteos/flag/same-bytes/%s", records[i].file);

		g_test_add_data_func(path, &records[i], test_record);
	}
	g_test_add_func("/liteos/flag/any-flipped-bit-brings-the-other-copy", test_any_bit);
	g_test_add_func("/liteos/flag/without-a-whole-copy-a-new-one-is-made", test_both_bad);
	g_test_add_func("/liteos/img/nothing-outside-an-area", test_bounds);
	return g_test_run();
}
