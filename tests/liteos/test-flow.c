// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "protocol/wire/envelope.h"
#include "tests/liteos/chip.h"

typedef struct {
	const char *package; // a file of pkg/, or a body of diff/
	const char *old;     // without ".bin"
	const char *new;
	guint32 envelope; // 0: none
	ota_ret_t ret;
} Upgrade;

static const Upgrade upgrades[] = {
	{"p2_diff.info32.bin", "p2_old", "p2_new", 0, OTA_RET_SUCCESS},
	{"p3_hdiff13_lzma4k.hdiff", "p3_old", "p3_new", 0, OTA_RET_SUCCESS},
	{"p3_hdiff13_none.hdiff", "p3_old", "p3_new", 0, OTA_RET_SUCCESS},
	{"p4_full_lzma16k.hdiff", "p4_old", "p4_new", 0, OTA_RET_SUCCESS},
	{"p3_lite_lzma4k.hi", "p3_old", "p3_new", GYW_ENVELOPE_HPATCHLITE, OTA_RET_SUCCESS},
	{"p3_hdiff13_lzma4k.hdiff", "p3_old", "p3_new", GYW_ENVELOPE_HDIFF13, OTA_RET_SUCCESS},
	{"p2_diff.info32_trailing1.bin", "p2_old", NULL, 0, OTA_RET_PATCH_FAILED},
	{"p2_diff.signed.bin", "p2_old", NULL, 0, OTA_RET_PATCH_FAILED},
	{"p2_hdiff13_zlib.hdiff", "p2_old", NULL, 0, OTA_RET_PATCH_FAILED},
	{"p2_sf20_step4k_lzma.hdiff", "p2_old", NULL, 0, OTA_RET_PATCH_FAILED},
	{"p2_lite_lzma4k.hi", "p2_old", NULL, 0, OTA_RET_PATCH_FAILED},
	{"p2_lite_tuz4k.hi", "p2_old", NULL, GYW_ENVELOPE_HPATCHLITE, OTA_RET_PATCH_FAILED},
};

static GBytes *
image(const char *name)
{
	g_autofree char *file = g_strconcat(name, ".bin", NULL);

	return vector("fw", file);
}

static GBytes *
package_of(const Upgrade *upgrade)
{
	g_autoptr(GBytes) body = NULL;
	g_autoptr(GBytes) old = image(upgrade->old);
	g_autoptr(GBytes) new = image(upgrade->new ? upgrade->new : upgrade->old);

	if (g_str_has_suffix(upgrade->package, ".bin"))
		return vector("pkg", upgrade->package);
	body = vector("diff", upgrade->package);
	return upgrade->envelope ? make_envelope(upgrade->envelope, body, old, new)
				 : make_package(body, TRUE);
}

static void
test_upgrade(gconstpointer data)
{
	const Upgrade *upgrade = data;
	g_autoptr(Chip) chip = chip_new(&gya_board_stm32f429, GYA_HDIFF13_PARTS);
	g_autoptr(GBytes) old = image(upgrade->old);
	g_autoptr(GBytes) new = upgrade->new ? image(upgrade->new) : g_bytes_ref(old);
	g_autoptr(GBytes) package = package_of(upgrade);
	guint64 n_operations;

	chip_put(chip, GYA_LITEOS_RUNNING, old);
	chip_download(chip, package);
	chip_power_on(chip);
	n_operations = chip->flash->n_operations;
	g_assert_cmphex(ota_commonflow(OTA_FOTA), ==, upgrade->ret);
	g_assert_true(chip_holds(chip, GYA_LITEOS_RUNNING, new));
	g_assert_cmpuint(chip_flag(chip).status, ==,
		upgrade->ret == OTA_RET_SUCCESS ? OTA_STATUS_SUCCESS : OTA_STATUS_FAILED);
	g_assert_cmpuint(chip_flag(chip).step, ==, OTA_STEP_DONE);
	// what is refused is refused before anything but the record is written: two erases and two pages
	if (upgrade->ret != OTA_RET_SUCCESS)
		g_assert_cmpuint(chip->flash->n_operations, ==, n_operations + 4);
	// and the next boot has nothing left to do
	chip_power_on(chip);
	n_operations = chip->flash->n_operations;
	g_assert_cmphex(ota_commonflow(OTA_FOTA), ==, OTA_RET_SUCCESS);
	g_assert_cmpuint(chip->flash->n_operations, ==, n_operations);
}

// Where nothing says what the old image is, the stock loader makes rubbish of another one; ours looks at the envelope.
static void
test_other_old(void)
{
	g_autoptr(Chip) chip = chip_new(&gya_board_stm32f429, 1);
	g_autoptr(GBytes) old = image("p1_old");
	g_autoptr(GBytes) new = image("p1_new");
	g_autoptr(GBytes) body = vector("diff", "p1_lite_lzma4k.hi");
	g_autoptr(GBytes) package = make_envelope(GYW_ENVELOPE_HPATCHLITE, body, old, new);
	guint8 *running = chip_partition(chip, GYA_LITEOS_RUNNING);
	guint64 n_operations;

	chip_put(chip, GYA_LITEOS_RUNNING, old);
	running[50000] ^= 1;
	chip_download(chip, package);
	n_operations = chip->flash->n_operations;
	g_assert_cmphex(ota_commonflow(OTA_FOTA), ==, OTA_RET_PATCH_FAILED);
	g_assert_cmpuint(chip->flash->n_operations, ==, n_operations + 4);
	running[50000] ^= 1;
	g_assert_true(chip_holds(chip, GYA_LITEOS_RUNNING, old));
}

