// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/openharmony/pkgdiff.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "engine/delta/match.h"
#include "engine/delta/patch.h"

#define MAGIC        "PKGDIFF0"
#define HEAD_SIZE    12 /* the magic and the count of blocks */
#define NORMAL_SIZE  28 /* a normal block: its type and three numbers of 64 bits */
#define RAW_HEAD     8  /* a raw block: its type and the count of its bytes */
#define BLOCKS_MAX   65536
#define PIECE_MAX    41943040 /* from which on images are cut */
#define PIECE_WANTED "PKGDIFF0 with normal and raw blocks"

enum {
	BLOCK_NORMAL = 0,
	BLOCK_DEFLATE = 2,
	BLOCK_RAW = 3,
	BLOCK_LZ4 = 4,
};

/* A block: a patch for a part of the old image, or bytes as they are. */
typedef struct {
	guint32 type;
	guint64 old_start;
	guint64 old_size;
	guint64 offset; /* of the patch or of the bytes */
	guint64 size;
} Block;

/* ---- reading -------------------------------------------------------------------------------------------- */

typedef struct {
	const guint8 *data;
	gsize size;
	gsize at;
	GArray *blocks;
} Reading;

static gboolean
fail(GError **error, GyError code, const char *message, gsize at)
{
	g_set_error(error, GY_ERROR, (int) code, _("%s, at offset %zu"), message, at);
	return FALSE;
}

static guint64
get_number(const guint8 *bytes, guint n_bytes)
{
	guint64 value = 0;

	for (guint i = n_bytes; i-- > 0;)
		value = value << 8 | bytes[i];
	return value;
}

/* (nullable): the next bytes of the head. */
static const guint8 *
take(Reading *reading, gsize size)
{
	if (!reading->data || size > reading->size - reading->at)
		return NULL;
	reading->at += size;
	return reading->data + reading->at - size;
}

static gboolean
read_normal(Reading *reading, Block *block, GError **error)
{
	const guint8 *data = take(reading, NORMAL_SIZE - 4);

	if (!data)
		return fail(
			error, GY_ERROR_PATCH_TRUNCATED, _("the patch ends inside its head"), reading->at);
	block->old_start = get_number(data, 8);
	block->old_size = get_number(data + 8, 8);
	block->offset = get_number(data + 16, 8);
	if (block->old_start > OHOS_DIFFERENCE_MAX ||
		block->old_size > OHOS_DIFFERENCE_MAX - block->old_start)
		return fail(error, GY_ERROR_PATCH_MALFORMED, _("a block is about a part of no image"),
			reading->at);
	if (block->offset > reading->size)
		return fail(error, GY_ERROR_PATCH_TRUNCATED, _("the patch of a block lies behind the end"),
			reading->at);
	return TRUE;
}

static gboolean
read_raw(Reading *reading, Block *block, GError **error)
{
	const guint8 *data = take(reading, 4);

	block->size = data ? get_number(data, 4) : 0;
	block->offset = reading->at;
	return (data && take(reading, (gsize) block->size)) ||
	       fail(error, GY_ERROR_PATCH_TRUNCATED, _("the patch ends inside a raw block"), reading->at);
}

static gboolean
read_block(Reading *reading, GError **error)
{
	const guint8 *data = take(reading, 4);
	Block block = {0};

	if (!data)
		return fail(
			error, GY_ERROR_PATCH_TRUNCATED, _("the patch ends inside its head"), reading->at);
	block.type = (guint32) get_number(data, 4);
	if (block.type == BLOCK_DEFLATE || block.type == BLOCK_LZ4)
		return fail(error, GY_ERROR_PATCH_NOT_SUPPORTED,
			_("the patch unpacks parts of the images, which is not read: only PKGDIFF0 with "
			  "normal and raw blocks"),
			reading->at);
	if (block.type != BLOCK_NORMAL && block.type != BLOCK_RAW)
		return fail(error, GY_ERROR_PATCH_MALFORMED, _("the patch has a block of no known type"),
			reading->at);
	if (!(block.type == BLOCK_RAW ? read_raw : read_normal)(reading, &block, error))
		return FALSE;
	g_array_append_val(reading->blocks, block);
	return TRUE;
}

