// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/ws63/sign.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/formats/ws63/sdk.h"
#include "engine/formats/ws63/ws63.h"
#include "engine/keys/digest.h"
#include "engine/keys/signer-command.h"

/* How a range is signed, for people. */
#define HOW "SHA-256, ECDSA"

void
gy_ws63_keys_clear(GyWs63Keys *keys)
{
	g_clear_pointer(&keys->root, gy_private_key_free);
	g_clear_pointer(&keys->sub, gy_private_key_free);
	g_clear_pointer(&keys->signer, g_free);
	g_clear_pointer(&keys->root_public, gy_public_key_free);
	g_clear_pointer(&keys->sub_public, gy_public_key_free);
}

/* A path of the configuration, where it is; %NULL with both places in the message. */
static char *
find_key_file(const char *path, const char *what, const GyFotaCfg *cfg, const char *sdk_root, GError **error)
{
	g_autofree char *name = g_canonicalize_filename(gy_fota_cfg_name(cfg), NULL);
	g_autofree char *folder = g_path_get_dirname(name);
	g_autofree char *root = g_canonicalize_filename(sdk_root ? sdk_root : ".", NULL);
	g_autofree char *first = g_canonicalize_filename(path, folder);
	g_autofree char *second = g_canonicalize_filename(path, root);

	if (g_file_test(first, G_FILE_TEST_EXISTS))
		return g_steal_pointer(&first);
	if (g_file_test(second, G_FILE_TEST_EXISTS))
		return g_steal_pointer(&second);
	g_set_error(error, GY_ERROR, GY_ERROR_KEY_NEEDED,
		_("no %s key was given, and %s names %s, which is neither %s nor %s"), what,
		gy_fota_cfg_name(cfg), path, first, second);
	return NULL;
}

static GyPrivateKey *
load_key(const char *uri, const char *cfg_path, const char *what, const GyBuildOptions *options,
	const GyFotaCfg *cfg, GError **error)
{
	g_autofree char *found = NULL;

	if (!uri && !cfg_path) {
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_NEEDED, _("no %s key was given%s"), what,
			cfg ? _(", and the configuration names none") : "");
		return NULL;
	}
	if (!uri) {
		found = find_key_file(cfg_path, what, cfg, gy_build_options_get(options, "sdk-root"), error);
		if (!found)
			return NULL;
		uri = found;
	}
	return gy_private_key_load(uri, GY_KEY_BP256R1, what, options->passphrase, error);
}

/* (transfer full) (nullable): a key file of the SDK's own, if its folder was named. */
static char *
sdk_key_file(const GyBuildOptions *options, const char *path)
{
	const char *root = gy_build_options_get(options, "sdk-root");
	g_autofree char *full = root ? g_build_filename(root, path, NULL) : NULL;

	return full && g_file_test(full, G_FILE_TEST_EXISTS) ? g_steal_pointer(&full) : NULL;
}

/* With a signer the keys are public halves, and only the one that goes into the package has to be known. */
static gboolean
load_signer(GyWs63Keys *keys, const GyBuildOptions *options, GError **error)
{
	const char *root = gy_build_options_get(options, "root-key");
	const char *sub = gy_build_options_get(options, "sub-key");

	keys->signer = g_strdup(gy_build_options_get(options, "signer"));
	if (!sub) {
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_NEEDED,
			_("a signer was given, but not the public half of its sub key, which the package "
			  "carries"));
		return FALSE;
	}
	keys->sub_public =
		gy_public_key_load(sub, GY_KEY_BP256R1, C_("which key", "sub"), options->passphrase, error);
	if (!keys->sub_public)
		return FALSE;
	if (!root)
		return TRUE;
	keys->root_public =
		gy_public_key_load(root, GY_KEY_BP256R1, C_("which key", "root"), options->passphrase, error);
	return keys->root_public != NULL;
}

gboolean
gy_ws63_keys_load(GyWs63Keys *keys, const GyBuildOptions *options, const GyFotaCfg *cfg, gboolean of_sdk,
	GError **error)
{
	const char *root = gy_build_options_get(options, "root-key");
	const char *sub = gy_build_options_get(options, "sub-key");
	const char *cfg_root = cfg ? gy_fota_cfg_root_key_file(cfg) : NULL;
	const char *cfg_sub = cfg ? gy_fota_cfg_sub_key_file(cfg) : NULL;
	g_autofree char *sdk_root = NULL;
	g_autofree char *sdk_sub = NULL;

	if (gy_build_options_get_signing(options) != GY_SIGNING_KEYS)
		return TRUE;
	if (gy_build_options_get(options, "signer"))
		return load_signer(keys, options, error);
	sdk_root = of_sdk || !cfg_root ? sdk_key_file(options, GY_WS63_SDK_ROOT_KEY) : NULL;
	sdk_sub = of_sdk || !cfg_sub ? sdk_key_file(options, GY_WS63_SDK_SUB_KEY) : NULL;
	keys->root = load_key(root ? root : sdk_root, cfg_root, C_("which key", "root"), options, cfg, error);
	if (!keys->root)
		return FALSE;
	keys->sub = load_key(sub ? sub : sdk_sub, cfg_sub, C_("which key", "sub"), options, cfg, error);
	return keys->sub != NULL;
}

