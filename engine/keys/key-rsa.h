// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/keys/digest.h"
#include "engine/keys/key.h"

/** GY_RSA_SIGNATURE_MAX: bytes of the largest signature, by an RSA-3072 key. */
#define GY_RSA_SIGNATURE_MAX 384

/**
 * GyRsaPadding: RFC 8017; the hash is SHA-256, and so is that of MGF1.
 * @GY_RSA_PKCS1: RSASSA-PKCS1-v1_5, deterministic
 * @GY_RSA_PSS: RSASSA-PSS, written with a salt of 32 bytes, read with any
 */
typedef enum {
	GY_RSA_PKCS1,
	GY_RSA_PSS,
} GyRsaPadding;

/** gy_rsa_signature_size: bytes of a signature by a key of that type: 256 or 384. */
gsize gy_rsa_signature_size(GyKeyType type);

/**
 * gy_rsa_sign:
 * @key: an RSA key
 * @padding: how
 * @digest: SHA-256 of what is signed; it is not hashed again
 * @signature: gets gy_rsa_signature_size() bytes
 * @error: return location: %GY_ERROR_KEY_UNUSABLE
 */
gboolean gy_rsa_sign(const GyPrivateKey *key, GyRsaPadding padding, const guint8 digest[GY_SHA256_SIZE],
	guint8 *signature, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_rsa_verify: whether @key, an RSA key, made @signature over @digest; %FALSE for one of another size too. */
gboolean gy_rsa_verify(const GyPublicKey *key, GyRsaPadding padding, const guint8 digest[GY_SHA256_SIZE],
	const guint8 *signature, gsize size);

/** gy_rsa_public_der: (transfer full): an RSA key as PKCS#1 RSAPublicKey in DER, the form that devices store. */
GBytes *gy_rsa_public_der(const GyPublicKey *key);

/** gy_rsa_public_numbers: (transfer full): modulus, of the key's size, and exponent, without zeros in front; big endian. */
void gy_rsa_public_numbers(const GyPublicKey *key, GBytes **modulus, GBytes **exponent);
