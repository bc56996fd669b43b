/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/core/sha256.h"

#include "protocol/wire/mem.h"

/* FIPS 180-4, small: the message schedule is kept in a ring of 16 words, which is the block itself. */
struct state {
	uint32_t h[8];
	uint32_t block[16];
	uint32_t size; /* everything that a device hashes has its length in 32 bits */
};

__extension__ _Static_assert(sizeof(struct state) <= sizeof(struct gya_sha256), "room of a running SHA-256");

static const uint32_t constants[64] = {0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
	0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
	0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
	0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
	0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb,
	0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624,
	0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
	0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb,
	0xbef9a3f7, 0xc67178f2};

static const uint32_t start[8] = {
	0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

static uint32_t
rotate(uint32_t x, uint32_t by)
{
	return x >> by | x << (32 - by);
}

/* x turned by c, by b + c and by a + b + c. */
static uint32_t
turn(uint32_t x, uint32_t a, uint32_t b, uint32_t c)
{
	return rotate(x ^ rotate(x ^ rotate(x, a), b), c);
}

static void
compress(struct state *s)
{
	uint32_t *w = s->block;
	uint32_t v[8];
	uint32_t i;
	uint32_t t;

	memcpy(v, s->h, sizeof v);
	for (i = 0; i < 64; i++) {
		uint32_t near = w[(i + 1) & 15];
		uint32_t far = w[(i + 14) & 15];

		t = v[7] + turn(v[4], 14, 5, 6) + (v[6] ^ (v[4] & (v[5] ^ v[6]))) + constants[i] + w[i & 15];
		/* the word that this place has 16 rounds on */
		w[i & 15] += w[(i + 9) & 15] + (rotate(near ^ rotate(near, 11), 7) ^ near >> 3) +
			     (rotate(far ^ rotate(far, 2), 17) ^ far >> 10);
		v[3] += t;
		t += turn(v[0], 9, 11, 2) + ((v[0] & v[1]) | (v[2] & (v[0] | v[1])));
		memmove(v + 1, v, sizeof v - sizeof v[0]);
		v[0] = t;
	}
	for (i = 0; i < 8; i++)
		s->h[i] += v[i];
}

static void
put(struct state *s, uint32_t byte)
{
	uint32_t at = s->size++ & 63;

	/* big endian, whatever the machine is */
	s->block[at / 4] = s->block[at / 4] << 8 | byte;
	if (at == 63)
		compress(s);
}

void
gya_sha256_init(struct gya_sha256 *hash)
{
	struct state *s = (struct state *) hash->opaque;

	memcpy(s->h, start, sizeof start);
	s->size = 0;
}

void
gya_sha256_update(struct gya_sha256 *hash, const uint8_t *bytes, uint32_t size)
{
	while (size-- > 0)
		put((struct state *) hash->opaque, *bytes++);
}

void
gya_sha256_final(struct gya_sha256 *hash, uint8_t digest[32])
{
	struct state *s = (struct state *) hash->opaque;
	uint32_t size = s->size;
	uint32_t i;

	put(s, 0x80);
	while ((s->size & 63) != 56)
		put(s, 0);
	s->block[14] = size >> 29;
	s->block[15] = size << 3;
	compress(s);
	for (i = 0; i < 32; i++)
		digest[i] = (uint8_t) (s->h[i / 4] >> (24 - 8 * (i & 3)));
}
