// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/openharmony/transfer-list.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define VERSION     "1"
#define HEAD_LINES  4
#define HASH_DIGITS (2 * GY_SHA256_SIZE)

/* ---- ranges --------------------------------------------------------------------------------------------- */

static gboolean
parse_number(const char *text, guint64 limit, guint64 *number)
{
	return g_ascii_string_to_unsigned(text, 10, 0, limit, number, NULL);
}

/* Ranges of one line do not overlap in what the tool writes; that their sum stays small is enough here. */
GArray *
gy_ohos_ranges_parse(const char *text)
{
	g_auto(GStrv) words = g_strsplit(text, ",", -1);
	guint n_words = g_strv_length(words);
	g_autoptr(GArray) ranges = g_array_new(FALSE, FALSE, sizeof(GyOhosBlocks));
	guint64 count = 0, total = 0;

	if (n_words < 3 || n_words % 2 == 0 || !parse_number(words[0], G_MAXUINT32, &count) ||
		count != n_words - 1)
		return NULL;
	for (guint i = 1; i < n_words; i += 2) {
		guint64 start = 0, end = 0;
		GyOhosBlocks blocks;

		if (!parse_number(words[i], OHOS_BLOCKS_MAX, &start) ||
			!parse_number(words[i + 1], OHOS_BLOCKS_MAX, &end) || end <= start)
			return NULL;
		total += end - start;
		if (total > OHOS_BLOCKS_MAX)
			return NULL;
		blocks = (GyOhosBlocks){.start = (guint32) start, .end = (guint32) end};
		g_array_append_val(ranges, blocks);
	}
	return g_steal_pointer(&ranges);
}

guint32
gy_ohos_ranges_size(const GArray *ranges)
{
	guint32 size = 0;

	for (guint i = 0; i < ranges->len; i++) {
		const GyOhosBlocks *blocks = &g_array_index(ranges, GyOhosBlocks, i);

		size += blocks->end - blocks->start;
	}
	return size;
}

guint32
gy_ohos_ranges_end(const GArray *ranges)
{
	guint32 end = 0;

	for (guint i = 0; i < ranges->len; i++)
		end = MAX(end, g_array_index(ranges, GyOhosBlocks, i).end);
	return end;
}

/* ---- lines ---------------------------------------------------------------------------------------------- */

static void
piece_free(GyOhosPiece *piece)
{
	g_free(piece->stash);
	g_clear_pointer(&piece->places, g_array_unref);
	g_free(piece);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyOhosPiece, piece_free)

static void
transfer_free(GyOhosTransfer *transfer)
{
	g_clear_pointer(&transfer->target, g_array_unref);
	g_free(transfer->source_sha256);
	g_free(transfer->sha256);
	g_free(transfer->stash);
	g_clear_pointer(&transfer->source, g_array_unref);
	g_clear_pointer(&transfer->places, g_array_unref);
	g_clear_pointer(&transfer->pieces, g_ptr_array_unref);
	g_free(transfer);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyOhosTransfer, transfer_free)

void
gy_ohos_transfer_list_free(GyOhosTransferList *list)
{
	if (!list)
		return;
	g_ptr_array_unref(list->transfers);
	g_free(list);
}

/* The words of a line, read from left to right. */
typedef struct {
	char **at;
} Words;

static const char *
next_word(Words *words)
{
	return *words->at ? *words->at++ : NULL;
}

static gboolean
take_ranges(Words *words, GArray **ranges)
{
	const char *word = next_word(words);

	*ranges = word ? gy_ohos_ranges_parse(word) : NULL;
	return *ranges != NULL;
}

static gboolean
is_hash(const char *text)
{
	return strlen(text) == HASH_DIGITS && strspn(text, "0123456789abcdef") == HASH_DIGITS;
}

static gboolean
take_hash(Words *words, char **hash)
{
	const char *word = next_word(words);

	*hash = word && is_hash(word) ? g_strdup(word) : NULL;
	return *hash != NULL;
}

