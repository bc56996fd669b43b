// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "tests/upg/device.h"
#include "tests/upg/make-package.h"

static const upg_func_t functions;

static void
test_init_twice(void)
{
	g_autoptr(Device) device = device_new(&gya_board_ws63);

	g_assert_cmphex(uapi_partition_init(), ==, ERRCODE_SUCC);
	g_assert_cmphex(uapi_partition_init(), ==, ERRCODE_SUCC);
	g_assert_cmphex(uapi_upg_init(NULL), ==, 0x80003045);
	g_assert_cmphex(uapi_upg_init(&functions), ==, ERRCODE_SUCC);
	g_assert_cmphex(uapi_upg_init(&functions), ==, 0x80003041);
}

static void
test_before_init(void)
{
	g_autoptr(Device) device = device_new(&gya_board_ws63);
	upg_prepare_info_t info = {16};
	upg_result_t result;
	uint32_t index;
	guint8 byte = 0;

	g_assert_cmpuint(uapi_upg_get_storage_size(), ==, 0);
	g_assert_cmphex(uapi_upg_prepare(&info), ==, 0x80003040);
	g_assert_cmphex(uapi_upg_write_package_sync(0, &byte, 1), ==, 0x80003040);
	g_assert_cmphex(uapi_upg_read_package(0, &byte, 1), ==, 0x80003040);
	g_assert_cmphex(uapi_upg_request_upgrade(false), ==, 0x80003040);
	g_assert_cmphex(uapi_upg_reset_upgrade_flag(), ==, 0x80003040);
	g_assert_cmphex(uapi_upg_start(), ==, 0x80003040);
	g_assert_cmphex(uapi_upg_get_result(&result, &index), ==, 0x80003040);
	g_assert_cmpint(uapi_upg_get_status(), ==, UPG_STATUS_NONE);
	g_assert_cmpuint(device->flash->n_operations, ==, 0);
}

static void
test_without_partitions(void)
{
	g_autoptr(Device) device = device_new(&gya_board_ws63);
	upg_prepare_info_t info = {16};

	g_assert_cmphex(uapi_upg_init(&functions), ==, ERRCODE_SUCC);
	g_assert_cmpuint(uapi_upg_get_storage_size(), ==, 0);
	g_assert_cmphex(uapi_upg_prepare(&info), ==, 0x80003000);
	g_assert_cmpuint(device->flash->n_operations, ==, 0);
}

static void
test_prepare_sizes(void)
{
	g_autoptr(Device) device = device_new(&gya_board_ws63);
	upg_prepare_info_t info = {0};

	device_start_application(device);
	g_assert_cmpuint(uapi_upg_get_storage_size(), ==, 0x180000);
	g_assert_cmphex(uapi_upg_prepare(NULL), ==, 0x80003042);
	g_assert_cmphex(uapi_upg_prepare(&info), ==, 0x80003042);
	info.package_len = 0x180001;
	g_assert_cmphex(uapi_upg_prepare(&info), ==, 0x80003042);
	g_assert_cmpuint(device->flash->n_operations, ==, 0);
	info.package_len = 0x180000;
	g_assert_cmphex(uapi_upg_prepare(&info), ==, ERRCODE_SUCC);
	// a seven second watchdog lives through an erase of every sector at its slowest
	g_assert_cmpuint(device->n_kicks, >=, 0x183);
}

static void
test_write_checks(void)
{
	g_autoptr(Device) device = device_new(&gya_board_small);
	guint8 bytes[64] = {0};
	upg_prepare_info_t info = {1000};

	device_start_application(device);
	g_assert_cmphex(uapi_upg_write_package_sync(0, NULL, 0), ==, 0x80003045);
	g_assert_cmphex(uapi_upg_write_package_sync(0, bytes, 0), ==, 0x80003055);
	g_assert_cmphex(uapi_upg_write_package_sync(0, bytes, 1), ==, 0x80003054);
	g_assert_cmphex(uapi_upg_prepare(&info), ==, ERRCODE_SUCC);
	g_assert_cmphex(uapi_upg_write_package_sync(999, bytes, 2), ==, 0x80003051);
	g_assert_cmphex(uapi_upg_write_package_sync(1000, bytes, 1), ==, 0x80003051);
	g_assert_cmphex(uapi_upg_write_package_sync(0xFFFFFFF0, bytes, 0x20), ==, 0x80003051);
	g_assert_cmphex(uapi_upg_write_package_sync(999, bytes, 1), ==, ERRCODE_SUCC);
}

