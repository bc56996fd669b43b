// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/formats/ws63/fota-cfg.h"
#include "engine/packages/format.h"

/**
 * GyWs63Keys: the two keys of the chain; nothing when a package is left unsigned or carries digests.
 * @root, @sub: (nullable): private keys
 * @signer: (nullable): the command that signs instead of them
 * @root_public: (nullable): with @signer, if it is known
 * @sub_public: (nullable): with @signer
 */
typedef struct {
	GyPrivateKey *root;
	GyPrivateKey *sub;
	char *signer;
	GyPublicKey *root_public;
	GyPublicKey *sub_public;
} GyWs63Keys;

void gy_ws63_keys_clear(GyWs63Keys *keys);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GyWs63Keys, gy_ws63_keys_clear)

/**
 * gy_ws63_keys_load:
 * @keys: gets the keys
 * @options: which keys, and how passphrases are asked for
 * @cfg: (nullable): names the files that count where @options names none
 * @of_sdk: whether the keys of the SDK folder go before those of @cfg
 * @error: return location
 *
 * A path of @cfg is tried against the folder of the configuration, then against the SDK's root.
 */
gboolean gy_ws63_keys_load(GyWs63Keys *keys, const GyBuildOptions *options, const GyFotaCfg *cfg,
	gboolean of_sdk, GError **error);

/**
 * gy_ws63_seal:
 * @package: a whole package; its two signature fields and the external key are filled in
 * @signing: how
 * @keys: the keys for %GY_SIGNING_KEYS
 * @error: return location
 */
gboolean gy_ws63_seal(guint8 *package, GySigning signing, const GyWs63Keys *keys, GError **error);

/**
 * gy_ws63_check_own:
 * @bytes: a package that was made here
 * @signing: how it was signed
 * @keys: the keys that it was signed with
 * @error: return location
 *
 * Loads and verifies it as anyone else would, so that nothing leaves that would be refused later.
 */
gboolean gy_ws63_check_own(GBytes *bytes, GySigning signing, const GyWs63Keys *keys, GError **error);

/** gy_ws63_check_built: the same without unpacking: of images that were unpacked while they were packed. */
gboolean gy_ws63_check_built(GBytes *bytes, GySigning signing, const GyWs63Keys *keys, GError **error);

/**
 * gy_ws63_export_tbs:
 * @package: an unsigned upgrade package
 * @sub_key: the public half of the key that signs the info area
 * @key_area: (out) (transfer full): 192 bytes for the root key, with @sub_key filled in
 * @info_area: (out) (transfer full): 192 bytes for the sub key
 * @error: return location
 *
 * What a signing server signs (SHA-256, ECDSA).
 */
gboolean gy_ws63_export_tbs(GyPackage *package, const GyPublicKey *sub_key, GBytes **key_area,
	GBytes **info_area, GError **error);

/**
 * gy_ws63_import_signatures:
 * @package: the package that was exported
 * @sub_key: as it was exported
 * @key_area: over the key area: 64 bytes r then s, or DER
 * @info_area: over the info area, likewise
 * @root_key: (nullable): to check @key_area with
 * @error: return location
 *
 * Returns: (transfer full): the signed package, or %NULL with %GY_ERROR_PACKAGE_SIGNATURE or
 *   %GY_ERROR_PACKAGE_UNTRUSTED_KEY
 */
GBytes *gy_ws63_import_signatures(GyPackage *package, const GyPublicKey *sub_key, GBytes *key_area,
	GBytes *info_area, const GyPublicKey *root_key, GError **error);
