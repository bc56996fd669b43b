// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "tests/upg/device.h"
#include "tests/upg/make-package.h"

static const struct vector_case {
	const char *name;
	const char *application;
	const char *flashboot;
} cases[] = {
	{"v01_app_lzma", "app_sign.bin", NULL},
	{"v02_app_boot_nv", "app_sign.bin", "flashboot_sign.bin"},
	{"v03_app_raw_padded", "app_unaligned.bin", NULL},
	{"v04_app_boot_ver", "app_sign.bin", "flashboot_sign.bin"},
	{"v05_app_versions", "app_unaligned.bin", NULL},
	{"v06_app_hashonly", "app_sign.bin", NULL}, // accepted, as by the vendor's
	{"v08_boot_only_raw", NULL, "flashboot_sign.bin"},
	{"v09_app_incompressible", "app_incompressible.bin", NULL},
};

static guint n_checks;

static errcode_t
count_check(uint8_t *user_info, uint32_t info_len, uintptr_t param)
{
	g_assert_cmpuint(info_len, ==, 112);
	g_assert_cmpuint(param, ==, 42);
	g_assert_nonnull(user_info);
	n_checks++;
	return ERRCODE_SUCC;
}

static void
assert_partition(Device *device, guint16 partition, const char *input)
{
	g_autoptr(GBytes) image = NULL;

	if (input == NULL)
		return;
	image = vector("inputs", input, NULL);
	g_assert_true(device_holds(device, partition, image));
	// behind the image the partition is erased, but for the zeros that pad a plain one
	g_assert_cmpuint(device_partition(device, partition)[g_bytes_get_size(image) + 16], ==, 0xFF);
}

static void
assert_outcome(upg_result_t expected, upg_status_t status)
{
	upg_result_t result;
	uint32_t index = 0;

	g_assert_cmpint(uapi_upg_get_status(), ==, status);
	g_assert_cmphex(uapi_upg_get_result(&result, &index), ==, ERRCODE_SUCC);
	g_assert_cmpuint(result, ==, expected);
	g_assert_cmphex(index, ==, 0xFFFFFFFF);
}

static void
test_vector(gconstpointer data)
{
	const struct vector_case *c = data;
	g_autoptr(Device) device = device_new(&gya_board_ws63);
	g_autoptr(GBytes) package = vector(c->name, "signed.fwpkg", NULL);
	g_autoptr(GBytes) old = make_image(GYA_WS63_IMAGE_APPLICATION, 5000, 1);

	device_put(device, GYA_WS63_APPLICATION, old);
	device_upgrade(device, package);
	assert_outcome(UPG_RESULT_UPDATE_SUCCESS, UPG_STATUS_SUCC);
	assert_partition(device, GYA_WS63_APPLICATION, c->application);
	assert_partition(device, GYA_WS63_FLASHBOOT, c->flashboot);
	if (c->application == NULL)
		g_assert_true(device_holds(device, GYA_WS63_APPLICATION, old));

	g_assert_cmpint(device_boot(device, 1, NULL), ==, GYA_BOOT_START);
	device_start_application(device);
	assert_outcome(UPG_RESULT_UPDATE_SUCCESS, UPG_STATUS_NONE);
	g_assert_cmpuint(device->flash->n_faults, ==, 0);
}

// As the vendor's sources were run: any piece size, the first piece twice, the user's check at request and at
// start.
static void
test_piece_size(gconstpointer data)
{
	gsize piece = GPOINTER_TO_SIZE(data);
	g_autoptr(Device) device = device_new(&gya_board_ws63);
	g_autoptr(GBytes) package = vector("v02_app_boot_nv", "signed.fwpkg", NULL);
	gsize size = g_bytes_get_size(package);

	n_checks = 0;
	device_start_application(device);
	uapi_upg_register_user_defined_verify_func(count_check, 42);
	g_assert_cmphex(device_store(device, package, piece), ==, ERRCODE_SUCC);
	g_assert_cmphex(
		uapi_upg_write_package_sync(0, g_bytes_get_data(package, NULL), (uint16_t) MIN(piece, size)),
		==, 0);
	g_assert_cmpuint(device->flash->n_faults, ==, 0);
	g_assert_cmphex(uapi_upg_request_upgrade(false), ==, ERRCODE_SUCC);
	g_assert_cmpuint(n_checks, ==, 1);
	g_assert_cmphex(uapi_upg_start(), ==, ERRCODE_SUCC);
	g_assert_cmpuint(n_checks, ==, 2);
	g_assert_cmphex(uapi_upg_start(), ==, ERRCODE_UPG_NOT_NEED_TO_UPDATE);
	assert_partition(device, GYA_WS63_APPLICATION, "app_sign.bin");
	assert_partition(device, GYA_WS63_FLASHBOOT, "flashboot_sign.bin");
}

