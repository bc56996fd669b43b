// SPDX-License-Identifier: Apache-2.0
#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>

#include "engine/file.h"
#include "engine/packages/format.h"
#include "ui/model/package-build.h"
#include "ui/model/package-command.h"
#include "ui/model/package-hex.h"
#include "ui/model/package-inspection.h"
#include "ui/model/package-key.h"
#include "ui/model/package-map.h"
#include "ui/model/package-preview.h"
#include "ui/model/package-row.h"
#include "ui/model/package-terms.h"

#define PASSPHRASE "correct horse"

static const char *const cases[] = {"v01_app_lzma", "v02_app_boot_nv", "v03_app_raw_padded",
	"v04_app_boot_ver", "v05_app_versions", "v06_app_hashonly", "v07_app_lzma_aes", "v08_boot_only_raw",
	"v09_app_incompressible"};

static char *
vector(const char *name)
{
	return g_build_filename(g_getenv("VECTORS"), "ws63", name, NULL);
}

static GyPackage *
load(const char *name)
{
	g_autofree char *path = vector(name);
	g_autoptr(GError) error = NULL;
	GyPackage *package = gy_package_load(path, &error);

	g_assert_no_error(error);
	g_assert_true(gy_package_verify(package, NULL, &error));
	g_assert_no_error(error);
	return package;
}

static void
take_result(GObject *source, GAsyncResult *result, gpointer data)
{
	*(GAsyncResult **) data = g_object_ref(result);
}

static GAsyncResult *
wait_for(GAsyncResult **result)
{
	while (!*result)
		g_main_context_iteration(NULL, TRUE);
	return *result;
}

/* ---- words ---------------------------------------------------------------------------------------------- */

static void
assert_terms(const GyOption *options)
{
	for (; options->key; options++) {
		/* what is a name of the format itself is the same in every language */
		gboolean is_name = !strchr(options->help, ' ') || strstr(options->help, " of the ");

		g_assert_true(gy_package_term_is_known(options->label));
		g_assert_true(gy_package_term_is_known(options->help) || is_name);
		for (const GyOptionChoice *choice = options->choices; choice && choice->value; choice++)
			g_assert_true(gy_package_term_is_known(choice->label));
	}
}

static void
assert_labels(GyPackage *package)
{
	for (guint i = 0; i < gy_package_fields(package)->len; i++)
		g_assert_true(gy_package_term_is_known(
			((const GyField *) g_ptr_array_index(gy_package_fields(package), i))->label));
	for (guint i = 0; i < gy_package_chain(package)->len; i++)
		g_assert_true(gy_package_term_is_known(
			((const GyLink *) g_ptr_array_index(gy_package_chain(package), i))->label));
}

static char *
ohos_vector(const char *file)
{
	return g_build_filename(g_getenv("VECTORS"), "openharmony", file, NULL);
}

static void
every_label_is_for_translators(void)
{
	const GyFormat *format = gy_format_by_system("ws63");
	g_autoptr(GyPackage) package = load("v05_app_versions/signed.fwpkg");

	assert_terms(format->options);
	assert_terms(format->image_options);
	for (const GyOptionChoice *section = format->image_sections; section->value; section++)
		g_assert_true(gy_package_term_is_known(section->label));
	assert_labels(package);
}

static void
every_label_of_openharmony_too(void)
{
	g_autofree char *path = ohos_vector("l2-full/expected/updater_full.zip");
	g_autoptr(GError) error = NULL;
	g_autoptr(GyPackage) package = gy_package_load(path, &error);

	g_assert_no_error(error);
	g_assert_true(gy_package_verify(package, NULL, &error));
	assert_terms(gy_format_by_system("openharmony")->options);
	assert_labels(package);
}

