// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include <glib/gstdio.h>

#include "engine/formats/openharmony/openharmony.h"
#include "tests/engine/openharmony-data.h"

#define KEY_2048 "keys/rsa_private_key2048.pem"
#define KEY_3072 "keys/rsa_private_key3072.pem"
#define CERT     "keys/signing_cert2048.crt"

static GyBuildOptions *
options_for(const char *target, const char *key)
{
	GyBuildOptions *options = gy_build_options_new();
	g_autofree char *target_path = g_path_is_absolute(target) ? g_strdup(target) : ohos_path(target);
	g_autofree char *key_path = key ? ohos_path(key) : NULL;
	g_autofree char *certificate = ohos_path(CERT);

	gy_build_options_set(options, "target", target_path);
	gy_build_options_set(options, "key", key_path);
	gy_build_options_set(options, "certificate", certificate);
	if (!key)
		gy_build_options_set_signing(options, GY_SIGNING_NONE);
	return options;
}

static GBytes *
build(const GyBuildOptions *options)
{
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func((GDestroyNotify) gy_finding_free);
	g_autoptr(GError) error = NULL;
	GBytes *bytes = gy_format_build(&gy_openharmony_format, options, notes, &error);

	g_assert_no_error(error);
	return bytes;
}

/* ---- mini and small systems ----------------------------------------------------------------------------- */

typedef struct {
	const char *name;
	const char *key;
	const char *generation;
	const char *expected;
	gsize mask, mask_size; /* a signature with a random salt */
} Small;

static const Small smalls[] = {
	{"legacy-rsa2048", KEY_2048, NULL, "legacy-rsa2048.bin", 409, 256},
	{"legacy-rsa3072", KEY_3072, NULL, "legacy-rsa3072.bin", 665, 384},
	{"legacy-unsigned", NULL, NULL, "legacy-unsigned-type01.bin", 0, 0},
	{"2025-rsa2048", KEY_2048, "2025", "tool2025-rsa2048.bin", 0, 0},
	{"2025-rsa3072", KEY_3072, "2025", "tool2025-rsa3072.bin", 0, 0},
};

static void
test_small(gconstpointer data)
{
	const Small *one = data;
	g_autoptr(GyBuildOptions) options = options_for("l1-seed/target_package", one->key);
	g_autofree char *file = g_build_filename("l1-seed", "expected", one->expected, NULL);
	g_autoptr(GBytes) expected = ohos_bytes(file);
	g_autoptr(GBytes) built = NULL;
	g_autofree guint8 *found = NULL;
	gsize size;

	gy_build_options_set(options, "non-standard", "yes");
	gy_build_options_set(options, "generation", one->generation);
	built = build(options);
	size = g_bytes_get_size(built);
	found = g_memdup2(g_bytes_get_data(built, NULL), size);
	g_assert_cmpuint(size, ==, g_bytes_get_size(expected));
	memcpy(found + one->mask, (const guint8 *) g_bytes_get_data(expected, NULL) + one->mask,
		one->mask_size);
	assert_same(found, size, g_bytes_get_data(expected, NULL), g_bytes_get_size(expected));
}

/* ---- standard systems ----------------------------------------------------------------------------------- */

typedef struct {
	const char *folder;
	const char *options[4]; /* pairs */
	const char *partition_file;
} Standard;

static const Standard standards[] = {
	{"l2-full", {NULL}},
	{"l2-pf", {NULL}, "l2-pf/partition_file.xml"},
	{"l2-sdcard", {"sd-card", "yes"}},
	{"l2-seed-2021", {"generation", "legacy"}},
};

