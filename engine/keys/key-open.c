// SPDX-License-Identifier: Apache-2.0
#include "engine/keys/key-open.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>

#include <openssl/err.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <openssl/x509.h>

#include "engine/keys/key-passphrase.h"
#include "engine/keys/key-private.h"
#include "engine/keys/key-token.h"

#define KEY_FILE_MAX (1 << 20)
#define TOKEN_SCHEME "pkcs11:"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(UI_METHOD, UI_destroy_method)

static gboolean
is_uri(const char *text)
{
	const char *at = text;

	while (g_ascii_isalnum(*at) || *at == '+' || *at == '-' || *at == '.')
		at++;
	/* one letter before the colon is no scheme that exists, but may well be a path */
	return *at == ':' && at - text > 1;
}

/* A path becomes absolute, so that a colon in it is never taken for a scheme. */
static char *
store_name(const char *uri, const char *what, GError **error)
{
	struct stat about;

	if (is_uri(uri) && !g_file_test(uri, G_FILE_TEST_EXISTS))
		return g_strdup(uri);
	if (stat(uri, &about) != 0) {
		g_set_error(error, GY_ERROR,
			errno == ENOENT || errno == ENOTDIR ? GY_ERROR_KEY_NOT_FOUND : GY_ERROR_KEY_UNUSABLE,
			_("the %s key %s: %s"), what, uri, g_strerror(errno));
		return NULL;
	}
	if (!S_ISREG(about.st_mode) || about.st_size > KEY_FILE_MAX) {
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_UNUSABLE, _("the %s key %s is %s"), what, uri,
			S_ISREG(about.st_mode) ? _("too large for a key") : _("not a regular file"));
		return NULL;
	}
	return g_canonicalize_filename(uri, NULL);
}

static EVP_PKEY *
key_of(OSSL_STORE_INFO *info, gboolean is_private)
{
	X509 *certificate;

	switch (OSSL_STORE_INFO_get_type(info)) {
	case OSSL_STORE_INFO_PKEY: return OSSL_STORE_INFO_get1_PKEY(info);
	case OSSL_STORE_INFO_PUBKEY: return is_private ? NULL : OSSL_STORE_INFO_get1_PUBKEY(info);
	case OSSL_STORE_INFO_CERT:
		certificate = is_private ? NULL : OSSL_STORE_INFO_get0_CERT(info);
		return certificate ? X509_get_pubkey(certificate) : NULL;
	default: return NULL;
	}
}

/* The first key in the store; whatever stands beside it, such as curve parameters, is passed over. */
static EVP_PKEY *
first_key(OSSL_STORE_CTX *store, gboolean is_private)
{
	EVP_PKEY *pkey = NULL;

	while (!pkey && !OSSL_STORE_eof(store)) {
		OSSL_STORE_INFO *info = OSSL_STORE_load(store);

		if (!info && OSSL_STORE_error(store))
			break;
		if (!info)
			continue;
		pkey = key_of(info, is_private);
		OSSL_STORE_INFO_free(info);
	}
	return pkey;
}

char *
gy_key_shown_uri(const char *uri)
{
	g_autoptr(GRegex) pin = g_regex_new("(pin-value=)[^;&?]*", G_REGEX_CASELESS, 0, NULL);

	if (!g_str_has_prefix(uri, TOKEN_SCHEME))
		return g_strdup(uri);
	return g_regex_replace(pin, uri, -1, 0, "\\1…", 0, NULL);
}

/* OpenSSL's queue about a token has the reason first, and then only that it failed. */
static void
set_token_error(GError **error, const GyPassphraseAsking *asking, gboolean is_private)
{
	unsigned long first = ERR_peek_error();
	const char *reason = ERR_reason_error_string(first);

	if (reason && strstr(reason, "PIN"))
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_PASSPHRASE,
			_("the %s key %s: the token does not open (%s)"), asking->what, asking->uri, reason);
	else
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_NOT_FOUND,
			_("the %s key %s: no token gives a %s key (%s)"), asking->what, asking->uri,
			is_private ? _("private") : _("public"),
			reason ? reason : _("OpenSSL's engine pkcs11 is not installed"));
}

static void
set_store_error(GError **error, const GyPassphraseAsking *asking, gboolean is_private)
{
	if (asking->asked)
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_PASSPHRASE,
			_("the passphrase does not open the %s key %s"), asking->what, asking->uri);
	else
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_UNUSABLE,
			_("the %s key %s holds no %s key that can be read (%s)"), asking->what, asking->uri,
			is_private ? _("private") : _("public"), gy_openssl_reason());
}

/* An error that the asking left counts for more than what OpenSSL makes of it. */
static EVP_PKEY *
open_token(const char *uri, GyPassphraseAsking *asking, UI_METHOD *ui, gboolean is_private, GError **error)
{
	/* no provider knows the scheme; what is in the queue is about that */
	EVP_PKEY *pkey;

	ERR_clear_error();
	pkey = gy_token_load(uri, is_private, ui, asking);
	if (!pkey && !asking->error)
		set_token_error(error, asking, is_private);
	return pkey;
}

static EVP_PKEY *
open_store(OSSL_STORE_CTX *store, const char *name, GyPassphraseAsking *asking, gboolean is_private,
	GError **error)
{
	EVP_PKEY *pkey = first_key(store, is_private);

	OSSL_STORE_close(store);
	if (!pkey && !is_private && !asking->asked)
		pkey = gy_rsa_public_from_der(name);
	if (!pkey && !asking->error)
		set_store_error(error, asking, is_private);
	return pkey;
}

EVP_PKEY *
gy_pkey_open(const char *uri, const char *what, GyPassphrase *passphrase, gboolean is_private, GError **error)
{
	g_autofree char *shown = gy_key_shown_uri(uri);
	GyPassphraseAsking asking = {.what = what, .uri = shown, .passphrase = passphrase};
	g_autoptr(UI_METHOD) ui = UI_UTIL_wrap_read_pem_callback(gy_passphrase_answer, 0);
	g_autofree char *name = store_name(uri, what, error);
	OSSL_STORE_CTX *store;
	EVP_PKEY *pkey = NULL;

	if (!name)
		return NULL;
	ERR_clear_error();
	store = OSSL_STORE_open(name, ui, &asking, NULL, NULL);
	if (store)
		pkey = open_store(store, name, &asking, is_private, error);
	else if (g_str_has_prefix(name, TOKEN_SCHEME))
		pkey = open_token(name, &asking, ui, is_private, error);
	else
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_NOT_FOUND, _("the %s key %s cannot be opened (%s)"),
			what, shown, gy_openssl_reason());
	if (asking.error && !pkey)
		g_propagate_error(error, g_steal_pointer(&asking.error));
	g_clear_error(&asking.error);
	ERR_clear_error();
	return pkey;
}
