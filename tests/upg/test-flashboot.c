// SPDX-License-Identifier: Apache-2.0
#include <openssl/sha.h>
#include <string.h>

#include "tests/upg/device.h"
#include "tests/upg/make-package.h"

static Device *
device_running(GBytes *application)
{
	Device *device = device_new(&gya_board_small);

	device_put(device, GYA_WS63_APPLICATION, application);
	return device;
}

static void
test_starts_whole(void)
{
	g_autoptr(GBytes) image = make_image(GYA_WS63_IMAGE_APPLICATION, 3000, 1);
	g_autoptr(Device) device = device_running(image);

	g_assert_cmpint(gya_flashboot_run(), ==, GYA_BOOT_START);
	g_assert_cmpstr(device->console->str, ==, "");
	g_assert_cmpuint(device->flash->n_operations, ==, 0);
}

static void
test_dead_without_package(void)
{
	g_autoptr(GBytes) image = make_image(GYA_WS63_IMAGE_APPLICATION, 3000, 1);
	g_autoptr(Device) device = device_running(image);
	guint n_boots;

	device_partition(device, GYA_WS63_APPLICATION)[0x300 + 2999] ^= 1;
	g_assert_cmpint(device_boot(device, 10, &n_boots), ==, GYA_BOOT_DEAD);
	g_assert_cmpuint(n_boots, ==, 3);
}

static void
test_blank_and_absurd_headers(void)
{
	g_autoptr(GBytes) image = make_image(GYA_WS63_IMAGE_APPLICATION, 3000, 1);
	g_autoptr(Device) device = device_running(image);
	guint8 *application = device_partition(device, GYA_WS63_APPLICATION);
	static const guint32 sizes[] = {0x11000 - 0x300 + 1, 0x11000, 0x7FFFFFFF, 0xFFFFFFFF, 0};

	for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
		guint32 size = GUINT32_TO_LE(sizes[i]);

		memcpy(application + 0x124, &size, 4);
		g_assert_cmpint(device_boot(device, 10, NULL), ==, GYA_BOOT_DEAD);
	}
	memset(application, 0xFF, 0x11000);
	g_assert_cmpint(device_boot(device, 10, NULL), ==, GYA_BOOT_DEAD);
}

// After an installed package the application goes bad: the stored package mends it.
static void
test_self_repair(void)
{
	g_autoptr(GBytes) old = make_image(GYA_WS63_IMAGE_APPLICATION, 3000, 1);
	g_autoptr(GBytes) new = make_image(GYA_WS63_IMAGE_APPLICATION, 5000, 2);
	MakeImage image = {.id = GYA_WS63_IMAGE_APPLICATION, .data = new};
	g_autoptr(GBytes) package = make_package(&image, 1);
	g_autoptr(Device) device = device_running(old);
	guint n_boots;

	device_upgrade(device, package);
	for (guint round = 0; round < 5; round++) {
		device_partition(device, GYA_WS63_APPLICATION)[0x1000] ^= 0xFF;
		g_assert_cmpint(device_boot(device, 10, &n_boots), ==, GYA_BOOT_START);
		// three failed checks, the third of which arms; install; start
		g_assert_cmpuint(n_boots, ==, 5);
		g_assert_true(device_holds(device, GYA_WS63_APPLICATION, new));
		g_assert_cmpuint(device->retry_register, ==, 0);
	}
}

// The package is good, what it installs never is: bounded by the rounds.
static void
test_hopeless_application(void)
{
	g_autoptr(GBytes) old = make_image(GYA_WS63_IMAGE_APPLICATION, 3000, 1);
	g_autoptr(GBytes) garbage = g_bytes_new_static("no application at all, 34 bytes...", 34);
	MakeImage image = {.id = GYA_WS63_IMAGE_APPLICATION, .data = garbage};
	g_autoptr(GBytes) package = make_package(&image, 1);
	g_autoptr(Device) device = device_running(old);
	guint n_boots;

	device_start_application(device);
	g_assert_cmphex(device_store(device, package, 4096), ==, ERRCODE_SUCC);
	g_assert_cmphex(uapi_upg_request_upgrade(false), ==, ERRCODE_SUCC);
	g_assert_cmpint(device_boot(device, 50, &n_boots), ==, GYA_BOOT_DEAD);
	g_assert_cmpuint(n_boots, ==, 1 + 3 * (3 + 1) + 3);
}

// Whatever bytes stand between two right magics, a boot comes to an end and the package's place is not
// written to.
static void
test_any_flags(void)
{
	g_autoptr(GBytes) old = make_image(GYA_WS63_IMAGE_APPLICATION, 3000, 1);
	MakeImage image = {.id = GYA_WS63_IMAGE_APPLICATION, .data = old};
	g_autoptr(GBytes) package = make_package(&image, 1);
	g_autoptr(Device) device = device_running(old);
	gsize size;
	const guint8 *bytes = g_bytes_get_data(package, &size);
	guint8 *flags = device_flags(device);
	static const guint8 one_image[4] = {1};

	device_upgrade(device, package);
	for (guint i = 0; i < 200; i++) {
		for (guint j = 0x04; j < 0x68; j++) {
			static const guint8 usual[] = {0xFF, 0x0F, 0x00};
			guint pick = (guint) g_test_rand_int_range(0, 6);

			flags[j] = pick < G_N_ELEMENTS(usual) ? usual[pick] : (guint8) g_test_rand_int();
		}
		if (g_test_rand_bit())
			memcpy(flags + 0x0C, one_image, sizeof one_image);
		g_assert_cmpint(device_boot(device, 6, NULL), !=, GYA_BOOT_DEAD);
		g_assert_true(memcmp(device_partition(device, GYA_WS63_FOTA), bytes, size) == 0);
		g_assert_true(device_holds(device, GYA_WS63_APPLICATION, old));
	}
}

