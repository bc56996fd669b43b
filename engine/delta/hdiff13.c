// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "engine/delta/hdiff-head.h"
#include "engine/delta/part.h"
#include "engine/delta/patch-format.h"
#include "engine/delta/restore.h"
#include "engine/delta/rle.h"

#define MAGIC "HDIFF13&"

/* The four parts in their order in the file. */
enum { PART_COVERS, PART_CONTROL, PART_DATA, PART_NEW, N_PARTS };

static const char *const part_names[N_PARTS] = {
	N_("the cover part"), N_("the control part"), N_("the data part"), N_("the part of new bytes")};

typedef struct {
	GyHdiffHead start;
	guint64 sizes[N_PARTS];
	guint64 packed[N_PARTS]; /* 0: stored as it is */
	gsize offsets[N_PARTS];
} Head;

/* ---- head ----------------------------------------------------------------------------------------------- */

/* Where each part lies; together they have to end where the patch does. */
static gboolean
place_parts(GyCursor *cursor, Head *head, GError **error)
{
	for (guint i = 0; i < N_PARTS; i++) {
		guint64 size = head->packed[i] ? head->packed[i] : head->sizes[i];

		head->offsets[i] = cursor->at;
		if (!gy_cursor_take(cursor, size))
			return gy_patch_fail(error, GY_ERROR_PATCH_TRUNCATED,
				_("the patch ends inside %s: it has %zu of %" PRIu64 " bytes"),
				_(part_names[i]), gy_cursor_left(cursor), size);
	}
	if (gy_cursor_left(cursor) == 0)
		return TRUE;
	return gy_patch_fail(error, GY_ERROR_PATCH_TRAILING,
		_("%zu bytes follow the last part of the patch, at offset %zu"), gy_cursor_left(cursor),
		cursor->at);
}

static gboolean
check_sizes(const Head *head, GError **error)
{
	for (guint i = 0; i < N_PARTS; i++)
		if (!gy_patch_check_size(head->sizes[i], _(part_names[i]), error))
			return FALSE;
	return TRUE;
}

static gboolean
read_head(GBytes *patch, Head *head, GError **error)
{
	GyCursor cursor = gy_cursor_of(patch);

	if (!gy_hdiff_read_head(&cursor, MAGIC, &head->start, error))
		return FALSE;
	for (guint i = 0; i < N_PARTS; i++) {
		head->sizes[i] = gy_packed_read(&cursor, 0, NULL);
		head->packed[i] = gy_packed_read(&cursor, 0, NULL);
	}
	if (cursor.failed)
		return gy_hdiff_fail_head(&cursor, error);
	return check_sizes(head, error) && place_parts(&cursor, head, error);
}

static gboolean
is_packed(const Head *head)
{
	return head->packed[PART_COVERS] || head->packed[PART_CONTROL] || head->packed[PART_DATA] ||
	       head->packed[PART_NEW];
}

static gboolean
inspect(GBytes *patch, GyPatchInfo *info, GError **error)
{
	const guint8 *data = g_bytes_get_data(patch, NULL);
	Head head = {0};

	if (!read_head(patch, &head, error))
		return FALSE;
	gy_hdiff_tell(info, &head.start, is_packed(&head));
	for (guint i = 0; i < N_PARTS && gy_hdiff_is_lzma(head.start.plugin); i++)
		if (head.packed[i])
			gy_part_tell(info, data + head.offsets[i], head.packed[i]);
	return TRUE;
}

static gboolean
probe(GBytes *bytes)
{
	return gy_patch_begins_with(bytes, MAGIC);
}

/* ---- applying ------------------------------------------------------------------------------------------- */

typedef GBytes *Parts[N_PARTS];

