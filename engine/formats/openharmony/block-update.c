// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/openharmony/block-update.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/delta/patch.h"
#include "engine/formats/openharmony/pkgdiff.h"

/* What is done to the image, or only counted. */
typedef struct {
	const GyOhosTransferList *list;
	const GyOhosBlockFiles *files;
	const char *name;
	guint8 *image; /* (nullable): while only counting */
	guint32 n_blocks;
	GHashTable *stashes; /* of Stash, by name */
	guint32 n_stashed;
	guint32 n_written;
	gsize new_at;
} Update;

static gboolean
fail(const Update *update, const GyOhosTransfer *transfer, GyError code, const char *message, GError **error)
{
	g_set_error(error, GY_ERROR, (int) code, "%s:%u: %s", update->name, transfer->line, message);
	return FALSE;
}

/* ---- blocks --------------------------------------------------------------------------------------------- */

/* Between ranges of an image and bytes that stand together. */
typedef void (*CopyBlocks)(guint8 *image, guint8 *together, gsize size);

static void
gather(guint8 *image, guint8 *together, gsize size)
{
	memcpy(together, image, size);
}

static void
scatter(guint8 *image, guint8 *together, gsize size)
{
	memcpy(image, together, size);
}

static void
copy_ranges(guint8 *image, const GArray *ranges, guint8 *together, CopyBlocks copy)
{
	for (guint i = 0; i < ranges->len; i++) {
		const GyOhosBlocks *blocks = &g_array_index(ranges, GyOhosBlocks, i);
		gsize size = (gsize) (blocks->end - blocks->start) * OHOS_BLOCK_SIZE;

		copy(image + (gsize) blocks->start * OHOS_BLOCK_SIZE, together, size);
		together += size;
	}
}

static char *
digest_of(const guint8 *data, gsize size)
{
	guint8 digest[GY_SHA256_SIZE];

	gy_sha256(data, size, digest);
	return gy_hex(digest, sizeof digest);
}

static gboolean
has_digest(const guint8 *data, gsize size, const char *expected)
{
	g_autofree char *found = digest_of(data, size);

	return g_str_equal(found, expected);
}

char *
gy_ohos_block_digest(GBytes *image, const GArray *ranges)
{
	gsize size = (gsize) gy_ohos_ranges_size(ranges) * OHOS_BLOCK_SIZE;
	g_autofree guint8 *together = NULL;

	if (gy_ohos_ranges_end(ranges) > g_bytes_get_size(image) / OHOS_BLOCK_SIZE)
		return NULL;
	together = g_malloc(size);
	copy_ranges((guint8 *) g_bytes_get_data(image, NULL), ranges, together, gather);
	return digest_of(together, size);
}

/* ---- stashes -------------------------------------------------------------------------------------------- */

/* Blocks that were put aside; @data is %NULL while only counting. */
typedef struct {
	guint32 n_blocks;
	guint8 *data;
} Stash;

static void
stash_free(Stash *stash)
{
	g_free(stash->data);
	g_free(stash);
}

static gboolean
keep(Update *update, const GyOhosTransfer *transfer, GError **error)
{
	guint32 n_blocks = gy_ohos_ranges_size(transfer->target);
	gsize size = (gsize) n_blocks * OHOS_BLOCK_SIZE;
	Stash *stash;

	if (g_hash_table_contains(update->stashes, transfer->stash))
		return fail(update, transfer, GY_ERROR_PATCH_MALFORMED, _("this is stashed already"), error);
	if (n_blocks > update->list->n_stashed - update->n_stashed)
		return fail(update, transfer, GY_ERROR_PATCH_MALFORMED,
			_("more is stashed than the fourth line says"), error);
	stash = g_new0(Stash, 1);
	stash->n_blocks = n_blocks;
	update->n_stashed += n_blocks;
	g_hash_table_insert(update->stashes, transfer->stash, stash);
	if (!update->image)
		return TRUE;
	stash->data = g_malloc(size);
	copy_ranges(update->image, transfer->target, stash->data, gather);
	return has_digest(stash->data, size, transfer->stash) ||
	       fail(update, transfer, GY_ERROR_IMAGE_OTHER_OLD,
		       _("the old image has other blocks than those that are stashed"), error);
}

