// SPDX-License-Identifier: Apache-2.0
#include <glib.h>
#include <string.h>

#include "device-agent/boards/ws63.h"
#include "device-agent/ports/sim/nor-file.h"
#include "device-agent/ports/sim/provision.h"

#define FACTORY 0x008000u

// The vendor's sample root key, whose fused hash is published.
#define SAMPLE_X    "044c6246b8596315c9643bef84540350c486050eb336cf46fb41f813ae1ab7d9"
#define SAMPLE_Y    "1c5dddbdaa5025e62773e92317e9af1f39684bddf17bdb1ad60faa2f666ec53f"
#define SAMPLE_HASH "8b270508704978ab4e4090caa94faa3278e99b366f7affaefbc12fbb2dc868a7"

// Of the key pair in tests/vectors, as keys/public_keys.txt has it.
static char *
vector_key(const char *name)
{
	return g_test_build_filename(G_TEST_DIST, "vectors", "ws63", "keys", name, NULL);
}

static struct gya_nor_file *
new_flash(void)
{
	struct gya_nor_file *flash = gya_nor_file_open(NULL, gya_board_ws63.flash_size);

	g_assert_nonnull(flash);
	return flash;
}

static void
from_hex(const char *hex, uint8_t *bytes)
{
	for (; hex[0] != '\0'; hex += 2)
		*bytes++ = (uint8_t) (g_ascii_xdigit_value(hex[0]) << 4 | g_ascii_xdigit_value(hex[1]));
}

static uint32_t
word_at(const struct gya_nor_file *flash, uint32_t offset)
{
	uint32_t word;

	memcpy(&word, flash->bytes + offset, 4);
	return GUINT32_FROM_LE(word);
}

static void
test_root_record_has_the_published_hash(void)
{
	struct gya_nor_file *flash = new_flash();
	g_autofree char *hash = NULL;
	uint8_t key[64];

	from_hex(SAMPLE_X SAMPLE_Y, key);
	g_assert_true(gya_provision_root_key(&flash->nor, key, NULL));
	hash = g_compute_checksum_for_data(G_CHECKSUM_SHA256, flash->bytes, 0x80);
	g_assert_cmpstr(hash, ==, SAMPLE_HASH);
	gya_nor_file_close(flash);
}

static void
test_reads_public_and_private_keys(void)
{
	g_autofree char *public_path = vector_key("test_root_public_key.pem");
	g_autofree char *private_path = vector_key("test_root_private_key.pem");
	g_autofree char *list_path = vector_key("public_keys.txt");
	g_autofree char *list = NULL;
	g_autoptr(GString) hex = g_string_new(NULL);
	uint8_t from_public[64], from_private[64];

	g_assert_true(gya_provision_read_key(public_path, from_public, NULL));
	g_assert_true(gya_provision_read_key(private_path, from_private, NULL));
	g_assert_cmpmem(from_public, 64, from_private, 64);
	for (gsize i = 0; i < 32; i++)
		g_string_append_printf(hex, "%02x", from_public[i]);
	g_assert_true(g_file_get_contents(list_path, &list, NULL, NULL));
	g_assert_nonnull(strstr(list, hex->str));
}

