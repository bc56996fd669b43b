// SPDX-License-Identifier: Apache-2.0
#include "engine/key.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <openssl/x509.h>

#include "engine/digest.h"
#include "engine/key-private.h"
#include "engine/key-rsa.h"
#include "engine/key-token.h"

#define COORDINATE_SIZE 32
#define CURVE           "brainpoolP256r1"
#define KEY_FILE_MAX    (1 << 20)

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_MD_CTX, EVP_MD_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIGNUM, BN_clear_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BN_CTX, BN_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIO, BIO_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ECDSA_SIG, ECDSA_SIG_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EC_GROUP, EC_GROUP_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EC_POINT, EC_POINT_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(UI_METHOD, UI_destroy_method)

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
	return reason ? reason : "OpenSSL gives no reason";
}

/* ---- loading -------------------------------------------------------------------------------------------- */

typedef struct {
	const char *what;
	const char *uri;
	GyPassphrase *passphrase;
	gboolean asked;
	GError *error;
} Asking;

static int
answer_passphrase(char *buffer, int size, int for_writing, void *data)
{
	Asking *asking = data;
	char *answer;
	gsize length;

	asking->asked = TRUE;
	if (asking->error)
		return -1;
	if (!asking->passphrase || !asking->passphrase->ask) {
		g_set_error(&asking->error, GY_ERROR, GY_ERROR_KEY_PASSPHRASE,
			"the %s key %s is encrypted, and no passphrase was given", asking->what, asking->uri);
		return -1;
	}
	answer = asking->passphrase->ask(asking->what, asking->uri, asking->passphrase->data, &asking->error);
	if (!answer) {
		if (!asking->error)
			g_set_error(&asking->error, GY_ERROR, GY_ERROR_KEY_PASSPHRASE,
				"no passphrase was given for the %s key %s", asking->what, asking->uri);
		return -1;
	}
	length = strlen(answer);
	if (size < 0 || length > (gsize) size) {
		g_set_error(&asking->error, GY_ERROR, GY_ERROR_KEY_PASSPHRASE,
			"the passphrase for the %s key is longer than %d bytes", asking->what, size);
		OPENSSL_cleanse(answer, length);
		g_free(answer);
		return -1;
	}
	memcpy(buffer, answer, length);
	OPENSSL_cleanse(answer, length);
	g_free(answer);
	return (int) length;
}

static gboolean
is_uri(const char *text)
{
	const char *at = text;

	while (g_ascii_isalnum(*at) || *at == '+' || *at == '-' || *at == '.')
		at++;
	/* one letter before the colon is no scheme that exists, but may well be a path */
	return *at == ':' && at - text > 1;
}

/* A path becomes absolute, so that a colon in it is never taken for a scheme. */
static char *
store_name(const char *uri, const char *what, GError **error)
{
	struct stat about;

	if (is_uri(uri) && !g_file_test(uri, G_FILE_TEST_EXISTS))
		return g_strdup(uri);
	if (stat(uri, &about) != 0) {
		g_set_error(error, GY_ERROR,
			errno == ENOENT || errno == ENOTDIR ? GY_ERROR_KEY_NOT_FOUND : GY_ERROR_KEY_UNUSABLE,
			"the %s key %s: %s", what, uri, g_strerror(errno));
		return NULL;
	}
	if (!S_ISREG(about.st_mode) || about.st_size > KEY_FILE_MAX) {
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_UNUSABLE, "the %s key %s is %s", what, uri,
			S_ISREG(about.st_mode) ? "too large for a key" : "not a regular file");
		return NULL;
	}
	return g_canonicalize_filename(uri, NULL);
}

static EVP_PKEY *
key_of(OSSL_STORE_INFO *info, gboolean is_private)
{
	X509 *certificate;

	switch (OSSL_STORE_INFO_get_type(info)) {
	case OSSL_STORE_INFO_PKEY: return OSSL_STORE_INFO_get1_PKEY(info);
	case OSSL_STORE_INFO_PUBKEY: return is_private ? NULL : OSSL_STORE_INFO_get1_PUBKEY(info);
	case OSSL_STORE_INFO_CERT:
		certificate = is_private ? NULL : OSSL_STORE_INFO_get0_CERT(info);
		return certificate ? X509_get_pubkey(certificate) : NULL;
	default: return NULL;
	}
}

