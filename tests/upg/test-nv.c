// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "device-agent/upg/nv.h"
#include "tests/upg/device.h"
#include "tests/upg/make-package.h"

// A board with these stored pages that has booted after an upgrade by an application and these NV bytes.
static Device *
device_with_nv(GBytes *stored, GBytes *nv)
{
	Device *device = device_new(&gya_board_small);
	g_autoptr(GBytes) old = make_image(GYA_WS63_IMAGE_APPLICATION, 1000, 1);
	g_autoptr(GBytes) new = make_image(GYA_WS63_IMAGE_APPLICATION, 1500, 2);
	MakeImage images[] = {
		{.id = GYA_WS63_IMAGE_APPLICATION, .data = new}, {.id = GYA_WS63_IMAGE_NV, .data = nv}};
	g_autoptr(GBytes) package = make_package(images, 2);

	device_put(device, GYA_WS63_APPLICATION, old);
	if (stored != NULL)
		device_put(device, GYA_WS63_NV, stored);
	device_upgrade(device, package);
	return device;
}

static void
assert_tries(Device *device, guint8 first, guint8 second, guint8 third)
{
	guint8 expected[3] = {first, second, third};

	g_assert_cmpmem(device_flags(device) + 0x4C, 3, expected, 3);
}

// Stored and in the image, the rules one by one; what comes out is a page of its own.
static void
test_merge(void)
{
	static const MakeNvRecord stored[] = {
		{1, 8, 0x11},
		{2, 8, 0x12, .is_permanent = TRUE},
		{3, 8, 0x13, .is_fixed = TRUE},
		{4, 8, 0x14, .is_encrypted = TRUE},
		{5, 8, 0x15},
		{6, 8, 0x16, .is_deleted = TRUE},
		{7, 8, 0x17, .is_deleted = TRUE},
	};
	static const MakeNvRecord image[] = {
		{1, 13, 0x21},
		{2, 8, 0x22},
		{3, 8, 0x23},
		{4, 8, 0x24},
		{7, 3, 0x27},
		{8, 16, 0x28, .is_permanent = TRUE},
		{9, 4, 0x29, .is_deleted = TRUE},
	};
	static const MakeNvRecord merged[] = {
		{1, 13, 0x21},
		{2, 8, 0x12, .is_permanent = TRUE},
		{3, 8, 0x13, .is_fixed = TRUE},
		{4, 8, 0x14, .is_encrypted = TRUE},
		{5, 8, 0x15},
		{7, 3, 0x27},
		{8, 16, 0x28, .is_permanent = TRUE},
	};
	g_autoptr(GBytes) stored_page = make_nv_page(0, 41, stored, G_N_ELEMENTS(stored));
	g_autoptr(GBytes) page = make_nv_page(0, 1, image, G_N_ELEMENTS(image));
	g_autoptr(GBytes) expected = make_nv_page(0, 41, merged, G_N_ELEMENTS(merged));
	g_autoptr(Device) device = device_with_nv(stored_page, page);
	guint64 operations;

	// the boot loader only notes it
	g_assert_true(device_holds(device, GYA_WS63_NV, stored_page));
	assert_tries(device, 0x0F, 0xFF, 0xFF);
	g_assert_cmphex(gya_upg_nv_apply(), ==, ERRCODE_SUCC);
	g_assert_true(device_holds(device, GYA_WS63_NV, expected));
	assert_tries(device, 0, 0, 0);
	g_assert_cmpuint(device_partition(device, GYA_WS63_NV)[0x1000], ==, 0xFF);
	g_assert_cmpuint(device->flash->n_faults, ==, 0);

	// once
	operations = device->flash->n_operations;
	g_assert_cmphex(gya_upg_nv_apply(), ==, ERRCODE_SUCC);
	g_assert_cmpuint(device->flash->n_operations, ==, operations);
}

