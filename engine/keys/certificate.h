// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/keys/key.h"

/** GyCertificate: an X.509 certificate. */
typedef struct _GyCertificate GyCertificate;

void gy_certificate_free(GyCertificate *certificate);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyCertificate, gy_certificate_free)

/**
 * gy_certificate_load:
 * @path: a file, PEM or DER
 * @error: return location
 *
 * Returns: (transfer full): %NULL with GY_ERROR_FILE_* or %GY_ERROR_KEY_UNUSABLE
 */
GyCertificate *gy_certificate_load(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_certificate_parse: the same of DER alone: all @size bytes are the certificate, else %NULL without an error. */
GyCertificate *gy_certificate_parse(const guint8 *der, gsize size);

/**
 * gy_certificate_make:
 * @key: signs, and is what the certificate is about
 * @name: the common name
 * @from: seconds since 1970, from when on it holds
 * @days: how long it holds
 * @error: return location
 *
 * A self-signed certificate with SHA-256, subject and authority key identifier, marked as an authority. Its serial number
 * comes from the key and @from, so an RSA key gives the same certificate for the same arguments.
 */
GyCertificate *gy_certificate_make(const GyPrivateKey *key, const char *name, gint64 from, guint days,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_certificate_pem, gy_certificate_der: (transfer full): its bytes. */
GBytes *gy_certificate_pem(const GyCertificate *certificate);
GBytes *gy_certificate_der(const GyCertificate *certificate);

/** gy_certificate_issuer_and_serial: (transfer full): the DER of PKCS#7's IssuerAndSerialNumber. */
GBytes *gy_certificate_issuer_and_serial(const GyCertificate *certificate);

/** gy_certificate_public: (transfer full) (nullable): its key, %NULL for a type that nothing here needs. */
GyPublicKey *gy_certificate_public(const GyCertificate *certificate);

/** gy_certificate_is_of: whether it is about @key. */
gboolean gy_certificate_is_of(const GyCertificate *certificate, const GyPublicKey *key);

/** gy_certificate_is_damaged: whether it says that it was signed with its own key, and was not; one without a
 * subject key identifier is taken to say so. */
gboolean gy_certificate_is_damaged(const GyCertificate *certificate);

/** gy_certificate_has_key_identifier: whether it has a subject key identifier, which some devices need. */
gboolean gy_certificate_has_key_identifier(const GyCertificate *certificate);

/** gy_certificate_is_rsa_sha256: whether it was signed with sha256WithRSAEncryption. */
gboolean gy_certificate_is_rsa_sha256(const GyCertificate *certificate);
