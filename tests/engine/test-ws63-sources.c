// SPDX-License-Identifier: Apache-2.0
#include <glib/gstdio.h>
#include <string.h>

#include "engine/formats/ws63/image-header.h"
#include "engine/formats/ws63/partition-table.h"
#include "engine/formats/ws63/sdk.h"
#include "engine/formats/ws63/ws63.h"
#include "tests/engine/vectors.h"

/* ---- helpers -------------------------------------------------------------------------------------------- */

static void
put_file(const char *folder, const char *name, GBytes *bytes)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	g_autofree char *parent = g_path_get_dirname(path);
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(g_mkdir_with_parents(parent, 0700), ==, 0);
	g_file_set_contents(path, g_bytes_get_data(bytes, NULL), (gssize) g_bytes_get_size(bytes), &error);
	g_assert_no_error(error);
}

static void
put_input(const char *folder, const char *name, const char *input)
{
	g_autoptr(GBytes) bytes = vector_bytes("inputs", input);

	put_file(folder, name, bytes);
}

static void
remove_tree(const char *path)
{
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	const char *name;

	while (folder && (name = g_dir_read_name(folder))) {
		g_autofree char *entry = g_build_filename(path, name, NULL);

		if (g_file_test(entry, G_FILE_TEST_IS_DIR))
			remove_tree(entry);
		else
			g_unlink(entry);
	}
	g_rmdir(path);
}

static GyPackage *
build(const GyBuildOptions *options, GPtrArray *notes, GError **error)
{
	g_autoptr(GBytes) bytes = gy_format_build(&gy_ws63_format, options, notes, error);

	return bytes ? gy_package_load_bytes(bytes, "made", error) : NULL;
}

static GyBuildOptions *
unsigned_options(void)
{
	GyBuildOptions *options = gy_build_options_new();

	gy_build_options_set_signing(options, GY_SIGNING_NONE);
	return options;
}

static void
add_vector_image(GyBuildOptions *options, const char *section, const char *input)
{
	g_autofree char *path = vector_path("inputs", input);

	gy_build_options_add_image(options, section, path);
}

/* "application flashboot nv" */
static char *
order_of(GyPackage *package)
{
	GString *order = g_string_new(NULL);

	for (guint i = 0; i < gy_package_images(package)->len; i++)
		g_string_append_printf(order, "%s%s", i ? " " : "",
			((const GyImage *) gy_package_images(package)->pdata[i])->name);
	return g_string_free(order, FALSE);
}

static void
assert_refused(GyBuildOptions *options, GyError code, const char *words)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GyPackage) package = build(options, NULL, &error);

	g_assert_null(package);
	g_assert_error(error, GY_ERROR, (int) code);
	if (!strstr(error->message, words))
		g_error("\"%s\" does not say \"%s\"", error->message, words);
}

/* ---- options without a configuration -------------------------------------------------------------------- */

/* The usual values are those of the vendor's file. */
static void
no_cfg_is_the_usual_cfg(void)
{
	g_autoptr(GyBuildOptions) with = vector_options(&vectors[1], GY_SIGNING_NONE);
	g_autoptr(GyBuildOptions) without = vector_options(&vectors[1], GY_SIGNING_NONE);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) one = gy_format_build(&gy_ws63_format, with, NULL, &error);
	g_autoptr(GBytes) other = NULL;

	g_assert_no_error(error);
	gy_build_options_set(without, "config", NULL);
	other = gy_format_build(&gy_ws63_format, without, NULL, &error);
	g_assert_no_error(error);
	g_assert_true(g_bytes_equal(one, other));
}

