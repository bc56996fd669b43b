// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/refusals.h"

#include <string.h>
#include <unistd.h>

#include "engine/keys/key.h"
#include "tests/e2e/board.h"
#include "tests/e2e/craft.h"

static void
under_other_keys(GByteArray *package)
{
	g_autofree char *folder = g_dir_make_tmp("gantry-keys-XXXXXX", NULL);
	g_autofree char *root = g_build_filename(folder, "root.pem", NULL);
	g_autofree char *sub = g_build_filename(folder, "sub.pem", NULL);
	GError *error = NULL;

	g_assert_true(gy_key_generate(GY_KEY_BP256R1, root, NULL, NULL, &error));
	g_assert_true(gy_key_generate(GY_KEY_BP256R1, sub, NULL, NULL, &error));
	g_assert_no_error(error);
	craft_seal_under(package, root, sub);
	g_assert_cmpint(unlink(root) | unlink(sub) | rmdir(folder), ==, 0);
}

static void
flip_in_info_area(GByteArray *package)
{
	craft_flip(package, CRAFT_INFO_AREA + 0x10);
}

static void
flip_in_signature(GByteArray *package)
{
	craft_flip(package, CRAFT_INFO_AREA + 0xC0 + 0x21);
}

static void
flip_in_header(GByteArray *package)
{
	craft_flip(package, CRAFT_HEADER + 0x58);
}

static void
unsign(GByteArray *package)
{
	memset(package->data + 0x80, 0, 0x80);
	memset(package->data + 0x1C0, 0, 0x40);
}

static void
unknown_image(GByteArray *package)
{
	craft_put_u32(package, CRAFT_HEADER_ID, 0x12345678);
	craft_put_u32(package, CRAFT_TABLE, 0x12345678);
	craft_seal(package);
}

static void
too_large_for_partition(GByteArray *package)
{
	craft_put_u32(package, CRAFT_NEW_SIZE, 0x240001);
	craft_seal(package);
}

static void
too_large_for_storage(GByteArray *package)
{
	guint old_size = package->len;

	g_byte_array_set_size(package, STORAGE_SIZE);
	memset(package->data + old_size, 0, STORAGE_SIZE - old_size);
}

static void
other_hardware(GByteArray *package)
{
	craft_put_u32(package, CRAFT_HARDWARE_ID, 43);
	craft_seal(package);
}

static void
no_change(GByteArray *package)
{
}

const Refusal refusals[] = {
	{"other-root-key", REFUSALS_PACKAGE, under_other_keys, "package/untrusted-key",
		"device/untrusted-key", .by_firmware = TRUE},
	{"flip-in-the-info-area", REFUSALS_PACKAGE, flip_in_info_area, "package/signature",
		"device/signature", .host_first = TRUE, .by_firmware = TRUE},
	{"flip-in-a-signature", REFUSALS_PACKAGE, flip_in_signature, "package/signature", "device/signature",
		.host_first = TRUE, .by_firmware = TRUE},
	{"flip-in-an-image-header", REFUSALS_PACKAGE, flip_in_header, "package/hash", "device/hash",
		.host_first = TRUE, .by_firmware = TRUE},
	{"unsigned", REFUSALS_PACKAGE, unsign, "package/unsigned", "device/unsigned", .host_first = TRUE},
	{"hash-only", "v06_app_hashonly/signed.fwpkg", no_change, "package/not-authentic", "device/unsigned",
		.host_first = TRUE},
	/* a firmware may be extended by images: only the device knows what it takes */
	{"unknown-image-id", REFUSALS_PACKAGE, unknown_image, "package/unknown-image",
		"device/unknown-image"},
	{"too-large-for-its-partition", REFUSALS_PACKAGE, too_large_for_partition, "image/compression",
		"device/too-large", .host_first = TRUE},
	{"too-large-for-the-storage", REFUSALS_PACKAGE, too_large_for_storage, "package/malformed",
		"device/too-large", .host_first = TRUE},
	{"other-hardware", REFUSALS_PACKAGE, other_hardware, "package/other-hardware",
		"device/other-hardware", .hardware_id = "42"},
};
const guint n_refusals = G_N_ELEMENTS(refusals);

GBytes *
refusal_package(const Refusal *refusal)
{
	GByteArray *package = craft_open(refusal->vector);

	refusal->change(package);
	return craft_close(package);
}

GBytes *
refusal_flip_in_data(void)
{
	GByteArray *package = craft_open(REFUSALS_PACKAGE);

	craft_flip(package, CRAFT_DATA + 3000);
	return craft_close(package);
}

void
refusal_add(const char *prefix, const Refusal *refusal, GTestDataFunc function)
{
	g_autofree char *path = g_strconcat(prefix, refusal->name, NULL);

	g_test_add_data_func(path, refusal, function);
}