static void
test_order_is_counted(void)
{
	g_autoptr(Device) device = device_new(&gya_board_small);
	guint8 zeros[16] = {0};
	guint8 ones[16];
	upg_prepare_info_t info = {1000};

	memset(ones, 0xFF, sizeof ones);
	device_start_application(device);
	g_assert_cmphex(uapi_upg_prepare(&info), ==, ERRCODE_SUCC);
	g_assert_cmphex(uapi_upg_write_package_sync(0, zeros, 16), ==, ERRCODE_SUCC);
	g_assert_cmphex(uapi_upg_write_package_sync(16, zeros, 16), ==, ERRCODE_SUCC);
	g_assert_cmpuint(gya_upg_counters()->gaps + gya_upg_counters()->repeats, ==, 0);
	g_assert_cmphex(uapi_upg_write_package_sync(0, zeros, 16), ==, ERRCODE_SUCC);
	g_assert_cmpuint(gya_upg_counters()->repeats, ==, 1);
	g_assert_cmphex(uapi_upg_write_package_sync(100, zeros, 16), ==, ERRCODE_SUCC);
	g_assert_cmpuint(gya_upg_counters()->gaps, ==, 1);
	g_assert_cmpuint(gya_upg_counters()->conflicts, ==, 0);
	// as on the chip: no error, and the bits stay cleared
	g_assert_cmphex(uapi_upg_write_package_sync(0, ones, 16), ==, ERRCODE_SUCC);
	g_assert_cmpuint(gya_upg_counters()->conflicts, ==, 1);
	g_assert_cmpuint(device->flash->n_faults, ==, 1);
	g_assert_cmpuint(device_partition(device, GYA_WS63_FOTA)[3], ==, 0);
}

static void
test_read(void)
{
	g_autoptr(Device) device = device_new(&gya_board_ws63);
	g_autofree guint8 *bytes = g_malloc0(0x10001);

	device_start_application(device);
	memcpy(device_partition(device, GYA_WS63_FOTA) + 0x182FFE, "ab", 2);
	g_assert_cmphex(uapi_upg_read_package(0, NULL, 1), ==, 0x80003045);
	g_assert_cmphex(uapi_upg_read_package(0, bytes, 0), ==, 0x80003055);
	g_assert_cmphex(uapi_upg_read_package(0, bytes, 0x10000), ==, 0x80003055);
	g_assert_cmphex(uapi_upg_read_package(0x183000, bytes, 1), ==, 0x80003056);
	// past the end: shortened without telling
	memset(bytes, 'x', 8);
	g_assert_cmphex(uapi_upg_read_package(0x182FFE, bytes, 8), ==, ERRCODE_SUCC);
	g_assert_cmpmem(bytes, 8, "abxxxxxx", 8);
	// only 16 bits of the length count
	memset(bytes, 'x', 8);
	g_assert_cmphex(uapi_upg_read_package(0x182FFE, bytes, 0x10001), ==, ERRCODE_SUCC);
	g_assert_cmpmem(bytes, 4, "axxx", 4);
}

// The last sector of a package keeps what lies behind the package.
static void
test_prepare_spares_neighbours(void)
{
	g_autoptr(Device) device = device_new(&gya_board_small);
	guint8 *fota = device_partition(device, GYA_WS63_FOTA);
	upg_prepare_info_t info = {0x1801};

	memset(fota, 0x5A, 0x3000);
	device_start_application(device);
	g_assert_cmphex(uapi_upg_prepare(&info), ==, ERRCODE_SUCC);
	g_assert_cmpuint(fota[0x0000], ==, 0xFF);
	g_assert_cmpuint(fota[0x1800], ==, 0xFF);
	g_assert_cmpuint(fota[0x1801], ==, 0x5A);
	g_assert_cmpuint(fota[0x2FFF], ==, 0x5A);
}

