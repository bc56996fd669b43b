// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/error.h"

/**
 * GyPassphrase:
 * @ask: called when a key is encrypted. @what names the key, such as "root"; returns (transfer full) the
 *   passphrase, or %NULL with @error
 * @data: for @ask
 *
 * Where passphrases come from. The engine clears each one from memory after use.
 */
typedef struct {
	char *(*ask)(const char *what, const char *uri, gpointer data, GError **error);
	gpointer data;
} GyPassphrase;

/** GyKeyType: what kind of key; the words of `gantry key new --type`. Flags, where any of several is taken. */
typedef enum {
	GY_KEY_BP256R1 = 1 << 0, /* ECDSA on brainpoolP256r1 (RFC 5639) */
	GY_KEY_RSA2048 = 1 << 1, /* see key-rsa.h */
	GY_KEY_RSA3072 = 1 << 2,
} GyKeyType;

#define GY_KEY_RSA (GY_KEY_RSA2048 | GY_KEY_RSA3072)
#define GY_KEY_ANY (GY_KEY_BP256R1 | GY_KEY_RSA)

/** GyPrivateKey: a signing key. It stays inside OpenSSL: nothing of it is ever copied, shown or logged. */
typedef struct _GyPrivateKey GyPrivateKey;
/** GyPublicKey: a verification key. */
typedef struct _GyPublicKey GyPublicKey;

void gy_private_key_free(GyPrivateKey *key);
void gy_public_key_free(GyPublicKey *key);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyPrivateKey, gy_private_key_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyPublicKey, gy_public_key_free)

/**
 * gy_private_key_load:
 * @uri: a path or a URI that OSSL_STORE understands
 * @types: the types that are taken (#GyKeyType)
 * @what: names the key in messages and when a passphrase is asked for, such as "root"
 * @passphrase: (nullable): asked if the key is encrypted
 * @error: return location
 *
 * Returns: (transfer full): the key, or %NULL with %GY_ERROR_KEY_NOT_FOUND, %GY_ERROR_KEY_PASSPHRASE,
 *   %GY_ERROR_KEY_OTHER_TYPE (names what was found and what is needed) or %GY_ERROR_KEY_UNUSABLE
 */
GyPrivateKey *gy_private_key_load(const char *uri, guint types, const char *what, GyPassphrase *passphrase,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_public_key_load: the same for a public key; the file may hold a private key or a certificate, of which the public
 * key is taken. */
GyPublicKey *gy_public_key_load(const char *uri, guint types, const char *what, GyPassphrase *passphrase,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_private_key_public: (transfer full): the public half. */
GyPublicKey *gy_private_key_public(const GyPrivateKey *key);

GyKeyType gy_private_key_type(const GyPrivateKey *key);
GyKeyType gy_public_key_type(const GyPublicKey *key);

/**
 * gy_public_key_from_xy:
 * @xy: X then Y, 32 bytes each, big endian
 * @error: return location
 *
 * Returns: (transfer full): a brainpoolP256r1 key, or %NULL with %GY_ERROR_KEY_UNUSABLE if the point is not on
 *   the curve
 */
GyPublicKey *gy_public_key_from_xy(const guint8 xy[64], GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_public_key_get_xy: X then Y, 32 bytes each, big endian. */
void gy_public_key_get_xy(const GyPublicKey *key, guint8 xy[64]);

/**
 * gy_private_key_sign:
 * @key: a brainpoolP256r1 key
 * @data: what is signed; hashed with SHA-256 here
 * @size: bytes of @data
 * @signature: r then s, 32 bytes each, big endian, left-padded with zeros
 * @error: return location
 */
gboolean gy_private_key_sign(const GyPrivateKey *key, const guint8 *data, gsize size, guint8 signature[64],
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_public_key_verify: whether @signature (r then s, as above) over SHA-256 of @data was made by @key. */
gboolean gy_public_key_verify(
	const GyPublicKey *key, const guint8 *data, gsize size, const guint8 signature[64]);

/** gy_signature_from_der: a signature in DER as r then s; %FALSE (and @signature unchanged) if it is none. */
gboolean gy_signature_from_der(const guint8 *der, gsize size, guint8 signature[64]);

/**
 * gy_public_key_recover:
 * @data: what was signed
 * @size: bytes of @data
 * @signature: r then s, as above
 *
 * The keys that could have made a signature: it names its key up to a choice of two. With the digest of the key that
 * a board keeps, this tells whether the board will accept the signature although it never shows its key.
 *
 * Returns: (transfer full) (element-type GyPublicKey): none to two keys, all of which verify @signature
 */
GPtrArray *gy_public_key_recover(const guint8 *data, gsize size, const guint8 signature[64]);

/**
 * gy_key_generate:
 * @type: what kind
 * @private_path: gets the private key as PEM (PKCS#8), readable by the owner only
 * @public_path: (nullable): gets the public key as PEM
 * @passphrase: (nullable): encrypts the private key when given
 * @error: return location
 *
 * Refuses to replace a file that is there.
 */
gboolean gy_key_generate(GyKeyType type, const char *private_path, const char *public_path,
	GyPassphrase *passphrase, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_key_type_name: "bp256r1". */
const char *gy_key_type_name(GyKeyType type);