/* The first key in the store; whatever stands beside it, such as curve parameters, is passed over. */
static EVP_PKEY *
first_key(OSSL_STORE_CTX *store, gboolean is_private)
{
	EVP_PKEY *pkey = NULL;

	while (!pkey && !OSSL_STORE_eof(store)) {
		OSSL_STORE_INFO *info = OSSL_STORE_load(store);

		if (!info && OSSL_STORE_error(store))
			break;
		if (!info)
			continue;
		pkey = key_of(info, is_private);
		OSSL_STORE_INFO_free(info);
	}
	return pkey;
}

static void
set_load_error(GError **error, Asking *asking, gboolean is_private)
{
	const char *reason = gy_openssl_reason();

	if (asking->error) {
		g_propagate_error(error, g_steal_pointer(&asking->error));
		return;
	}
	if (asking->asked)
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_PASSPHRASE,
			"the passphrase does not open the %s key %s", asking->what, asking->uri);
	else
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_UNUSABLE,
			"the %s key %s holds no %s key that can be read (%s)", asking->what, asking->uri,
			is_private ? "private" : "public", reason);
}

static EVP_PKEY *
load_any(const char *uri, const char *what, GyPassphrase *passphrase, gboolean is_private, GError **error)
{
	Asking asking = {.what = what, .uri = uri, .passphrase = passphrase};
	g_autoptr(UI_METHOD) ui = UI_UTIL_wrap_read_pem_callback(answer_passphrase, 0);
	g_autofree char *name = store_name(uri, what, error);
	OSSL_STORE_CTX *store;
	EVP_PKEY *pkey = NULL;

	if (!name)
		return NULL;
	ERR_clear_error();
	store = OSSL_STORE_open(name, ui, &asking, NULL, NULL);
	if (store) {
		pkey = first_key(store, is_private);
		OSSL_STORE_close(store);
	} else if (g_str_has_prefix(name, "pkcs11:")) {
		/* no provider knows the scheme; what is in the queue is about that */
		ERR_clear_error();
		pkey = gy_token_load(name, is_private, ui, &asking);
	} else {
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_NOT_FOUND, "the %s key %s cannot be opened (%s)",
			what, uri, gy_openssl_reason());
		return NULL;
	}
	if (!pkey && !is_private && !asking.asked)
		pkey = gy_rsa_public_from_der(name);
	if (!pkey)
		set_load_error(error, &asking, is_private);
	g_clear_error(&asking.error);
	ERR_clear_error();
	return pkey;
}

/* "EC on prime256v1", "RSA with 2048 bits" */
static char *
describe_key(EVP_PKEY *pkey)
{
	char curve[64] = "";
	gsize length = 0;

	if (EVP_PKEY_is_a(pkey, "EC")) {
		if (EVP_PKEY_get_group_name(pkey, curve, sizeof curve, &length))
			return g_strdup_printf(
				"EC on %s%s", curve, strcmp(curve, "prime256v1") == 0 ? " (P-256)" : "");
		return g_strdup("EC on a curve without a name");
	}
	return g_strdup_printf("%s with %d bits", EVP_PKEY_get0_type_name(pkey), EVP_PKEY_get_bits(pkey));
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
		strcmp(curve, CURVE) == 0)
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
		{GY_KEY_BP256R1, "EC on " CURVE},
		{GY_KEY_RSA2048, "RSA with 2048 bits"},
		{GY_KEY_RSA3072, "RSA with 3072 bits"},
	};
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < G_N_ELEMENTS(known); i++)
		if (types & known[i].type)
			g_string_append_printf(text, "%s%s (%s)", text->len ? " or " : "",
				known[i].description, gy_key_type_name(known[i].type));
	return g_string_free(text, FALSE);
}

static gboolean
check_type(EVP_PKEY *pkey, guint types, const char *uri, const char *what, GError **error)
{
	g_autofree char *found = NULL;
	g_autofree char *needed = NULL;
	guint type = type_of(pkey);

	ERR_clear_error();
	if (type & types)
		return TRUE;
	found = describe_key(pkey);
	needed = describe_types(types);
	ERR_clear_error();
	g_set_error(error, GY_ERROR, GY_ERROR_KEY_OTHER_TYPE, "the %s key %s is %s, but %s is needed", what,
		uri, found, needed);
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
	g_autoptr(EVP_PKEY) pkey = load_any(uri, what, passphrase, TRUE, error);
	g_autoptr(GyPrivateKey) key = NULL;

	if (!pkey || !check_type(pkey, types, uri, what, error))
		return NULL;
	if (!has_public_half(pkey)) {
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_UNUSABLE,
			"the %s key %s does not give its public half (%s)", what, uri, gy_openssl_reason());
		return NULL;
	}
	key = g_new0(GyPrivateKey, 1);
	key->pkey = g_steal_pointer(&pkey);
	return g_steal_pointer(&key);
}