static void
test_refuses_what_is_no_key(void)
{
	g_autofree char *path = vector_key("public_keys.txt");
	g_autoptr(GError) error = NULL;
	uint8_t key[64], untouched[64];

	memset(key, 0xA5, sizeof key);
	memcpy(untouched, key, sizeof key);
	g_assert_false(gya_provision_read_key(path, key, &error));
	g_assert_error(error, GYA_PROVISION_ERROR, GYA_PROVISION_ERROR_KEY);
	g_assert_cmpmem(key, sizeof key, untouched, sizeof untouched);
	g_clear_error(&error);
	g_assert_false(gya_provision_read_key("/nonexistent/key.pem", key, &error));
	g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

static const struct {
	uint8_t id;
	uint32_t address, size;
} compressed[16] = {
	{0x00, 0x002000, 0x6000},
	{0x01, 0x020000, 0x10000},
	{0x02, 0x010000, 0x10000},
	{0x03, 0x000000, 0x800},
	{0x08, 0x008000, 0x4000},
	{0x09, 0x00C000, 0x4000},
	{0x10, 0x3FC000, 0x4000},
	{0x11, 0x3FB000, 0x1000},
	{0x20, 0x030000, 0x240000},
	{0x21, 0x270000, 0x183000},
	{0x30, 0x3F3000, 0x8000},
	{0x31, 0x3F3000, 0},
	{0x32, 0x3F3000, 0},
	{0x33, 0x3F3000, 0},
	{0x34, 0x3F3000, 0},
	{0x35, 0x3F3000, 0},
};

static void
test_partition_table_has_the_chips_sixteen(void)
{
	struct gya_nor_file *flash = new_flash();

	g_assert_true(gya_provision_partition_table(&gya_board_ws63, &flash->nor, NULL));
	g_assert_cmphex(word_at(flash, 0x380), ==, 0x4B87A54B);
	g_assert_cmphex(word_at(flash, 0x384), ==, 0x00010000);
	g_assert_cmphex(word_at(flash, 0x388), ==, 0);
	g_assert_cmphex(word_at(flash, 0x38C) & 0xFFFFFF, ==, 16 << 16 | 32);
	for (uint32_t i = 0; i < 16; i++) {
		g_assert_cmphex(flash->bytes[0x380 + 15 + i], ==, compressed[i].id);
		g_assert_cmphex(word_at(flash, 0x380 + 32 + i * 8), ==, compressed[i].address);
		g_assert_cmphex(word_at(flash, 0x380 + 36 + i * 8), ==, compressed[i].size);
	}
	for (uint32_t at = 0x380 + 32 + 16 * 8; at < 0x780; at++)
		g_assert_cmphex(flash->bytes[at], ==, 0);
	g_assert_cmphex(flash->bytes[0x37F], ==, 0xFF);
	g_assert_cmphex(flash->bytes[0x780], ==, 0xFF);
	gya_nor_file_close(flash);
}

static void
test_hilink_takes_the_first_spare(void)
{
	struct gya_nor_file *flash = new_flash();

	g_assert_true(gya_provision_partition_table(&gya_board_ws63_hilink, &flash->nor, NULL));
	g_assert_cmphex(flash->bytes[0x380 + 15 + 11], ==, 0x31);
	g_assert_cmphex(word_at(flash, 0x380 + 32 + 11 * 8), ==, 0x1F0000);
	g_assert_cmphex(word_at(flash, 0x380 + 36 + 11 * 8), ==, 0x80000);
	g_assert_cmphex(flash->bytes[0x380 + 15 + 15], ==, 0x35);
	gya_nor_file_close(flash);
}

static void
test_factory_data_is_read_back_or_not_at_all(void)
{
	struct gya_factory written = {42, "0123456789abcde"}, found;
	struct gya_nor_file *flash = new_flash();

	g_assert_false(gya_factory_read(&gya_board_ws63, &flash->nor, &found));
	g_assert_true(gya_provision_factory(&gya_board_ws63, &flash->nor, &written, NULL));
	g_assert_true(gya_factory_read(&gya_board_ws63, &flash->nor, &found));
	g_assert_cmpuint(found.hardware_id, ==, 42);
	g_assert_cmpmem(found.device_id, 16, written.device_id, 16);
	for (uint32_t i = 0; i < 28; i++) {
		flash->bytes[FACTORY + i] ^= 1;
		g_assert_false(gya_factory_read(&gya_board_ws63, &flash->nor, &found));
		flash->bytes[FACTORY + i] ^= 1;
	}
	gya_nor_file_close(flash);
}

static void
test_images_go_where_they_fit(void)
{
	g_autofree char *path =
		g_test_build_filename(G_TEST_DIST, "vectors", "ws63", "inputs", "app_sign.bin", NULL);
	struct gya_nor_file *flash = new_flash();
	g_autofree char *image = NULL;
	g_autoptr(GError) error = NULL;
	gsize size;

	g_assert_true(g_file_get_contents(path, &image, &size, NULL));
	g_assert_true(gya_provision_image(&gya_board_ws63, &flash->nor, "application", path, NULL));
	g_assert_cmpuint(size, ==, 65536);
	g_assert_true(memcmp(flash->bytes + 0x030000, image, size) == 0);
	// 64 KiB into 16
	g_assert_false(gya_provision_image(&gya_board_ws63, &flash->nor, "nv", path, &error));
	g_assert_error(error, GYA_PROVISION_ERROR, GYA_PROVISION_ERROR_IMAGE);
	g_clear_error(&error);
	g_assert_false(gya_provision_image(&gya_board_ws63, &flash->nor, "root-key", path, &error));
	g_assert_error(error, GYA_PROVISION_ERROR, GYA_PROVISION_ERROR_IMAGE);
	g_assert_cmphex(flash->bytes[0], ==, 0xFF);
	gya_nor_file_close(flash);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func(
		"/sim/provision/root-record-has-the-published-hash", test_root_record_has_the_published_hash);
	g_test_add_func("/sim/provision/reads-public-and-private-keys", test_reads_public_and_private_keys);
	g_test_add_func("/sim/provision/refuses-what-is-no-key", test_refuses_what_is_no_key);
	g_test_add_func("/sim/provision/partition-table-has-the-chips-sixteen",
		test_partition_table_has_the_chips_sixteen);
	g_test_add_func("/sim/provision/hilink-takes-the-first-spare", test_hilink_takes_the_first_spare);
	g_test_add_func("/sim/provision/factory-data-is-read-back-or-not-at-all",
		test_factory_data_is_read_back_or_not_at_all);
	g_test_add_func("/sim/provision/images-go-where-they-fit", test_images_go_where_they_fit);
	return g_test_run();
}
