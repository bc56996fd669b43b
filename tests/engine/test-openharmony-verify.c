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

/* ---- damage --------------------------------------------------------------------------------------------- */

/* Whether anything at all is said against these bytes, whose key is known. */
static gboolean
is_found(const guint8 *data, gsize size, const GyPublicKey *key)
{
	g_autoptr(GyPackage) package = load_copy(data, size, NULL);

	if (!package || gy_package_format(package) != &gy_openharmony_format)
		return TRUE;
	g_assert_true(gy_ohos_verify(package, key, NULL));
	return gy_package_refusal(package) != NULL;
}

typedef struct {
	const char *file;
	const char *key;
	gsize step;
} Damage;

/* One file of every generation; of zips, which cost more to look at, a byte in @step. */
static const Damage damages[] = {
	{"l1-accept/01-one-component.bin", KEY_3072, 1},
	{"l1-seed/expected/tool2022-rsa3072.bin", KEY_3072, 3},
	{"l1-seed/expected/tool2025-rsa2048.bin", KEY_2048, 3},
	{"l2-seed-2021/expected/unpacked/update.bin", KEY_2048, 7},
	{"l2-sdcard/expected/unpacked/update.bin", KEY_2048, 3},
	{"l2-sdcard/expected/updater_sd.zip", CERT, 13},
	{"l2-seed-2021/expected/hi3516_ota.zip", CERT, 29},
};

static void
take(const Damage *damage, GBytes **bytes, GyPublicKey **key)
{
	g_autofree char *path = ohos_path(damage->key);
	g_autoptr(GError) error = NULL;

	*bytes = ohos_bytes(damage->file);
	*key = gy_public_key_load(path, GY_KEY_RSA, "given", NULL, &error);
	g_assert_no_error(error);
}

static void
test_every_bit(gconstpointer data)
{
	const Damage *damage = data;
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(GyPublicKey) key = NULL;
	g_autofree guint8 *copy = NULL;
	gsize size;

	take(damage, &bytes, &key);
	size = g_bytes_get_size(bytes);
	copy = g_memdup2(g_bytes_get_data(bytes, NULL), size);
	g_assert_false(is_found(copy, size, key));
	for (gsize at = (gsize) g_test_rand_int_range(0, (gint32) damage->step); at < size;
		at += damage->step) {
		guint8 bit = (guint8) (1u << g_test_rand_int_range(0, 8));

		copy[at] ^= bit;
		if (!is_found(copy, size, key))
			g_error("bit 0x%02x of byte %" G_GSIZE_FORMAT " of %s changed unseen", bit, at,
				damage->file);
		copy[at] ^= bit;
	}
}

static void
test_every_cut(gconstpointer data)
{
	const Damage *damage = data;
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(GyPublicKey) key = NULL;
	gsize size;

	take(damage, &bytes, &key);
	size = g_bytes_get_size(bytes);
	for (gsize cut = 0; cut < size; cut += damage->step)
		if (!is_found(g_bytes_get_data(bytes, NULL), cut, key))
			g_error("%s cut to %" G_GSIZE_FORMAT " bytes went unseen", damage->file, cut);
	g_assert_true(is_found(g_bytes_get_data(bytes, NULL), size - 1, key));
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
	for (guint i = 0; i < G_N_ELEMENTS(damages); i++) {
		g_autofree char *bits =
			g_strdup_printf("/openharmony/verify/finds-every-bit/%s", damages[i].file);
		g_autofree char *cuts =
			g_strdup_printf("/openharmony/verify/finds-every-cut/%s", damages[i].file);

		g_test_add_data_func(bits, &damages[i], test_every_bit);
		g_test_add_data_func(cuts, &damages[i], test_every_cut);
	}
	return g_test_run();
}
