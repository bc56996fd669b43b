// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "engine/formats/ws63/root-record.h"
#include "engine/formats/ws63/ws63.h"
#include "engine/keys/digest.h"
#include "tests/engine/vectors.h"

static GyPackage *
load(const char *vector, const char *file)
{
	g_autofree char *path = vector_path(vector, file);
	g_autoptr(GError) error = NULL;
	GyPackage *package = gy_package_load(path, &error);

	g_assert_no_error(error);
	return package;
}

static void
get_key(const char *file, guint8 xy[64])
{
	g_autofree char *path = vector_path("keys", file);
	g_autoptr(GyPublicKey) key = gy_public_key_load(path, GY_KEY_BP256R1, "root", NULL, NULL);

	g_assert_nonnull(key);
	gy_public_key_get_xy(key, xy);
}

/* A board of the standard layout with the test root key, which only tells the digest of its key. */
static GyTarget *
make_board(void)
{
	GyTarget *board = gy_target_new();
	guint8 record[128];
	guint8 xy[64];

	board->storage_size = 0x180000;
	gy_target_add_image(board, WS63_IMAGE_APPLICATION, 0x240000, 0);
	gy_target_add_image(board, WS63_IMAGE_FLASHBOOT, 0x10000, 0);
	gy_target_add_image(board, WS63_IMAGE_NV, 0x4000, 0);
	board->has_hardware_id = TRUE;
	board->has_root_key = TRUE;
	get_key("test_root_public_key.pem", xy);
	gy_ws63_root_record_from_xy(xy, record);
	gy_sha256(record, sizeof record, board->root_key_sha256);
	return board;
}

static const char *
first_refusal(GyPackage *package, const GyTarget *board)
{
	gy_package_clear_findings(package);
	gy_package_check_device(package, board);
	return gy_package_refusal(package) ? gy_package_refusal(package)->code : NULL;
}

static void
test_fits(void)
{
	g_autoptr(GyTarget) board = make_board();

	for (guint i = 0; i < n_vectors; i++) {
		g_autoptr(GyPackage) package = load(vectors[i].name, "signed.fwpkg");

		g_assert_cmpstr(first_refusal(package, board), ==,
			vectors[i].hash_only ? "package/not-authentic" : NULL);
	}
}

static void
test_unsigned(void)
{
	g_autoptr(GyTarget) board = make_board();
	g_autoptr(GyPackage) package = load("v01_app_lzma", "unsigned.fwpkg");

	g_assert_cmpstr(first_refusal(package, board), ==, "package/unsigned");
}

static void
test_takes_digests_if_built_so(void)
{
	g_autoptr(GyTarget) board = make_board();
	g_autoptr(GyPackage) package = load("v06_app_hashonly", "signed.fwpkg");

	board->takes_hash_only = TRUE;
	g_assert_null(first_refusal(package, board));
	g_assert_cmpuint(gy_package_findings(package)->len, ==, 1);
}

static void
test_root_key(void)
{
	g_autoptr(GyTarget) board = make_board();
	g_autoptr(GyPackage) package = load("v01_app_lzma", "signed.fwpkg");

	board->root_key_sha256[31] ^= 1;
	g_assert_cmpstr(first_refusal(package, board), ==, "package/untrusted-key");
	/* the key itself counts more than its digest */
	board->has_root_xy = TRUE;
	get_key("test_root_public_key.pem", board->root_xy);
	g_assert_null(first_refusal(package, board));
	get_key("test_sub_public_key.pem", board->root_xy);
	g_assert_cmpstr(first_refusal(package, board), ==, "package/untrusted-key");
	board->has_root_xy = FALSE;
	board->has_root_key = FALSE;
	g_assert_null(first_refusal(package, board));
}

static void
test_sizes(void)
{
	g_autoptr(GyTarget) board = make_board();
	g_autoptr(GyPackage) lzma = load("v01_app_lzma", "signed.fwpkg");
	g_autoptr(GyPackage) plain = load("v03_app_raw_padded", "signed.fwpkg");
	GyTargetImage *application = &g_array_index(board->images, GyTargetImage, 0);

	board->storage_size = 19055;
	g_assert_cmpstr(first_refusal(lzma, board), ==, "package/too-large");
	board->storage_size = 19056;
	g_assert_null(first_refusal(lzma, board));
	application->partition_size = 65535;
	g_assert_cmpstr(first_refusal(lzma, board), ==, "package/too-large");
	application->partition_size = 65536;
	g_assert_null(first_refusal(lzma, board));

	/* 40003 bytes, but 40016 are written */
	board->storage_size = 0;
	application->partition_size = 40015;
	g_assert_cmpstr(first_refusal(plain, board), ==, "package/too-large");
	application->partition_size = 40016;
	g_assert_null(first_refusal(plain, board));
	application->partition_size = 0;
	g_assert_null(first_refusal(plain, board));
}

