// SPDX-License-Identifier: Apache-2.0
#include "device-agent/ports/sim/rsa-openssl.h"

#include <openssl/decoder.h>
#include <openssl/err.h>
#include <openssl/evp.h>
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
