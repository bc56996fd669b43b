// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "engine/formats/openharmony/custom.h"
#include "engine/formats/openharmony/device.h"
#include "engine/formats/openharmony/openharmony.h"
#include "engine/packages/format.h"
#include "protocol/wire/crc32c.h"

static GyPackage *
load(const char *folder, const char *name)
{
	g_autofree char *path =
		g_test_build_filename(G_TEST_DIST, "vectors", "openharmony", folder, name, NULL);
	GError *error = NULL;
	GyPackage *package = gy_package_load(path, &error);

	g_assert_no_error(error);
	return package;
}

/* What was measured with the public code, and the device's own list beside it (tests/hota). */
static void
test_versions(void)
{
	static const struct {
		const char *running;
		gboolean may;
	} rows[] = {
		{"OpenHarmony 1.0.9", TRUE},
		{"OpenHarmony 0.9", TRUE},
		{"OpenHarmony", TRUE},
		{"OpenHarmony 1", TRUE},
		{"OpenHarmony 1.1", FALSE},
		{"OpenHarmony 1.2", FALSE},
		{"Other 1.0", FALSE},
		{"1.0", FALSE},
		{"OpenHarmony-1.0 beta", FALSE},
		{"OpenHarmony 01.000", TRUE},
		{"OpenHarmony 1.99999999999999999999999", FALSE},
		{"OpenHarmony|1|0", TRUE},
		{"", TRUE},
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
		g_assert_cmpint(
			gy_ohos_version_may_follow(rows[i].running, "OpenHarmony 1.1"), ==, rows[i].may);
}

static guint32
id_of(const char *name)
{
	return gyw_crc32c((const guint8 *) name, (guint32) strlen(name));
}

static GyTarget *
target_of(const char *version, guint32 bootloader_size)
{
	GyTarget *target = gy_target_new();

	gy_target_add_image(target, id_of("ota_tag"), 4096, 0);
	gy_target_add_image(target, id_of("config"), 4096, 0);
	if (bootloader_size > 0)
		gy_target_add_image(target, id_of("bootloader"), bootloader_size, 0);
	target->version = g_strdup(version);
	return target;
}

/* The first finding's word, or NULL. */
static const char *
finding(const char *folder, const char *name, const GyTarget *target, GySeverity *severity)
{
	g_autoptr(GyPackage) package = load(folder, name);
	const GyFinding *first;

	gy_package_check_device(package, target);
	if (gy_package_findings(package)->len == 0)
		return NULL;
	first = g_ptr_array_index(gy_package_findings(package), 0);
	*severity = first->severity;
	return g_intern_string(first->code);
}

static void
test_check(void)
{
	static const struct {
		const char *folder;
		const char *name;
		const char *version;
		guint32 bootloader;
		guint32 storage;
		const char *code;
		GySeverity severity;
	} rows[] = {
		{"l1-seed/expected", "legacy-rsa2048.bin", "OpenHarmony 1.0", 65536, 0, NULL, 0},
		{"l1-seed/expected", "legacy-rsa3072.bin", NULL, 65536, 11345, NULL, 0},
		{"l1-seed/expected", "legacy-rsa2048.bin", "OpenHarmony 1.0", 0, 0, "package/unknown-image",
			GY_SEVERITY_ERROR},
		{"l1-seed/expected", "legacy-rsa2048.bin", NULL, 10006, 0, "package/too-large",
			GY_SEVERITY_ERROR},
		{"l1-seed/expected", "legacy-rsa2048.bin", NULL, 10007, 11344, "package/too-large",
			GY_SEVERITY_ERROR},
		{"l1-seed/expected", "legacy-rsa2048.bin", "OpenHarmony 1.2", 65536, 0, "package/rollback",
			GY_SEVERITY_WARNING},
		{"l1-seed/expected", "legacy-rsa2048.bin", "OpenHarmony 1.1", 65536, 0, "package/rollback",
			GY_SEVERITY_NOTE},
		{"l1-seed/expected", "tool2025-rsa2048.bin", NULL, 65536, 0, "package/not-supported",
			GY_SEVERITY_ERROR},
		{"l2-full/expected", "updater_full.zip", NULL, 65536, 0, "package/not-supported",
			GY_SEVERITY_ERROR},
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GyTarget) target = target_of(rows[i].version, rows[i].bootloader);
		GySeverity severity = 0;
		const char *code;

		target->storage_size = rows[i].storage;
		code = finding(rows[i].folder, rows[i].name, target, &severity);
		g_test_message("%s, running %s", rows[i].name, rows[i].version);
		g_assert_cmpstr(code, ==, rows[i].code);
		g_assert_cmpint(severity, ==, rows[i].severity);
	}
}