// A key is replaced where it is stored, on whatever page the image has it, and added once.
static void
test_keys_on_other_pages(void)
{
	static const MakeNvRecord first[] = {{1, 8, 0x11}, {2, 8, 0x12}};
	static const MakeNvRecord second[] = {{3, 8, 0x13}};
	static const MakeNvRecord image_first[] = {{3, 8, 0x23}, {4, 8, 0x24}};
	static const MakeNvRecord image_second[] = {{1, 8, 0x21}};
	static const MakeNvRecord merged_first[] = {{1, 8, 0x21}, {2, 8, 0x12}, {4, 8, 0x24}};
	static const MakeNvRecord merged_second[] = {{3, 8, 0x23}};
	const struct {
		const MakeNvRecord *records;
		guint n;
	} pages[] = {{first, 2}, {second, 1}, {image_first, 2}, {image_second, 1}, {merged_first, 3},
		{merged_second, 1}};
	GBytes *pair[3];
	g_autoptr(Device) device = NULL;

	for (guint i = 0; i < 3; i++) {
		g_autoptr(GByteArray) bytes = g_byte_array_new();

		for (guint8 j = 0; j < 2; j++) {
			guint32 sequence = i == 1 ? 1 : 9;
			g_autoptr(GBytes) page =
				make_nv_page(j, sequence, pages[2 * i + j].records, pages[2 * i + j].n);

			g_byte_array_append(bytes, g_bytes_get_data(page, NULL), 4096);
		}
		pair[i] = g_bytes_new(bytes->data, bytes->len);
	}
	device = device_with_nv(pair[0], pair[1]);
	g_assert_cmphex(gya_upg_nv_apply(), ==, ERRCODE_SUCC);
	g_assert_true(device_holds(device, GYA_WS63_NV, pair[2]));
	for (guint i = 0; i < 3; i++)
		g_bytes_unref(pair[i]);
}

// The vendor's own kind of file into a partition that was never written.
static void
test_vector_into_blank_store(void)
{
	g_autoptr(GBytes) nv = vector("inputs", "nv.bin", NULL);
	g_autoptr(Device) device = device_with_nv(NULL, nv);

	g_assert_cmpuint(g_bytes_get_size(nv), ==, 0x4000);
	g_assert_cmphex(gya_upg_nv_apply(), ==, ERRCODE_SUCC);
	assert_tries(device, 0, 0, 0);
	g_assert_true(device_holds(device, GYA_WS63_NV, nv));
}

static GBytes *
bytes_of(gsize size, guint8 value)
{
	guint8 *bytes = g_malloc(size);

	memset(bytes, value, size);
	return g_bytes_new_take(bytes, size);
}

// One try each boot, then no more; nothing of the store is touched, and the upgrade's result stays.
static void
assert_given_up(Device *device, GBytes *stored, errcode_t code)
{
	static const guint8 tries[3][3] = {{0, 0xFF, 0xFF}, {0, 0, 0xFF}, {0, 0, 0}};
	upg_result_t result;
	uint32_t index;

	for (guint i = 0; i < 3; i++) {
		g_assert_cmpint(device_boot(device, 2, NULL), ==, GYA_BOOT_START);
		device_start_application(device);
		g_assert_cmphex(gya_upg_nv_apply(), ==, code);
		assert_tries(device, tries[i][0], tries[i][1], tries[i][2]);
	}
	device_start_application(device);
	g_assert_cmphex(gya_upg_nv_apply(), ==, ERRCODE_SUCC);
	g_assert_true(device_holds(device, GYA_WS63_NV, stored));
	g_assert_cmphex(uapi_upg_get_result(&result, &index), ==, ERRCODE_SUCC);
	g_assert_cmpuint(result, ==, UPG_RESULT_UPDATE_SUCCESS);
}