static void
test_hardware(void)
{
	static const struct {
		guint32 board;
		const char *vector; /* v05 has 42, v01 has 0 */
		const char *refusal;
	} rows[] = {
		{0, "v01_app_lzma", NULL},
		{0, "v05_app_versions", NULL},
		{42, "v05_app_versions", NULL},
		{41, "v05_app_versions", "package/other-hardware"},
		{42, "v01_app_lzma", "package/other-hardware"},
	};
	g_autoptr(GyTarget) board = make_board();

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GyPackage) package = load(rows[i].vector, "signed.fwpkg");

		board->hardware_id = rows[i].board;
		g_assert_cmpstr(first_refusal(package, board), ==, rows[i].refusal);
	}
}

static void
test_versions(void)
{
	g_autoptr(GyTarget) board = make_board();
	g_autoptr(GyPackage) package = load("v05_app_versions", "signed.fwpkg");
	GyTargetImage *application = &g_array_index(board->images, GyTargetImage, 0);

	application->minimum_version = 7;
	g_assert_null(first_refusal(package, board));
	application->minimum_version = 15;
	g_assert_cmpstr(first_refusal(package, board), ==, "package/rollback");
	application->minimum_version = 0;
	board->has_version_ext = TRUE;
	board->version_ext = 15;
	g_assert_null(first_refusal(package, board));
	g_assert_cmpstr(((GyFinding *) gy_package_findings(package)->pdata[0])->code, ==, "package/rollback");
}

static void
test_images(void)
{
	g_autoptr(GyTarget) board = make_board();
	g_autoptr(GyPackage) package = load("v02_app_boot_nv", "signed.fwpkg");
	const GyFinding *finding;

	g_array_set_size(board->images, 2);
	g_assert_cmpstr(first_refusal(package, board), ==, "package/unknown-image");
	finding = gy_package_refusal(package);
	g_assert_cmpstr(finding->field, ==, "image[2].image_id");
	g_assert_nonnull(strstr(finding->message, "nv"));
	/* a device that did not list its images is asked later, by sending the manifest */
	g_clear_pointer(&board->images, g_array_unref);
	g_assert_null(first_refusal(package, board));
}

/* Every documented number has words, and no other. */
static void
test_results(void)
{
	for (guint32 result = 0; result <= 14; result++)
		g_assert_nonnull(gy_ws63_result_name(result));
	g_assert_nonnull(gy_ws63_result_name(G_MAXUINT32));
	g_assert_null(gy_ws63_result_name(15));
	for (guint32 code = 0x80003040; code <= 0x80003068; code++)
		g_assert_cmpint(gy_ws63_code_name(code) != NULL, ==, (code & 0xF) < 0xA);
	g_assert_null(gy_ws63_code_name(0));
}

/* ---- burn containers ------------------------------------------------------------------------------------ */

static guint16
crc16(const guint8 *data, gsize size)
{
	guint16 crc = 0;

	for (gsize i = 0; i < size; i++)
		for (int bit = 7; bit >= 0; bit--) {
			gboolean out = (crc >> 15) ^ (data[i] >> bit & 1);

			crc = (guint16) (crc << 1);
			if (out)
				crc ^= 0x1021;
		}
	return crc;
}

/* A loader of 5 bytes and an image of 7. */
static GBytes *
make_burn(void)
{
	guint8 data[12 + 104 + 5 + 16 + 7 + 16] = {0};
	guint8 *first = data + 12;
	guint8 *second = data + 64;

	gyw_put_u32le(data, 0xEFBEADDF);
	data[6] = 2;
	gyw_put_u32le(data + 8, sizeof data);
	memcpy(first, "loader.bin", 10);
	gyw_put_u32le(first + 32, 116);
	gyw_put_u32le(first + 36, 5);
	memcpy(second, "application.bin", 15);
	gyw_put_u32le(second + 32, 137);
	gyw_put_u32le(second + 36, 7);
	gyw_put_u32le(second + 40, 0x230000);
	gyw_put_u32le(second + 48, 1);
	memcpy(data + 116, "first", 5);
	memcpy(data + 137, "secondo", 7);
	data[4] = (guint8) crc16(data + 6, 110);
	data[5] = (guint8) (crc16(data + 6, 110) >> 8);
	return g_bytes_new(data, sizeof data);
}

