// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>
#include <openssl/types.h>

/**
 * gy_token_load:
 * @uri: a pkcs11: URI
 * @is_private: which half
 * @ui: asks for the PIN
 * @ui_data: for @ui
 *
 * A key on a token, through OpenSSL's engine "pkcs11": what distributions have where there is no PKCS#11 provider that
 * OSSL_STORE could ask. A private key stays on the token.
 *
 * Returns: (nullable): the key; on %NULL, OpenSSL's error queue says why
 */
EVP_PKEY *gy_token_load(const char *uri, gboolean is_private, UI_METHOD *ui, void *ui_data);
