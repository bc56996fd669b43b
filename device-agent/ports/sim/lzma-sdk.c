// SPDX-License-Identifier: Apache-2.0
#include "device-agent/ports/sim/lzma-sdk.h"

#include <LzmaDec.h>
#include <stdlib.h>

#define PROPERTIES_SIZE 5u

// Since release 15 allocation callbacks take the allocator; before, an untyped pointer.
#ifdef GANTRY_LZMA_SDK_OLD
typedef void *allocator;
typedef ISzAlloc allocator_functions;
#else
typedef ISzAllocPtr allocator;
typedef const ISzAlloc allocator_functions;
#endif

struct decoder {
	struct gya_lzma lzma;
	CLzmaDec state;
	uint32_t window_size;
};

static void *
allocate(allocator self, size_t size)
{
	(void) self;
	return malloc(size);
}

static void
release(allocator self, void *address)
{
	(void) self;
	free(address);
}

static allocator_functions functions = {allocate, release};

static bool
start(void *context, const uint8_t properties[5])
{
	struct decoder *decoder = context;
	CLzmaProps parsed;

	if (LzmaProps_Decode(&parsed, properties, PROPERTIES_SIZE) != SZ_OK || parsed.dicSize > decoder->window_size)
		return false;
	// frees what an earlier stream left
	if (LzmaDec_Allocate(&decoder->state, properties, PROPERTIES_SIZE, &functions) != SZ_OK)
		return false;
	LzmaDec_Init(&decoder->state);
	return true;
}

static bool
decode(void *context, uint8_t *out, uint32_t *out_size, const uint8_t *in, uint32_t *in_size)
{
	struct decoder *decoder = context;
	SizeT out_used = *out_size;
	SizeT in_used = *in_size;
	ELzmaStatus status;
	SRes result =
		LzmaDec_DecodeToBuf(&decoder->state, out, &out_used, in, &in_used, LZMA_FINISH_ANY, &status);

	*out_size = (uint32_t) out_used;
	*in_size = (uint32_t) in_used;
	return result == SZ_OK;
}

struct gya_lzma *
gya_lzma_sdk_new(uint32_t window_size)
{
	struct decoder *decoder = calloc(1, sizeof *decoder);

	if (decoder == NULL)
		return NULL;
	LzmaDec_Construct(&decoder->state);
	decoder->window_size = window_size;
	decoder->lzma.context = decoder;
	decoder->lzma.start = start;
	decoder->lzma.decode = decode;
	return &decoder->lzma;
}

void
gya_lzma_sdk_free(struct gya_lzma *lzma)
{
	struct decoder *decoder;

	if (lzma == NULL)
		return;
	decoder = lzma->context;
	LzmaDec_Free(&decoder->state, &functions);
	free(decoder);
}
