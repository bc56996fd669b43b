// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include <glib/gstdio.h>

#include "engine/formats/openharmony/block-update.h"
#include "engine/formats/openharmony/openharmony.h"
#include "engine/formats/openharmony/pkgdiff.h"
#include "tests/engine/openharmony-data.h"

#define IMAGE_CASE "l2-inc-image/"
#define BLOCK_CASE "l2-inc-block/"

static GyBuildOptions *
options_for(const char *target, const char *source)
{
	GyBuildOptions *options = gy_build_options_new();
	g_autofree char *key = ohos_path("keys/rsa_private_key2048.pem");
	g_autofree char *certificate = ohos_path("keys/signing_cert2048.crt");

	gy_build_options_set(options, "target", target);
	gy_build_options_set(options, "source", source);
	gy_build_options_set(options, "key", key);
	gy_build_options_set(options, "certificate", certificate);
	return options;
}

/* Parsed and verified with its key: nothing may be wrong. */
static GyPackage *
load_good(GBytes *bytes)
{
	g_autofree char *key = ohos_path("keys/rsa_public_key2048.pem");
	g_autoptr(GError) error = NULL;
	GyPackage *package = gy_package_load_bytes(bytes, "package", &error);

	g_assert_no_error(error);
	g_assert_true(gy_package_verify(package, key, &error));
	if (gy_package_refusal(package))
		g_test_message("%s", gy_package_refusal(package)->message);
	g_assert_cmpuint(count_errors(package), ==, 0);
	g_assert_cmpstr(gy_package_kind(package), ==, GY_OHOS_KIND_INCREMENTAL);
	return package;
}

static guint
index_of(GyPackage *package, const char *name)
{
	GPtrArray *images = gy_package_images(package);

	for (guint i = 0; i < images->len; i++)
		if (g_str_equal(((const GyImage *) images->pdata[i])->name, name))
			return i;
	g_assert_not_reached();
}

static GBytes *
read_path(const char *folder, const char *file)
{
	g_autofree char *path = g_build_filename(folder, file, NULL);
	g_autoptr(GError) error = NULL;
	char *content = NULL;
	gsize size = 0;

	g_file_get_contents(path, &content, &size, &error);
	g_assert_no_error(error);
	return g_bytes_new_take(content, size);
}

static void
assert_gives(GyPackage *package, const char *name, GBytes *old, GBytes *expected)
{
	guint index = index_of(package, name);
	const GyImage *image = gy_package_images(package)->pdata[index];
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) made = gy_package_unpack_difference(package, index, old, &error);

	g_assert_no_error(error);
	g_assert_true(image->storage & GY_STORAGE_DIFF);
	g_assert_cmpuint(image->size, ==, g_bytes_get_size(expected));
	g_assert_true(g_bytes_equal(made, expected));
}

static void
assert_refuses_old(GyPackage *package, const char *name, GBytes *old)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(gy_package_unpack_difference(package, index_of(package, name), old, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_IMAGE_OTHER_OLD);
}

/* ---- packages of the original tool ---------------------------------------------------------------------- */

static void
test_original_image(void)
{
	static const char *const names[] = {"system", "vendor"};
	g_autoptr(GBytes) bytes = ohos_bytes(IMAGE_CASE "expected/updater_diff.zip");
	g_autoptr(GBytes) source = ohos_bytes(IMAGE_CASE "source_package.zip");
	g_autoptr(GyPackage) package = load_good(bytes);

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *file = g_strdup_printf(IMAGE_CASE "target_package/%s.img", names[i]);
		g_autoptr(GBytes) expected = ohos_bytes(file);

		assert_gives(package, names[i], source, expected);
		assert_refuses_old(package, names[i], expected);
	}
}

static void
test_original_blocks(void)
{
	g_autoptr(GBytes) bytes = ohos_bytes(BLOCK_CASE "expected/updater_diff.zip");
	g_autoptr(GBytes) source = ohos_bytes(BLOCK_CASE "source_package.zip");
	g_autoptr(GBytes) expected = ohos_bytes(BLOCK_CASE "target_package/system.img");
	g_autoptr(GyPackage) package = load_good(bytes);
	g_autoptr(GBytes) none = g_bytes_new_static("old", 3);

	assert_gives(package, "system", source, expected);
	assert_refuses_old(package, "system", expected);
	assert_refuses_old(package, "system", none);
}

