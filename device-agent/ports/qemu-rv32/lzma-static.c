/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/ports/qemu-rv32/lzma-static.h"

#include <LzmaDec.h>

#define WINDOW_SIZE     4096u
#define PROPERTIES_SIZE 5u
#define LC_AND_LP_MOST  3u
/* Probabilities that the decoder keeps: 1984 in newer releases, fewer in older ones, and 0x300 for each literal context. */
#define PROBABILITIES (1984u + (0x300u << LC_AND_LP_MOST))

/* Since release 15 allocation callbacks take the allocator; before, an untyped pointer. */
#ifdef GANTRY_LZMA_SDK_OLD
typedef void *allocator;
typedef ISzAlloc allocator_functions;
#else
typedef ISzAllocPtr allocator;
typedef const ISzAlloc allocator_functions;
#endif

static struct {
	CLzmaDec decoder;
	Byte window[WINDOW_SIZE];
	CLzmaProb probabilities[PROBABILITIES];
} memory;

/* The decoder asks for one block only, that of the probabilities. */
static void *
allocate(allocator self, size_t size)
{
	(void) self;
	return size <= sizeof memory.probabilities ? memory.probabilities : NULL;
}

static void
release(allocator self, void *address)
{
	(void) self;
	(void) address;
}

static bool
start(void *context, const uint8_t properties[5])
{
	static allocator_functions functions = {allocate, release};
	CLzmaProps parsed;

	(void) context;
	if (LzmaProps_Decode(&parsed, properties, PROPERTIES_SIZE) != SZ_OK || parsed.dicSize > WINDOW_SIZE ||
		(uint32_t) parsed.lc + parsed.lp > LC_AND_LP_MOST)
		return false;
	LzmaDec_Construct(&memory.decoder);
	if (LzmaDec_AllocateProbs(&memory.decoder, properties, PROPERTIES_SIZE, &functions) != SZ_OK)
		return false;
	memory.decoder.dic = memory.window;
	memory.decoder.dicBufSize = sizeof memory.window;
	LzmaDec_Init(&memory.decoder);
	return true;
}

static bool
decode(void *context, uint8_t *out, uint32_t *out_size, const uint8_t *in, uint32_t *in_size)
{
	SizeT out_used = *out_size;
	SizeT in_used = *in_size;
	ELzmaStatus status;
	SRes result =
		LzmaDec_DecodeToBuf(&memory.decoder, out, &out_used, in, &in_used, LZMA_FINISH_ANY, &status);

	(void) context;
	*out_size = (uint32_t) out_used;
	*in_size = (uint32_t) in_used;
	return result == SZ_OK;
}

const struct gya_lzma lzma_static = {
	.start = start,
	.decode = decode,
};
