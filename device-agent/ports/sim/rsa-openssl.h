// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdbool.h>
#include <stdint.h>

// What struct gya_hota_port wants, by OpenSSL 3.
bool gya_rsa_pss_openssl(const uint8_t *key, uint32_t key_size, const uint8_t digest[32],
	const uint8_t *signature, uint32_t signature_size);
