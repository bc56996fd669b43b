/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_RSA_PSS_H
#define GYA_RSA_PSS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * RSASSA-PSS verification (RFC 8017) with SHA-256, MGF1-SHA-256 and a salt of any length, for ports without a library. Nothing in
 * it is secret, so its time depends on what it is given.
 *
 * `key` is DER, RSAPublicKey or SubjectPublicKeyInfo, of 2048 or 3072 bits with an odd exponent of at most 32 bits;
 * `signature` has as many bytes as the key's modulus. Works in static memory of 1.9 KiB: one call at a time.
 */
bool gya_rsa_pss_verify(const uint8_t *key, uint32_t key_size, const uint8_t digest[32],
	const uint8_t *signature, uint32_t signature_size);

#endif
