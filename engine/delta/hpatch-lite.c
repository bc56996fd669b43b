// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/delta/part.h"
#include "engine/delta/patch-format.h"
#include "engine/delta/restore.h"

#define MAGIC     "hI"
#define HEAD_SIZE 4

/* The tag of a cover's step. */
#define TAG_BACK    1u
#define TAG_NO_DIFF 2u

enum {
	COMPRESS_NONE = 0,
	COMPRESS_LZMA = 3,
};

static const char *const compressions[] = {
	"none", "tinyuz", "zlib", "lzma", "lzma2", "zstd", "bzip2", "lz4", "brotli", "lzham"};

/* Versions: the plain one, and one that overwrites the old image. */
enum {
	VERSION_PLAIN = 1,
	VERSION_IN_PLACE = 2,
};

typedef struct {
	guint compression;
	guint version;
	guint64 new_size;
	guint64 raw_size;
	guint64 extra_safe_size;
	gsize body;
} Head;

/* ---- head ----------------------------------------------------------------------------------------------- */

static guint64
read_size(GyCursor *cursor, guint n_bytes)
{
	const guint8 *bytes = gy_cursor_take(cursor, n_bytes);
	guint64 size = 0;

	for (guint i = n_bytes; bytes && i-- > 0;)
		size = size << 8 | bytes[i];
	return size;
}

static gboolean
check_head(const Head *head, GError **error)
{
	if (head->version != VERSION_PLAIN && head->version != VERSION_IN_PLACE)
		return gy_patch_fail(error, GY_ERROR_PATCH_NOT_SUPPORTED,
			_("the patch is of version %u, 1 and 2 are read"), head->version);
	if (head->compression >= G_N_ELEMENTS(compressions))
		return gy_patch_fail(error, GY_ERROR_PATCH_NOT_SUPPORTED,
			_("the patch has a compression of number %u, which is not known"), head->compression);
	return gy_patch_check_size(head->new_size, _("the new image"), error) &&
	       gy_patch_check_size(head->raw_size, _("the body"), error);
}

static gboolean
read_head(GBytes *patch, Head *head, GError **error)
{
	GyCursor cursor = gy_cursor_of(patch);
	const guint8 *bytes = gy_cursor_take(&cursor, HEAD_SIZE);
	const guint8 *more = NULL;

	if (bytes) {
		head->compression = bytes[2];
		head->version = bytes[3] >> 6;
		/* the count of bytes of a third size stands in front of all three, and the size behind them */
		more = head->version == VERSION_IN_PLACE ? gy_cursor_take(&cursor, 1) : NULL;
		head->new_size = read_size(&cursor, bytes[3] & 7);
		head->raw_size = read_size(&cursor, bytes[3] >> 3 & 7);
		head->extra_safe_size = more && *more <= 8 ? read_size(&cursor, *more) : 0;
	}
	if (cursor.failed)
		return gy_patch_fail(error, GY_ERROR_PATCH_TRUNCATED, _("the patch ends inside its head"));
	if (more && *more > 8)
		return gy_patch_fail(
			error, GY_ERROR_PATCH_MALFORMED, _("a size in the head has %u bytes"), *more);
	head->body = cursor.at;
	return check_head(head, error);
}

static gboolean
inspect(GBytes *patch, GyPatchInfo *info, GError **error)
{
	const guint8 *data = g_bytes_get_data(patch, NULL);
	Head head = {0};

	if (!read_head(patch, &head, error))
		return FALSE;
	*info = (GyPatchInfo){.old_size = GY_PATCH_ANY_SIZE, .new_size = head.new_size};
	g_strlcpy(info->compression, compressions[head.compression], sizeof info->compression);
	if (head.compression == COMPRESS_LZMA)
		gy_part_tell(info, data + head.body, g_bytes_get_size(patch) - head.body);
	return TRUE;
}