static gboolean
drop(Update *update, const GyOhosTransfer *transfer, GError **error)
{
	const Stash *stash = g_hash_table_lookup(update->stashes, transfer->stash);

	if (!stash)
		return fail(update, transfer, GY_ERROR_PATCH_MALFORMED, _("nothing is stashed by that name"),
			error);
	update->n_stashed -= stash->n_blocks;
	g_hash_table_remove(update->stashes, transfer->stash);
	return TRUE;
}

/* ---- what comes from old blocks ------------------------------------------------------------------------- */

static gboolean
check_source(const Update *update, const GyOhosTransfer *transfer, GError **error)
{
	for (guint i = 0; i < transfer->pieces->len; i++) {
		const GyOhosPiece *piece = transfer->pieces->pdata[i];
		const Stash *stash = g_hash_table_lookup(update->stashes, piece->stash);

		if (!stash || stash->n_blocks != gy_ohos_ranges_size(piece->places))
			return fail(update, transfer, GY_ERROR_PATCH_MALFORMED,
				_("it uses what is not stashed, or not in that size"), error);
	}
	return !transfer->source || gy_ohos_ranges_end(transfer->source) <= update->n_blocks ||
	       fail(update, transfer, GY_ERROR_IMAGE_OTHER_OLD, _("the old image has no such blocks"), error);
}

/* (transfer full): blocks of the image and of stashes, in their places. */
static guint8 *
put_together(const Update *update, const GyOhosTransfer *transfer)
{
	guint8 *together = g_malloc0((gsize) transfer->n_source * OHOS_BLOCK_SIZE);

	if (transfer->source && transfer->places) {
		gsize size = (gsize) gy_ohos_ranges_size(transfer->source) * OHOS_BLOCK_SIZE;
		g_autofree guint8 *own = g_malloc(size);

		copy_ranges(update->image, transfer->source, own, gather);
		copy_ranges(together, transfer->places, own, scatter);
	} else if (transfer->source) {
		copy_ranges(update->image, transfer->source, together, gather);
	}
	for (guint i = 0; i < transfer->pieces->len; i++) {
		const GyOhosPiece *piece = transfer->pieces->pdata[i];
		const Stash *stash = g_hash_table_lookup(update->stashes, piece->stash);

		copy_ranges(together, piece->places, stash->data, scatter);
	}
	return together;
}

static gboolean
write_target(Update *update, const GyOhosTransfer *transfer, guint8 *made, gsize size, GError **error)
{
	if (size != (gsize) gy_ohos_ranges_size(transfer->target) * OHOS_BLOCK_SIZE)
		return fail(update, transfer, GY_ERROR_PATCH_MALFORMED,
			_("the patch does not make as many blocks as are written"), error);
	if (!has_digest(made, size, transfer->sha256))
		return fail(update, transfer, GY_ERROR_PATCH_MALFORMED,
			_("what comes out is not what its SHA-256 says"), error);
	copy_ranges(update->image, transfer->target, made, scatter);
	return TRUE;
}

static gboolean
move(Update *update, const GyOhosTransfer *transfer, GError **error)
{
	gsize size = (gsize) transfer->n_source * OHOS_BLOCK_SIZE;
	g_autofree guint8 *together = NULL;

	if (!check_source(update, transfer, error))
		return FALSE;
	if (!update->image)
		return TRUE;
	together = put_together(update, transfer);
	if (!has_digest(together, size, transfer->sha256))
		return fail(update, transfer, GY_ERROR_IMAGE_OTHER_OLD,
			_("the old image has other blocks than those that are moved"), error);
	return write_target(update, transfer, together, size, error);
}

/* (transfer full) (nullable): the patch of one line. */
static GBytes *
patch_of(const Update *update, const GyOhosTransfer *transfer, GError **error)
{
	gsize size = g_bytes_get_size(update->files->patches);

	if (transfer->offset <= size && transfer->size <= size - transfer->offset)
		return g_bytes_new_from_bytes(
			update->files->patches, (gsize) transfer->offset, (gsize) transfer->size);
	fail(update, transfer, GY_ERROR_PATCH_TRUNCATED, _("patch.dat has no such part"), error);
	return NULL;
}

