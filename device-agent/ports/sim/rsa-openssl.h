// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "device-agent/alios/port.h"

// What struct gya_hota_port wants, by OpenSSL 3.
bool gya_rsa_pss_openssl(const uint8_t *key, uint32_t key_size, const uint8_t digest[32],
	const uint8_t *signature, uint32_t signature_size);

// What struct gya_alios_port wants, likewise.
bool gya_rsa_pkcs1_openssl(const struct gya_alios_key *key, const uint8_t digest[32],
	const uint8_t signature[GYA_ALIOS_SIGNATURE_SIZE]);
// Its key, from DER with something behind it; false for what is no public RSA key of 2048 bits.
bool gya_rsa_read_alios_key(const uint8_t *der, uint32_t size, struct gya_alios_key *key);