static void
every_label_of_alios_too(void)
{
	static const char *const files[] = {"md5/m3_5000.md5.bin", "xz/m3_5000.bin.xz.md5.bin",
		"diff/d1.diff", "rsa/upgrade_msg_sha256.json", "neg/n7_body_bitflip.md5.bin"};
	const GyFormat *format = gy_format_by_system("alios");

	assert_terms(format->options);
	for (const GyOptionChoice *section = format->image_sections; section->value; section++)
		g_assert_true(gy_package_term_is_known(section->label));
	for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autofree char *path = g_build_filename(g_getenv("VECTORS"), "alios", files[i], NULL);
		g_autoptr(GError) error = NULL;
		g_autoptr(GyPackage) package = gy_package_load(path, &error);

		g_assert_no_error(error);
		g_assert_true(gy_package_verify(package, NULL, &error));
		assert_labels(package);
	}
}

/* Versions of components are texts. */
static void
a_row_has_the_text_of_its_version(void)
{
	g_autofree char *path = ohos_vector("l1-seed/expected/legacy-rsa2048.bin");
	g_autoptr(GyPackage) package = gy_package_load(path, NULL);
	g_autoptr(GListModel) rows = gy_package_rows_new(package);
	g_autoptr(GyPackageRow) row = g_list_model_get_item(rows, 0);
	g_autofree char *text = gy_package_row_text(row, GY_PACKAGE_COLUMN_VERSION);

	g_assert_cmpstr(text, ==, "1.0");
}

static void
one_line_says_what_it_is(void)
{
	g_autoptr(GyPackage) package = load("v02_app_boot_nv/signed.fwpkg");
	g_autoptr(GyPackage) digests = load("v06_app_hashonly/signed.fwpkg");
	g_autofree char *bare = gy_package_summary(package, &(GyPackageSituation){NULL, NULL, FALSE});
	g_autofree char *fits =
		gy_package_summary(package, &(GyPackageSituation){"/k/lab.pem", "WS63 board", TRUE});
	g_autofree char *not = gy_package_summary(package, &(GyPackageSituation){NULL, "WS63 board", FALSE});
	g_autofree char *weak = gy_package_summary(digests, &(GyPackageSituation){"/k/lab.pem", NULL, FALSE});

	g_assert_cmpstr(bare, ==, "3 images, 40.1 KiB, signed");
	g_assert_cmpstr(fits, ==, "3 images, 40.1 KiB, signed by lab.pem, fits WS63 board");
	g_assert_cmpstr(not, ==, "3 images, 40.1 KiB, signed, does not fit WS63 board");
	g_assert_cmpstr(weak, ==, "1 image, 18.6 KiB, integrity only, not authentic");
}

static void
a_row_has_its_columns(void)
{
	g_autoptr(GyPackage) package = load("v07_app_lzma_aes/signed.fwpkg");
	g_autoptr(GListModel) rows = gy_package_rows_new(package);
	g_autoptr(GyPackageRow) row = g_list_model_get_item(rows, 0);
	static const char *const texts[GY_PACKAGE_N_COLUMNS] = {
		"application", "0", "compressed, encrypted", "64.0 KiB", "17.9 KiB", "0x0002d0", "5f3269cc…"};
	g_autofree char *hash = gy_package_row_detail(row, GY_PACKAGE_COLUMN_HASH);

	g_assert_cmpuint(g_list_model_get_n_items(rows), ==, 1);
	for (GyPackageColumn column = 0; column < GY_PACKAGE_N_COLUMNS; column++) {
		g_autofree char *text = gy_package_row_text(row, column);

		g_assert_cmpstr(text, ==, texts[column]);
	}
	g_assert_cmpuint(strlen(hash), ==, 64);
}

/* ---- map and bytes -------------------------------------------------------------------------------------- */

static void
assert_map_is_whole(GyPackage *package)
{
	g_autoptr(GArray) regions = gy_package_map(package);
	guint64 at = 0;

	for (guint i = 0; i < regions->len; i++) {
		const GyPackageRegion *region = &g_array_index(regions, GyPackageRegion, i);

		g_assert_cmpuint(region->offset, ==, at);
		g_assert_cmpuint(region->size, >, 0);
		g_assert_cmpint(region->image, <, (int) gy_package_images(package)->len);
		at += region->size;
	}
	g_assert_cmpuint(at, ==, g_bytes_get_size(gy_package_bytes(package)));
}

