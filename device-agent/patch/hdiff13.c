/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/patch/stream-private.h"
#include "protocol/wire/mem.h"

#define MAGIC      "HDIFF13&"
#define MAGIC_SIZE 8u

/* The parts, in the order in which they stand. */
enum part { COVERS, RUNS, RUN_BYTES, NEW_BYTES };

/* What a run of difference bytes is: the tag that it has. */
enum run { RUN_OF_00, RUN_OF_FF, RUN_OF_BYTE, RUN_LITERAL };

/* ---- the head ---- */

/* The plugin's name up to its 0: none, "lzma", or one that is not to be had here. */
static enum gya_patch_result
get_plugin(struct gya_patch_stream *head, bool *is_lzma)
{
	static const char lzma[] = "lzma";
	uint8_t name[sizeof lzma] = {0};
	uint32_t n = 0;

	for (;;) {
		uint8_t byte;
		enum gya_patch_result result = gya_patch_stream_get(head, &byte, 1);

		if (result != GYA_PATCH_OK || byte == 0) {
			*is_lzma = n == sizeof lzma - 1 && memcmp(name, lzma, n) == 0;
			return result;
		}
		if (n < sizeof name)
			name[n++] = byte;
	}
}

static enum gya_patch_result
get_sizes(struct gya_hdiff13 *diff, struct gya_patch_stream *head)
{
	enum gya_patch_result result = gya_patch_stream_number(head, 0, NULL, &diff->new_size);
	uint32_t i;

	if (result == GYA_PATCH_OK)
		result = gya_patch_stream_number(head, 0, NULL, &diff->old_size);
	if (result == GYA_PATCH_OK)
		result = gya_patch_stream_number(head, 0, NULL, &diff->n_covers);
	for (i = 0; i < GYA_HDIFF13_PARTS && result == GYA_PATCH_OK; i++) {
		result = gya_patch_stream_number(head, 0, NULL, &diff->sizes[i].plain);
		if (result == GYA_PATCH_OK)
			result = gya_patch_stream_number(head, 0, NULL, &diff->sizes[i].packed);
	}
	return result;
}

/* The parts stand one behind the other from `at` to the patch's end, and nothing behind them. */
static enum gya_patch_result
place_parts(struct gya_hdiff13 *diff, const struct gya_patch_source *patch, uint32_t at, bool is_lzma)
{
	bool is_packed = false;
	uint32_t i;

	for (i = 0; i < GYA_HDIFF13_PARTS; i++) {
		uint32_t size = diff->sizes[i].packed ? diff->sizes[i].packed : diff->sizes[i].plain;

		if (size > patch->size - at)
			return GYA_PATCH_E_FORMAT;
		gya_patch_stream_open(&diff->parts[i], patch, at, size);
		at += size;
		is_packed = is_packed || diff->sizes[i].packed != 0;
	}
	if (is_packed && !is_lzma)
		return GYA_PATCH_E_COMPRESSION;
	return at == patch->size ? GYA_PATCH_OK : GYA_PATCH_E_FORMAT;
}

enum gya_patch_result
gya_hdiff13_read_head(struct gya_hdiff13 *diff, const struct gya_patch_source *patch)
{
	/* the first part's cache is free until the parts are placed */
	struct gya_patch_stream *head = &diff->parts[COVERS];
	enum gya_patch_result result;
	uint8_t magic[MAGIC_SIZE];
	bool is_lzma = false;

	gya_patch_stream_open(head, patch, 0, patch->size);
	result = gya_patch_stream_get(head, magic, sizeof magic);
	if (result == GYA_PATCH_OK && memcmp(magic, MAGIC, sizeof magic) != 0)
		result = GYA_PATCH_E_FORMAT;
	if (result == GYA_PATCH_OK)
		result = get_plugin(head, &is_lzma);
	if (result == GYA_PATCH_OK)
		result = get_sizes(diff, head);
	if (result != GYA_PATCH_OK)
		return result == GYA_PATCH_E_DATA ? GYA_PATCH_E_FORMAT : result;
	return place_parts(diff, patch, patch->size - head->left, is_lzma);
}

enum gya_patch_result
gya_hdiff13_open(struct gya_hdiff13 *diff, const struct gya_patch_source *patch,
	const struct gya_lzma *const lzma[GYA_HDIFF13_PARTS])
{
	enum gya_patch_result result = gya_hdiff13_read_head(diff, patch);
	uint32_t n_lzma = 0;
	uint32_t i;

	diff->run_left = 0;
	for (i = 0; i < GYA_HDIFF13_PARTS && result == GYA_PATCH_OK; i++)
		if (diff->sizes[i].packed != 0)
			result = gya_patch_stream_unpack(
				&diff->parts[i], lzma[n_lzma++], diff->sizes[i].plain);
	return result;
}

/* ---- the differences ---- */

