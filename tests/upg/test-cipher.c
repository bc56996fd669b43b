// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "tests/upg/device.h"
#include "tests/upg/make-package.h"

static const guint8 iv[16] = {0xFF, [14] = 0xFF, [15] = 0xFE}; // the counter runs over into a third byte
static const guint8 salt[28] = {1, 2, 3};

// An encrypted application in a package of the small board.
static GBytes *
encrypted_package(Device *device, GBytes *image)
{
	g_autoptr(GBytes) packed = make_lzma(image);
	g_autoptr(GBytes) data = make_encrypted(packed, device->package_key, iv);
	MakeImage entry = {.id = GYA_WS63_IMAGE_APPLICATION,
		.data = data,
		.decompress = MAKE_LZMA,
		.encrypt = MAKE_ENCRYPTED,
		.new_size = (guint32) g_bytes_get_size(image),
		.salt = salt,
		.iv = iv};

	return make_package(&entry, 1);
}

// The header in the clear, the code under the flash's own key.
static void
assert_flash_holds(Device *device, GBytes *image)
{
	gsize size;
	const guint8 *bytes = g_bytes_get_data(image, &size);
	g_autoptr(GBytes) code = g_bytes_new(bytes + 0x300, size - 0x300);
	g_autoptr(GBytes) sealed = make_encrypted(code, device->flash_key, iv);
	const guint8 *flash = device_partition(device, GYA_WS63_APPLICATION);

	g_assert_cmpmem(flash, 0x300, bytes, 0x300);
	g_assert_true(memcmp(flash + 0x300, g_bytes_get_data(sealed, NULL), size - 0x300) == 0);
}

static void
test_install(gconstpointer data)
{
	guint32 code_size = GPOINTER_TO_UINT(data);
	g_autoptr(Device) device = device_new(&gya_board_small);
	g_autoptr(GBytes) old = make_image(GYA_WS63_IMAGE_APPLICATION, 3000, 1);
	g_autoptr(GBytes) image = make_image_with_iv(GYA_WS63_IMAGE_APPLICATION, code_size, 2, iv);
	g_autofree char *expected = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, image);
	g_autofree char *found = NULL;
	g_autoptr(GBytes) package = NULL, digest = NULL;
	struct gya_upg_identity identity;

	device_give_keys(device);
	package = encrypted_package(device, image);
	device_put(device, GYA_WS63_APPLICATION, old);
	device_upgrade(device, package);
	assert_flash_holds(device, image);
	g_assert_cmpint(uapi_upg_get_status(), ==, UPG_STATUS_SUCC);

	// who it is does not depend on how it lies in flash
	g_assert_true(gya_upg_application_identity(GYA_WS63_APPLICATION, &identity));
	g_assert_true(identity.valid);
	for (guint i = 0; i < sizeof identity.sha256; i++)
		g_assert_cmpuint(identity.sha256[i], ==,
			g_ascii_xdigit_value(expected[2 * i]) << 4 |
				g_ascii_xdigit_value(expected[2 * i + 1]));
	g_assert_cmpuint(identity.image_size, ==, 0x300 + code_size);

	// under another key it is no application
	device->flash_key[0] ^= 1;
	g_assert_true(gya_upg_application_identity(GYA_WS63_APPLICATION, &identity));
	g_assert_false(identity.valid);
}