GyPublicKey *
gy_public_key_load(const char *uri, guint types, const char *what, GyPassphrase *passphrase, GError **error)
{
	g_autoptr(EVP_PKEY) pkey = load_any(uri, what, passphrase, FALSE, error);
	GyPublicKey *key;

	if (!pkey || !check_type(pkey, types, uri, what, error))
		return NULL;
	key = gy_public_key_new_copy(pkey);
	if (!key)
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_UNUSABLE, "the %s key %s is not a valid %s key",
			what, uri, gy_key_type_name((GyKeyType) type_of(pkey)));
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
	char curve[] = CURVE;
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
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_UNUSABLE, "X and Y are no point on " CURVE);
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
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_UNUSABLE, "the key could not sign (%s)",
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

/* ---- new keys ------------------------------------------------------------------------------------------- */

/* Puts the content of @memory into a file that was not there. */
static gboolean
write_new_file(const char *path, BIO *memory, mode_t mode, GError **error)
{
	char *data = NULL;
	long size = BIO_get_mem_data(memory, &data);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	gboolean done;
	int number;

	if (fd < 0) {
		g_set_error(error, GY_ERROR, GY_ERROR_FILE_NOT_WRITABLE, "%s: %s", path, g_strerror(errno));
		return FALSE;
	}
	done = size > 0 && write(fd, data, (gsize) size) == size && fsync(fd) == 0;
	number = errno;
	if (close(fd) != 0 || !done) {
		unlink(path);
		g_set_error(error, GY_ERROR,
			number == ENOSPC ? GY_ERROR_FILE_DISK_FULL : GY_ERROR_FILE_NOT_WRITABLE, "%s: %s",
			path, g_strerror(number));
		return FALSE;
	}
	return TRUE;
}

static gboolean
encode_private(BIO *memory, EVP_PKEY *pkey, const char *path, GyPassphrase *passphrase, GError **error)
{
	Asking asking = {.what = "new", .uri = path, .passphrase = passphrase};
	gboolean done = PEM_write_bio_PKCS8PrivateKey(memory, pkey, passphrase ? EVP_aes_256_cbc() : NULL,
				NULL, 0, passphrase ? answer_passphrase : NULL, &asking) == 1;

	if (asking.error) {
		g_propagate_error(error, asking.error);
		ERR_clear_error();
		return FALSE;
	}
	if (!done)
		g_set_error(error, GY_ERROR, GY_ERROR_INTERNAL, "the new key could not be written (%s)",
			gy_openssl_reason());
	return done;
}

static EVP_PKEY *
generate(GyKeyType type)
{
	switch (type) {
	case GY_KEY_BP256R1: return EVP_EC_gen(CURVE);
	case GY_KEY_RSA2048: return EVP_RSA_gen(2048);
	case GY_KEY_RSA3072: return EVP_RSA_gen(3072);
	}
	g_return_val_if_reached(NULL);
}

gboolean
gy_key_generate(GyKeyType type, const char *private_path, const char *public_path, GyPassphrase *passphrase,
	GError **error)
{
	g_autoptr(EVP_PKEY) pkey = NULL;
	g_autoptr(BIO) private_pem = BIO_new(BIO_s_secmem());
	g_autoptr(BIO) public_pem = BIO_new(BIO_s_mem());

	ERR_clear_error();
	pkey = generate(type);
	if (!pkey || !private_pem || !public_pem || PEM_write_bio_PUBKEY(public_pem, pkey) != 1) {
		g_set_error(error, GY_ERROR, GY_ERROR_INTERNAL,
			"OpenSSL could not make a key of type %s (%s)", gy_key_type_name(type),
			gy_openssl_reason());
		return FALSE;
	}
	if (!encode_private(private_pem, pkey, private_path, passphrase, error))
		return FALSE;
	if (!write_new_file(private_path, private_pem, 0600, error))
		return FALSE;
	if (public_path && !write_new_file(public_path, public_pem, 0666, error)) {
		unlink(private_path);
		return FALSE;
	}
	return TRUE;
}
