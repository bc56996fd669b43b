// SPDX-License-Identifier: Apache-2.0
#include "engine/keys/key-passphrase.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include <openssl/crypto.h>

int
gy_passphrase_answer(char *buffer, int size, int for_writing, void *data)
{
	GyPassphraseAsking *asking = data;
	char *answer;
	gsize length;

	asking->asked = TRUE;
	if (asking->error)
		return -1;
	if (!asking->passphrase || !asking->passphrase->ask) {
		g_set_error(&asking->error, GY_ERROR, GY_ERROR_KEY_PASSPHRASE,
			_("the %s key %s is encrypted, and no passphrase was given"), asking->what,
			asking->uri);
		return -1;
	}
	answer = asking->passphrase->ask(asking->what, asking->uri, asking->passphrase->data, &asking->error);
	if (!answer) {
		if (!asking->error)
			g_set_error(&asking->error, GY_ERROR, GY_ERROR_KEY_PASSPHRASE,
				_("no passphrase was given for the %s key %s"), asking->what, asking->uri);
		return -1;
	}
	length = strlen(answer);
	if (size < 0 || length > (gsize) size) {
		g_set_error(&asking->error, GY_ERROR, GY_ERROR_KEY_PASSPHRASE,
			_("the passphrase for the %s key is longer than %d bytes"), asking->what, size);
		OPENSSL_cleanse(answer, length);
		g_free(answer);
		return -1;
	}
	memcpy(buffer, answer, length);
	OPENSSL_cleanse(answer, length);
	g_free(answer);
	return (int) length;
}
