// SPDX-License-Identifier: Apache-2.0
#include <glib.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <string.h>

#include "device-agent/ports/crypto/ecdsa-bp256.h"

/*
 * The device's verifier against OpenSSL's arithmetic. Signatures are made here from the definition, so that every number
 * in them can be chosen; what OpenSSL's own verification says of them is asked as well.
 */

#define SIZE      32
#define KEYS      40
#define KEYS_FULL 2000
#define PER_KEY   8

typedef struct {
	guint8 key[2 * SIZE];
	guint8 digest[SIZE];
	guint8 signature[2 * SIZE];
} Signed;

static EC_GROUP *group;
static BN_CTX *context;
static BIGNUM *n;
static BIGNUM *p;

static BIGNUM *
random_bytes(void)
{
	guint8 bytes[SIZE];

	for (guint i = 0; i < SIZE; i++)
		bytes[i] = (guint8) g_test_rand_int();
	return BN_bin2bn(bytes, SIZE, NULL);
}

/* 1 to n - 1 */
static BIGNUM *
random_scalar(void)
{
	BIGNUM *number = random_bytes();

	g_assert_cmpint(BN_nnmod(number, number, n, context), ==, 1);
	if (BN_is_zero(number))
		BN_one(number);
	return number;
}

static void
put_number(guint8 *to, const BIGNUM *number)
{
	g_assert_cmpint(BN_bn2binpad(number, to, SIZE), ==, SIZE);
}

static void
put_point(guint8 key[2 * SIZE], const EC_POINT *point)
{
	BIGNUM *x = BN_new();
	BIGNUM *y = BN_new();

	g_assert_cmpint(EC_POINT_get_affine_coordinates(group, point, x, y, context), ==, 1);
	put_number(key, x);
	put_number(key + SIZE, y);
	BN_free(x);
	BN_free(y);
}

static void
put_key_of(guint8 key[2 * SIZE], const BIGNUM *secret)
{
	EC_POINT *point = EC_POINT_new(group);

	g_assert_cmpint(EC_POINT_mul(group, point, secret, NULL, NULL, context), ==, 1);
	put_point(key, point);
	EC_POINT_free(point);
}

/* s = (z + r * secret) / k */
static void
sign(Signed *made, const BIGNUM *secret, const BIGNUM *k)
{
	EC_POINT *point = EC_POINT_new(group);
	BIGNUM *r = BN_new();
	BIGNUM *s = BN_new();
	BIGNUM *z = BN_bin2bn(made->digest, SIZE, NULL);
	BIGNUM *inverse = BN_mod_inverse(NULL, k, n, context);

	g_assert_cmpint(EC_POINT_mul(group, point, k, NULL, NULL, context), ==, 1);
	g_assert_cmpint(EC_POINT_get_affine_coordinates(group, point, r, NULL, context), ==, 1);
	BN_nnmod(r, r, n, context);
	BN_mod_mul(s, r, secret, n, context);
	BN_mod_add(s, s, z, n, context);
	BN_mod_mul(s, s, inverse, n, context);
	put_number(made->signature, r);
	put_number(made->signature + SIZE, s);
	EC_POINT_free(point);
	BN_free(r);
	BN_free(s);
	BN_free(z);
	BN_free(inverse);
}

/* False also for keys that OpenSSL refuses to take. */
static gboolean
openssl_verifies(const Signed *made)
{
	EC_KEY *key;
	EC_POINT *point = EC_POINT_new(group);
	BIGNUM *x = BN_bin2bn(made->key, SIZE, NULL);
	BIGNUM *y = BN_bin2bn(made->key + SIZE, SIZE, NULL);
	ECDSA_SIG *pair = ECDSA_SIG_new();
	gboolean verifies = FALSE;

	G_GNUC_BEGIN_IGNORE_DEPRECATIONS
	key = EC_KEY_new();
	ECDSA_SIG_set0(
		pair, BN_bin2bn(made->signature, SIZE, NULL), BN_bin2bn(made->signature + SIZE, SIZE, NULL));
	if (BN_cmp(x, p) < 0 && BN_cmp(y, p) < 0 &&
		EC_POINT_set_affine_coordinates(group, point, x, y, context) == 1 &&
		EC_KEY_set_group(key, group) == 1 && EC_KEY_set_public_key(key, point) == 1)
		verifies = ECDSA_do_verify(made->digest, SIZE, pair, key) == 1;
	EC_KEY_free(key);
	G_GNUC_END_IGNORE_DEPRECATIONS
	ECDSA_SIG_free(pair);
	EC_POINT_free(point);
	BN_free(x);
	BN_free(y);
	return verifies;
}

