// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/evp.h>

#include "engine/keys/key.h"

#define GY_KEY_CURVE "brainpoolP256r1" /* OpenSSL's name of what GY_KEY_BP256R1 is on */

/* Only the files that call OpenSSL with a key look into it. */
struct _GyPrivateKey {
	EVP_PKEY *pkey;
};

struct _GyPublicKey {
	EVP_PKEY *pkey;
};

/** gy_openssl_reason: what the newest entry of OpenSSL's queue says; empties the queue. */
const char *gy_openssl_reason(void);

/** gy_public_key_new_copy: (transfer full) (nullable): the public half alone of a key of any type. */
GyPublicKey *gy_public_key_new_copy(EVP_PKEY *pkey);

/** gy_rsa_public_from_der: (nullable): of a file that holds a PKCS#1 RSAPublicKey, which OSSL_STORE does not recognise. */
EVP_PKEY *gy_rsa_public_from_der(const char *path);
