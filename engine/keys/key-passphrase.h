// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/keys/key.h"

/**
 * GyPassphraseAsking:
 * @what: "root"
 * @uri: which key, as people may see it
 * @passphrase: (nullable): who is asked
 * @asked: whether OpenSSL wanted one
 * @error: (nullable): why there was none; the caller's
 *
 * OpenSSL's asking for a passphrase or a PIN, on its way to ours.
 */
typedef struct {
	const char *what;
	const char *uri;
	GyPassphrase *passphrase;
	gboolean asked;
	GError *error;
} GyPassphraseAsking;

/** gy_passphrase_answer: a pem_password_cb; @data is a #GyPassphraseAsking. */
int gy_passphrase_answer(char *buffer, int size, int for_writing, void *data);
