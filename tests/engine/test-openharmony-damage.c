// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include <glib/gstdio.h>

#include "engine/formats/openharmony/openharmony.h"
#include "engine/formats/openharmony/signature.h"
#include "tests/engine/openharmony-data.h"

#define KEY_2048 "keys/rsa_private_key2048.pem"
#define KEY_3072 "keys/rsa_private_key3072.pem"
#define CERT     "keys/signing_cert2048.crt"

/* Under a sanitizer a byte in a few does, since the other build looks at each; another one every time. */
#ifdef __SANITIZE_ADDRESS__
#define STEP 4
#else
#define STEP 1
#endif

/* A package of every generation, so small that every byte of it can be changed. */
typedef struct {
	const char *name;
	const char *key;
	const char *options[6];
	const char *file_version;
	gboolean is_2022;
} Case;

static const Case cases[] = {
	{"small-legacy-rsa2048", KEY_2048, {"non-standard", "yes"}, "1"},
	{"small-legacy-rsa3072", KEY_3072, {"non-standard", "yes"}, "1"},
	{"small-2022", KEY_3072, {"non-standard", "yes"}, "1", TRUE},
	{"small-2025", KEY_2048, {"non-standard", "yes", "generation", "2025"}, "1"},
	{"standard-legacy", KEY_2048, {"not-zip", "yes", "generation", "legacy"}, "1"},
	{"standard-2025", KEY_2048, {"not-zip", "yes"}, "2"},
	{"sd-card", KEY_2048, {"not-zip", "yes", "sd-card", "yes"}, "2"},
	{"zip-legacy", KEY_2048, {"generation", "legacy"}, "1"},
	{"zip-2025", KEY_2048, {NULL}, "2"},
};

/* ---- small packages ------------------------------------------------------------------------------------- */

static void
write_file(const char *folder, const char *name, const char *content)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	g_autoptr(GError) error = NULL;

	g_assert_true(g_file_set_contents(path, content, -1, &error));
	g_assert_no_error(error);
}

static void
write_target(const char *folder, const Case *one)
{
	g_autofree char *config = g_build_filename(folder, "updater_config", NULL);
	g_autofree char *xml = g_strdup_printf("<package><head name=\"h\"><info fileVersion=\"%s\" "
					       "prdID=\"p\" softVersion=\"V 1\" date=\"d\" "
					       "time=\"t\">i</info></head><group name=\"g\">"
					       "<component compAddr=\"a\" compId=\"1\" resType=\"5\" "
					       "compType=\"0\" compVer=\"1\">a.img</component>"
					       "<component compAddr=\"b\" compId=\"2\" resType=\"5\" "
					       "compType=\"0\" compVer=\"1\">b.img</component>"
					       "</group></package>",
		one->file_version);

	g_assert_cmpint(g_mkdir(config, 0700), ==, 0);
	write_file(config, "updater_specified_config.xml", xml);
	write_file(config, "BOARD.list", "HI3516\n");
	write_file(config, "VERSION.mbn", "V 1\n");
	write_file(folder, "updater_binary", "binary");
	write_file(folder, "a.img", "first component");
	write_file(folder, "b.img", "second");
}

static GyPrivateKey *
private_key(const char *file)
{
	g_autofree char *path = ohos_path(file);
	g_autoptr(GError) error = NULL;
	GyPrivateKey *key = gy_private_key_load(path, GY_KEY_RSA, "test", NULL, &error);

	g_assert_no_error(error);
	return key;
}

static GyBuildOptions *
options_of(const Case *one, const char *target)
{
	GyBuildOptions *options = gy_build_options_new();
	g_autofree char *key = ohos_path(one->key);
	g_autofree char *certificate = ohos_path(CERT);

	gy_build_options_set(options, "target", target);
	gy_build_options_set(options, "key", key);
	gy_build_options_set(options, "certificate", certificate);
	for (guint i = 0; i + 1 < G_N_ELEMENTS(one->options) && one->options[i]; i += 2)
		gy_build_options_set(options, one->options[i], one->options[i + 1]);
	return options;
}

