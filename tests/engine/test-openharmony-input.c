// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "engine/formats/openharmony/openharmony.h"
#include "tests/engine/openharmony-data.h"

typedef struct {
	GBytes *bytes;
	GPtrArray *notes;
	GError *error;
} Built;

static void
built_clear(Built *built)
{
	g_clear_pointer(&built->bytes, g_bytes_unref);
	g_clear_pointer(&built->notes, g_ptr_array_unref);
	g_clear_error(&built->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Built, built_clear)

/* Unsigned: what is looked at here comes before keys. */
static void
build(Built *built, const char *target, gboolean is_small, const char *key, const char *value)
{
	g_autoptr(GyBuildOptions) options = gy_build_options_new();

	gy_build_options_set(options, "target", target);
	gy_build_options_set_signing(options, GY_SIGNING_NONE);
	if (is_small)
		gy_build_options_set(options, "non-standard", "yes");
	if (key)
		gy_build_options_set(options, key, value);
	built->notes = g_ptr_array_new_with_free_func((GDestroyNotify) gy_finding_free);
	built->bytes = gy_format_build(&gy_openharmony_format, options, built->notes, &built->error);
}

/* ---- warnings ------------------------------------------------------------------------------------------- */

typedef struct {
	const char *name;
	const char *from;
	const char *to;
	gboolean is_small;
	const char *code;
	const char *place;
	const char *words;
} Warning;

static const Warning warnings[] = {
	{"order-of-attributes", "compAddr=\"system\" compId=\"12\"", "compId=\"12\" compAddr=\"system\"",
		FALSE, "cfg/rule", ".xml:7", "order of the attributes"},
	{"id-twice", "compId=\"13\"", "compId=\"12\"", FALSE, "cfg/duplicate", ".xml:8",
		"compId is there twice"},
	{"user-data", "compAddr=\"boot\"", "compAddr=\"userdata\"", FALSE, "cfg/rule", ".xml:8", "left out"},
	{"no-version-file", "<info ", "<softVersionFile>./none</softVersionFile><info ", FALSE,
		"file/not-found", ".xml:4", "is not there"},
	{"version-file-of-old", "<info ", "<softVersionFile>./none</softVersionFile><info ", TRUE, "cfg/rule",
		".xml:4", "legacy generation"},
};

static void
test_warning(gconstpointer data)
{
	const Warning *one = data;
	g_autofree char *top = ohos_changed_target(
		one->is_small ? "l1-seed/target_package" : "l2-full/target_package", one->from, one->to);
	g_autofree char *target = g_build_filename(top, "target_package", NULL);
	g_auto(Built) built = {NULL};
	const GyFinding *note;

	build(&built, target, one->is_small, NULL, NULL);
	g_assert_no_error(built.error);
	g_assert_cmpuint(built.notes->len, ==, 1);
	note = built.notes->pdata[0];
	g_assert_cmpint(note->severity, ==, GY_SEVERITY_WARNING);
	g_assert_cmpstr(note->code, ==, one->code);
	g_assert_true(g_str_has_suffix(note->field, one->place));
	g_assert_nonnull(strstr(note->message, one->words));
	remove_folder(top);
}

static void
write_file(const char *folder, const char *name, const char *content)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);

	g_assert_true(g_file_set_contents(path, content, -1, NULL));
}

static void
test_tag(void)
{
	static const char *const tags[] = {
		"package_type:ota1234567890qwertw\n", "package_type:oat1234567890qwert"};

	for (guint i = 0; i < G_N_ELEMENTS(tags); i++) {
		g_autofree char *top = ohos_changed_target("l1-seed/target_package", "", "");
		g_autofree char *target = g_build_filename(top, "target_package", NULL);
		g_auto(Built) built = {NULL};

		write_file(target, "OTA.tag", tags[i]);
		build(&built, target, TRUE, NULL, NULL);
		g_assert_no_error(built.error);
		g_assert_cmpuint(built.notes->len, ==, 1);
		g_assert_nonnull(strstr(((const GyFinding *) built.notes->pdata[0])->message, "OTA.tag"));
		remove_folder(top);
	}
}

