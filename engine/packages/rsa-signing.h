// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/keys/key-rsa.h"
#include "engine/packages/build-options.h"
#include "engine/packages/format.h"

/**
 * gy_rsa_signing_make:
 * @options: with "key", and "signer" for a command that signs instead: then the key is public
 * @types: of the key (#GyKeyType)
 * @padding: how
 * @name: what is signed, for the command
 * @data: is hashed with SHA-256 here, or by the command
 * @error: return location
 *
 * A signature by the one RSA key of a system. What a command gives is checked before it is used.
 *
 * Returns: (transfer full): %NULL with %GY_ERROR_KEY_NEEDED or another of GY_ERROR_KEY_*
 */
GBytes *gy_rsa_signing_make(const GyBuildOptions *options, guint types, GyRsaPadding padding,
	const char *name, GBytes *data, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_rsa_signing_check: whether @signature is @key's over @data; %FALSE with %GY_ERROR_KEY_SIGNER. */
gboolean gy_rsa_signing_check(
	const GyPublicKey *key, GyRsaPadding padding, GBytes *data, GBytes *signature, GError **error);

/**
 * gy_rsa_signing_check_range:
 * @options: with "key", the public half
 * @types: of the key
 * @padding: how
 * @data: what has to be signed
 * @range: what was exported, with the signature that came back
 * @error: return location
 *
 * Returns: whether the signature may be used; %FALSE with %GY_ERROR_KEY_NEEDED or another of GY_ERROR_KEY_*, or with
 *   %GY_ERROR_PACKAGE_SIGNATURE if something else was exported
 */
gboolean gy_rsa_signing_check_range(const GyBuildOptions *options, guint types, GyRsaPadding padding,
	GBytes *data, const GySignedRange *range, GError **error) G_GNUC_WARN_UNUSED_RESULT;