/* v05 by options alone. */
static void
options_reach_every_field(void)
{
	static const char *const values[][2] = {{"key-version", "0x3"}, {"key-version-mask", "0xFFFF"},
		{"key-msid", "0x11"}, {"key-msid-mask", "255"}, {"fota-version", "1"},
		{"fota-version-mask", "0xFF"}, {"msid", "0x22"}, {"msid-mask", "0xFF00"},
		{"hardware-id", "42"}};
	g_autoptr(GyBuildOptions) by_cfg = vector_options(&vectors[4], GY_SIGNING_NONE);
	g_autoptr(GyBuildOptions) by_options = unsigned_options();
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) expected = gy_format_build(&gy_ws63_format, by_cfg, NULL, &error);
	g_autoptr(GBytes) made = NULL;
	GyBuildImage *image;

	g_assert_no_error(error);
	add_vector_image(by_options, "application", "app_unaligned.bin");
	image = by_options->images->pdata[0];
	gy_build_image_set(image, "version-ext", "7");
	gy_build_image_set(image, "version-mask", "0xFFFFFFFF");
	for (guint i = 0; i < G_N_ELEMENTS(values); i++)
		gy_build_options_set(by_options, values[i][0], values[i][1]);
	made = gy_format_build(&gy_ws63_format, by_options, NULL, &error);
	g_assert_no_error(error);
	assert_same(g_bytes_get_data(made, NULL), g_bytes_get_size(made), g_bytes_get_data(expected, NULL),
		g_bytes_get_size(expected));
}

/* v07 by options alone, and v03 over a configuration that says otherwise. */
static void
options_of_an_image_go_before_the_cfg(void)
{
	static const char *const values[][2] = {{"encrypted", "yes"},
		{"protection-key-l1", "00112233445566778899AABBCCDDEEFF"},
		{"protection-key-l2", "00112233445566778899aabb00000000"},
		{"plain-key", "70D37764279C2B086604078E8C577505"},
		{"iv", "FF000000000000000000000000000000"}};
	g_autoptr(GyBuildOptions) encrypted = vector_options(&vectors[6], GY_SIGNING_NONE);
	g_autoptr(GyBuildOptions) plain = vector_options(&vectors[2], GY_SIGNING_NONE);
	g_autofree char *other_cfg = vector_path("v01_app_lzma", "fota.cfg");
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) expected = gy_format_build(&gy_ws63_format, encrypted, NULL, &error);
	g_autoptr(GBytes) expected_plain = vector_bytes("v03_app_raw_padded", "unsigned.fwpkg");
	g_autoptr(GBytes) made = NULL;
	g_autoptr(GBytes) made_plain = NULL;

	g_assert_no_error(error);
	gy_build_options_set(encrypted, "config", NULL);
	for (guint i = 0; i < G_N_ELEMENTS(values); i++)
		gy_build_image_set(encrypted->images->pdata[0], values[i][0], values[i][1]);
	made = gy_format_build(&gy_ws63_format, encrypted, NULL, &error);
	g_assert_no_error(error);
	g_assert_true(g_bytes_equal(made, expected));
	gy_build_options_set(plain, "config", other_cfg);
	gy_build_image_set(plain->images->pdata[0], "compression", "none");
	made_plain = gy_format_build(&gy_ws63_format, plain, NULL, &error);
	g_assert_no_error(error);
	g_assert_true(g_bytes_equal(made_plain, expected_plain));
}

