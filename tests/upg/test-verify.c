// SPDX-License-Identifier: Apache-2.0
#include <openssl/sha.h>
#include <string.h>

#include "tests/upg/device.h"
#include "tests/upg/make-package.h"

#define HEADER_SIZE 160u

static Device *
device_with(GBytes *package)
{
	Device *device = device_new(&gya_board_ws63);

	device_start_application(device);
	g_assert_cmphex(device_store(device, package, 65535), ==, ERRCODE_SUCC);
	return device;
}

// The request fails with the one code that all these have, and the boot loader has nothing to do.
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

static void
assert_flips_refused(Device *device, guint from, guint to, guint step)
{
	guint8 *package = device_partition(device, GYA_WS63_FOTA);

	for (guint at = from; at < to; at += step) {
		guint8 bit = (guint8) (1u << g_test_rand_int_range(0, 8));

		package[at] ^= bit;
		assert_refused(device);
		package[at] ^= bit;
	}
}

static const struct flip_case {
	const char *name;
	const char *vector;
	guint from;
	guint to;
	guint step;
} flips[] = {
	{"key-area", "v02_app_boot_nv", 0x000, 0x080, 5},
	{"external-key", "v02_app_boot_nv", 0x080, 0x0C0, 5},
	{"key-area-signature", "v02_app_boot_nv", 0x0C0, 0x100, 5},
	{"info-area", "v02_app_boot_nv", 0x100, 0x1C0, 5},
	{"info-area-signature", "v02_app_boot_nv", 0x1C0, 0x200, 5},
	{"hash-table", "v02_app_boot_nv", 0x200, 0x284, 7},
	{"hash-table-padding", "v02_app_boot_nv", 0x284, 0x290, 1},
	{"first-image-header", "v02_app_boot_nv", 0x290, 0x290 + HEADER_SIZE, 7},
	{"first-image-data", "v02_app_boot_nv", 0x330, 0x4000, 1777},
	{"last-image-data", "v02_app_boot_nv", 41040 - 16384, 41040, 4001},
	{"last-image-header", "v02_app_boot_nv", 41040 - 16384 - HEADER_SIZE, 41040 - 16384, 11},
	{"data-padding", "v03_app_raw_padded", 40736 - 13, 40736, 3},
	{"hash-only-digests", "v06_app_hashonly", 0x0C0, 0x0E0, 9},
};

static void
test_flips(gconstpointer data)
{
	const struct flip_case *c = data;
	g_autoptr(GBytes) package = vector(c->vector, "signed.fwpkg", NULL);
	g_autoptr(Device) device = device_with(package);

	assert_flips_refused(device, c->from, c->to, c->step);
	// what was refused so often is still good
	g_assert_cmphex(uapi_upg_request_upgrade(false), ==, ERRCODE_SUCC);
}

static void
test_unsigned(void)
{
	g_autoptr(GBytes) package = vector("v01_app_lzma", "unsigned.fwpkg", NULL);
	g_autoptr(Device) device = device_with(package);

	assert_refused(device);
}

static void
swap(guint8 *bytes)
{
	guint8 kept[32];

	memcpy(kept, bytes, 32);
	memcpy(bytes, bytes + 32, 32);
	memcpy(bytes + 32, kept, 32);
}

static void
test_swapped_halves(void)
{
	static const guint at[] = {0x080, 0x0C0, 0x1C0}; // X and Y, r and s, r and s
	g_autoptr(GBytes) package = vector("v01_app_lzma", "signed.fwpkg", NULL);
	g_autoptr(Device) device = device_with(package);

	for (guint i = 0; i < G_N_ELEMENTS(at); i++) {
		guint8 *half = device_partition(device, GYA_WS63_FOTA) + at[i];

		swap(half);
		assert_refused(device);
		swap(half);
	}
	swap(device_partition(device, GYA_WS63_ROOT_KEY) + 0x40);
	assert_refused(device);
}

static void
test_der_signature(void)
{
	g_autoptr(GBytes) package = vector("v01_app_lzma", "signed.fwpkg", NULL);
	g_autoptr(Device) device = device_with(package);
	guint8 *signature = device_partition(device, GYA_WS63_FOTA) + 0x1C0;
	guint8 der[64] = {0x30, 0x44, 0x02, 0x20};

	memcpy(der + 4, signature, 32);
	der[36] = 0x02;
	der[37] = 0x20;
	memcpy(der + 38, signature + 32, 26); // what fits
	memcpy(signature, der, sizeof der);
	assert_refused(device);
}

static void
test_blank_root_key(void)
{
	g_autoptr(GBytes) ecdsa = vector("v01_app_lzma", "signed.fwpkg", NULL);
	g_autoptr(GBytes) digests = vector("v06_app_hashonly", "signed.fwpkg", NULL);
	g_autoptr(Device) device = device_with(ecdsa);

	memset(device_partition(device, GYA_WS63_ROOT_KEY), 0xFF, 0x800);
	assert_refused(device);
	// the package itself says that a digest is enough: keys or no keys, as in the vendor's
	g_assert_cmphex(device_store(device, digests, 4096), ==, ERRCODE_SUCC);
	g_assert_cmphex(uapi_upg_request_upgrade(false), ==, ERRCODE_SUCC);
}

static errcode_t
refuse(uint8_t *user_info, uint32_t info_len, uintptr_t param)
{
	return memcmp(user_info, "gantry_1.2.3", 13) == 0 ? 0x1234 : ERRCODE_SUCC;
}