static void
test_needs_old(void)
{
	g_autoptr(GBytes) bytes = ohos_bytes(BLOCK_CASE "expected/updater_diff.zip");
	g_autoptr(GyPackage) package = load_good(bytes);
	g_autoptr(GError) error = NULL;

	g_assert_null(gy_package_unpack_image(package, index_of(package, "system"), &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_IMAGE_OTHER_OLD);
}

/* ---- damage --------------------------------------------------------------------------------------------- */

typedef struct {
	const char *name;
	const char *package;
	const char *member;
	gsize offset; /* of the byte that is flipped; G_MAXSIZE: the last one is cut off, 0 bytes: the member goes */
	GyError code;
} Damage;

#define CUT_LAST G_MAXSIZE
#define GONE     (G_MAXSIZE - 1)

static const Damage damages[] = {
	{"patch-cut", IMAGE_CASE, "system.patch.dat", CUT_LAST, GY_ERROR_INTERNAL},
	{"patch-of-other-kind", IMAGE_CASE, "system.patch.dat", 0, GY_ERROR_PATCH_NOT_RECOGNISED},
	{"patch-with-unknown-block", IMAGE_CASE, "system.patch.dat", 12, GY_ERROR_PATCH_MALFORMED},
	{"patch-of-other-size", IMAGE_CASE, "system.patch.dat", 40 + 24, GY_ERROR_PACKAGE_MALFORMED},
	{"patch-gone", IMAGE_CASE, "vendor.patch.dat", GONE, GY_ERROR_PACKAGE_MALFORMED},
	{"list-of-other-version", BLOCK_CASE, "system.transfer.list", 0, GY_ERROR_PATCH_NOT_SUPPORTED},
	{"list-of-other-total", BLOCK_CASE, "system.transfer.list", 2, GY_ERROR_PATCH_MALFORMED},
	{"new-cut", BLOCK_CASE, "system.new.dat", CUT_LAST, GY_ERROR_PATCH_TRUNCATED},
	{"list-gone", BLOCK_CASE, "system.transfer.list", GONE, GY_ERROR_PACKAGE_MALFORMED},
	{"patches-gone", BLOCK_CASE, "system.patch.dat", GONE, GY_ERROR_PACKAGE_MALFORMED},
};

static GBytes *
damaged(GBytes *bytes, gsize offset)
{
	gsize size = g_bytes_get_size(bytes);
	g_autofree guint8 *copy = g_memdup2(g_bytes_get_data(bytes, NULL), size);

	if (offset == CUT_LAST)
		return g_bytes_new(copy, size - 1);
	copy[offset] ^= 1;
	return g_bytes_new(copy, size);
}

/* The original package with one member changed, zipped again; so the zip's own signature is gone. */
static GBytes *
repack(const Damage *row)
{
	g_autofree char *file = g_strconcat(row->package, "expected/updater_diff.zip", NULL);
	g_autoptr(GBytes) bytes = ohos_bytes(file);
	g_autoptr(GyPackage) package = load_good(bytes);
	GyZip *zip = gy_ohos_package_of(package)->container->zip;
	g_autoptr(GPtrArray) members = gy_zip_members_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(GyDraft) draft = gy_draft_new(NULL, 0600, &error);

	g_assert_no_error(error);
	for (guint i = 0; i < gy_zip_n_members(zip); i++) {
		gboolean is_it = g_str_equal(gy_zip_member(zip, i), row->member);
		g_autoptr(GBytes) content = gy_zip_read(zip, i, NULL);
		g_autoptr(GBytes) changed =
			is_it && row->offset != GONE ? damaged(content, row->offset) : NULL;

		if (!is_it || changed)
			gy_zip_members_add(members, gy_zip_member(zip, i), changed ? changed : content);
	}
	g_assert_true(gy_zip_write(members, draft, &error));
	return gy_draft_read(draft, &error);
}

/* Found without the old image, where it can be; what only shows in the result is found when it is made. */
static void
test_damage(gconstpointer data)
{
	const Damage *row = data;
	g_autoptr(GBytes) bytes = repack(row);
	g_autofree char *file = g_strconcat(row->package, "source_package.zip", NULL);
	g_autoptr(GBytes) source = ohos_bytes(file);
	g_autoptr(GError) error = NULL;
	g_autoptr(GyPackage) package = gy_package_load_bytes(bytes, "damaged", &error);
	const char *name = g_str_has_prefix(row->member, "vendor") ? "vendor" : "system";
	g_autofree char *field = g_strconcat("difference.", name, NULL);
	const GyFinding *finding;
	g_autoptr(GBytes) made = NULL;

	g_assert_no_error(error);
	g_assert_true(gy_package_verify(package, NULL, &error));
	finding = find_finding(package, field);
	g_assert_true((finding != NULL) == (row->code != GY_ERROR_INTERNAL));
	if (finding)
		g_assert_cmpstr(finding->code, ==, gy_error_word(row->code));
	made = gy_package_unpack_difference(package, index_of(package, name), source, &error);
	g_assert_null(made);
	g_assert_nonnull(error);
}

/* ---- our packages --------------------------------------------------------------------------------------- */

/* What stands between the shares of the progress, which depend on the sizes of the patches. */
static char *
without_shares(const char *script)
{
	g_autoptr(GRegex) regex = g_regex_new("show_progress\\([0-9.]+,", 0, 0, NULL);

	return g_regex_replace_literal(regex, script, -1, 0, "show_progress(", 0, NULL);
}

static void
assert_script(GyPackage *package, const char *file)
{
	g_autoptr(GBytes) bytes = ohos_bytes(file);
	g_autofree char *text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	g_autofree char *expected = without_shares(text);
	g_autofree char *found = without_shares(gy_ohos_package_of(package)->script);

	g_assert_cmpstr(found, ==, expected);
}

static gsize
member_size(const GyOhosContainer *container, const char *member)
{
	int index = gy_zip_find(container->zip, member);

	g_assert_cmpint(index, >=, 0);
	return gy_zip_size(container->zip, (guint) index);
}

static void
test_builds(void)
{
	static const char *const names[] = {"system", "vendor"};
	g_autofree char *target = ohos_path(IMAGE_CASE "target_package");
	g_autofree char *source = ohos_path(IMAGE_CASE "source_package.zip");
	g_autoptr(GyBuildOptions) options = options_for(target, source);
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func((GDestroyNotify) gy_finding_free);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = gy_format_build(&gy_openharmony_format, options, notes, &error);
	g_autoptr(GBytes) again = gy_format_build(&gy_openharmony_format, options, notes, NULL);
	g_autoptr(GBytes) old = ohos_bytes(IMAGE_CASE "source_package.zip");
	g_autoptr(GyPackage) package = NULL;

	g_assert_no_error(error);
	g_assert_true(g_bytes_equal(bytes, again));
	package = load_good(bytes);
	assert_script(package, IMAGE_CASE "expected/unpacked/build_tools/Verse-script.us");
	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *image = g_strdup_printf("%s.img", names[i]);
		g_autofree char *patch = g_strdup_printf("%s.patch.dat", names[i]);
		g_autofree char *original = g_strdup_printf(IMAGE_CASE "expected/unpacked/%s", patch);
		g_autoptr(GBytes) expected = read_path(target, image);
		g_autoptr(GBytes) theirs = ohos_bytes(original);

		assert_gives(package, names[i], old, expected);
		/* a tenth more than the original's, at most */
		g_assert_cmpuint(member_size(gy_ohos_package_of(package)->container, patch) * 10, <=,
			g_bytes_get_size(theirs) * 11);
	}
}