static gboolean
device_verifies(const Signed *made)
{
	return gya_ecdsa_bp256_verify(made->key, made->digest, made->signature);
}

static void
assert_both(const Signed *made, gboolean expected)
{
	g_assert_cmpint(openssl_verifies(made), ==, expected);
	g_assert_cmpint(device_verifies(made), ==, expected);
}

static void
fill_digest(Signed *made)
{
	for (guint i = 0; i < SIZE; i++)
		made->digest[i] = (guint8) g_test_rand_int();
}

/* Returns the secret key, for the caller to free. */
static BIGNUM *
make_random(Signed *made)
{
	BIGNUM *secret = random_scalar();
	BIGNUM *k = random_scalar();

	put_key_of(made->key, secret);
	fill_digest(made);
	sign(made, secret, k);
	BN_free(k);
	return secret;
}

static guint
n_keys(void)
{
	return g_getenv("GANTRY_FULL") ? KEYS_FULL : KEYS;
}

/* ---- signatures as they come ---- */

static void
test_good(void)
{
	for (guint i = 0; i < n_keys(); i++) {
		Signed made;
		BIGNUM *secret = make_random(&made);

		assert_both(&made, TRUE);
		for (guint j = 1; j < PER_KEY; j++) {
			BIGNUM *k = random_scalar();

			fill_digest(&made);
			sign(&made, secret, k);
			g_assert_true(device_verifies(&made));
			BN_free(k);
		}
		BN_free(secret);
	}
}

static void
test_flipped_bit(void)
{
	for (guint i = 0; i < n_keys(); i++) {
		Signed made;
		BIGNUM *secret = make_random(&made);

		BN_free(secret);
		for (guint j = 0; j < PER_KEY; j++) {
			Signed bad = made;
			guint bit = (guint) g_test_rand_int_range(0, sizeof bad * 8);

			((guint8 *) &bad)[bit / 8] ^= (guint8) (1 << bit % 8);
			g_assert_false(device_verifies(&bad));
		}
	}
}

static void
test_anything(void)
{
	for (guint i = 0; i < n_keys(); i++) {
		Signed made;

		for (guint j = 0; j < sizeof made; j++)
			((guint8 *) &made)[j] = (guint8) g_test_rand_int();
		/* half of them with a real key */
		if (i % 2) {
			BIGNUM *secret = random_scalar();

			put_key_of(made.key, secret);
			BN_free(secret);
		}
		assert_both(&made, FALSE);
	}
}

/* ---- digests ---- */

static void
test_digest_edges(void)
{
	BIGNUM *edges[5];
	BIGNUM *secret = random_scalar();
	BIGNUM *k = random_scalar();
	Signed made;

	for (guint i = 0; i < G_N_ELEMENTS(edges); i++)
		edges[i] = BN_dup(n);
	BN_zero(edges[0]);
	BN_sub_word(edges[1], 1);
	BN_add_word(edges[3], 1);
	BN_one(edges[4]);
	BN_lshift(edges[4], edges[4], 256);
	BN_sub_word(edges[4], 1);
	put_key_of(made.key, secret);
	for (guint i = 0; i < G_N_ELEMENTS(edges); i++) {
		put_number(made.digest, edges[i]);
		sign(&made, secret, k);
		assert_both(&made, TRUE);
		made.digest[SIZE - 1] ^= 1;
		assert_both(&made, FALSE);
		BN_free(edges[i]);
	}
	BN_free(secret);
	BN_free(k);
}