static gboolean
take_number(Words *words, guint64 limit, guint64 *number)
{
	const char *word = next_word(words);

	return word && parse_number(word, limit, number);
}

/* "<sha256>:<ranges>" */
static GyOhosPiece *
parse_piece(const char *word)
{
	g_autoptr(GyOhosPiece) piece = g_new0(GyOhosPiece, 1);
	const char *colon = strchr(word, ':');

	if (!colon)
		return NULL;
	piece->stash = g_strndup(word, (gsize) (colon - word));
	piece->places = gy_ohos_ranges_parse(colon + 1);
	return is_hash(piece->stash) && piece->places ? g_steal_pointer(&piece) : NULL;
}

static gboolean
take_pieces(Words *words, GyOhosTransfer *transfer)
{
	const char *word;

	transfer->pieces = g_ptr_array_new_with_free_func((GDestroyNotify) piece_free);
	while ((word = next_word(words))) {
		GyOhosPiece *piece = parse_piece(word);

		if (!piece)
			return FALSE;
		g_ptr_array_add(transfer->pieces, piece);
	}
	return TRUE;
}

/* Every block of the source has to come from somewhere, and no place may lie outside of it. */
static gboolean
is_source_whole(const GyOhosTransfer *transfer)
{
	guint64 total = transfer->source ? gy_ohos_ranges_size(transfer->source) : 0;

	if (transfer->places && (gy_ohos_ranges_size(transfer->places) != total ||
					gy_ohos_ranges_end(transfer->places) > transfer->n_source))
		return FALSE;
	for (guint i = 0; transfer->pieces && i < transfer->pieces->len; i++) {
		const GyOhosPiece *piece = transfer->pieces->pdata[i];

		if (gy_ohos_ranges_end(piece->places) > transfer->n_source)
			return FALSE;
		total += gy_ohos_ranges_size(piece->places);
	}
	return total == transfer->n_source;
}

/* "<count> <ranges>", "<count> <ranges> <places> <piece>…" or "<count> - <piece>…" */
static gboolean
take_source(Words *words, GyOhosTransfer *transfer)
{
	guint64 count = 0;

	if (!take_number(words, OHOS_BLOCKS_MAX, &count) || !*words->at)
		return FALSE;
	transfer->n_source = (guint32) count;
	if (g_str_equal(*words->at, "-"))
		next_word(words);
	else if (!take_ranges(words, &transfer->source))
		return FALSE;
	if (transfer->source && *words->at && !take_ranges(words, &transfer->places))
		return FALSE;
	return take_pieces(words, transfer) && is_source_whole(transfer);
}

static gboolean
take_patch(Words *words, GyOhosTransfer *transfer)
{
	return take_number(words, G_MAXUINT32, &transfer->offset) &&
	       take_number(words, G_MAXUINT32, &transfer->size) &&
	       take_hash(words, &transfer->source_sha256) && take_hash(words, &transfer->sha256) &&
	       take_ranges(words, &transfer->target) && take_source(words, transfer);
}

static gboolean
take_target(Words *words, GyOhosTransfer *transfer)
{
	return take_ranges(words, &transfer->target);
}

static gboolean
take_move(Words *words, GyOhosTransfer *transfer)
{
	return take_hash(words, &transfer->sha256) && take_ranges(words, &transfer->target) &&
	       take_source(words, transfer) && transfer->n_source == gy_ohos_ranges_size(transfer->target);
}

static gboolean
take_stash(Words *words, GyOhosTransfer *transfer)
{
	return take_hash(words, &transfer->stash) && take_ranges(words, &transfer->target);
}

static gboolean
take_free(Words *words, GyOhosTransfer *transfer)
{
	return take_hash(words, &transfer->stash);
}

