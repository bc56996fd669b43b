/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/ports/board/stored-package.h"

#include "protocol/wire/bytes.h"
#include "protocol/wire/mem.h"

/* spec of the package: areas of 256 bytes, then the table; each image has a header of 160 bytes */
#define AREA_ID          0xCB8D154Eu
#define AREA_SIZE        0x100u
#define TEXT_AT          0x150u
#define TABLE_FIELDS_AT  0x120u
#define IMAGES_MOST      20u
#define ENTRY_SIZE       44u
#define APPLICATION_ID   0x4B0F2D2Du
#define IMAGE_MAGIC      0x464F5451u
#define IMAGE_USED_SIZE  0x68u
#define FLAG_LZMA        0x3C7896E1u
#define FLAG_DIFF        0x44494646u
#define FLAG_ENCRYPTED   0x3C7896E1u
#define LZMA_HEADER_SIZE 16u
#define LZMA_PROPERTIES  5u
#define CHUNK            1024u

struct image {
	uint32_t data_at;
	uint32_t data_size;
	uint32_t new_size;
	uint32_t decompress_flag;
	uint32_t encrypt_flag;
};

static bool
read_storage(const struct gya_stored_package *package, uint32_t at, uint8_t *bytes, uint32_t size)
{
	const struct gya_partition *storage = gya_board_partition(package->board, package->board->storage);

	if (storage == NULL || at > storage->size || size > storage->size - at)
		return false;
	return package->nor->read(package->nor->context, storage->address + at, bytes, size) == GYA_NOR_OK;
}

static bool
read_image(const struct gya_stored_package *package, uint32_t header_at, struct image *image)
{
	uint8_t raw[IMAGE_USED_SIZE];
	struct gyw_reader r;
	uint32_t magic;

	if (!read_storage(package, header_at, raw, sizeof raw))
		return false;
	gyw_reader_init(&r, raw, sizeof raw);
	magic = gyw_read_u32le(&r);
	gyw_read_u32le(&r); /* image_id, as in the table */
	image->data_at = gyw_read_u32le(&r);
	image->data_size = gyw_read_u32le(&r);
	gyw_read_view(&r, 32 + 4 + 32); /* hash of the data; length and hash of an old image */
	image->new_size = gyw_read_u32le(&r);
	gyw_read_view(&r, 8); /* version, mask */
	image->decompress_flag = gyw_read_u32le(&r);
	image->encrypt_flag = gyw_read_u32le(&r);
	return !r.failed && magic == IMAGE_MAGIC;
}

static bool
find_application(const struct gya_stored_package *package, struct image *image)
{
	uint8_t raw[AREA_SIZE];
	uint32_t table_at, n_images;

	if (!read_storage(package, 0, raw, 4) || gyw_get_u32le(raw) != AREA_ID ||
		!read_storage(package, AREA_SIZE, raw, sizeof raw) || gyw_get_u32le(raw) != AREA_ID)
		return false;
	table_at = gyw_get_u32le(raw + TABLE_FIELDS_AT - AREA_SIZE);
	n_images = gyw_get_u32le(raw + 0x48);
	if (table_at == 0)
		table_at = 2 * AREA_SIZE;
	if (n_images > IMAGES_MOST || table_at > UINT32_MAX - IMAGES_MOST * ENTRY_SIZE)
		return false;
	for (uint32_t i = 0; i < n_images; i++) {
		uint8_t entry[ENTRY_SIZE];

		if (!read_storage(package, table_at + i * ENTRY_SIZE, entry, sizeof entry))
			return false;
		if (gyw_get_u32le(entry) == APPLICATION_ID)
			return read_image(package, gyw_get_u32le(entry + 4), image);
	}
	return false;
}

static bool
hash_plain(const struct gya_stored_package *package, const struct image *image, uint32_t size,
	struct gya_sha256 *hash)
{
	uint8_t chunk[CHUNK];

	if (size > image->data_size || image->data_at > UINT32_MAX - image->data_size)
		return false;
	for (uint32_t done = 0; done < size;) {
		uint32_t step = size - done < CHUNK ? size - done : CHUNK;

		if (!read_storage(package, image->data_at + done, chunk, step))
			return false;
		package->crypto->sha256_update(hash, chunk, step);
		done += step;
	}
	return true;
}

/* Decodes until `size` bytes came out. A stream that ends, or stands still, before that is not the image's. */
static bool
hash_unpacked(const struct gya_stored_package *package, const struct image *image, uint32_t size,
	struct gya_sha256 *hash)
{
	uint8_t header[LZMA_HEADER_SIZE], in[CHUNK], out[CHUNK];
	uint32_t at = LZMA_HEADER_SIZE, have = 0, used = 0, done = 0;
	const struct gya_lzma *lzma = package->lzma;

	if (image->data_size < LZMA_HEADER_SIZE || image->data_at > UINT32_MAX - image->data_size ||
		!read_storage(package, image->data_at, header, sizeof header) ||
		gyw_get_u32le(header + LZMA_PROPERTIES) < size || !lzma->start(lzma->context, header))
		return false;
	while (done < size) {
		uint32_t in_size, out_size = size - done < CHUNK ? size - done : CHUNK;

		if (used == have && at < image->data_size) {
			have = image->data_size - at < CHUNK ? image->data_size - at : CHUNK;
			used = 0;
			if (!read_storage(package, image->data_at + at, in, have))
				return false;
			at += have;
		}
		in_size = have - used;
		if (!lzma->decode(lzma->context, out, &out_size, in + used, &in_size) ||
			(in_size == 0 && out_size == 0))
			return false;
		package->crypto->sha256_update(hash, out, out_size);
		used += in_size;
		done += out_size;
	}
	return true;
}

/* The text comes from outside and is printed: it ends at the first byte that is no printable one. */
static bool
read_text(const struct gya_stored_package *package, char text[GYA_PACKAGE_TEXT_SIZE + 1])
{
	uint8_t raw[GYA_PACKAGE_TEXT_SIZE];
	uint32_t n = 0;

	if (!read_storage(package, TEXT_AT, raw, sizeof raw))
		return false;
	while (n < sizeof raw && raw[n] >= 0x20 && raw[n] != 0x7F)
		n++;
	memcpy(text, raw, n);
	text[n] = '\0';
	return true;
}

bool
gya_stored_package_has(const struct gya_stored_package *package, uint32_t image_size,
	const uint8_t sha256[32], char text[GYA_PACKAGE_TEXT_SIZE + 1])
{
	struct gya_sha256 hash;
	struct image image;
	uint8_t digest[32];
	bool is_read;

	if (!find_application(package, &image) || image.encrypt_flag == FLAG_ENCRYPTED ||
		image.decompress_flag == FLAG_DIFF || image_size > image.new_size)
		return false;
	package->crypto->sha256_init(&hash);
	if (image.decompress_flag == FLAG_LZMA)
		is_read = hash_unpacked(package, &image, image_size, &hash);
	else
		is_read = hash_plain(package, &image, image_size, &hash);
	package->crypto->sha256_final(&hash, digest);
	return is_read && memcmp(digest, sha256, sizeof digest) == 0 && read_text(package, text);
}