/* What comes from outside is looked at before it goes into a package. */
static gboolean
sign_by_command(const GyWs63Keys *keys, const char *which, const GyPublicKey *public, const guint8 *area,
	guint8 signature[WS63_SIGNATURE_SIZE], GError **error)
{
	if (!gy_signer_command_sign(keys->signer, which, area, WS63_AREA_SIGNATURE, signature, error))
		return FALSE;
	if (!public || gy_public_key_verify(public, area, WS63_AREA_SIGNATURE, signature))
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_KEY_SIGNER,
		_("the signature that the signer gave was not made by the %s key over these bytes"), which);
	return FALSE;
}

static gboolean
sign_areas(guint8 *package, const GyWs63Keys *keys, GError **error)
{
	guint8 *info = package + WS63_INFO;

	if (keys->signer)
		return sign_by_command(keys, "root", keys->root_public, package,
			       package + WS63_AREA_SIGNATURE, error) &&
		       sign_by_command(
			       keys, "sub", keys->sub_public, info, info + WS63_AREA_SIGNATURE, error);
	return gy_private_key_sign(
		       keys->root, package, WS63_AREA_SIGNATURE, package + WS63_AREA_SIGNATURE, error) &&
	       gy_private_key_sign(keys->sub, info, WS63_AREA_SIGNATURE, info + WS63_AREA_SIGNATURE, error);
}

gboolean
gy_ws63_seal(guint8 *package, GySigning signing, const GyWs63Keys *keys, GError **error)
{
	guint8 *info = package + WS63_INFO;
	g_autoptr(GyPublicKey) external = NULL;

	memset(package + WS63_KEY_PUBLIC_KEY, 0, WS63_PUBLIC_KEY_SIZE);
	memset(package + WS63_AREA_SIGNATURE, 0, WS63_SIGNATURE_SIZE);
	memset(info + WS63_AREA_SIGNATURE, 0, WS63_SIGNATURE_SIZE);
	switch (signing) {
	case GY_SIGNING_NONE: return TRUE;
	case GY_SIGNING_HASH_ONLY:
		gy_sha256(package, WS63_AREA_SIGNATURE, package + WS63_AREA_SIGNATURE);
		gy_sha256(info, WS63_AREA_SIGNATURE, info + WS63_AREA_SIGNATURE);
		return TRUE;
	case GY_SIGNING_KEYS: break;
	}
	/* the external key first: it lies in the range that the root key signs */
	if (!keys->sub_public)
		external = gy_private_key_public(keys->sub);
	gy_public_key_get_xy(external ? external : keys->sub_public, package + WS63_KEY_PUBLIC_KEY);
	return sign_areas(package, keys, error);
}

/* ---- looking at it once more ---------------------------------------------------------------------------- */

static gboolean
check_findings(GyPackage *package, GySigning signing, GError **error)
{
	GPtrArray *findings = gy_package_findings(package);

	for (guint i = 0; i < findings->len; i++) {
		const GyFinding *finding = findings->pdata[i];

		if (finding->severity != GY_SEVERITY_ERROR)
			continue;
		if (signing == GY_SIGNING_NONE &&
			g_str_equal(finding->code, gy_error_word(GY_ERROR_PACKAGE_UNSIGNED)))
			continue;
		g_propagate_error(error, gy_finding_to_error(finding));
		return FALSE;
	}
	return TRUE;
}

/* (transfer full) (nullable) */
static GyPublicKey *
public_root(const GyWs63Keys *keys)
{
	guint8 xy[WS63_PUBLIC_KEY_SIZE];

	if (keys->root)
		return gy_private_key_public(keys->root);
	if (!keys->root_public)
		return NULL;
	gy_public_key_get_xy(keys->root_public, xy);
	return gy_public_key_from_xy(xy, NULL);
}

gboolean
gy_ws63_check_own(GBytes *bytes, GySigning signing, const GyWs63Keys *keys, GError **error)
{
	g_autoptr(GyPackage) package = gy_ws63_load(bytes, _("the new package"), error);
	g_autoptr(GyPublicKey) public = public_root(keys);

	return package && gy_ws63_verify(package, public, error) && check_findings(package, signing, error);
}