static gboolean
probe(GBytes *bytes)
{
	const guint8 *data = g_bytes_get_data(bytes, NULL);

	return g_bytes_get_size(bytes) >= HEAD_SIZE && gy_patch_begins_with(bytes, MAGIC) &&
	       data[2] < G_N_ELEMENTS(compressions) && data[3] >> 6 >= VERSION_PLAIN &&
	       data[3] >> 6 <= VERSION_IN_PLACE;
}

/* ---- applying ------------------------------------------------------------------------------------------- */

static gboolean
fail_body(const GyRestore *restore, GError **error)
{
	return gy_patch_fail(error, GY_ERROR_PATCH_TRUNCATED,
		_("the body ends before byte %zu of the new image"), restore->at);
}

static gboolean
add_changes(GyCursor *body, guint8 *out, guint64 size)
{
	const guint8 *changes = gy_cursor_take(body, size);

	if (!changes)
		return FALSE;
	for (gsize i = 0; i < size; i++)
		out[i] = (guint8) (out[i] + changes[i]);
	return TRUE;
}

static gboolean
apply_cover(GyRestore *restore, GyCursor *body, gboolean is_last, GError **error)
{
	guint tag = 0;
	guint64 size = gy_packed_read(body, 0, NULL);
	guint64 step = gy_packed_read(body, 2, &tag);
	guint64 gap = gy_packed_read(body, 0, NULL);
	guint8 *out;

	if (body->failed)
		return fail_body(restore, error);
	if (size == 0 && !is_last)
		return gy_patch_fail(
			error, GY_ERROR_PATCH_MALFORMED, _("a cover is empty and not the last one"));
	if (!gy_restore_insert(restore, body, gap, error) ||
		!gy_restore_step(restore, step, tag & TAG_BACK, error))
		return FALSE;
	out = gy_restore_copy(restore, size, error);
	if (!out)
		return FALSE;
	return tag & TAG_NO_DIFF || add_changes(body, out, size) || fail_body(restore, error);
}

static GBytes *
read_body(GBytes *patch, const Head *head, GError **error)
{
	g_autoptr(GBytes) stored =
		g_bytes_new_from_bytes(patch, head->body, g_bytes_get_size(patch) - head->body);

	if (head->compression == COMPRESS_NONE)
		return g_steal_pointer(&stored);
	if (head->compression == COMPRESS_LZMA)
		return gy_part_unpack(stored, head->raw_size, _("the body"), error);
	gy_patch_fail(error, GY_ERROR_PATCH_NOT_SUPPORTED,
		_("the patch is compressed with %s, only lzma is read"), compressions[head->compression]);
	return NULL;
}

static GBytes *
apply(GBytes *patch, GBytes *old, GError **error)
{
	g_auto(GyRestore) restore = {NULL};
	g_autoptr(GBytes) bytes = NULL;
	guint64 n_covers;
	Head head = {0};
	GyCursor body;

	if (!read_head(patch, &head, error))
		return NULL;
	bytes = read_body(patch, &head, error);
	if (!bytes)
		return NULL;
	body = gy_cursor_of(bytes);
	n_covers = gy_packed_read(&body, 0, NULL);
	gy_restore_init(&restore, old, head.new_size);
	if (body.failed)
		fail_body(&restore, error);
	if (body.failed)
		return NULL;
	for (guint64 i = 0; i < n_covers; i++)
		if (!apply_cover(&restore, &body, i + 1 == n_covers, error))
			return NULL;
	if (gy_cursor_left(&body) == 0)
		return gy_restore_end(&restore, error);
	gy_patch_fail(
		error, GY_ERROR_PATCH_TRAILING, _("%zu bytes follow the last cover"), gy_cursor_left(&body));
	return NULL;
}

/* ---- writing -------------------------------------------------------------------------------------------- */

typedef struct {
	GByteArray *body;
	const guint8 *old;
	const guint8 *new_data;
	gsize old_end;
	gsize new_end;
} Writing;

