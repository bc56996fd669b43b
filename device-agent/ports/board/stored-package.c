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
#define FLAG_LZMA        0x3C7896E1u
#define FLAG_DIFF        0x44494646u
#define FLAG_ENCRYPTED   0x3C7896E1u
#define LZMA_HEADER_SIZE 16u
#define LZMA_PROPERTIES  5u
#define CHUNK            1024u /* whole blocks of the cipher */
#define BLOCK            16u
#define CODE_IV_AT       0x16Cu /* in a signed image */

struct image {
	uint32_t id;
	uint32_t data_at;
	uint32_t data_size;
	uint32_t new_size;
	uint32_t decompress_flag;
	uint32_t encrypt_flag;
	uint8_t salt[GYA_UPG_SALT_SIZE];
	uint8_t iv[BLOCK];
};

/* An image's data from their start on, as the boot loader would write them: decrypted and unpacked. */
struct stream {
	const struct gya_stored_package *package;
	const struct image *image;
	uint32_t at; /* in the image's data */
	uint8_t key[16];
	uint8_t counter[BLOCK];
	uint8_t in[CHUNK];
	uint32_t have;
	uint32_t used;
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
decode_image(const uint8_t header[GYA_PACKAGE_HEADER_SIZE], struct image *image)
{
	struct gyw_reader r;
	uint32_t magic;

	gyw_reader_init(&r, header, GYA_PACKAGE_HEADER_SIZE);
	magic = gyw_read_u32le(&r);
	image->id = gyw_read_u32le(&r);
	image->data_at = gyw_read_u32le(&r);
	image->data_size = gyw_read_u32le(&r);
	gyw_read_view(&r, 32 + 4 + 32); /* hash of the data; length and hash of an old image */
	image->new_size = gyw_read_u32le(&r);
	gyw_read_view(&r, 8); /* version, mask */
	image->decompress_flag = gyw_read_u32le(&r);
	image->encrypt_flag = gyw_read_u32le(&r);
	gyw_read_view(&r, 4); /* type of the root key */
	gyw_read_bytes(&r, image->salt, sizeof image->salt);
	gyw_read_view(&r, 4); /* what is left of the two protection keys */
	gyw_read_bytes(&r, image->iv, sizeof image->iv);
	return !r.failed && magic == IMAGE_MAGIC;
}

static bool
read_image(const struct gya_stored_package *package, uint32_t header_at, struct image *image)
{
	uint8_t header[GYA_PACKAGE_HEADER_SIZE];

	return read_storage(package, header_at, header, sizeof header) && decode_image(header, image);
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

/* ---- the data of an image ---- */

/* The next `size` bytes as they are stored, decrypted. Encrypted data are read in whole blocks. */
static bool
read_data(struct stream *s, uint8_t *bytes, uint32_t size)
{
	if (size > s->image->data_size - s->at ||
		!read_storage(s->package, s->image->data_at + s->at, bytes, size))
		return false;
	if (s->image->encrypt_flag == FLAG_ENCRYPTED)
		s->package->crypto->aes128_ctr(s->key, s->counter, bytes, size);
	s->at += size;
	return true;
}

/* False if this chip cannot decrypt. Boot loaders decrypt only what they unpack. */
static bool
start_cipher(struct stream *s)
{
	const struct gya_stored_package *package = s->package;
	const struct image *image = s->image;

	memcpy(s->counter, image->iv, sizeof s->counter);
	return image->decompress_flag == FLAG_LZMA && image->data_size % BLOCK == 0 &&
	       package->crypto->aes128_ctr && package->derive_key &&
	       package->derive_key(package->context, GYA_UPG_KEY_PACKAGE, image->salt, s->key);
}

/* False for data that cannot be the image's; under a wrong key they are none either. */
static bool
start_lzma(struct stream *s)
{
	static const uint8_t properties[LZMA_PROPERTIES] = {0x5A, 0x00, 0x10, 0x00, 0x00};
	const struct gya_lzma *lzma = s->package->lzma;
	uint8_t header[LZMA_HEADER_SIZE];

	return read_data(s, header, sizeof header) && memcmp(header, properties, sizeof properties) == 0 &&
	       gyw_get_u32le(header + LZMA_PROPERTIES) == s->image->new_size &&
	       lzma->start(lzma->context, header);
}

static bool
open_stream(struct stream *s, const struct gya_stored_package *package, const struct image *image)
{
	s->package = package;
	s->image = image;
	s->at = s->have = s->used = 0;
	/* subtract, never add */
	if (image->data_at > UINT32_MAX - image->data_size || image->decompress_flag == FLAG_DIFF ||
		(image->encrypt_flag == FLAG_ENCRYPTED && !start_cipher(s)))
		return false;
	return image->decompress_flag != FLAG_LZMA || start_lzma(s);
}

static bool
fill(struct stream *s)
{
	uint32_t left = s->image->data_size - s->at;

	if (s->used < s->have || left == 0)
		return true;
	s->used = 0;
	s->have = left < CHUNK ? left : CHUNK;
	return read_data(s, s->in, s->have);
}

/* At most `size` bytes; how many came stands there then. Data that end, or stand still, before that are not the image's. */
static bool
read_stream(struct stream *s, uint8_t *out, uint32_t *size)
{
	const struct gya_lzma *lzma = s->package->lzma;
	uint32_t in_size;

	if (s->image->decompress_flag != FLAG_LZMA)
		return read_data(s, out, *size);
	if (!fill(s))
		return false;
	in_size = s->have - s->used;
	if (!lzma->decode(lzma->context, out, size, s->in + s->used, &in_size))
		return false;
	s->used += in_size;
	return in_size != 0 || *size != 0;
}

static bool
hash_image(const struct gya_stored_package *package, const struct image *image, uint32_t size,
	struct gya_sha256 *hash)
{
	struct stream s;

	if (!open_stream(&s, package, image))
		return false;
	for (uint32_t done = 0; done < size;) {
		uint8_t out[CHUNK];
		uint32_t step = size - done < CHUNK ? size - done : CHUNK;

		if (!read_stream(&s, out, &step))
			return false;
		package->crypto->sha256_update(hash, out, step);
		done += step;
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

	if (!find_application(package, &image) || image_size > image.new_size)
		return false;
	package->crypto->sha256_init(&hash);
	is_read = hash_image(package, &image, image_size, &hash);
	package->crypto->sha256_final(&hash, digest);
	return is_read && memcmp(digest, sha256, sizeof digest) == 0 && read_text(package, text);
}

/* ---- encrypted images ---- */

/* The chip runs what is encrypted in its flash with the counter that the image names itself. */
static bool
names_iv(struct stream *s)
{
	uint8_t header[CODE_IV_AT + BLOCK];
	uint32_t done = 0;

	while (done < sizeof header) {
		uint32_t step = (uint32_t) sizeof header - done;

		if (!read_stream(s, header + done, &step))
			return false;
		done += step;
	}
	return memcmp(header + CODE_IV_AT, s->image->iv, sizeof s->image->iv) == 0;
}

bool
gya_stored_package_decrypts(const struct gya_stored_package *package,
	const uint8_t header[GYA_PACKAGE_HEADER_SIZE], bool is_stored)
{
	struct image image;
	struct stream s = {.package = package, .image = &image};

	if (!decode_image(header, &image) || image.id != APPLICATION_ID ||
		image.encrypt_flag != FLAG_ENCRYPTED)
		return false;
	return is_stored ? open_stream(&s, package, &image) && names_iv(&s) : start_cipher(&s);
}