/* As the packager of 2022 signed it, which nothing here does any more. */
static GBytes *
sign_as_2022(GBytes *bytes, const GyPrivateKey *key)
{
	g_autoptr(GyOhosUpdate) update = gy_ohos_update_parse(bytes, "package", NULL);
	guint8 *copy = g_memdup2(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	guint8 digest[GY_SHA256_SIZE];

	gy_ohos_scheme_digest(update, GY_OHOS_2022, digest);
	g_assert_true(gy_rsa_sign(key, GY_RSA_PSS, digest, copy + update->signature, NULL));
	return g_bytes_new_take(copy, g_bytes_get_size(bytes));
}

static GBytes *
make(const Case *one)
{
	g_autofree char *folder = temporary_folder();
	g_autoptr(GyBuildOptions) options = options_of(one, folder);
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func((GDestroyNotify) gy_finding_free);
	g_autoptr(GyPrivateKey) key = private_key(one->key);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = NULL;

	write_target(folder, one);
	bytes = gy_format_build(&gy_openharmony_format, options, notes, &error);
	g_assert_no_error(error);
	remove_folder(folder);
	return one->is_2022 ? sign_as_2022(bytes, key) : g_steal_pointer(&bytes);
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

static void
test_every_byte(gconstpointer data)
{
	const Case *one = data;
	g_autoptr(GBytes) bytes = make(one);
	g_autoptr(GyPrivateKey) key = private_key(one->key);
	g_autoptr(GyPublicKey) public = gy_private_key_public(key);
	gsize size = g_bytes_get_size(bytes);
	g_autofree guint8 *copy = g_memdup2(g_bytes_get_data(bytes, NULL), size);

	g_assert_false(is_found(copy, size, public));
	for (gsize at = (gsize) g_test_rand_int_range(0, STEP); at < size; at += STEP) {
		guint8 bit = (guint8) (1u << g_test_rand_int_range(0, 8));

		copy[at] ^= bit;
		if (!is_found(copy, size, public))
			g_error("bit 0x%02x of byte %" G_GSIZE_FORMAT " of %s changed unseen", bit, at,
				one->name);
		copy[at] ^= bit;
	}
}

static void
test_every_cut(gconstpointer data)
{
	const Case *one = data;
	g_autoptr(GBytes) bytes = make(one);
	g_autoptr(GyPrivateKey) key = private_key(one->key);
	g_autoptr(GyPublicKey) public = gy_private_key_public(key);

	for (gsize cut = 0; cut < g_bytes_get_size(bytes); cut++)
		if (!is_found(g_bytes_get_data(bytes, NULL), cut, public))
			g_error("%s cut to %" G_GSIZE_FORMAT " bytes went unseen", one->name, cut);
}

/* Nothing is read behind the end either. */
static void
test_added_byte(gconstpointer data)
{
	const Case *one = data;
	g_autoptr(GBytes) bytes = make(one);
	g_autoptr(GyPrivateKey) key = private_key(one->key);
	g_autoptr(GyPublicKey) public = gy_private_key_public(key);
	gsize size = g_bytes_get_size(bytes);
	g_autofree guint8 *copy = g_malloc0(size + 1);

	memcpy(copy, g_bytes_get_data(bytes, NULL), size);
	g_assert_true(is_found(copy, size + 1, public));
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		GTestDataFunc function;
	} tests[] = {
		{"every-byte", test_every_byte},
		{"every-cut", test_every_cut},
		{"added-byte", test_added_byte},
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++)
		for (guint j = 0; j < G_N_ELEMENTS(cases); j++) {
			g_autofree char *path = g_strdup_printf(
				"/openharmony/damage/%s-is-found/%s", tests[i].name, cases[j].name);

			g_test_add_data_func(path, &cases[j], tests[i].function);
		}
	return g_test_run();
}
