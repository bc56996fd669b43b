/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/patch/stream-private.h"
#include "protocol/wire/mem.h"

#define HEAD_SIZE        4u
#define COMPRESSION_NONE 0u
#define COMPRESSION_LZMA 3u
#define VERSION_NORMAL   1u
#define TAG_BACK         1u
#define TAG_SAME         2u /* no differences follow */

/* `n` bytes, the lowest first. */
static enum gya_patch_result
get_size(struct gya_patch_stream *stream, uint32_t n, uint32_t *size)
{
	uint32_t i;

	*size = 0;
	for (i = 0; i < n; i++) {
		uint8_t byte;
		enum gya_patch_result result = gya_patch_stream_get(stream, &byte, 1);

		if (result != GYA_PATCH_OK)
			return result == GYA_PATCH_E_DATA ? GYA_PATCH_E_FORMAT : result;
		if (i < sizeof *size)
			*size |= (uint32_t) byte << 8 * i;
		else if (byte != 0)
			return GYA_PATCH_E_TOO_LARGE;
	}
	return GYA_PATCH_OK;
}

enum gya_patch_result
gya_hpatchlite_read_head(struct gya_hpatchlite *hi, const struct gya_patch_source *patch)
{
	struct gya_patch_stream *body = &hi->body;
	enum gya_patch_result result;
	uint8_t head[HEAD_SIZE];

	gya_patch_stream_open(body, patch, 0, patch->size);
	result = gya_patch_stream_get(body, head, sizeof head);
	if (result == GYA_PATCH_E_READ_PATCH)
		return result;
	if (result != GYA_PATCH_OK || head[0] != 'h' || head[1] != 'I' || head[3] >> 6 != VERSION_NORMAL)
		return GYA_PATCH_E_FORMAT;
	if (head[2] != COMPRESSION_NONE && head[2] != COMPRESSION_LZMA)
		return GYA_PATCH_E_COMPRESSION;
	hi->is_packed = head[2] == COMPRESSION_LZMA;
	result = get_size(body, head[3] & 7u, &hi->new_size);
	return result == GYA_PATCH_OK ? get_size(body, head[3] >> 3 & 7u, &hi->body_size) : result;
}

enum gya_patch_result
gya_hpatchlite_open(
	struct gya_hpatchlite *hi, const struct gya_patch_source *patch, const struct gya_lzma *lzma)
{
	enum gya_patch_result result = gya_hpatchlite_read_head(hi, patch);

	if (result == GYA_PATCH_OK && hi->is_packed)
		result = gya_patch_stream_unpack(&hi->body, lzma, hi->body_size);
	return result;
}

struct cover {
	uint32_t length;
	uint32_t tag;
	uint32_t distance;
	uint32_t copy;
};

static enum gya_patch_result
get_cover(struct gya_patch_stream *body, struct cover *cover)
{
	enum gya_patch_result result = gya_patch_stream_number(body, 0, NULL, &cover->length);

	if (result == GYA_PATCH_OK)
		result = gya_patch_stream_number(body, 2, &cover->tag, &cover->distance);
	if (result == GYA_PATCH_OK)
		result = gya_patch_stream_number(body, 0, NULL, &cover->copy);
	return result;
}

static enum gya_patch_result
apply_cover(struct gya_hpatchlite *hi, const struct gya_patch_source *old, uint32_t at,
	const struct cover *cover, const struct gya_patch_sink *sink)
{
	bool is_same = (cover->tag & TAG_SAME) != 0;
	enum gya_patch_result result = GYA_PATCH_OK;
	uint32_t left = cover->length;

	if (is_same)
		memset(hi->piece, 0, sizeof hi->piece);
	while (left > 0 && result == GYA_PATCH_OK) {
		uint32_t n = gya_patch_least(left, GYA_PATCH_PIECE);

		if (!is_same)
			result = gya_patch_stream_get(&hi->body, hi->piece, n);
		if (result == GYA_PATCH_OK)
			result = gya_patch_add(old, at, sink, hi->old_piece, hi->piece, n);
		at += n;
		left -= n;
	}
	return result;
}

enum gya_patch_result
gya_hpatchlite_apply(
	struct gya_hpatchlite *hi, const struct gya_patch_source *old, const struct gya_patch_sink *sink)
{
	uint32_t old_end = 0;
	uint32_t new_end = 0;
	uint32_t n_covers;
	enum gya_patch_result result = gya_patch_stream_number(&hi->body, 0, NULL, &n_covers);

	while (result == GYA_PATCH_OK && n_covers-- > 0) {
		struct cover cover;
		uint32_t at;

		result = get_cover(&hi->body, &cover);
		if (result != GYA_PATCH_OK)
			break;
		if (cover.copy > hi->new_size - new_end ||
			cover.length > hi->new_size - new_end - cover.copy ||
			(cover.length == 0 && n_covers > 0) ||
			!gya_patch_place(old_end, (cover.tag & TAG_BACK) != 0, cover.distance, cover.length,
				old->size, &at))
			return GYA_PATCH_E_DATA;
		result = gya_patch_copy(&hi->body, sink, hi->piece, cover.copy);
		if (result == GYA_PATCH_OK)
			result = apply_cover(hi, old, at, &cover, sink);
		old_end = at + cover.length;
		new_end += cover.copy + cover.length;
	}
	if (result == GYA_PATCH_OK && (new_end != hi->new_size || hi->body.left != 0))
		result = GYA_PATCH_E_DATA;
	return result;
}