static void
an_image_of_ones_own(void)
{
	g_autoptr(GyBuildOptions) options = unsigned_options();
	g_autoptr(GError) error = NULL;
	g_autoptr(GyPackage) package = NULL;
	g_autoptr(GyTarget) board = gy_target_new();

	add_vector_image(options, "application", "app_sign.bin");
	add_vector_image(options, "sensor", "nv.bin");
	assert_refused(options, GY_ERROR_CFG_MISSING, "needs an id");
	gy_build_image_set(options->images->pdata[1], "id", "0x4B12345D");
	assert_refused(options, GY_ERROR_PACKAGE_UNKNOWN_IMAGE, "reset for ever");
	gy_build_options_set(options, "device-images", "0x4B12345E");
	assert_refused(options, GY_ERROR_PACKAGE_UNKNOWN_IMAGE, "reset for ever");
	gy_build_options_set(options, "device-images", "0x4B12345D=0x100");
	assert_refused(options, GY_ERROR_CFG_VALUE, "ID=PARTITION");
	gy_build_options_set(options, "device-images", "0x4B12345E, 0x4B12345D=0x32");
	package = build(options, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(gy_package_images(package)->len, ==, 2);
	/* a device that says that it takes it gets it; any other does not */
	board->storage_size = 0x180000;
	gy_target_add_image(board, WS63_IMAGE_APPLICATION, 0x240000, 0);
	gy_package_check_device(package, board);
	g_assert_nonnull(find_finding(package, "image[1].image_id"));
	gy_target_add_image(board, 0x4B12345D, 0x10000, 0);
	gy_package_clear_findings(package);
	gy_package_check_device(package, board);
	g_assert_null(find_finding(package, "image[1].image_id"));
	g_clear_pointer(&board->images, g_array_unref);
	gy_package_check_device(package, board);
	g_assert_nonnull(find_finding(package, "image[1].image_id"));
}

/* ---- partitions ----------------------------------------------------------------------------------------- */

static void
images_fit_their_partitions(void)
{
	g_autofree char *folder = temporary_folder();
	g_autofree char *table_path = g_build_filename(folder, "table.bin", NULL);
	g_autoptr(GyWs63PartitionTable) table = gy_ws63_partition_table_standard("compressed");
	g_autoptr(GyBuildOptions) options = unsigned_options();
	g_autoptr(GError) error = NULL;

	add_vector_image(options, "application", "app_sign.bin");
	gy_build_options_set(options, "partitions", table_path);
	/* one byte too few, then exactly enough */
	for (guint missing = 0; missing < 2; missing++) {
		g_autoptr(GBytes) bytes = NULL;
		g_autoptr(GyPackage) package = NULL;

		g_array_index(table->partitions, GyWs63Partition, 8).size = 65536 - missing;
		bytes = gy_ws63_partition_table_to_bytes(table);
		put_file(folder, "table.bin", bytes);
		if (missing) {
			assert_refused(options, GY_ERROR_PACKAGE_TOO_LARGE, "0x20");
			continue;
		}
		package = build(options, NULL, &error);
		g_assert_no_error(error);
	}
	g_array_index(table->partitions, GyWs63Partition, 8).size = 0x240000;
	g_array_index(table->partitions, GyWs63Partition, 9).size = 0x4000;
	{
		g_autoptr(GBytes) bytes = gy_ws63_partition_table_to_bytes(table);

		put_file(folder, "table.bin", bytes);
	}
	assert_refused(options, GY_ERROR_PACKAGE_TOO_LARGE, "storage");
	remove_tree(folder);
}

/* ---- the SDK's output ----------------------------------------------------------------------------------- */

static char *
sdk_output(void)
{
	char *folder = temporary_folder();

	put_input(folder, "ws63/acore/ws63-liteos-app/ws63-liteos-app-sign.bin", "app_sign.bin");
	put_input(folder, "ws63/acore/ws63-flashboot/flashboot_sign.bin", "flashboot_sign.bin");
	put_input(folder, "ws63/acore/nv_bin/ws63_all_nv.bin", "nv.bin");
	return folder;
}

static void
sdk_output_gives_the_packagers_order(void)
{
	static const char *const lists[][2] = {{NULL, "application"}, {"app", "application"},
		{"nv,app,boot", "application flashboot nv"}, {" boot , app ", "application flashboot"},
		{"boot", "flashboot"}};
	g_autofree char *folder = sdk_output();

	for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
		g_autoptr(GyBuildOptions) options = unsigned_options();
		g_autoptr(GError) error = NULL;
		g_autoptr(GyPackage) package = NULL;
		g_autofree char *order = NULL;

		gy_build_options_set(options, "sdk-output", folder);
		gy_build_options_set(options, "pkt", lists[i][0]);
		package = build(options, NULL, &error);
		g_assert_no_error(error);
		order = order_of(package);
		g_assert_cmpstr(order, ==, lists[i][1]);
	}
	remove_tree(folder);
}

static void
sdk_output_refuses(void)
{
	static const struct {
		const char *pkt;
		GyError code;
		const char *words;
	} rows[] = {{"app,bot", GY_ERROR_CFG_VALUE, "\"bot\""}, {"app,test", GY_ERROR_CFG_RULE, "one"},
		{"nv", GY_ERROR_CFG_RULE, "application"},
		{"app,hilink", GY_ERROR_FILE_NOT_FOUND, "ws63-liteos-hilink-sign.bin"}};
	g_autofree char *folder = sdk_output();

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GyBuildOptions) options = unsigned_options();

		gy_build_options_set(options, "sdk-output", folder);
		gy_build_options_set(options, "pkt", rows[i].pkt);
		assert_refused(options, rows[i].code, rows[i].words);
	}
	{
		g_autoptr(GyBuildOptions) options = unsigned_options();
		g_autofree char *inputs = vector_path("inputs", ".");

		gy_build_options_set(options, "pkt", "app");
		assert_refused(options, GY_ERROR_CFG_RULE, "neither");
		gy_build_options_set(options, "sdk-output", inputs);
		assert_refused(options, GY_ERROR_FILE_NOT_FOUND, "acore");
	}
	remove_tree(folder);
}