// The 108 bytes of the flag sector, all FF but for the given words.
static void
assert_flags(Device *device, const guint32 (*words)[2], guint n_words)
{
	guint8 expected[0x1000];

	memset(expected, 0xFF, sizeof expected);
	for (guint i = 0; i < n_words; i++) {
		guint32 value = GUINT32_TO_LE(words[i][1]);

		memcpy(expected + words[i][0], &value, 4);
	}
	g_assert_cmpmem(device_flags(device), sizeof expected, expected, sizeof expected);
}

static void
test_flag_sector(void)
{
	static const guint32 prepared[][2] = {{0x00, 0x55AA55AA}, {0x04, 0}, {0x08, 19056}};
	static const guint32 armed[][2] = {
		{0x00, 0x55AA55AA}, {0x04, 0}, {0x08, 19056}, {0x0C, 1}, {0x68, 0xAA55AA55}};
	static const guint32 done[][2] = {{0x00, 0x55AA55AA}, {0x04, 0}, {0x08, 19056}, {0x0C, 1},
		{0x10, 0xFF000000}, {0x50, 0}, {0x64, 0}, {0x68, 0xAA55AA55}};
	static const guint32 told[][2] = {{0x00, 0x55AA55AA}, {0x04, 0}, {0x08, 19056}, {0x0C, 1},
		{0x10, 0xFF000000}, {0x4C, 0x00FFFFFF}, {0x50, 0}, {0x64, 0}, {0x68, 0xAA55AA55}};
	g_autoptr(Device) device = device_new(&gya_board_ws63);
	g_autoptr(GBytes) package = vector("v01_app_lzma", "signed.fwpkg", NULL);

	g_assert_true(device_flags(device) == device->flash->bytes + 0x3F2000);
	device_start_application(device);
	g_assert_cmphex(device_store(device, package, 4096), ==, ERRCODE_SUCC);
	assert_flags(device, prepared, G_N_ELEMENTS(prepared));
	g_assert_cmphex(uapi_upg_request_upgrade(false), ==, ERRCODE_SUCC);
	assert_flags(device, armed, G_N_ELEMENTS(armed));
	g_assert_cmpint(device_boot(device, 5, NULL), ==, GYA_BOOT_START);
	assert_flags(device, done, G_N_ELEMENTS(done));
	device_start_application(device);
	assert_flags(device, told, G_N_ELEMENTS(told));
	g_assert_cmphex(uapi_upg_reset_upgrade_flag(), ==, ERRCODE_SUCC);
	assert_flags(device, prepared, G_N_ELEMENTS(prepared));
}

static void
test_nv_flags(void)
{
	static const guint32 done[][2] = {{0x00, 0x55AA55AA}, {0x04, 0}, {0x08, 41040}, {0x0C, 2},
		{0x10, 0x00000000}, {0x14, 0xFFFF0000}, {0x4C, 0xFFFFFF0F}, {0x50, 0}, {0x54, 41040 - 16384},
		{0x58, 16384}, {0x5C, 41040 - 16384 - 160 + 16}, {0x60, 32}, {0x64, 0}, {0x68, 0xAA55AA55}};
	g_autoptr(Device) device = device_new(&gya_board_ws63);
	g_autoptr(GBytes) package = vector("v02_app_boot_nv", "signed.fwpkg", NULL);

	device_start_application(device);
	g_assert_cmphex(device_store(device, package, 4096), ==, ERRCODE_SUCC);
	g_assert_cmphex(uapi_upg_request_upgrade(false), ==, ERRCODE_SUCC);
	g_assert_cmpint(device_boot(device, 5, NULL), ==, GYA_BOOT_START);
	assert_flags(device, done, G_N_ELEMENTS(done));
}