/* Whatever a file claims, the map is that of the file. */
static void
the_map_leaves_nothing_out(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *name = g_strconcat(cases[i], "/signed.fwpkg", NULL);
		g_autoptr(GyPackage) package = load(name);
		gsize size = 0;
		const guint8 *data = g_bytes_get_data(gy_package_bytes(package), &size);

		assert_map_is_whole(package);
		for (guint n = 0; n < 200; n++) {
			guint8 *copy = g_memdup2(data, size);
			gsize cut = n % 2 ? size : (gsize) g_test_rand_int_range(0x300, (gint32) size);
			g_autoptr(GBytes) bytes = NULL;
			g_autoptr(GyPackage) damaged = NULL;

			copy[g_test_rand_int_range(0x100, 0x400)] ^= (guint8) g_test_rand_int_range(1, 256);
			bytes = g_bytes_new_take(copy, cut);
			damaged = gy_package_load_bytes(bytes, "damaged", NULL);
			if (damaged)
				assert_map_is_whole(damaged);
		}
	}
}

static void
the_map_is_found_by_place(void)
{
	g_autoptr(GyPackage) package = load("v02_app_boot_nv/signed.fwpkg");
	g_autoptr(GArray) regions = gy_package_map(package);
	int first = gy_package_map_find(regions, 0);
	int last = gy_package_map_find(regions, 1);
	g_autofree char *name =
		gy_package_map_region_name(package, &g_array_index(regions, GyPackageRegion, 1));

	g_assert_cmpint(g_array_index(regions, GyPackageRegion, first).image, ==, -1);
	g_assert_cmpint(g_array_index(regions, GyPackageRegion, last).image, ==, 2);
	g_assert_cmpint(gy_package_map_find(regions, -0.01), ==, -1);
	g_assert_cmpint(gy_package_map_find(regions, 1.01), ==, -1);
	g_assert_cmpstr(name, ==, "application, 17.9 KiB at 0x330");
}

static void
bytes_are_shown_around_a_place(void)
{
	guint8 data[40];
	g_autoptr(GBytes) bytes = NULL;
	g_autofree char *middle = NULL, *end = NULL, *behind = NULL;

	for (guint i = 0; i < sizeof data; i++)
		data[i] = (guint8) ('A' + i);
	bytes = g_bytes_new(data, sizeof data);
	middle = gy_package_hex(bytes, 17, 0, 0);
	end = gy_package_hex(bytes, 39, 1, 5);
	behind = gy_package_hex(bytes, 40, 1, 1);
	g_assert_cmpstr(
		middle, ==, "▸ 000010  51[52]53 54 55 56 57 58 59 5a 5b 5c 5d 5e 5f 60  QRSTUVWXYZ[\\]^_`");
	g_assert_true(g_str_has_prefix(end, "  000010 "));
	g_assert_nonnull(strstr(end, "[68]"));
	g_assert_cmpstr(behind, ==, "");
}

/* ---- inspecting ----------------------------------------------------------------------------------------- */

typedef struct {
	GListStore *devices;
	GyBench *bench;
	GyPackageInspection *inspection;
} Desk;

static void
desk_set_up(Desk *desk, gconstpointer data)
{
	desk->devices = g_list_store_new(G_TYPE_OBJECT);
	desk->bench = gy_bench_new(G_LIST_MODEL(desk->devices));
	desk->inspection = gy_package_inspection_new(desk->bench);
}

static void
desk_tear_down(Desk *desk, gconstpointer data)
{
	g_object_unref(desk->inspection);
	gy_bench_end(desk->bench);
	g_object_unref(desk->bench);
	g_object_unref(desk->devices);
}

static void
desk_open(Desk *desk, const char *name)
{
	g_autofree char *path = vector(name);

	gy_bench_open(desk->bench, path);
	g_assert_null(gy_package_inspection_package(desk->inspection));
	while (gy_bench_package_state(desk->bench) == GY_LOAD_RUNNING)
		g_main_context_iteration(NULL, TRUE);
}

static void
desk_verify(Desk *desk, const char *key)
{
	g_autofree char *path = vector(key);

	gy_package_inspection_verify(desk->inspection, path);
	g_assert_true(gy_package_inspection_is_busy(desk->inspection));
	while (gy_package_inspection_is_busy(desk->inspection))
		g_main_context_iteration(NULL, TRUE);
}