gboolean
gy_ws63_check_built(GBytes *bytes, GySigning signing, const GyWs63Keys *keys, GError **error)
{
	g_autoptr(GyPackage) package = gy_ws63_load(bytes, _("the new package"), error);
	g_autoptr(GyPublicKey) public = public_root(keys);

	if (!package)
		return FALSE;
	gy_ws63_verify_outside(package, public);
	return check_findings(package, signing, error);
}

/* The package's KeyAlg has to be one for this kind of signing: the device would take the wrong way otherwise. */
static gboolean
check_signing(const guint8 *data, GySigning signing, GError **error)
{
	guint32 alg = gyw_get_u32le(data + WS63_KEY_ALG);
	gboolean by_hash = alg == WS63_KEY_ALG_HASH_ECC || alg == WS63_KEY_ALG_HASH_RSA;

	if (signing == GY_SIGNING_KEYS && alg != WS63_KEY_ALG_ECDSA) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
			_("the package was built with KeyAlg 0x%08X, expected 0x%08X for signing with keys"),
			alg, WS63_KEY_ALG_ECDSA);
		return FALSE;
	}
	if (signing == GY_SIGNING_HASH_ONLY && !by_hash) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
			_("the package was built with KeyAlg 0x%08X, which demands signatures; digests only "
			  "need KeyAlg 0x%08X"),
			alg, WS63_KEY_ALG_HASH_RSA);
		return FALSE;
	}
	return TRUE;
}

static gboolean
require_upgrade(GyPackage *package, GError **error)
{
	if (g_str_equal(gy_package_kind(package), GY_WS63_KIND_UPGRADE))
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_BURN,
		_("%s is a container for the boot ROM, it has no place for signatures"),
		gy_package_name(package));
	return FALSE;
}

gboolean
gy_ws63_sign(GyPackage *package, const GyBuildOptions *options, GyDraft *draft, GError **error)
{
	g_auto(GyWs63Keys) keys = {NULL};
	g_autoptr(GBytes) signed_bytes = NULL;
	g_autofree guint8 *copy = NULL;
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(gy_package_bytes(package), &size);

	if (!require_upgrade(package, error) ||
		!check_signing(data, gy_build_options_get_signing(options), error) ||
		!gy_ws63_keys_load(&keys, options, NULL, FALSE, error))
		return FALSE;
	copy = g_memdup2(data, size);
	if (!gy_ws63_seal(copy, gy_build_options_get_signing(options), &keys, error))
		return FALSE;
	signed_bytes = g_bytes_new_take(g_steal_pointer(&copy), size);
	return gy_ws63_check_own(signed_bytes, gy_build_options_get_signing(options), &keys, error) &&
	       gy_draft_append_bytes(draft, signed_bytes, error);
}

/* ---- signing elsewhere ---------------------------------------------------------------------------------- */

gboolean
gy_ws63_export_tbs(
	GyPackage *package, const GyPublicKey *sub_key, GBytes **key_area, GBytes **info_area, GError **error)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(gy_package_bytes(package), &size);
	guint8 area[WS63_AREA_SIGNATURE];

	if (!require_upgrade(package, error) || !check_signing(data, GY_SIGNING_KEYS, error))
		return FALSE;
	memcpy(area, data, sizeof area);
	gy_public_key_get_xy(sub_key, area + WS63_KEY_PUBLIC_KEY);
	*key_area = g_bytes_new(area, sizeof area);
	*info_area = g_bytes_new(data + WS63_INFO, WS63_AREA_SIGNATURE);
	return TRUE;
}

GStrv
gy_ws63_signed_names(GyPackage *package)
{
	static const char *const names[] = {"root", "sub", NULL};

	return g_strdupv((GStrv) names);
}

GPtrArray *
gy_ws63_to_be_signed(GyPackage *package, const GyBuildOptions *options, GError **error)
{
	g_autoptr(GPtrArray) ranges = g_ptr_array_new_with_free_func((GDestroyNotify) gy_signed_range_free);
	const char *uri = gy_build_options_get(options, "sub-key");
	g_autoptr(GyPublicKey) sub = NULL;
	g_autoptr(GBytes) key_area = NULL;
	g_autoptr(GBytes) info_area = NULL;

	if (!uri) {
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_NEEDED,
			_("what the root key signs holds the public half of the sub key, which was not "
			  "given"));
		return NULL;
	}
	sub = gy_public_key_load(uri, GY_KEY_BP256R1, C_("which key", "sub"), options->passphrase, error);
	if (!sub || !gy_ws63_export_tbs(package, sub, &key_area, &info_area, error))
		return NULL;
	g_ptr_array_add(ranges, gy_signed_range_new("root", HOW, key_area));
	g_ptr_array_add(ranges, gy_signed_range_new("sub", HOW, info_area));
	return g_steal_pointer(&ranges);
}