/* Patches follow each other and the head without a gap, in the order of their blocks. */
static gboolean
measure_patches(Reading *reading, GError **error)
{
	guint64 end = reading->size;

	for (guint i = reading->blocks->len; i-- > 0;) {
		Block *block = &g_array_index(reading->blocks, Block, i);

		if (block->type == BLOCK_RAW)
			continue;
		if (block->offset > end || block->offset < reading->at)
			return fail(error, GY_ERROR_PATCH_MALFORMED, _("the patches are not in order"),
				(gsize) block->offset);
		block->size = end - block->offset;
		end = block->offset;
	}
	return end == reading->at || fail(error, GY_ERROR_PATCH_TRAILING,
					     _("bytes that belong to no patch follow the head"), reading->at);
}

/* (transfer full): the blocks. */
static GArray *
read_blocks(GBytes *patch, GError **error)
{
	g_autoptr(GArray) blocks = g_array_new(FALSE, FALSE, sizeof(Block));
	Reading reading = {.blocks = blocks};
	const guint8 *head;
	guint64 n_blocks;

	reading.data = g_bytes_get_data(patch, &reading.size);
	head = take(&reading, HEAD_SIZE);
	if (!head || memcmp(head, MAGIC, strlen(MAGIC)) != 0) {
		fail(error, GY_ERROR_PATCH_NOT_RECOGNISED, _("the patch is no PKGDIFF0"), 0);
		return NULL;
	}
	n_blocks = get_number(head + strlen(MAGIC), 4);
	if (n_blocks > BLOCKS_MAX) {
		fail(error, GY_ERROR_PATCH_MALFORMED, _("the patch has more blocks than any has"), 8);
		return NULL;
	}
	for (guint64 i = 0; i < n_blocks; i++)
		if (!read_block(&reading, error))
			return NULL;
	return measure_patches(&reading, error) ? g_steal_pointer(&blocks) : NULL;
}

static GBytes *
bytes_of(GBytes *patch, const Block *block)
{
	return g_bytes_new_from_bytes(patch, (gsize) block->offset, (gsize) block->size);
}

/* How many bytes a block makes. */
static gboolean
measure_block(GBytes *patch, const Block *block, guint64 *size, GError **error)
{
	g_autoptr(GBytes) own = bytes_of(patch, block);
	GyPatchInfo info;

	*size = block->size;
	if (block->type == BLOCK_RAW)
		return TRUE;
	if (!gy_patch_inspect(own, &info, error))
		return FALSE;
	*size = info.new_size;
	return info.kind == GY_PATCH_BSDIFF ||
	       fail(error, GY_ERROR_PATCH_NOT_SUPPORTED, _("the patch of a block is no BSDIFF40"),
		       (gsize) block->offset);
}

gboolean
gy_ohos_pkgdiff_read(GBytes *patch, guint64 *new_size, guint64 *old_size, GError **error)
{
	g_autoptr(GArray) blocks = read_blocks(patch, error);
	guint64 made = 0, needed = 0;

	if (!blocks)
		return FALSE;
	for (guint i = 0; i < blocks->len; i++) {
		const Block *block = &g_array_index(blocks, Block, i);
		guint64 size = 0;

		if (!measure_block(patch, block, &size, error))
			return FALSE;
		if (size > OHOS_DIFFERENCE_MAX - made)
			return fail(error, GY_ERROR_PATCH_MALFORMED, _("the new image would be too large"),
				(gsize) block->offset);
		made += size;
		needed = MAX(needed, block->old_start + block->old_size);
	}
	*new_size = made;
	*old_size = needed;
	return TRUE;
}

/* ---- applying ------------------------------------------------------------------------------------------- */

static gboolean
apply_block(GByteArray *out, GBytes *patch, const Block *block, GBytes *old, GError **error)
{
	g_autoptr(GBytes) own = bytes_of(patch, block);
	g_autoptr(GBytes) part = NULL;
	g_autoptr(GBytes) made = NULL;

	if (block->type == BLOCK_RAW) {
		made = g_steal_pointer(&own);
	} else {
		part = g_bytes_new_from_bytes(old, (gsize) block->old_start, (gsize) block->old_size);
		made = gy_patch_apply(own, part, error);
	}
	if (!made)
		return FALSE;
	g_byte_array_append(out, g_bytes_get_data(made, NULL), (guint) g_bytes_get_size(made));
	return TRUE;
}

