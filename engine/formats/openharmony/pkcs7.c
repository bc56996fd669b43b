// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/openharmony/pkcs7.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>

#include "engine/formats/openharmony/layout.h"

/* The signed content: which digest (by OpenSSL's number for it), how long it is, the digest. */
#define CONTENT_SIZE (4 + GY_SHA256_SIZE)
#define DIGEST_KIND  672

typedef PKCS7 Pkcs7;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pkcs7, PKCS7_free)

void
gy_ohos_pkcs7_free(GyOhosPkcs7 *pkcs7)
{
	if (!pkcs7)
		return;
	gy_certificate_free(pkcs7->certificate);
	g_clear_pointer(&pkcs7->signature, g_bytes_unref);
	g_free(pkcs7);
}

/* ---- writing -------------------------------------------------------------------------------------------- */

/* The packager leaves the parameters out altogether. */
static gboolean
set_algorithm(X509_ALGOR *algorithm, int nid)
{
	return X509_ALGOR_set0(algorithm, OBJ_nid2obj(nid), V_ASN1_UNDEF, NULL) == 1;
}

static gboolean
add_digest_algorithm(PKCS7_SIGNED *body)
{
	X509_ALGOR *algorithm = X509_ALGOR_new();

	if (algorithm && set_algorithm(algorithm, NID_sha256) &&
		sk_X509_ALGOR_push(body->md_algs, algorithm) > 0)
		return TRUE;
	X509_ALGOR_free(algorithm);
	return FALSE;
}

static gboolean
fill_signer(PKCS7_SIGNER_INFO *signer, X509 *x509, GBytes *signature)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(signature, &size);

	return ASN1_INTEGER_set(signer->version, 1) == 1 &&
	       X509_NAME_set(&signer->issuer_and_serial->issuer, X509_get_issuer_name(x509)) == 1 &&
	       ASN1_STRING_copy(signer->issuer_and_serial->serial, X509_get0_serialNumber(x509)) == 1 &&
	       set_algorithm(signer->digest_alg, NID_sha256) &&
	       set_algorithm(signer->digest_enc_alg, NID_sha256WithRSAEncryption) &&
	       ASN1_OCTET_STRING_set(signer->enc_digest, data, (int) size) == 1;
}

static gboolean
add_signer(PKCS7_SIGNED *body, X509 *x509, GBytes *signature)
{
	PKCS7_SIGNER_INFO *signer = PKCS7_SIGNER_INFO_new();

	if (signer && fill_signer(signer, x509, signature) &&
		sk_PKCS7_SIGNER_INFO_push(body->signer_info, signer) > 0)
		return TRUE;
	PKCS7_SIGNER_INFO_free(signer);
	return FALSE;
}

static GBytes *
encode_with(X509 *x509, const guint8 digest[GY_SHA256_SIZE], GBytes *signature)
{
	g_autoptr(Pkcs7) p7 = PKCS7_new();
	guint8 content[CONTENT_SIZE];
	guint8 *der = NULL;
	int size = 0;
	GBytes *bytes;

	gy_ohos_put_u16(content, DIGEST_KIND);
	gy_ohos_put_u16(content + 2, GY_SHA256_SIZE);
	memcpy(content + 4, digest, GY_SHA256_SIZE);
	if (p7 && PKCS7_set_type(p7, NID_pkcs7_signed) == 1 && PKCS7_content_new(p7, NID_pkcs7_data) == 1 &&
		ASN1_OCTET_STRING_set(p7->d.sign->contents->d.data, content, sizeof content) == 1 &&
		add_digest_algorithm(p7->d.sign) && PKCS7_add_certificate(p7, x509) == 1 &&
		add_signer(p7->d.sign, x509, signature))
		size = i2d_PKCS7(p7, &der);
	ERR_clear_error();
	if (size <= 0)
		return NULL;
	bytes = g_bytes_new(der, (gsize) size);
	OPENSSL_free(der);
	return bytes;
}

static GBytes *
encode(const GyCertificate *certificate, const guint8 digest[GY_SHA256_SIZE], GBytes *signature)
{
	g_autoptr(GBytes) der = gy_certificate_der(certificate);
	gsize size = 0;
	const guint8 *at = g_bytes_get_data(der, &size);
	X509 *x509 = d2i_X509(NULL, &at, (long) size);
	GBytes *bytes = x509 ? encode_with(x509, digest, signature) : NULL;

	X509_free(x509);
	return bytes;
}

GBytes *
gy_ohos_pkcs7_make(const guint8 digest[GY_SHA256_SIZE], GBytes *signature, const GyCertificate *certificate,
	GError **error)
{
	GBytes *bytes = encode(certificate, digest, signature);

	if (!bytes)
		g_set_error(error, GY_ERROR, GY_ERROR_INTERNAL,
			_("OpenSSL could not encode the zip's signature"));
	return bytes;
}

/* ---- reading -------------------------------------------------------------------------------------------- */

static gboolean
is_algorithm(const X509_ALGOR *algorithm, int nid)
{
	const ASN1_OBJECT *object = NULL;

	X509_ALGOR_get0(&object, NULL, NULL, algorithm);
	return OBJ_obj2nid(object) == nid;
}

