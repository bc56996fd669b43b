// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <string.h>

#include "device-agent/boards/ws63.h"
#include "tests/sim/rig.h"
#include "tests/upg/make-package.h"

/*
 * Boot loader and application of the program, over a flash file into which the test has put an armed package. How a
 * package gets there is for the tests with a host.
 */

#define SOON_MS    5000
#define UPGRADE_MS 20000
#define FOTA_AT    0x270000
#define FLAGS_AT   0x3F2000
#define NV_AT      0x3FC000

static void
write_file(const struct rig *rig, const char *name, GBytes *bytes)
{
	g_autofree char *path = rig_path(rig, name);
	g_autoptr(GError) error = NULL;

	g_file_set_contents(path, g_bytes_get_data(bytes, NULL), (gssize) g_bytes_get_size(bytes), &error);
	g_assert_no_error(error);
}

static void
open_line(struct rig *rig)
{
	g_assert_true(g_str_has_prefix(rig->place, "pty "));
	rig_open(rig, rig->place + strlen("pty "), 115200);
}

// The board is off while `size` bytes of its flash are written or read.
static char *
flash_file(const struct rig *rig)
{
	return rig_path(rig, "flash");
}

static void
switch_off(struct rig *rig)
{
	g_subprocess_force_exit(rig->process);
	rig_wait(rig);
}

static void
poke(const struct rig *rig, gsize at, const void *bytes, gsize size)
{
	g_autofree char *path = flash_file(rig);
	FILE *file = fopen(path, "r+b");

	g_assert_nonnull(file);
	g_assert_cmpint(fseek(file, (long) at, SEEK_SET), ==, 0);
	g_assert_cmpuint(fwrite(bytes, 1, size, file), ==, size);
	g_assert_cmpint(fclose(file), ==, 0);
}

static void
peek(const struct rig *rig, gsize at, void *bytes, gsize size)
{
	g_autofree char *path = flash_file(rig);
	FILE *file = fopen(path, "rb");

	g_assert_nonnull(file);
	g_assert_cmpint(fseek(file, (long) at, SEEK_SET), ==, 0);
	g_assert_cmpuint(fread(bytes, 1, size, file), ==, size);
	g_assert_cmpint(fclose(file), ==, 0);
}

static void
poke_u32(const struct rig *rig, gsize at, guint32 value)
{
	value = GUINT32_TO_LE(value);
	poke(rig, at, &value, sizeof value);
}

static guint32
peek_u32(const struct rig *rig, gsize at)
{
	guint32 value;

	peek(rig, at, &value, sizeof value);
	return GUINT32_FROM_LE(value);
}

// As prepare, the writes and request would have left it.
static void
arm(const struct rig *rig, GBytes *package, guint n_firmware)
{
	poke(rig, FOTA_AT, g_bytes_get_data(package, NULL), g_bytes_get_size(package));
	poke_u32(rig, FLAGS_AT + 0x00, 0x55AA55AA);
	poke_u32(rig, FLAGS_AT + 0x04, 0);
	poke_u32(rig, FLAGS_AT + 0x08, (guint32) g_bytes_get_size(package));
	poke_u32(rig, FLAGS_AT + 0x0C, n_firmware);
	poke_u32(rig, FLAGS_AT + 0x68, 0xAA55AA55);
}

// A new flash with `application` in it and these options besides; then the board is off.
static void
provision(struct rig *rig, GBytes *application, const char *option, const char *value)
{
	struct gyw_info info;

	write_file(rig, "application", application);
	rig_start(rig, "--flash", "@flash", "--new", "--force", "--root-key",
		"#keys/test_root_public_key.pem", "--image", "application=@application", option, value, NULL);
	open_line(rig);
	g_assert_true(rig_hello(rig, &info, SOON_MS));
	switch_off(rig);
}

static void
assert_runs(const struct gyw_info *info, GBytes *image)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	guint8 digest[32];
	gsize size = sizeof digest;

	g_checksum_update(sum, g_bytes_get_data(image, NULL), (gssize) g_bytes_get_size(image));
	g_checksum_get_digest(sum, digest, &size);
	g_assert_true(info->has_digest);
	g_assert_cmpmem(info->digest, 32, digest, 32);
}