static void
assert_members(const GyOhosContainer *container, const char *folder, gboolean is_tools)
{
	g_autofree char *path = ohos_path(folder);
	guint n_files = 0;
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);

	g_assert_nonnull(dir);
	for (const char *name; (name = g_dir_read_name(dir));) {
		g_autofree char *file = g_build_filename(folder, name, NULL);
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) expected = NULL;
		g_autoptr(GBytes) found = NULL;

		/* the one is a folder there, the other a component written out for comparison */
		if (g_str_equal(name, "build_tools") || g_str_equal(name, "partitions_file.json"))
			continue;
		expected = ohos_bytes(file);
		found = gy_ohos_container_read(container, name, &error);
		g_assert_no_error(error);
		assert_same(g_bytes_get_data(found, NULL), g_bytes_get_size(found),
			g_bytes_get_data(expected, NULL), g_bytes_get_size(expected));
		n_files++;
	}
	g_assert_cmpuint(n_files + (is_tools ? 0 : 1), ==, gy_zip_n_members(container->zip));
}

static GyBuildOptions *
options_of(const Standard *one)
{
	g_autofree char *target = g_build_filename(one->folder, "target_package", NULL);
	g_autofree char *partitions = one->partition_file ? ohos_path(one->partition_file) : NULL;
	GyBuildOptions *options = options_for(target, KEY_2048);

	for (guint i = 0; i + 1 < G_N_ELEMENTS(one->options) && one->options[i]; i += 2)
		gy_build_options_set(options, one->options[i], one->options[i + 1]);
	gy_build_options_set(options, "partition-file", partitions);
	return options;
}

static void
test_standard(gconstpointer data)
{
	const Standard *one = data;
	g_autoptr(GyBuildOptions) options = options_of(one);
	g_autoptr(GBytes) built = build(options);
	g_autoptr(GBytes) again = build(options);
	g_autofree char *unpacked = g_build_filename(one->folder, "expected", "unpacked", NULL);
	g_autofree char *tools = g_build_filename(unpacked, "build_tools", NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(GyPackage) package = gy_ohos_load(built, "built", &error);
	const GyOhosPackage *own = package ? gy_ohos_package_of(package) : NULL;

	g_assert_no_error(error);
	assert_members(own->container, unpacked, FALSE);
	assert_members(own->tools, tools, TRUE);
	assert_same(g_bytes_get_data(again, NULL), g_bytes_get_size(again), g_bytes_get_data(built, NULL),
		g_bytes_get_size(built));
}

static void
test_sign_later(void)
{
	g_autoptr(GyBuildOptions) options = options_for("l1-seed/target_package", NULL);
	g_autoptr(GyBuildOptions) with_key = options_for("l1-seed/target_package", KEY_2048);
	g_autoptr(GBytes) expected = ohos_bytes("l1-seed/expected/tool2025-rsa2048.bin");
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) unsigned_bytes = NULL;
	g_autoptr(GBytes) signed_bytes = NULL;
	g_autoptr(GyPackage) package = NULL;

	gy_build_options_set(options, "non-standard", "yes");
	gy_build_options_set(options, "generation", "2025");
	unsigned_bytes = build(options);
	package = gy_ohos_load(unsigned_bytes, "built", &error);
	signed_bytes = gy_format_sign(package, with_key, &error);
	g_assert_no_error(error);
	g_assert_true(g_bytes_equal(signed_bytes, expected));
}

/* ---- what is refused ------------------------------------------------------------------------------------ */

typedef struct {
	const char *name;
	const char *from; /* in the configuration */
	const char *to;
	const char *option; /* set to "yes" */
	const char *code;
	const char *words;
} Refusal;

#define DOCTYPE "<?xml version=\"1.0\"?>\n<!DOCTYPE package [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>"

#define MORE(name)                                                                                           \
	"<component compAddr=\"" name                                                                        \
	"\" compId=\"1\" resType=\"5\" compType=\"0\" compVer=\"1\">config</component>"
#define SEVEN_MORE MORE("a") MORE("b") MORE("c") MORE("d") MORE("e") MORE("f") MORE("g")

