// SPDX-License-Identifier: Apache-2.0
#include "engine/keys/key.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include "engine/keys/digest.h"
#include "engine/keys/key-open.h"
#include "engine/keys/key-private.h"
#include "engine/keys/key-rsa.h"

#define COORDINATE_SIZE 32

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_MD_CTX, EVP_MD_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIGNUM, BN_clear_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BN_CTX, BN_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ECDSA_SIG, ECDSA_SIG_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EC_GROUP, EC_GROUP_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EC_POINT, EC_POINT_free)

void
gy_private_key_free(GyPrivateKey *key)
{
	if (!key)
		return;
	EVP_PKEY_free(key->pkey);
	g_free(key);
}

void
gy_public_key_free(GyPublicKey *key)
{
	if (!key)
		return;
	EVP_PKEY_free(key->pkey);
	g_free(key);
}

const char *
gy_key_type_name(GyKeyType type)
{
	switch (type) {
	case GY_KEY_BP256R1: return "bp256r1";
	case GY_KEY_RSA2048: return "rsa2048";
	case GY_KEY_RSA3072: return "rsa3072";
	}
	g_return_val_if_reached("unknown");
}

/* The newest entry of OpenSSL's queue says best what was wrong. Empties the queue. */
const char *
gy_openssl_reason(void)
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());

	ERR_clear_error();
	return reason ? reason : _("OpenSSL gives no reason");
}

/* ---- loading -------------------------------------------------------------------------------------------- */

/* "EC on prime256v1", "RSA with 2048 bits" */
static char *
describe_key(EVP_PKEY *pkey)
{
	char curve[64] = "";
	gsize length = 0;

	if (EVP_PKEY_is_a(pkey, "EC")) {
		if (EVP_PKEY_get_group_name(pkey, curve, sizeof curve, &length))
			return g_strdup_printf(
				_("EC on %s%s"), curve, strcmp(curve, "prime256v1") == 0 ? " (P-256)" : "");
		return g_strdup(_("EC on a curve without a name"));
	}
	return g_strdup_printf(_("%s with %d bits"), EVP_PKEY_get0_type_name(pkey), EVP_PKEY_get_bits(pkey));
}

/* 0 for a type that nothing here needs. */
static guint
type_of(EVP_PKEY *pkey)
{
	char curve[64] = "";
	gsize length = 0;

	if (EVP_PKEY_is_a(pkey, "RSA"))
		return EVP_PKEY_get_bits(pkey) == 2048   ? GY_KEY_RSA2048
		       : EVP_PKEY_get_bits(pkey) == 3072 ? GY_KEY_RSA3072
							 : 0;
	if (EVP_PKEY_is_a(pkey, "EC") && EVP_PKEY_get_group_name(pkey, curve, sizeof curve, &length) &&
		strcmp(curve, GY_KEY_CURVE) == 0)
		return GY_KEY_BP256R1;
	return 0;
}

/* (transfer full): "EC on brainpoolP256r1 (bp256r1)", "RSA with 2048 bits (rsa2048) or RSA with 3072 bits (rsa3072)" */
static char *
describe_types(guint types)
{
	static const struct {
		GyKeyType type;
		const char *description;
	} known[] = {
		{GY_KEY_BP256R1, N_("EC on brainpoolP256r1")},
		{GY_KEY_RSA2048, N_("RSA with 2048 bits")},
		{GY_KEY_RSA3072, N_("RSA with 3072 bits")},
	};
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < G_N_ELEMENTS(known); i++)
		if (types & known[i].type)
			g_string_append_printf(text, "%s%s (%s)", text->len ? _(" or ") : "",
				_(known[i].description), gy_key_type_name(known[i].type));
	return g_string_free(text, FALSE);
}

static gboolean
check_type(EVP_PKEY *pkey, guint types, const char *uri, const char *what, GError **error)
{
	g_autofree char *shown = NULL;
	g_autofree char *found = NULL;
	g_autofree char *needed = NULL;
	guint type = type_of(pkey);

	ERR_clear_error();
	if (type & types)
		return TRUE;
	found = describe_key(pkey);
	needed = describe_types(types);
	shown = gy_key_shown_uri(uri);
	ERR_clear_error();
	g_set_error(error, GY_ERROR, GY_ERROR_KEY_OTHER_TYPE, _("the %s key %s is %s, but %s is needed"),
		what, shown, found, needed);
	return FALSE;
}

static gboolean
get_coordinate(EVP_PKEY *pkey, const char *parameter, guint8 *out)
{
	BIGNUM *raw = NULL;
	gboolean done = EVP_PKEY_get_bn_param(pkey, parameter, &raw) &&
			BN_bn2binpad(raw, out, COORDINATE_SIZE) == COORDINATE_SIZE;

	BN_free(raw);
	return done;
}

static gboolean
get_xy(EVP_PKEY *pkey, guint8 xy[64])
{
	guint8 *point = NULL;
	gsize size;
	gboolean done;

	if (get_coordinate(pkey, OSSL_PKEY_PARAM_EC_PUB_X, xy) &&
		get_coordinate(pkey, OSSL_PKEY_PARAM_EC_PUB_Y, xy + COORDINATE_SIZE))
		return TRUE;
	/* a key on a token only gives the whole point */
	size = EVP_PKEY_get1_encoded_public_key(pkey, &point);
	done = size == 65 && point[0] == 0x04;
	if (done)
		memcpy(xy, point + 1, 64);
	OPENSSL_free(point);
	return done;
}

