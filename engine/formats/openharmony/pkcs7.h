// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/keys/certificate.h"
#include "engine/keys/key-rsa.h"

/**
 * GyOhosPkcs7:
 * @certificate: of the key that signed
 * @digest: SHA-256 of what was signed
 * @signature: by that key, made over SHA-256 of @digest
 * @is_exact: whether it is encoded as the packager does, to the byte
 *
 * The signature of a standard system's zip. FORMAT.md, "Zip".
 */
typedef struct {
	GyCertificate *certificate;
	guint8 digest[GY_SHA256_SIZE];
	GBytes *signature;
	gboolean is_exact;
} GyOhosPkcs7;

void gy_ohos_pkcs7_free(GyOhosPkcs7 *pkcs7);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyOhosPkcs7, gy_ohos_pkcs7_free)

/** gy_ohos_pkcs7_parse: (transfer full) (nullable): %NULL if it is anything but one signer's signature of that form. */
GyOhosPkcs7 *gy_ohos_pkcs7_parse(const guint8 *der, gsize size);

/**
 * gy_ohos_pkcs7_make:
 * @digest: SHA-256 of what is signed
 * @signature: over SHA-256 of @digest, by the key of @certificate
 * @certificate: of the signer
 * @error: return location
 *
 * Returns: (transfer full): the DER, or %NULL with %GY_ERROR_INTERNAL
 */
GBytes *gy_ohos_pkcs7_make(const guint8 digest[GY_SHA256_SIZE], GBytes *signature,
	const GyCertificate *certificate, GError **error) G_GNUC_WARN_UNUSED_RESULT;
