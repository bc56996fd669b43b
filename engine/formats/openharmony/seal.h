// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/certificate.h"
#include "engine/formats/openharmony/openharmony.h"

/**
 * GyOhosKeys: what a package is signed with; nothing when it is left unsigned.
 * @certificate: (nullable): for a zip of the 2025 layout
 */
typedef struct {
	GyPrivateKey *key;
	GyCertificate *certificate;
} GyOhosKeys;

void gy_ohos_keys_clear(GyOhosKeys *keys);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GyOhosKeys, gy_ohos_keys_clear)

/**
 * gy_ohos_keys_load:
 * @keys: gets the key and the certificate
 * @options: name them; without the option "certificate" it is signing_cert.crt beside the key
 * @types: of the key (#GyKeyType)
 * @needs_certificate: whether one is needed; it has to be of the key, and to have a subject key identifier
 * @error: return location
 */
gboolean gy_ohos_keys_load(GyOhosKeys *keys, const GyBuildOptions *options, guint types,
	gboolean needs_certificate, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_ohos_check_own: loads and verifies a package that was made here, as anyone else would. */
gboolean gy_ohos_check_own(GBytes *bytes, const GyOhosKeys *keys, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_ohos_sign: #GyFormat.sign: of an update.bin; of a zip it says that it has to be built again. */
GBytes *gy_ohos_sign(GyPackage *package, const GyBuildOptions *options, GError **error);