/* What a device judges is the head and the area behind it; what it then holds are the components. */
static void
test_manifest_and_identities(void)
{
	g_autoptr(GyPackage) package = load("l1-seed/expected", "legacy-rsa2048.bin");
	g_autoptr(GyPackage) standard = load("l2-full/expected", "updater_full.zip");
	g_autoptr(GBytes) manifest = gy_package_manifest(package);
	g_autoptr(GPtrArray) identities = gy_package_identities(package, NULL);
	const GyImageIdentity *last;

	g_assert_cmpuint(g_bytes_get_size(manifest), ==, 409 + 640);
	g_assert_null(gy_package_manifest(standard));
	g_assert_cmpuint(identities->len, ==, 3);
	last = g_ptr_array_index(identities, 2);
	g_assert_cmphex(last->image_id, ==, id_of("bootloader"));
	g_assert_cmpuint(last->size, ==, 10007);
	g_assert_true(last->has_code);
}

static void
test_names(void)
{
	g_autofree char *known = gy_ohos_image_name(id_of("rootfs"));
	g_autofree char *unknown = gy_ohos_image_name(7);

	g_assert_cmpstr(known, ==, "rootfs");
	g_assert_cmpstr(unknown, ==, "0x00000007");
	g_assert_nonnull(gy_ohos_result_name(0));
	g_assert_null(gy_ohos_code_name(0));
	for (guint code = 1; code <= 5; code++)
		g_assert_nonnull(gy_ohos_code_name(code));
	g_assert_nonnull(gy_ohos_code_name(G_MAXUINT32));
	g_assert_null(gy_ohos_code_name(6));
}

/* Any file; and a key has nothing to be held against. */
static void
test_custom(void)
{
	g_autofree char *path = g_test_build_filename(
		G_TEST_DIST, "vectors", "openharmony", "keys", "rsa_public_key2048.pem", NULL);
	g_autoptr(GyPackage) package = gy_ohos_custom_load(path, NULL);
	g_autoptr(GBytes) manifest = gy_package_manifest(package);
	g_autoptr(GyTarget) target = gy_target_new();
	g_autoptr(GPtrArray) identities = gy_package_identities(package, NULL);

	g_assert_cmpstr(gy_package_kind(package), ==, GY_OHOS_KIND_CUSTOM);
	g_assert_cmpuint(g_bytes_get_size(manifest), ==, 64);
	g_assert_cmpuint(identities->len, ==, 1);
	g_assert_true(gy_package_verify(package, NULL, NULL));
	g_assert_null(gy_package_refusal(package));
	g_assert_true(gy_package_verify(package, path, NULL));
	g_assert_cmpstr(gy_package_refusal(package)->code, ==, "package/not-authentic");
	target->storage_size = 100;
	g_assert_true(gy_package_verify(package, NULL, NULL));
	gy_package_check_device(package, target);
	g_assert_cmpstr(gy_package_refusal(package)->code, ==, "package/too-large");
	g_assert_null(gy_ohos_custom_load("/nonexistent", NULL));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/openharmony/device/versions", test_versions);
	g_test_add_func("/openharmony/device/check", test_check);
	g_test_add_func("/openharmony/device/manifest-and-identities", test_manifest_and_identities);
	g_test_add_func("/openharmony/device/names", test_names);
	g_test_add_func("/openharmony/device/custom", test_custom);
	return g_test_run();
}
