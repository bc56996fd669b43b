// SPDX-License-Identifier: Apache-2.0
#include "engine/compression/lzma.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include <LzmaDec.h>
#include <LzmaEnc.h>

#define OUTPUT_MAX (64 * 1024 * 1024)

/* The SDK changed the allocator's first parameter together with the name of its header of types. */
#if __has_include(<7zTypes.h>)
typedef ISzAllocPtr AllocatorSelf;
typedef ISeqInStreamPtr StreamSelf;
typedef ISeqOutStreamPtr OutSelf;
#define VENDOR_GENERATION TRUE
#else
typedef void *AllocatorSelf;
typedef void *StreamSelf;
typedef void *OutSelf;
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

static void
write_header(GByteArray *out, const guint8 properties[GY_LZMA_PROPERTIES_SIZE], guint64 size)
{
	guint8 length[8];

	for (guint i = 0; i < sizeof length; i++)
		length[i] = (guint8) (size >> (8 * i));
	g_byte_array_append(out, properties, GY_LZMA_PROPERTIES_SIZE);
	g_byte_array_append(out, length, sizeof length);
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
			_("the LZMA encoder stopped with code %d"), result);
		return NULL;
	}
	for (guint i = 0; i < 8; i++)
		out[GY_LZMA_PROPERTIES_SIZE + i] = (guint8) ((guint64) size >> (8 * i));
	return g_bytes_new_take(g_steal_pointer(&out), GY_LZMA_HEADER_SIZE + stream_size);
}

/* ---- unpacking what comes out, while it comes ----------------------------------------------------------- */

#define CHECK_PIECE 0x8000

/* @chunks: GBytes of the stream, ended by @last; everything else belongs to the thread until it is joined. */
typedef struct {
	GAsyncQueue *chunks;
	GBytes *last;
	guint8 properties[GY_LZMA_PROPERTIES_SIZE];
	const guint8 *input;
	gsize size;
	gsize checked;
	gboolean good;
} Checker;

static void
check_chunk(Checker *checker, CLzmaDec *decoder, GBytes *chunk, guint8 *piece)
{
	gsize left = 0;
	const guint8 *in = g_bytes_get_data(chunk, &left);

	while (checker->good && checker->checked < checker->size) {
		SizeT produced = MIN(CHECK_PIECE, checker->size - checker->checked);
		SizeT consumed = left;
		ELzmaStatus status;

		checker->good = LzmaDec_DecodeToBuf(decoder, piece, &produced, in, &consumed, LZMA_FINISH_ANY,
					&status) == SZ_OK &&
				memcmp(piece, checker->input + checker->checked, produced) == 0;
		checker->checked += produced;
		in += consumed;
		left -= consumed;
		if (produced == 0 || (left == 0 && produced < CHECK_PIECE))
			return;
	}
}

static gpointer
check_chunks(gpointer data)
{
	Checker *checker = data;
	g_autofree guint8 *piece = g_malloc(CHECK_PIECE);
	CLzmaDec decoder;
	GBytes *chunk;

	LzmaDec_Construct(&decoder);
	checker->good =
		LzmaDec_Allocate(&decoder, checker->properties, GY_LZMA_PROPERTIES_SIZE, &allocator) == SZ_OK;
	if (checker->good)
		LzmaDec_Init(&decoder);
	while ((chunk = g_async_queue_pop(checker->chunks)) != checker->last) {
		if (checker->good)
			check_chunk(checker, &decoder, chunk, piece);
		g_bytes_unref(chunk);
	}
	checker->good &= checker->checked == checker->size;
	LzmaDec_Free(&decoder, &allocator);
	return NULL;
}

/* The SDK's streams; the encoder knows only their first member. */
typedef struct {
	ISeqInStream stream;
	const guint8 *data;
	gsize left;
} Reader;

typedef struct {
	ISeqOutStream stream;
	GByteArray *out;
	GAsyncQueue *chunks;
} Writer;

static SRes
read_input(StreamSelf self, void *buffer, size_t *size)
{
	Reader *reader = (Reader *) self;
	gsize n = MIN(*size, reader->left);

	if (n > 0)
		memcpy(buffer, reader->data, n);
	reader->data += n;
	reader->left -= n;
	*size = n;
	return SZ_OK;
}

static size_t
write_output(OutSelf self, const void *data, size_t size)
{
	Writer *writer = (Writer *) self;

	if (size == 0 || size > G_MAXUINT - writer->out->len)
		return 0;
	g_byte_array_append(writer->out, data, (guint) size);
	g_async_queue_push(writer->chunks, g_bytes_new(data, size));
	return size;
}

static SRes
encode_stream(CLzmaEncHandle encoder, GBytes *input, Writer *writer, GThread **thread, Checker *checker)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(input, &size);
	Reader reader = {.stream = {.Read = read_input}, .data = data, .left = size};
	SRes result;

	/* without a thread to spare it is checked afterwards: the queue keeps it all */
	*thread = g_thread_try_new("lzma-check", check_chunks, checker, NULL);
	result = LzmaEnc_Encode(encoder, &writer->stream, &reader.stream, NULL, &allocator, &allocator);
	g_async_queue_push(checker->chunks, checker->last);
	if (*thread)
		g_thread_join(*thread);
	else
		check_chunks(checker);
	return result;
}

