// SPDX-License-Identifier: Apache-2.0
#include <glib.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

#include "device-agent/ports/crypto/rsa-pss.h"

typedef struct {
	EVP_PKEY *key;
	guint8 *plain; // RSAPublicKey
	int plain_size;
	guint8 *info; // SubjectPublicKeyInfo
	int info_size;
	gsize size;
} Key;

static Key keys[3];

static Key
make_key(guint bits, guint exponent)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	BIGNUM *e = BN_new();
	Key key = {.size = bits / 8};

	g_assert_cmpint(BN_set_word(e, exponent), ==, 1);
	g_assert_cmpint(EVP_PKEY_keygen_init(context), ==, 1);
	g_assert_cmpint(EVP_PKEY_CTX_set_rsa_keygen_bits(context, (int) bits), ==, 1);
	g_assert_cmpint(EVP_PKEY_CTX_set1_rsa_keygen_pubexp(context, e), ==, 1);
	g_assert_cmpint(EVP_PKEY_generate(context, &key.key), ==, 1);
	key.plain_size = i2d_PublicKey(key.key, &key.plain);
	key.info_size = i2d_PUBKEY(key.key, &key.info);
	g_assert_cmpint(key.plain_size, >, 0);
	g_assert_cmpint(key.info_size, >, key.plain_size);
	BN_free(e);
	EVP_PKEY_CTX_free(context);
	return key;
}

static void
free_key(Key *key)
{
	EVP_PKEY_free(key->key);
	OPENSSL_free(key->plain);
	OPENSSL_free(key->info);
}

static void
sign(const Key *key, int padding, int salt, const guint8 digest[32], guint8 *signature)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key->key, NULL);
	size_t size = key->size;

	g_assert_cmpint(EVP_PKEY_sign_init(context), ==, 1);
	g_assert_cmpint(EVP_PKEY_CTX_set_rsa_padding(context, padding), ==, 1);
	g_assert_cmpint(EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()), ==, 1);
	if (padding == RSA_PKCS1_PSS_PADDING)
		g_assert_cmpint(EVP_PKEY_CTX_set_rsa_pss_saltlen(context, salt), ==, 1);
	g_assert_cmpint(EVP_PKEY_sign(context, signature, &size, digest, 32), ==, 1);
	EVP_PKEY_CTX_free(context);
}

static gboolean
is_good(const Key *key, const guint8 digest[32], const guint8 *signature)
{
	return gya_rsa_pss_verify(
		key->plain, (guint32) key->plain_size, digest, signature, (guint32) key->size);
}

static void
make_digest(guint8 digest[32])
{
	for (guint i = 0; i < 32; i++)
		digest[i] = (guint8) g_test_rand_int();
}

/* What OpenSSL signs, with salts from none to the longest. */
static void
test_takes_signatures(void)
{
	for (guint k = 0; k < G_N_ELEMENTS(keys); k++) {
		const Key *key = &keys[k];
		const int longest = (int) key->size - 34;
		const int salts[] = {0, 1, 20, 32, 33, longest - 1, longest};

		for (guint i = 0; i < G_N_ELEMENTS(salts); i++) {
			guint8 digest[32], signature[384];

			make_digest(digest);
			sign(key, RSA_PKCS1_PSS_PADDING, salts[i], digest, signature);
			g_assert_true(is_good(key, digest, signature));
			g_assert_true(gya_rsa_pss_verify(
				key->info, (guint32) key->info_size, digest, signature, (guint32) key->size));
			digest[i] ^= 1;
			g_assert_false(is_good(key, digest, signature));
		}
	}
}