static const struct secure_case {
	const char *name;
	guint at; // byte to flip in the image; 0: none
	struct gya_upg_fuses fuses;
	enum gya_boot boot;
} secure[] = {
	{"signed", 0, {.secure_verify = 1}, GYA_BOOT_START},
	{"key-area", 0x10, {.secure_verify = 1}, GYA_BOOT_DEAD},
	{"external-key", 0x90, {.secure_verify = 1}, GYA_BOOT_DEAD},
	{"key-area-signature", 0xD0, {.secure_verify = 1}, GYA_BOOT_DEAD},
	{"code-info", 0x190, {.secure_verify = 1}, GYA_BOOT_DEAD},
	{"code-info-signature", 0x290, {.secure_verify = 1}, GYA_BOOT_DEAD},
	{"second-signature-is-unused", 0x2C0, {.secure_verify = 1}, GYA_BOOT_START},
	{"code", 0x400, {.secure_verify = 1}, GYA_BOOT_DEAD},
	{"masked-versions-do-not-count", 0, {.secure_verify = 1, .msid = 5, .application_version = 7},
		GYA_BOOT_START},
	{"without-the-fuse-only-the-code-counts", 0x90, {.secure_verify = 0}, GYA_BOOT_START},
	{"without-the-fuse-the-code-counts", 0x400, {.secure_verify = 0}, GYA_BOOT_DEAD},
};

static void
test_secure(gconstpointer data)
{
	const struct secure_case *c = data;
	g_autoptr(GBytes) image = make_image(GYA_WS63_IMAGE_APPLICATION, 3000, 1);
	g_autoptr(Device) device = device_running(image);

	device->port.fuses = c->fuses;
	if (c->at != 0)
		device_partition(device, GYA_WS63_APPLICATION)[c->at] ^= 0x10;
	g_assert_cmpint(device_boot(device, 10, NULL), ==, c->boot);
}

// A flashboot image is whole, but it is none for the application's place.
static void
test_secure_checks_the_id(void)
{
	g_autoptr(GBytes) image = make_image(GYA_WS63_IMAGE_FLASHBOOT, 3000, 1);
	g_autoptr(Device) device = device_running(image);

	g_assert_cmpint(device_boot(device, 10, NULL), ==, GYA_BOOT_START);
	device->port.fuses.secure_verify = 1;
	g_assert_cmpint(device_boot(device, 10, NULL), ==, GYA_BOOT_DEAD);
}

static void
test_identity(void)
{
	g_autoptr(GBytes) image = make_image(GYA_WS63_IMAGE_APPLICATION, 3000, 77);
	g_autoptr(Device) device = device_running(image);
	struct gya_upg_identity identity;
	guint8 expected[32];
	gsize size;
	const guint8 *bytes = g_bytes_get_data(image, &size);

	SHA256(bytes, size, expected);
	g_assert_true(gya_upg_application_identity(GYA_WS63_APPLICATION, &identity));
	g_assert_true(identity.valid);
	g_assert_cmpuint(identity.image_size, ==, size);
	g_assert_cmpuint(identity.version_ext, ==, 77);
	g_assert_cmpmem(identity.sha256, 32, expected, 32);

	device_partition(device, GYA_WS63_APPLICATION)[0x300] ^= 1;
	g_assert_true(gya_upg_application_identity(GYA_WS63_APPLICATION, &identity));
	g_assert_false(identity.valid);
	g_assert_false(gya_upg_application_identity(GYA_WS63_FLASHBOOT, &identity));
	g_assert_cmpuint(identity.image_size, ==, 0);
	g_assert_false(gya_upg_application_identity(0x77, &identity));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ws63/flashboot/starts-a-whole-application", test_starts_whole);
	g_test_add_func("/ws63/flashboot/dead-without-application-and-package", test_dead_without_package);
	g_test_add_func("/ws63/flashboot/refuses-blank-and-absurd-headers", test_blank_and_absurd_headers);
	g_test_add_func("/ws63/flashboot/repairs-from-the-stored-package", test_self_repair);
	g_test_add_func("/ws63/flashboot/repair-is-bounded", test_hopeless_application);
	g_test_add_func("/ws63/flashboot/any-flag-sector-is-survived", test_any_flags);
	for (guint i = 0; i < G_N_ELEMENTS(secure); i++) {
		g_autofree char *path = g_strdup_printf("/ws63/flashboot/secure/%s", secure[i].name);

		g_test_add_data_func(path, &secure[i], test_secure);
	}
	g_test_add_func("/ws63/flashboot/secure/checks-the-id", test_secure_checks_the_id);
	g_test_add_func("/ws63/identity/covers-header-and-code", test_identity);
	return g_test_run();
}
