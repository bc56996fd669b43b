/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/alios/md5.h"

#include "protocol/wire/bytes.h"
#include "protocol/wire/mem.h"

#define BLOCK     64u
#define LENGTH_AT 56u

/* floor(2^32 * |sin(i + 1)|) */
static const uint32_t constants[64] = {
	0xd76aa478,
	0xe8c7b756,
	0x242070db,
	0xc1bdceee,
	0xf57c0faf,
	0x4787c62a,
	0xa8304613,
	0xfd469501,
	0x698098d8,
	0x8b44f7af,
	0xffff5bb1,
	0x895cd7be,
	0x6b901122,
	0xfd987193,
	0xa679438e,
	0x49b40821,
	0xf61e2562,
	0xc040b340,
	0x265e5a51,
	0xe9b6c7aa,
	0xd62f105d,
	0x02441453,
	0xd8a1e681,
	0xe7d3fbc8,
	0x21e1cde6,
	0xc33707d6,
	0xf4d50d87,
	0x455a14ed,
	0xa9e3e905,
	0xfcefa3f8,
	0x676f02d9,
	0x8d2a4c8a,
	0xfffa3942,
	0x8771f681,
	0x6d9d6122,
	0xfde5380c,
	0xa4beea44,
	0x4bdecfa9,
	0xf6bb4b60,
	0xbebfbc70,
	0x289b7ec6,
	0xeaa127fa,
	0xd4ef3085,
	0x04881d05,
	0xd9d4d039,
	0xe6db99e5,
	0x1fa27cf8,
	0xc4ac5665,
	0xf4292244,
	0x432aff97,
	0xab9423a7,
	0xfc93a039,
	0x655b59c3,
	0x8f0ccc92,
	0xffeff47d,
	0x85845dd1,
	0x6fa87e4f,
	0xfe2ce6e0,
	0xa3014314,
	0x4e0811a1,
	0xf7537e82,
	0xbd3af235,
	0x2ad7d2bb,
	0xeb86d391,
};

static uint32_t
rotate(uint32_t x, uint32_t by)
{
	return x << by | x >> (32 - by);
}

/* What each of the four rounds mixes, and which word of the block it takes. */
static uint32_t
mix(uint32_t i, uint32_t b, uint32_t c, uint32_t d, uint32_t *word)
{
	switch (i >> 4) {
	case 0: *word = i; return d ^ (b & (c ^ d));
	case 1: *word = 5 * i + 1; return c ^ (d & (b ^ c));
	case 2: *word = 3 * i + 5; return b ^ c ^ d;
	default: *word = 7 * i; return c ^ (b | ~d);
	}
}

static void
compress(struct gya_md5 *md5)
{
	static const uint8_t turns[4][4] = {
		{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
	uint32_t a = md5->state[0], b = md5->state[1], c = md5->state[2], d = md5->state[3];
	uint32_t i;

	for (i = 0; i < 64; i++) {
		uint32_t word;
		uint32_t sum = a + mix(i, b, c, d, &word) + constants[i];

		sum += gyw_get_u32le(md5->block + 4 * (word & 15));
		a = d;
		d = c;
		c = b;
		b += rotate(sum, turns[i >> 4][i & 3]);
	}
	md5->state[0] += a;
	md5->state[1] += b;
	md5->state[2] += c;
	md5->state[3] += d;
}

void
gya_md5_init(struct gya_md5 *md5)
{
	memset(md5, 0, sizeof *md5);
	md5->state[0] = 0x67452301;
	md5->state[1] = 0xEFCDAB89;
	md5->state[2] = 0x98BADCFE;
	md5->state[3] = 0x10325476;
}

void
gya_md5_update(struct gya_md5 *md5, const uint8_t *bytes, uint32_t size)
{
	while (size > 0) {
		uint32_t used = md5->size % BLOCK;
		uint32_t n = size < BLOCK - used ? size : BLOCK - used;

		memcpy(md5->block + used, bytes, n);
		md5->size += n;
		bytes += n;
		size -= n;
		if (used + n == BLOCK)
			compress(md5);
	}
}

void
gya_md5_final(struct gya_md5 *md5, uint8_t digest[GYA_MD5_SIZE])
{
	static const uint8_t end[BLOCK] = {0x80};
	uint32_t size = md5->size;
	uint32_t used = size % BLOCK;
	uint8_t bits[8] = {0};
	uint32_t i;

	gyw_put_u32le(bits, size << 3);
	bits[4] = (uint8_t) (size >> 29);
	gya_md5_update(md5, end, used < LENGTH_AT ? LENGTH_AT - used : BLOCK + LENGTH_AT - used);
	gya_md5_update(md5, bits, sizeof bits);
	for (i = 0; i < 4; i++)
		gyw_put_u32le(digest + 4 * i, md5->state[i]);
}