/* Whether a range that came back is one that this package gave; the external key is taken from it. */
static gboolean
check_ranges(GyPackage *package, GPtrArray *ranges, GyPublicKey **sub, GError **error)
{
	guint8 xy[WS63_PUBLIC_KEY_SIZE] = {0};
	g_autoptr(GBytes) key_area = NULL;
	g_autoptr(GBytes) info_area = NULL;
	const GySignedRange *root = ranges->pdata[0];
	const GySignedRange *info = ranges->pdata[1];

	if (g_bytes_get_size(root->bytes) == WS63_AREA_SIGNATURE)
		memcpy(xy, (const guint8 *) g_bytes_get_data(root->bytes, NULL) + WS63_KEY_PUBLIC_KEY,
			sizeof xy);
	*sub = gy_public_key_from_xy(xy, NULL);
	if (*sub && gy_ws63_export_tbs(package, *sub, &key_area, &info_area, error) &&
		g_bytes_equal(key_area, root->bytes) && g_bytes_equal(info_area, info->bytes))
		return TRUE;
	g_clear_error(error);
	g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_SIGNATURE,
		_("what was signed is not of %s: it was exported from another package, or changed since"),
		gy_package_name(package));
	return FALSE;
}

gboolean
gy_ws63_take_signatures(
	GyPackage *package, const GyBuildOptions *options, GPtrArray *ranges, GyDraft *draft, GError **error)
{
	const char *uri = gy_build_options_get(options, "root-key");
	g_autoptr(GyPublicKey) root = NULL;
	g_autoptr(GyPublicKey) sub = NULL;
	g_autoptr(GBytes) bytes = NULL;
	const GySignedRange *of_root, *of_sub;

	g_return_val_if_fail(ranges->len == 2, FALSE);
	of_root = ranges->pdata[0];
	of_sub = ranges->pdata[1];
	if (!require_upgrade(package, error) || !check_ranges(package, ranges, &sub, error))
		return FALSE;
	if (uri) {
		root = gy_public_key_load(
			uri, GY_KEY_BP256R1, C_("which key", "root"), options->passphrase, error);
		if (!root)
			return FALSE;
	}
	bytes = gy_ws63_import_signatures(package, sub, of_root->signature, of_sub->signature, root, error);
	return bytes && gy_draft_append_bytes(draft, bytes, error);
}

static gboolean
put_signature(guint8 *area, GBytes *signature, const char *title, GError **error)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(signature, &size);

	if (size == WS63_SIGNATURE_SIZE) {
		memcpy(area + WS63_AREA_SIGNATURE, data, size);
		return TRUE;
	}
	if (gy_signature_from_der(data, size, area + WS63_AREA_SIGNATURE))
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_SIGNATURE,
		_("the %s signature has %zu bytes, expected 64 (r then s) or DER"), title, size);
	return FALSE;
}

GBytes *
gy_ws63_import_signatures(GyPackage *package, const GyPublicKey *sub_key, GBytes *key_area, GBytes *info_area,
	const GyPublicKey *root_key, GError **error)
{
	g_autofree guint8 *copy = NULL;
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(gy_package_bytes(package), &size);

	if (!require_upgrade(package, error) || !check_signing(data, GY_SIGNING_KEYS, error))
		return NULL;
	copy = g_memdup2(data, size);
	gy_public_key_get_xy(sub_key, copy + WS63_KEY_PUBLIC_KEY);
	if (!put_signature(copy, key_area, _("key-area"), error) ||
		!put_signature(copy + WS63_INFO, info_area, _("info"), error))
		return NULL;
	if (!gy_public_key_verify(
		    sub_key, copy + WS63_INFO, WS63_AREA_SIGNATURE, copy + WS63_INFO + WS63_AREA_SIGNATURE)) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_SIGNATURE,
			_("the info signature that came back was not made by the sub key over this package"));
		return NULL;
	}
	if (root_key &&
		!gy_public_key_verify(root_key, copy, WS63_AREA_SIGNATURE, copy + WS63_AREA_SIGNATURE)) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_UNTRUSTED_KEY,
			_("the key-area signature that came back was not made by the root key over this "
			  "package"));
		return NULL;
	}
	return g_bytes_new_take(g_steal_pointer(&copy), size);
}