/* ---- a version in a file of its own --------------------------------------------------------------------- */

typedef struct {
	const char *name;
	const char *content;
	const char *version; /* NULL: refused */
	guint n_notes;
} Version;

static const Version versions[] = {
	{"plain", "Hi3516DV300-eng 10 QP1A.190711.019", "Hi3516DV300-eng 10 QP1A.190711.019", 0},
	{"with-a-line-end", "Hi3516DV300-eng 10 QP1A.190711.019\r\n", "Hi3516DV300-eng 10 QP1A.190711.019",
		1},
	{"empty", "\n", NULL, 0},
	{"two-lines", "one\ntwo\n", NULL, 0},
	{"too-long", "01234567890123456789012345678901234567890123456789012345678901234", NULL, 0},
};

static void
test_version_file(gconstpointer data)
{
	const Version *one = data;
	g_autofree char *top = ohos_changed_target(
		"l2-full/target_package", "<info ", "<softVersionFile>./version.txt</softVersionFile><info ");
	g_autofree char *target = g_build_filename(top, "target_package", NULL);
	g_auto(Built) built = {NULL};

	write_file(target, "version.txt", one->content);
	build(&built, target, FALSE, "any-version", "yes");
	g_assert_cmpuint(built.notes->len, ==, one->n_notes);
	if (one->version) {
		g_autoptr(GyPackage) package = gy_package_load_bytes(built.bytes, "package", &built.error);

		g_assert_no_error(built.error);
		g_assert_cmpstr(gy_package_version(package), ==, one->version);
	} else {
		g_assert_error(built.error, GY_ERROR, GY_ERROR_CFG_VALUE);
		g_assert_nonnull(strstr(built.error->message, ".xml:4"));
	}
	remove_folder(top);
}

/* ---- the partition file --------------------------------------------------------------------------------- */

typedef struct {
	const char *name;
	const char *from;
	const char *to;
	const char *code;
	const char *words;
} Refusal;

static const Refusal partition_refusals[] = {
	{"unit", "Length=\"15M\"", "Length=\"15K\"", "cfg/value", "partitions.xml:4,"},
	{"no-unit", "Length=\"15M\"", "Length=\"15\"", "cfg/value", "number of MiB"},
	{"too-large", "Length=\"15M\"", "Length=\"4294967295M\"", "cfg/value", "partitions.xml:4,"},
	{"negative", "Length=\"15M\"", "Length=\"-1M\"", "cfg/value", "partitions.xml:4,"},
	{"no-length", "Length=\"15M\"", "", "cfg/value", "partitions.xml:4,"},
	{"name-twice", "\"uboot\"", "\"boot\"", "cfg/duplicate", "partitions.xml:5,"},
	{"name-breaks-the-script", "\"uboot\"", "\"u&quot;boot\"", "cfg/value", "partitions.xml:5,"},
	{"more-images-than-components", "\"boot\"", "\"other\"", "cfg/rule", "more partitions with an image"},
	{"too-few", "<Partition_Info>", "<Partition_Info/><!-- ", "cfg/syntax", "partitions.xml:"},
	{"entities", "<Partition_Info>", "<!DOCTYPE a []><Partition_Info>", "cfg/syntax",
		"partitions.xml:2: <!DOCTYPE"},
	{"another-document", "Partition_Info>\n<Part ", "Info>\n<Part ", "cfg/syntax", "partitions.xml:"},
};

static void
test_partition_refusal(gconstpointer data)
{
	const Refusal *one = data;
	g_autofree char *folder = temporary_folder();
	g_autofree char *path = g_build_filename(folder, "partitions.xml", NULL);
	g_autofree char *target = ohos_path("l2-pf/target_package");
	g_autoptr(GBytes) original = ohos_bytes("l2-pf/partition_file.xml");
	g_autoptr(GString) text =
		g_string_new_len(g_bytes_get_data(original, NULL), (gssize) g_bytes_get_size(original));
	g_auto(Built) built = {NULL};

	g_assert_cmpuint(g_string_replace(text, one->from, one->to, 1), ==, 1);
	write_file(folder, "partitions.xml", text->str);
	build(&built, target, FALSE, "partition-file", path);
	g_assert_null(built.bytes);
	g_test_message("%s", built.error->message);
	g_assert_cmpstr(gy_error_code(built.error), ==, one->code);
	g_assert_nonnull(strstr(built.error->message, one->words));
	remove_folder(folder);
}

