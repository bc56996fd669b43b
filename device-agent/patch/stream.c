/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/patch/stream-private.h"
#include "protocol/wire/mem.h"

#define LZMA_PROPERTIES 5u
#define MORE_BITS       7u

void
gya_patch_stream_open(
	struct gya_patch_stream *stream, const struct gya_patch_source *patch, uint32_t at, uint32_t size)
{
	stream->patch = patch;
	stream->lzma = NULL;
	stream->at = at;
	stream->end = at + size;
	stream->left = size;
	stream->used = 0;
	stream->cached = 0;
}

/* More of the patch into an empty cache; with nothing left there it stays empty. */
static enum gya_patch_result
fill(struct gya_patch_stream *stream)
{
	uint32_t size = gya_patch_least(stream->end - stream->at, sizeof stream->cache);

	stream->used = 0;
	stream->cached = 0;
	if (size > 0 && !stream->patch->read(stream->patch->context, stream->at, stream->cache, size))
		return GYA_PATCH_E_READ_PATCH;
	stream->at += size;
	stream->cached = size;
	return GYA_PATCH_OK;
}

static enum gya_patch_result
get_plain(struct gya_patch_stream *stream, uint8_t *bytes, uint32_t size)
{
	while (size > 0) {
		uint32_t n = gya_patch_least(size, stream->cached - stream->used);

		if (n == 0) {
			enum gya_patch_result result = fill(stream);

			if (result != GYA_PATCH_OK)
				return result;
			continue;
		}
		memcpy(bytes, stream->cache + stream->used, n);
		stream->used += n;
		bytes += n;
		size -= n;
	}
	return GYA_PATCH_OK;
}

/* A decoder that neither takes nor gives anything wants input that is not there. */
static enum gya_patch_result
get_unpacked(struct gya_patch_stream *stream, uint8_t *bytes, uint32_t size)
{
	while (size > 0) {
		uint32_t n_out = size;
		uint32_t n_in;

		if (stream->used == stream->cached) {
			enum gya_patch_result result = fill(stream);

			if (result != GYA_PATCH_OK)
				return result;
		}
		n_in = stream->cached - stream->used;
		if (!stream->lzma->decode(
			    stream->lzma->context, bytes, &n_out, stream->cache + stream->used, &n_in) ||
			(n_out == 0 && n_in == 0))
			return GYA_PATCH_E_DATA;
		stream->used += n_in;
		bytes += n_out;
		size -= n_out;
	}
	return GYA_PATCH_OK;
}

enum gya_patch_result
gya_patch_stream_get(struct gya_patch_stream *stream, uint8_t *bytes, uint32_t size)
{
	if (size > stream->left)
		return GYA_PATCH_E_DATA;
	stream->left -= size;
	return stream->lzma ? get_unpacked(stream, bytes, size) : get_plain(stream, bytes, size);
}

enum gya_patch_result
gya_patch_stream_skip(struct gya_patch_stream *stream, uint32_t size)
{
	uint8_t dropped[32];
	enum gya_patch_result result = GYA_PATCH_OK;

	while (size > 0 && result == GYA_PATCH_OK) {
		uint32_t n = gya_patch_least(size, sizeof dropped);

		result = gya_patch_stream_get(stream, dropped, n);
		size -= n;
	}
	return result;
}

enum gya_patch_result
gya_patch_stream_unpack(struct gya_patch_stream *stream, const struct gya_lzma *lzma, uint32_t unpacked)
{
	uint8_t head[1 + LZMA_PROPERTIES];
	enum gya_patch_result result = gya_patch_stream_get(stream, head, sizeof head);

	if (result != GYA_PATCH_OK)
		return result;
	if (head[0] != LZMA_PROPERTIES)
		return GYA_PATCH_E_FORMAT;
	if (!lzma || !lzma->start(lzma->context, head + 1))
		return GYA_PATCH_E_COMPRESSION;
	stream->lzma = lzma;
	stream->left = unpacked;
	return GYA_PATCH_OK;
}

enum gya_patch_result
gya_patch_stream_number(struct gya_patch_stream *stream, uint32_t n_tag, uint32_t *tag, uint32_t *number)
{
	uint32_t more = 1u << (MORE_BITS - n_tag);
	uint8_t byte;
	enum gya_patch_result result = gya_patch_stream_get(stream, &byte, 1);
	uint32_t value = byte & (more - 1);
	bool goes_on = (byte & more) != 0;

	if (tag)
		*tag = (uint32_t) byte >> (8 - n_tag);
	/* leading zero groups are in order, so the count of bytes says nothing; the part's end bounds them */
	while (result == GYA_PATCH_OK && goes_on) {
		if (value > UINT32_MAX >> MORE_BITS)
			return GYA_PATCH_E_TOO_LARGE;
		result = gya_patch_stream_get(stream, &byte, 1);
		value = value << MORE_BITS | (byte & 0x7Fu);
		goes_on = (byte & 0x80u) != 0;
	}
	*number = value;
	return result;
}

bool
gya_patch_place(uint32_t end, bool is_back, uint32_t distance, uint32_t length, uint32_t size, uint32_t *at)
{
	if (is_back ? distance > end : distance > size - end)
		return false;
	*at = is_back ? end - distance : end + distance;
	return length <= size - *at;
}

enum gya_patch_result
gya_patch_write(const struct gya_patch_sink *sink, const uint8_t *bytes, uint32_t size)
{
	if (sink->watchdog)
		sink->watchdog();
	return sink->write(sink->context, bytes, size) ? GYA_PATCH_OK : GYA_PATCH_E_WRITE;
}

enum gya_patch_result
gya_patch_copy(
	struct gya_patch_stream *stream, const struct gya_patch_sink *sink, uint8_t *piece, uint32_t size)
{
	enum gya_patch_result result = GYA_PATCH_OK;

	while (size > 0 && result == GYA_PATCH_OK) {
		uint32_t n = gya_patch_least(size, GYA_PATCH_PIECE);

		result = gya_patch_stream_get(stream, piece, n);
		if (result == GYA_PATCH_OK)
			result = gya_patch_write(sink, piece, n);
		size -= n;
	}
	return result;
}

enum gya_patch_result
gya_patch_add(const struct gya_patch_source *old, uint32_t at, const struct gya_patch_sink *sink,
	uint8_t *old_piece, const uint8_t *difference, uint32_t size)
{
	uint32_t i;

	if (!old->read(old->context, at, old_piece, size))
		return GYA_PATCH_E_READ_OLD;
	for (i = 0; i < size; i++)
		old_piece[i] = (uint8_t) (old_piece[i] + difference[i]);
	return gya_patch_write(sink, old_piece, size);
}