/* ---- r and s ---- */

static void
test_scalar_out_of_range(void)
{
	Signed made;
	BIGNUM *secret = make_random(&made);

	for (guint part = 0; part < 2; part++) {
		guint8 kept[SIZE];
		guint8 *at = made.signature + part * SIZE;
		BIGNUM *number = BN_new();

		memcpy(kept, at, SIZE);
		memset(at, 0, SIZE);
		assert_both(&made, FALSE);
		memset(at, 0xFF, SIZE);
		assert_both(&made, FALSE);
		put_number(at, n);
		assert_both(&made, FALSE);
		put_number(at, p);
		assert_both(&made, FALSE);
		/* the same number modulo n, where it has room */
		BN_bin2bn(kept, SIZE, number);
		BN_add(number, number, n);
		if (BN_num_bits(number) <= 256) {
			put_number(at, number);
			assert_both(&made, FALSE);
		}
		memcpy(at, kept, SIZE);
		BN_free(number);
	}
	assert_both(&made, TRUE);
	memset(made.signature, 0, sizeof made.signature);
	assert_both(&made, FALSE);
	BN_free(secret);
}

/* Modulo n the negative of s is as good as s. */
static void
test_negative_s(void)
{
	Signed made;
	BIGNUM *secret = make_random(&made);
	BIGNUM *s = BN_bin2bn(made.signature + SIZE, SIZE, NULL);

	BN_sub(s, n, s);
	put_number(made.signature + SIZE, s);
	assert_both(&made, TRUE);
	BN_free(s);
	BN_free(secret);
}

/* A point whose x is at least n, which happens once in 2^128: r is x - n. The key that fits is found afterwards. */
static void
test_x_above_order(void)
{
	EC_POINT *point = EC_POINT_new(group);
	BIGNUM *x = BN_dup(n);
	BIGNUM *r = BN_new();
	BIGNUM *s = random_scalar();
	BIGNUM *z, *inverse;
	Signed made;

	do {
		BN_add_word(x, 1);
	} while (EC_POINT_set_compressed_coordinates(group, point, x, 0, context) != 1);
	g_assert_cmpint(BN_cmp(x, p), <, 0);
	BN_sub(r, x, n);
	fill_digest(&made);
	/* Q = (s R - z G) / r */
	z = BN_bin2bn(made.digest, SIZE, NULL);
	inverse = BN_mod_inverse(NULL, r, n, context);
	BN_nnmod(z, z, n, context);
	BN_sub(z, n, z);
	BN_mod_mul(z, z, inverse, n, context);
	BN_mod_mul(inverse, s, inverse, n, context);
	g_assert_cmpint(EC_POINT_mul(group, point, z, point, inverse, context), ==, 1);
	put_point(made.key, point);
	put_number(made.signature, r);
	put_number(made.signature + SIZE, s);
	assert_both(&made, TRUE);
	put_number(made.signature, x);
	assert_both(&made, FALSE);
	EC_POINT_free(point);
	BN_free(x);
	BN_free(r);
	BN_free(s);
	BN_free(z);
	BN_free(inverse);
}

/* ---- points ---- */

/* z = -r * secret: whatever s is, the sum of the two multiples is the point at infinity, which has no x. */
static void
test_sum_is_infinity(void)
{
	for (guint i = 0; i < PER_KEY; i++) {
		Signed made;
		BIGNUM *secret = make_random(&made);
		BIGNUM *r = BN_bin2bn(made.signature, SIZE, NULL);

		BN_mod_mul(r, r, secret, n, context);
		BN_sub(r, n, r);
		put_number(made.digest, r);
		assert_both(&made, FALSE);
		BN_free(secret);
		BN_free(r);
	}
}

