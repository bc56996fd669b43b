/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_SHA256_H
#define GYA_SHA256_H

#include "device-agent/include/crypto.h"

/* SHA-256 for ports without an accelerator or a library: the three functions of struct gya_crypto. */
void gya_sha256_init(struct gya_sha256 *hash);
void gya_sha256_update(struct gya_sha256 *hash, const uint8_t *bytes, uint32_t size);
void gya_sha256_final(struct gya_sha256 *hash, uint8_t digest[32]);

#endif