/* ---- target packages of our own ------------------------------------------------------------------------- */

static void
write_file(const char *folder, const char *file, gconstpointer data, gsize size)
{
	g_autofree char *path = g_build_filename(folder, file, NULL);
	g_autofree char *parent = g_path_get_dirname(path);
	g_autoptr(GError) error = NULL;

	g_mkdir_with_parents(parent, 0777);
	g_file_set_contents(path, data, (gssize) size, &error);
	g_assert_no_error(error);
}

/* A target_package with the images system and vendor, of these types. */
static char *
make_target(const char *folder, const char *name, const char *version, const char *first, guint first_type,
	guint second_type, guint8 fill)
{
	char *path = g_build_filename(folder, name, NULL);
	g_autofree char *xml = g_strdup_printf(
		"<package><head name=\"h\"><info fileVersion=\"02\" prdID=\"1\" softVersion=\"%s\" "
		"date=\"d\" "
		"time=\"t\">i</info></head><group name=\"g\">"
		"<component compAddr=\"%s\" compId=\"1\" resType=\"5\" compType=\"%u\" compVer=\"1\">./%s.img"
		"</component><component compAddr=\"vendor\" compId=\"2\" resType=\"5\" compType=\"%u\" "
		"compVer=\"1\">./vendor.img</component></group></package>",
		version, first, first_type, first, second_type);
	g_autofree char *image = g_strconcat(first, ".img", NULL);
	g_autofree guint8 *bytes = g_malloc(10000);

	for (guint i = 0; i < 10000; i++)
		bytes[i] = (guint8) (i * i >> 3);
	write_file(path, "vendor.img", bytes, 5000);
	bytes[5000] = fill;
	write_file(path, image, bytes, 10000);
	write_file(path, "updater_binary", "binary", 6);
	write_file(path, "updater_config/updater_specified_config.xml", xml, strlen(xml));
	write_file(path, "updater_config/VERSION.mbn", version, strlen(version));
	write_file(path, "updater_config/BOARD.list", "board\n", 6);
	return path;
}

