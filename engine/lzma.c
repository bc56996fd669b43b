// SPDX-License-Identifier: Apache-2.0
#include "engine/lzma.h"

#include <string.h>

#include <LzmaDec.h>
#include <LzmaEnc.h>

#define OUTPUT_MAX (64 * 1024 * 1024)

/* The SDK changed the allocator's first parameter together with the name of its header of types. */
#if __has_include(<7zTypes.h>)
typedef ISzAllocPtr AllocatorSelf;
#define VENDOR_GENERATION TRUE
#else
typedef void *AllocatorSelf;
#define VENDOR_GENERATION FALSE
#endif

static void *
allocate(AllocatorSelf self, size_t size)
{
	return size ? g_try_malloc(size) : NULL;
}

static void
release(AllocatorSelf self, void *address)
{
	g_free(address);
}

static ISzAlloc allocator = {allocate, release};

gboolean
gy_lzma_gives_vendor_bytes(void)
{
	return VENDOR_GENERATION;
}

static void
fill_properties(CLzmaEncProps *properties, const GyLzmaParameters *parameters)
{
	LzmaEncProps_Init(properties);
	properties->dictSize = parameters->dictionary_size;
	properties->lc = parameters->lc;
	properties->lp = parameters->lp;
	properties->pb = parameters->pb;
	properties->fb = parameters->fast_bytes;
	properties->algo = 1;
	properties->btMode = 1;
	properties->numHashBytes = 4;
	properties->numThreads = 1;
}

GBytes *
gy_lzma_encode(GBytes *input, const GyLzmaParameters *parameters, GError **error)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(input, &size);
	/* random bytes grow by less than a fiftieth; the constant is for the smallest inputs */
	gsize capacity = GY_LZMA_HEADER_SIZE + size + size / 16 + 256;
	g_autofree guint8 *out = g_malloc(capacity);
	SizeT stream_size = capacity - GY_LZMA_HEADER_SIZE;
	SizeT properties_size = GY_LZMA_PROPERTIES_SIZE;
	CLzmaEncProps properties;
	SRes result;

	fill_properties(&properties, parameters);
	result = LzmaEncode(out + GY_LZMA_HEADER_SIZE, &stream_size, data, size, &properties, out,
		&properties_size, 0, NULL, &allocator, &allocator);
	if (result != SZ_OK) {
		g_set_error(error, GY_ERROR, GY_ERROR_IMAGE_COMPRESSION,
			"the LZMA encoder stopped with code %d", result);
		return NULL;
	}
	for (guint i = 0; i < 8; i++)
		out[GY_LZMA_PROPERTIES_SIZE + i] = (guint8) ((guint64) size >> (8 * i));
	return g_bytes_new_take(g_steal_pointer(&out), GY_LZMA_HEADER_SIZE + stream_size);
}

GBytes *
gy_lzma_decode(const guint8 properties[GY_LZMA_PROPERTIES_SIZE], const guint8 *stream, gsize stream_size,
	guint64 size, gsize *used, GError **error)
{
	g_autofree guint8 *out = NULL;
	SizeT out_size = (SizeT) size;
	SizeT in_size = stream_size;
	ELzmaStatus status;
	SRes result;

	if (size > OUTPUT_MAX) {
		g_set_error(error, GY_ERROR, GY_ERROR_IMAGE_COMPRESSION,
			"the LZMA header announces %" G_GUINT64_FORMAT " bytes, at most %d are taken", size,
			OUTPUT_MAX);
		return NULL;
	}
	out = g_malloc(MAX(size, 1));
	result = LzmaDecode(out, &out_size, stream, &in_size, properties, GY_LZMA_PROPERTIES_SIZE,
		LZMA_FINISH_ANY, &status, &allocator);
	/* a stream that is too short is SZ_ERROR_INPUT_EOF or, in later SDKs, only tells by its status */
	if (result != SZ_OK || out_size != size) {
		g_set_error(error, GY_ERROR, GY_ERROR_IMAGE_COMPRESSION,
			"the LZMA stream breaks off or is damaged after %" G_GSIZE_FORMAT
			" of %" G_GUINT64_FORMAT " bytes",
			(gsize) out_size, size);
		return NULL;
	}
	if (used)
		*used = in_size;
	return g_bytes_new_take(g_steal_pointer(&out), (gsize) size);
}

typedef struct {
	CLzmaDec decoder;
	guint8 *piece;
	gsize piece_size;
	guint64 size;
	guint64 total;
} Chunked;

/* Feeds one chunk until it is used up and nothing more comes out. */
static gboolean
decode_chunk(Chunked *state, const guint8 *in, gsize in_size, guint chunk, GyLzmaYield yield, gpointer data)
{
	gboolean first = TRUE;

	while (state->total < state->size) {
		SizeT produced = (SizeT) MIN(state->piece_size, state->size - state->total);
		SizeT consumed = in_size;
		ELzmaStatus status;

		if (LzmaDec_DecodeToBuf(&state->decoder, state->piece, &produced, in, &consumed,
			    LZMA_FINISH_ANY, &status) != SZ_OK)
			return FALSE;
		if (!yield(chunk, first, produced, state->total, data))
			return FALSE;
		state->total += produced;
		in += consumed;
		in_size -= consumed;
		first = FALSE;
		if (in_size == 0 && produced < state->piece_size)
			return TRUE;
		if (consumed == 0 && produced == 0)
			return FALSE;
	}
	return TRUE;
}

gboolean
gy_lzma_decode_in_chunks(const guint8 properties[GY_LZMA_PROPERTIES_SIZE], const guint8 *stream,
	gsize stream_size, guint64 size, gsize chunk_size, gsize piece_size, GyLzmaYield yield, gpointer data)
{
	g_autofree guint8 *piece = g_malloc(piece_size);
	Chunked state = {.piece = piece, .piece_size = piece_size, .size = size};
	gboolean good = TRUE;
	guint chunk = 0;

	g_return_val_if_fail(chunk_size > 0 && piece_size > 0, FALSE);

	LzmaDec_Construct(&state.decoder);
	if (LzmaDec_Allocate(&state.decoder, properties, GY_LZMA_PROPERTIES_SIZE, &allocator) != SZ_OK)
		return FALSE;
	LzmaDec_Init(&state.decoder);
	for (gsize at = 0; good && at < stream_size && state.total < size; at += chunk_size)
		good = decode_chunk(
			&state, stream + at, MIN(chunk_size, stream_size - at), chunk++, yield, data);
	LzmaDec_Free(&state.decoder, &allocator);
	return good && state.total == size;
}
