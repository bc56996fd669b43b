// SPDX-License-Identifier: Apache-2.0
#include <string.h>
#include <upg_ab.h>

#include "tests/upg/device.h"
#include "tests/upg/make-package.h"

#define CONFIG_CHECK 0x70746C6Cu

static guint8 *
config_page(Device *device)
{
	const struct gya_partition *b = gya_board_partition(device->board, GYA_WS63_FOTA);

	return device->flash->bytes + b->address + b->size - 0x1000;
}

static void
assert_config(Device *device, guint32 check, guint32 region)
{
	guint32 expected[2] = {GUINT32_TO_LE(check), GUINT32_TO_LE(region)};

	g_assert_cmpmem(config_page(device), 8, expected, 8);
}

static void
set_config(Device *device, guint32 check, guint32 region)
{
	guint32 words[2] = {GUINT32_TO_LE(check), GUINT32_TO_LE(region)};

	memcpy(config_page(device), words, sizeof words);
}

static void
put_into_region(Device *device, upg_region_index region, GBytes *image)
{
	gsize size;
	guint8 *bytes = (guint8 *) g_bytes_get_data(image, &size);

	g_assert_cmphex(upg_region_erase(region), ==, ERRCODE_SUCC);
	g_assert_cmphex(upg_ab_image_write(region, 0, bytes, size), ==, ERRCODE_SUCC);
}

// A board whose region A has `image` and that has started once.
static Device *
booted_device(GBytes *image)
{
	Device *device = device_new(&gya_board_small_ab);

	device_put(device, GYA_WS63_APPLICATION, image);
	g_assert_cmpint(device_boot(device, 3, NULL), ==, GYA_BOOT_START);
	device_start_application(device);
	return device;
}

static void
test_places(void)
{
	static const struct gya_partition guide_partitions[] = {
		{GYA_WS63_APPLICATION, true, 0x030000, 0x1E1000, "application"},
		{GYA_WS63_FOTA, true, 0x211000, 0x1E2000, "image-b"},
	};
	struct gya_board guide = gya_board_ws63_ab;
	g_autoptr(Device) device = device_new(&gya_board_ws63_ab);

	device_start_application(device);
	g_assert_cmphex(upg_get_region_addr(UPG_REGION_A), ==, 0x030000);
	g_assert_cmphex(upg_get_region_size(UPG_REGION_A), ==, 0x1E1000);
	g_assert_cmphex(upg_get_region_addr(UPG_REGION_B), ==, 0x211000);
	g_assert_cmphex(upg_get_region_size(UPG_REGION_B), ==, 0x1E0000);
	g_assert_cmphex(upg_get_region_size(UPG_REGION_COUNT), ==, 0);
	g_assert_true(config_page(device) == device->flash->bytes + 0x3F1000);

	guide.partitions = guide_partitions;
	guide.n_partitions = G_N_ELEMENTS(guide_partitions);
	device->port.board = &guide;
	device_start_application(device);
	g_assert_cmphex(upg_get_region_size(UPG_REGION_A), ==, 0x1E1000);
	g_assert_cmphex(upg_get_region_addr(UPG_REGION_B), ==, 0x211000);
	g_assert_cmphex(upg_get_region_size(UPG_REGION_B), ==, 0x1E1000);
}

static void
test_config_page(void)
{
	g_autoptr(GBytes) image = make_image(GYA_WS63_IMAGE_APPLICATION, 3000, 1);
	g_autoptr(Device) device = booted_device(image);

	assert_config(device, CONFIG_CHECK, UPG_REGION_A);
	g_assert_cmpint(upg_get_run_region(), ==, UPG_REGION_A);
	g_assert_cmpint(upg_get_upg_region(), ==, UPG_REGION_B);
	g_assert_cmphex(upg_set_run_region(UPG_REGION_A), ==, ERRCODE_INVALID_PARAM);
	g_assert_cmphex(upg_set_run_region(UPG_REGION_COUNT), ==, ERRCODE_INVALID_PARAM);
	g_assert_cmphex(upg_set_run_region(UPG_REGION_B), ==, ERRCODE_SUCC);
	assert_config(device, CONFIG_CHECK, UPG_REGION_B);
	g_assert_cmpint(upg_get_upg_region(), ==, UPG_REGION_A);

	set_config(device, CONFIG_CHECK, 2);
	g_assert_cmpint(upg_get_run_region(), ==, UPG_REGION_A);
	set_config(device, CONFIG_CHECK ^ 1, UPG_REGION_B);
	g_assert_cmpint(upg_get_run_region(), ==, UPG_REGION_A);
	assert_config(device, CONFIG_CHECK, UPG_REGION_A);
}

