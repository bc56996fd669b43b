/* SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <string.h>

/*
 * Whole words where both ends allow it: the flash is read through these. The build has to keep the compiler from
 * recognising the loops and calling the functions that they are in.
 */

typedef uint32_t __attribute__((may_alias)) word;

#define WORD sizeof(word)

static int
are_aligned(const void *a, const void *b)
{
	return (((uintptr_t) a | (uintptr_t) b) % WORD) == 0;
}

void *
memcpy(void *to, const void *from, size_t size)
{
	uint8_t *out = to;
	const uint8_t *in = from;

	if (are_aligned(to, from)) {
		for (; size >= WORD; size -= WORD, out += WORD, in += WORD)
			*(word *) out = *(const word *) in;
	}
	while (size-- > 0)
		*out++ = *in++;
	return to;
}

void *
memmove(void *to, const void *from, size_t size)
{
	uint8_t *out = to;
	const uint8_t *in = from;

	if (out <= in || out >= in + size)
		return memcpy(to, from, size);
	while (size-- > 0)
		out[size] = in[size];
	return to;
}

void *
memset(void *to, int value, size_t size)
{
	uint8_t *out = to;
	uint32_t four = (uint8_t) value * 0x01010101u;

	if (are_aligned(to, to)) {
		for (; size >= WORD; size -= WORD, out += WORD)
			*(word *) out = four;
	}
	while (size-- > 0)
		*out++ = (uint8_t) value;
	return to;
}

int
memcmp(const void *a, const void *b, size_t size)
{
	const uint8_t *left = a;
	const uint8_t *right = b;

	for (; size > 0; size--, left++, right++)
		if (*left != *right)
			return *left < *right ? -1 : 1;
	return 0;
}

int
strcmp(const char *a, const char *b)
{
	for (; *a != '\0' && *a == *b; a++, b++)
		continue;
	return (uint8_t) *a - (uint8_t) *b;
}