static void
the_right_key_verifies(Desk *desk, gconstpointer data)
{
	g_autofree char *summary = NULL;

	desk_open(desk, "v02_app_boot_nv/signed.fwpkg");
	desk_verify(desk, "keys/test_root_public_key.pem");
	summary = gy_package_summary(gy_package_inspection_package(desk->inspection),
		gy_package_inspection_situation(desk->inspection));
	g_assert_cmpstr(summary, ==, "3 images, 40.1 KiB, signed by test_root_public_key.pem");
	g_assert_cmpuint(gy_package_findings(gy_package_inspection_package(desk->inspection))->len, ==, 0);
}

static void
a_wrong_key_refuses(Desk *desk, gconstpointer data)
{
	const GyFinding *refusal;
	g_autofree char *verdict = NULL;

	desk_open(desk, "v02_app_boot_nv/signed.fwpkg");
	desk_verify(desk, "keys/test_sub_public_key.pem");
	refusal = gy_package_refusal(gy_package_inspection_package(desk->inspection));
	g_assert_cmpstr(refusal->code, ==, "package/untrusted-key");
	verdict = gy_package_verdict(gy_package_inspection_package(desk->inspection),
		gy_package_inspection_situation(desk->inspection));
	g_assert_nonnull(strstr(verdict, "another root key"));
	/* the bench's own package is as it was */
	g_assert_null(gy_package_refusal(gy_bench_package(desk->bench)));
}

static void
no_key_is_said_and_changes_nothing(Desk *desk, gconstpointer data)
{
	GyPackage *before;

	desk_open(desk, "v02_app_boot_nv/signed.fwpkg");
	before = gy_package_inspection_package(desk->inspection);
	desk_verify(desk, "inputs/nv.bin");
	g_assert_error(gy_package_inspection_key_error(desk->inspection), GY_ERROR, GY_ERROR_KEY_UNUSABLE);
	g_assert_true(gy_package_inspection_package(desk->inspection) == before);
	g_assert_null(gy_package_inspection_situation(desk->inspection)->root_key);
	/* the next package begins without it */
	desk_open(desk, "v01_app_lzma/signed.fwpkg");
	g_assert_no_error(gy_package_inspection_key_error(desk->inspection));
}

/* ---- recipes -------------------------------------------------------------------------------------------- */

typedef struct {
	char *folder;
	GyPackageRecipe *recipe;
	guint n_asked;
	const char *answer;
	GyPackageQuestion *kept; /* with @keeps: not answered */
	gboolean keeps;
} Bench;

static void
set_image(Bench *bench, guint i, const char *input)
{
	g_autofree char *path = vector(input);

	gy_package_recipe_set_image_path(bench->recipe, i, path);
}

static void
set_key(Bench *bench, const char *option, const char *name)
{
	g_autofree char *path = g_path_is_absolute(name) ? g_strdup(name) : vector(name);

	gy_package_recipe_set(bench->recipe, GY_PACKAGE_WHOLE, option, path);
}

static void
bench_set_up(Bench *bench, gconstpointer data)
{
	bench->folder = g_dir_make_tmp("gantry-package-XXXXXX", NULL);
	bench->recipe = gy_package_recipe_new(gy_format_by_system("ws63"));
}

static void
bench_tear_down(Bench *bench, gconstpointer data)
{
	g_autoptr(GDir) folder = g_dir_open(bench->folder, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(folder))) {
		g_autofree char *path = g_build_filename(bench->folder, name, NULL);

		g_remove(path);
	}
	g_rmdir(bench->folder);
	g_free(bench->folder);
	g_object_unref(bench->recipe);
}

static char *
in_folder(Bench *bench, const char *name)
{
	return g_build_filename(bench->folder, name, NULL);
}