/* ---- archives of somebody else -------------------------------------------------------------------------- */

static char *
write_zip(const char *folder, const char *first, const char *second)
{
	char *path = g_build_filename(folder, "input.zip", NULL);
	g_autoptr(GPtrArray) members = gy_zip_members_new();
	g_autoptr(GBytes) content = g_bytes_new_static("content", 7);
	g_autoptr(GyDraft) draft = gy_draft_new(path, 0600, NULL);

	gy_zip_members_add(members, first, content);
	gy_zip_members_add(members, second, content);
	g_assert_true(gy_zip_write(members, draft, NULL));
	g_assert_true(gy_draft_keep(draft, path, NULL));
	return path;
}

static const char *const bad_names[] = {"../evil", "/etc/evil", "a/../../evil"};

static void
test_target_zip(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(bad_names); i++) {
		g_autofree char *folder = temporary_folder();
		g_autofree char *path = write_zip(folder, "updater_config/BOARD.list", bad_names[i]);
		g_auto(Built) built = {NULL};

		build(&built, path, TRUE, NULL, NULL);
		g_assert_error(built.error, GY_ERROR, GY_ERROR_PACKAGE_MALFORMED);
		g_assert_nonnull(strstr(built.error->message, bad_names[i]));
		remove_folder(folder);
	}
}

static void
test_package_zip(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(bad_names); i++) {
		g_autofree char *folder = temporary_folder();
		g_autofree char *path = write_zip(folder, "update.bin", bad_names[i]);
		g_autoptr(GError) error = NULL;
		g_autoptr(GyPackage) package = gy_package_load(path, &error);

		g_assert_null(package);
		g_assert_error(error, GY_ERROR, GY_ERROR_PACKAGE_MALFORMED);
		g_assert_nonnull(strstr(error->message, bad_names[i]));
		remove_folder(folder);
	}
}

static void
test_target_without_configuration(void)
{
	g_autofree char *folder = temporary_folder();
	g_autofree char *path = write_zip(folder, "a", "b/c");
	g_auto(Built) of_zip = {NULL};
	g_auto(Built) of_folder = {NULL};

	build(&of_zip, path, TRUE, NULL, NULL);
	g_assert_error(of_zip.error, GY_ERROR, GY_ERROR_CFG_MISSING);
	build(&of_folder, folder, TRUE, NULL, NULL);
	g_assert_error(of_folder.error, GY_ERROR, GY_ERROR_FILE_NOT_FOUND);
	remove_folder(folder);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(warnings); i++) {
		g_autofree char *path = g_strdup_printf("/openharmony/input/warns/%s", warnings[i].name);

		g_test_add_data_func(path, &warnings[i], test_warning);
	}
	g_test_add_func("/openharmony/input/warns/tag-that-is-none", test_tag);
	for (guint i = 0; i < G_N_ELEMENTS(versions); i++) {
		g_autofree char *path =
			g_strdup_printf("/openharmony/input/version-file/%s", versions[i].name);

		g_test_add_data_func(path, &versions[i], test_version_file);
	}
	for (guint i = 0; i < G_N_ELEMENTS(partition_refusals); i++) {
		g_autofree char *path = g_strdup_printf(
			"/openharmony/input/partition-file/refuses/%s", partition_refusals[i].name);

		g_test_add_data_func(path, &partition_refusals[i], test_partition_refusal);
	}
	g_test_add_func("/openharmony/input/refuses/zip-that-leads-out/target", test_target_zip);
	g_test_add_func("/openharmony/input/refuses/zip-that-leads-out/package", test_package_zip);
	g_test_add_func(
		"/openharmony/input/refuses/target-without-configuration", test_target_without_configuration);
	return g_test_run();
}
