// SPDX-License-Identifier: Apache-2.0
#include "device-agent/ports/sim/crypto-openssl.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <stdlib.h>
#include <string.h>

#define POINT_UNCOMPRESSED 0x04
#define COORDINATE_SIZE    32
#define AES_BLOCK          16

_Static_assert(sizeof(EVP_MD_CTX *) <= sizeof(struct gya_sha256), "the running hash holds a pointer");

static EVP_MD_CTX *
context_of(const struct gya_sha256 *hash)
{
	EVP_MD_CTX *context;

	memcpy(&context, hash->opaque, sizeof context);
	return context;
}

// The device's interface cannot fail; without memory or SHA-256 there is no device to simulate.
static void
sha256_init(struct gya_sha256 *hash)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();

	if (context == NULL || EVP_DigestInit_ex2(context, EVP_sha256(), NULL) != 1)
		abort();
	memcpy(hash->opaque, &context, sizeof context);
}

static void
sha256_update(struct gya_sha256 *hash, const uint8_t *bytes, uint32_t size)
{
	if (EVP_DigestUpdate(context_of(hash), bytes, size) != 1)
		abort();
}

static void
sha256_final(struct gya_sha256 *hash, uint8_t digest[32])
{
	EVP_MD_CTX *context = context_of(hash);

	if (EVP_DigestFinal_ex(context, digest, NULL) != 1)
		abort();
	EVP_MD_CTX_free(context);
}

// NULL also for coordinates that are no point of the curve.
static EVP_PKEY *
import_key(const uint8_t key[64])
{
	uint8_t point[1 + 2 * COORDINATE_SIZE] = {POINT_UNCOMPRESSED};
	char curve[] = "brainpoolP256r1";
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	EVP_PKEY *result = NULL;

	memcpy(point + 1, key, 2 * COORDINATE_SIZE);
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, curve, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point),
		OSSL_PARAM_construct_end(),
	};
	if (context == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
		EVP_PKEY_fromdata(context, &result, EVP_PKEY_PUBLIC_KEY, params) != 1)
		result = NULL;
	EVP_PKEY_CTX_free(context);
	return result;
}

// OpenSSL wants DER. Returns its size, 0 on failure; free with OPENSSL_free.
static int
encode_signature(const uint8_t signature[64], uint8_t **der)
{
	ECDSA_SIG *pair = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(signature, COORDINATE_SIZE, NULL);
	BIGNUM *s = BN_bin2bn(signature + COORDINATE_SIZE, COORDINATE_SIZE, NULL);
	int size = 0;

	*der = NULL;
	if (pair != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(pair, r, s) == 1) {
		size = i2d_ECDSA_SIG(pair, der);
	} else {
		BN_free(r);
		BN_free(s);
	}
	ECDSA_SIG_free(pair);
	return size > 0 ? size : 0;
}

static bool
ecdsa_verify(const uint8_t key[64], const uint8_t digest[32], const uint8_t signature[64])
{
	EVP_PKEY *pkey = import_key(key);
	EVP_PKEY_CTX *context = pkey == NULL ? NULL : EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
	uint8_t *der = NULL;
	int size = encode_signature(signature, &der);
	bool ok = size > 0 && context != NULL && EVP_PKEY_verify_init(context) == 1 &&
		  EVP_PKEY_verify(context, der, (size_t) size, digest, 32) == 1;

	OPENSSL_free(der);
	EVP_PKEY_CTX_free(context);
	EVP_PKEY_free(pkey);
	return ok;
}

// 128 bits, big endian
static void
advance(uint8_t counter[AES_BLOCK], uint32_t blocks)
{
	uint32_t carry = blocks;

	for (int i = AES_BLOCK - 1; i >= 0 && carry != 0; i--) {
		carry += counter[i];
		counter[i] = (uint8_t) carry;
		carry >>= 8;
	}
}

static void
aes128_ctr(const uint8_t key[16], uint8_t counter[16], uint8_t *bytes, uint32_t size)
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	int done;

	if (context == NULL || EVP_EncryptInit_ex2(context, EVP_aes_128_ctr(), key, counter, NULL) != 1 ||
		EVP_EncryptUpdate(context, bytes, &done, bytes, (int) size) != 1)
		abort();
	EVP_CIPHER_CTX_free(context);
	advance(counter, size / AES_BLOCK);
}

const struct gya_crypto gya_crypto_openssl = {
	.sha256_init = sha256_init,
	.sha256_update = sha256_update,
	.sha256_final = sha256_final,
	.ecdsa_verify = ecdsa_verify,
	.aes128_ctr = aes128_ctr,
};
