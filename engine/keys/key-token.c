// SPDX-License-Identifier: Apache-2.0

/* Engines are deprecated in OpenSSL 3, and until every distribution has a PKCS#11 provider they are the only way. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "engine/keys/key-token.h"

#include <openssl/engine.h>

EVP_PKEY *
gy_token_load(const char *uri, gboolean is_private, UI_METHOD *ui, void *ui_data)
{
	EVP_PKEY *pkey = NULL;
	ENGINE *engine;

	OPENSSL_init_crypto(OPENSSL_INIT_ENGINE_DYNAMIC | OPENSSL_INIT_LOAD_CONFIG, NULL);
	engine = ENGINE_by_id("pkcs11");
	if (!engine)
		return NULL;
	/* what it says by itself on stderr has the URI in it, with the PIN */
	(void) ENGINE_ctrl_cmd_string(engine, "QUIET", NULL, 0);
	if (ENGINE_init(engine)) {
		pkey = is_private ? ENGINE_load_private_key(engine, uri, ui, ui_data)
				  : ENGINE_load_public_key(engine, uri, ui, ui_data);
		/* the key holds a reference of its own */
		ENGINE_finish(engine);
	}
	ENGINE_free(engine);
	return pkey;
}
