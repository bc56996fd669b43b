/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/alios/xz-private.h"

enum gya_patch_result
alios_xz_open(struct alios_xz_stream *stream, const struct gya_patch_source *source, uint32_t at,
	uint32_t size, const struct gya_xz *xz, uint32_t dictionary)
{
	stream->source = source;
	stream->xz = xz;
	stream->at = at;
	stream->end = at + size;
	stream->left = 0;
	stream->used = 0;
	stream->cached = 0;
	stream->is_over = size == 0;
	if (size == 0)
		return GYA_PATCH_OK;
	if (!xz)
		return GYA_PATCH_E_COMPRESSION;
	xz->start(xz->context);
	if (dictionary > xz->dictionary)
		dictionary = xz->dictionary;
	return alios_xz_inspect(source, at, size, dictionary, &stream->left);
}

/* More of what is stored into an empty cache. */
static enum gya_patch_result
fill(struct alios_xz_stream *stream)
{
	uint32_t size = stream->end - stream->at;

	if (size > sizeof stream->cache)
		size = sizeof stream->cache;
	if (size == 0)
		return GYA_PATCH_E_DATA;
	if (!stream->source->read(stream->source->context, stream->at, stream->cache, size))
		return GYA_PATCH_E_READ_PATCH;
	stream->at += size;
	stream->used = 0;
	stream->cached = size;
	return GYA_PATCH_OK;
}

/* Up to *size bytes. A decoder that neither takes nor gives anything has more to give than the stream said. */
static enum gya_patch_result
step(struct alios_xz_stream *stream, uint8_t *bytes, uint32_t *size)
{
	enum gya_patch_result result = stream->used < stream->cached ? GYA_PATCH_OK : fill(stream);
	uint32_t n_in = stream->cached - stream->used;

	if (result != GYA_PATCH_OK)
		return result;
	switch (stream->xz->decode(stream->xz->context, bytes, size, stream->cache + stream->used, &n_in)) {
	case GYA_XZ_MORE:
		stream->used += n_in;
		return *size > 0 || n_in > 0 ? GYA_PATCH_OK : GYA_PATCH_E_DATA;
	case GYA_XZ_END:
		stream->used += n_in;
		stream->is_over = true;
		return GYA_PATCH_OK;
	case GYA_XZ_E_DICTIONARY: return GYA_PATCH_E_COMPRESSION;
	case GYA_XZ_E_DATA: break;
	}
	return GYA_PATCH_E_DATA;
}

enum gya_patch_result
alios_xz_get(struct alios_xz_stream *stream, uint8_t *bytes, uint32_t size)
{
	enum gya_patch_result result = GYA_PATCH_OK;

	if (size > stream->left)
		return GYA_PATCH_E_DATA;
	stream->left -= size;
	while (size > 0 && result == GYA_PATCH_OK) {
		uint32_t n = size;

		if (stream->is_over)
			return GYA_PATCH_E_DATA;
		result = step(stream, bytes, &n);
		bytes += n;
		size -= n;
	}
	return result;
}

enum gya_patch_result
alios_xz_close(struct alios_xz_stream *stream)
{
	enum gya_patch_result result = stream->left == 0 ? GYA_PATCH_OK : GYA_PATCH_E_DATA;
	uint8_t nowhere;

	while (result == GYA_PATCH_OK && !stream->is_over) {
		uint32_t n = 0;

		result = step(stream, &nowhere, &n);
	}
	if (result == GYA_PATCH_OK && (stream->at != stream->end || stream->used != stream->cached))
		result = GYA_PATCH_E_DATA;
	return result;
}
