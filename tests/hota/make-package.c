// SPDX-License-Identifier: Apache-2.0
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <string.h>

#include "tests/hota/device.h"

#define RECORD_SIZE 71u
#define AREA_SIZE   640u

static void
add_u16(GByteArray *out, guint value)
{
	guint8 bytes[2] = {(guint8) value, (guint8) (value >> 8)};

	g_byte_array_append(out, bytes, 2);
}

static void
add_u32(GByteArray *out, guint32 value)
{
	add_u16(out, value & 0xFFFF);
	add_u16(out, value >> 16);
}

static void
add_text(GByteArray *out, const char *text, guint size)
{
	g_autofree guint8 *field = g_malloc0(size);

	memcpy(field, text, MIN(strlen(text), size));
	g_byte_array_append(out, field, size);
}

static void
add_record(GByteArray *out, const HotaPart *part, guint id)
{
	guint8 digest[32];

	add_text(out, part->name, 16);
	add_u16(out, id);
	add_text(out, "\5", 3); // resType, flags, compType
	add_text(out, "1.0", 10);
	add_u32(out, (guint32) g_bytes_get_size(part->data));
	add_u32(out, 0);
	EVP_Digest(g_bytes_get_data(part->data, NULL), g_bytes_get_size(part->data), digest, NULL,
		EVP_sha256(), NULL);
	g_byte_array_append(out, digest, sizeof digest);
}

static EVP_PKEY *
read_key(const char *name)
{
	g_autoptr(GBytes) text = hota_vector("keys", name, NULL);
	BIO *bio = BIO_new_mem_buf(g_bytes_get_data(text, NULL), (int) g_bytes_get_size(text));
	EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);

	BIO_free(bio);
	g_assert_nonnull(key);
	return key;
}

static void
add_area(GByteArray *out, EVP_PKEY *key)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
	guint8 area[AREA_SIZE] = {0};
	guint8 digest[32];
	size_t size = (size_t) EVP_PKEY_get_size(key);

	EVP_Digest(out->data, out->len, digest, NULL, EVP_sha256(), NULL);
	g_assert_cmpint(EVP_PKEY_sign_init(context), ==, 1);
	g_assert_cmpint(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING), ==, 1);
	g_assert_cmpint(EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()), ==, 1);
	g_assert_cmpint(EVP_PKEY_CTX_set_rsa_pss_saltlen(context, 32), ==, 1);
	g_assert_cmpint(
		EVP_PKEY_sign(context, area + (size == 256 ? 0 : 256), &size, digest, sizeof digest), ==, 1);
	g_byte_array_append(out, area, sizeof area);
	EVP_PKEY_CTX_free(context);
}

GBytes *
hota_make_package(const char *version, const HotaPart *parts, guint n, const char *key)
{
	GByteArray *out = g_byte_array_new();
	EVP_PKEY *pkey = read_key(key);

	add_u16(out, EVP_PKEY_get_size(pkey) == 256 ? 0x0001 : 0x0011);
	add_u16(out, 136);
	add_u32(out, 196 + n * RECORD_SIZE);
	add_u32(out, 1);
	add_text(out, "hisi", 64);
	add_text(out, version, 64);
	add_u16(out, 2);
	add_u16(out, 32);
	add_text(out, "2021.09.01", 16);
	add_text(out, "12:34:56", 16);
	add_u16(out, 5);
	add_u16(out, n * RECORD_SIZE);
	for (guint i = 0; i < n; i++)
		add_record(out, &parts[i], 20 + i);
	add_text(out, "update/info.bin", 16);
	add_area(out, pkey);
	for (guint i = 0; i < n; i++)
		g_byte_array_append(
			out, g_bytes_get_data(parts[i].data, NULL), (guint) g_bytes_get_size(parts[i].data));
	EVP_PKEY_free(pkey);
	return g_byte_array_free_to_bytes(out);
}