/* Whether its public half can be had, which a token need not give. */
static gboolean
has_public_half(EVP_PKEY *pkey)
{
	g_autoptr(GyPublicKey) public = gy_public_key_new_copy(pkey);

	return public != NULL;
}

GyPrivateKey *
gy_private_key_load(const char *uri, guint types, const char *what, GyPassphrase *passphrase, GError **error)
{
	g_autoptr(EVP_PKEY) pkey = gy_pkey_open(uri, what, passphrase, TRUE, error);
	g_autoptr(GyPrivateKey) key = NULL;

	if (!pkey || !check_type(pkey, types, uri, what, error))
		return NULL;
	if (!has_public_half(pkey)) {
		g_autofree char *shown = gy_key_shown_uri(uri);

		g_set_error(error, GY_ERROR, GY_ERROR_KEY_UNUSABLE,
			_("the %s key %s does not give its public half (%s)"), what, shown,
			gy_openssl_reason());
		return NULL;
	}
	key = g_new0(GyPrivateKey, 1);
	key->pkey = g_steal_pointer(&pkey);
	return g_steal_pointer(&key);
}

GyPublicKey *
gy_public_key_load(const char *uri, guint types, const char *what, GyPassphrase *passphrase, GError **error)
{
	g_autoptr(EVP_PKEY) pkey = gy_pkey_open(uri, what, passphrase, FALSE, error);
	GyPublicKey *key;

	if (!pkey || !check_type(pkey, types, uri, what, error))
		return NULL;
	key = gy_public_key_new_copy(pkey);
	if (!key) {
		g_autofree char *shown = gy_key_shown_uri(uri);

		g_set_error(error, GY_ERROR, GY_ERROR_KEY_UNUSABLE, _("the %s key %s is not a valid %s key"),
			what, shown, gy_key_type_name((GyKeyType) type_of(pkey)));
	}
	return key;
}

GyKeyType
gy_private_key_type(const GyPrivateKey *key)
{
	return (GyKeyType) type_of(key->pkey);
}

GyKeyType
gy_public_key_type(const GyPublicKey *key)
{
	return (GyKeyType) type_of(key->pkey);
}

/* ---- public keys ---------------------------------------------------------------------------------------- */

/* Built anew from its public numbers, so that no private half stays with it. */
static GyPublicKey *
copy_rsa(EVP_PKEY *pkey)
{
	guint8 *der = NULL;
	int size = i2d_PUBKEY(pkey, &der);
	const guint8 *at = der;
	EVP_PKEY *public = size > 0 ? d2i_PUBKEY(NULL, &at, size) : NULL;
	GyPublicKey *key;

	OPENSSL_free(der);
	if (!public)
		return NULL;
	key = g_new0(GyPublicKey, 1);
	key->pkey = public;
	return key;
}

GyPublicKey *
gy_public_key_new_copy(EVP_PKEY *pkey)
{
	guint8 xy[64];

	if (type_of(pkey) & GY_KEY_RSA)
		return copy_rsa(pkey);
	return get_xy(pkey, xy) ? gy_public_key_from_xy(xy, NULL) : NULL;
}

GyPublicKey *
gy_private_key_public(const GyPrivateKey *key)
{
	/* could be had when the key was loaded */
	return gy_public_key_new_copy(key->pkey);
}

static EVP_PKEY *
pkey_from_point(const guint8 *point, gsize size)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	char curve[] = GY_KEY_CURVE;
	OSSL_PARAM parameters[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, curve, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, (void *) point, size),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY *pkey = NULL;

	if (context && EVP_PKEY_fromdata_init(context) == 1)
		(void) EVP_PKEY_fromdata(context, &pkey, EVP_PKEY_PUBLIC_KEY, parameters);
	EVP_PKEY_CTX_free(context);
	return pkey;
}

GyPublicKey *
gy_public_key_from_xy(const guint8 xy[64], GError **error)
{
	guint8 point[65] = {0x04};
	GyPublicKey *key;
	EVP_PKEY *pkey;

	memcpy(point + 1, xy, 64);
	ERR_clear_error();
	pkey = pkey_from_point(point, sizeof point);
	ERR_clear_error();
	if (!pkey) {
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_UNUSABLE, _("X and Y are no point on %s"),
			GY_KEY_CURVE);
		return NULL;
	}
	key = g_new0(GyPublicKey, 1);
	key->pkey = pkey;
	return key;
}

void
gy_public_key_get_xy(const GyPublicKey *key, guint8 xy[64])
{
	if (!get_xy(key->pkey, xy))
		g_return_if_reached();
}

/* ---- signatures ----------------------------------------------------------------------------------------- */