static void
test_vector(void)
{
	static const guint8 vector_iv[16] = {0xFF};
	g_autoptr(Device) device = device_new(&gya_board_ws63);
	g_autoptr(GBytes) package = vector("v07_app_lzma_aes", "signed.fwpkg", NULL);
	g_autoptr(GBytes) image = vector("inputs", "app_sign.bin", NULL);
	const guint8 *bytes = g_bytes_get_data(image, NULL);
	g_autoptr(GBytes) code = g_bytes_new(bytes + 0x300, 65536 - 0x300);
	g_autoptr(GBytes) sealed = NULL;

	device_give_keys(device);
	sealed = make_encrypted(code, device->flash_key, vector_iv);
	device_start_application(device);
	g_assert_cmphex(device_store(device, package, 4096), ==, ERRCODE_SUCC);
	g_assert_cmphex(uapi_upg_request_upgrade(false), ==, ERRCODE_SUCC);
	g_assert_cmphex(uapi_upg_start(), ==, ERRCODE_SUCC);
	g_assert_cmpmem(device_partition(device, GYA_WS63_APPLICATION), 0x300, bytes, 0x300);
	g_assert_true(memcmp(device_partition(device, GYA_WS63_APPLICATION) + 0x300,
			      g_bytes_get_data(sealed, NULL), 65536 - 0x300) == 0);
	// its header names no iv, so the boot loader cannot read what the flash key has made of it
	g_assert_cmpint(device_boot(device, 1, NULL), ==, GYA_BOOT_RESET);
	g_assert_nonnull(strstr(device->console->str, "verify app fail"));
}

// What is left over of the last block is never written: that is the vendor's.
static void
test_odd_size(void)
{
	g_autoptr(Device) device = device_new(&gya_board_small);
	g_autoptr(GBytes) image = make_image_with_iv(GYA_WS63_IMAGE_APPLICATION, 5001, 2, iv);
	g_autoptr(GBytes) package = NULL;

	device_give_keys(device);
	package = encrypted_package(device, image);
	device_start_application(device);
	g_assert_cmphex(device_store(device, package, 4096), ==, ERRCODE_SUCC);
	g_assert_cmphex(uapi_upg_request_upgrade(false), ==, ERRCODE_SUCC);
	g_assert_cmphex(uapi_upg_start(), ==, ERRCODE_SUCC);
	g_assert_cmpuint(device_partition(device, GYA_WS63_APPLICATION)[0x300 + 5000], ==, 0xFF);
	g_assert_cmpint(device_boot(device, 2, NULL), ==, GYA_BOOT_RESET);
}

// An image with an iv that came in the clear starts as it is.
static void
test_plain_with_iv(void)
{
	g_autoptr(Device) device = device_new(&gya_board_small);
	g_autoptr(GBytes) image = make_image_with_iv(GYA_WS63_IMAGE_APPLICATION, 3000, 2, iv);

	device_put(device, GYA_WS63_APPLICATION, image);
	g_assert_cmpint(device_boot(device, 1, NULL), ==, GYA_BOOT_START);
	device_give_keys(device);
	g_assert_cmpint(device_boot(device, 1, NULL), ==, GYA_BOOT_START);
}

// Before anything is erased.
static void
test_without_keys(void)
{
	g_autoptr(Device) device = device_new(&gya_board_small);
	g_autoptr(GBytes) old = make_image(GYA_WS63_IMAGE_APPLICATION, 3000, 1);
	g_autoptr(GBytes) package = encrypted_package(device, old);

	device_put(device, GYA_WS63_APPLICATION, old);
	device_start_application(device);
	g_assert_cmphex(device_store(device, package, 4096), ==, ERRCODE_SUCC);
	g_assert_cmphex(uapi_upg_request_upgrade(false), ==, ERRCODE_SUCC);
	g_assert_cmphex(uapi_upg_start(), ==, ERRCODE_UPG_NOT_SUPPORTED);
	g_assert_true(device_holds(device, GYA_WS63_APPLICATION, old));
}

int
main(int argc, char **argv)
{
	static const guint sizes[] = {64, 4096 - 0x300, 4096, 13008};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autofree char *path =
			g_strdup_printf("/ws63/cipher/install-and-start/%u-bytes-of-code", sizes[i]);

		g_test_add_data_func(path, GUINT_TO_POINTER(sizes[i]), test_install);
	}
	g_test_add_func("/ws63/cipher/vector", test_vector);
	g_test_add_func("/ws63/cipher/end-of-an-odd-size-is-not-written", test_odd_size);
	g_test_add_func("/ws63/cipher/plain-image-with-an-iv-starts", test_plain_with_iv);
	g_test_add_func("/ws63/cipher/without-keys-nothing-is-touched", test_without_keys);
	return g_test_run();
}