static void
files_find_their_sections(Bench *bench, gconstpointer data)
{
	const char *const paths[] = {
		"/x/flashboot_sign.bin", "/x/app_sign.bin", "/x/ws63_all_nv.bin", "/x/other.bin", NULL};
	static const char *const sections[] = {"application", "flashboot", "nv", "hilink"};
	static const guint files[] = {1, 0, 2, 3};

	gy_package_recipe_take_files(bench->recipe, paths);
	g_assert_cmpuint(gy_package_recipe_n_images(bench->recipe), ==, G_N_ELEMENTS(sections));
	for (guint i = 0; i < G_N_ELEMENTS(sections); i++) {
		g_assert_cmpstr(gy_package_recipe_image(bench->recipe, i)->section, ==, sections[i]);
		g_assert_cmpstr(gy_package_recipe_image(bench->recipe, i)->path, ==, paths[files[i]]);
	}
}

static void
problems_belong_to_their_field(Bench *bench, gconstpointer data)
{
	const GyOption *number = gy_option_find(gy_format_by_system("ws63")->options, "hardware-id");
	const GyOption *file = gy_option_find(gy_format_by_system("ws63")->options, "partitions");
	g_autofree char *none = gy_package_recipe_missing(bench->recipe);
	g_autofree char *of_number = NULL, *of_file = NULL, *first = NULL, *nothing = NULL;

	g_assert_cmpstr(none, ==, "Choose the file of at least one image.");
	set_image(bench, 0, "inputs/app_sign.bin");
	nothing = gy_package_recipe_missing(bench->recipe);
	g_assert_null(nothing);
	gy_package_recipe_set(bench->recipe, GY_PACKAGE_WHOLE, "hardware-id", "12x");
	gy_package_recipe_set(bench->recipe, GY_PACKAGE_WHOLE, "partitions", "/nowhere/table.bin");
	of_number = gy_package_recipe_problem(bench->recipe, GY_PACKAGE_WHOLE, number);
	of_file = gy_package_recipe_problem(bench->recipe, GY_PACKAGE_WHOLE, file);
	first = gy_package_recipe_missing(bench->recipe);
	g_assert_nonnull(strstr(of_number, "12x"));
	g_assert_cmpstr(of_file, ==, "There is no such file.");
	g_assert_cmpstr(first, ==, of_number);
}