static void
test_three_failures(void)
{
	static const MakeNvRecord records[] = {{1, 8, 0x11}};
	static const MakeNvRecord wide[] = {{1, 2000, 0x21}, {2, 1900, 0x22}};
	static const MakeNvRecord much[] = {{3, 3000, 0x13}, {1, 8, 0x11}};
	g_autoptr(GBytes) stored = make_nv_page(0, 3, records, 1);
	g_autoptr(GBytes) full = make_nv_page(0, 3, much, 2);
	g_autoptr(GBytes) broad = make_nv_page(0, 1, wide, 2);
	g_autoptr(GBytes) not_whole = bytes_of(4080, 0xFF);
	g_autoptr(GBytes) no_pages = bytes_of(4096, 0x77);
	g_autoptr(GBytes) too_many = bytes_of(0x5000, 0xFF);
	g_autofree guint8 *cut_short = g_memdup2(g_bytes_get_data(stored, NULL), 4096);
	g_autoptr(GBytes) damaged = NULL;
	const struct {
		GBytes *stored;
		GBytes **nv;
		errcode_t code;
	} cases[] = {
		{stored, &not_whole, ERRCODE_UPG_INVALID_PARAMETER},
		{stored, &too_many, ERRCODE_UPG_INVALID_PARAMETER},
		{stored, &no_pages, ERRCODE_FAIL},
		{stored, &damaged, ERRCODE_FAIL},
		{full, &broad, ERRCODE_UPG_NO_ENOUGH_SPACE},
	};

	// a record that reaches past the page
	cut_short[18] = 0xFF;
	cut_short[19] = 0x0F;
	damaged = g_bytes_new(cut_short, 4096);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Device) device = device_with_nv(cases[i].stored, *cases[i].nv);

		assert_given_up(device, cases[i].stored, cases[i].code);
	}
}

// What the flag sector says of the place is not taken for granted.
static void
test_lying_place(void)
{
	static const guint32 places[][3] = {{0x400, 0xFFFFF000, 0x200}, {0xFFFFF000, 0x1000, 0x200},
		{0x400, 0x1000, 0xFFFFFFF0}, {0, 0, 0}, {0x230, 0x1000, 0x200}};
	static const MakeNvRecord records[] = {{1, 8, 0x11}};
	g_autoptr(GBytes) stored = make_nv_page(0, 3, records, 1);
	g_autoptr(GBytes) nv = make_nv_page(0, 1, records, 1);

	for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
		g_autoptr(Device) device = device_with_nv(stored, nv);

		device_set_flags(device, 0x54, places[i][0]);
		device_set_flags(device, 0x58, places[i][1]);
		device_set_flags(device, 0x5C, places[i][2]);
		g_assert_cmphex(gya_upg_nv_apply(), !=, ERRCODE_SUCC);
		g_assert_true(device_holds(device, GYA_WS63_NV, stored));
	}
}

static void
test_nothing_to_do(void)
{
	g_autoptr(Device) device = device_new(&gya_board_small);
	g_autoptr(Device) none = NULL;

	g_assert_cmphex(gya_upg_nv_apply(), ==, ERRCODE_UPG_NOT_INIT);
	device_start_application(device);
	g_assert_cmphex(gya_upg_nv_apply(), ==, ERRCODE_SUCC);
	g_assert_cmpuint(device->flash->n_operations, ==, 0);
	none = device_new(&gya_board_small_ab);
	device_start_application(none);
	g_assert_cmphex(gya_upg_nv_apply(), ==, ERRCODE_SUCC);
	g_assert_cmpuint(none->flash->n_operations, ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ws63/nv/stored-keys-are-replaced-but-for-the-protected", test_merge);
	g_test_add_func("/ws63/nv/keys-may-be-on-other-pages", test_keys_on_other_pages);
	g_test_add_func("/ws63/nv/blank-store-takes-the-image", test_vector_into_blank_store);
	g_test_add_func("/ws63/nv/given-up-after-three-boots", test_three_failures);
	g_test_add_func("/ws63/nv/a-lying-place-is-refused", test_lying_place);
	g_test_add_func("/ws63/nv/nothing-to-do", test_nothing_to_do);
	return g_test_run();
}