static SRes
encode_checked(GBytes *input, const GyLzmaParameters *parameters, Writer *writer, Checker *checker)
{
	CLzmaEncHandle encoder = LzmaEnc_Create(&allocator);
	SizeT properties_size = GY_LZMA_PROPERTIES_SIZE;
	CLzmaEncProps properties;
	GThread *thread = NULL;
	SRes result;

	if (!encoder)
		return SZ_ERROR_MEM;
	fill_properties(&properties, parameters);
	result = LzmaEnc_SetProps(encoder, &properties);
	if (result == SZ_OK)
		result = LzmaEnc_WriteProperties(encoder, checker->properties, &properties_size);
	if (result == SZ_OK) {
		write_header(writer->out, checker->properties, g_bytes_get_size(input));
		result = encode_stream(encoder, input, writer, &thread, checker);
	}
	LzmaEnc_Destroy(encoder, &allocator, &allocator);
	return result;
}

GBytes *
gy_lzma_encode_checked(GBytes *input, const GyLzmaParameters *parameters, GError **error)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(input, &size);
	g_autoptr(GByteArray) out = g_byte_array_sized_new((guint) MIN(size, OUTPUT_MAX) + 1024);
	g_autoptr(GAsyncQueue) chunks = g_async_queue_new_full((GDestroyNotify) g_bytes_unref);
	g_autoptr(GBytes) last = g_bytes_new_static("", 0);
	Checker checker = {.chunks = chunks, .last = last, .input = data, .size = size};
	Writer writer = {.stream = {.Write = write_output}, .out = out, .chunks = chunks};
	SRes result = encode_checked(input, parameters, &writer, &checker);

	if (result != SZ_OK) {
		g_set_error(error, GY_ERROR, GY_ERROR_IMAGE_COMPRESSION,
			_("the LZMA encoder stopped with code %d"), result);
		return NULL;
	}
	if (!checker.good) {
		g_set_error(error, GY_ERROR, GY_ERROR_INTERNAL,
			_("what the LZMA encoder gave does not unpack to its input after %zu of %zu bytes"),
			checker.checked, size);
		return NULL;
	}
	return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}

/* ---- decoding ------------------------------------------------------------------------------------------- */

/* (transfer full): @used: bytes of the stream that were needed; @finish: whether the stream has to end there. */
static GBytes *
decode(const guint8 properties[GY_LZMA_PROPERTIES_SIZE], const guint8 *stream, gsize *used, guint64 size,
	ELzmaFinishMode finish, ELzmaStatus *status, GError **error)
{
	g_autofree guint8 *out = NULL;
	SizeT out_size = (SizeT) size;
	SizeT in_size = *used;
	SRes result;

	if (size > OUTPUT_MAX) {
		g_set_error(error, GY_ERROR, GY_ERROR_IMAGE_COMPRESSION,
			_("the LZMA header announces %" PRIu64 " bytes, at most %d are taken"), size,
			OUTPUT_MAX);
		return NULL;
	}
	out = g_malloc(MAX(size, 1));
	result = LzmaDecode(out, &out_size, stream, &in_size, properties, GY_LZMA_PROPERTIES_SIZE, finish,
		status, &allocator);
	/* a stream that is too short is SZ_ERROR_INPUT_EOF or, in later SDKs, only tells by its status */
	if (result != SZ_OK || out_size != size) {
		g_set_error(error, GY_ERROR, GY_ERROR_IMAGE_COMPRESSION,
			_("the LZMA stream breaks off or is damaged after %zu of %" PRIu64 " bytes"),
			(gsize) out_size, size);
		return NULL;
	}
	*used = in_size;
	return g_bytes_new_take(g_steal_pointer(&out), (gsize) size);
}

GBytes *
gy_lzma_decode(const guint8 properties[GY_LZMA_PROPERTIES_SIZE], const guint8 *stream, gsize stream_size,
	guint64 size, gsize *used, GError **error)
{
	gsize needed = stream_size;
	ELzmaStatus status;
	GBytes *bytes = decode(properties, stream, &needed, size, LZMA_FINISH_ANY, &status, error);

	if (bytes && used)
		*used = needed;
	return bytes;
}

GBytes *
gy_lzma_decode_whole(const guint8 properties[GY_LZMA_PROPERTIES_SIZE], const guint8 *stream,
	gsize stream_size, guint64 size, gboolean *is_whole, GError **error)
{
	gsize used = stream_size;
	ELzmaStatus status = LZMA_STATUS_NOT_SPECIFIED;
	GBytes *bytes = decode(properties, stream, &used, size, LZMA_FINISH_END, &status, error);

	*is_whole = bytes && used == stream_size &&
		    (status == LZMA_STATUS_FINISHED_WITH_MARK ||
			    status == LZMA_STATUS_MAYBE_FINISHED_WITHOUT_MARK);
	return bytes;
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