static gboolean
check_patch(const Update *update, const GyOhosTransfer *transfer, GBytes *patch, GError **error)
{
	guint64 new_size = 0, old_size = 0;
	gboolean is_good;

	if (transfer->kind == GY_OHOS_TRANSFER_PKGDIFF) {
		is_good = gy_ohos_pkgdiff_read(patch, &new_size, &old_size, error);
	} else {
		GyPatchInfo info = {0};

		is_good = gy_patch_inspect(patch, &info, error);
		new_size = info.new_size;
	}
	if (!is_good) {
		g_prefix_error(error, "%s:%u: ", update->name, transfer->line);
		return FALSE;
	}
	return (new_size == (guint64) gy_ohos_ranges_size(transfer->target) * OHOS_BLOCK_SIZE &&
		       old_size <= (guint64) transfer->n_source * OHOS_BLOCK_SIZE) ||
	       fail(update, transfer, GY_ERROR_PATCH_MALFORMED,
		       _("the patch is about other sizes than its line"), error);
}

static gboolean
apply_patch(Update *update, const GyOhosTransfer *transfer, GBytes *patch, GError **error)
{
	gsize size = (gsize) transfer->n_source * OHOS_BLOCK_SIZE;
	g_autoptr(GBytes) old = g_bytes_new_take(put_together(update, transfer), size);
	g_autoptr(GBytes) made = NULL;

	if (!has_digest(g_bytes_get_data(old, NULL), size, transfer->source_sha256))
		return fail(update, transfer, GY_ERROR_IMAGE_OTHER_OLD,
			_("the old image has other blocks than those that are patched"), error);
	made = transfer->kind == GY_OHOS_TRANSFER_PKGDIFF ? gy_ohos_pkgdiff_apply(patch, old, error)
							  : gy_patch_apply(patch, old, error);
	if (!made) {
		g_prefix_error(error, "%s:%u: ", update->name, transfer->line);
		return FALSE;
	}
	return write_target(
		update, transfer, (guint8 *) g_bytes_get_data(made, NULL), g_bytes_get_size(made), error);
}

static gboolean
patch_blocks(Update *update, const GyOhosTransfer *transfer, GError **error)
{
	g_autoptr(GBytes) patch = patch_of(update, transfer, error);

	if (!patch || !check_source(update, transfer, error) || !check_patch(update, transfer, patch, error))
		return FALSE;
	return !update->image || apply_patch(update, transfer, patch, error);
}

/* ---- what does not -------------------------------------------------------------------------------------- */

static gboolean
write_new(Update *update, const GyOhosTransfer *transfer, GError **error)
{
	gsize size = (gsize) gy_ohos_ranges_size(transfer->target) * OHOS_BLOCK_SIZE;
	gsize there = g_bytes_get_size(update->files->new_data);
	const guint8 *data = g_bytes_get_data(update->files->new_data, NULL);

	if (size > there - update->new_at)
		return fail(update, transfer, GY_ERROR_PATCH_TRUNCATED, _("new.dat has not so many blocks"),
			error);
	if (update->image)
		copy_ranges(update->image, transfer->target, (guint8 *) data + update->new_at, scatter);
	update->new_at += size;
	return TRUE;
}

static void
write_zeros(Update *update, const GyOhosTransfer *transfer)
{
	for (guint i = 0; update->image && i < transfer->target->len; i++) {
		const GyOhosBlocks *blocks = &g_array_index(transfer->target, GyOhosBlocks, i);

		memset(update->image + (gsize) blocks->start * OHOS_BLOCK_SIZE, 0,
			(gsize) (blocks->end - blocks->start) * OHOS_BLOCK_SIZE);
	}
}

/* ---- all of it ------------------------------------------------------------------------------------------ */