/* Keys next to the generator: sums of equal and of opposite points turn up inside. */
static void
test_small_secrets(void)
{
	for (gint i = -4; i <= 4; i++) {
		BIGNUM *secret = BN_new();
		Signed made;

		if (i == 0) {
			BN_free(secret);
			continue;
		}
		BN_set_word(secret, (BN_ULONG) ABS(i));
		if (i < 0)
			BN_sub(secret, n, secret);
		put_key_of(made.key, secret);
		for (guint nonce = 1; nonce <= 4; nonce++) {
			BIGNUM *k = BN_new();

			BN_set_word(k, nonce);
			fill_digest(&made);
			sign(&made, secret, k);
			assert_both(&made, TRUE);
			memset(made.digest, 0, SIZE);
			sign(&made, secret, k);
			assert_both(&made, TRUE);
			BN_free(k);
		}
		BN_free(secret);
	}
}

static void
test_key_is_no_point(void)
{
	Signed made;
	Signed bad;
	BIGNUM *secret = make_random(&made);

	memset(made.digest, 0, SIZE);
	bad = made;
	memset(bad.key, 0, sizeof bad.key);
	assert_both(&bad, FALSE);
	memset(bad.key, 0xFF, sizeof bad.key);
	assert_both(&bad, FALSE);
	for (guint i = 0; i < SIZE; i++) {
		bad = made;
		bad.key[SIZE + i] ^= 0x40;
		assert_both(&bad, FALSE);
	}
	bad = made;
	memcpy(bad.key, made.key + SIZE, SIZE);
	memcpy(bad.key + SIZE, made.key, SIZE);
	assert_both(&bad, FALSE);
	BN_free(secret);
}

/* The same point with x + p for x is refused: one key has one form. */
static void
test_coordinate_above_prime(void)
{
	EC_POINT *point = EC_POINT_new(group);
	BIGNUM *x = BN_new();
	BIGNUM *above = BN_new();
	Signed made;

	/* x is small, so that x + p has 256 bits. With a digest of 0 and r = s the sum is the key itself: its x is r. */
	do {
		BN_add_word(x, 1);
	} while (EC_POINT_set_compressed_coordinates(group, point, x, 1, context) != 1);
	put_point(made.key, point);
	memset(made.digest, 0, SIZE);
	put_number(made.signature, x);
	put_number(made.signature + SIZE, x);
	assert_both(&made, TRUE);
	BN_add(above, x, p);
	put_number(made.key, above);
	assert_both(&made, FALSE);
	EC_POINT_free(point);
	BN_free(x);
	BN_free(above);
}

int
main(int argc, char **argv)
{
	int result;

	g_test_init(&argc, &argv, NULL);
	group = EC_GROUP_new_by_curve_name(NID_brainpoolP256r1);
	context = BN_CTX_new();
	n = BN_dup(EC_GROUP_get0_order(group));
	p = BN_new();
	g_assert_cmpint(EC_GROUP_get_curve(group, p, NULL, NULL, context), ==, 1);

	g_test_add_func("/ecdsa/takes-good-signatures", test_good);
	g_test_add_func("/ecdsa/refuses-any-flipped-bit", test_flipped_bit);
	g_test_add_func("/ecdsa/refuses-random-bytes", test_anything);
	g_test_add_func("/ecdsa/digest/zero-and-around-the-order", test_digest_edges);
	g_test_add_func("/ecdsa/refuses-r-or-s-out-of-range", test_scalar_out_of_range);
	g_test_add_func("/ecdsa/takes-minus-s", test_negative_s);
	g_test_add_func("/ecdsa/takes-r-of-an-x-above-the-order", test_x_above_order);
	g_test_add_func("/ecdsa/point/refuses-infinity", test_sum_is_infinity);
	g_test_add_func("/ecdsa/point/keys-next-to-the-generator", test_small_secrets);
	g_test_add_func("/ecdsa/key/refuses-what-is-no-point", test_key_is_no_point);
	g_test_add_func("/ecdsa/key/refuses-a-coordinate-above-the-prime", test_coordinate_above_prime);
	result = g_test_run();
	EC_GROUP_free(group);
	BN_CTX_free(context);
	BN_free(n);
	BN_free(p);
	return result;
}