static const Refusal small_refusals[] = {
	{"no-number", "compId=\"23\"", "compId=\"2x\"", NULL, "cfg/value", ".xml:8,"},
	{"id-too-large", "compId=\"23\"", "compId=\"65536\"", NULL, "cfg/value", "up to 65535"},
	{"difference", "compId=\"23\" resType=\"5\" compType=\"0\"",
		"compId=\"23\" resType=\"5\" compType=\"1\"", NULL, "cfg/rule", ".xml:8,"},
	{"name-too-long", "\"bootloader\"", "\"bootloader_17char\"", NULL, "cfg/value", "17 bytes"},
	{"name-twice", "\"bootloader\"", "\"config\"", NULL, "cfg/duplicate", "compAddr is there twice"},
	{"version-too-long", "OpenHarmony 1.1",
		"OpenHarmony 1.1.1234567890123456789012345678901234567890123456789", NULL, "cfg/value",
		"at most 63"},
	{"attribute-missing", " date=\"2021.09.01\"", "", NULL, "cfg/missing", "<info> has no date"},
	{"path-leads-out", "./config", "../config", NULL, "cfg/value", "below the target_package"},
	{"absolute-path", "./config", "/etc/passwd", NULL, "cfg/value", "below the target_package"},
	{"no-such-file", "./config", "./konfig", NULL, "file/not-found", "component config"},
	{"no-text", "./config", "", NULL, "cfg/value", "names no file"},
	{"entities", "<?xml version=\"1.0\"?>", DOCTYPE, NULL, "cfg/syntax", ".xml:2: <!DOCTYPE"},
	{"outside-entity", "<?xml version=\"1.0\"?>",
		"<!DOCTYPE package [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>", NULL, "cfg/syntax",
		".xml:1: <!DOCTYPE"},
	{"not-closed", "</group>", "", NULL, "cfg/syntax", ".xml:"},
	{"attribute-twice", "compId=\"23\"", "compId=\"23\" compId=\"24\"", NULL, "cfg/syntax", ".xml:8"},
	{"no-components", "<group name=\"Component information\">", "<group name=\"g\"/><group>", NULL,
		"cfg/missing", "no components"},
	{"ten-components", "<component compAddr=\"ota_tag\"", SEVEN_MORE "<component compAddr=\"ota_tag\"",
		NULL, "cfg/rule", "at most 9"},
	{"sd-card", "", "", "sd-card", "cfg/rule", "exclude each other"},
};

static const Refusal standard_refusals[] = {
	{"version-not-listed", "QP1A.190711.020", "QP1A.190711.999", NULL, "cfg/rule", "VERSION.mbn"},
	{"file-version-too-low", "fileVersion=\"02\"", "fileVersion=\"01\"", NULL, "cfg/value", "02 or more"},
	{"name-too-long", "compAddr=\"boot\"", "compAddr=\"b2345678901234567890123456789012\"", NULL,
		"cfg/value", "32 bytes"},
};

static void
assert_refused(const char *folder, gboolean is_small, const Refusal *one)
{
	g_autofree char *top = ohos_changed_target(folder, one->from, one->to);
	g_autofree char *target = g_build_filename(top, "target_package", NULL);
	g_autoptr(GyBuildOptions) options = options_for(target, KEY_2048);
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func((GDestroyNotify) gy_finding_free);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = NULL;

	if (is_small)
		gy_build_options_set(options, "non-standard", "yes");
	if (one->option)
		gy_build_options_set(options, one->option, "yes");
	bytes = gy_format_build(&gy_openharmony_format, options, notes, &error);
	g_assert_null(bytes);
	g_assert_nonnull(error);
	g_test_message("%s", error->message);
	g_assert_cmpstr(gy_error_code(error), ==, one->code);
	g_assert_nonnull(strstr(error->message, one->words));
	remove_folder(top);
}

static void
test_small_refusal(gconstpointer data)
{
	assert_refused("l1-seed/target_package", TRUE, data);
}

static void
test_standard_refusal(gconstpointer data)
{
	assert_refused("l2-full/target_package", FALSE, data);
}

