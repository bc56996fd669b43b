// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "device-agent/ports/sim/crypto-openssl.h"
#include "tests/upg/device.h"
#include "tests/upg/make-package.h"

/*
 * Every bit of a small package is flipped, one at a time, in the stored bytes. A signature check that was made before is
 * not made again: what differs is only what the flip changes.
 */

static GHashTable *verdicts;

static bool
ecdsa_verify_once(const uint8_t key[64], const uint8_t digest[32], const uint8_t signature[64])
{
	guint8 question[64 + 32 + 64];
	g_autoptr(GBytes) asked = NULL;
	gpointer known;

	memcpy(question, key, 64);
	memcpy(question + 64, digest, 32);
	memcpy(question + 96, signature, 64);
	asked = g_bytes_new(question, sizeof question);
	if (!g_hash_table_lookup_extended(verdicts, asked, NULL, &known)) {
		known = GINT_TO_POINTER(gya_crypto_openssl.ecdsa_verify(key, digest, signature));
		g_hash_table_insert(verdicts, g_steal_pointer(&asked), known);
	}
	return GPOINTER_TO_INT(known);
}

static void
assert_refused(Device *device)
{
	guint64 before = device->flash->n_operations;
	upg_result_t result;
	uint32_t index;

	g_assert_cmphex(uapi_upg_request_upgrade(true), ==, 0xFFFFFFFF);
	g_assert_cmphex(uapi_upg_start(), ==, ERRCODE_UPG_NOT_NEED_TO_UPDATE);
	g_assert_cmphex(uapi_upg_get_result(&result, &index), ==, ERRCODE_SUCC);
	g_assert_cmphex(result, ==, 0xFFFFFFFF);
	g_assert_cmpuint(device->flash->n_operations, ==, before);
	g_assert_cmpuint(device->n_reboots, ==, 0);
}

// Two images, one of them packed, with padding in the table and behind both.
static GBytes *
small_package(void)
{
	g_autoptr(GBytes) application = make_image(GYA_WS63_IMAGE_APPLICATION, 97, 2);
	g_autoptr(GBytes) packed = make_lzma(application);
	g_autoptr(GBytes) nv = g_bytes_new_static("not sixteen", 11);
	MakeImage images[] = {{.id = GYA_WS63_IMAGE_APPLICATION,
				      .data = packed,
				      .decompress = MAKE_LZMA,
				      .new_size = 0x300 + 97},
		{.id = GYA_WS63_IMAGE_NV, .data = nv}};

	return make_package(images, 2);
}

static void
test_every_bit(void)
{
	g_autoptr(Device) device = device_new(&gya_board_small);
	g_autoptr(GBytes) old = make_image(GYA_WS63_IMAGE_APPLICATION, 500, 1);
	g_autoptr(GBytes) package = small_package();
	struct gya_crypto crypto = gya_crypto_openssl;
	guint8 *stored = device_partition(device, GYA_WS63_FOTA);
	g_autofree guint8 *flash = NULL;
	gsize size = g_bytes_get_size(package);

	verdicts = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, NULL);
	crypto.ecdsa_verify = ecdsa_verify_once;
	device->port.crypto = &crypto;
	device_put(device, GYA_WS63_APPLICATION, old);
	device_start_application(device);
	g_assert_cmphex(device_store(device, package, 4096), ==, ERRCODE_SUCC);
	flash = g_memdup2(device->flash->bytes, device->board->flash_size);

	for (gsize bit = 0; bit < 8 * size; bit++) {
		stored[bit / 8] ^= (guint8) (1u << bit % 8);
		assert_refused(device);
		stored[bit / 8] ^= (guint8) (1u << bit % 8);
	}
	g_test_message("%zu bits of a package of %zu bytes", 8 * size, size);
	g_assert_true(memcmp(device->flash->bytes, flash, device->board->flash_size) == 0);
	g_assert_cmpint(device_boot(device, 1, NULL), ==, GYA_BOOT_START);

	// what was refused so often is still good
	device_start_application(device);
	g_assert_cmphex(uapi_upg_request_upgrade(false), ==, ERRCODE_SUCC);
	g_clear_pointer(&verdicts, g_hash_table_unref);
}

// Once it is armed: the boot loader finds each of them before it touches anything, and the old application goes on.
static void
test_every_byte_after_the_request(void)
{
	g_autoptr(Device) device = device_new(&gya_board_small);
	g_autoptr(GBytes) old = make_image(GYA_WS63_IMAGE_APPLICATION, 500, 1);
	g_autoptr(GBytes) package = small_package();
	struct gya_crypto crypto = gya_crypto_openssl;
	g_autofree guint8 *armed = NULL;
	gsize size = g_bytes_get_size(package);

	verdicts = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, NULL);
	crypto.ecdsa_verify = ecdsa_verify_once;
	device->port.crypto = &crypto;
	device_put(device, GYA_WS63_APPLICATION, old);
	device_start_application(device);
	g_assert_cmphex(device_store(device, package, 4096), ==, ERRCODE_SUCC);
	g_assert_cmphex(uapi_upg_request_upgrade(false), ==, ERRCODE_SUCC);
	armed = g_memdup2(device->flash->bytes, device->board->flash_size);

	for (gsize at = 0; at < size; at++) {
		upg_result_t result;
		uint32_t index;

		memcpy(device->flash->bytes, armed, device->board->flash_size);
		device_partition(device, GYA_WS63_FOTA)[at] ^= (guint8) (1u << at % 8);
		g_assert_cmpint(device_boot(device, 3, NULL), ==, GYA_BOOT_START);
		g_assert_true(device_holds(device, GYA_WS63_APPLICATION, old));
		device_start_application(device);
		g_assert_cmpint(uapi_upg_get_status(), ==, UPG_STATUS_FAIL);
		g_assert_cmphex(uapi_upg_get_result(&result, &index), ==, ERRCODE_SUCC);
		g_assert_cmpuint(result, >=, UPG_RESULT_VERIFY_HEAD_FAILED);
		g_assert_cmpuint(result, <=, UPG_RESULT_VERIFY_IMAGE_FAILED);
	}
	g_clear_pointer(&verdicts, g_hash_table_unref);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ws63/bits/every-single-one-is-refused", test_every_bit);
	g_test_add_func(
		"/ws63/bits/after-the-request-the-old-one-goes-on", test_every_byte_after_the_request);
	return g_test_run();
}
