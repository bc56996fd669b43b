// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/craft.h"

#include <string.h>

#include "engine/keys/key.h"
#include "protocol/wire/bytes.h"
#include "tests/e2e/board.h"

GByteArray *
craft_open(const char *vector)
{
	g_autoptr(GBytes) bytes = vector_bytes(vector);
	gsize size;
	const guint8 *data = g_bytes_get_data(bytes, &size);
	GByteArray *package = g_byte_array_sized_new((guint) size);

	return g_byte_array_append(package, data, (guint) size);
}

void
craft_put_u32(GByteArray *package, gsize offset, guint32 value)
{
	g_assert_cmpuint(offset + 4, <=, package->len);
	gyw_put_u32le(package->data + offset, value);
}

void
craft_flip(GByteArray *package, gsize offset)
{
	g_assert_cmpuint(offset, <, package->len);
	package->data[offset] ^= 0x10;
}

static void
put_sha256(GByteArray *package, gsize at, gsize from, gsize size)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	gsize digest_size = 32;

	g_checksum_update(sum, package->data + from, (gssize) size);
	g_checksum_get_digest(sum, package->data + at, &digest_size);
}

static void
sign(GByteArray *package, gsize from, GyPrivateKey *key)
{
	GError *error = NULL;
	gboolean done =
		gy_private_key_sign(key, package->data + from, 0xC0, package->data + from + 0xC0, &error);

	g_assert_no_error(error);
	g_assert_true(done);
}

static GyPrivateKey *
load(const char *path)
{
	GError *error = NULL;
	GyPrivateKey *key = gy_private_key_load(path, GY_KEY_BP256R1, "test", NULL, &error);

	g_assert_no_error(error);
	return key;
}

void
craft_seal_under(GByteArray *package, const char *root_key, const char *sub_key)
{
	g_autoptr(GyPrivateKey) root = load(root_key);
	g_autoptr(GyPrivateKey) sub = load(sub_key);
	g_autoptr(GyPublicKey) sub_public = gy_private_key_public(sub);
	guint32 table_size = gyw_get_u32le(package->data + CRAFT_INFO_AREA + 0x24);

	put_sha256(package, CRAFT_TABLE + 0x0C, CRAFT_HEADER, 0xA0);
	put_sha256(package, CRAFT_INFO_AREA + 0x28, CRAFT_TABLE, table_size);
	gy_public_key_get_xy(sub_public, package->data + 0x80);
	sign(package, 0, root);
	sign(package, CRAFT_INFO_AREA, sub);
}

void
craft_seal(GByteArray *package)
{
	g_autofree char *root = vector_path("keys/test_root_private_key.pem");
	g_autofree char *sub = vector_path("keys/test_sub_private_key.pem");

	craft_seal_under(package, root, sub);
}

GBytes *
craft_close(GByteArray *package)
{
	return g_byte_array_free_to_bytes(package);
}

static guint16
crc16(const guint8 *bytes, gsize size)
{
	guint crc = 0;

	for (gsize i = 0; i < size; i++) {
		crc ^= (guint) bytes[i] << 8;
		for (guint bit = 0; bit < 8; bit++)
			crc = (crc << 1 ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xFFFF;
	}
	return (guint16) crc;
}

GBytes *
craft_burn(void)
{
	enum { HEAD = 12, RECORD = 52, IMAGE = 1024, TAIL = 16, SIZE = HEAD + RECORD + IMAGE + TAIL };
	guint8 bytes[SIZE] = {0xDF, 0xAD, 0xBE, 0xEF, 0, 0, 1, 0};
	guint8 *record = bytes + HEAD;
	guint16 crc;

	gyw_put_u32le(bytes + 8, SIZE);
	strcpy((char *) record, "app.bin");
	gyw_put_u32le(record + 32, HEAD + RECORD);
	gyw_put_u32le(record + 36, IMAGE);
	gyw_put_u32le(record + 40, 0x230000);
	gyw_put_u32le(record + 44, IMAGE);
	crc = crc16(bytes + 6, HEAD + RECORD - 6);
	bytes[4] = (guint8) crc;
	bytes[5] = (guint8) (crc >> 8);
	return g_bytes_new(bytes, sizeof bytes);
}