static void
test_burn(void)
{
	g_autoptr(GBytes) bytes = make_burn();
	g_autoptr(GError) error = NULL;
	g_autoptr(GyPackage) package = gy_package_load_bytes(bytes, "burn", &error);
	g_autoptr(GBytes) second = NULL;
	g_autoptr(GyTarget) board = make_board();

	g_assert_no_error(error);
	g_assert_cmpstr(gy_package_kind(package), ==, "burn");
	g_assert_cmpuint(gy_package_images(package)->len, ==, 2);
	g_assert_cmpstr(((GyImage *) gy_package_images(package)->pdata[1])->name, ==, "application.bin");
	second = gy_package_unpack_image(package, 1, &error);
	g_assert_no_error(error);
	assert_same(g_bytes_get_data(second, NULL), g_bytes_get_size(second), "secondo", 7);
	g_assert_true(gy_package_verify(package, NULL, &error));
	g_assert_cmpuint(count_errors(package), ==, 1);
	g_assert_cmpstr(gy_package_refusal(package)->code, ==, "package/burn");
	g_assert_cmpstr(first_refusal(package, board), ==, "package/burn");
	g_assert_null(gy_package_manifest(package));
}

/* The same images in a container of the second version: longer header, longer records. */
static void
test_burn_version_2(void)
{
	enum { HEADER = 272, RECORD = 284, NAME = 260, DATA = HEADER + RECORD };
	guint8 data[DATA + 7 + 16] = {0};
	guint8 *words = data + HEADER + NAME;
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(GyPackage) package = NULL;
	g_autoptr(GBytes) image = NULL;
	g_autoptr(GError) error = NULL;

	gyw_put_u32le(data, 0xEFBEADD3);
	data[6] = 1;
	gyw_put_u32le(data + 8, sizeof data);
	memset(data + HEADER, 'n', 40);
	gyw_put_u32le(words, DATA);
	gyw_put_u32le(words + 4, 7);
	gyw_put_u32le(words + 8, 0x230000);
	gyw_put_u32le(words + 16, 1);
	memcpy(data + DATA, "secondo", 7);
	data[4] = (guint8) crc16(data + 6, DATA - 6);
	data[5] = (guint8) (crc16(data + 6, DATA - 6) >> 8);
	bytes = g_bytes_new(data, sizeof data);

	package = gy_package_load_bytes(bytes, "burn", &error);
	g_assert_no_error(error);
	g_assert_cmpstr(gy_package_kind(package), ==, "burn");
	g_assert_cmpuint(strlen(((GyImage *) gy_package_images(package)->pdata[0])->name), ==, 40);
	image = gy_package_unpack_image(package, 0, &error);
	g_assert_no_error(error);
	assert_same(g_bytes_get_data(image, NULL), g_bytes_get_size(image), "secondo", 7);
	g_assert_true(gy_package_verify(package, NULL, &error));
	g_assert_cmpuint(count_errors(package), ==, 1);
	g_assert_cmpstr(gy_package_refusal(package)->code, ==, "package/burn");

	for (gsize size = 4; size < sizeof data; size++) {
		g_autoptr(GyPackage) short_one = load_copy(data, size, NULL);

		if (!short_one)
			continue;
		g_assert_true(gy_package_verify(short_one, NULL, NULL));
		g_assert_cmpuint(count_errors(short_one), >=, 2);
	}
}

static void
test_burn_damage(void)
{
	g_autoptr(GBytes) bytes = make_burn();
	gsize size = g_bytes_get_size(bytes);
	g_autofree guint8 *data = g_memdup2(g_bytes_get_data(bytes, NULL), size);

	for (gsize at = 4; at < 116; at++) {
		g_autoptr(GyPackage) package = NULL;

		data[at] ^= 0x04;
		package = load_copy(data, size, NULL);
		g_assert_nonnull(package);
		g_assert_true(gy_package_verify(package, NULL, NULL));
		g_assert_nonnull(find_finding(package, "burn.crc"));
		data[at] ^= 0x04;
	}
	for (gsize cut = 4; cut < size; cut++) {
		g_autoptr(GyPackage) package = load_copy(data, cut, NULL);

		if (!package) {
			g_assert_cmpuint(cut, <, 64);
			continue;
		}
		g_assert_true(gy_package_verify(package, NULL, NULL));
		g_assert_nonnull(find_finding(package, "burn.total_size"));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ws63/device/takes-what-fits", test_fits);
	g_test_add_func("/ws63/device/refuses-unsigned", test_unsigned);
	g_test_add_func("/ws63/device/takes-digests-only-if-built-so", test_takes_digests_if_built_so);
	g_test_add_func("/ws63/device/knows-its-root-key-by-its-digest", test_root_key);
	g_test_add_func("/ws63/device/refuses-what-is-too-large", test_sizes);
	g_test_add_func("/ws63/device/compares-hardware-ids", test_hardware);
	g_test_add_func("/ws63/device/refuses-going-back", test_versions);
	g_test_add_func("/ws63/device/refuses-unknown-images", test_images);
	g_test_add_func("/ws63/device/every-result-has-words", test_results);
	g_test_add_func("/ws63/burn/is-listed-unpacked-and-never-sent", test_burn);
	g_test_add_func("/ws63/burn/version-2-is-read-too", test_burn_version_2);
	g_test_add_func("/ws63/burn/finds-any-flip-and-any-cut", test_burn_damage);
	return g_test_run();
}
