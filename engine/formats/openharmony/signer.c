// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/openharmony/signer.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/keys/signer-command.h"

#define CERTIFICATE_NAME "signing_cert.crt"

void
gy_ohos_signer_clear(GyOhosSigner *signer)
{
	g_clear_pointer(&signer->key, gy_private_key_free);
	g_clear_pointer(&signer->command, g_free);
	g_clear_pointer(&signer->public, gy_public_key_free);
	g_clear_pointer(&signer->certificate, gy_certificate_free);
}

/* ---- keys and certificates ------------------------------------------------------------------------------ */

static GyCertificate *
load_certificate(const GyBuildOptions *options, GError **error)
{
	const char *given = gy_build_options_get(options, "certificate");
	const char *key = gy_build_options_get(options, "key");
	g_autofree char *folder = key ? g_path_get_dirname(key) : NULL;
	g_autofree char *beside = folder ? g_build_filename(folder, CERTIFICATE_NAME, NULL) : NULL;

	if (given)
		return gy_certificate_load(given, error);
	if (beside && g_file_test(beside, G_FILE_TEST_EXISTS))
		return gy_certificate_load(beside, error);
	g_set_error(error, GY_ERROR, GY_ERROR_KEY_NEEDED,
		_("the zip carries its key's certificate, and none was given%s%s: make one with gantry key "
		  "cert"),
		beside ? _(", nor is there ") : "", beside ? beside : "");
	return NULL;
}

static gboolean
check_certificate(const GyOhosSigner *signer, GError **error)
{
	const char *problem = NULL;

	if (!gy_certificate_is_of(signer->certificate, signer->public))
		problem = _("belongs to another key");
	else if (!gy_certificate_is_rsa_sha256(signer->certificate))
		problem = _("is not signed with sha256WithRSAEncryption, as devices demand");
	else if (!gy_certificate_has_key_identifier(signer->certificate))
		problem = _("has no subject key identifier");
	if (problem)
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_UNUSABLE, _("the certificate %s"), problem);
	return problem == NULL;
}

/* The public half, where the private one is elsewhere. */
static gboolean
load_public(GyOhosSigner *signer, const GyBuildOptions *options, guint types, GError **error)
{
	const char *key = gy_build_options_get(options, "key");
	const char *certificate = gy_build_options_get(options, "certificate");

	signer->command = g_strdup(gy_build_options_get(options, "signer"));
	if (key || certificate)
		signer->public = gy_public_key_load(key ? key : certificate, types,
			C_("which key", "signing"), options->passphrase, error);
	else
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_NEEDED,
			_("what signs was given, but not the public half of its key, to check the signature "
			  "with"));
	return signer->public != NULL;
}

static gboolean
load_private(GyOhosSigner *signer, const GyBuildOptions *options, guint types, GError **error)
{
	const char *uri = gy_build_options_get(options, "key");

	if (!uri) {
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_NEEDED, _("no key was given"));
		return FALSE;
	}
	signer->key = gy_private_key_load(uri, types, C_("which key", "signing"), options->passphrase, error);
	if (signer->key)
		signer->public = gy_private_key_public(signer->key);
	return signer->key != NULL;
}

gboolean
gy_ohos_signer_load(GyOhosSigner *signer, const GyBuildOptions *options, guint types,
	gboolean needs_certificate, GError **error)
{
	gboolean is_elsewhere = signer->ranges || gy_build_options_get(options, "signer");

	if (gy_build_options_get_signing(options) == GY_SIGNING_NONE)
		return TRUE;
	if (gy_build_options_get_signing(options) == GY_SIGNING_HASH_ONLY) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
			_("a package for OpenHarmony has no digests in place of its signature"));
		return FALSE;
	}
	if (!(is_elsewhere ? load_public : load_private)(signer, options, types, error))
		return FALSE;
	if (!needs_certificate)
		return TRUE;
	signer->certificate = load_certificate(options, error);
	return signer->certificate && check_certificate(signer, error);
}

/* ---- signing -------------------------------------------------------------------------------------------- */

const char *
gy_ohos_how(GyRsaPadding padding)
{
	return padding == GY_RSA_PSS ? _("SHA-256, RSA-PSS with a salt of 32 bytes")
				     : "SHA-256, RSA PKCS#1 v1.5";
}

static const GySignedRange *
find_range(const GyOhosSigner *signer, const char *name)
{
	for (guint i = 0; i < signer->ranges->len; i++)
		if (g_str_equal(((const GySignedRange *) signer->ranges->pdata[i])->name, name))
			return signer->ranges->pdata[i];
	return NULL;
}

gboolean
gy_ohos_signer_signs(const GyOhosSigner *signer, const char *name)
{
	return signer->public && (!signer->ranges || find_range(signer, name));
}

/* (transfer full): what was signed has to be what is asked for now. */
static GBytes *
take_signature(const GyOhosSigner *signer, const char *name, GBytes *message, GError **error)
{
	const GySignedRange *range = find_range(signer, name);

	if (range && g_bytes_equal(range->bytes, message))
		return g_bytes_ref(range->signature);
	g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_SIGNATURE,
		_("what was signed as \"%s\" is not of this package: it was exported from another one, or "
		  "changed since"),
		name);
	return NULL;
}

static gboolean
check_signature(const GyOhosSigner *signer, const char *name, GyRsaPadding padding,
	const guint8 digest[GY_SHA256_SIZE], GBytes *given, GError **error)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(given, &size);
	gsize expected = gy_rsa_signature_size(gy_public_key_type(signer->public));

	if (size == expected && gy_rsa_verify(signer->public, padding, digest, data, size))
		return TRUE;
	if (size != expected)
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_SIGNER,
			_("the signature for \"%s\" has %zu bytes, expected %zu"), name, size, expected);
	else
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_SIGNER,
			_("the signature for \"%s\" was not made by the key that was given over these bytes "
			  "(%s)"),
			name, gy_ohos_how(padding));
	return FALSE;
}

gboolean
gy_ohos_signer_sign(const GyOhosSigner *signer, const char *name, GyRsaPadding padding, GBytes *message,
	guint8 *signature, GError **error)
{
	guint8 digest[GY_SHA256_SIZE];
	g_autoptr(GBytes) given = NULL;

	gy_sha256(g_bytes_get_data(message, NULL), g_bytes_get_size(message), digest);
	if (signer->key)
		return gy_rsa_sign(signer->key, padding, digest, signature, error);
	given = signer->command ? gy_signer_command_run(signer->command, name, message, error)
				: take_signature(signer, name, message, error);
	if (!given || !check_signature(signer, name, padding, digest, given, error))
		return FALSE;
	memcpy(signature, g_bytes_get_data(given, NULL), g_bytes_get_size(given));
	return TRUE;
}