static gboolean
run_transfer(Update *update, const GyOhosTransfer *transfer, GError **error)
{
	switch (transfer->kind) {
	/* what is in these blocks is of no interest */
	case GY_OHOS_TRANSFER_ERASE: return TRUE;
	case GY_OHOS_TRANSFER_NEW: return write_new(update, transfer, error);
	case GY_OHOS_TRANSFER_ZERO: write_zeros(update, transfer); return TRUE;
	case GY_OHOS_TRANSFER_MOVE: return move(update, transfer, error);
	case GY_OHOS_TRANSFER_BSDIFF:
	case GY_OHOS_TRANSFER_PKGDIFF: return patch_blocks(update, transfer, error);
	case GY_OHOS_TRANSFER_STASH: return keep(update, transfer, error);
	case GY_OHOS_TRANSFER_FREE: return drop(update, transfer, error);
	}
	g_return_val_if_reached(FALSE);
}

static gboolean
is_written(const GyOhosTransfer *transfer)
{
	return transfer->target && transfer->kind != GY_OHOS_TRANSFER_ERASE &&
	       transfer->kind != GY_OHOS_TRANSFER_STASH;
}

static gboolean
run_list(Update *update, GError **error)
{
	for (guint i = 0; i < update->list->transfers->len; i++) {
		const GyOhosTransfer *transfer = update->list->transfers->pdata[i];

		if (transfer->kind == GY_OHOS_TRANSFER_STASH &&
			gy_ohos_ranges_end(transfer->target) > update->n_blocks)
			return fail(update, transfer, GY_ERROR_IMAGE_OTHER_OLD,
				_("the old image has no such blocks"), error);
		if (!run_transfer(update, transfer, error))
			return FALSE;
		if (is_written(transfer))
			update->n_written += gy_ohos_ranges_size(transfer->target);
	}
	return TRUE;
}

static gboolean
check_end(const Update *update, GError **error)
{
	gsize left = g_bytes_get_size(update->files->new_data) - update->new_at;

	if (left > 0) {
		g_set_error(error, GY_ERROR, GY_ERROR_PATCH_TRAILING,
			_("%s: %zu bytes of new.dat are not used"), update->name, left);
		return FALSE;
	}
	if (update->n_written == update->list->n_written)
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_PATCH_MALFORMED,
		_("%s:2: %u blocks are written, the line says %u"), update->name, update->n_written,
		update->list->n_written);
	return FALSE;
}

static gboolean
run(Update *update, GError **error)
{
	g_autoptr(GHashTable) stashes =
		g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify) stash_free);

	update->stashes = stashes;
	return run_list(update, error) && check_end(update, error);
}

gboolean
gy_ohos_block_check(
	const GyOhosTransferList *list, const GyOhosBlockFiles *files, const char *name, GError **error)
{
	Update update = {.list = list, .files = files, .name = name, .n_blocks = OHOS_BLOCKS_MAX};

	return run(&update, error);
}

GBytes *
gy_ohos_block_apply(const GyOhosTransferList *list, const GyOhosBlockFiles *files, const char *name,
	GBytes *old, GError **error)
{
	gsize old_size = 0;
	const guint8 *data = g_bytes_get_data(old, &old_size);
	gsize size = MAX(old_size, (gsize) gy_ohos_transfer_list_end(list) * OHOS_BLOCK_SIZE);
	g_autofree guint8 *image = NULL;
	Update update = {.list = list,
		.files = files,
		.name = name,
		.n_blocks = (guint32) MIN(size / OHOS_BLOCK_SIZE, OHOS_BLOCKS_MAX)};

	/* counting costs nothing, and shows what is wrong before anything is copied */
	if (!gy_ohos_block_check(list, files, name, error))
		return NULL;
	if (list->n_stashed > update.n_blocks) {
		g_set_error(error, GY_ERROR, GY_ERROR_PATCH_MALFORMED,
			_("%s:4: more is to be stashed than the image has blocks"), name);
		return NULL;
	}
	image = g_malloc0(MAX(size, 1));
	if (old_size > 0)
		memcpy(image, data, old_size);
	update.image = image;
	return run(&update, error) ? g_bytes_new_take(g_steal_pointer(&image), size) : NULL;
}