typedef struct {
	const char *name;
	const char *new_version;
	const char *old_version;
	const char *first;
	guint first_type, second_type;
	guint8 fill;
	gboolean has_source;
	const char *option; /* (nullable): another flag that is set */
	GyError code;
} Refusal;

static const Refusal refusals[] = {
	{"same-version", "A 1.0", "A 1.0", "system", 1, 0, 1, TRUE, NULL, GY_ERROR_CFG_RULE},
	{"earlier-version", "A 1.0.9", "A 1.1.0", "system", 1, 0, 1, TRUE, NULL, GY_ERROR_CFG_RULE},
	{"version-without-digits", "A QP1A.2", "A 1.0", "system", 1, 0, 1, TRUE, NULL, GY_ERROR_CFG_VALUE},
	{"no-source", "A 1.1", "A 1.0", "system", 1, 0, 1, FALSE, NULL, GY_ERROR_CFG_MISSING},
	{"no-difference", "A 1.1", "A 1.0", "system", 0, 0, 1, TRUE, NULL, GY_ERROR_CFG_RULE},
	{"boot", "A 1.1", "A 1.0", "boot", 1, 0, 1, TRUE, NULL, GY_ERROR_CFG_RULE},
	{"nothing-changed", "A 1.1", "A 1.0", "system", 1, 1, 0, TRUE, NULL, GY_ERROR_CFG_RULE},
	{"not-zip", "A 1.1", "A 1.0", "system", 1, 0, 1, TRUE, "not-zip", GY_ERROR_CFG_RULE},
	{"small-system", "A 1.1", "A 1.0", "system", 1, 0, 1, TRUE, "non-standard", GY_ERROR_CFG_RULE},
	{"sd-card", "A 1.1", "A 1.0", "system", 1, 0, 1, TRUE, "sd-card", GY_ERROR_CFG_RULE},
};

