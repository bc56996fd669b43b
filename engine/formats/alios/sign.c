// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/alios/sign.h"

#include "engine/formats/alios/alios.h"
#include "engine/keys/key-rsa.h"
#include "engine/keys/signer-command.h"

#define HOW "SHA-256, RSA PKCS#1 v1.5"

/* (transfer full): the digest of the message, which has to be one. */
static GBytes *
need_digest(const GyAliosMessage *message, GError **error)
{
	GBytes *digest = gy_alios_message_digest(message);

	if (!digest)
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_MALFORMED,
			"the message has no digest of the file, which is what is signed");
	return digest;
}

static gboolean
check_signature(const GyPublicKey *key, GBytes *digest, GBytes *signature, GError **error)
{
	guint8 twice[GY_SHA256_SIZE];

	gy_sha256(g_bytes_get_data(digest, NULL), g_bytes_get_size(digest), twice);
	if (gy_rsa_verify(
		    key, GY_RSA_PKCS1, twice, g_bytes_get_data(signature, NULL), g_bytes_get_size(signature)))
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_KEY_SIGNER,
		"the signature (%" G_GSIZE_FORMAT " bytes) was not made by the key that was given (%s)",
		g_bytes_get_size(signature), HOW);
	return FALSE;
}

/* ---- by a key, or by a command -------------------------------------------------------------------------- */

static GBytes *
sign_here(const char *uri, const GyBuildOptions *options, GBytes *digest, GError **error)
{
	g_autoptr(GyPrivateKey) key =
		gy_private_key_load(uri, GY_KEY_RSA2048, "signing", options->passphrase, error);
	guint8 twice[GY_SHA256_SIZE];
	guint8 signature[ALIOS_SIGNATURE_SIZE];

	if (!key)
		return NULL;
	gy_sha256(g_bytes_get_data(digest, NULL), g_bytes_get_size(digest), twice);
	return gy_rsa_sign(key, GY_RSA_PKCS1, twice, signature, error)
		       ? g_bytes_new(signature, sizeof signature)
		       : NULL;
}

static GBytes *
sign_elsewhere(
	const char *command, const char *uri, const GyBuildOptions *options, GBytes *digest, GError **error)
{
	g_autoptr(GyPublicKey) key =
		gy_public_key_load(uri, GY_KEY_RSA2048, "signing", options->passphrase, error);
	g_autoptr(GBytes) signature =
		key ? gy_signer_command_run(command, GY_ALIOS_SIGNED, digest, error) : NULL;

	return signature && check_signature(key, digest, signature, error) ? g_steal_pointer(&signature)
									   : NULL;
}

static void
set_signature(GyAliosMessage *message, GBytes *signature)
{
	g_free(message->signature);
	message->signature = g_base64_encode(g_bytes_get_data(signature, NULL), g_bytes_get_size(signature));
}

gboolean
gy_alios_message_sign(GyAliosMessage *message, const GyBuildOptions *options, GError **error)
{
	const char *uri = gy_build_options_get(options, "key");
	const char *command = gy_build_options_get(options, "signer");
	g_autoptr(GBytes) digest = need_digest(message, error);
	g_autoptr(GBytes) signature = NULL;

	if (!digest)
		return FALSE;
	if (!uri) {
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_NEEDED,
			command ? "what signs was given, but not the public half of its key, to check the "
				  "signature with"
				: "no key was given");
		return FALSE;
	}
	signature = command ? sign_elsewhere(command, uri, options, digest, error)
			    : sign_here(uri, options, digest, error);
	if (!signature)
		return FALSE;
	set_signature(message, signature);
	return TRUE;
}

/* ---- a message that is there already -------------------------------------------------------------------- */

static gboolean
check_kind(GyPackage *package, GError **error)
{
	if (gy_alios_message_of(package))
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED,
		"%s: a file for AliOS Things carries no signature, the message about it does: make one with "
		"gantry build alios --form message",
		gy_package_name(package));
	return FALSE;
}

/* (transfer full): one that may be changed. */
static GyAliosMessage *
copy_message(GyPackage *package, GError **error)
{
	GBytes *bytes = gy_package_bytes(package);

	return check_kind(package, error)
		       ? gy_alios_message_parse(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), error)
		       : NULL;
}

static gboolean
put_message(const GyAliosMessage *message, GyDraft *draft, GError **error)
{
	g_autoptr(GBytes) bytes = gy_alios_message_write(message);

	return gy_alios_check(bytes, GY_ALIOS_NEW, error) && gy_draft_append_bytes(draft, bytes, error);
}

gboolean
gy_alios_sign(GyPackage *package, const GyBuildOptions *options, GyDraft *draft, GError **error)
{
	g_autoptr(GyAliosMessage) message = copy_message(package, error);

	if (message && gy_build_options_get_signing(options) == GY_SIGNING_HASH_ONLY) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
			"a message for AliOS Things has no digest in place of its signature");
		return FALSE;
	}
	return message && gy_alios_message_sign(message, options, error) &&
	       put_message(message, draft, error);
}

GPtrArray *
gy_alios_to_be_signed(GyPackage *package, const GyBuildOptions *options, GError **error)
{
	g_autoptr(GPtrArray) ranges = g_ptr_array_new_with_free_func((GDestroyNotify) gy_signed_range_free);
	g_autoptr(GBytes) digest =
		check_kind(package, error) ? need_digest(gy_alios_message_of(package), error) : NULL;

	if (!digest)
		return NULL;
	g_ptr_array_add(ranges, gy_signed_range_new(GY_ALIOS_SIGNED, HOW, digest));
	return g_steal_pointer(&ranges);
}

GStrv
gy_alios_signed_names(GyPackage *package)
{
	static const char *const names[] = {GY_ALIOS_SIGNED, NULL};

	return g_strdupv((GStrv) names);
}

gboolean
gy_alios_take_signatures(
	GyPackage *package, const GyBuildOptions *options, GPtrArray *ranges, GyDraft *draft, GError **error)
{
	const GySignedRange *range = ranges->pdata[0];
	const char *uri = gy_build_options_get(options, "key");
	g_autoptr(GyAliosMessage) message = copy_message(package, error);
	g_autoptr(GBytes) digest = message ? need_digest(message, error) : NULL;
	g_autoptr(GyPublicKey) key = NULL;

	if (!digest)
		return FALSE;
	if (!uri) {
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_NEEDED,
			"the public half of the key is missing, to check the signature with");
		return FALSE;
	}
	if (!g_bytes_equal(range->bytes, digest)) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_SIGNATURE,
			"what was signed is not of this message: it was exported from another one");
		return FALSE;
	}
	key = gy_public_key_load(uri, GY_KEY_RSA2048, "signing", options->passphrase, error);
	if (!key || !check_signature(key, digest, range->signature, error))
		return FALSE;
	set_signature(message, range->signature);
	return put_message(message, draft, error);
}
