/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/ports/crypto/ecdsa-bp256.h"

#include <stddef.h>

#define LIMBS 8u
#define BITS  256u

/* 256 bits, least significant limb first. */
struct number {
	uint32_t limb[LIMBS];
};

/* An odd modulus above 2^255, for Montgomery's multiplication with R = 2^256. */
struct modulus {
	struct number m;
	struct number r_squared;
	uint32_t minus_inverse; /* -1 / m modulo 2^32 */
};

/* Homogeneous: x = X/Z, y = Y/Z, the point at infinity is (0, 1, 0). Coordinates are in Montgomery form. */
struct point {
	struct number x;
	struct number y;
	struct number z;
};

/* The curve y^2 = x^3 + ax + b in the form that the addition wants, which is Montgomery's. */
struct curve {
	struct number a;
	struct number b;
	struct number b3; /* 3b */
	struct number one;
};

static const struct modulus field = {
	{{0x1f6e5377, 0x2013481d, 0xd5262028, 0x6e3bf623, 0x9d838d72, 0x3e660a90, 0xa1eea9bc, 0xa9fb57db}},
	{{0xa6465b6c, 0x8cfedf7b, 0x614d4f4d, 0x5cce4c26, 0x6b1ac807, 0xa1ecdacd, 0xe5957fa8, 0x4717aa21}},
	0xcefd89b9};

static const struct modulus order = {
	{{0x974856a7, 0x901e0e82, 0xb561a6f7, 0x8c397aa3, 0x9d838d71, 0x3e660a90, 0xa1eea9bc, 0xa9fb57db}},
	{{0x3312fca6, 0xe1d8d8de, 0x1134e4a0, 0xf35d176a, 0x6c815cb0, 0x9b7f25e7, 0xc3236762, 0x0b25f1b9}},
	0xcbb40ee9};

static const struct number curve_a = {
	{0xf330b5d9, 0xe94a4b44, 0x26dc5c6c, 0xfb8055c1, 0x417affe7, 0xeef67530, 0xfc2c3057, 0x7d5a0975}};
static const struct number curve_b = {
	{0xff8c07b6, 0x6bccdc18, 0x5cf7e1ce, 0x95841629, 0xbbd77cbf, 0xf330b5d9, 0xe94a4b44, 0x26dc5c6c}};
static const struct number generator_x = {
	{0x9ace3262, 0x3a4453bd, 0xe3bd23c2, 0xb9de27e1, 0xfc81b7af, 0x2c4b482f, 0xcb7e57cb, 0x8bd2aeb9}};
static const struct number generator_y = {
	{0x2f046997, 0x5c1d54c7, 0x2ded8e54, 0xc2774513, 0x14611dc9, 0x97f8461a, 0xc3dac4fd, 0x547ef835}};

/* ---- numbers ---- */

static void
read_number(struct number *to, const uint8_t bytes[32])
{
	uint32_t i;

	for (i = 0; i < LIMBS; i++) {
		const uint8_t *at = bytes + 4 * (LIMBS - 1 - i);

		to->limb[i] = (uint32_t) at[0] << 24 | (uint32_t) at[1] << 16 | (uint32_t) at[2] << 8 | at[3];
	}
}

static bool
is_zero(const struct number *a)
{
	uint32_t all = 0;
	uint32_t i;

	for (i = 0; i < LIMBS; i++)
		all |= a->limb[i];
	return all == 0;
}

static bool
is_equal(const struct number *a, const struct number *b)
{
	uint32_t differ = 0;
	uint32_t i;

	for (i = 0; i < LIMBS; i++)
		differ |= a->limb[i] ^ b->limb[i];
	return differ == 0;
}

static bool
bit_of(const struct number *a, uint32_t bit)
{
	return (a->limb[bit / 32] >> bit % 32 & 1) != 0;
}

/* Returns the carry. */
static uint32_t
add(struct number *to, const struct number *a, const struct number *b)
{
	uint64_t sum = 0;
	uint32_t i;

	for (i = 0; i < LIMBS; i++) {
		sum += (uint64_t) a->limb[i] + b->limb[i];
		to->limb[i] = (uint32_t) sum;
		sum >>= 32;
	}
	return (uint32_t) sum;
}

/* Returns the borrow. */
static uint32_t
subtract(struct number *to, const struct number *a, const struct number *b)
{
	uint32_t borrow = 0;
	uint32_t i;

	for (i = 0; i < LIMBS; i++) {
		uint64_t difference = (uint64_t) a->limb[i] - b->limb[i] - borrow;

		to->limb[i] = (uint32_t) difference;
		borrow = (uint32_t) (difference >> 32) & 1;
	}
	return borrow;
}