// The vendor's: on a page that was never written the first switch says that it went well, and is lost.
static void
test_first_switch_on_a_blank_page_is_lost(void)
{
	g_autoptr(Device) device = device_new(&gya_board_small_ab);

	device_start_application(device);
	g_assert_cmphex(upg_set_run_region(UPG_REGION_B), ==, ERRCODE_SUCC);
	g_assert_cmpint(upg_get_run_region(), ==, UPG_REGION_A);
	g_assert_cmphex(upg_set_run_region(UPG_REGION_B), ==, ERRCODE_SUCC);
	g_assert_cmpint(upg_get_run_region(), ==, UPG_REGION_B);
}

static void
test_ranges(void)
{
	g_autoptr(GBytes) image = make_image(GYA_WS63_IMAGE_APPLICATION, 3000, 1);
	g_autoptr(Device) device = booted_device(image);
	guint32 size = upg_get_region_size(UPG_REGION_B);
	guint8 bytes[16] = {0};
	guint64 operations;

	// one sector goes to the config page, and B is the shorter one
	g_assert_cmphex(upg_get_region_size(UPG_REGION_A), ==, 0x4000);
	g_assert_cmphex(size, ==, 0x3000);
	g_assert_cmphex(upg_region_erase(UPG_REGION_B), ==, ERRCODE_SUCC);
	operations = device->flash->n_operations;
	g_assert_cmphex(upg_ab_image_write(UPG_REGION_B, size - 15, bytes, 16), ==, 0x80003051);
	g_assert_cmphex(upg_ab_image_write(UPG_REGION_B, 0xFFFFFFF0, bytes, 16), ==, 0x80003051);
	g_assert_cmphex(upg_ab_image_write(UPG_REGION_COUNT, 0, bytes, 16), ==, ERRCODE_INVALID_PARAM);
	g_assert_cmphex(upg_ab_image_write(UPG_REGION_B, 0, NULL, 16), ==, ERRCODE_INVALID_PARAM);
	g_assert_cmphex(upg_region_erase(UPG_REGION_COUNT), ==, ERRCODE_INVALID_PARAM);
	g_assert_cmphex(upg_ab_image_read(UPG_REGION_B, size, bytes, 1), ==, 0x80003051);
	g_assert_cmpuint(device->flash->n_operations, ==, operations);
	g_assert_cmphex(upg_ab_image_write(UPG_REGION_B, size - 16, bytes, 16), ==, ERRCODE_SUCC);
	assert_config(device, CONFIG_CHECK, UPG_REGION_A);
	memset(bytes, 0xA5, sizeof bytes);
	g_assert_cmphex(upg_ab_image_read(UPG_REGION_B, size - 16, bytes, 16), ==, ERRCODE_SUCC);
	g_assert_cmpuint(bytes[15], ==, 0);
}

// The vendor's test is the wrong way round.
static void
test_start(void)
{
	static const upg_func_t functions = {0};
	g_autoptr(GBytes) image = make_image(GYA_WS63_IMAGE_APPLICATION, 3000, 1);
	g_autoptr(Device) device = booted_device(image);

	put_into_region(device, UPG_REGION_B, image);
	g_assert_cmphex(upg_ab_start(UPG_REGION_A), ==, ERRCODE_INVALID_PARAM);
	g_assert_cmphex(upg_ab_start(UPG_REGION_B), ==, ERRCODE_INVALID_PARAM);
	g_assert_cmphex(upg_ab_start(UPG_REGION_COUNT), ==, ERRCODE_UPG_ALREADY_INIT);
	g_assert_cmphex(upg_region_verify(UPG_REGION_B), ==, ERRCODE_SUCC);
	device_power_on(device);
	g_assert_cmphex(uapi_partition_init(), ==, ERRCODE_SUCC);
	g_assert_cmphex(upg_ab_start(UPG_REGION_COUNT), ==, ERRCODE_SUCC);
	g_assert_cmphex(uapi_upg_init(&functions), ==, ERRCODE_UPG_ALREADY_INIT);
	g_assert_cmpuint(device->flash->bytes[upg_get_region_addr(UPG_REGION_B)], ==, 0xFF);
}

// Whatever is asked for, the region that does not run is looked at.
static void
test_verify_ignores_its_argument(void)
{
	g_autoptr(GBytes) image = make_image(GYA_WS63_IMAGE_APPLICATION, 3000, 1);
	g_autoptr(Device) device = booted_device(image);

	g_assert_cmphex(upg_region_verify(UPG_REGION_A), ==, ERRCODE_FAIL);
	put_into_region(device, UPG_REGION_B, image);
	g_assert_cmphex(upg_region_verify(UPG_REGION_A), ==, ERRCODE_SUCC);
	// also when the other one is chosen for the next boot
	g_assert_cmphex(upg_set_run_region(UPG_REGION_B), ==, ERRCODE_SUCC);
	device->flash->bytes[upg_get_region_addr(UPG_REGION_B) + 0x300] ^= 1;
	g_assert_cmphex(upg_region_verify(UPG_REGION_A), ==, ERRCODE_FAIL);
	// integrity only: what the header says of its maker nobody reads
	device->flash->bytes[upg_get_region_addr(UPG_REGION_B) + 0x300] ^= 1;
	device->flash->bytes[upg_get_region_addr(UPG_REGION_B) + 0xC0] ^= 1;
	g_assert_cmphex(upg_region_verify(UPG_REGION_A), ==, ERRCODE_SUCC);
}

