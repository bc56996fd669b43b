// SPDX-License-Identifier: Apache-2.0
#include "engine/keys/certificate.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <openssl/x509v3.h>

#include "engine/file.h"
#include "engine/keys/digest.h"
#include "engine/keys/key-private.h"

#define CERTIFICATE_MAX 65536
#define SERIAL_SIZE     20 /* RFC 5280 allows no more */

struct _GyCertificate {
	X509 *x509;
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIO, BIO_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIGNUM, BN_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PKCS7_ISSUER_AND_SERIAL, PKCS7_ISSUER_AND_SERIAL_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509_EXTENSION, X509_EXTENSION_free)

void
gy_certificate_free(GyCertificate *certificate)
{
	if (!certificate)
		return;
	X509_free(certificate->x509);
	g_free(certificate);
}

static GyCertificate *
wrap(X509 *x509)
{
	GyCertificate *certificate = g_new0(GyCertificate, 1);

	certificate->x509 = x509;
	return certificate;
}

GyCertificate *
gy_certificate_parse(const guint8 *der, gsize size)
{
	const guint8 *at = der;
	X509 *x509 = size <= CERTIFICATE_MAX ? d2i_X509(NULL, &at, (long) size) : NULL;

	ERR_clear_error();
	if (x509 && at == der + size)
		return wrap(x509);
	X509_free(x509);
	return NULL;
}

GyCertificate *
gy_certificate_load(const char *path, GError **error)
{
	g_autoptr(GBytes) bytes = gy_file_read(path, CERTIFICATE_MAX, error);
	gsize size = 0;
	const guint8 *data = bytes ? g_bytes_get_data(bytes, &size) : NULL;
	g_autoptr(BIO) memory = NULL;
	GyCertificate *certificate;
	X509 *x509;

	if (!bytes)
		return NULL;
	certificate = gy_certificate_parse(data, size);
	if (certificate)
		return certificate;
	memory = BIO_new_mem_buf(data, (int) size);
	x509 = memory ? PEM_read_bio_X509(memory, NULL, NULL, NULL) : NULL;
	if (x509)
		return wrap(x509);
	g_set_error(error, GY_ERROR, GY_ERROR_KEY_UNUSABLE,
		_("%s holds no certificate, neither PEM nor DER (%s)"), path, gy_openssl_reason());
	return NULL;
}

/* ---- making one ----------------------------------------------------------------------------------------- */

static gboolean
set_serial(X509 *x509, EVP_PKEY *pkey, gint64 from)
{
	guint8 *der = NULL;
	int size = i2d_PUBKEY(pkey, &der);
	g_autoptr(GByteArray) seed = g_byte_array_new();
	guint8 digest[GY_SHA256_SIZE];
	g_autoptr(BIGNUM) number = NULL;

	if (size <= 0)
		return FALSE;
	g_byte_array_append(seed, der, (guint) size);
	from = GINT64_TO_LE(from);
	g_byte_array_append(seed, (const guint8 *) &from, sizeof from);
	OPENSSL_free(der);
	gy_sha256(seed->data, seed->len, digest);
	digest[0] &= 0x7F;
	number = BN_bin2bn(digest, SERIAL_SIZE, NULL);
	return number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x509));
}

static gboolean
add_extension(X509 *x509, int nid, const char *value)
{
	X509V3_CTX context;
	g_autoptr(X509_EXTENSION) extension = NULL;

	X509V3_set_ctx(&context, x509, x509, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	return extension && X509_add_ext(x509, extension, -1) == 1;
}

static gboolean
fill(X509 *x509, EVP_PKEY *pkey, const char *name, gint64 from, guint days)
{
	X509_NAME *subject = X509_get_subject_name(x509);
	time_t start = (time_t) from;

	return X509_set_version(x509, X509_VERSION_3) == 1 && set_serial(x509, pkey, from) &&
	       X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const guint8 *) name, -1, -1, 0) ==
		       1 &&
	       X509_set_issuer_name(x509, subject) == 1 &&
	       X509_time_adj_ex(X509_getm_notBefore(x509), 0, 0, &start) &&
	       X509_time_adj_ex(X509_getm_notAfter(x509), (int) days, 0, &start) &&
	       X509_set_pubkey(x509, pkey) == 1 && add_extension(x509, NID_subject_key_identifier, "hash") &&
	       add_extension(x509, NID_authority_key_identifier, "keyid:always") &&
	       add_extension(x509, NID_basic_constraints, "critical,CA:TRUE");
}