static void
test_refuses(gconstpointer data)
{
	const Refusal *row = data;
	g_autofree char *folder = temporary_folder();
	g_autofree char *target = make_target(
		folder, "target", row->new_version, row->first, row->first_type, row->second_type, row->fill);
	g_autofree char *source = make_target(folder, "source", row->old_version, row->first, 0, 0, 0);
	g_autoptr(GyBuildOptions) options = options_for(target, row->has_source ? source : NULL);
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func((GDestroyNotify) gy_finding_free);
	g_autoptr(GError) error = NULL;

	if (row->option)
		gy_build_options_set(options, row->option, "yes");
	g_assert_null(gy_format_build(&gy_openharmony_format, options, notes, &error));
	g_assert_error(error, GY_ERROR, (int) row->code);
	remove_folder(folder);
}

/* From one folder to another; what did not change is left out, with a note. */
static void
test_leaves_out_same(void)
{
	g_autofree char *folder = temporary_folder();
	g_autofree char *target = make_target(folder, "target", "A 1.1", "system", 1, 1, 1);
	g_autofree char *source = make_target(folder, "source", "A 1.0", "system", 1, 1, 0);
	g_autoptr(GyBuildOptions) options = options_for(target, source);
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func((GDestroyNotify) gy_finding_free);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = gy_format_build(&gy_openharmony_format, options, notes, &error);
	g_autoptr(GBytes) old = read_path(source, "system.img");
	g_autoptr(GBytes) expected = read_path(target, "system.img");
	g_autoptr(GyPackage) package = NULL;

	g_assert_no_error(error);
	g_assert_cmpuint(notes->len, ==, 1);
	g_assert_cmpstr(((const GyFinding *) notes->pdata[0])->found, ==, "vendor");
	package = load_good(bytes);
	g_assert_cmpuint(gy_package_images(package)->len, ==, 3);
	g_assert_null(strstr(gy_ohos_package_of(package)->script, "update_from_bin"));
	assert_gives(package, "system", old, expected);
	remove_folder(folder);
}