static const struct {
	const char *word;
	gboolean (*take)(Words *words, GyOhosTransfer *transfer);
} kinds[] = {
	[GY_OHOS_TRANSFER_ERASE] = {"erase", take_target},
	[GY_OHOS_TRANSFER_NEW] = {"new", take_target},
	[GY_OHOS_TRANSFER_ZERO] = {"zero", take_target},
	[GY_OHOS_TRANSFER_MOVE] = {"move", take_move},
	[GY_OHOS_TRANSFER_BSDIFF] = {"bsdiff", take_patch},
	[GY_OHOS_TRANSFER_PKGDIFF] = {"pkgdiff", take_patch},
	[GY_OHOS_TRANSFER_STASH] = {"stash", take_stash},
	[GY_OHOS_TRANSFER_FREE] = {"free", take_free},
};

static gboolean
fail(GError **error, GyError code, const char *name, guint line, const char *message)
{
	g_set_error(error, GY_ERROR, (int) code, "%s:%u: %s", name, line, message);
	return FALSE;
}

static gboolean
parse_line(GyOhosTransferList *list, char *text, const char *name, guint line, GError **error)
{
	g_auto(GStrv) split = g_strsplit(text, " ", -1);
	g_autoptr(GyOhosTransfer) transfer = g_new0(GyOhosTransfer, 1);
	Words words = {.at = split};
	const char *word = next_word(&words);

	transfer->line = line;
	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (!word || !g_str_equal(word, kinds[i].word))
			continue;
		transfer->kind = (GyOhosTransferKind) i;
		if (!kinds[i].take(&words, transfer) || *words.at)
			return fail(error, GY_ERROR_PATCH_MALFORMED, name, line,
				_("the words behind the command are not what it takes"));
		g_ptr_array_add(list->transfers, g_steal_pointer(&transfer));
		return TRUE;
	}
	return fail(error, GY_ERROR_PATCH_NOT_SUPPORTED, name, line, _("the command is not known"));
}

static gboolean
parse_head(GyOhosTransferList *list, char **lines, const char *name, GError **error)
{
	guint64 written = 0, stashed = 0;

	if (g_strv_length(lines) < HEAD_LINES)
		return fail(
			error, GY_ERROR_PATCH_TRUNCATED, name, 1, _("the list has no head of four lines"));
	if (!g_str_equal(lines[0], VERSION))
		return fail(error, GY_ERROR_PATCH_NOT_SUPPORTED, name, 1, _("the list is not of version 1"));
	if (!parse_number(lines[1], OHOS_BLOCKS_MAX, &written))
		return fail(error, GY_ERROR_PATCH_MALFORMED, name, 2, _("the count of blocks is no number"));
	if (!parse_number(lines[3], OHOS_BLOCKS_MAX, &stashed))
		return fail(error, GY_ERROR_PATCH_MALFORMED, name, 4,
			_("the count of stashed blocks is no number"));
	list->n_written = (guint32) written;
	list->n_stashed = (guint32) stashed;
	return TRUE;
}

GyOhosTransferList *
gy_ohos_transfer_list_parse(GBytes *bytes, const char *name, GError **error)
{
	g_autoptr(GyOhosTransferList) list = g_new0(GyOhosTransferList, 1);
	gsize size = 0;
	const char *data = g_bytes_get_data(bytes, &size);
	g_autofree char *text = g_strndup(data ? data : "", size);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	list->transfers = g_ptr_array_new_with_free_func((GDestroyNotify) transfer_free);
	if (strlen(text) != size) {
		fail(error, GY_ERROR_PATCH_MALFORMED, name, 1, _("there is a zero in the text"));
		return NULL;
	}
	if (!parse_head(list, lines, name, error))
		return NULL;
	/* the last line has an end, behind which nothing stands */
	for (guint i = HEAD_LINES; lines[i]; i++)
		if ((*lines[i] || lines[i + 1]) && !parse_line(list, lines[i], name, i + 1, error))
			return NULL;
	return g_steal_pointer(&list);
}

guint32
gy_ohos_transfer_list_end(const GyOhosTransferList *list)
{
	guint32 end = 0;

	for (guint i = 0; i < list->transfers->len; i++) {
		const GyOhosTransfer *transfer = list->transfers->pdata[i];

		if (transfer->target && transfer->kind != GY_OHOS_TRANSFER_STASH)
			end = MAX(end, gy_ohos_ranges_end(transfer->target));
	}
	return end;
}