GyCertificate *
gy_certificate_make(const GyPrivateKey *key, const char *name, gint64 from, guint days, GError **error)
{
	g_autoptr(GyCertificate) certificate = wrap(X509_new());

	ERR_clear_error();
	if (certificate->x509 && fill(certificate->x509, key->pkey, name, from, days) &&
		X509_sign(certificate->x509, key->pkey, EVP_sha256()) > 0)
		return g_steal_pointer(&certificate);
	g_set_error(error, GY_ERROR, GY_ERROR_KEY_UNUSABLE, _("no certificate could be made for \"%s\" (%s)"),
		name, gy_openssl_reason());
	return NULL;
}

/* ---- what it says --------------------------------------------------------------------------------------- */

GBytes *
gy_certificate_pem(const GyCertificate *certificate)
{
	g_autoptr(BIO) memory = BIO_new(BIO_s_mem());
	char *data = NULL;
	long size;

	if (!memory || PEM_write_bio_X509(memory, certificate->x509) != 1)
		g_return_val_if_reached(NULL);
	size = BIO_get_mem_data(memory, &data);
	return g_bytes_new(data, (gsize) size);
}

/* Of what OpenSSL encoded into memory of its own. */
static GBytes *
take_der(guint8 *der, int size)
{
	GBytes *bytes;

	g_return_val_if_fail(size > 0, NULL);
	bytes = g_bytes_new(der, (gsize) size);
	OPENSSL_free(der);
	return bytes;
}

GBytes *
gy_certificate_der(const GyCertificate *certificate)
{
	guint8 *der = NULL;
	int size = i2d_X509(certificate->x509, &der);

	return take_der(der, size);
}

GBytes *
gy_certificate_issuer_and_serial(const GyCertificate *certificate)
{
	g_autoptr(PKCS7_ISSUER_AND_SERIAL) both = PKCS7_ISSUER_AND_SERIAL_new();
	guint8 *der = NULL;
	int size;

	if (!both || X509_NAME_set(&both->issuer, X509_get_issuer_name(certificate->x509)) != 1 ||
		ASN1_STRING_copy(both->serial, X509_get0_serialNumber(certificate->x509)) != 1)
		g_return_val_if_reached(NULL);
	size = i2d_PKCS7_ISSUER_AND_SERIAL(both, &der);
	return take_der(der, size);
}

GyPublicKey *
gy_certificate_public(const GyCertificate *certificate)
{
	EVP_PKEY *pkey = X509_get0_pubkey(certificate->x509);
	GyPublicKey *key = pkey ? gy_public_key_new_copy(pkey) : NULL;

	ERR_clear_error();
	return key;
}

gboolean
gy_certificate_is_of(const GyCertificate *certificate, const GyPublicKey *key)
{
	EVP_PKEY *pkey = X509_get0_pubkey(certificate->x509);
	gboolean same = pkey && EVP_PKEY_eq(pkey, key->pkey) == 1;

	ERR_clear_error();
	return same;
}

/* By its names or by its key identifiers; both, unless it is damaged. OpenSSL gives no identifiers of what is too damaged. */
static gboolean
names_itself(X509 *x509)
{
	const ASN1_OCTET_STRING *own = X509_get0_subject_key_id(x509);
	const ASN1_OCTET_STRING *issuer = X509_get0_authority_key_id(x509);

	return X509_NAME_cmp(X509_get_issuer_name(x509), X509_get_subject_name(x509)) == 0 || !own ||
	       (issuer && ASN1_OCTET_STRING_cmp(own, issuer) == 0);
}

gboolean
gy_certificate_is_damaged(const GyCertificate *certificate)
{
	X509 *x509 = certificate->x509;
	EVP_PKEY *pkey = X509_get0_pubkey(x509);
	gboolean damaged = names_itself(x509) && (!pkey || X509_verify(x509, pkey) != 1);

	ERR_clear_error();
	return damaged;
}

gboolean
gy_certificate_has_key_identifier(const GyCertificate *certificate)
{
	return X509_get0_subject_key_id(certificate->x509) != NULL;
}

gboolean
gy_certificate_is_rsa_sha256(const GyCertificate *certificate)
{
	return X509_get_signature_nid(certificate->x509) == NID_sha256WithRSAEncryption;
}
