// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "device-agent/ports/crypto/rsa-pss.h"
#include "tests/hota/device.h"

#define KEY_2048 "rsa_public_key2048.pkcs1.der"
#define KEY_3072 "rsa_public_key3072.pkcs1.der"

/* The vectors' table of verdicts, measured with the public code. */
typedef struct {
	const char *file;
	const char *told; // in the order in which it was told
	int write;
	guint stored;
	int restart;
	const char *key;
} Verdict;

static const Verdict verdicts[] = {
	{"01-one-component", "234", 0, 4, 0, KEY_3072},
	{"02-nine-components", "234", 0, 4, 0, KEY_3072},
	{"03-ten-components", "25", -1, 5, -1, KEY_3072},
	{"04-trailing-byte", "234", -1, 5, -1, KEY_3072},
	{"05-unknown-partition", "23e15", -1, 5, -1, KEY_3072},
	{"06-pkcs1v15-signature", "25e3", -1, 5, -1, KEY_3072},
	{"07-type01-with-3072", "25e3", -1, 5, -1, KEY_3072},
	{"08-type11-with-2048", "25e3", -1, 5, -1, KEY_2048},
	{"09-component-hash-mismatch", "235e4", -1, 5, -1, KEY_3072},
	{"10-empty-first-component", "234", 0, 4, 0, KEY_3072},
	{"11-empty-last-component", "23", 0, 3, -1, KEY_3072},
	{"12-salt-max", "234", 0, 4, 0, KEY_3072},
};

static void
test_verdict(gconstpointer data)
{
	static const gsize pieces[] = {1, 137, 256, 777, 1024, 4096};
	const Verdict *verdict = data;
	g_autofree char *file = g_strconcat(verdict->file, ".bin", NULL);
	g_autoptr(GBytes) package = hota_vector("l1-accept", file, NULL);

	for (guint i = 0; i < G_N_ELEMENTS(pieces); i++) {
		g_autoptr(HotaDevice) device =
			hota_device_new(&gya_hota_board_small, verdict->key, "OpenHarmony 1.0");

		// a library's check and our own, for ports without one, say the same
		if (i % 2 == 1)
			device->port.pss_verify = gya_rsa_pss_verify;
		g_assert_cmpint(hota_device_init(device), ==, 0);
		g_assert_cmpint(hota_device_write(package, pieces[i]), ==, verdict->write);
		g_assert_cmpstr(device->told->str, ==, verdict->told);
		g_assert_cmpuint(hota_device_stored_status(), ==, verdict->stored);
		g_assert_cmpint(HotaRestart(), ==, verdict->restart);
		g_assert_cmpuint(device->n_reboots, ==, verdict->restart == 0 ? 1 : 0);
		g_assert_cmpuint(gya_hota_counters()->gaps + gya_hota_counters()->repeats, ==, 0);
	}
}

static const struct {
	const char *running;
	gboolean is_taken;
} versions[] = {
	{"OpenHarmony 1.0.9", TRUE},
	{"OpenHarmony 0.9", TRUE},
	{"OpenHarmony", TRUE},
	{"OpenHarmony 1", TRUE},
	{"OpenHarmony 1.1", FALSE},
	{"OpenHarmony 1.2", FALSE},
	{"Other 1.0", FALSE},
	{"1.0", FALSE},
	{"OpenHarmony-1.0 beta", FALSE},
	// numbers of any length, whatever stands in front
	{"OpenHarmony 01.000", TRUE},
	{"OpenHarmony 1.99999999999999999999999", FALSE},
	{"OpenHarmony|1|0", TRUE},
	{"", TRUE},
};

static void
test_versions(void)
{
	g_autoptr(GBytes) package = hota_vector("l1-accept", "01-one-component.bin", NULL);

	for (guint i = 0; i < G_N_ELEMENTS(versions); i++) {
		g_autoptr(HotaDevice) device =
			hota_device_new(&gya_hota_board_small, KEY_3072, versions[i].running);

		g_assert_cmpint(hota_device_init(device), ==, 0);
		g_assert_cmpint(hota_device_write(package, 4096), ==, versions[i].is_taken ? 0 : -1);
		g_assert_cmpstr(device->told->str, ==, versions[i].is_taken ? "234" : "2e25");
	}
}

/* The board's own word overturns a refusal: here for the version that runs already. */
static void
test_version_hook(void)
{
	struct gya_hota_board board = gya_hota_board_small;
	g_autoptr(GBytes) package = hota_vector("l1-accept", "01-one-component.bin", NULL);
	g_autoptr(HotaDevice) device = NULL;

	board.takes_same = true;
	device = hota_device_new(&board, KEY_3072, "OpenHarmony 1.1");
	g_assert_cmpint(hota_device_init(device), ==, 0);
	g_assert_cmpint(hota_device_write(package, 4096), ==, 0);
	g_assert_cmpstr(device->told->str, ==, "234");
}

/* What the guide's tool makes, from its own inputs; the packagers of later years are not understood. */
static void
test_seed(void)
{
	static const struct {
		const char *file;
		const char *key;
		int write;
	} files[] = {
		{"legacy-rsa2048.bin", KEY_2048, 0},
		{"legacy-rsa2048.bin", "rsa_public_key2048.spki.der", 0},
		{"legacy-rsa3072.bin", KEY_3072, 0},
		{"legacy-rsa3072.bin", "rsa_public_key3072.spki.der", 0},
		{"legacy-rsa2048.bin", KEY_3072, -1},
		{"legacy-rsa3072.bin", KEY_2048, -1},
		{"legacy-unsigned-type01.bin", KEY_2048, -1},
		{"legacy-unsigned-type11.bin", KEY_3072, -1},
		{"tool2022-rsa3072.bin", KEY_3072, -1},
		{"tool2025-rsa2048.bin", KEY_2048, -1},
		{"tool2025-rsa3072.bin", KEY_3072, -1},
	};
	static const struct {
		const char *file;
		guint32 partition;
	} parts[] = {
		{"OTA.tag", GYA_HOTA_TAG}, {"config", GYA_HOTA_CONFIG}, {"u-boot-xxxx.bin", GYA_HOTA_LOADER}};

	for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autoptr(GBytes) package = hota_vector("l1-seed", "expected", files[i].file, NULL);
		g_autoptr(HotaDevice) device =
			hota_device_new(&gya_hota_board_small, files[i].key, "OpenHarmony 1.0");

		device->port.pss_verify = gya_rsa_pss_verify;
		g_assert_cmpint(hota_device_init(device), ==, 0);
		g_assert_cmpint(hota_device_write(package, 256), ==, files[i].write);
		g_assert_cmpstr(device->told->str, ==, files[i].write == 0 ? "234" : "25e3");
		if (files[i].write != 0)
			continue;
		g_assert_cmpint(HotaRestart(), ==, 0);
		hota_device_power_on(device);
		g_assert_true(gya_hota_boot().has_installed);
		for (guint p = 0; p < G_N_ELEMENTS(parts); p++) {
			g_autoptr(GBytes) part =
				hota_vector("l1-seed", "target_package", parts[p].file, NULL);

			g_assert_true(hota_device_holds(device, parts[p].partition, part));
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(verdicts); i++) {
		g_autofree char *path = g_strconcat("/hota/accept/", verdicts[i].file, NULL);

		g_test_add_data_func(path, &verdicts[i], test_verdict);
	}
	g_test_add_func("/hota/accept/only-versions-that-may-follow", test_versions);
	g_test_add_func("/hota/accept/what-the-board-lets-in", test_version_hook);
	g_test_add_func("/hota/accept/what-the-guide-makes", test_seed);
	return g_test_run();
}