static void
write_cover(Writing *writing, const GyCover *cover)
{
	const guint8 *old = writing->old + cover->old_offset;
	const guint8 *made = writing->new_data + cover->new_offset;
	gboolean is_same = cover->size == 0 || memcmp(old, made, cover->size) == 0;

	gy_packed_append(writing->body, cover->size, 0, 0);
	gy_packed_append_step(
		writing->body, writing->old_end, cover->old_offset, 2, is_same ? TAG_NO_DIFF : 0);
	gy_packed_append(writing->body, cover->new_offset - writing->new_end, 0, 0);
	g_byte_array_append(writing->body, writing->new_data + writing->new_end,
		(guint) (cover->new_offset - writing->new_end));
	for (guint32 at = 0; at < cover->size && !is_same; at++) {
		const guint8 change = (guint8) (made[at] - old[at]);

		g_byte_array_append(writing->body, &change, 1);
	}
	writing->old_end = cover->old_offset + cover->size;
	writing->new_end = cover->new_offset + cover->size;
}

/* The body: what is behind the last cover belongs to an empty one. */
static GByteArray *
write_body(GBytes *old, GBytes *new_bytes, GArray *covers)
{
	gsize size = 0;
	Writing writing = {.body = g_byte_array_new(), .old = g_bytes_get_data(old, NULL)};
	const GyCover *last = covers->len ? &g_array_index(covers, GyCover, covers->len - 1) : NULL;
	gboolean has_rest;

	writing.new_data = g_bytes_get_data(new_bytes, &size);
	has_rest = size > (last ? last->new_offset + last->size : 0);
	gy_packed_append(writing.body, covers->len + (has_rest ? 1 : 0), 0, 0);
	for (guint i = 0; i < covers->len; i++)
		write_cover(&writing, &g_array_index(covers, GyCover, i));
	if (has_rest) {
		const GyCover rest = {
			.old_offset = (guint32) writing.old_end, .new_offset = (guint32) size, .size = 0};

		write_cover(&writing, &rest);
	}
	return writing.body;
}

static guint
append_size(GByteArray *out, guint64 size)
{
	guint n = 0;

	for (; size > 0; size >>= 8, n++) {
		const guint8 byte = (guint8) size;

		g_byte_array_append(out, &byte, 1);
	}
	return n;
}

static GBytes *
assemble(guint compression, guint64 new_size, guint64 raw_size, GBytes *body)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	const guint8 head[HEAD_SIZE] = {MAGIC[0], MAGIC[1], (guint8) compression, 0};
	guint new_bytes, raw_bytes;

	g_byte_array_append(out, head, sizeof head);
	new_bytes = append_size(out, new_size);
	raw_bytes = compression == COMPRESS_NONE ? 0 : append_size(out, raw_size);
	out->data[3] = (guint8) (VERSION_PLAIN << 6 | raw_bytes << 3 | new_bytes);
	g_byte_array_append(out, g_bytes_get_data(body, NULL), (guint) g_bytes_get_size(body));
	return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}

static GBytes *
write_patch(GBytes *old, GBytes *new_bytes, GArray *covers, const GyPatchOptions *options, GError **error)
{
	g_autoptr(GBytes) body = g_byte_array_free_to_bytes(write_body(old, new_bytes, covers));
	g_autoptr(GBytes) packed = NULL;
	gsize raw_size = g_bytes_get_size(body);

	if (options->is_plain)
		return assemble(COMPRESS_NONE, g_bytes_get_size(new_bytes), raw_size, body);
	packed = gy_part_pack(body, options->dictionary, TRUE, error);
	if (!packed)
		return NULL;
	if (g_bytes_get_size(packed) >= raw_size)
		return assemble(COMPRESS_NONE, g_bytes_get_size(new_bytes), raw_size, body);
	return assemble(COMPRESS_LZMA, g_bytes_get_size(new_bytes), raw_size, packed);
}

const GyPatchFormat gy_patch_hpatch_lite = {
	.word = "hi",
	.probe = probe,
	.inspect = inspect,
	.apply = apply,
	.write = write_patch,
	.cost = {.cover = 6, .literal = 0.8, .change = 0.9, .first_change = 0.3, .same = 0.01},
};