static void
test_console_text(void)
{
	g_autoptr(Device) device = device_new(&gya_board_ws63);
	g_autoptr(GBytes) package = vector("v03_app_raw_padded", "signed.fwpkg", NULL);

	device_upgrade(device, package);
	g_assert_cmpstr(device->console->str, ==,
		"need upgrade\r\n"
		"[UPG] upg percent : 10 %\r[UPG] upg percent : 20 %\r[UPG] upg percent : 30 %\r"
		"[UPG] upg percent : 40 %\r[UPG] upg percent : 51 %\r[UPG] upg percent : 61 %\r"
		"[UPG] upg percent : 71 %\r[UPG] upg percent : 81 %\r[UPG] upg percent : 92 %\r"
		"[UPG] upg percent : 100 %\n"
		"upgrade success, reset now\r\n");
}

// A chip with an old application, the package stored and armed.
static Device *
armed_device(const MakeImage *images, guint n_images, GBytes *old)
{
	Device *device = device_new(&gya_board_small);
	g_autoptr(GBytes) package = make_package(images, n_images);

	device_put(device, GYA_WS63_APPLICATION, old);
	device_start_application(device);
	g_assert_cmphex(device_store(device, package, 1024), ==, ERRCODE_SUCC);
	g_assert_cmphex(uapi_upg_request_upgrade(false), ==, ERRCODE_SUCC);
	return device;
}

// Every start fails with `code`, three times, then the upgrade is over with 13.
static void
assert_three_failures(Device *device, errcode_t code)
{
	static const guint8 after[3][3] = {{0, 0xFF, 0xFF}, {0, 0, 0xFF}, {0, 0, 0}};

	for (guint i = 0; i < 3; i++) {
		device_start_application(device);
		g_assert_cmphex(uapi_upg_start(), ==, code);
		g_assert_cmpmem(device_flags(device) + 0x10, 3, after[i], 3);
	}
	device_start_application(device);
	assert_outcome(UPG_RESULT_RETRY_ALL_FAILED, UPG_STATUS_FAIL);
	g_assert_cmphex(uapi_upg_start(), ==, ERRCODE_UPG_NOT_NEED_TO_UPDATE);
}

static GBytes *
bytes_of(gsize size, guint8 value)
{
	guint8 *bytes = g_malloc(size);

	memset(bytes, value, size);
	return g_bytes_new_take(bytes, size);
}

static void
test_too_large_plain(void)
{
	g_autoptr(GBytes) old = make_image(GYA_WS63_IMAGE_APPLICATION, 3000, 1);
	g_autoptr(GBytes) large = bytes_of(0x5010, 0x11);
	MakeImage image = {.id = GYA_WS63_IMAGE_FLASHBOOT, .data = large};
	g_autoptr(Device) device = armed_device(&image, 1, old);

	memset(device_partition(device, GYA_WS63_FLASHBOOT), 0, 16);
	assert_three_failures(device, 0x80003051);
	// found only after the erase: that is why a host has to look before it sends
	g_assert_cmpuint(device_partition(device, GYA_WS63_FLASHBOOT)[0], ==, 0xFF);
	g_assert_cmpint(device_boot(device, 1, NULL), ==, GYA_BOOT_START);
}