// The patch was damaged behind its head: noticed by what comes out, and the old image is brought back.
static void
test_other_new(void)
{
	g_autoptr(Chip) chip = chip_new(&gya_board_stm32f429, 1);
	g_autoptr(GBytes) old = image("p4_old");
	g_autoptr(GBytes) new = image("p4_new");
	g_autoptr(GBytes) body = vector("diff", "p4_lite_none.hi");
	g_autoptr(GBytes) package = make_envelope(GYW_ENVELOPE_HPATCHLITE, body, old, new);

	chip_put(chip, GYA_LITEOS_RUNNING, old);
	chip_download(chip, package);
	chip_partition(chip, GYA_LITEOS_DOWNLOAD)[GYW_ENVELOPE_SIZE + 1000] ^= 1;
	g_assert_cmphex(ota_commonflow(OTA_FOTA), ==, OTA_RET_PATCH_FAILED);
	g_assert_true(chip_holds(chip, GYA_LITEOS_RUNNING, old));
	g_assert_cmpuint(chip_flag(chip).status, ==, OTA_STATUS_FAILED);
}

static void
test_envelope_any_bit(void)
{
	g_autoptr(GBytes) old = image("p4_old");
	g_autoptr(GBytes) new = image("p4_new");
	g_autoptr(GBytes) body = vector("diff", "p4_lite_none.hi");
	g_autoptr(GBytes) package = make_envelope(GYW_ENVELOPE_HPATCHLITE, body, old, new);
	guint32 size = (guint32) g_bytes_get_size(package);
	guint8 head[GYW_ENVELOPE_SIZE];
	struct gyw_envelope envelope;

	memcpy(head, g_bytes_get_data(package, NULL), sizeof head);
	g_assert_cmpint(gyw_envelope_decode(&envelope, head, size), ==, GYW_ENVELOPE_OK);
	g_assert_cmpint(gyw_envelope_decode(&envelope, head, size - 1), ==, GYW_ENVELOPE_E_SIZE);
	g_assert_cmpint(gyw_envelope_decode(&envelope, head, size + 1), ==, GYW_ENVELOPE_E_SIZE);
	for (guint bit = 0; bit < sizeof head * 8; bit++) {
		head[bit / 8] ^= (guint8) (1u << bit % 8);
		g_assert_cmpint(gyw_envelope_decode(&envelope, head, size), <, 0);
		head[bit / 8] ^= (guint8) (1u << bit % 8);
	}
}

static void
test_areas_too_small(void)
{
	g_autoptr(Chip) chip = chip_new(&gya_board_liteos_small, GYA_HDIFF13_PARTS);
	g_autoptr(GBytes) old = image("p4_old");
	g_autoptr(GBytes) body = vector("diff", "p1_hdiff13_lzma4k.hdiff");
	g_autoptr(GBytes) package = make_package(body, TRUE);

	chip_put(chip, GYA_LITEOS_RUNNING, old);
	chip_download(chip, package);
	g_assert_cmphex(ota_patch(OTA_FOTA, (int) g_bytes_get_size(package)), ==, OTA_RET_BACKUP_SIZE);
	g_assert_cmphex(ota_patch(OTA_FOTA, 0x2001), ==, OTA_RET_DOWNLOAD_SIZE);
	g_assert_cmphex(ota_patch(OTA_FOTA, 32), ==, OTA_RET_DOWNLOAD_SIZE);
	g_assert_cmphex(ota_patch(OTA_FOTA, -1), ==, OTA_RET_DOWNLOAD_SIZE);
	g_assert_cmphex(ota_patch(OTA_TYPES, 100), ==, OTA_RET_PARAMETER);
	g_assert_true(chip_holds(chip, GYA_LITEOS_RUNNING, old));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(upgrades); i++) {
		const Upgrade *u = &upgrades[i];
		g_autofree char *path = g_strdup_printf("/liteos/flow/%s/%s%s",
			u->ret ? "refuses" : "installs", u->envelope ? "envelope-" : "", u->package);

		g_test_add_data_func(path, u, test_upgrade);
	}
	g_test_add_func("/liteos/flow/other-old-image-is-refused-before-the-first-erase", test_other_old);
	g_test_add_func("/liteos/flow/other-new-image-brings-the-old-one-back", test_other_new);
	g_test_add_func("/liteos/flow/small-areas-are-refused", test_areas_too_small);
	g_test_add_func("/liteos/envelope/any-flipped-bit-is-found", test_envelope_any_bit);
	return g_test_run();
}
