// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/openharmony/seal.h"

#include "engine/formats/openharmony/update-write.h"

#define CERTIFICATE_NAME "signing_cert.crt"

void
gy_ohos_keys_clear(GyOhosKeys *keys)
{
	g_clear_pointer(&keys->key, gy_private_key_free);
	g_clear_pointer(&keys->certificate, gy_certificate_free);
}

static GyCertificate *
load_certificate(const GyBuildOptions *options, const char *key_path, GError **error)
{
	const char *given = gy_build_options_get(options, "certificate");
	g_autofree char *folder = g_path_get_dirname(key_path);
	g_autofree char *beside = g_build_filename(folder, CERTIFICATE_NAME, NULL);

	if (given)
		return gy_certificate_load(given, error);
	if (g_file_test(beside, G_FILE_TEST_EXISTS))
		return gy_certificate_load(beside, error);
	g_set_error(error, GY_ERROR, GY_ERROR_KEY_NEEDED,
		"the zip carries its key's certificate, and none was given, nor is there %s: make one with "
		"gantry key cert",
		beside);
	return NULL;
}

static gboolean
check_certificate(const GyOhosKeys *keys, GError **error)
{
	g_autoptr(GyPublicKey) public = gy_private_key_public(keys->key);
	const char *problem = NULL;

	if (!gy_certificate_is_of(keys->certificate, public))
		problem = "belongs to another key";
	else if (!gy_certificate_is_rsa_sha256(keys->certificate))
		problem = "is not signed with sha256WithRSAEncryption, as devices demand";
	else if (!gy_certificate_has_key_identifier(keys->certificate))
		problem = "has no subject key identifier";
	if (problem)
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_UNUSABLE, "the certificate %s", problem);
	return problem == NULL;
}

gboolean
gy_ohos_keys_load(GyOhosKeys *keys, const GyBuildOptions *options, guint types, gboolean needs_certificate,
	GError **error)
{
	const char *uri = gy_build_options_get(options, "key");

	if (gy_build_options_get_signing(options) == GY_SIGNING_NONE)
		return TRUE;
	if (gy_build_options_get_signing(options) == GY_SIGNING_HASH_ONLY) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
			"a package for OpenHarmony has no digests in place of its signature");
		return FALSE;
	}
	if (!uri) {
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_NEEDED, "no key was given");
		return FALSE;
	}
	keys->key = gy_private_key_load(uri, types, "signing", options->passphrase, error);
	if (!keys->key)
		return FALSE;
	if (!needs_certificate)
		return TRUE;
	keys->certificate = load_certificate(options, uri, error);
	return keys->certificate && check_certificate(keys, error);
}

static gboolean
is_wanted(const GyFinding *finding, const GyOhosKeys *keys)
{
	return finding->severity != GY_SEVERITY_ERROR ||
	       (!keys->key && g_str_equal(finding->code, gy_error_word(GY_ERROR_PACKAGE_UNSIGNED)));
}

gboolean
gy_ohos_check_own(GBytes *bytes, const GyOhosKeys *keys, GError **error)
{
	g_autoptr(GyPackage) package = gy_ohos_load(bytes, "the new package", error);
	g_autoptr(GyPublicKey) public = keys->key ? gy_private_key_public(keys->key) : NULL;

	if (!package || !gy_ohos_verify(package, public, error))
		return FALSE;
	for (guint i = 0; i < gy_package_findings(package)->len; i++) {
		const GyFinding *finding = gy_package_findings(package)->pdata[i];

		if (is_wanted(finding, keys))
			continue;
		g_propagate_error(error, gy_finding_to_error(finding));
		return FALSE;
	}
	return TRUE;
}

GBytes *
gy_ohos_sign(GyPackage *package, const GyBuildOptions *options, GError **error)
{
	const GyOhosPackage *own = gy_ohos_package_of(package);
	g_auto(GyOhosKeys) keys = {NULL};
	g_autoptr(GBytes) bytes = NULL;

	if (own->container || own->update->generation == GY_OHOS_2022) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED,
			"%s: %s is not signed afterwards: build it again", gy_package_name(package),
			own->container ? "a zip" : "a package of the 2022 layout");
		return NULL;
	}
	if (!gy_ohos_keys_load(
		    &keys, options, own->update->is_standard ? GY_KEY_RSA2048 : GY_KEY_RSA, FALSE, error))
		return NULL;
	if (!keys.key) {
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_NEEDED, "no key was given");
		return NULL;
	}
	bytes = gy_ohos_update_sign(own->update->bytes, keys.key, error);
	return bytes && gy_ohos_check_own(bytes, &keys, error) ? g_steal_pointer(&bytes) : NULL;
}
