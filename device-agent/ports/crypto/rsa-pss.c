/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/ports/crypto/rsa-pss.h"

#include "device-agent/core/sha256.h"
#include "protocol/wire/mem.h"

#define BYTES_MOST   384u
#define LIMBS_MOST   (BYTES_MOST / 4u)
#define DIGEST_SIZE  32u
#define TRAILER      0xBCu
#define TAG_INTEGER  0x02u
#define TAG_BITS     0x03u
#define TAG_SEQUENCE 0x30u

/* Numbers are limbs of 32 bits, least significant first; all have `n` of them. */
static struct {
	uint32_t n;
	uint32_t modulus[LIMBS_MOST];
	uint32_t minus_inverse; /* -1 / modulus modulo 2^32 */
	uint32_t base[LIMBS_MOST];
	uint32_t result[LIMBS_MOST];
	uint32_t product[LIMBS_MOST + 2];
	uint8_t encoded[BYTES_MOST];
} work;

/* ---- the key ---- */

struct der {
	const uint8_t *at;
	uint32_t left;
};

/* The next value, if it has this tag; `from` moves behind it. Lengths of up to two bytes, which no key exceeds. */
static bool
take(struct der *from, uint8_t tag, struct der *value)
{
	uint32_t head = 2;
	uint32_t length;

	if (from->left < 2 || from->at[0] != tag)
		return false;
	length = from->at[1];
	if (length == 0x81 || length == 0x82) {
		head += length - 0x80;
		if (from->left < head)
			return false;
		length = from->at[2];
		if (head == 4)
			length = length << 8 | from->at[3];
	} else if (length >= 0x80) {
		return false;
	}
	if (length > from->left - head)
		return false;
	value->at = from->at + head;
	value->left = length;
	from->at += head + length;
	from->left -= head + length;
	return true;
}

/* Of a SubjectPublicKeyInfo what is in its bits; anything else is given back as it was. */
static bool
unwrap(struct der *key)
{
	struct der inside = *key;
	struct der algorithm, bits;

	if (!take(&inside, TAG_SEQUENCE, &algorithm))
		return true;
	if (!take(&inside, TAG_BITS, &bits) || bits.left == 0 || bits.at[0] != 0)
		return false;
	bits.at++;
	bits.left--;
	return take(&bits, TAG_SEQUENCE, key);
}

static void
strip_zeros(struct der *number)
{
	while (number->left > 0 && number->at[0] == 0) {
		number->at++;
		number->left--;
	}
}

static bool
read_key(const uint8_t *key, uint32_t size, struct der *modulus, uint32_t *exponent)
{
	struct der all = {key, size};
	struct der inside, e;
	uint32_t i;

	if (!take(&all, TAG_SEQUENCE, &inside) || !unwrap(&inside) || !take(&inside, TAG_INTEGER, modulus) ||
		!take(&inside, TAG_INTEGER, &e))
		return false;
	strip_zeros(modulus);
	strip_zeros(&e);
	if (e.left == 0 || e.left > 4 || modulus->left == 0)
		return false;
	*exponent = 0;
	for (i = 0; i < e.left; i++)
		*exponent = *exponent << 8 | e.at[i];
	return (modulus->left == 256 || modulus->left == 384) && (modulus->at[0] & 0x80) != 0 &&
	       (modulus->at[modulus->left - 1] & 1) != 0 && *exponent > 1 && (*exponent & 1) != 0;
}

/* ---- numbers ---- */

static void
read_number(uint32_t *to, const uint8_t *bytes)
{
	uint32_t i;

	for (i = 0; i < work.n; i++) {
		const uint8_t *at = bytes + 4u * (work.n - 1 - i);

		to[i] = (uint32_t) at[0] << 24 | (uint32_t) at[1] << 16 | (uint32_t) at[2] << 8 | at[3];
	}
}

static void
write_number(uint8_t *bytes, const uint32_t *number)
{
	uint32_t i;

	for (i = 0; i < 4u * work.n; i++)
		bytes[4u * work.n - 1 - i] = (uint8_t) (number[i / 4] >> (i % 4 * 8));
}

static bool
is_below_modulus(const uint32_t *number)
{
	uint32_t i;

	for (i = work.n; i > 0; i--)
		if (number[i - 1] != work.modulus[i - 1])
			return number[i - 1] < work.modulus[i - 1];
	return false;
}

static void
subtract_modulus(uint32_t *number)
{
	uint64_t borrow = 0;
	uint32_t i;

	for (i = 0; i < work.n; i++) {
		borrow = (uint64_t) number[i] - work.modulus[i] - borrow;
		number[i] = (uint32_t) borrow;
		borrow = borrow >> 63;
	}
}

/* 2 * number, modulo the modulus. */
static void
double_number(uint32_t *number)
{
	uint32_t carry = 0;
	uint32_t i;

	for (i = 0; i < work.n; i++) {
		uint32_t next = number[i] >> 31;

		number[i] = number[i] << 1 | carry;
		carry = next;
	}
	if (carry || !is_below_modulus(number))
		subtract_modulus(number);
}

