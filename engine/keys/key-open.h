// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/types.h>

#include "engine/keys/key.h"

/**
 * gy_key_shown_uri: (transfer full): @uri as messages may have it: without the value of a PIN (pin-value, RFC 7512).
 */
char *gy_key_shown_uri(const char *uri);

/**
 * gy_pkey_open:
 * @uri: a path, or a URI of whatever OpenSSL can open
 * @what: "root", for messages
 * @passphrase: (nullable): asked for an encrypted key, or the PIN of a token
 * @is_private: which half; of a private key or a certificate the public half can be had, too
 * @error: return location
 *
 * The first key that is found there, of any type.
 *
 * Returns: (transfer full): the key, or %NULL with %GY_ERROR_KEY_NOT_FOUND, %GY_ERROR_KEY_PASSPHRASE or
 *   %GY_ERROR_KEY_UNUSABLE
 */
EVP_PKEY *gy_pkey_open(
	const char *uri, const char *what, GyPassphrase *passphrase, gboolean is_private, GError **error);
