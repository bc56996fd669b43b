// SPDX-License-Identifier: Apache-2.0
#include "tests/liteos/chip.h"

#include <string.h>

#include "device-agent/ports/sim/crypto-openssl.h"
#include "device-agent/ports/sim/lzma-sdk.h"
#include "protocol/wire/crc32c.h"
#include "protocol/wire/envelope.h"
#include "tests/patch/source.h"

Chip *
chip_new(const struct gya_board *board, guint n_decoders)
{
	Chip *chip = g_new0(Chip, 1);

	chip->board = board;
	chip->flash = gya_nor_file_open(NULL, board->flash_size);
	g_assert_nonnull(chip->flash);
	chip->port = (struct gya_liteos_port){
		.board = board, .nor = &chip->flash->nor, .crypto = &gya_crypto_openssl};
	for (guint i = 0; i < n_decoders; i++)
		chip->port.lzma[i] = chip->lzma[i] = gya_lzma_sdk_new(16384);
	chip_power_on(chip);
	return chip;
}

void
chip_free(Chip *chip)
{
	for (guint i = 0; i < GYA_HDIFF13_PARTS; i++)
		gya_lzma_sdk_free(chip->lzma[i]);
	gya_nor_file_close(chip->flash);
	g_free(chip);
}

void
chip_power_on(Chip *chip)
{
	gya_nor_file_power_on(chip->flash);
	gya_liteos_power_on(&chip->port);
	g_assert_cmpint(ota_init(), ==, 0);
}

guint8 *
chip_partition(Chip *chip, guint16 id)
{
	return chip->flash->bytes + gya_board_partition(chip->board, id)->address;
}

void
chip_put(Chip *chip, guint16 partition, GBytes *bytes)
{
	gsize room = gya_board_partition(chip->board, partition)->size;
	gsize size;
	const guint8 *data = g_bytes_get_data(bytes, &size);

	g_assert_cmpuint(size, <=, room);
	memset(chip_partition(chip, partition), 0xFF, room);
	memcpy(chip_partition(chip, partition), data, size);
}

gboolean
chip_holds(Chip *chip, guint16 partition, GBytes *bytes)
{
	gsize size;
	const guint8 *data = g_bytes_get_data(bytes, &size);

	return memcmp(chip_partition(chip, partition), data, size) == 0;
}

void
chip_download(Chip *chip, GBytes *package)
{
	gsize size;
	const guint8 *bytes = g_bytes_get_data(package, &size);
	ota_flag_t flag = {.status = OTA_STATUS_DOWNLOADING};

	(void) ota_flag_save(OTA_FOTA, &flag);
	(void) ota_img_erase(OTA_FOTA, OTA_IMG_DOWNLOAD);
	(void) ota_img_write(OTA_FOTA, OTA_IMG_DOWNLOAD, 0, bytes, (int) size);
	(void) ota_img_flush(OTA_FOTA, OTA_IMG_DOWNLOAD);
	flag.status = OTA_STATUS_DOWNLOADED;
	flag.step = OTA_STEP_START;
	flag.download.file_size = (guint32) size;
	(void) ota_flag_save(OTA_FOTA, &flag);
}

ota_flag_t
chip_flag(Chip *chip)
{
	ota_flag_t flag;

	g_assert_cmpint(ota_flag_get(OTA_FOTA, &flag), ==, 0);
	return flag;
}

GBytes *
vector(const char *folder, const char *name)
{
	return vector_read("liteos", folder, name);
}

static GBytes *
join(const guint8 *head, gsize head_size, GBytes *body)
{
	GByteArray *whole = g_byte_array_new();

	g_byte_array_append(whole, head, (guint) head_size);
	g_byte_array_append(whole, g_bytes_get_data(body, NULL), (guint) g_bytes_get_size(body));
	return g_byte_array_free_to_bytes(whole);
}

GBytes *
make_package(GBytes *body, gboolean is_difference)
{
	const guint8 info[32] = {is_difference ? 1 : 0};

	return join(info, sizeof info, body);
}

static void
digest(GBytes *bytes, guint8 sha256[32])
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	gsize size = 32;

	g_checksum_update(sum, g_bytes_get_data(bytes, NULL), (gssize) g_bytes_get_size(bytes));
	g_checksum_get_digest(sum, sha256, &size);
}

GBytes *
make_envelope(guint32 kind, GBytes *body, GBytes *old, GBytes *new)
{
	struct gyw_envelope envelope = {.patch_size = (guint32) g_bytes_get_size(body),
		.kind = kind,
		.patch_crc32c = gyw_crc32c(g_bytes_get_data(body, NULL), (guint32) g_bytes_get_size(body)),
		.old_size = (guint32) g_bytes_get_size(old),
		.new_size = (guint32) g_bytes_get_size(new),
		.version = "2.0.0"};
	guint8 head[GYW_ENVELOPE_SIZE];

	digest(old, envelope.old_sha256);
	digest(new, envelope.new_sha256);
	gyw_envelope_encode(&envelope, head);
	return join(head, sizeof head, body);
}