/* One row of Montgomery's product: adds a * b[row], then what makes the lowest limb zero, and drops that. */
static void
add_row(const uint32_t *a, uint32_t b)
{
	uint32_t *t = work.product;
	uint64_t carry = 0;
	uint32_t factor, i;

	for (i = 0; i < work.n; i++) {
		carry += (uint64_t) a[i] * b + t[i];
		t[i] = (uint32_t) carry;
		carry >>= 32;
	}
	carry += t[work.n];
	t[work.n] = (uint32_t) carry;
	t[work.n + 1] = (uint32_t) (carry >> 32);

	factor = t[0] * work.minus_inverse;
	carry = ((uint64_t) factor * work.modulus[0] + t[0]) >> 32;
	for (i = 1; i < work.n; i++) {
		carry += (uint64_t) factor * work.modulus[i] + t[i];
		t[i - 1] = (uint32_t) carry;
		carry >>= 32;
	}
	carry += t[work.n];
	t[work.n - 1] = (uint32_t) carry;
	t[work.n] = t[work.n + 1] + (uint32_t) (carry >> 32);
}

/* to = to * by / R; `by` may be `to`. */
static void
multiply(uint32_t *to, const uint32_t *by)
{
	uint32_t i;

	memset(work.product, 0, sizeof work.product);
	for (i = 0; i < work.n; i++)
		add_row(to, by[i]);
	memcpy(to, work.product, 4u * work.n);
	if (work.product[work.n] != 0 || !is_below_modulus(to))
		subtract_modulus(to);
}

static void
set_modulus(const uint8_t *bytes, uint32_t size)
{
	uint32_t inverse = 1;
	uint32_t i;

	work.n = size / 4u;
	read_number(work.modulus, bytes);
	/* Newton's: every step doubles the bits that are right */
	for (i = 0; i < 5; i++)
		inverse *= 2u - work.modulus[0] * inverse;
	work.minus_inverse = 0u - inverse;
}

/* base^exponent, from `base` into `result`. */
static void
raise(uint32_t exponent)
{
	uint32_t bit = 31;
	uint32_t i;

	/* into Montgomery's form: times R, by doubling */
	for (i = 0; i < 32u * work.n; i++)
		double_number(work.base);
	memcpy(work.result, work.base, sizeof work.result);
	while ((exponent >> bit & 1) == 0)
		bit--;
	while (bit > 0) {
		bit--;
		multiply(work.result, work.result);
		if (exponent >> bit & 1)
			multiply(work.result, work.base);
	}
	/* and out of it: times 1 */
	memset(work.base, 0, sizeof work.base);
	work.base[0] = 1;
	multiply(work.result, work.base);
}

/* ---- the encoding: RFC 8017, 9.1.2 ---- */

/* Takes the mask that `seed` makes off the first `size` bytes. */
static void
unmask(uint8_t *bytes, uint32_t size, const uint8_t seed[DIGEST_SIZE])
{
	uint32_t at;

	for (at = 0; at < size; at += DIGEST_SIZE) {
		uint32_t block = at / DIGEST_SIZE;
		const uint8_t counter[4] = {0, 0, (uint8_t) (block >> 8), (uint8_t) block};
		uint8_t mask[DIGEST_SIZE];
		struct gya_sha256 hash;
		uint32_t i;

		gya_sha256_init(&hash);
		gya_sha256_update(&hash, seed, DIGEST_SIZE);
		gya_sha256_update(&hash, counter, sizeof counter);
		gya_sha256_final(&hash, mask);
		for (i = 0; i < DIGEST_SIZE && at + i < size; i++)
			bytes[at + i] ^= mask[i];
	}
}

static bool
is_encoding_of(uint8_t *encoded, uint32_t size, const uint8_t digest[DIGEST_SIZE])
{
	static const uint8_t zeros[8];
	uint32_t data_size = size - DIGEST_SIZE - 1;
	const uint8_t *stated = encoded + data_size;
	uint8_t found[DIGEST_SIZE];
	struct gya_sha256 hash;
	uint32_t salt = 0;

	/* one bit less than the modulus has */
	if (encoded[size - 1] != TRAILER || (encoded[0] & 0x80) != 0)
		return false;
	unmask(encoded, data_size, stated);
	encoded[0] &= 0x7F;
	while (salt < data_size && encoded[salt] == 0)
		salt++;
	if (salt == data_size || encoded[salt] != 1)
		return false;
	salt++;
	gya_sha256_init(&hash);
	gya_sha256_update(&hash, zeros, sizeof zeros);
	gya_sha256_update(&hash, digest, DIGEST_SIZE);
	gya_sha256_update(&hash, encoded + salt, data_size - salt);
	gya_sha256_final(&hash, found);
	return memcmp(found, stated, sizeof found) == 0;
}

bool
gya_rsa_pss_verify(const uint8_t *key, uint32_t key_size, const uint8_t digest[32], const uint8_t *signature,
	uint32_t signature_size)
{
	struct der modulus;
	uint32_t exponent;

	if (!read_key(key, key_size, &modulus, &exponent) || modulus.left != signature_size)
		return false;
	set_modulus(modulus.at, modulus.left);
	read_number(work.base, signature);
	if (!is_below_modulus(work.base))
		return false;
	raise(exponent);
	write_number(work.encoded, work.result);
	return is_encoding_of(work.encoded, signature_size, digest);
}
