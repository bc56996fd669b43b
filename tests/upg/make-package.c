// SPDX-License-Identifier: Apache-2.0
#include "tests/upg/make-package.h"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string.h>

#include "engine/compression/lzma.h"

#define AREA_ID      0xCB8D154Eu
#define IMAGE_MAGIC  0x464F5451u
#define ENTRY_SIZE   44u
#define HEADER_SIZE  160u
#define TABLE_AT     0x200u
#define IMAGE_HEADER 0x300u

static EVP_PKEY *
load_key(const char *name)
{
	g_autofree char *path = g_test_build_filename(G_TEST_DIST, "vectors", "ws63", "keys", name, NULL);
	BIO *bio = BIO_new_file(path, "r");
	EVP_PKEY *key;

	g_assert_nonnull(bio);
	key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
	g_assert_nonnull(key);
	BIO_free(bio);
	return key;
}

static void
put_public_key(EVP_PKEY *key, guint8 out[64])
{
	guint8 point[65];
	gsize size = 0;

	g_assert_cmpint(
		EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point, &size), ==,
		1);
	g_assert_cmpuint(size, ==, sizeof point);
	g_assert_cmpuint(point[0], ==, 4);
	memcpy(out, point + 1, 64);
}

static void
sign(EVP_PKEY *key, const guint8 *bytes, gsize size, guint8 out[64])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	guint8 der[128];
	const guint8 *at = der;
	gsize der_size = sizeof der;
	ECDSA_SIG *pair;

	g_assert_cmpint(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key), ==, 1);
	g_assert_cmpint(EVP_DigestSign(context, der, &der_size, bytes, size), ==, 1);
	pair = d2i_ECDSA_SIG(NULL, &at, (long) der_size);
	g_assert_nonnull(pair);
	g_assert_cmpint(BN_bn2binpad(ECDSA_SIG_get0_r(pair), out, 32), ==, 32);
	g_assert_cmpint(BN_bn2binpad(ECDSA_SIG_get0_s(pair), out + 32, 32), ==, 32);
	ECDSA_SIG_free(pair);
	EVP_MD_CTX_free(context);
}

static void
put_u32(guint8 *at, guint32 value)
{
	value = GUINT32_TO_LE(value);
	memcpy(at, &value, sizeof value);
}

static void
put_sha256(guint8 *at, const guint8 *bytes, gsize size)
{
	g_assert_cmpint(EVP_Digest(bytes, size, at, NULL, EVP_sha256(), NULL), ==, 1);
}

static gsize
round16(gsize size)
{
	return (size + 15) / 16 * 16;
}

// Header and data of one image go to the end of `package`; its entry into the table.
static void
append_image(GByteArray *package, const MakeImage *image, guint index)
{
	gsize data_size, padded;
	const guint8 *data = g_bytes_get_data(image->data, &data_size);
	guint32 header_at = package->len;
	guint8 *header, *entry;

	padded = round16(data_size);
	g_byte_array_set_size(package, header_at + HEADER_SIZE + (guint) padded);
	header = package->data + header_at;
	memset(header, 0, HEADER_SIZE + padded);
	memcpy(header + HEADER_SIZE, data, data_size);
	put_u32(header + 0x00, IMAGE_MAGIC);
	put_u32(header + 0x04, image->id);
	put_u32(header + 0x08, image->data_offset != 0 ? image->data_offset : header_at + HEADER_SIZE);
	put_u32(header + 0x0C, (guint32) padded);
	put_sha256(header + 0x10, header + HEADER_SIZE, padded);
	put_u32(header + 0x54, image->new_size != 0 ? image->new_size : (guint32) data_size);
	put_u32(header + 0x58, image->version_ext);
	put_u32(header + 0x60, image->decompress);
	put_u32(header + 0x64, image->encrypt);
	if (image->salt != NULL)
		memcpy(header + 0x6C, image->salt, 28);
	if (image->iv != NULL)
		memcpy(header + 0x8C, image->iv, 16);

	entry = package->data + TABLE_AT + index * ENTRY_SIZE;
	put_u32(entry + 0x00, image->id);
	put_u32(entry + 0x04, header_at);
	put_u32(entry + 0x08, (guint32) (HEADER_SIZE + padded));
	put_sha256(entry + 0x0C, header, HEADER_SIZE);
}