/* An image that was given goes in the place of the one from the tree. */
static void
a_given_image_goes_before_the_output(void)
{
	g_autofree char *folder = sdk_output();
	g_autoptr(GyBuildOptions) options = unsigned_options();
	g_autoptr(GError) error = NULL;
	g_autoptr(GyPackage) package = NULL;
	g_autofree char *order = NULL;

	gy_build_options_set(options, "sdk-output", folder);
	gy_build_options_set(options, "pkt", "app,boot");
	add_vector_image(options, "application", "app_unaligned.bin");
	package = build(options, NULL, &error);
	g_assert_no_error(error);
	order = order_of(package);
	g_assert_cmpstr(order, ==, "application flashboot");
	g_assert_cmpuint(((const GyImage *) gy_package_images(package)->pdata[0])->size, ==, 40003);
	remove_tree(folder);
}

/* ---- SDK versions --------------------------------------------------------------------------------------- */

static void
sdk_versions(void)
{
	static const struct {
		const char *version;
		gboolean good, needs_boot;
	} rows[] = {{"1.10.100", TRUE, TRUE}, {"1.10.101", TRUE, TRUE}, {"1.9.999", TRUE, TRUE},
		{"1.10.102", TRUE, FALSE}, {"1.10.104", TRUE, FALSE}, {"1.10.105", TRUE, FALSE},
		{"2.0.0", TRUE, FALSE}, {"1.10", FALSE}, {"1.10.x", FALSE}, {"1.10.101.1", FALSE},
		{"", FALSE}, {"1.10.-1", FALSE}};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) advice =
			g_ptr_array_new_with_free_func((GDestroyNotify) gy_finding_free);
		GyWs63Sdk sdk = {0};

		g_assert_cmpint(gy_ws63_sdk_find(rows[i].version, &sdk, advice, NULL), ==, rows[i].good);
		g_assert_cmpint(sdk.needs_boot, ==, rows[i].needs_boot);
		g_assert_cmpint(advice->len > 0, ==, rows[i].good);
	}
}

/* From an old SDK: flashboot comes too, the SDK's keys sign, and a hash-only KeyAlg does not stay. */
static void
for_an_old_sdk(void)
{
	g_autofree char *folder = sdk_output();
	g_autofree char *cfg = vector_path("v06_app_hashonly", "fota.cfg");
	g_autofree char *key = root_public();
	g_autoptr(GBytes) root = vector_bytes("keys", "test_root_private_key.pem");
	g_autoptr(GBytes) sub = vector_bytes("keys", "test_sub_private_key.pem");
	g_autoptr(GyBuildOptions) options = gy_build_options_new();
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func((GDestroyNotify) gy_finding_free);
	g_autoptr(GError) error = NULL;
	g_autoptr(GyPackage) package = NULL;
	g_autofree char *order = NULL;

	put_file(folder, GY_WS63_SDK_ROOT_KEY, root);
	put_file(folder, GY_WS63_SDK_SUB_KEY, sub);
	gy_build_options_set(options, "config", cfg);
	gy_build_options_set(options, "sdk-root", folder);
	gy_build_options_set(options, "sdk-output", folder);
	gy_build_options_set(options, "for-sdk", "1.10.101");
	package = build(options, notes, &error);
	g_assert_no_error(error);
	order = order_of(package);
	g_assert_cmpstr(order, ==, "application flashboot");
	g_assert_true(gy_package_verify(package, key, &error));
	g_assert_cmpuint(count_errors(package), ==, 0);
	g_assert_cmpint(gy_package_trust(package), ==, GY_TRUST_SIGNED);
	g_assert_cmpuint(notes->len, >=, 3);
	gy_build_options_set_signing(options, GY_SIGNING_HASH_ONLY);
	assert_refused(options, GY_ERROR_CFG_RULE, "for-sdk");
	gy_build_options_set_signing(options, GY_SIGNING_NONE);
	gy_build_options_set(options, "sdk-output", NULL);
	add_vector_image(options, "application", "app_sign.bin");
	assert_refused(options, GY_ERROR_CFG_RULE, "flashboot");
	remove_tree(folder);
}