static void
test_package_calls_are_not_there(void)
{
	g_autoptr(Device) device = device_new(&gya_board_ws63_ab);
	upg_prepare_info_t info = {16};

	device_start_application(device);
	g_assert_cmpuint(uapi_upg_get_storage_size(), ==, 0);
	g_assert_cmphex(uapi_upg_prepare(&info), ==, ERRCODE_PARTITION_NOT_SUPPORT);
	g_assert_cmphex(uapi_upg_request_upgrade(false), ==, ERRCODE_PARTITION_NOT_SUPPORT);
	g_assert_cmphex(uapi_upg_reset_upgrade_flag(), ==, ERRCODE_PARTITION_NOT_SUPPORT);
	g_assert_cmpuint(device->flash->n_operations, ==, 0);

	device->port.board = &gya_board_ws63;
	device_start_application(device);
	g_assert_cmphex(upg_region_erase(UPG_REGION_B), ==, ERRCODE_INVALID_PARAM);
	g_assert_cmphex(upg_set_run_region(UPG_REGION_B), ==, ERRCODE_PARTITION_NOT_SUPPORT);
	g_assert_cmpuint(device->flash->n_operations, ==, 0);
}

static void
assert_runs(Device *device, upg_region_index region, GBytes *image)
{
	struct gya_upg_identity identity;

	g_assert_cmpuint(device->region_register, ==, region);
	device_start_application(device);
	g_assert_true(gya_upg_application_identity(GYA_WS63_APPLICATION, &identity));
	g_assert_cmpuint(identity.image_size, ==, g_bytes_get_size(image));
	g_assert_true(identity.valid);
}

static void
test_third_failure_switches(void)
{
	g_autoptr(GBytes) a = make_image(GYA_WS63_IMAGE_APPLICATION, 3000, 1);
	g_autoptr(GBytes) b = make_image(GYA_WS63_IMAGE_APPLICATION, 4000, 2);
	g_autoptr(Device) device = booted_device(a);
	guint n_boots;

	put_into_region(device, UPG_REGION_B, b);
	g_assert_cmphex(upg_set_run_region(UPG_REGION_B), ==, ERRCODE_SUCC);
	g_assert_cmpint(device_boot(device, 2, &n_boots), ==, GYA_BOOT_START);
	g_assert_cmpuint(n_boots, ==, 1);
	assert_runs(device, UPG_REGION_B, b);

	device->flash->bytes[upg_get_region_addr(UPG_REGION_B) + 0x500] ^= 1;
	g_assert_cmpint(device_boot(device, 8, &n_boots), ==, GYA_BOOT_START);
	g_assert_cmpuint(n_boots, ==, 4);
	assert_runs(device, UPG_REGION_A, a);
	assert_config(device, CONFIG_CHECK, UPG_REGION_A);
	g_assert_cmpuint(device->retry_register, ==, 0);
}

static void
test_two_bad_regions_come_to_an_end(void)
{
	g_autoptr(GBytes) a = make_image(GYA_WS63_IMAGE_APPLICATION, 3000, 1);
	g_autoptr(Device) device = booted_device(a);
	guint n_boots;

	device->flash->bytes[upg_get_region_addr(UPG_REGION_A) + 0x500] ^= 1;
	g_assert_cmpint(device_boot(device, 40, &n_boots), ==, GYA_BOOT_DEAD);
	g_assert_cmpuint(n_boots, ==, 12);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ws63/region/places-of-both-tables", test_places);
	g_test_add_func("/ws63/region/config-page", test_config_page);
	g_test_add_func("/ws63/region/first-switch-on-a-blank-page-is-lost",
		test_first_switch_on_a_blank_page_is_lost);
	g_test_add_func("/ws63/region/nothing-outside-is-touched", test_ranges);
	g_test_add_func("/ws63/region/start-refuses-both", test_start);
	g_test_add_func("/ws63/region/verify-ignores-its-argument", test_verify_ignores_its_argument);
	g_test_add_func("/ws63/region/no-packages-here-no-regions-there", test_package_calls_are_not_there);
	g_test_add_func("/ws63/region/third-failure-switches", test_third_failure_switches);
	g_test_add_func("/ws63/region/two-bad-regions-come-to-an-end", test_two_bad_regions_come_to_an_end);
	return g_test_run();
}