static void
put_areas(guint8 *package, guint n_images, gsize table_size, guint32 hardware_id)
{
	EVP_PKEY *root = load_key("test_root_private_key.pem");
	EVP_PKEY *sub = load_key("test_sub_private_key.pem");
	guint8 *info = package + 0x100;

	put_u32(package + 0x00, AREA_ID);
	put_u32(package + 0x04, 0x00010000);
	put_u32(package + 0x08, 0x100);
	put_u32(package + 0x0C, 0x40);
	put_u32(package + 0x18, 0x2A13C812);
	put_public_key(sub, package + 0x80);
	sign(root, package, 0xC0, package + 0xC0);

	put_u32(info + 0x00, AREA_ID);
	put_u32(info + 0x04, 0x00010000);
	put_u32(info + 0x08, 0x100);
	put_u32(info + 0x0C, 0x40);
	put_u32(info + 0x20, TABLE_AT);
	put_u32(info + 0x24, (guint32) table_size);
	put_sha256(info + 0x28, package + TABLE_AT, table_size);
	put_u32(info + 0x48, n_images);
	put_u32(info + 0x4C, hardware_id);
	sign(sub, info, 0xC0, info + 0xC0);

	EVP_PKEY_free(root);
	EVP_PKEY_free(sub);
}

GBytes *
make_package_for(const MakeImage *images, guint n_images, guint32 hardware_id)
{
	GByteArray *package = g_byte_array_new();
	gsize table_size = round16(n_images * ENTRY_SIZE);

	g_byte_array_set_size(package, (guint) (TABLE_AT + table_size));
	memset(package->data, 0, package->len);
	for (guint i = 0; i < n_images; i++)
		append_image(package, &images[i], i);
	put_areas(package->data, n_images, table_size, hardware_id);
	return g_byte_array_free_to_bytes(package);
}

GBytes *
make_package(const MakeImage *images, guint n_images)
{
	return make_package_for(images, n_images, 0);
}

GBytes *
make_image(guint32 id, guint32 code_size, guint32 seed)
{
	static const guint8 none[16];

	return make_image_with_iv(id, code_size, seed, none);
}

/* The header, before code that is in its place. */
static GBytes *
take_code(guint8 *image, guint32 id, guint32 code_size, guint32 seed, const guint8 iv[16])
{
	guint8 *info = image + 0x100;
	EVP_PKEY *root = load_key("test_root_private_key.pem");
	EVP_PKEY *sub = load_key("test_sub_private_key.pem");

	/* the key-area id of an image is its package id with the last byte 1E */
	put_u32(image, (id & 0xFFFFFF00u) | 0x1E);
	put_u32(image + 0x04, 0x00010000);
	put_u32(image + 0x08, 0x100);
	put_u32(image + 0x0C, 0x40);
	put_u32(image + 0x18, 0x2A13C812);
	put_public_key(sub, image + 0x80);
	sign(root, image, 0xC0, image + 0xC0);
	put_u32(info + 0x00, id);
	put_u32(info + 0x04, 0x00010000);
	put_u32(info + 0x08, 0x200);
	put_u32(info + 0x0C, 0x40);
	put_u32(info + 0x10, seed);
	put_u32(info + 0x24, code_size);
	put_sha256(info + 0x28, image + IMAGE_HEADER, code_size);
	put_u32(info + 0x48, 0x3C7896E1);
	memcpy(info + 0x6C, iv, 16);
	sign(sub, info, 0x180, info + 0x180);
	EVP_PKEY_free(root);
	EVP_PKEY_free(sub);
	return g_bytes_new_take(image, IMAGE_HEADER + code_size);
}

GBytes *
make_image_with_iv(guint32 id, guint32 code_size, guint32 seed, const guint8 iv[16])
{
	guint8 *image = g_malloc0(IMAGE_HEADER + code_size);
	g_autoptr(GRand) random = g_rand_new_with_seed(seed);

	for (guint32 i = 0; i < code_size; i++)
		image[IMAGE_HEADER + i] = (guint8) g_rand_int(random);
	return take_code(image, id, code_size, seed, iv);
}