/* ---- burn containers ------------------------------------------------------------------------------------ */

typedef struct {
	const char *name;
	const char *input; /* of the vectors, NULL: a few bytes */
	guint32 address, type;
} Entry;

static guint16
crc16(const guint8 *data, gsize size)
{
	guint crc = 0;

	for (gsize i = 0; i < size * 8; i++) {
		gboolean out = ((crc >> 15) ^ (data[i / 8] >> (7 - i % 8))) & 1;

		crc = (crc << 1 ^ (out ? 0x1021 : 0)) & 0xffff;
	}
	return (guint16) crc;
}

static GBytes *
make_burn(const Entry *entries, guint n)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	static const guint8 gap[16];

	g_byte_array_set_size(out, 12 + 52 * n);
	memset(out->data, 0, out->len);
	for (guint i = 0; i < n; i++) {
		g_autoptr(GBytes) input = entries[i].input ? vector_bytes("inputs", entries[i].input)
							   : g_bytes_new_static("loader", 6);
		guint offset = out->len;
		guint8 *record;

		g_byte_array_append(out, g_bytes_get_data(input, NULL), (guint) g_bytes_get_size(input));
		g_byte_array_append(out, gap, sizeof gap);
		record = out->data + 12 + 52 * i;
		memcpy(record, entries[i].name, strlen(entries[i].name));
		gyw_put_u32le(record + 32, offset);
		gyw_put_u32le(record + 36, (guint32) g_bytes_get_size(input));
		gyw_put_u32le(record + 40, entries[i].address);
		gyw_put_u32le(record + 44, (guint32) g_bytes_get_size(input));
		gyw_put_u32le(record + 48, entries[i].type);
	}
	gyw_put_u32le(out->data, 0xEFBEADDF);
	out->data[6] = (guint8) n;
	gyw_put_u32le(out->data + 8, out->len);
	n = crc16(out->data + 6, 6 + 52 * n);
	out->data[4] = (guint8) n;
	out->data[5] = (guint8) (n >> 8);
	return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}

static const Entry stock[] = {
	{"root_loaderboot_sign.bin", NULL, 0, 0},
	{"flashboot_sign.bin", "flashboot_sign.bin", 0x220000, 1},
	{"ws63_all_nv.bin", "nv.bin", 0x5FC000, 1},
	{"ws63-liteos-mfg-sign.bin", "app_unaligned.bin", 0x470000, 1},
	{"ws63-liteos-app-sign.bin", "app_sign.bin", 0x230000, 1},
};

static void
a_burn_container_becomes_an_upgrade_package(void)
{
	g_autofree char *folder = temporary_folder();
	g_autofree char *path = g_build_filename(folder, "all.fwpkg", NULL);
	g_autoptr(GBytes) container = make_burn(stock, G_N_ELEMENTS(stock));
	g_autoptr(GyBuildOptions) options = unsigned_options();
	g_autoptr(GyBuildOptions) by_files = vector_options(&vectors[1], GY_SIGNING_NONE);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) made = NULL;
	g_autoptr(GBytes) expected = NULL;

	put_file(folder, "all.fwpkg", container);
	gy_build_options_set(options, "burn", path);
	gy_build_options_set(options, "pkt", "app,boot,nv");
	made = gy_format_build(&gy_ws63_format, options, NULL, &error);
	g_assert_no_error(error);
	expected = gy_format_build(&gy_ws63_format, by_files, NULL, &error);
	g_assert_no_error(error);
	g_assert_true(g_bytes_equal(made, expected));
	gy_build_options_set(options, "pkt", "hilink");
	assert_refused(options, GY_ERROR_CFG_RULE, "no image of hilink");
	/* a container that changed gives nothing */
	((guint8 *) g_bytes_get_data(container, NULL))[40] ^= 1;
	put_file(folder, "all.fwpkg", container);
	gy_build_options_set(options, "pkt", "app");
	assert_refused(options, GY_ERROR_PACKAGE_HASH, "CRC-16");
	remove_tree(folder);
}