static bool
is_below(const struct number *a, const struct number *b)
{
	struct number ignored;

	return subtract(&ignored, a, b) != 0;
}

/* Of carry * 2^256 + a, which is below 2m. */
static void
reduce(struct number *a, uint32_t carry, const struct modulus *modulus)
{
	if (carry != 0 || !is_below(a, &modulus->m))
		(void) subtract(a, a, &modulus->m);
}

static void
add_modulo(struct number *to, const struct number *a, const struct number *b, const struct modulus *modulus)
{
	uint32_t carry = add(to, a, b);

	reduce(to, carry, modulus);
}

static void
subtract_modulo(
	struct number *to, const struct number *a, const struct number *b, const struct modulus *modulus)
{
	if (subtract(to, a, b) != 0)
		(void) add(to, to, &modulus->m);
}

/* total += a * by, whose limbs above LIMBS are total[LIMBS] and total[LIMBS + 1]. */
static void
accumulate(uint32_t total[LIMBS + 2], const struct number *a, uint32_t by)
{
	uint64_t carry = 0;
	uint32_t i;

	for (i = 0; i < LIMBS; i++) {
		carry += total[i] + (uint64_t) a->limb[i] * by;
		total[i] = (uint32_t) carry;
		carry >>= 32;
	}
	carry += total[LIMBS];
	total[LIMBS] = (uint32_t) carry;
	total[LIMBS + 1] += (uint32_t) (carry >> 32);
}

/* a * b / R. One of them may be any 256 bits, the other has to be below the modulus. */
static void
multiply(struct number *to, const struct number *a, const struct number *b, const struct modulus *modulus)
{
	uint32_t total[LIMBS + 2] = {0};
	uint32_t i, j;

	for (i = 0; i < LIMBS; i++) {
		accumulate(total, a, b->limb[i]);
		/* makes the lowest limb zero, then drops it */
		accumulate(total, &modulus->m, total[0] * modulus->minus_inverse);
		for (j = 0; j <= LIMBS; j++)
			total[j] = total[j + 1];
		total[LIMBS + 1] = 0;
	}
	for (i = 0; i < LIMBS; i++)
		to->limb[i] = total[i];
	reduce(to, total[LIMBS], modulus);
}

static void
to_montgomery(struct number *to, const struct number *a, const struct modulus *modulus)
{
	multiply(to, a, &modulus->r_squared, modulus);
}

/* By Fermat: a^(m - 2), for a prime modulus and a that is not 0. In and out in Montgomery form. */
static void
invert(struct number *to, const struct number *a, const struct modulus *modulus)
{
	static const struct number two = {{2}};
	struct number exponent, power = *a;
	uint32_t bit = BITS - 1; /* the highest one is set, as the modulus is above 2^255 + 2 */

	(void) subtract(&exponent, &modulus->m, &two);
	while (bit-- > 0) {
		multiply(&power, &power, &power, modulus);
		if (bit_of(&exponent, bit))
			multiply(&power, &power, a, modulus);
	}
	*to = power;
}

/* ---- points ---- */

static void
times(struct number *to, const struct number *a, const struct number *b)
{
	multiply(to, a, b, &field);
}

static void
plus(struct number *to, const struct number *a, const struct number *b)
{
	add_modulo(to, a, b, &field);
}

static void
minus(struct number *to, const struct number *a, const struct number *b)
{
	subtract_modulo(to, a, b, &field);
}

/* a1 * b2 + a2 * b1, where `aa` and `bb` are a1 * a2 and b1 * b2. */
static void
cross(struct number *to, const struct number *a1, const struct number *b1, const struct number *a2,
	const struct number *b2, const struct number *aa, const struct number *bb)
{
	struct number first, second;

	plus(&first, a1, b1);
	plus(&second, a2, b2);
	times(to, &first, &second);
	minus(to, to, aa);
	minus(to, to, bb);
}

/*
 * The complete addition law of Renes, Costello and Batina (2015) for curves of prime order: right for every pair of
 * points, equal ones, opposite ones and the one at infinity too, so that there are no cases to forget.
 *
 *	X = xy (yy - u) - yz v        u = a xz + 3b zz
 *	Y = (yy + u) (yy - u) + w v   v = a xx + 3b xz - a^2 zz
 *	Z = yz (yy + u) + xy w        w = 3 xx + a zz
 */