/* The version of a source package can stand in a file of its own; then that one counts. */
static void
test_version_file(void)
{
	static const char xml[] =
		"<package><head name=\"h\"><softVersionFile>version</softVersionFile><info "
		"fileVersion=\"02\" "
		"prdID=\"1\" softVersion=\"A 1.0\" date=\"d\" time=\"t\">i</info></head><group name=\"g\">"
		"<component compAddr=\"system\" compId=\"1\" resType=\"5\" compType=\"0\" compVer=\"1\">"
		"system.img</component></group></package>";
	g_autofree char *folder = temporary_folder();
	g_autofree char *target = make_target(folder, "target", "A 1.5", "system", 1, 0, 1);
	g_autofree char *source = make_target(folder, "source", "A 1.0", "system", 0, 0, 0);
	g_autoptr(GyBuildOptions) options = options_for(target, source);
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func((GDestroyNotify) gy_finding_free);
	g_autoptr(GError) error = NULL;

	write_file(source, "updater_config/updater_specified_config.xml", xml, strlen(xml));
	write_file(source, "version", "A 1.6", 5);
	g_assert_null(gy_format_build(&gy_openharmony_format, options, notes, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_CFG_RULE);
	g_clear_error(&error);
	write_file(source, "version", "A 1.4", 5);
	g_bytes_unref(gy_format_build(&gy_openharmony_format, options, notes, &error));
	g_assert_no_error(error);
	remove_folder(folder);
}

/* ---- patches -------------------------------------------------------------------------------------------- */

static GBytes *
pattern(gsize size, guint step)
{
	guint8 *bytes = g_malloc(MAX(size, 1));

	for (gsize i = 0; i < size; i++)
		bytes[i] = (guint8) (i % 4096 == step ? step : (i >> 12) * 31);
	return g_bytes_new_take(bytes, size);
}

static const struct {
	const char *name;
	gsize old_size;
	gsize new_size;
	guint n_blocks;
	gboolean is_long;
} sizes[] = {
	{"nothing", 0, 0, 1},
	{"from-nothing", 0, 5000, 1},
	{"to-nothing", 5000, 0, 1},
	{"small", 50000, 60001, 1},
	{"just-one-piece", 41943040, 41943040, 1, TRUE},
	{"two-pieces", 41943041, 41943000, 2, TRUE},
	{"64-mebibytes", 64 << 20, 64 << 20, 2, TRUE},
};

static void
test_patch(gconstpointer data)
{
	guint row = GPOINTER_TO_UINT(data);
	g_autoptr(GBytes) old = NULL;
	g_autoptr(GBytes) expected = NULL;
	g_autoptr(GBytes) patch = NULL;
	g_autoptr(GBytes) made = NULL;
	g_autoptr(GError) error = NULL;
	guint64 new_size = 0, old_size = 0;

	if (sizes[row].is_long && !g_getenv("GANTRY_FULL")) {
		g_test_skip("takes long: GANTRY_FULL=1 runs it");
		return;
	}
	old = pattern(sizes[row].old_size, 77);
	expected = pattern(sizes[row].new_size, 78);
	patch = gy_ohos_pkgdiff_make(old, expected, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(((const guint8 *) g_bytes_get_data(patch, NULL))[8], ==, sizes[row].n_blocks);
	g_assert_true(gy_ohos_pkgdiff_read(patch, &new_size, &old_size, &error));
	g_assert_cmpuint(new_size, ==, sizes[row].new_size);
	g_assert_cmpuint(old_size, ==, sizes[row].old_size);
	made = gy_ohos_pkgdiff_apply(patch, old, &error);
	g_assert_no_error(error);
	g_assert_true(g_bytes_equal(made, expected));
}

/* Cut anywhere, or with a byte more, it is refused. */
static void
test_cut_patch(void)
{
	g_autoptr(GBytes) old = pattern(20000, 1);
	g_autoptr(GBytes) fresh = pattern(20000, 2);
	g_autoptr(GBytes) patch = gy_ohos_pkgdiff_make(old, fresh, NULL, NULL);
	gsize size = g_bytes_get_size(patch);
	g_autofree guint8 *longer = g_malloc0(size + 1);

	memcpy(longer, g_bytes_get_data(patch, NULL), size);
	for (gsize cut = 0; cut <= size + 1; cut++) {
		g_autoptr(GBytes) part = g_bytes_new(longer, cut);
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) made = gy_ohos_pkgdiff_apply(part, old, &error);

		g_assert_true((made != NULL) == (cut == size));
		g_assert_true(made || g_str_has_prefix(gy_error_code(error), "patch/"));
	}
}

/* ---- transfer lists ------------------------------------------------------------------------------------- */

#define SHA "70366773779d1fac776d985f3fdb82d37c66acc80c5447b4a0791274dee867e6"

static const struct {
	const char *name;
	const char *text;
	GyError code; /* 0: parsed, and checked against two blocks of new.dat */
} lists[] = {
	{"new", "1\n2\n0\n0\nnew 2,0,2\n", 0},
	{"new-and-zero", "1\n7\n0\n0\nnew 4,0,1,5,6\nzero 2,6,11\nerase 2,20,30\n", 0},
	{"no-line-end", "1\n2\n0\n0\nnew 2,0,2", 0},
	{"empty", "", GY_ERROR_PATCH_TRUNCATED},
	{"no-head", "1\n2\n0", GY_ERROR_PATCH_TRUNCATED},
	{"other-version", "3\n2\n0\n0\nnew 2,0,2\n", GY_ERROR_PATCH_NOT_SUPPORTED},
	{"no-number", "1\n-2\n0\n0\nnew 2,0,2\n", GY_ERROR_PATCH_MALFORMED},
	{"other-total", "1\n3\n0\n0\nnew 2,0,2\n", GY_ERROR_PATCH_MALFORMED},
	{"new-left-over", "1\n1\n0\n0\nnew 2,0,1\n", GY_ERROR_PATCH_TRAILING},
	{"too-few-new", "1\n3\n0\n0\nnew 2,0,3\n", GY_ERROR_PATCH_TRUNCATED},
	{"unknown-command", "1\n2\n0\n0\ncopy 2,0,2\n", GY_ERROR_PATCH_NOT_SUPPORTED},
	{"empty-line", "1\n2\n0\n0\n\nnew 2,0,2\n", GY_ERROR_PATCH_NOT_SUPPORTED},
	{"odd-ranges", "1\n2\n0\n0\nnew 3,0,2,4\n", GY_ERROR_PATCH_MALFORMED},
	{"backward-range", "1\n2\n0\n0\nnew 2,2,0\n", GY_ERROR_PATCH_MALFORMED},
	{"wrong-count", "1\n2\n0\n0\nnew 4,0,2\n", GY_ERROR_PATCH_MALFORMED},
	{"large-range", "1\n2\n0\n0\nnew 2,0,4294967297\n", GY_ERROR_PATCH_MALFORMED},
	{"word-too-many", "1\n2\n0\n0\nnew 2,0,2 2\n", GY_ERROR_PATCH_MALFORMED},
	{"stash", "1\n2\n0\n2\nstash " SHA " 2,4,6\nfree " SHA "\nnew 2,0,2\n", 0},
	{"stash-too-much", "1\n2\n0\n1\nstash " SHA " 2,4,6\nnew 2,0,2\n", GY_ERROR_PATCH_MALFORMED},
	{"stash-twice", "1\n2\n0\n4\nstash " SHA " 2,4,6\nstash " SHA " 2,4,6\n", GY_ERROR_PATCH_MALFORMED},
	{"free-of-nothing", "1\n2\n0\n2\nfree " SHA "\nnew 2,0,2\n", GY_ERROR_PATCH_MALFORMED},
	{"short-hash", "1\n2\n0\n2\nfree 7036\nnew 2,0,2\n", GY_ERROR_PATCH_MALFORMED},
	{"move", "1\n4\n0\n0\nmove " SHA " 2,4,6 2 2,7,9\nnew 2,0,2\n", 0},
	{"move-of-other-size", "1\n4\n0\n0\nmove " SHA " 2,4,6 3 2,7,10\nnew 2,0,2\n",
		GY_ERROR_PATCH_MALFORMED},
	{"move-of-less", "1\n4\n0\n0\nmove " SHA " 2,4,6 2 2,7,8\nnew 2,0,2\n", GY_ERROR_PATCH_MALFORMED},
	{"move-outside", "1\n4\n0\n0\nmove " SHA " 2,4,6 2 2,7,8 2,2,3 " SHA ":2,0,1\n",
		GY_ERROR_PATCH_MALFORMED},
	{"move-of-no-stash", "1\n4\n0\n0\nmove " SHA " 2,4,6 2 - " SHA ":2,0,2\n", GY_ERROR_PATCH_MALFORMED},
	{"move-of-stash",
		"1\n4\n0\n2\nstash " SHA " 2,8,10\nmove " SHA " 2,4,6 2 - " SHA ":2,0,2\nnew 2,0,2\n", 0},
	{"patch-outside", "1\n2\n0\n0\npkgdiff 0 9 " SHA " " SHA " 2,0,2 2 2,4,6\nnew 2,0,2\n",
		GY_ERROR_PATCH_TRUNCATED},
	{"no-patch", "1\n2\n0\n0\npkgdiff 0 0 " SHA " " SHA " 2,0,2 2 2,4,6\nnew 2,0,2\n",
		GY_ERROR_PATCH_NOT_RECOGNISED},
};

static gboolean
check_list(GBytes *text, GError **error)
{
	g_autoptr(GyOhosTransferList) list = gy_ohos_transfer_list_parse(text, "x.transfer.list", error);
	g_autofree guint8 *blocks = g_malloc0(2 * OHOS_BLOCK_SIZE);
	g_autoptr(GBytes) new_data = g_bytes_new(blocks, 2 * OHOS_BLOCK_SIZE);
	g_autoptr(GBytes) patches = g_bytes_new(NULL, 0);
	const GyOhosBlockFiles files = {.new_data = new_data, .patches = patches};

	return list && gy_ohos_block_check(list, &files, "x.transfer.list", error);
}

static void
test_list(gconstpointer data)
{
	guint row = GPOINTER_TO_UINT(data);
	g_autoptr(GBytes) text = g_bytes_new(lists[row].text, strlen(lists[row].text));
	g_autoptr(GError) error = NULL;
	gboolean is_good = check_list(text, &error);

	if (lists[row].code == 0)
		g_assert_no_error(error);
	else
		g_assert_error(error, GY_ERROR, (int) lists[row].code);
	g_assert_true(is_good == (lists[row].code == 0));
}

/* Moves that overlap, stashes that are overwritten: the order of the lines decides. */
static void
test_list_order(void)
{
	g_autofree guint8 *image = g_malloc(4 * OHOS_BLOCK_SIZE);
	g_autofree char *first = NULL;
	g_autofree char *pair = NULL;
	g_autofree char *text = NULL;
	g_autoptr(GBytes) old = NULL;
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(GBytes) none = g_bytes_new(NULL, 0);
	const GyOhosBlockFiles files = {.new_data = none, .patches = none};
	g_autoptr(GArray) one = gy_ohos_ranges_parse("2,0,1");
	g_autoptr(GArray) two = gy_ohos_ranges_parse("2,1,3");
	g_autoptr(GyOhosTransferList) list = NULL;
	g_autoptr(GBytes) made = NULL;
	g_autoptr(GError) error = NULL;

	for (guint i = 0; i < 4; i++)
		memset(image + i * OHOS_BLOCK_SIZE, 'a' + (int) i, OHOS_BLOCK_SIZE);
	old = g_bytes_new(image, 4 * OHOS_BLOCK_SIZE);
	first = gy_ohos_block_digest(old, one);
	pair = gy_ohos_block_digest(old, two);
	text = g_strdup_printf(
		"1\n4\n0\n1\nstash %s 2,0,1\nmove %s 2,0,2 2 2,1,3\nmove %s 2,2,3 1 - %s:2,0,1\n"
		"free %s\nzero 2,3,4\n",
		first, pair, first, first, first);
	bytes = g_bytes_new(text, strlen(text));
	list = gy_ohos_transfer_list_parse(bytes, "list", &error);
	g_assert_no_error(error);
	made = gy_ohos_block_apply(list, &files, "list", old, &error);
	g_assert_no_error(error);
	for (guint i = 0; i < 4; i++)
		g_assert_cmpint(
			((const guint8 *) g_bytes_get_data(made, NULL))[i * OHOS_BLOCK_SIZE], ==, "bca\0"[i]);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/openharmony/incremental/original/whole-images", test_original_image);
	g_test_add_func("/openharmony/incremental/original/blocks", test_original_blocks);
	g_test_add_func("/openharmony/incremental/needs-the-old-image", test_needs_old);
	for (guint i = 0; i < G_N_ELEMENTS(damages); i++) {
		g_autofree char *path = g_strconcat("/openharmony/incremental/finds/", damages[i].name, NULL);

		g_test_add_data_func(path, &damages[i], test_damage);
	}
	g_test_add_func("/openharmony/incremental/builds", test_builds);
	g_test_add_func("/openharmony/incremental/leaves-out-what-is-the-same", test_leaves_out_same);
	g_test_add_func("/openharmony/incremental/source-version-in-a-file", test_version_file);
	for (guint i = 0; i < G_N_ELEMENTS(refusals); i++) {
		g_autofree char *path =
			g_strconcat("/openharmony/incremental/refuses/", refusals[i].name, NULL);

		g_test_add_data_func(path, &refusals[i], test_refuses);
	}
	for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autofree char *path = g_strconcat("/openharmony/pkgdiff/", sizes[i].name, NULL);

		g_test_add_data_func(path, GUINT_TO_POINTER(i), test_patch);
	}
	g_test_add_func("/openharmony/pkgdiff/refuses-other-lengths", test_cut_patch);
	for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
		g_autofree char *path = g_strconcat("/openharmony/transfer-list/", lists[i].name, NULL);

		g_test_add_data_func(path, GUINT_TO_POINTER(i), test_list);
	}
	g_test_add_func("/openharmony/transfer-list/goes-in-order", test_list_order);
	return g_test_run();
}