/* The example of the format's description, to the byte. */
static void
the_burn_format_is_the_vendors(void)
{
	static const guint8 known[] = {0xDF, 0xAD, 0xBE, 0xEF, 0x98, 0x72, 2, 0, 0x9E, 0, 0, 0};
	guint8 data[158] = {0};
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(GyPackage) package = NULL;

	memcpy(data, known, sizeof known);
	memcpy(data + 12, "l.bin", 5);
	gyw_put_u32le(data + 44, 0x74);
	gyw_put_u32le(data + 48, 6);
	gyw_put_u32le(data + 56, 0x200000);
	memcpy(data + 64, "a.bin", 5);
	gyw_put_u32le(data + 96, 0x8A);
	gyw_put_u32le(data + 100, 4);
	gyw_put_u32le(data + 104, 0x230000);
	gyw_put_u32le(data + 108, 4);
	gyw_put_u32le(data + 112, 1);
	memcpy(data + 0x74, "LOADER", 6);
	memcpy(data + 0x8A, "APP!", 4);
	bytes = g_bytes_new(data, sizeof data);
	package = gy_package_load_bytes(bytes, "burn", NULL);
	g_assert_true(gy_package_verify(package, NULL, NULL));
	g_assert_cmpuint(count_errors(package), ==, 1);
	g_assert_cmpstr(gy_package_refusal(package)->code, ==, "package/burn");
}

static void
places_in_a_container_are_checked(void)
{
	static const struct {
		Entry entries[2];
		const char *field;
	} rows[] = {
		{{{"a", NULL, 0x230000, 1}, {"b", NULL, 0x230800, 1}}, "burn.record[1].burn_addr"},
		{{{"a", NULL, 0x1FF000, 1}, {"b", NULL, 0x230000, 1}}, "burn.record[0].burn_addr"},
		{{{"a", NULL, 0, 0}, {"b", NULL, 0, 0}}, "burn.image_count"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) bytes = make_burn(rows[i].entries, 2);
		g_autoptr(GyPackage) package = gy_package_load_bytes(bytes, "burn", NULL);

		g_assert_true(gy_package_verify(package, NULL, NULL));
		g_assert_nonnull(find_finding(package, rows[i].field));
	}
}

/* ---- signers -------------------------------------------------------------------------------------------- */

static char *
write_signer(const char *folder, const char *script)
{
	char *path = g_build_filename(folder, "signer", NULL);

	g_assert_true(g_file_set_contents(path, script, -1, NULL));
	g_assert_cmpint(g_chmod(path, 0700), ==, 0);
	return path;
}

static GyBuildOptions *
signer_options(const char *command)
{
	GyBuildOptions *options = gy_build_options_new();
	g_autofree char *root = root_public();
	g_autofree char *sub = vector_path("keys", "test_sub_public_key.pem");

	gy_build_options_set(options, "signer", command);
	gy_build_options_set(options, "root-key", root);
	gy_build_options_set(options, "sub-key", sub);
	add_vector_image(options, "application", "app_sign.bin");
	return options;
}

static void
a_command_signs(void)
{
	g_autofree char *folder = temporary_folder();
	g_autofree char *keys = vector_path("keys", ".");
	g_autofree char *script = g_strdup_printf(
		"#!/bin/sh\nexec openssl dgst -sha256 -sign \"%s/test_$1_private_key.pem\"\n", keys);
	g_autofree char *command = write_signer(folder, script);
	g_autofree char *root = root_public();
	g_autoptr(GyBuildOptions) options = signer_options(command);
	g_autoptr(GError) error = NULL;
	g_autoptr(GyPackage) package = NULL;
	g_autofree char *openssl = g_find_program_in_path("openssl");

	if (!openssl) {
		g_test_skip("the openssl program is not installed");
		remove_tree(folder);
		return;
	}
	package = build(options, NULL, &error);
	g_assert_no_error(error);
	g_assert_true(gy_package_verify(package, root, &error));
	g_assert_cmpuint(count_errors(package), ==, 0);
	remove_tree(folder);
}

