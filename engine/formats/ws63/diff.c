// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/ws63/diff.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "engine/compression/lzma.h"
#include "engine/formats/ws63/layout.h"
#include "protocol/wire/bytes.h"

enum {
	LENGTH_AT = GY_LZMA_PROPERTIES_SIZE, /* three bytes */
	STREAM_AT = LENGTH_AT + 3,
	BLOCK_SIZE = 16,
	BLOCK_COPY = 4,
	BLOCK_EXTRA = 8,
	BLOCK_SEEK = 12, /* signed */
};

#define BLOCK_MAGIC 0x44564E4Bu /* "KNVD" */

/*
 * Old and new share the same bytes. Positions count from the start, or, if the image grows, backwards from the end of the
 * larger new one, so that nothing is overwritten before it is needed.
 */
typedef struct {
	guint8 *flash; /* NULL if nothing is applied */
	guint64 old_size;
	guint64 new_size;
	guint64 old_at;
	guint64 new_at;
	GyWs63Patch *patch;
} Applier;

static guint64
room(const Applier *applier)
{
	return MAX(applier->old_size, applier->new_size);
}

static guint8 *
at(const Applier *applier, guint64 position)
{
	gboolean bottom_up = applier->old_size < applier->new_size;

	return applier->flash + (bottom_up ? applier->new_size - 1 - position : position);
}

static void
apply_deltas(Applier *applier, const guint8 *deltas, guint64 n)
{
	gboolean ascending = applier->new_at <= applier->old_at;

	for (guint64 k = 0; k < n; k++) {
		guint64 i = ascending ? k : n - 1 - k;

		*at(applier, applier->new_at + i) = (guint8) (*at(applier, applier->old_at + i) + deltas[k]);
	}
}

static gboolean
check_block(const Applier *applier, guint32 copy, guint32 extra, guint64 left, GError **error)
{
	if (copy > left || extra > left - copy) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_MALFORMED,
			_("block %u of the difference has %u and %u bytes, only %" PRIu64 " are left of it"),
			applier->patch->n_blocks, copy, extra, left);
		return FALSE;
	}
	if (copy > applier->new_size - applier->new_at ||
		extra > applier->new_size - applier->new_at - copy) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_MALFORMED,
			_("block %u of the difference writes behind the new image of %" PRIu64 " bytes"),
			applier->patch->n_blocks, applier->new_size);
		return FALSE;
	}
	if (copy > room(applier) - applier->old_at) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_MALFORMED,
			_("block %u of the difference reads behind the old image"), applier->patch->n_blocks);
		return FALSE;
	}
	return TRUE;
}

static gboolean
seek(Applier *applier, gint32 distance, GError **error)
{
	gint64 position = (gint64) applier->old_at + distance;

	if (position >= 0 && (guint64) position < room(applier)) {
		applier->old_at = (guint64) position;
		return TRUE;
	}
	g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_MALFORMED,
		_("block %u of the difference seeks to byte %" PRId64 " of %" PRIu64),
		applier->patch->n_blocks, position, room(applier));
	return FALSE;
}

/* One block; @used gets its bytes. */
static gboolean
apply_block(Applier *applier, const guint8 *block, guint64 size, guint64 *used, GError **error)
{
	guint32 copy, extra;

	if (size < BLOCK_SIZE || gyw_get_u32le(block) != BLOCK_MAGIC) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_MALFORMED,
			_("the difference has no block where block %u should begin"),
			applier->patch->n_blocks);
		return FALSE;
	}
	copy = gyw_get_u32le(block + BLOCK_COPY);
	extra = gyw_get_u32le(block + BLOCK_EXTRA);
	if (!check_block(applier, copy, extra, size - BLOCK_SIZE, error))
		return FALSE;
	applier->patch->n_in_place += applier->new_at > applier->old_at && copy > 0;
	if (applier->flash)
		apply_deltas(applier, block + BLOCK_SIZE, copy);
	applier->new_at += copy;
	applier->old_at += copy;
	for (guint32 i = 0; applier->flash && i < extra; i++)
		*at(applier, applier->new_at + i) = block[BLOCK_SIZE + copy + i];
	applier->new_at += extra;
	applier->patch->n_blocks++;
	applier->patch->n_changed += copy;
	applier->patch->n_new += extra;
	*used = BLOCK_SIZE + (guint64) copy + extra;
	return seek(applier, (gint32) gyw_get_u32le(block + BLOCK_SEEK), error);
}

static GBytes *
unpack(const guint8 *payload, gsize size, GError **error)
{
	guint32 length;

	if (size < STREAM_AT) {
		g_set_error(error, GY_ERROR, GY_ERROR_IMAGE_COMPRESSION,
			_("a difference of %zu bytes is shorter than its header of %d"), size, STREAM_AT);
		return NULL;
	}
	length = payload[LENGTH_AT] | (guint32) payload[LENGTH_AT + 1] << 8 |
		 (guint32) payload[LENGTH_AT + 2] << 16;
	return gy_lzma_decode(payload, payload + STREAM_AT, size - STREAM_AT, length, NULL, error);
}

static gboolean
apply(Applier *applier, const guint8 *payload, gsize size, GError **error)
{
	g_autoptr(GBytes) blocks = unpack(payload, size, error);
	gsize left = 0;
	const guint8 *block = blocks ? g_bytes_get_data(blocks, &left) : NULL;

	if (!blocks)
		return FALSE;
	while (applier->new_at < applier->new_size) {
		guint64 used = 0;

		if (!apply_block(applier, block, left, &used, error))
			return FALSE;
		block += used;
		left -= (gsize) used;
	}
	return TRUE;
}

static gboolean
check_size(guint64 size, const char *what, GError **error)
{
	if (size <= WS63_IMAGE_MAX)
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_MALFORMED,
		_("the %s image of the difference would have %" PRIu64 " bytes, at most %u are taken"), what,
		size, WS63_IMAGE_MAX);
	return FALSE;
}

gboolean
gy_ws63_patch_read(const guint8 *payload, gsize size, guint32 old_size, guint32 new_size, GyWs63Patch *patch,
	GError **error)
{
	Applier applier = {.old_size = old_size, .new_size = new_size, .patch = patch};

	*patch = (GyWs63Patch){0};
	return check_size(old_size, C_("which image", "old"), error) &&
	       check_size(new_size, C_("which image", "new"), error) && apply(&applier, payload, size, error);
}

GBytes *
gy_ws63_patch_apply(
	const guint8 *payload, gsize size, GBytes *old, guint32 new_size, GyWs63Patch *patch, GError **error)
{
	GyWs63Patch ours = {0};
	gsize old_size = 0;
	const guint8 *old_data = g_bytes_get_data(old, &old_size);
	g_autofree guint8 *flash = NULL;
	Applier applier = {.old_size = old_size, .new_size = new_size, .patch = &ours};

	if (!check_size(old_size, C_("which image", "old"), error) ||
		!check_size(new_size, C_("which image", "new"), error))
		return NULL;
	flash = g_malloc0(MAX(room(&applier), 1));
	applier.flash = flash;
	/* both end at the same place if the image grows: position 0 is the last byte of the new one */
	if (old_size > 0)
		memcpy(flash, old_data, old_size);
	if (!apply(&applier, payload, size, error))
		return NULL;
	if (patch)
		*patch = ours;
	return g_bytes_new(flash, new_size);
}