static enum gya_patch_result
next_run(struct gya_hdiff13 *diff)
{
	uint32_t tag;
	uint32_t length;
	enum gya_patch_result result = gya_patch_stream_number(&diff->parts[RUNS], 2, &tag, &length);

	if (result != GYA_PATCH_OK)
		return result;
	/* a run is one longer than what stands there */
	if (length == UINT32_MAX)
		return GYA_PATCH_E_TOO_LARGE;
	diff->run_left = length + 1;
	diff->run = (uint8_t) tag;
	diff->run_byte = tag == RUN_OF_FF ? 0xFF : 0;
	return tag == RUN_OF_BYTE ? gya_patch_stream_get(&diff->parts[RUN_BYTES], &diff->run_byte, 1)
				  : GYA_PATCH_OK;
}

/* The next `size` bytes of difference; `bytes` NULL: they are of no interest. */
static enum gya_patch_result
get_differences(struct gya_hdiff13 *diff, uint8_t *bytes, uint32_t size)
{
	while (size > 0) {
		uint32_t n = gya_patch_least(size, diff->run_left);
		enum gya_patch_result result = GYA_PATCH_OK;

		if (n == 0)
			result = next_run(diff);
		else if (diff->run == RUN_LITERAL)
			result = bytes ? gya_patch_stream_get(&diff->parts[RUN_BYTES], bytes, n)
				       : gya_patch_stream_skip(&diff->parts[RUN_BYTES], n);
		else if (bytes)
			memset(bytes, diff->run_byte, n);
		if (result != GYA_PATCH_OK)
			return result;
		diff->run_left -= n;
		size -= n;
		if (bytes)
			bytes += n;
	}
	return GYA_PATCH_OK;
}

/* ---- the new image ---- */

/* What lies between covers has differences too, which say nothing. */
static enum gya_patch_result
copy_new(struct gya_hdiff13 *diff, const struct gya_patch_sink *sink, uint32_t size)
{
	enum gya_patch_result result = gya_patch_copy(&diff->parts[NEW_BYTES], sink, diff->piece, size);

	return result == GYA_PATCH_OK ? get_differences(diff, NULL, size) : result;
}

static enum gya_patch_result
apply_cover(struct gya_hdiff13 *diff, const struct gya_patch_source *old, uint32_t at, uint32_t left,
	const struct gya_patch_sink *sink)
{
	enum gya_patch_result result = GYA_PATCH_OK;

	while (left > 0 && result == GYA_PATCH_OK) {
		uint32_t n = gya_patch_least(left, GYA_PATCH_PIECE);

		result = get_differences(diff, diff->piece, n);
		if (result == GYA_PATCH_OK)
			result = gya_patch_add(old, at, sink, diff->old_piece, diff->piece, n);
		at += n;
		left -= n;
	}
	return result;
}

/* Whether everything of every part has been used, and the differences reach exactly as far as the image. */
static bool
is_used_up(const struct gya_hdiff13 *diff)
{
	uint32_t i;

	for (i = 0; i < GYA_HDIFF13_PARTS; i++)
		if (diff->parts[i].left != 0)
			return false;
	return diff->run_left == 0;
}

struct cover {
	uint32_t tag; /* 1: back */
	uint32_t distance;
	uint32_t copy;
	uint32_t length;
};

static enum gya_patch_result
get_cover(struct gya_patch_stream *covers, struct cover *cover)
{
	enum gya_patch_result result = gya_patch_stream_number(covers, 1, &cover->tag, &cover->distance);

	if (result == GYA_PATCH_OK)
		result = gya_patch_stream_number(covers, 0, NULL, &cover->copy);
	if (result == GYA_PATCH_OK)
		result = gya_patch_stream_number(covers, 0, NULL, &cover->length);
	return result;
}

enum gya_patch_result
gya_hdiff13_apply(
	struct gya_hdiff13 *diff, const struct gya_patch_source *old, const struct gya_patch_sink *sink)
{
	enum gya_patch_result result = GYA_PATCH_OK;
	uint32_t n_covers = diff->n_covers;
	uint32_t old_end = 0;
	uint32_t new_end = 0;

	if (old->size < diff->old_size)
		return GYA_PATCH_E_OLD;
	while (result == GYA_PATCH_OK && n_covers-- > 0) {
		struct cover cover;
		uint32_t at;

		result = get_cover(&diff->parts[COVERS], &cover);
		if (result != GYA_PATCH_OK)
			break;
		if (cover.copy > diff->new_size - new_end ||
			cover.length > diff->new_size - new_end - cover.copy ||
			!gya_patch_place(
				old_end, cover.tag != 0, cover.distance, cover.length, diff->old_size, &at))
			return GYA_PATCH_E_DATA;
		result = copy_new(diff, sink, cover.copy);
		if (result == GYA_PATCH_OK)
			result = apply_cover(diff, old, at, cover.length, sink);
		old_end = at + cover.length;
		new_end += cover.copy + cover.length;
	}
	if (result == GYA_PATCH_OK)
		result = copy_new(diff, sink, diff->new_size - new_end);
	return result == GYA_PATCH_OK && !is_used_up(diff) ? GYA_PATCH_E_DATA : result;
}
