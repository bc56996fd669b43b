// SPDX-License-Identifier: Apache-2.0
#include "tests/upg/device.h"
#include "tests/upg/make-package.h"

static Device *
device_with_words(guint32 application, guint32 flashboot)
{
	Device *device = device_new(&gya_board_ws63_hilink);
	g_autoptr(GBytes) old = make_image(GYA_WS63_IMAGE_APPLICATION, 3000, 1);

	device_put(device, GYA_WS63_APPLICATION, old);
	device->port.rollback = &device->rollback;
	device->words[GYA_UPG_WORD_APPLICATION] = application;
	device->words[GYA_UPG_WORD_FLASHBOOT] = flashboot;
	device_start_application(device);
	return device;
}

static GBytes *
package_of(guint32 id, guint32 version_ext)
{
	g_autoptr(GBytes) data = make_image(GYA_WS63_IMAGE_APPLICATION, 2000, 2);
	MakeImage image = {.id = id, .data = data, .version_ext = version_ext};

	return make_package(&image, 1);
}

static const struct row {
	const char *name;
	guint32 id;
	guint32 fused;
	guint32 version_ext;
	gboolean passes;
	guint32 burned; // afterwards
} rows[] = {
	{"first", GYA_WS63_IMAGE_APPLICATION, 0, 0, TRUE, 0},
	{"same", GYA_WS63_IMAGE_APPLICATION, 7, 7, TRUE, 7},
	{"newer", GYA_WS63_IMAGE_APPLICATION, 7, 0xF, TRUE, 0xF},
	{"older", GYA_WS63_IMAGE_APPLICATION, 7, 3, FALSE, 7},
	{"unsigned", GYA_WS63_IMAGE_APPLICATION, 0x7FFFFFFF, 0xFFFFFFFF, TRUE, 0xFFFFFFFF},
	{"not-unary-sets-what-is-missing", GYA_WS63_IMAGE_APPLICATION, 1, 4, TRUE, 5},
	{"flashboot-older", GYA_WS63_IMAGE_FLASHBOOT, 3, 1, FALSE, 3},
	{"flashboot-newer", GYA_WS63_IMAGE_FLASHBOOT, 3, 7, TRUE, 7},
	{"other-image-never", GYA_WS63_IMAGE_HILINK, 0, 0xFFFFFFFF, FALSE, 0},
};

static void
test_row(gconstpointer data)
{
	const struct row *row = data;
	gboolean is_boot = row->id == GYA_WS63_IMAGE_FLASHBOOT;
	enum gya_upg_word word = is_boot ? GYA_UPG_WORD_FLASHBOOT : GYA_UPG_WORD_APPLICATION;
	g_autoptr(Device) device = device_with_words(row->fused, row->fused);
	g_autoptr(GBytes) package = package_of(row->id, row->version_ext);

	g_assert_cmphex(device_store(device, package, 4096), ==, ERRCODE_SUCC);
	g_assert_cmphex(
		uapi_upg_request_upgrade(false), ==, row->passes ? ERRCODE_SUCC : ERRCODE_UPG_VERSION_ERROR);
	if (row->passes)
		g_assert_cmphex(uapi_upg_start(), ==, ERRCODE_SUCC);
	g_assert_cmphex(device->words[word], ==, row->burned);
	g_assert_cmphex(device->words[1 - word], ==, row->fused);
}

// Armed before the fuse went on: result 11, and nothing was touched.
static void
test_result_11(void)
{
	g_autoptr(Device) device = device_with_words(0, 0);
	g_autoptr(GBytes) package = package_of(GYA_WS63_IMAGE_APPLICATION, 1);
	upg_result_t result;
	uint32_t index;
	guint n_boots;

	g_assert_cmphex(device_store(device, package, 4096), ==, ERRCODE_SUCC);
	g_assert_cmphex(uapi_upg_request_upgrade(false), ==, ERRCODE_SUCC);
	device->words[GYA_UPG_WORD_APPLICATION] = 3;
	g_assert_cmpint(device_boot(device, 4, &n_boots), ==, GYA_BOOT_START);
	g_assert_cmpuint(n_boots, ==, 2);
	device_start_application(device);
	g_assert_cmpint(uapi_upg_get_status(), ==, UPG_STATUS_FAIL);
	g_assert_cmphex(uapi_upg_get_result(&result, &index), ==, ERRCODE_SUCC);
	g_assert_cmpuint(result, ==, UPG_RESULT_VERIFY_VERSION_FAILED);
	g_assert_cmphex(device->words[GYA_UPG_WORD_APPLICATION], ==, 3);
}

// NV data has no version of its own, and the option is off by default.
static void
test_what_is_not_asked(void)
{
	g_autoptr(Device) device = device_with_words(7, 7);
	g_autoptr(GBytes) application = make_image(GYA_WS63_IMAGE_APPLICATION, 2000, 2);
	g_autoptr(GBytes) nv = make_nv_page(0, 1, NULL, 0);
	MakeImage images[] = {{.id = GYA_WS63_IMAGE_APPLICATION, .data = application, .version_ext = 7},
		{.id = GYA_WS63_IMAGE_NV, .data = nv}};
	g_autoptr(GBytes) package = make_package(images, 2);
	g_autoptr(GBytes) older = package_of(GYA_WS63_IMAGE_APPLICATION, 0);

	g_assert_cmphex(device_store(device, package, 4096), ==, ERRCODE_SUCC);
	g_assert_cmphex(uapi_upg_request_upgrade(false), ==, ERRCODE_SUCC);
	device->port.rollback = NULL;
	g_assert_cmphex(device_store(device, older, 4096), ==, ERRCODE_SUCC);
	g_assert_cmphex(uapi_upg_request_upgrade(false), ==, ERRCODE_SUCC);
	g_assert_cmphex(uapi_upg_start(), ==, ERRCODE_SUCC);
	g_assert_cmphex(device->words[GYA_UPG_WORD_APPLICATION], ==, 7);
}

// A try that fails burns nothing.
static void
test_failed_try_burns_nothing(void)
{
	g_autoptr(Device) device = device_with_words(0, 0);
	g_autoptr(GBytes) garbage = g_bytes_new_static("no stream at all", 16);
	MakeImage image = {.id = GYA_WS63_IMAGE_APPLICATION,
		.data = garbage,
		.decompress = MAKE_LZMA,
		.version_ext = 0xFF};
	g_autoptr(GBytes) package = make_package(&image, 1);

	g_assert_cmphex(device_store(device, package, 4096), ==, ERRCODE_SUCC);
	g_assert_cmphex(uapi_upg_request_upgrade(false), ==, ERRCODE_SUCC);
	g_assert_cmphex(uapi_upg_start(), ==, ERRCODE_UPG_DECOMPRESS_FAIL);
	g_assert_cmphex(device->words[GYA_UPG_WORD_APPLICATION], ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *path = g_strdup_printf("/ws63/rollback/%s", rows[i].name);

		g_test_add_data_func(path, &rows[i], test_row);
	}
	g_test_add_func("/ws63/rollback/at-start-it-is-result-11", test_result_11);
	g_test_add_func("/ws63/rollback/nv-and-the-option-off-pass", test_what_is_not_asked);
	g_test_add_func("/ws63/rollback/a-failed-try-burns-nothing", test_failed_try_burns_nothing);
	return g_test_run();
}