static void
test_nv(struct rig *rig, gconstpointer unused)
{
	static const MakeNvRecord stored[] = {{1, 8, 0x11}, {2, 8, 0x12, .is_permanent = TRUE}};
	static const MakeNvRecord records[] = {{1, 8, 0x21}, {2, 8, 0x22}, {3, 8, 0x23}};
	static const MakeNvRecord merged[] = {{1, 8, 0x21}, {2, 8, 0x12, .is_permanent = TRUE}, {3, 8, 0x23}};
	g_autoptr(GBytes) old = make_image(GYA_WS63_IMAGE_APPLICATION, 1000, 1);
	g_autoptr(GBytes) new = make_image(GYA_WS63_IMAGE_APPLICATION, 2000, 2);
	g_autoptr(GBytes) store = make_nv_page(0, 5, stored, G_N_ELEMENTS(stored));
	g_autoptr(GBytes) page = make_nv_page(0, 1, records, G_N_ELEMENTS(records));
	g_autoptr(GBytes) expected = make_nv_page(0, 5, merged, G_N_ELEMENTS(merged));
	MakeImage images[] = {
		{.id = GYA_WS63_IMAGE_APPLICATION, .data = new}, {.id = GYA_WS63_IMAGE_NV, .data = page}};
	g_autoptr(GBytes) package = make_package(images, 2);
	guint8 found[4096];
	struct gyw_info info;

	provision(rig, old, NULL, NULL);
	poke(rig, NV_AT, g_bytes_get_data(store, NULL), 4096);
	arm(rig, package, 1);
	rig_start(rig, "--flash", "@flash", NULL);
	open_line(rig);
	g_assert_true(rig_hello(rig, &info, UPGRADE_MS));
	assert_runs(&info, new);
	switch_off(rig);
	peek(rig, NV_AT, found, sizeof found);
	g_assert_cmpmem(found, sizeof found, g_bytes_get_data(expected, NULL), 4096);
}

