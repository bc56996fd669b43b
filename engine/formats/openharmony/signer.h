// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/keys/certificate.h"
#include "engine/keys/key-rsa.h"
#include "engine/packages/format.h"

/**
 * GyOhosSigner: what signs a package: a key, a command, or signatures that came back; nothing when it is left unsigned.
 * @key: (nullable): signs here
 * @command: (nullable): signs instead
 * @ranges: (nullable) (element-type GySignedRange) (not owned): with their signatures, instead of both
 * @public: the public half; %NULL if nothing is signed
 * @certificate: (nullable): for a zip of the 2025 layout
 */
typedef struct {
	GyPrivateKey *key;
	char *command;
	GPtrArray *ranges;
	GyPublicKey *public;
	GyCertificate *certificate;
} GyOhosSigner;

void gy_ohos_signer_clear(GyOhosSigner *signer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GyOhosSigner, gy_ohos_signer_clear)

/**
 * gy_ohos_signer_load:
 * @signer: gets what the options name; with @ranges set, "key" names a public key
 * @options: without the option "certificate" it is signing_cert.crt beside the key, and without "key" the certificate's is
 *   the public half
 * @types: of the key (#GyKeyType)
 * @needs_certificate: whether one is needed; it has to be of the key, and to have a subject key identifier
 * @error: return location
 */
gboolean gy_ohos_signer_load(GyOhosSigner *signer, const GyBuildOptions *options, guint types,
	gboolean needs_certificate, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_ohos_signer_signs: whether there is a signature of that name to be had. */
gboolean gy_ohos_signer_signs(const GyOhosSigner *signer, const char *name);

/** gy_ohos_how: "SHA-256, RSA PKCS#1 v1.5": what somebody has to do who signs elsewhere. */
const char *gy_ohos_how(GyRsaPadding padding);

/**
 * gy_ohos_signer_sign:
 * @signer: one that signs
 * @name: what is signed: "update", "zip", or "tools-" and a member of build_tools.zip
 * @padding: how
 * @message: is hashed with SHA-256 here
 * @signature: gets gy_rsa_signature_size() bytes
 * @error: return location
 *
 * What comes from outside is looked at before it goes into a package.
 */
gboolean gy_ohos_signer_sign(const GyOhosSigner *signer, const char *name, GyRsaPadding padding,
	GBytes *message, guint8 *signature, GError **error) G_GNUC_WARN_UNUSED_RESULT;