static void
add_points(struct point *to, const struct point *p, const struct point *q, const struct curve *curve)
{
	struct number xx, yy, zz, xy, xz, yz, u, v, w, high, low;

	times(&xx, &p->x, &q->x);
	times(&yy, &p->y, &q->y);
	times(&zz, &p->z, &q->z);
	cross(&xy, &p->x, &p->y, &q->x, &q->y, &xx, &yy);
	cross(&xz, &p->x, &p->z, &q->x, &q->z, &xx, &zz);
	cross(&yz, &p->y, &p->z, &q->y, &q->z, &yy, &zz);

	times(&u, &curve->a, &xz);
	times(&w, &curve->b3, &zz);
	plus(&u, &u, &w);
	times(&w, &curve->a, &zz);
	minus(&v, &xx, &w);
	times(&v, &v, &curve->a);
	times(&high, &curve->b3, &xz);
	plus(&v, &v, &high);
	plus(&w, &w, &xx);
	plus(&w, &w, &xx);
	plus(&w, &w, &xx);

	plus(&high, &yy, &u);
	minus(&low, &yy, &u);
	times(&to->x, &xy, &low);
	times(&u, &yz, &v);
	minus(&to->x, &to->x, &u);
	times(&to->y, &high, &low);
	times(&u, &w, &v);
	plus(&to->y, &to->y, &u);
	times(&to->z, &yz, &high);
	times(&u, &xy, &w);
	plus(&to->z, &to->z, &u);
}

static void
make_curve(struct curve *curve)
{
	static const struct number one = {{1}};

	to_montgomery(&curve->a, &curve_a, &field);
	to_montgomery(&curve->b, &curve_b, &field);
	to_montgomery(&curve->one, &one, &field);
	plus(&curve->b3, &curve->b, &curve->b);
	plus(&curve->b3, &curve->b3, &curve->b);
}

static void
make_point(struct point *point, const struct number *x, const struct number *y, const struct curve *curve)
{
	to_montgomery(&point->x, x, &field);
	to_montgomery(&point->y, y, &field);
	point->z = curve->one;
}

static bool
is_on_curve(const struct point *point, const struct curve *curve)
{
	struct number left, right;

	times(&left, &point->y, &point->y);
	times(&right, &point->x, &point->x);
	plus(&right, &right, &curve->a);
	times(&right, &right, &point->x);
	plus(&right, &right, &curve->b);
	return is_equal(&left, &right);
}

/* by_g * G + by_q * Q, both at once: one doubling for each bit. */
static void
multiply_points(struct point *sum, const struct number *by_g, const struct point *q,
	const struct number *by_q, const struct curve *curve)
{
	struct point g, g_and_q;
	uint32_t bit = BITS;

	make_point(&g, &generator_x, &generator_y, curve);
	add_points(&g_and_q, &g, q, curve);
	*sum = (struct point){.y = curve->one};
	while (bit-- > 0) {
		const struct point *term = NULL;

		add_points(sum, sum, sum, curve);
		if (bit_of(by_g, bit))
			term = bit_of(by_q, bit) ? &g_and_q : &g;
		else if (bit_of(by_q, bit))
			term = q;
		if (term != NULL)
			add_points(sum, sum, term, curve);
	}
}

/* ---- signatures ---- */

static bool
is_scalar(const struct number *a)
{
	return !is_zero(a) && is_below(a, &order.m);
}

static bool
read_key(struct point *to, const uint8_t key[64], const struct curve *curve)
{
	struct number x, y;

	read_number(&x, key);
	read_number(&y, key + 32);
	if (!is_below(&x, &field.m) || !is_below(&y, &field.m))
		return false;
	make_point(to, &x, &y, curve);
	return is_on_curve(to, curve);
}

/* Whether x = X/Z is `r` or, since the order is below the field's prime, r + n. Without a division: X = x * Z. */
static bool
has_x(const struct point *point, const struct number *r)
{
	struct number x, scaled;

	if (is_zero(&point->z))
		return false;
	to_montgomery(&x, r, &field);
	times(&scaled, &x, &point->z);
	if (is_equal(&scaled, &point->x))
		return true;
	if (add(&x, r, &order.m) != 0 || !is_below(&x, &field.m))
		return false;
	to_montgomery(&x, &x, &field);
	times(&scaled, &x, &point->z);
	return is_equal(&scaled, &point->x);
}

bool
gya_ecdsa_bp256_verify(const uint8_t key[64], const uint8_t digest[32], const uint8_t signature[64])
{
	struct curve curve;
	struct point q, sum;
	struct number r, s, by_g, by_q;

	read_number(&r, signature);
	read_number(&s, signature + 32);
	make_curve(&curve);
	if (!is_scalar(&r) || !is_scalar(&s) || !read_key(&q, key, &curve))
		return false;

	/* the inverse of s stays in Montgomery form: the next multiplication takes it out */
	to_montgomery(&s, &s, &order);
	invert(&s, &s, &order);
	read_number(&by_g, digest);
	multiply(&by_g, &by_g, &s, &order);
	multiply(&by_q, &r, &s, &order);
	multiply_points(&sum, &by_g, &q, &by_q, &curve);
	return has_x(&sum, &r);
}