static void
test_large_key_for_standard(void)
{
	g_autoptr(GyBuildOptions) options = options_for("l2-full/target_package", KEY_3072);
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func((GDestroyNotify) gy_finding_free);
	g_autoptr(GError) error = NULL;

	g_assert_null(gy_format_build(&gy_openharmony_format, options, notes, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_KEY_OTHER_TYPE);
}

static void
test_foreign_certificate(void)
{
	g_autoptr(GyBuildOptions) options = options_for("l2-full/target_package", KEY_2048);
	g_autofree char *other = ohos_path("keys/signing_cert3072.crt");
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func((GDestroyNotify) gy_finding_free);
	g_autoptr(GError) error = NULL;

	gy_build_options_set(options, "certificate", other);
	g_assert_null(gy_format_build(&gy_openharmony_format, options, notes, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_KEY_UNUSABLE);
}

/* A target that is a zip gives what the folder gives. */
static void
test_zipped_target(void)
{
	static const char *const files[] = {
		"OTA.tag", "config", "u-boot-xxxx.bin", "updater_config/updater_specified_config.xml"};
	g_autoptr(GPtrArray) members = gy_zip_members_new();
	g_autofree char *folder = temporary_folder();
	g_autofree char *path = g_build_filename(folder, "target.zip", NULL);
	g_autoptr(GBytes) expected = ohos_bytes("l1-seed/expected/tool2025-rsa2048.bin");
	g_autoptr(GError) error = NULL;
	g_autoptr(GyDraft) zip = NULL;
	g_autoptr(GBytes) built = NULL;
	g_autoptr(GyBuildOptions) options = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autofree char *source = g_build_filename("l1-seed/target_package", files[i], NULL);
		g_autofree char *member = g_build_filename("top", files[i], NULL);
		g_autoptr(GBytes) bytes = ohos_bytes(source);

		gy_zip_members_add(members, member, bytes);
	}
	zip = gy_draft_new(path, 0666, &error);
	g_assert_true(gy_zip_write(members, zip, &error));
	g_assert_true(gy_draft_keep(zip, path, &error));
	g_assert_no_error(error);
	options = options_for(path, KEY_2048);
	gy_build_options_set(options, "non-standard", "yes");
	gy_build_options_set(options, "generation", "2025");
	built = build(options);
	g_assert_true(g_bytes_equal(built, expected));
	remove_folder(folder);
}

static void
add_refusals(const char *system, const Refusal *refusals, gsize n_refusals, GTestDataFunc function)
{
	for (gsize i = 0; i < n_refusals; i++) {
		g_autofree char *path =
			g_strdup_printf("/openharmony/build/refuses/%s/%s", system, refusals[i].name);

		g_test_add_data_func(path, &refusals[i], function);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(smalls); i++) {
		g_autofree char *path =
			g_strdup_printf("/openharmony/build/as-the-original/%s", smalls[i].name);

		g_test_add_data_func(path, &smalls[i], test_small);
	}
	for (guint i = 0; i < G_N_ELEMENTS(standards); i++) {
		g_autofree char *path =
			g_strdup_printf("/openharmony/build/as-the-original/%s", standards[i].folder);

		g_test_add_data_func(path, &standards[i], test_standard);
	}
	g_test_add_func("/openharmony/build/signed-later-is-the-same", test_sign_later);
	g_test_add_func("/openharmony/build/zipped-target-is-the-same", test_zipped_target);
	add_refusals("small", small_refusals, G_N_ELEMENTS(small_refusals), test_small_refusal);
	add_refusals("standard", standard_refusals, G_N_ELEMENTS(standard_refusals), test_standard_refusal);
	g_test_add_func("/openharmony/build/refuses/standard/rsa3072", test_large_key_for_standard);
	g_test_add_func(
		"/openharmony/build/refuses/standard/certificate-of-another-key", test_foreign_certificate);
	return g_test_run();
}