static void
test_refuses_others(void)
{
	for (guint k = 0; k < G_N_ELEMENTS(keys); k++) {
		const Key *key = &keys[k];
		const Key *other = &keys[(k + 1) % G_N_ELEMENTS(keys)];
		guint8 digest[32], signature[384], too_large[384];

		make_digest(digest);
		sign(key, RSA_PKCS1_PADDING, 0, digest, signature);
		g_assert_false(is_good(key, digest, signature));
		sign(key, RSA_PKCS1_PSS_PADDING, 32, digest, signature);
		g_assert_false(gya_rsa_pss_verify(
			other->plain, (guint32) other->plain_size, digest, signature, (guint32) key->size));
		g_assert_false(gya_rsa_pss_verify(
			key->plain, (guint32) key->plain_size, digest, signature, (guint32) key->size - 1));
		/* numbers that are no residues: zero, the modulus itself, all ones */
		memset(too_large, 0, sizeof too_large);
		g_assert_false(is_good(key, digest, too_large));
		memset(too_large, 0xFF, sizeof too_large);
		g_assert_false(is_good(key, digest, too_large));
		for (guint i = 0; i < key->size; i++) {
			signature[i] ^= (guint8) (1 << i % 8);
			g_assert_false(is_good(key, digest, signature));
			signature[i] ^= (guint8) (1 << i % 8);
		}
		g_assert_true(is_good(key, digest, signature));
	}
}

/* The same signature plus the modulus stands for the same residue, and is another number. */
static void
test_refuses_what_is_not_reduced(void)
{
	BIGNUM *modulus = NULL, *number = BN_new();
	const Key *key = &keys[0];
	guint8 digest[32], signature[256];
	gboolean fits = FALSE;

	g_assert_cmpint(EVP_PKEY_get_bn_param(key->key, "n", &modulus), ==, 1);
	for (guint i = 0; i < 64 && !fits; i++) {
		make_digest(digest);
		sign(key, RSA_PKCS1_PSS_PADDING, 32, digest, signature);
		g_assert_nonnull(BN_bin2bn(signature, sizeof signature, number));
		g_assert_cmpint(BN_add(number, number, modulus), ==, 1);
		fits = BN_num_bytes(number) == sizeof signature;
	}
	if (fits) {
		g_assert_cmpint(BN_bn2binpad(number, signature, sizeof signature), ==, sizeof signature);
		g_assert_false(is_good(key, digest, signature));
	}
	BN_free(modulus);
	BN_free(number);
}

/* Every cut of the key, and every byte of what is around its numbers. */
static void
test_damaged_keys(void)
{
	const Key *key = &keys[0];
	const struct {
		const guint8 *bytes;
		int size;
	} forms[] = {{key->plain, key->plain_size}, {key->info, key->info_size}};
	guint8 digest[32], signature[256];

	make_digest(digest);
	sign(key, RSA_PKCS1_PSS_PADDING, 32, digest, signature);
	for (guint f = 0; f < G_N_ELEMENTS(forms); f++)
		for (int i = 0; i < forms[f].size; i++) {
			g_autofree guint8 *cut = g_memdup2(forms[f].bytes, (gsize) i);
			g_autofree guint8 *bad = g_memdup2(forms[f].bytes, (gsize) forms[f].size);

			g_assert_false(gya_rsa_pss_verify(cut, (guint32) i, digest, signature, 256));
			/* never too far, whatever it says; some bytes do not matter, as those of the algorithm */
			bad[i] = (guint8) ~bad[i];
			(void) gya_rsa_pss_verify(bad, (guint32) forms[f].size, digest, signature, 256);
		}
}

int
main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	keys[0] = make_key(2048, 65537);
	keys[1] = make_key(3072, 65537);
	keys[2] = make_key(2048, 3);
	g_test_add_func("/rsa-pss/takes-what-openssl-signs", test_takes_signatures);
	g_test_add_func("/rsa-pss/refuses-others", test_refuses_others);
	g_test_add_func("/rsa-pss/refuses-what-is-not-reduced", test_refuses_what_is_not_reduced);
	g_test_add_func("/rsa-pss/damaged-keys", test_damaged_keys);
	status = g_test_run();
	for (guint i = 0; i < G_N_ELEMENTS(keys); i++)
		free_key(&keys[i]);
	return status;
}