static void
parts_clear(Parts *parts)
{
	for (guint i = 0; i < N_PARTS; i++)
		g_clear_pointer(&(*parts)[i], g_bytes_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Parts, parts_clear)

static gboolean
read_parts(GBytes *patch, const Head *head, Parts *parts, GError **error)
{
	for (guint i = 0; i < N_PARTS; i++) {
		gboolean is_plain = head->packed[i] == 0;
		g_autoptr(GBytes) stored = g_bytes_new_from_bytes(
			patch, head->offsets[i], (gsize) (is_plain ? head->sizes[i] : head->packed[i]));

		(*parts)[i] = is_plain ? g_bytes_ref(stored)
				       : gy_part_unpack(stored, head->sizes[i], _(part_names[i]), error);
		if (!(*parts)[i])
			return FALSE;
	}
	return TRUE;
}

/* What the parts are read with. */
typedef struct {
	GyCursor covers;
	GyCursor inserted;
	GyRleReader changes;
} Reading;

static gboolean
insert(GyRestore *restore, Reading *reading, guint64 size, GError **error)
{
	if (!gy_restore_insert(restore, &reading->inserted, size, error))
		return FALSE;
	return gy_rle_skip(&reading->changes, size) || gy_hdiff_fail_changes(restore, error);
}

static gboolean
apply_cover(GyRestore *restore, Reading *reading, GError **error)
{
	guint is_back = 0;
	guint64 step = gy_packed_read(&reading->covers, 1, &is_back);
	guint64 gap = gy_packed_read(&reading->covers, 0, NULL);
	guint64 size = gy_packed_read(&reading->covers, 0, NULL);
	guint8 *out;

	if (reading->covers.failed)
		return gy_patch_fail(error, GY_ERROR_PATCH_MALFORMED,
			_("the cover part ends before the last of its covers"));
	if (!insert(restore, reading, gap, error) || !gy_restore_step(restore, step, is_back, error))
		return FALSE;
	out = gy_restore_copy(restore, size, error);
	if (!out)
		return FALSE;
	return gy_rle_add(&reading->changes, out, (gsize) size) || gy_hdiff_fail_changes(restore, error);
}

static gboolean
check_ends(const Reading *reading, GError **error)
{
	if (gy_cursor_left(&reading->covers) > 0)
		return gy_patch_fail(error, GY_ERROR_PATCH_TRAILING, _("bytes follow the last cover"));
	if (gy_cursor_left(&reading->inserted) > 0)
		return gy_patch_fail(error, GY_ERROR_PATCH_TRAILING,
			_("there are more new bytes than the new image takes"));
	if (!gy_rle_is_at_end(&reading->changes))
		return gy_patch_fail(error, GY_ERROR_PATCH_TRAILING,
			_("there are more changes than the new image has bytes"));
	return TRUE;
}

static GBytes *
apply(GBytes *patch, GBytes *old, GError **error)
{
	g_auto(GyRestore) restore = {NULL};
	g_auto(Parts) parts = {NULL};
	Reading reading = {0};
	Head head = {0};

	if (!read_head(patch, &head, error) ||
		(is_packed(&head) && !gy_hdiff_check_plugin(head.start.plugin, error)) ||
		!read_parts(patch, &head, &parts, error))
		return NULL;
	reading = (Reading){.covers = gy_cursor_of(parts[PART_COVERS]),
		.inserted = gy_cursor_of(parts[PART_NEW]),
		.changes = {.control = gy_cursor_of(parts[PART_CONTROL]),
			.data = gy_cursor_of(parts[PART_DATA])}};
	gy_restore_init(&restore, old, head.start.new_size);
	for (guint64 i = 0; i < head.start.n_covers; i++)
		if (!apply_cover(&restore, &reading, error))
			return NULL;
	if (!insert(&restore, &reading, restore.size - restore.at, error) || !check_ends(&reading, error))
		return NULL;
	return gy_restore_end(&restore, error);
}

/* ---- writing -------------------------------------------------------------------------------------------- */

/* The parts while they grow. */
typedef struct {
	GByteArray *covers;
	GyRleWriter changes;
	GByteArray *inserted;
} Writing;

static void
writing_clear(Writing *writing)
{
	g_clear_pointer(&writing->covers, g_byte_array_unref);
	g_clear_pointer(&writing->inserted, g_byte_array_unref);
	gy_rle_writer_clear(&writing->changes);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Writing, writing_clear)

static void
write_gap(Writing *writing, const guint8 *new_data, gsize from, gsize to)
{
	g_byte_array_append(writing->inserted, new_data + from, (guint) (to - from));
	if (to > from)
		gy_rle_write(&writing->changes, 0, to - from);
}

static void
write_covers(Writing *writing, GBytes *old, GBytes *new_bytes, GArray *covers)
{
	const guint8 *old_data = g_bytes_get_data(old, NULL);
	gsize size = 0, new_end = 0, old_end = 0;
	const guint8 *new_data = g_bytes_get_data(new_bytes, &size);

	for (guint i = 0; i < covers->len; i++) {
		const GyCover *cover = &g_array_index(covers, GyCover, i);

		gy_packed_append_step(writing->covers, old_end, cover->old_offset, 1, 0);
		gy_packed_append(writing->covers, cover->new_offset - new_end, 0, 0);
		gy_packed_append(writing->covers, cover->size, 0, 0);
		write_gap(writing, new_data, new_end, cover->new_offset);
		for (guint32 at = 0; at < cover->size; at++)
			gy_rle_write(&writing->changes,
				(guint8) (new_data[cover->new_offset + at] -
					  old_data[cover->old_offset + at]),
				1);
		new_end = cover->new_offset + cover->size;
		old_end = cover->old_offset + cover->size;
	}
	write_gap(writing, new_data, new_end, size);
	gy_rle_end(&writing->changes);
}

/* (transfer full) (nullable): what stands for a part in the file: packed if that is smaller. */
static GBytes *
pack_part(GByteArray *raw, const GyPatchOptions *options, guint64 *packed_size, GError **error)
{
	g_autoptr(GBytes) bytes = g_bytes_new_static(raw->data, raw->len);
	g_autoptr(GBytes) packed = NULL;

	*packed_size = 0;
	if (options->is_plain || raw->len == 0)
		return g_bytes_new(raw->data, raw->len);
	packed = gy_part_pack(bytes, options->dictionary, FALSE, error);
	if (!packed)
		return NULL;
	if (g_bytes_get_size(packed) >= raw->len)
		return g_bytes_new(raw->data, raw->len);
	*packed_size = g_bytes_get_size(packed);
	return g_steal_pointer(&packed);
}

static GBytes *
assemble(const Head *head, const Parts *parts)
{
	g_autoptr(GByteArray) out = g_byte_array_new();

	g_byte_array_append(out, (const guint8 *) MAGIC, strlen(MAGIC));
	g_byte_array_append(out, (const guint8 *) head->start.plugin, (guint) strlen(head->start.plugin) + 1);
	gy_packed_append(out, head->start.new_size, 0, 0);
	gy_packed_append(out, head->start.old_size, 0, 0);
	gy_packed_append(out, head->start.n_covers, 0, 0);
	for (guint i = 0; i < N_PARTS; i++) {
		gy_packed_append(out, head->sizes[i], 0, 0);
		gy_packed_append(out, head->packed[i], 0, 0);
	}
	for (guint i = 0; i < N_PARTS; i++)
		g_byte_array_append(
			out, g_bytes_get_data((*parts)[i], NULL), (guint) g_bytes_get_size((*parts)[i]));
	return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}

static GBytes *
write_patch(GBytes *old, GBytes *new_bytes, GArray *covers, const GyPatchOptions *options, GError **error)
{
	g_auto(Writing) writing = {.covers = g_byte_array_new(), .inserted = g_byte_array_new()};
	g_auto(Parts) parts = {NULL};
	Head head = {.start = {.new_size = g_bytes_get_size(new_bytes),
			     .old_size = g_bytes_get_size(old),
			     .n_covers = covers->len}};
	GByteArray *raw[N_PARTS];

	gy_rle_writer_init(&writing.changes);
	write_covers(&writing, old, new_bytes, covers);
	raw[PART_COVERS] = writing.covers;
	raw[PART_CONTROL] = writing.changes.control;
	raw[PART_DATA] = writing.changes.data;
	raw[PART_NEW] = writing.inserted;
	for (guint i = 0; i < N_PARTS; i++) {
		head.sizes[i] = raw[i]->len;
		parts[i] = pack_part(raw[i], options, &head.packed[i], error);
		if (!parts[i])
			return NULL;
	}
	g_strlcpy(head.start.plugin, options->is_plain ? "" : "lzma", sizeof head.start.plugin);
	return assemble(&head, (const Parts *) &parts);
}

const GyPatchFormat gy_patch_hdiff13 = {
	.word = "hdiff13",
	.probe = probe,
	.inspect = inspect,
	.apply = apply,
	.write = write_patch,
	.cost = {.cover = 5, .literal = 0.8, .change = 1, .first_change = 0.3, .same = 0.01},
};
