/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_ECDSA_BP256_H
#define GYA_ECDSA_BP256_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Verifies an ECDSA signature on brainpoolP256r1 (RFC 5639): the entry `ecdsa_verify` of struct gya_crypto, for chips
 * without an accelerator. Key X||Y, signature r||s, all numbers 32 bytes big endian. False for r or s out of 1 to n - 1
 * and for a key that is no point of the curve. It works on public data only and takes no care to do so in constant
 * time: nothing in here is fit for signing. Below 1.5 KiB of stack, no static memory.
 */
bool gya_ecdsa_bp256_verify(const uint8_t key[64], const uint8_t digest[32], const uint8_t signature[64]);

#endif
