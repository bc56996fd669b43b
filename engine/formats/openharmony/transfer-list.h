// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/error.h"
#include "engine/keys/digest.h"

#define OHOS_BLOCK_SIZE 4096
/** OHOS_BLOCKS_MAX: blocks of the largest image that a list is about: 2 GiB. */
#define OHOS_BLOCKS_MAX (G_MAXINT32 / OHOS_BLOCK_SIZE)

/** GyOhosBlocks: blocks from @start on, up to before @end. */
typedef struct {
	guint32 start;
	guint32 end;
} GyOhosBlocks;

/**
 * gy_ohos_ranges_parse:
 * @text: "2,0,5": the count of numbers, then start and end of each range
 *
 * Returns: (transfer full) (nullable) (element-type GyOhosBlocks): %NULL if it is none, or goes beyond %OHOS_BLOCKS_MAX
 */
GArray *gy_ohos_ranges_parse(const char *text);

/** gy_ohos_ranges_size: blocks of all ranges. */
guint32 gy_ohos_ranges_size(const GArray *ranges);

/** gy_ohos_ranges_end: the end of the last one in the image. */
guint32 gy_ohos_ranges_end(const GArray *ranges);

/** GyOhosTransferKind: the first word of a line. */
typedef enum {
	GY_OHOS_TRANSFER_ERASE,
	GY_OHOS_TRANSFER_NEW,
	GY_OHOS_TRANSFER_ZERO,
	GY_OHOS_TRANSFER_MOVE,
	GY_OHOS_TRANSFER_BSDIFF,
	GY_OHOS_TRANSFER_PKGDIFF,
	GY_OHOS_TRANSFER_STASH,
	GY_OHOS_TRANSFER_FREE,
} GyOhosTransferKind;

/** GyOhosPiece: blocks that were stashed before, and where they belong in what is put together. */
typedef struct {
	char *stash;
	GArray *places;
} GyOhosPiece;

/**
 * GyOhosTransfer: one line; what its kind does not have is %NULL or 0.
 * @line: its number
 * @target: ranges that are written; of a stash, those that are kept
 * @offset, @size: of the patch
 * @source_sha256: (nullable): of the blocks that are patched
 * @sha256: (nullable): of the blocks that are written
 * @stash: (nullable): name of what is kept or dropped: its SHA-256
 * @n_source: blocks that are put together from @source and @pieces
 * @source: (nullable): ranges of the image
 * @places: (nullable): where these belong in what is put together; %NULL if they are all of it
 * @pieces: (nullable) (element-type GyOhosPiece): stashed blocks
 */
typedef struct {
	GyOhosTransferKind kind;
	guint line;
	GArray *target;
	guint64 offset;
	guint64 size;
	char *source_sha256;
	char *sha256;
	char *stash;
	guint32 n_source;
	GArray *source;
	GArray *places;
	GPtrArray *pieces;
} GyOhosTransfer;

/**
 * GyOhosTransferList: a transfer.list. FORMAT.md, "Block mode".
 * @n_written: blocks that are written in all, as its second line says
 * @n_stashed: blocks that are stashed at once at most, as its fourth line says
 * @transfers: (element-type GyOhosTransfer): in order
 */
typedef struct {
	guint32 n_written;
	guint32 n_stashed;
	GPtrArray *transfers;
} GyOhosTransferList;

void gy_ohos_transfer_list_free(GyOhosTransferList *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyOhosTransferList, gy_ohos_transfer_list_free)

/**
 * gy_ohos_transfer_list_parse:
 * @bytes: the file
 * @name: stands in messages
 * @error: return location
 *
 * Returns: (transfer full): %NULL with %GY_ERROR_PATCH_MALFORMED, %GY_ERROR_PATCH_TRUNCATED or
 *   %GY_ERROR_PATCH_NOT_SUPPORTED, which name the line
 */
GyOhosTransferList *gy_ohos_transfer_list_parse(
	GBytes *bytes, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_ohos_transfer_list_end: blocks that the image has at least once all is done. */
guint32 gy_ohos_transfer_list_end(const GyOhosTransferList *list);
