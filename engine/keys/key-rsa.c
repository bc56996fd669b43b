// SPDX-License-Identifier: Apache-2.0
#include "engine/keys/key-rsa.h"

#include <glib/gi18n-lib.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/encoder.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "engine/file.h"
#include "engine/keys/key-private.h"

#define SALT_SIZE 32
#define DER_MAX   4096

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIGNUM, BN_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY_CTX, EVP_PKEY_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OSSL_ENCODER_CTX, OSSL_ENCODER_CTX_free)

gsize
gy_rsa_signature_size(GyKeyType type)
{
	g_return_val_if_fail(type == GY_KEY_RSA2048 || type == GY_KEY_RSA3072, 0);

	return type == GY_KEY_RSA2048 ? 256 : GY_RSA_SIGNATURE_MAX;
}

static gboolean
set_padding(EVP_PKEY_CTX *context, GyRsaPadding padding, int salt_size)
{
	if (EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) != 1)
		return FALSE;
	if (padding == GY_RSA_PKCS1)
		return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
	return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
	       EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) == 1 &&
	       EVP_PKEY_CTX_set_rsa_pss_saltlen(context, salt_size) == 1;
}

gboolean
gy_rsa_sign(const GyPrivateKey *key, GyRsaPadding padding, const guint8 digest[GY_SHA256_SIZE],
	guint8 *signature, GError **error)
{
	g_autoptr(EVP_PKEY_CTX) context = EVP_PKEY_CTX_new(key->pkey, NULL);
	gsize size = gy_rsa_signature_size(gy_private_key_type(key));
	gsize expected = size;

	ERR_clear_error();
	if (context && EVP_PKEY_sign_init(context) == 1 && set_padding(context, padding, SALT_SIZE) &&
		EVP_PKEY_sign(context, signature, &size, digest, GY_SHA256_SIZE) == 1 && size == expected)
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_KEY_UNUSABLE, _("the key could not sign (%s)"),
		gy_openssl_reason());
	return FALSE;
}

gboolean
gy_rsa_verify(const GyPublicKey *key, GyRsaPadding padding, const guint8 digest[GY_SHA256_SIZE],
	const guint8 *signature, gsize size)
{
	g_autoptr(EVP_PKEY_CTX) context = EVP_PKEY_CTX_new(key->pkey, NULL);
	gboolean good = size == gy_rsa_signature_size(gy_public_key_type(key)) && context &&
			EVP_PKEY_verify_init(context) == 1 &&
			set_padding(context, padding, RSA_PSS_SALTLEN_AUTO) &&
			EVP_PKEY_verify(context, signature, size, digest, GY_SHA256_SIZE) == 1;

	ERR_clear_error();
	return good;
}

GBytes *
gy_rsa_public_der(const GyPublicKey *key)
{
	g_autoptr(OSSL_ENCODER_CTX) context =
		OSSL_ENCODER_CTX_new_for_pkey(key->pkey, EVP_PKEY_PUBLIC_KEY, "DER", "type-specific", NULL);
	guint8 *der = NULL;
	gsize size = 0;
	GBytes *bytes;

	if (!context || OSSL_ENCODER_to_data(context, &der, &size) != 1)
		g_return_val_if_reached(NULL);
	bytes = g_bytes_new(der, size);
	OPENSSL_free(der);
	return bytes;
}

static GBytes *
public_number(const GyPublicKey *key, const char *name)
{
	g_autoptr(BIGNUM) number = NULL;
	g_autofree guint8 *bytes = NULL;
	gsize size;

	if (EVP_PKEY_get_bn_param(key->pkey, name, &number) != 1)
		g_return_val_if_reached(NULL);
	size = (gsize) BN_num_bytes(number);
	bytes = g_malloc(size);
	BN_bn2bin(number, bytes);
	return g_bytes_new_take(g_steal_pointer(&bytes), size);
}

void
gy_rsa_public_numbers(const GyPublicKey *key, GBytes **modulus, GBytes **exponent)
{
	*modulus = public_number(key, OSSL_PKEY_PARAM_RSA_N);
	*exponent = public_number(key, OSSL_PKEY_PARAM_RSA_E);
}

EVP_PKEY *
gy_rsa_public_from_der(const char *path)
{
	g_autoptr(GBytes) bytes = gy_file_read(path, DER_MAX, NULL);
	gsize size = 0;
	const guint8 *data = bytes ? g_bytes_get_data(bytes, &size) : NULL;
	const guint8 *at = data;
	EVP_PKEY *pkey = data ? d2i_PublicKey(EVP_PKEY_RSA, NULL, &at, (long) size) : NULL;

	if (pkey && at == data + size)
		return pkey;
	EVP_PKEY_free(pkey);
	return NULL;
}