static void
test_user_check(void)
{
	g_autoptr(GBytes) package = vector("v04_app_boot_ver", "signed.fwpkg", NULL);
	g_autoptr(Device) device = device_with(package);

	uapi_upg_register_user_defined_verify_func(refuse, 0);
	g_assert_cmphex(uapi_upg_request_upgrade(false), ==, 0x1234);
	uapi_upg_register_user_defined_verify_func(NULL, 0);
	g_assert_cmphex(uapi_upg_request_upgrade(false), ==, ERRCODE_SUCC);
}

static void
test_too_many_images(void)
{
	g_autoptr(GBytes) data = make_image(GYA_WS63_IMAGE_APPLICATION, 64, 1);
	MakeImage images[21];
	g_autoptr(GBytes) package = NULL;
	g_autoptr(GBytes) most = NULL;
	g_autoptr(Device) device = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(images); i++)
		images[i] = (MakeImage){.id = i, .data = data};
	package = make_package(images, 21);
	most = make_package(images, 20);
	device = device_with(package);
	g_assert_cmphex(uapi_upg_request_upgrade(false), ==, ERRCODE_UPG_WRONG_IMAGE_NUM);
	g_assert_cmphex(device_store(device, most, 4096), ==, ERRCODE_SUCC);
	g_assert_cmphex(uapi_upg_request_upgrade(false), ==, ERRCODE_SUCC);
}

// A signed package may still point anywhere; nothing outside the storage is read for it.
static void
test_places_outside(void)
{
	static const guint32 offsets[] = {0x183000 - 15, 0x183000, 0x7FFFFFFF, 0xFFFFFFFF, 0xFFFFFFF0};
	g_autoptr(GBytes) data = make_image(GYA_WS63_IMAGE_APPLICATION, 64, 1);

	for (guint i = 0; i < G_N_ELEMENTS(offsets); i++) {
		MakeImage image = {.id = GYA_WS63_IMAGE_APPLICATION, .data = data, .data_offset = offsets[i]};
		g_autoptr(GBytes) package = make_package(&image, 1);
		g_autoptr(Device) device = device_with(package);

		assert_refused(device);
	}
}

static void
put_u32(guint8 *at, guint32 value)
{
	value = GUINT32_TO_LE(value);
	memcpy(at, &value, sizeof value);
}

static guint32
random_u32(void)
{
	static const guint32 edges[] = {
		0, 1, 0x200, 0x230, 0x182FFF, 0x183000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF};
	guint pick = (guint) g_test_rand_int_range(0, 2 * G_N_ELEMENTS(edges));

	if (pick < G_N_ELEMENTS(edges))
		return edges[pick];
	return (guint32) g_test_rand_int() >> g_test_rand_int_range(0, 32);
}

/*
 * A package that needs no signature can say anything and still have all its hashes right. Whatever it says,
 * request and boot come to an end, and nothing outside its place in flash is touched before its images count.
 */
static void
test_absurd_hash_only(void)
{
	g_autoptr(GBytes) package = vector("v06_app_hashonly", "signed.fwpkg", NULL);
	g_autoptr(Device) device = device_with(package);
	guint8 *stored = device_partition(device, GYA_WS63_FOTA);
	g_autofree guint8 *good = g_memdup2(device->flash->bytes, device->board->flash_size);
	static const guint fields[] = {0x20, 0x24, 0x48};

	for (guint i = 0; i < 60; i++) {
		guint32 offset, size;

		memcpy(device->flash->bytes, good, device->board->flash_size);
		for (guint j = 0; j < G_N_ELEMENTS(fields); j++)
			if (g_test_rand_bit())
				put_u32(stored + 0x100 + fields[j], random_u32());
		if (g_test_rand_bit())
			put_u32(stored + 0x204, random_u32());
		memcpy(&offset, stored + 0x120, 4);
		memcpy(&size, stored + 0x124, 4);
		offset = offset == 0 ? 0x200 : GUINT32_FROM_LE(offset);
		size = GUINT32_FROM_LE(size);
		if (offset < 0x183000 && size <= 0x183000 - offset)
			g_assert_nonnull(SHA256(stored + offset, size, stored + 0x128));
		g_assert_nonnull(SHA256(stored + 0x100, 0xC0, stored + 0x1C0));
		device_start_application(device);
		(void) uapi_upg_request_upgrade(false);
		device_boot(device, 4, NULL);
		g_assert_cmpmem(device->flash->bytes, 0x20000, good, 0x20000);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(flips); i++) {
		g_autofree char *path =
			g_strdup_printf("/ws63/verify/refuses-a-flipped-bit-in/%s", flips[i].name);

		g_test_add_data_func(path, &flips[i], test_flips);
	}
	g_test_add_func("/ws63/verify/refuses/unsigned", test_unsigned);
	g_test_add_func("/ws63/verify/refuses/swapped-halves", test_swapped_halves);
	g_test_add_func("/ws63/verify/refuses/der-signature", test_der_signature);
	g_test_add_func("/ws63/verify/refuses/places-outside-the-storage", test_places_outside);
	g_test_add_func("/ws63/verify/refuses/more-than-20-images", test_too_many_images);
	g_test_add_func("/ws63/verify/blank-root-key-stops-ecdsa-only", test_blank_root_key);
	g_test_add_func("/ws63/verify/absurd-packages-come-to-an-end", test_absurd_hash_only);
	g_test_add_func("/ws63/verify/user-check-decides", test_user_check);
	return g_test_run();
}
