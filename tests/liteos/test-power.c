// SPDX-License-Identifier: Apache-2.0
#include "device-agent/include/liteos-check.h"
#include "protocol/wire/envelope.h"
#include "tests/liteos/chip.h"
#include "tests/power/power.h"

typedef struct {
	Chip *chip;
	GBytes *old;
	GBytes *new;
	GBytes *package;
} Upgrade;

static void
boot(gpointer data)
{
	Upgrade *upgrade = data;

	// what it remembered is gone
	gya_liteos_power_on(&upgrade->chip->port);
	g_assert_cmpint(ota_init(), ==, 0);
	(void) ota_commonflow(OTA_FOTA);
}

static void
download(gpointer data)
{
	Upgrade *upgrade = data;

	chip_download(upgrade->chip, upgrade->package);
}

// The loader starts what is in Running whatever it is, so only the bytes count.
static PowerOutcome
look(gpointer data)
{
	Upgrade *upgrade = data;

	if (chip_holds(upgrade->chip, GYA_LITEOS_RUNNING, upgrade->new))
		return POWER_NEW;
	return chip_holds(upgrade->chip, GYA_LITEOS_RUNNING, upgrade->old) ? POWER_OLD : POWER_NEITHER;
}

static void
check(Upgrade *upgrade, const char *name, void (*act)(gpointer data))
{
	gboolean is_full = g_getenv("GANTRY_FULL") != NULL;
	PowerCuts cuts = {.name = name,
		.flash = upgrade->chip->flash,
		.data = upgrade,
		.act = act,
		.start = boot,
		.look = look,
		.n_mixtures = is_full ? 24 : 3,
		.n_second = is_full ? 400 : 8};

	power_cuts_check(&cuts);
}

// `is_good` FALSE: the patch is damaged behind its head, so that the boot ends in a recovery.
static void
check_upgrade(const char *body_name, guint32 kind, gboolean is_good)
{
	g_autoptr(Chip) chip = chip_new(&gya_board_liteos_small, GYA_HDIFF13_PARTS);
	g_autoptr(GBytes) old = vector("fw", "p4_old.bin");
	g_autoptr(GBytes) new = vector("fw", "p4_new.bin");
	g_autoptr(GBytes) body = vector("diff", body_name);
	g_autoptr(GBytes) package = kind ? make_envelope(kind, body, old, new) : make_package(body, TRUE);
	Upgrade upgrade = {chip, old, new, package};

	chip_put(chip, GYA_LITEOS_RUNNING, old);
	boot(&upgrade);
	check(&upgrade, "download and record", download);

	chip_put(chip, GYA_LITEOS_RUNNING, old);
	chip_download(chip, package);
	if (!is_good)
		chip_partition(chip, GYA_LITEOS_DOWNLOAD)[g_bytes_get_size(package) - 100] ^= 1;
	check(&upgrade, is_good ? "backup and patch" : "backup, patch and recovery", boot);
	g_assert_true(chip_holds(chip, GYA_LITEOS_RUNNING, is_good ? new : old));
}

static void
test_package(void)
{
	power_cuts_head();
	check_upgrade("p4_hdiff13_lzma4k.hdiff", 0, TRUE);
}

static void
test_envelope(void)
{
	power_cuts_head();
	check_upgrade("p4_lite_lzma4k.hi", GYW_ENVELOPE_HPATCHLITE, TRUE);
}

static void
test_recovery(void)
{
	power_cuts_head();
	check_upgrade("p4_lite_lzma4k.hi", GYW_ENVELOPE_HPATCHLITE, FALSE);
}

// ---- the self-test ----

static void
ask_and_check(gpointer data)
{
	ota_flag_t flag;

	(void) ota_flag_get(OTA_FOTA, &flag);
	gya_liteos_check_ask(&flag, 99);
	(void) ota_flag_save(OTA_FOTA, &flag);
	boot(data);
}

// Old: nobody had asked yet, and the program is whole. New: the record says that the flash is good, and nothing is left to start.
static PowerOutcome
look_at_check(gpointer data)
{
	Upgrade *upgrade = data;
	struct gyw_info_check check;
	ota_flag_t flag = chip_flag(upgrade->chip);

	if (flag.status == OTA_STATUS_IDLE && chip_holds(upgrade->chip, GYA_LITEOS_RUNNING, upgrade->old))
		return POWER_OLD;
	return gya_liteos_check_read(&flag, &check) && check.step == GYW_CHECK_PASSED && check.seed == 99
		       ? POWER_NEW
		       : POWER_NEITHER;
}

static void
test_check(void)
{
	g_autoptr(Chip) chip = chip_new(&gya_board_liteos_small, 1);
	g_autoptr(GBytes) old = vector("fw", "p4_old.bin");
	Upgrade upgrade = {chip, old, NULL, NULL};
	gboolean is_full = g_getenv("GANTRY_FULL") != NULL;
	PowerCuts cuts = {.name = "self-test",
		.flash = chip->flash,
		.data = &upgrade,
		.act = ask_and_check,
		.start = boot,
		.look = look_at_check,
		.n_mixtures = is_full ? 4 : 1,
		.n_second = is_full ? 60 : 2};

	chip_put(chip, GYA_LITEOS_RUNNING, old);
	boot(&upgrade);
	power_cuts_head();
	power_cuts_check(&cuts);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/liteos/power/package-is-old-or-new", test_package);
	g_test_add_func("/liteos/power/envelope-is-old-or-new", test_envelope);
	g_test_add_func("/liteos/power/recovery-ends-with-the-old-image", test_recovery);
	g_test_add_func("/liteos/power/self-test-ends-whenever-it-is-cut", test_check);
	return g_test_run();
}
