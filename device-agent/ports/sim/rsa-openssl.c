// SPDX-License-Identifier: Apache-2.0
#include "device-agent/ports/sim/rsa-openssl.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/decoder.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

// Takes either form of a public key.
static EVP_PKEY *
decode_key(const uint8_t *key, uint32_t size)
{
	EVP_PKEY *result = NULL;
	size_t left = size;
	OSSL_DECODER_CTX *decoder =
		OSSL_DECODER_CTX_new_for_pkey(&result, "DER", NULL, "RSA", EVP_PKEY_PUBLIC_KEY, NULL, NULL);

	if (decoder == NULL || OSSL_DECODER_from_data(decoder, &key, &left) != 1)
		result = NULL;
	OSSL_DECODER_CTX_free(decoder);
	return result;
}

bool
gya_rsa_pss_openssl(const uint8_t *key, uint32_t key_size, const uint8_t digest[32], const uint8_t *signature,
	uint32_t signature_size)
{
	EVP_PKEY *pkey = decode_key(key, key_size);
	EVP_PKEY_CTX *context = pkey == NULL ? NULL : EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
	bool ok = context != NULL && EVP_PKEY_verify_init(context) == 1 &&
		  EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
		  EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == 1 &&
		  EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) == 1 &&
		  EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_AUTO) == 1 &&
		  EVP_PKEY_verify(context, signature, signature_size, digest, 32) == 1;

	EVP_PKEY_CTX_free(context);
	EVP_PKEY_free(pkey);
	ERR_clear_error();
	return ok;
}

static EVP_PKEY *
import_key(const struct gya_alios_key *key)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	BIGNUM *modulus = BN_bin2bn(key->modulus, sizeof key->modulus, NULL);
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	OSSL_PARAM *parameters = NULL;
	EVP_PKEY *result = NULL;

	if (build != NULL && modulus != NULL && context != NULL &&
		OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, modulus) == 1 &&
		OSSL_PARAM_BLD_push_uint32(build, OSSL_PKEY_PARAM_RSA_E, key->exponent) == 1)
		parameters = OSSL_PARAM_BLD_to_param(build);
	if (parameters == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
		EVP_PKEY_fromdata(context, &result, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
		result = NULL;
	EVP_PKEY_CTX_free(context);
	OSSL_PARAM_free(parameters);
	OSSL_PARAM_BLD_free(build);
	BN_free(modulus);
	return result;
}

bool
gya_rsa_pkcs1_openssl(const struct gya_alios_key *key, const uint8_t digest[32],
	const uint8_t signature[GYA_ALIOS_SIGNATURE_SIZE])
{
	EVP_PKEY *pkey = import_key(key);
	EVP_PKEY_CTX *context = pkey == NULL ? NULL : EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
	bool ok = context != NULL && EVP_PKEY_verify_init(context) == 1 &&
		  EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1 &&
		  EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == 1 &&
		  EVP_PKEY_verify(context, signature, GYA_ALIOS_SIGNATURE_SIZE, digest, 32) == 1;

	EVP_PKEY_CTX_free(context);
	EVP_PKEY_free(pkey);
	ERR_clear_error();
	return ok;
}

bool
gya_rsa_read_alios_key(const uint8_t *der, uint32_t size, struct gya_alios_key *key)
{
	EVP_PKEY *pkey = decode_key(der, size);
	BIGNUM *modulus = NULL, *exponent = NULL;
	bool ok = pkey != NULL && EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_N, &modulus) == 1 &&
		  EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_E, &exponent) == 1 &&
		  BN_num_bits(modulus) == 8 * (int) sizeof key->modulus && BN_num_bits(exponent) <= 32 &&
		  BN_bn2binpad(modulus, key->modulus, sizeof key->modulus) == sizeof key->modulus;

	if (ok)
		key->exponent = (uint32_t) BN_get_word(exponent);
	BN_free(modulus);
	BN_free(exponent);
	EVP_PKEY_free(pkey);
	ERR_clear_error();
	return ok;
}
