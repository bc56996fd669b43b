// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "engine/formats/openharmony/openharmony.h"
#include "tests/engine/openharmony-data.h"

/* What a verified package is expected to say; a code of %NULL is a good package. */
typedef struct {
	const char *file;
	const char *key;
	const char *kind;
	GyOhosGeneration generation;
	const char *code;
	const char *field;
} Case;

#define SMALL    GY_OHOS_KIND_SMALL
#define STANDARD GY_OHOS_KIND_STANDARD
#define KEY_2048 "keys/rsa_public_key2048.pkcs1.der"
#define KEY_3072 "keys/rsa_public_key3072.pem"
#define CERT     "keys/signing_cert2048.crt"

static const Case cases[] = {
	{"l1-seed/expected/legacy-rsa2048.bin", KEY_2048, SMALL, GY_OHOS_LEGACY},
	{"l1-seed/expected/legacy-rsa3072.bin", KEY_3072, SMALL, GY_OHOS_LEGACY},
	{"l1-seed/expected/legacy-unsigned-type01.bin", KEY_2048, SMALL, GY_OHOS_LEGACY, "package/unsigned",
		"signature"},
	{"l1-seed/expected/legacy-unsigned-type11.bin", KEY_3072, SMALL, GY_OHOS_LEGACY, "package/unsigned",
		"signature"},
	{"l1-seed/expected/tool2022-rsa3072.bin", KEY_3072, SMALL, GY_OHOS_2022},
	{"l1-seed/expected/tool2025-rsa2048.bin", KEY_2048, SMALL, GY_OHOS_2025},
	{"l1-seed/expected/tool2025-rsa3072.bin", KEY_3072, SMALL, GY_OHOS_2025},
	{"l1-accept/01-one-component.bin", KEY_3072, SMALL, GY_OHOS_LEGACY},
	{"l1-accept/02-nine-components.bin", KEY_3072, SMALL, GY_OHOS_LEGACY},
	{"l1-accept/03-ten-components.bin", KEY_3072, SMALL, GY_OHOS_LEGACY, "package/too-large",
		"head.components"},
	{"l1-accept/04-trailing-byte.bin", KEY_3072, SMALL, GY_OHOS_LEGACY, "package/malformed",
		"component[last].data"},
	/* which partitions there are only the device knows */
	{"l1-accept/05-unknown-partition.bin", KEY_3072, SMALL, GY_OHOS_LEGACY},
	{"l1-accept/06-pkcs1v15-signature.bin", KEY_3072, SMALL, GY_OHOS_LEGACY, "package/signature",
		"signature"},
	{"l1-accept/07-type01-with-3072.bin", KEY_3072, SMALL, GY_OHOS_LEGACY, "package/malformed", "area"},
	{"l1-accept/08-type11-with-2048.bin", KEY_2048, SMALL, GY_OHOS_2022, "package/signature",
		"signature"},
	{"l1-accept/09-component-hash-mismatch.bin", KEY_3072, SMALL, GY_OHOS_LEGACY, "package/hash",
		"component[0].data"},
	{"l1-accept/10-empty-first-component.bin", KEY_3072, SMALL, GY_OHOS_LEGACY},
	{"l1-accept/11-empty-last-component.bin", KEY_3072, SMALL, GY_OHOS_LEGACY, "package/malformed",
		"component[last].size"},
	{"l1-accept/12-salt-max.bin", KEY_3072, SMALL, GY_OHOS_LEGACY},
	{"l2-seed-2021/expected/unpacked/update.bin", KEY_2048, STANDARD, GY_OHOS_LEGACY},
	{"l2-seed-2021/expected/hi3516_ota.zip", CERT, STANDARD, GY_OHOS_LEGACY},
	{"l2-full/expected/unpacked/update.bin", KEY_2048, STANDARD, GY_OHOS_2025},
	{"l2-full/expected/updater_full.zip", CERT, STANDARD, GY_OHOS_2025},
	{"l2-pf/expected/updater_full.zip", CERT, STANDARD, GY_OHOS_2025},
	{"l2-sdcard/expected/updater_sd.zip", CERT, GY_OHOS_KIND_SD_CARD, GY_OHOS_2025},
	{"l2-inc-image/expected/updater_diff.zip", CERT, GY_OHOS_KIND_INCREMENTAL, GY_OHOS_2025},
	{"l2-inc-block/expected/updater_diff.zip", CERT, GY_OHOS_KIND_INCREMENTAL, GY_OHOS_2025},
};

static void
test_vector(gconstpointer data)
{
	const Case *one = data;
	g_autoptr(GBytes) bytes = ohos_bytes(one->file);
	g_autofree char *key = ohos_path(one->key);
	g_autoptr(GError) error = NULL;
	g_autoptr(GyPackage) package = gy_package_load_bytes(bytes, one->file, &error);
	const GyFinding *refusal;

	g_assert_no_error(error);
	g_assert_true(gy_package_verify(package, key, &error));
	g_assert_no_error(error);
	g_assert_true(gy_package_format(package) == &gy_openharmony_format);
	g_assert_cmpstr(gy_package_kind(package), ==, one->kind);
	g_assert_cmpint(gy_ohos_package_of(package)->update->generation, ==, one->generation);
	refusal = gy_package_refusal(package);
	g_assert_cmpstr(refusal ? refusal->code : NULL, ==, one->code);
	if (refusal)
		g_assert_cmpstr(refusal->field, ==, one->field);
}

static void
test_other_key(void)
{
	static const char *const files[] = {
		"l1-seed/expected/legacy-rsa2048.bin",
		"l1-seed/expected/tool2025-rsa2048.bin",
		"l2-seed-2021/expected/hi3516_ota.zip",
		"l2-full/expected/updater_full.zip",
	};
	g_autofree char *folder = temporary_folder();
	g_autofree char *private = g_build_filename(folder, "other.pem", NULL);
	g_autoptr(GError) error = NULL;

	g_assert_true(gy_key_generate(GY_KEY_RSA2048, private, NULL, NULL, &error));
	for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autoptr(GBytes) bytes = ohos_bytes(files[i]);
		g_autoptr(GyPackage) package = gy_package_load_bytes(bytes, files[i], &error);

		g_assert_no_error(error);
		g_assert_true(gy_package_verify(package, private, &error));
		g_assert_nonnull(gy_package_refusal(package));
		g_assert_true(gy_package_verify(package, NULL, &error));
		g_assert_null(gy_package_refusal(package));
	}
	remove_folder(folder);
}

static void
test_key_of_another_size(void)
{
	g_autoptr(GBytes) bytes = ohos_bytes("l1-seed/expected/legacy-rsa2048.bin");
	g_autofree char *key = ohos_path(KEY_3072);
	g_autoptr(GyPackage) package = gy_package_load_bytes(bytes, "package", NULL);

	g_assert_true(gy_package_verify(package, key, NULL));
	g_assert_cmpstr(gy_package_refusal(package)->code, ==, "package/untrusted-key");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *path = g_strdup_printf("/openharmony/verify/%s", cases[i].file);

		g_test_add_data_func(path, &cases[i], test_vector);
	}
	g_test_add_func("/openharmony/verify/another-key-is-refused", test_other_key);
	g_test_add_func("/openharmony/verify/key-of-another-size-is-named", test_key_of_another_size);
	return g_test_run();
}