GBytes *
make_repetitive_image(guint32 id, guint32 code_size, guint32 seed)
{
	static const guint8 none[16];
	guint8 *image = g_malloc0(IMAGE_HEADER + code_size);
	g_autoptr(GRand) random = g_rand_new_with_seed(seed);

	/* two words of four, from all that stands before */
	for (guint32 i = 0; i < code_size; i++)
		image[IMAGE_HEADER + i] = i % 16 < 8 || i < 64
						  ? (guint8) g_rand_int(random)
						  : image[IMAGE_HEADER + i - 8 * (1 + seed % 4) - 16];
	return take_code(image, id, code_size, seed, none);
}

GBytes *
make_lzma(GBytes *image)
{
	static const GyLzmaParameters parameters = {
		.dictionary_size = 4096, .lc = 0, .lp = 0, .pb = 2, .fast_bytes = 128};
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) packed = gy_lzma_encode(image, &parameters, &error);
	gsize size;
	const guint8 *bytes = g_bytes_get_data(packed, &size);
	guint8 *out = g_malloc0(round16(size + 3));

	g_assert_no_error(error);
	memcpy(out, bytes, GY_LZMA_HEADER_SIZE);
	memcpy(out + 16, bytes + GY_LZMA_HEADER_SIZE, size - GY_LZMA_HEADER_SIZE);
	return g_bytes_new_take(out, round16(size + 3));
}

GBytes *
make_encrypted(GBytes *plain, const guint8 key[16], const guint8 iv[16])
{
	gsize size;
	const guint8 *in = g_bytes_get_data(plain, &size);
	guint8 *out = g_malloc(size);
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	int done = 0;

	g_assert_cmpint(EVP_EncryptInit_ex2(context, EVP_aes_128_ctr(), key, iv, NULL), ==, 1);
	g_assert_cmpint(EVP_EncryptUpdate(context, out, &done, in, (int) size), ==, 1);
	g_assert_cmpint(done, ==, size);
	EVP_CIPHER_CTX_free(context);
	return g_bytes_new_take(out, size);
}

static guint8 *
put_nv_record(guint8 *at, const MakeNvRecord *record)
{
	gsize data_size = (record->size + 3u) / 4u * 4u;

	memset(at, 0xFF, 16);
	at[0] = 0xA9;
	at[1] = record->is_deleted ? 0 : 0xFF;
	at[2] = (guint8) record->size;
	at[3] = (guint8) (record->size >> 8);
	at[4] = record->is_permanent ? 0 : 0xFF;
	at[5] = record->is_fixed ? 0 : 0xFF;
	at[6] = (guint8) record->key;
	at[7] = (guint8) (record->key >> 8);
	at[8] = record->is_encrypted ? 1 : 0;
	at[9] = 0;
	memset(at + 16, record->value, data_size);
	put_u32(at + 16 + data_size, 0xC0FFEE00u + record->key);
	return at + 16 + data_size + 4;
}

GBytes *
make_nv_page(guint8 index, guint32 sequence, const MakeNvRecord *records, guint n_records)
{
	guint8 *page = g_malloc(4096);
	guint8 *at = page + 16;
	guint32 first = 0x254Du | 1u << 16 | (guint32) index << 24;

	memset(page, 0xFF, 4096);
	put_u32(page, first);
	put_u32(page + 4, ~first);
	put_u32(page + 8, sequence);
	put_u32(page + 12, ~sequence);
	for (guint i = 0; i < n_records; i++) {
		g_assert_cmpint(at + 20 + records[i].size + 3 - page, <=, 4096);
		at = put_nv_record(at, &records[i]);
	}
	return g_bytes_new_take(page, 4096);
}

GBytes *
make_root_public_key(void)
{
	EVP_PKEY *root = load_key("test_root_private_key.pem");
	guint8 key[64];

	put_public_key(root, key);
	EVP_PKEY_free(root);
	return g_bytes_new(key, sizeof key);
}