GBytes *
gy_ohos_pkgdiff_apply(GBytes *patch, GBytes *old, GError **error)
{
	g_autoptr(GArray) blocks = read_blocks(patch, error);
	g_autoptr(GByteArray) out = NULL;
	guint64 new_size = 0, old_size = 0;

	if (!blocks || !gy_ohos_pkgdiff_read(patch, &new_size, &old_size, error))
		return NULL;
	if (old_size > g_bytes_get_size(old)) {
		g_set_error(error, GY_ERROR, GY_ERROR_IMAGE_OTHER_OLD,
			_("the old image has %zu bytes, the patch is about at least %" PRIu64),
			g_bytes_get_size(old), old_size);
		return NULL;
	}
	out = g_byte_array_new();
	for (guint i = 0; i < blocks->len; i++)
		if (!apply_block(out, patch, &g_array_index(blocks, Block, i), old, error))
			return NULL;
	return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}

/* ---- making --------------------------------------------------------------------------------------------- */

static void
append_number(GByteArray *out, guint64 number, guint n_bytes)
{
	for (guint i = 0; i < n_bytes; i++) {
		const guint8 byte = (guint8) (number >> (8 * i));

		g_byte_array_append(out, &byte, 1);
	}
}

/* One piece's share of the whole watch. */
typedef struct {
	const GyWatch *whole;
	guint64 index;
	guint64 n_pieces;
} Share;

static void
tell_share(double done, gpointer data)
{
	const Share *share = data;

	share->whole->progress(((double) share->index + done) / (double) share->n_pieces, share->whole->data);
}

/* The piece of @bytes that is the @index-th of @n. */
static GBytes *
piece_of(GBytes *bytes, guint64 index, guint64 n, guint64 *start)
{
	guint64 size = g_bytes_get_size(bytes);
	guint64 end = size * (index + 1) / n;

	*start = size * index / n;
	return g_bytes_new_from_bytes(bytes, (gsize) *start, (gsize) (end - *start));
}

static GBytes *
make_piece(GByteArray *head, GBytes *old, GBytes *new_bytes, Share *share, guint64 offset, GError **error)
{
	const GyPatchOptions options = {.kind = GY_PATCH_BSDIFF};
	const GyWatch watch = {.cancellable = share->whole ? share->whole->cancellable : NULL,
		.progress = share->whole && share->whole->progress ? tell_share : NULL,
		.data = share};
	guint64 old_start = 0, new_start = 0;
	g_autoptr(GBytes) old_piece = piece_of(old, share->index, share->n_pieces, &old_start);
	g_autoptr(GBytes) new_piece = piece_of(new_bytes, share->index, share->n_pieces, &new_start);

	append_number(head, BLOCK_NORMAL, 4);
	append_number(head, old_start, 8);
	append_number(head, g_bytes_get_size(old_piece), 8);
	append_number(head, offset, 8);
	return gy_patch_make(old_piece, new_piece, &options, &watch, error);
}

GBytes *
gy_ohos_pkgdiff_make(GBytes *old, GBytes *new_bytes, const GyWatch *watch, GError **error)
{
	guint64 largest = MAX(g_bytes_get_size(old), g_bytes_get_size(new_bytes));
	Share share = {.whole = watch, .n_pieces = largest > PIECE_MAX ? largest / PIECE_MAX + 1 : 1};
	g_autoptr(GByteArray) out = g_byte_array_new();
	g_autoptr(GByteArray) patches = g_byte_array_new();

	if (largest > OHOS_DIFFERENCE_MAX) {
		g_set_error(error, GY_ERROR, GY_ERROR_FILE_TOO_LARGE,
			_("an image has %" PRIu64 " bytes, differences are made of at most %d"), largest,
			OHOS_DIFFERENCE_MAX);
		return NULL;
	}
	g_byte_array_append(out, (const guint8 *) MAGIC, strlen(MAGIC));
	append_number(out, share.n_pieces, 4);
	for (; share.index < share.n_pieces; share.index++) {
		guint64 offset = HEAD_SIZE + share.n_pieces * NORMAL_SIZE + patches->len;
		g_autoptr(GBytes) patch = make_piece(out, old, new_bytes, &share, offset, error);

		if (!patch)
			return NULL;
		g_byte_array_append(patches, g_bytes_get_data(patch, NULL), (guint) g_bytes_get_size(patch));
	}
	g_byte_array_append(out, patches->data, patches->len);
	return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}
