// SPDX-License-Identifier: Apache-2.0
#include "device-agent/ports/sim/xz-liblzma.h"

#include <lzma.h>
#include <stdlib.h>

struct decoder {
	struct gya_xz xz;
	lzma_stream stream;
	uint64_t memory_most;
	bool is_begun;
};

static void
start(void *context)
{
	struct decoder *decoder = context;

	// what an earlier stream had is used again
	decoder->is_begun = lzma_stream_decoder(&decoder->stream, decoder->memory_most,
				    LZMA_TELL_UNSUPPORTED_CHECK) == LZMA_OK;
}

static enum gya_xz_result
result_of(lzma_ret ret)
{
	switch (ret) {
	case LZMA_OK:
	case LZMA_BUF_ERROR: return GYA_XZ_MORE;
	case LZMA_STREAM_END: return GYA_XZ_END;
	case LZMA_MEMLIMIT_ERROR: return GYA_XZ_E_DICTIONARY;
	default: return GYA_XZ_E_DATA;
	}
}

static enum gya_xz_result
decode(void *context, uint8_t *out, uint32_t *out_size, const uint8_t *in, uint32_t *in_size)
{
	struct decoder *decoder = context;
	lzma_stream *stream = &decoder->stream;
	lzma_ret ret = LZMA_PROG_ERROR;

	stream->next_in = in;
	stream->avail_in = *in_size;
	stream->next_out = out;
	stream->avail_out = *out_size;
	if (decoder->is_begun)
		ret = lzma_code(stream, LZMA_RUN);
	*in_size -= (uint32_t) stream->avail_in;
	*out_size -= (uint32_t) stream->avail_out;
	return result_of(ret);
}

// What liblzma says that a decoder with this dictionary takes: one with the next larger is refused.
static uint64_t
memory_for(uint32_t dictionary)
{
	lzma_options_lzma options = {.dict_size = dictionary, .lc = 3, .lp = 0, .pb = 2};
	const lzma_filter filters[] = {{LZMA_FILTER_LZMA2, &options}, {LZMA_VLI_UNKNOWN, NULL}};

	return lzma_raw_decoder_memusage(filters);
}

struct gya_xz *
gya_xz_liblzma_new(uint32_t dictionary)
{
	struct decoder *decoder = calloc(1, sizeof *decoder);

	if (decoder == NULL)
		return NULL;
	decoder->stream = (lzma_stream) LZMA_STREAM_INIT;
	decoder->memory_most = memory_for(dictionary);
	decoder->xz = (struct gya_xz){decoder, dictionary, start, decode};
	return &decoder->xz;
}

void
gya_xz_liblzma_free(struct gya_xz *xz)
{
	struct decoder *decoder;

	if (xz == NULL)
		return;
	decoder = xz->context;
	lzma_end(&decoder->stream);
	free(decoder);
}
