// SPDX-License-Identifier: Apache-2.0
#include "device-agent/ports/sim/lzma-sdk.h"

#include <stddef.h>
#include <stdlib.h>

#include "device-agent/ports/lzma/decoder.h"

#define LITERAL_BITS_MOST 12u // of the format: lc up to 8, lp up to 4

static void *
allocate(void *context, size_t size)
{
	(void) context;
	return malloc(size);
}

static void
release(void *context, void *address)
{
	(void) context;
	free(address);
}

static const struct gya_lzma_memory heap = {NULL, allocate, release};

struct gya_lzma *
gya_lzma_sdk_new(uint32_t window_size)
{
	struct gya_lzma_decoder *decoder = calloc(1, sizeof *decoder);

	if (decoder == NULL)
		return NULL;
	gya_lzma_decoder_init(decoder, &heap, window_size, LITERAL_BITS_MOST);
	return &decoder->lzma;
}

void
gya_lzma_sdk_free(struct gya_lzma *lzma)
{
	struct gya_lzma_decoder *decoder;

	if (lzma == NULL)
		return;
	decoder = lzma->context;
	gya_lzma_decoder_clear(decoder);
	free(decoder);
}
