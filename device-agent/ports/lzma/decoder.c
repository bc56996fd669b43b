/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/ports/lzma/decoder.h"

#define PROPERTIES_SIZE 5u

/* Since release 15 allocation callbacks take the allocator; before, an untyped pointer. */
#ifdef GANTRY_LZMA_SDK_OLD
typedef void *allocator;
#else
typedef ISzAllocPtr allocator;
#endif

static const struct gya_lzma_memory *
memory_of(allocator self)
{
	return ((const struct gya_lzma_decoder *) (const void *) self)->memory;
}

static void *
allocate(allocator self, size_t size)
{
	const struct gya_lzma_memory *memory = memory_of(self);

	return memory->allocate(memory->context, size);
}

static void
release(allocator self, void *address)
{
	const struct gya_lzma_memory *memory = memory_of(self);

	if (address)
		memory->release(memory->context, address);
}

static bool
start(void *context, const uint8_t properties[5])
{
	struct gya_lzma_decoder *decoder = context;
	CLzmaProps parsed;

	if (LzmaProps_Decode(&parsed, properties, PROPERTIES_SIZE) != SZ_OK ||
		parsed.dicSize > decoder->window_most ||
		(uint32_t) parsed.lc + parsed.lp > decoder->literal_bits_most)
		return false;
	/* gives back what an earlier stream left, if it has another size */
	if (LzmaDec_Allocate(&decoder->state, properties, PROPERTIES_SIZE, &decoder->functions) != SZ_OK)
		return false;
	LzmaDec_Init(&decoder->state);
	return true;
}

static bool
decode(void *context, uint8_t *out, uint32_t *out_size, const uint8_t *in, uint32_t *in_size)
{
	struct gya_lzma_decoder *decoder = context;
	SizeT out_used = *out_size;
	SizeT in_used = *in_size;
	ELzmaStatus status;
	SRes result =
		LzmaDec_DecodeToBuf(&decoder->state, out, &out_used, in, &in_used, LZMA_FINISH_ANY, &status);

	*out_size = (uint32_t) out_used;
	*in_size = (uint32_t) in_used;
	return result == SZ_OK;
}

void
gya_lzma_decoder_init(struct gya_lzma_decoder *decoder, const struct gya_lzma_memory *memory,
	uint32_t window_most, uint32_t literal_bits_most)
{
	decoder->functions.Alloc = allocate;
	decoder->functions.Free = release;
	decoder->memory = memory;
	decoder->window_most = window_most;
	decoder->literal_bits_most = literal_bits_most;
	decoder->lzma.context = decoder;
	decoder->lzma.start = start;
	decoder->lzma.decode = decode;
	LzmaDec_Construct(&decoder->state);
}

void
gya_lzma_decoder_clear(struct gya_lzma_decoder *decoder)
{
	LzmaDec_Free(&decoder->state, &decoder->functions);
}