static void
a_command_that_does_not_sign(void)
{
	static const char *const commands[] = {"/bin/false", "/nowhere/signer", "echo no signature", "true",
		"head -c 64 /dev/zero #", "yes", "unfinished 'quote"};

	for (guint i = 0; i < G_N_ELEMENTS(commands); i++) {
		g_autoptr(GyBuildOptions) options = signer_options(commands[i]);
		g_autoptr(GError) error = NULL;
		g_autoptr(GyPackage) package = build(options, NULL, &error);

		g_assert_null(package);
		g_assert_error(error, GY_ERROR, GY_ERROR_KEY_SIGNER);
	}
}

/* ---- the package says all of it ------------------------------------------------------------------------- */

static GyLinkState
state_of(GyPackage *package, const char *name)
{
	for (guint i = 0; i < gy_package_chain(package)->len; i++) {
		const GyLink *link = gy_package_chain(package)->pdata[i];

		if (g_str_equal(link->name, name))
			return link->state;
	}
	g_error("there is no link %s", name);
}

/* A changed byte shows in the link that it belongs to. */
static void
the_chain_names_the_broken_link(void)
{
	static const struct {
		const char *broken;
		gsize at;
	} rows[] = {{"key-area", 0x40}, {"info-area", 0x150}, {"table", 0x200}, {"headers", 0x290},
		{"data", 0x400}};
	static const char *const all[] = {
		"root-key", "key-area", "external-key", "info-area", "table", "headers", "data"};
	g_autoptr(GBytes) vector = vector_bytes("v01_app_lzma", "signed.fwpkg");
	g_autofree char *key = root_public();

	for (guint i = 0; i <= G_N_ELEMENTS(rows); i++) {
		gsize size = g_bytes_get_size(vector);
		g_autofree guint8 *data = g_memdup2(g_bytes_get_data(vector, NULL), size);
		g_autoptr(GyPackage) package = NULL;

		if (i < G_N_ELEMENTS(rows))
			data[rows[i].at] ^= 0x10;
		package = load_copy(data, size, NULL);
		g_assert_true(gy_package_verify(package, key, NULL));
		g_assert_cmpuint(gy_package_chain(package)->len, ==, G_N_ELEMENTS(all));
		if (i < G_N_ELEMENTS(rows))
			g_assert_cmpint(state_of(package, rows[i].broken), ==, GY_LINK_BAD);
		for (guint j = 0; i == G_N_ELEMENTS(rows) && j < G_N_ELEMENTS(all); j++)
			g_assert_cmpint(state_of(package, all[j]), ==, GY_LINK_GOOD);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ws63/options/no-cfg-is-the-usual-cfg", no_cfg_is_the_usual_cfg);
	g_test_add_func("/ws63/options/reach-every-field", options_reach_every_field);
	g_test_add_func("/ws63/options/of-an-image-go-before-the-cfg", options_of_an_image_go_before_the_cfg);
	g_test_add_func("/ws63/options/an-image-of-ones-own", an_image_of_ones_own);
	g_test_add_func("/ws63/options/images-fit-their-partitions", images_fit_their_partitions);
	g_test_add_func("/ws63/sdk/output-gives-the-packagers-order", sdk_output_gives_the_packagers_order);
	g_test_add_func("/ws63/sdk/output-refuses", sdk_output_refuses);
	g_test_add_func("/ws63/sdk/a-given-image-goes-before", a_given_image_goes_before_the_output);
	g_test_add_func("/ws63/sdk/versions", sdk_versions);
	g_test_add_func("/ws63/sdk/for-an-old-one", for_an_old_sdk);
	g_test_add_func("/ws63/burn/becomes-an-upgrade-package", a_burn_container_becomes_an_upgrade_package);
	g_test_add_func("/ws63/burn/format-is-the-vendors", the_burn_format_is_the_vendors);
	g_test_add_func("/ws63/burn/places-are-checked", places_in_a_container_are_checked);
	g_test_add_func("/ws63/signer/a-command-signs", a_command_signs);
	g_test_add_func("/ws63/signer/a-command-that-does-not", a_command_that_does_not_sign);
	g_test_add_func("/ws63/chain/names-the-broken-link", the_chain_names_the_broken_link);
	return g_test_run();
}