static void
test_too_large_lzma(void)
{
	static const guint8 header[32] = {0x5A, 0x00, 0x10, 0x00, 0x00, 0x01, 0x10, 0x01};
	g_autoptr(GBytes) old = make_image(GYA_WS63_IMAGE_APPLICATION, 3000, 1);
	g_autoptr(GBytes) data = g_bytes_new_static(header, sizeof header);
	MakeImage image = {.id = GYA_WS63_IMAGE_APPLICATION, .data = data, .decompress = MAKE_LZMA};
	g_autoptr(Device) device = armed_device(&image, 1, old);
	guint n_boots;

	assert_three_failures(device, 0x80003051);
	g_assert_cmpuint(device_partition(device, GYA_WS63_APPLICATION)[0], ==, 0xFF);
	// the stored package is tried three rounds more, and then nothing is left
	device->retry_register = 0;
	g_assert_cmpint(device_boot(device, 60, &n_boots), ==, GYA_BOOT_DEAD);
	g_assert_cmpuint(n_boots, ==, 3 * (3 + 3) + 3);
}

static const struct broken_case {
	const char *name;
	guint32 decompress;
	guint32 encrypt;
	guint8 data[32];
	errcode_t code;
	gboolean erases;
} broken[] = {
	{"diff", MAKE_DIFF, 0, {0}, 0x80003046, FALSE},
	{"encrypted", MAKE_LZMA, MAKE_ENCRYPTED, {0}, 0x80003046, FALSE},
	{"lzma-damaged", MAKE_LZMA, 0, {0x5A, 0, 0x10, 0, 0, 16, [16] = 1}, 0x80003062, TRUE},
	{"lzma-dictionary", MAKE_LZMA, 0, {0x5A, 0, 0x20, 0, 0, 16}, 0x80003062, TRUE},
	{"lzma-short", MAKE_LZMA, 0, {0x5A, 0, 0x10, 0, 0, 0, 0x10}, 0x80003062, TRUE},
	{"lzma-size-over-32-bits", MAKE_LZMA, 0, {0x5A, 0, 0x10, 0, 0, 16, [9] = 1}, 0x80003062, TRUE},
};

static void
test_broken(gconstpointer data)
{
	const struct broken_case *c = data;
	g_autoptr(GBytes) old = make_image(GYA_WS63_IMAGE_APPLICATION, 3000, 1);
	g_autoptr(GBytes) stored = g_bytes_new_static(c->data, sizeof c->data);
	MakeImage image = {.id = GYA_WS63_IMAGE_APPLICATION,
		.data = stored,
		.decompress = c->decompress,
		.encrypt = c->encrypt};
	g_autoptr(Device) device = armed_device(&image, 1, old);

	assert_three_failures(device, c->code);
	g_assert_cmpint(device_holds(device, GYA_WS63_APPLICATION, old), ==, !c->erases);
}

static void
test_success_on_last_try(void)
{
	g_autoptr(GBytes) old = make_image(GYA_WS63_IMAGE_APPLICATION, 3000, 1);
	g_autoptr(GBytes) new = make_image(GYA_WS63_IMAGE_APPLICATION, 4000, 2);
	MakeImage image = {.id = GYA_WS63_IMAGE_APPLICATION, .data = new};
	g_autoptr(Device) device = armed_device(&image, 1, old);

	memset(device_flags(device) + 0x10, 0, 2); // two tries gone
	g_assert_cmphex(uapi_upg_start(), ==, 0x80003067);
	g_assert_true(device_holds(device, GYA_WS63_APPLICATION, new));
	g_assert_cmpint(device_boot(device, 1, NULL), ==, GYA_BOOT_START);
	device_start_application(device);
	assert_outcome(UPG_RESULT_RETRY_ALL_FAILED, UPG_STATUS_FAIL);
	device_start_application(device);
	assert_outcome(UPG_RESULT_RETRY_ALL_FAILED, UPG_STATUS_NONE);
}