static void
test_request_resets_on_demand(void)
{
	g_autoptr(Device) device = device_new(&gya_board_ws63);
	g_autoptr(GBytes) package = vector("v01_app_lzma", "signed.fwpkg", NULL);

	device_start_application(device);
	g_assert_cmphex(uapi_upg_request_upgrade(true), ==, ERRCODE_FAIL);
	g_assert_cmpuint(device->n_reboots, ==, 0);
	g_assert_cmphex(device_store(device, package, 1000), ==, ERRCODE_SUCC);
	g_assert_cmphex(uapi_upg_request_upgrade(true), ==, ERRCODE_SUCC);
	g_assert_cmpuint(device->n_reboots, ==, 1);
	// armed and not yet installed
	device_start_application(device);
	g_assert_cmpint(uapi_upg_get_status(), ==, UPG_STATUS_UPDATING);
}

static void
test_board_lookup(void)
{
	g_assert_cmpuint(gya_board_partition(&gya_board_ws63, GYA_WS63_FOTA)->address, ==, 0x270000);
	g_assert_null(gya_board_partition(&gya_board_ws63, GYA_WS63_HILINK));
	g_assert_null(gya_board_image(&gya_board_ws63, GYA_WS63_IMAGE_HILINK));
	g_assert_cmpuint(gya_board_image(&gya_board_ws63_hilink, GYA_WS63_IMAGE_HILINK)->partition, ==, 0x31);
	g_assert_cmpuint(gya_board_partition(&gya_board_ws63_hilink, 0x20)->size, ==, 0x1C0000);
	g_assert_true(gya_board_image(&gya_board_ws63, GYA_WS63_IMAGE_NV)->is_nv);
}

static void
test_board_partitions_are_apart(gconstpointer data)
{
	const struct gya_board *board = data;

	for (guint i = 0; i < board->n_partitions; i++) {
		const struct gya_partition *a = &board->partitions[i];

		g_assert_cmpuint(a->size, <=, board->flash_size);
		g_assert_cmpuint(a->address, <=, board->flash_size - a->size);
		for (guint j = 0; j < i; j++) {
			const struct gya_partition *b = &board->partitions[j];

			g_assert_true(
				a->address + a->size <= b->address || b->address + b->size <= a->address);
			g_assert_cmpuint(a->id, !=, b->id);
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ws63/api/second-init-says-already", test_init_twice);
	g_test_add_func("/ws63/api/nothing-works-before-init", test_before_init);
	g_test_add_func("/ws63/api/prepare-needs-partitions", test_without_partitions);
	g_test_add_func("/ws63/api/prepare-refuses-nothing-and-too-much", test_prepare_sizes);
	g_test_add_func("/ws63/api/write-checks-in-the-documented-order", test_write_checks);
	g_test_add_func("/ws63/api/write-order-is-counted", test_order_is_counted);
	g_test_add_func("/ws63/api/read-is-16-bit-and-shortened", test_read);
	g_test_add_func("/ws63/api/prepare-spares-what-lies-behind", test_prepare_spares_neighbours);
	g_test_add_func("/ws63/api/flag-sector-bytes", test_flag_sector);
	g_test_add_func("/ws63/api/flag-sector-bytes-with-nv", test_nv_flags);
	g_test_add_func("/ws63/api/request-resets-only-when-armed", test_request_resets_on_demand);
	g_test_add_func("/ws63/boards/lookup", test_board_lookup);
	g_test_add_data_func("/ws63/boards/apart/ws63", &gya_board_ws63, test_board_partitions_are_apart);
	g_test_add_data_func(
		"/ws63/boards/apart/hilink", &gya_board_ws63_hilink, test_board_partitions_are_apart);
	g_test_add_data_func("/ws63/boards/apart/ab", &gya_board_ws63_ab, test_board_partitions_are_apart);
	g_test_add_data_func(
		"/ws63/boards/apart/small-ab", &gya_board_small_ab, test_board_partitions_are_apart);
	g_test_add_data_func("/ws63/boards/apart/small", &gya_board_small, test_board_partitions_are_apart);
	return g_test_run();
}
