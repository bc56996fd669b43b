// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "tests/upg/device.h"
#include "tests/upg/make-package.h"

// A package in storage, and its head and first image as the caller has them.
typedef struct {
	Device *device;
	upg_package_header_t head;
	upg_image_header_t image;
	upg_image_hash_node_t entry;
} Fixture;

static void
set_up(Fixture *f, gconstpointer data)
{
	g_autoptr(GBytes) package = vector("v02_app_boot_nv", "signed.fwpkg", NULL);
	const guint8 *bytes = g_bytes_get_data(package, NULL);

	f->device = device_new(&gya_board_ws63);
	device_start_application(f->device);
	g_assert_cmphex(device_store(f->device, package, 4096), ==, ERRCODE_SUCC);
	memcpy(&f->head, bytes, sizeof f->head);
	memcpy(&f->entry, bytes + 0x200, sizeof f->entry);
	memcpy(&f->image, bytes + 0x290, sizeof f->image);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	device_free(f->device);
}

static void
test_fields(Fixture *f, gconstpointer data)
{
	g_assert_cmphex(f->head.key_area.key_alg, ==, 0x2A13C812);
	g_assert_cmphex(f->head.info_area.image_hash_table_addr, ==, 0x200);
	g_assert_cmpuint(f->head.info_area.image_num, ==, 3);
	g_assert_cmphex(f->entry.image_id, ==, GYA_WS63_IMAGE_APPLICATION);
	g_assert_cmphex(f->entry.image_addr, ==, 0x290);
	g_assert_cmphex(f->image.header_magic, ==, 0x464F5451);
	g_assert_cmphex(f->image.new_image_len, ==, 65536);
	g_assert_cmphex(f->image.decompress_flag, ==, 0x3C7896E1);
}

static void
test_good(Fixture *f, gconstpointer data)
{
	g_assert_cmphex(uapi_upg_verify_file_head(&f->head), ==, ERRCODE_SUCC);
	g_assert_cmphex(uapi_upg_verify_file(&f->head), ==, ERRCODE_SUCC);
	g_assert_cmphex(
		uapi_upg_verify_file_image(&f->image, f->entry.image_hash, 32, true), ==, ERRCODE_SUCC);
}

static void
test_head_is_the_callers(Fixture *f, gconstpointer data)
{
	device_partition(f->device, GYA_WS63_FOTA)[0x20] ^= 1;
	g_assert_cmphex(uapi_upg_verify_file(&f->head), ==, ERRCODE_SUCC);
	f->head.key_area.msid_ext ^= 1;
	g_assert_cmphex(uapi_upg_verify_file_head(&f->head), ==, ERRCODE_FAIL);
	g_assert_cmphex(uapi_upg_verify_file(&f->head), ==, ERRCODE_FAIL);
	f->head.key_area.msid_ext ^= 1;
	f->head.info_area.sign_fota_info[63] ^= 1;
	g_assert_cmphex(uapi_upg_verify_file_head(&f->head), ==, ERRCODE_FAIL);
}

static void
test_images_are_the_stored(Fixture *f, gconstpointer data)
{
	device_partition(f->device, GYA_WS63_FOTA)[0x400] ^= 1;
	g_assert_cmphex(uapi_upg_verify_file_head(&f->head), ==, ERRCODE_SUCC);
	g_assert_cmphex(uapi_upg_verify_file(&f->head), ==, ERRCODE_FAIL);
	g_assert_cmphex(
		uapi_upg_verify_file_image(&f->image, f->entry.image_hash, 32, false), ==, ERRCODE_FAIL);
}

static void
test_image_header_is_the_callers(Fixture *f, gconstpointer data)
{
	f->image.version_ext ^= 1;
	g_assert_cmphex(
		uapi_upg_verify_file_image(&f->image, f->entry.image_hash, 32, false), ==, ERRCODE_FAIL);
	f->image.version_ext ^= 1;
	f->image.header_magic ^= 1;
	g_assert_cmphex(
		uapi_upg_verify_file_image(&f->image, f->entry.image_hash, 32, false), ==, ERRCODE_FAIL);
}

static void
test_parameters(Fixture *f, gconstpointer data)
{
	g_assert_cmphex(uapi_upg_verify_file_head(NULL), ==, ERRCODE_UPG_NULL_POINTER);
	g_assert_cmphex(uapi_upg_verify_file(NULL), ==, ERRCODE_UPG_NULL_POINTER);
	g_assert_cmphex(uapi_upg_verify_file_image(NULL, f->entry.image_hash, 32, false), ==,
		ERRCODE_UPG_NULL_POINTER);
	g_assert_cmphex(uapi_upg_verify_file_image(&f->image, NULL, 32, false), ==, ERRCODE_UPG_NULL_POINTER);
	g_assert_cmphex(uapi_upg_verify_file_image(&f->image, f->entry.image_hash, 31, false), ==,
		ERRCODE_UPG_INVALID_PARAMETER);
	device_power_on(f->device);
	g_assert_cmphex(uapi_upg_verify_file_head(&f->head), ==, ERRCODE_UPG_NOT_INIT);
	g_assert_cmphex(uapi_upg_verify_file(&f->head), ==, ERRCODE_UPG_NOT_INIT);
	g_assert_cmphex(uapi_upg_verify_file_image(&f->image, f->entry.image_hash, 32, false), ==,
		ERRCODE_UPG_NOT_INIT);
}

static guint n_written;

static void
count_written(errcode_t result)
{
	g_assert_cmphex(result, ==, ERRCODE_SUCC);
	n_written++;
}

static void
test_async_write(Fixture *f, gconstpointer data)
{
	guint8 bytes[4] = {1, 2, 3, 4};
	upg_prepare_info_t info = {8};

	n_written = 0;
	g_assert_cmphex(uapi_upg_prepare(&info), ==, ERRCODE_SUCC);
	g_assert_cmphex(uapi_upg_write_package_async(0, bytes, 4, count_written), ==, ERRCODE_SUCC);
	g_assert_cmpuint(n_written, ==, 1);
	g_assert_cmpmem(device_partition(f->device, GYA_WS63_FOTA), 4, bytes, 4);
	g_assert_cmphex(uapi_upg_write_package_async(8, bytes, 4, count_written), ==, 0x80003051);
	g_assert_cmphex(uapi_upg_write_package_async(4, bytes, 0, count_written), ==, 0x80003055);
	g_assert_cmpuint(n_written, ==, 1);
	g_assert_cmphex(uapi_upg_write_package_async(4, bytes, 4, NULL), ==, ERRCODE_SUCC);
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*test)(Fixture *f, gconstpointer data);
	} tests[] = {
		{"/ws63/verify-file/structs-are-as-in-flash", test_fields},
		{"/ws63/verify-file/a-good-one-passes", test_good},
		{"/ws63/verify-file/head-is-the-callers", test_head_is_the_callers},
		{"/ws63/verify-file/images-are-the-stored-ones", test_images_are_the_stored},
		{"/ws63/verify-file/image-header-is-the-callers", test_image_header_is_the_callers},
		{"/ws63/verify-file/parameters", test_parameters},
		{"/ws63/api/asynchronous-write-calls-back-on-success", test_async_write},
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
	return g_test_run();
}