static void
test_encrypted(struct rig *rig, gconstpointer unused)
{
	static const guint8 iv[16] = {0xFF};
	static const guint8 key[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
	g_autoptr(GBytes) old = make_image(GYA_WS63_IMAGE_APPLICATION, 1000, 1);
	g_autoptr(GBytes) new = make_image_with_iv(GYA_WS63_IMAGE_APPLICATION, 8192, 2, iv);
	g_autoptr(GBytes) packed = make_lzma(new);
	g_autoptr(GBytes) data = make_encrypted(packed, key, iv);
	MakeImage image = {.id = GYA_WS63_IMAGE_APPLICATION,
		.data = data,
		.decompress = MAKE_LZMA,
		.encrypt = MAKE_ENCRYPTED,
		.new_size = (guint32) g_bytes_get_size(new),
		.iv = iv};
	g_autoptr(GBytes) package = make_package(&image, 1);
	g_autofree guint8 *found = g_malloc(g_bytes_get_size(new));
	struct gyw_info info;

	provision(rig, old, NULL, NULL);
	arm(rig, package, 1);
	rig_start(rig, "--flash", "@flash", "--package-key", "000102030405060708090a0b0c0d0e0f", NULL);
	open_line(rig);
	g_assert_true(rig_hello(rig, &info, UPGRADE_MS));
	assert_runs(&info, new);
	switch_off(rig);
	// in flash nobody reads it
	peek(rig, 0x030000, found, g_bytes_get_size(new));
	g_assert_true(memcmp(found, g_bytes_get_data(new, NULL), 0x300) == 0);
	g_assert_true(memcmp(found + 0x300, (const guint8 *) g_bytes_get_data(new, NULL) + 0x300, 64) != 0);
}

static void
test_rollback(struct rig *rig, gconstpointer unused)
{
	g_autoptr(GBytes) old = make_image(GYA_WS63_IMAGE_APPLICATION, 1000, 1);
	g_autoptr(GBytes) new = make_image(GYA_WS63_IMAGE_APPLICATION, 2000, 2);
	MakeImage image = {.id = GYA_WS63_IMAGE_APPLICATION, .data = new, .version_ext = 3};
	g_autoptr(GBytes) older = make_package(&image, 1);
	g_autoptr(GBytes) newer = NULL;
	struct gyw_info info;

	image.version_ext = 0xF;
	newer = make_package(&image, 1);
	provision(rig, old, "--rollback", "7:1");
	g_assert_cmphex(peek_u32(rig, 0x001004), ==, ~7u);
	g_assert_cmphex(peek_u32(rig, 0x001008), ==, ~1u);
	arm(rig, older, 1);
	rig_start(rig, "--flash", "@flash", NULL);
	open_line(rig);
	g_assert_true(rig_hello(rig, &info, UPGRADE_MS));
	assert_runs(&info, old);
	g_assert_cmpuint(info.result, ==, 11);
	switch_off(rig);

	provision(rig, old, "--rollback", "7");
	arm(rig, newer, 1);
	rig_start(rig, "--flash", "@flash", NULL);
	open_line(rig);
	g_assert_true(rig_hello(rig, &info, UPGRADE_MS));
	assert_runs(&info, new);
	switch_off(rig);
	g_assert_cmphex(peek_u32(rig, 0x001004), ==, ~0xFu);
}

static void
test_own_image(struct rig *rig, gconstpointer unused)
{
	static const guint8 fonts[256] = {0x46, 0x4F, 0x4E, 0x54};
	g_autoptr(GBytes) old = make_image(GYA_WS63_IMAGE_APPLICATION, 1000, 1);
	g_autoptr(GBytes) data = g_bytes_new_static(fonts, sizeof fonts);
	MakeImage image = {.id = 0x5A5A0001, .data = data};
	g_autoptr(GBytes) package = make_package(&image, 1);
	guint8 found[sizeof fonts];
	struct gyw_info info;

	provision(rig, old, NULL, NULL);
	arm(rig, package, 1);
	rig_start(rig, "--flash", "@flash", "--own-image", "fonts=0x5A5A0001,0x2000", NULL);
	open_line(rig);
	g_assert_true(rig_hello(rig, &info, UPGRADE_MS));
	g_assert_cmpuint(info.result, ==, 0);
	g_assert_cmpuint(info.n_images, ==, 4);
	g_assert_cmphex(info.images[3].id, ==, 0x5A5A0001);
	g_assert_cmphex(info.images[3].size, ==, 0x2000);
	g_assert_cmphex(info.images[0].size, ==, 0x240000 - 0x2000);
	switch_off(rig);
	// the end of what was the application's
	peek(rig, 0x270000 - 0x2000, found, sizeof found);
	g_assert_cmpmem(found, sizeof found, fonts, sizeof fonts);
}

// A is spoilt: at the third failure B runs, and says so.
static void
test_regions(struct rig *rig, gconstpointer unused)
{
	static const guint8 spoilt[4] = {0};
	g_autoptr(GBytes) a = make_image(GYA_WS63_IMAGE_APPLICATION, 1000, 1);
	g_autoptr(GBytes) b = make_image(GYA_WS63_IMAGE_APPLICATION, 2000, 2);
	struct gyw_info info;

	write_file(rig, "a", a);
	write_file(rig, "b", b);
	rig_start(rig, "--flash", "@flash", "--layout", "ab", "--new", "--root-key",
		"#keys/test_root_public_key.pem", "--image", "application=@a", "--image", "image-b=@b",
		"--version", "first", NULL);
	open_line(rig);
	g_assert_true(rig_hello(rig, &info, SOON_MS));
	g_assert_cmpuint(info.n_regions, ==, 2);
	g_assert_cmpuint(info.run_region, ==, 0);
	g_assert_cmphex(info.regions[0], ==, 0x1E1000);
	g_assert_cmphex(info.regions[1], ==, 0x1E0000);
	g_assert_cmphex(info.storage_size, ==, 0x1E0000);
	g_assert_cmpstr(info.version, ==, "first");
	assert_runs(&info, a);
	switch_off(rig);

	poke(rig, 0x030000 + 0x400, spoilt, sizeof spoilt);
	rig_start(rig, "--flash", "@flash", "--layout", "ab", NULL);
	open_line(rig);
	g_assert_true(rig_hello(rig, &info, UPGRADE_MS));
	g_assert_cmpuint(info.run_region, ==, 1);
	g_assert_cmpstr(info.version, ==, "");
	assert_runs(&info, b);
	switch_off(rig);
	g_assert_cmphex(peek_u32(rig, 0x3F1004), ==, 1);
}

static void
add(const char *path, void (*test)(struct rig *, gconstpointer))
{
	g_test_add(path, struct rig, NULL, rig_set_up, test, rig_tear_down);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("/sim/feature/nv-data-is-applied-by-the-application", test_nv);
	add("/sim/feature/encrypted-package-runs", test_encrypted);
	add("/sim/feature/rollback-words-hold-and-grow", test_rollback);
	add("/sim/feature/own-image-has-its-place", test_own_image);
	add("/sim/feature/third-failure-switches-regions", test_regions);
	return g_test_run();
}