gboolean
gy_signature_from_der(const guint8 *der, gsize size, guint8 signature[64])
{
	const guint8 *at = der;
	g_autoptr(ECDSA_SIG) parts = size <= 160 ? d2i_ECDSA_SIG(NULL, &at, (long) size) : NULL;
	guint8 raw[64];

	ERR_clear_error();
	if (!parts || at != der + size || BN_bn2binpad(ECDSA_SIG_get0_r(parts), raw, COORDINATE_SIZE) < 0 ||
		BN_bn2binpad(ECDSA_SIG_get0_s(parts), raw + COORDINATE_SIZE, COORDINATE_SIZE) < 0)
		return FALSE;
	memcpy(signature, raw, sizeof raw);
	return TRUE;
}

gboolean
gy_private_key_sign(
	const GyPrivateKey *key, const guint8 *data, gsize size, guint8 signature[64], GError **error)
{
	g_autoptr(EVP_MD_CTX) context = EVP_MD_CTX_new();
	guint8 der[160];
	gsize der_size = sizeof der;

	ERR_clear_error();
	if (!context || EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key->pkey) != 1 ||
		EVP_DigestSign(context, der, &der_size, data, size) != 1 ||
		!gy_signature_from_der(der, der_size, signature)) {
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_UNUSABLE, _("the key could not sign (%s)"),
			gy_openssl_reason());
		return FALSE;
	}
	return TRUE;
}

/* r and s as the two halves of the field. */
static ECDSA_SIG *
join_signature(const guint8 signature[64])
{
	ECDSA_SIG *parts = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(signature, COORDINATE_SIZE, NULL);
	BIGNUM *s = BN_bin2bn(signature + COORDINATE_SIZE, COORDINATE_SIZE, NULL);

	if (parts && r && s && ECDSA_SIG_set0(parts, r, s))
		return parts;
	ECDSA_SIG_free(parts);
	BN_free(r);
	BN_free(s);
	return NULL;
}

gboolean
gy_public_key_verify(const GyPublicKey *key, const guint8 *data, gsize size, const guint8 signature[64])
{
	g_autoptr(EVP_MD_CTX) context = EVP_MD_CTX_new();
	g_autoptr(ECDSA_SIG) parts = join_signature(signature);
	guint8 *der = NULL;
	int der_size = parts ? i2d_ECDSA_SIG(parts, &der) : -1;
	gboolean good = der_size > 0 && context &&
			EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key->pkey) == 1 &&
			EVP_DigestVerify(context, der, (gsize) der_size, data, size) == 1;

	OPENSSL_free(der);
	ERR_clear_error();
	return good;
}

/* One of the two keys that may have made the signature: Q = (s R - e G) / r, with R at x = r and the given parity. */
static GyPublicKey *
recover_one(const EC_GROUP *group, const ECDSA_SIG *parts, const BIGNUM *e, int parity, BN_CTX *numbers)
{
	const BIGNUM *order = EC_GROUP_get0_order(group);
	g_autoptr(EC_POINT) at = EC_POINT_new(group);
	g_autoptr(EC_POINT) key = EC_POINT_new(group);
	g_autoptr(BIGNUM) inverse = BN_mod_inverse(NULL, ECDSA_SIG_get0_r(parts), order, numbers);
	g_autoptr(BIGNUM) u1 = BN_new();
	g_autoptr(BIGNUM) u2 = BN_new();
	guint8 point[65];

	if (!at || !key || !inverse || !u1 || !u2 ||
		!EC_POINT_set_compressed_coordinates(group, at, ECDSA_SIG_get0_r(parts), parity, numbers) ||
		!BN_mod_mul(u1, e, inverse, order, numbers) || !BN_sub(u1, order, u1) ||
		!BN_mod_mul(u2, ECDSA_SIG_get0_s(parts), inverse, order, numbers) ||
		!EC_POINT_mul(group, key, u1, at, u2, numbers) ||
		EC_POINT_point2oct(group, key, POINT_CONVERSION_UNCOMPRESSED, point, sizeof point, numbers) !=
			sizeof point)
		return NULL;
	return gy_public_key_from_xy(point + 1, NULL);
}

GPtrArray *
gy_public_key_recover(const guint8 *data, gsize size, const guint8 signature[64])
{
	GPtrArray *keys = g_ptr_array_new_with_free_func((GDestroyNotify) gy_public_key_free);
	g_autoptr(EC_GROUP) group = EC_GROUP_new_by_curve_name(NID_brainpoolP256r1);
	g_autoptr(ECDSA_SIG) parts = join_signature(signature);
	g_autoptr(BN_CTX) numbers = BN_CTX_new();
	guint8 digest[GY_SHA256_SIZE];
	g_autoptr(BIGNUM) e = NULL;

	gy_sha256(data, size, digest);
	e = BN_bin2bn(digest, sizeof digest, NULL);
	for (int parity = 0; group && parts && numbers && e && parity < 2; parity++) {
		g_autoptr(GyPublicKey) key = recover_one(group, parts, e, parity, numbers);

		/* asked again in the ordinary way: what comes out of here is never taken on faith */
		if (key && gy_public_key_verify(key, data, size, signature))
			g_ptr_array_add(keys, g_steal_pointer(&key));
	}
	ERR_clear_error();
	return keys;
}