static gboolean
take_digest(GyOhosPkcs7 *out, const PKCS7_SIGNED *body)
{
	const ASN1_OCTET_STRING *content;
	const guint8 *data;

	if (!body->contents || !PKCS7_type_is_data(body->contents) || !body->contents->d.data)
		return FALSE;
	content = body->contents->d.data;
	data = ASN1_STRING_get0_data(content);
	if (ASN1_STRING_length(content) != CONTENT_SIZE || gy_ohos_get_u16(data) != DIGEST_KIND ||
		gy_ohos_get_u16(data + 2) != GY_SHA256_SIZE)
		return FALSE;
	memcpy(out->digest, data + 4, GY_SHA256_SIZE);
	return TRUE;
}

/* To the byte: X509_NAME_cmp() takes upper and lower case for the same. */
static gboolean
is_same_name(const X509_NAME *one, const X509_NAME *other)
{
	const guint8 *one_der = NULL, *other_der = NULL;
	gsize one_size = 0, other_size = 0;

	return X509_NAME_get0_der(one, &one_der, &one_size) == 1 &&
	       X509_NAME_get0_der(other, &other_der, &other_size) == 1 && one_size == other_size &&
	       memcmp(one_der, other_der, one_size) == 0;
}

static gboolean
take_certificate(GyOhosPkcs7 *out, const PKCS7_SIGNED *body, const PKCS7_SIGNER_INFO *signer)
{
	const PKCS7_ISSUER_AND_SERIAL *wanted = signer->issuer_and_serial;

	for (int i = 0; i < sk_X509_num(body->cert); i++) {
		X509 *x509 = sk_X509_value(body->cert, i);
		guint8 *der = NULL;
		int size;

		if (!is_same_name(X509_get_issuer_name(x509), wanted->issuer) ||
			ASN1_INTEGER_cmp(X509_get0_serialNumber(x509), wanted->serial) != 0)
			continue;
		size = i2d_X509(x509, &der);
		out->certificate = size > 0 ? gy_certificate_parse(der, (gsize) size) : NULL;
		OPENSSL_free(der);
		return out->certificate != NULL;
	}
	return FALSE;
}

static gboolean
take_signer(GyOhosPkcs7 *out, const PKCS7_SIGNED *body)
{
	const PKCS7_SIGNER_INFO *signer;

	signer = sk_PKCS7_SIGNER_INFO_value(body->signer_info, 0);
	if (!is_algorithm(signer->digest_alg, NID_sha256) ||
		(!is_algorithm(signer->digest_enc_alg, NID_sha256WithRSAEncryption) &&
			!is_algorithm(signer->digest_enc_alg, NID_rsaEncryption)) ||
		sk_X509_ATTRIBUTE_num(signer->auth_attr) > 0)
		return FALSE;
	out->signature = g_bytes_new(
		ASN1_STRING_get0_data(signer->enc_digest), (gsize) ASN1_STRING_length(signer->enc_digest));
	return take_certificate(out, body, signer);
}

/* What OpenSSL reads more generously than DER allows is none of the packager's. */
static gboolean
is_der(PKCS7 *p7, const guint8 *der, gsize size)
{
	guint8 *again = NULL;
	int again_size = i2d_PKCS7(p7, &again);
	gboolean same = again_size > 0 && (gsize) again_size == size && memcmp(again, der, size) == 0;

	OPENSSL_free(again);
	return same;
}

static gboolean
has_known_words(const PKCS7_SIGNED *body)
{
	const PKCS7_SIGNER_INFO *signer;

	if (sk_PKCS7_SIGNER_INFO_num(body->signer_info) != 1 || sk_X509_ALGOR_num(body->md_algs) != 1)
		return FALSE;
	signer = sk_PKCS7_SIGNER_INFO_value(body->signer_info, 0);
	return ASN1_INTEGER_get(body->version) == 1 && ASN1_INTEGER_get(signer->version) == 1 &&
	       is_algorithm(sk_X509_ALGOR_value(body->md_algs, 0), NID_sha256);
}

GyOhosPkcs7 *
gy_ohos_pkcs7_parse(const guint8 *der, gsize size)
{
	const guint8 *at = der;
	g_autoptr(Pkcs7) p7 = size <= G_MAXUINT16 ? d2i_PKCS7(NULL, &at, (long) size) : NULL;
	g_autoptr(GyOhosPkcs7) out = g_new0(GyOhosPkcs7, 1);
	g_autoptr(GBytes) again = NULL;

	ERR_clear_error();
	if (!p7 || at != der + size || !is_der(p7, der, size) || !PKCS7_type_is_signed(p7) || !p7->d.sign ||
		!has_known_words(p7->d.sign) || !take_digest(out, p7->d.sign) ||
		!take_signer(out, p7->d.sign)) {
		ERR_clear_error();
		return NULL;
	}
	again = encode(out->certificate, out->digest, out->signature);
	out->is_exact = again && g_bytes_get_size(again) == size &&
			memcmp(g_bytes_get_data(again, NULL), der, size) == 0;
	return g_steal_pointer(&out);
}
