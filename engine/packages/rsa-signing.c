// SPDX-License-Identifier: Apache-2.0
#include "engine/packages/rsa-signing.h"

#include <glib/gi18n-lib.h>

#include "engine/keys/signer-command.h"

static void
digest_of(GBytes *data, guint8 digest[GY_SHA256_SIZE])
{
	gy_sha256(g_bytes_get_data(data, NULL), g_bytes_get_size(data), digest);
}

gboolean
gy_rsa_signing_check(
	const GyPublicKey *key, GyRsaPadding padding, GBytes *data, GBytes *signature, GError **error)
{
	guint8 digest[GY_SHA256_SIZE];

	digest_of(data, digest);
	if (gy_rsa_verify(
		    key, padding, digest, g_bytes_get_data(signature, NULL), g_bytes_get_size(signature)))
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_KEY_SIGNER,
		_("the signature (%zu bytes) was not made by the key that was given"),
		g_bytes_get_size(signature));
	return FALSE;
}

static GBytes *
sign_here(const char *uri, const GyBuildOptions *options, guint types, GyRsaPadding padding, GBytes *data,
	GError **error)
{
	g_autoptr(GyPrivateKey) key =
		gy_private_key_load(uri, types, C_("which key", "signing"), options->passphrase, error);
	guint8 signature[GY_RSA_SIGNATURE_MAX];
	guint8 digest[GY_SHA256_SIZE];

	if (!key)
		return NULL;
	digest_of(data, digest);
	if (!gy_rsa_sign(key, padding, digest, signature, error))
		return NULL;
	return g_bytes_new(signature, gy_rsa_signature_size(gy_private_key_type(key)));
}

static GBytes *
sign_elsewhere(const char *command, const char *uri, const GyBuildOptions *options, guint types,
	GyRsaPadding padding, const char *name, GBytes *data, GError **error)
{
	g_autoptr(GyPublicKey) key =
		gy_public_key_load(uri, types, C_("which key", "signing"), options->passphrase, error);
	g_autoptr(GBytes) signature = key ? gy_signer_command_run(command, name, data, error) : NULL;

	return signature && gy_rsa_signing_check(key, padding, data, signature, error)
		       ? g_steal_pointer(&signature)
		       : NULL;
}

GBytes *
gy_rsa_signing_make(const GyBuildOptions *options, guint types, GyRsaPadding padding, const char *name,
	GBytes *data, GError **error)
{
	const char *uri = gy_build_options_get(options, "key");
	const char *command = gy_build_options_get(options, "signer");

	if (!uri) {
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_NEEDED,
			command ? _("what signs was given, but not the public half of its key, to check the "
				    "signature with")
				: _("no key was given"));
		return NULL;
	}
	return command ? sign_elsewhere(command, uri, options, types, padding, name, data, error)
		       : sign_here(uri, options, types, padding, data, error);
}

gboolean
gy_rsa_signing_check_range(const GyBuildOptions *options, guint types, GyRsaPadding padding, GBytes *data,
	const GySignedRange *range, GError **error)
{
	const char *uri = gy_build_options_get(options, "key");
	g_autoptr(GyPublicKey) key = NULL;

	if (!uri) {
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_NEEDED,
			_("the public half of the key is missing, to check the signature with"));
		return FALSE;
	}
	if (!g_bytes_equal(range->bytes, data)) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_SIGNATURE,
			_("what was signed is not of this package: it was exported from another one"));
		return FALSE;
	}
	key = gy_public_key_load(uri, types, C_("which key", "signing"), options->passphrase, error);
	return key && gy_rsa_signing_check(key, padding, data, range->signature, error);
}