static void
a_saved_recipe_is_the_same(Bench *bench, gconstpointer data)
{
	g_autofree char *path = in_folder(bench, "r.gantry");
	g_autoptr(GyPackageRecipe) again = NULL;
	g_autoptr(GError) error = NULL;

	set_image(bench, 0, "inputs/app_sign.bin");
	gy_package_recipe_set(bench->recipe, 0, "version-ext", "7");
	gy_package_recipe_set(bench->recipe, GY_PACKAGE_WHOLE, "ver", "a = b # c");
	g_assert_true(gy_package_recipe_is_changed(bench->recipe));
	g_assert_true(gy_package_recipe_save(bench->recipe, path, &error));
	g_assert_no_error(error);
	g_assert_false(gy_package_recipe_is_changed(bench->recipe));
	again = gy_package_recipe_load(path, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(gy_package_recipe_get(again, 0, "version-ext"), ==, "7");
	g_assert_cmpstr(gy_package_recipe_get(again, GY_PACKAGE_WHOLE, "ver"), ==, "a = b # c");
	g_assert_cmpstr(
		gy_package_recipe_image(again, 0)->path, ==, gy_package_recipe_image(bench->recipe, 0)->path);
}

/* ---- building ------------------------------------------------------------------------------------------- */

static void
on_question(GyPackageQuestion *question, gpointer data)
{
	Bench *bench = data;

	bench->n_asked++;
	if (bench->keeps)
		bench->kept = question;
	else
		gy_package_question_answer(question, bench->answer);
}

static GyPackageBuilt *
build(Bench *bench, const char *path, GError **error)
{
	g_autoptr(GAsyncResult) result = NULL;

	gy_package_save_async(bench->recipe, path, on_question, bench, NULL, take_result, &result);
	return gy_package_build_finish(wait_for(&result), error);
}

/* What the command line makes of the copied line is what the app makes. */
static void
the_command_makes_the_same_bytes(Bench *bench, gconstpointer data)
{
	g_autofree char *odd = in_folder(bench, "it's $HOME \"odd\" & *.bin");
	g_autofree char *output = in_folder(bench, "-out put.fwpkg");
	g_autofree char *input = vector("inputs/app_sign.bin");
	g_autofree char *folder = g_path_get_dirname(g_getenv("GANTRY"));
	g_autofree char *line = NULL, *script = NULL, *written = NULL;
	g_autoptr(GyPackageBuilt) built = NULL;
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(GError) error = NULL;
	int status = -1;

	bytes = gy_file_read(input, G_MAXUINT32, &error);
	g_assert_true(gy_file_write(odd, bytes, 0600, &error));
	g_clear_pointer(&bytes, g_bytes_unref);
	gy_package_recipe_set_image_path(bench->recipe, 0, odd);
	gy_package_recipe_add_image(bench->recipe, "nv", NULL);
	set_image(bench, 1, "inputs/nv.bin");
	gy_package_recipe_set(bench->recipe, 0, "compression", "none");
	gy_package_recipe_set(bench->recipe, 1, "version-ext", "7");
	gy_package_recipe_set(bench->recipe, GY_PACKAGE_WHOLE, "signing", "unsigned");
	gy_package_recipe_set(bench->recipe, GY_PACKAGE_WHOLE, "ver", "-v \"1\" `ls` é");
	gy_package_recipe_set(bench->recipe, GY_PACKAGE_WHOLE, "hardware-id", "0x2a");
	gy_package_recipe_set_output(bench->recipe, output);
	set_key(bench, "root-key", "keys/test_root_private_key.pem"); /* counts for nothing here */
	built = build(bench, NULL, &error);
	g_assert_no_error(error);
	line = gy_package_command(bench->recipe);
	g_assert_null(strstr(line, "root-key"));
	script = g_strdup_printf("PATH=%s:$PATH; %s", folder, line);
	g_assert_true(g_spawn_sync(NULL, (char **) (const char *[]){"/bin/sh", "-c", script, NULL}, NULL,
		G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, NULL, &status, &error));
	g_assert_cmpint(status, ==, 0);
	bytes = gy_file_read(output, G_MAXUINT32, &error);
	g_assert_no_error(error);
	g_assert_true(g_bytes_equal(bytes, built->bytes));
}

/* The vendor's bytes; of a package without compression, whose encoder has generations. */
static void
a_build_is_the_vectors(Bench *bench, gconstpointer data)
{
	g_autofree char *reference = vector("v03_app_raw_padded/unsigned.fwpkg");
	g_autofree char *config = vector("v03_app_raw_padded/fota.cfg");
	g_autoptr(GBytes) expected = gy_file_read(reference, G_MAXUINT32, NULL);
	g_autoptr(GyPackageBuilt) built = NULL;
	g_autoptr(GError) error = NULL;

	set_image(bench, 0, "inputs/app_unaligned.bin");
	gy_package_recipe_set(bench->recipe, GY_PACKAGE_WHOLE, "config", config);
	gy_package_recipe_set(bench->recipe, GY_PACKAGE_WHOLE, "signing", "unsigned");
	built = build(bench, NULL, &error);
	g_assert_no_error(error);
	g_assert_true(g_bytes_equal(built->bytes, expected));
}

static char *
encrypted_key(Bench *bench, const char *name)
{
	char *path = in_folder(bench, name);
	g_autoptr(GError) error = NULL;
	g_autofree char *input = vector("keys/test_sub_private_key.pem");
	const char *arguments[] = {"openssl", "pkcs8", "-topk8", "-in", input, "-out", path, "-v2",
		"aes-128-cbc", "-passout", "pass:" PASSPHRASE, NULL};
	int status = -1;

	g_assert_true(g_spawn_sync(NULL, (char **) arguments, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
		NULL, &status, &error));
	g_assert_cmpint(status, ==, 0);
	return path;
}

static void
sign_setup(Bench *bench)
{
	g_autofree char *sub = encrypted_key(bench, "sub.pem");

	set_image(bench, 0, "inputs/app_sign.bin");
	set_key(bench, "root-key", "keys/test_root_private_key.pem");
	set_key(bench, "sub-key", sub);
}

static void
a_passphrase_signs(Bench *bench, gconstpointer data)
{
	g_autofree char *root = vector("keys/test_root_public_key.pem");
	g_autofree char *path = in_folder(bench, "signed.fwpkg");
	g_autoptr(GyPackageBuilt) built = NULL;
	g_autoptr(GyPackage) written = NULL;
	g_autoptr(GError) error = NULL;

	sign_setup(bench);
	bench->answer = PASSPHRASE;
	built = build(bench, path, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(bench->n_asked, ==, 1);
	written = gy_package_load(path, &error);
	g_assert_true(gy_package_verify(written, root, &error));
	g_assert_null(gy_package_refusal(written));
	g_assert_true(g_bytes_equal(gy_package_bytes(written), built->bytes));
}

static void
a_wrong_passphrase_writes_nothing(Bench *bench, gconstpointer data)
{
	g_autofree char *path = in_folder(bench, "signed.fwpkg");
	g_autoptr(GError) error = NULL;

	sign_setup(bench);
	bench->answer = data;
	g_assert_null(build(bench, path, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_KEY_PASSPHRASE);
	g_assert_null(strstr(error->message, "wrong one"));
	g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
}

static void
a_cancelled_question_ends_the_build(Bench *bench, gconstpointer data)
{
	g_autofree char *path = in_folder(bench, "signed.fwpkg");
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GError) error = NULL;

	sign_setup(bench);
	bench->keeps = TRUE;
	gy_package_save_async(bench->recipe, path, on_question, bench, cancellable, take_result, &result);
	while (!bench->kept)
		g_main_context_iteration(NULL, TRUE);
	g_cancellable_cancel(cancellable);
	g_assert_null(gy_package_build_finish(wait_for(&result), &error));
	g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
	/* the dialog is closed later: too late, and no harm */
	gy_package_question_answer(bench->kept, PASSPHRASE);
	g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
}

static void
inputs_are_not_overwritten(Bench *bench, gconstpointer data)
{
	g_autofree char *input = vector("inputs/app_sign.bin");
	g_autofree char *copy = in_folder(bench, "app.bin");
	g_autoptr(GBytes) bytes = gy_file_read(input, G_MAXUINT32, NULL);
	g_autoptr(GBytes) after = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_true(gy_file_write(copy, bytes, 0600, NULL));
	gy_package_recipe_set_image_path(bench->recipe, 0, copy);
	gy_package_recipe_set(bench->recipe, GY_PACKAGE_WHOLE, "signing", "unsigned");
	g_assert_null(build(bench, copy, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_FILE_NOT_WRITABLE);
	after = gy_file_read(copy, G_MAXUINT32, NULL);
	g_assert_true(g_bytes_equal(bytes, after));
}

static void
settle(GyPackagePreview *preview)
{
	while (gy_package_preview_is_busy(preview))
		g_main_context_iteration(NULL, TRUE);
}

static void
the_preview_follows_and_asks_nothing(Bench *bench, gconstpointer data)
{
	g_autoptr(GyPackagePreview) preview = gy_package_preview_new(bench->recipe);
	g_autofree char *summary = NULL;

	g_assert_nonnull(gy_package_preview_missing(preview));
	sign_setup(bench);
	settle(preview);
	g_assert_no_error(gy_package_preview_error(preview));
	g_assert_null(gy_package_preview_missing(preview));
	g_assert_cmpuint(gy_package_preview_findings(preview)->len, ==, 0);
	g_assert_cmpuint(bench->n_asked, ==, 0);
	summary = gy_package_preview_summary(preview);
	g_assert_cmpstr(summary, ==, "1 image, 18.6 KiB, to be signed when it is saved");
	gy_package_recipe_set(bench->recipe, 0, "version-ext", "5");
	settle(preview);
	g_assert_cmpuint(gy_package_preview_findings(preview)->len, ==, 1);
	set_image(bench, 0, "inputs/nv.bin");
	settle(preview);
	g_assert_error(gy_package_preview_error(preview), GY_ERROR, GY_ERROR_IMAGE_HEADER);
	g_assert_null(gy_package_preview_package(preview));
}

/* ---- keys ----------------------------------------------------------------------------------------------- */

static char *
describe(const char *uri, GError **error)
{
	g_autoptr(GAsyncResult) result = NULL;

	gy_package_key_describe_async(uri, NULL, take_result, &result);
	return gy_package_key_describe_finish(wait_for(&result), error);
}

static void
a_key_is_described_without_its_secret(Bench *bench, gconstpointer data)
{
	g_autofree char *path = vector("keys/test_root_private_key.pem");
	g_autofree char *encrypted = encrypted_key(bench, "sub.pem");
	g_autofree char *no_key = vector("inputs/nv.bin");
	g_autofree char *rsa_path = ohos_vector("keys/rsa_private_key3072.pem");
	g_autoptr(GError) error = NULL;
	g_autofree char *rsa = describe(rsa_path, &error);
	g_autofree char *plain = describe(path, &error);
	g_autofree char *locked = describe(encrypted, &error);
	g_autofree char *token = describe("pkcs11:token=line%202;object=sub?pin-value=1234", &error);

	g_assert_no_error(error);
	g_assert_nonnull(strstr(plain, "test_root_private_key.pem · bp256r1, public half 847a160b…"));
	g_assert_nonnull(strstr(rsa, "rsa_private_key3072.pem · rsa3072, public half's SHA-256 b7493c51…"));
	g_assert_cmpstr(locked, ==, "sub.pem · encrypted; its passphrase is asked when it is used");
	g_assert_cmpstr(token, ==, "sub · on token line 2; its PIN is asked when it is used");
	g_assert_null(describe(no_key, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_KEY_UNUSABLE);
}

int
main(int argc, char **argv)
{
	setlocale(LC_ALL, "C.UTF-8");
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/package/every-label-is-for-translators", every_label_is_for_translators);
	g_test_add_func("/package/every-label-of-openharmony-too", every_label_of_openharmony_too);
	g_test_add_func("/package/every-label-of-alios-too", every_label_of_alios_too);
	g_test_add_func("/package/a-row-has-the-text-of-its-version", a_row_has_the_text_of_its_version);
	g_test_add_func("/package/one-line-says-what-it-is", one_line_says_what_it_is);
	g_test_add_func("/package/a-row-has-its-columns", a_row_has_its_columns);
	g_test_add_func("/package/map/leaves-nothing-out", the_map_leaves_nothing_out);
	g_test_add_func("/package/map/is-found-by-place", the_map_is_found_by_place);
	g_test_add_func("/package/bytes-are-shown-around-a-place", bytes_are_shown_around_a_place);
#define DESK(path, func) g_test_add("/package/inspect/" path, Desk, NULL, desk_set_up, func, desk_tear_down)
	DESK("the-right-key-verifies", the_right_key_verifies);
	DESK("a-wrong-key-refuses", a_wrong_key_refuses);
	DESK("no-key-is-said-and-changes-nothing", no_key_is_said_and_changes_nothing);
#define BENCH(path, func, data) g_test_add("/package/" path, Bench, data, bench_set_up, func, bench_tear_down)
	BENCH("recipe/files-find-their-sections", files_find_their_sections, NULL);
	BENCH("recipe/problems-belong-to-their-field", problems_belong_to_their_field, NULL);
	BENCH("recipe/saved-is-the-same", a_saved_recipe_is_the_same, NULL);
	BENCH("command/makes-the-same-bytes", the_command_makes_the_same_bytes, NULL);
	BENCH("build/is-the-vectors", a_build_is_the_vectors, NULL);
	BENCH("build/a-passphrase-signs", a_passphrase_signs, NULL);
	BENCH("build/a-wrong-passphrase-writes-nothing", a_wrong_passphrase_writes_nothing, "wrong one");
	BENCH("build/no-passphrase-writes-nothing", a_wrong_passphrase_writes_nothing, NULL);
	BENCH("build/a-cancelled-question-ends-it", a_cancelled_question_ends_the_build, NULL);
	BENCH("build/inputs-are-not-overwritten", inputs_are_not_overwritten, NULL);
	BENCH("preview/follows-and-asks-nothing", the_preview_follows_and_asks_nothing, NULL);
	BENCH("key/is-described-without-its-secret", a_key_is_described_without_its_secret, NULL);
	return g_test_run();
}