static void
test_success_on_second_try(void)
{
	static const guint8 finished[3] = {0};
	g_autoptr(GBytes) old = make_image(GYA_WS63_IMAGE_APPLICATION, 3000, 1);
	g_autoptr(GBytes) new = make_image(GYA_WS63_IMAGE_APPLICATION, 4000, 2);
	MakeImage image = {.id = GYA_WS63_IMAGE_APPLICATION, .data = new};
	g_autoptr(Device) device = armed_device(&image, 1, old);

	device_flags(device)[0x10] = 0;
	g_assert_cmphex(uapi_upg_start(), ==, ERRCODE_SUCC);
	g_assert_cmpmem(device_flags(device) + 0x10, 3, finished, 3);
	device_start_application(device);
	assert_outcome(UPG_RESULT_UPDATE_SUCCESS, UPG_STATUS_SUCC);
}

// A package with an image of another device never ends, and the board never starts its application again.
static void
test_unknown_id_loops(void)
{
	g_autoptr(GBytes) old = make_image(GYA_WS63_IMAGE_APPLICATION, 3000, 1);
	g_autoptr(GBytes) new = make_image(GYA_WS63_IMAGE_APPLICATION, 4000, 2);
	MakeImage images[] = {
		{.id = GYA_WS63_IMAGE_APPLICATION, .data = new}, {.id = GYA_WS63_IMAGE_HILINK, .data = old}};
	g_autoptr(Device) device = armed_device(images, 2, old);
	static const guint8 part[4] = {0xFF, 0xFF, 0, 0};

	for (guint i = 0; i < 12; i++) {
		g_string_truncate(device->console, 0);
		g_assert_cmpint(device_boot(device, 1, NULL), ==, GYA_BOOT_RESET);
		g_assert_nonnull(strstr(device->console->str, "upgrade success, reset now"));
		g_assert_cmpmem(device_flags(device) + 0x64, 4, part, 4);
	}
	g_assert_true(device_holds(device, GYA_WS63_APPLICATION, new));
}

// An image of the user's own is a row in two tables of the board.
static void
test_user_added_image(void)
{
	static const struct gya_board_image images[] = {
		{GYA_WS63_IMAGE_APPLICATION, GYA_WS63_APPLICATION, false},
		{0x5A5A0001, 0x32, false},
	};
	struct gya_partition partitions[16];
	struct gya_board board = gya_board_small;
	g_autoptr(GBytes) old = make_image(GYA_WS63_IMAGE_APPLICATION, 3000, 1);
	g_autoptr(GBytes) new = make_image(GYA_WS63_IMAGE_APPLICATION, 4000, 2);
	g_autoptr(GBytes) own = bytes_of(5000, 0x3C);
	MakeImage packed[] = {
		{.id = 0x5A5A0001, .data = own}, {.id = GYA_WS63_IMAGE_APPLICATION, .data = new}};
	g_autoptr(GBytes) package = make_package(packed, 2);
	g_autoptr(Device) device = NULL;

	memcpy(partitions, board.partitions, board.n_partitions * sizeof partitions[0]);
	partitions[board.n_partitions] = (struct gya_partition){0x32, true, 0x02A000, 0x2000, "own"};
	board.partitions = partitions;
	board.n_partitions++;
	board.images = images;
	board.n_images = G_N_ELEMENTS(images);
	device = device_new(&board);
	device_put(device, GYA_WS63_APPLICATION, old);
	device_upgrade(device, package);
	assert_outcome(UPG_RESULT_UPDATE_SUCCESS, UPG_STATUS_SUCC);
	g_assert_true(device_holds(device, 0x32, own));
	g_assert_true(device_holds(device, GYA_WS63_APPLICATION, new));
}

// Two NV images: the counts do not fit, and nothing is ever written about it.
static void
test_two_nv_images_loop(void)
{
	g_autoptr(GBytes) old = make_image(GYA_WS63_IMAGE_APPLICATION, 3000, 1);
	g_autoptr(GBytes) nv = bytes_of(4096, 1);
	MakeImage images[] = {{.id = GYA_WS63_IMAGE_APPLICATION, .data = old},
		{.id = GYA_WS63_IMAGE_NV, .data = nv}, {.id = GYA_WS63_IMAGE_NV, .data = nv}};
	g_autoptr(Device) device = armed_device(images, 3, old);

	g_assert_cmphex(uapi_upg_start(), ==, 0x80003043);
	g_assert_cmpint(device_boot(device, 8, NULL), ==, GYA_BOOT_RESET);
	device_start_application(device);
	assert_outcome((upg_result_t) 0xFFFFFFFF, UPG_STATUS_UPDATING);
}

