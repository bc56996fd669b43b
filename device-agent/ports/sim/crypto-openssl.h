// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "device-agent/include/crypto.h"

// The device's cryptography by OpenSSL 3.
extern const struct gya_crypto gya_crypto_openssl;