// It went bad after the first try had begun: each try looks at its image before it erases anything.
static void
test_damage_between_tries(void)
{
	g_autoptr(GBytes) old = make_image(GYA_WS63_IMAGE_APPLICATION, 3000, 1);
	g_autoptr(GBytes) new = make_image(GYA_WS63_IMAGE_APPLICATION, 4000, 2);
	MakeImage image = {.id = GYA_WS63_IMAGE_APPLICATION, .data = new};
	g_autoptr(Device) device = armed_device(&image, 1, old);

	device_flags(device)[0x10] = 0x0F;
	device_partition(device, GYA_WS63_FOTA)[0x400] ^= 0x01;
	assert_three_failures(device, 0xFFFFFFFF);
	g_assert_true(device_holds(device, GYA_WS63_APPLICATION, old));
}

// The package went bad between request and start: nothing was touched, the old application goes on.
static void
test_damage_after_request(void)
{
	static const struct {
		guint at;
		upg_result_t result;
	} damage[] = {{0x20, 1}, {0x150, 1}, {0x204, 2}, {0x230, 3}, {0x400, 3}};

	for (guint i = 0; i < G_N_ELEMENTS(damage); i++) {
		g_autoptr(GBytes) old = make_image(GYA_WS63_IMAGE_APPLICATION, 3000, 1);
		g_autoptr(GBytes) new = make_image(GYA_WS63_IMAGE_APPLICATION, 4000, 2);
		MakeImage image = {.id = GYA_WS63_IMAGE_APPLICATION, .data = new};
		g_autoptr(Device) device = armed_device(&image, 1, old);

		device_partition(device, GYA_WS63_FOTA)[damage[i].at] ^= 0x01;
		g_assert_cmpint(device_boot(device, 5, NULL), ==, GYA_BOOT_START);
		g_assert_true(device_holds(device, GYA_WS63_APPLICATION, old));
		device_start_application(device);
		assert_outcome(damage[i].result, UPG_STATUS_FAIL);
	}
}

int
main(int argc, char **argv)
{
	static const gsize pieces[] = {333, 1000, 1024, 4096, 65535};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *path = g_strdup_printf("/ws63/install/vector/%s", cases[i].name);

		g_test_add_data_func(path, &cases[i], test_vector);
	}
	for (guint i = 0; i < G_N_ELEMENTS(pieces); i++) {
		g_autofree char *path = g_strdup_printf("/ws63/install/pieces-of/%zu", pieces[i]);

		g_test_add_data_func(path, GSIZE_TO_POINTER(pieces[i]), test_piece_size);
	}
	for (guint i = 0; i < G_N_ELEMENTS(broken); i++) {
		g_autofree char *path = g_strdup_printf("/ws63/install/three-failures/%s", broken[i].name);

		g_test_add_data_func(path, &broken[i], test_broken);
	}
	g_test_add_func("/ws63/install/console-text", test_console_text);
	g_test_add_func("/ws63/install/three-failures/plain-too-large", test_too_large_plain);
	g_test_add_func("/ws63/install/three-failures/lzma-too-large-then-dead", test_too_large_lzma);
	g_test_add_func("/ws63/install/three-failures/damage-between-tries", test_damage_between_tries);
	g_test_add_func("/ws63/install/success-on-the-last-try-is-13", test_success_on_last_try);
	g_test_add_func("/ws63/install/success-on-the-second-try", test_success_on_second_try);
	g_test_add_func("/ws63/install/unknown-image-loops-for-ever", test_unknown_id_loops);
	g_test_add_func("/ws63/install/user-added-image-is-board-data", test_user_added_image);
	g_test_add_func("/ws63/install/two-nv-images-loop-for-ever", test_two_nv_images_loop);
	g_test_add_func("/ws63/install/damage-after-request-keeps-the-old", test_damage_after_request);
	return g_test_run();
}
