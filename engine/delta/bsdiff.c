// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "engine/delta/bzip2.h"
#include "engine/delta/patch-format.h"
#include "engine/delta/restore.h"

#define MAGIC      "BSDIFF40"
#define MAGIC_SIZE 8
#define HEAD_SIZE  32
#define SIGN       (G_GUINT64_CONSTANT(1) << 63)

/* A control entry: bytes that are copied and changed, bytes that are inserted, and a step in the old image. */
#define NUMBERS_PER_ENTRY 3
#define ENTRY_SIZE        (8 * NUMBERS_PER_ENTRY)

typedef struct {
	guint64 control_size;
	guint64 change_size;
	guint64 new_size;
} Head;

/* Sign and magnitude, little endian. */
static gint64
get_number(const guint8 *bytes)
{
	guint64 value = 0;

	for (guint i = 8; i-- > 0;)
		value = value << 8 | bytes[i];
	return value & SIGN ? -(gint64) (value & ~SIGN) : (gint64) value;
}

static void
append_number(GByteArray *out, gint64 number)
{
	guint64 value = number < 0 ? (guint64) -number | SIGN : (guint64) number;
	guint8 bytes[8];

	for (guint i = 0; i < sizeof bytes; i++)
		bytes[i] = (guint8) (value >> (8 * i));
	g_byte_array_append(out, bytes, sizeof bytes);
}

static gboolean
read_head(GBytes *patch, Head *head, GError **error)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(patch, &size);

	if (size < HEAD_SIZE)
		return gy_patch_fail(error, GY_ERROR_PATCH_TRUNCATED, _("the patch ends inside its head"));
	head->control_size = (guint64) get_number(data + 8);
	head->change_size = (guint64) get_number(data + 16);
	head->new_size = (guint64) get_number(data + 24);
	/* a negative one is larger than anything by now */
	if (!gy_patch_check_size(head->new_size, _("the new image"), error))
		return FALSE;
	if (head->control_size > size - HEAD_SIZE ||
		head->change_size > size - HEAD_SIZE - head->control_size)
		return gy_patch_fail(error, GY_ERROR_PATCH_TRUNCATED,
			_("the patch has %zu bytes, its head tells of streams that reach beyond its end"),
			size);
	return TRUE;
}

static gboolean
inspect(GBytes *patch, GyPatchInfo *info, GError **error)
{
	Head head = {0};

	if (!read_head(patch, &head, error))
		return FALSE;
	*info = (GyPatchInfo){.old_size = GY_PATCH_ANY_SIZE, .new_size = head.new_size, .n_decoders = 3};
	g_strlcpy(info->compression, "bzip2", sizeof info->compression);
	return TRUE;
}

static gboolean
probe(GBytes *bytes)
{
	return gy_patch_begins_with(bytes, MAGIC);
}

/* ---- applying ------------------------------------------------------------------------------------------- */

typedef struct {
	GyBzip2Reader *control;
	GyBzip2Reader *changes;
	GyBzip2Reader *inserted;
} Streams;

static void
streams_clear(Streams *streams)
{
	g_clear_pointer(&streams->control, gy_bzip2_reader_free);
	g_clear_pointer(&streams->changes, gy_bzip2_reader_free);
	g_clear_pointer(&streams->inserted, gy_bzip2_reader_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Streams, streams_clear)

static void
open_streams(Streams *streams, GBytes *patch, const Head *head)
{
	gsize size = 0;
	const guint8 *control = (const guint8 *) g_bytes_get_data(patch, &size) + HEAD_SIZE;
	const guint8 *changes = control + head->control_size;

	streams->control = gy_bzip2_reader_new(control, (gsize) head->control_size, _("the control stream"));
	streams->changes =
		gy_bzip2_reader_new(changes, (gsize) head->change_size, _("the stream of changes"));
	streams->inserted = gy_bzip2_reader_new(changes + head->change_size,
		(gsize) (size - HEAD_SIZE - head->control_size - head->change_size),
		_("the stream of new bytes"));
}

/* What the original does in effect: bytes that would lie outside the old image count as zero. */
static gboolean
copy(GyRestore *restore, Streams *streams, guint64 size, gint64 *old_at, GError **error)
{
	guint8 *out = restore->out + restore->at;

	if (size > restore->size - restore->at)
		return gy_patch_fail(error, GY_ERROR_PATCH_MALFORMED,
			_("at byte %zu of the new image the patch copies %" PRIu64
			  " bytes, more than it has"),
			restore->at, size);
	if (!gy_bzip2_read(streams->changes, out, (gsize) size, error))
		return FALSE;
	for (gsize i = 0; i < size; i++, (*old_at)++)
		if (*old_at >= 0 && *old_at < (gint64) restore->old_size)
			out[i] = (guint8) (out[i] + restore->old[*old_at]);
	restore->at += (gsize) size;
	return TRUE;
}

static gboolean
insert(GyRestore *restore, Streams *streams, guint64 size, GError **error)
{
	if (size > restore->size - restore->at)
		return gy_patch_fail(error, GY_ERROR_PATCH_MALFORMED,
			_("at byte %zu of the new image the patch inserts %" PRIu64
			  " bytes, more than it has"),
			restore->at, size);
	if (!gy_bzip2_read(streams->inserted, restore->out + restore->at, (gsize) size, error))
		return FALSE;
	restore->at += (gsize) size;
	return TRUE;
}

/* @old_at stays where its sum with any size can be told. */
static gboolean
step(const GyRestore *restore, gint64 distance, gint64 *old_at, GError **error)
{
	if (distance > GY_DELTA_SIZE_MAX || distance < -GY_DELTA_SIZE_MAX ||
		ABS(*old_at + distance) > 2 * (gint64) GY_DELTA_SIZE_MAX)
		return gy_patch_fail(error, GY_ERROR_PATCH_MALFORMED,
			_("at byte %zu of the new image the patch points out of the old one"), restore->at);
	*old_at += distance;
	return TRUE;
}

static gboolean
apply_entries(GyRestore *restore, Streams *streams, GError **error)
{
	gint64 old_at = 0;

	while (restore->at < restore->size) {
		guint8 entry[ENTRY_SIZE];
		gsize before = restore->at;

		if (!gy_bzip2_read(streams->control, entry, sizeof entry, error) ||
			!copy(restore, streams, (guint64) get_number(entry), &old_at, error) ||
			!insert(restore, streams, (guint64) get_number(entry + 8), error) ||
			!step(restore, get_number(entry + 16), &old_at, error))
			return FALSE;
		/* only the first may do nothing but step */
		if (restore->at == before && before > 0)
			return gy_patch_fail(error, GY_ERROR_PATCH_MALFORMED,
				_("at byte %zu of the new image the patch does not go on"), before);
	}
	return gy_bzip2_check_end(streams->control, error) && gy_bzip2_check_end(streams->changes, error) &&
	       gy_bzip2_check_end(streams->inserted, error);
}

static GBytes *
apply(GBytes *patch, GBytes *old, GError **error)
{
	g_auto(GyRestore) restore = {NULL};
	g_auto(Streams) streams = {NULL};
	Head head = {0};

	if (!read_head(patch, &head, error))
		return NULL;
	open_streams(&streams, patch, &head);
	gy_restore_init(&restore, old, head.new_size);
	return apply_entries(&restore, &streams, error) ? gy_restore_end(&restore, error) : NULL;
}

/* ---- writing -------------------------------------------------------------------------------------------- */

typedef struct {
	GByteArray *control;
	GByteArray *changes;
	GByteArray *inserted;
} Writing;

static void
writing_clear(Writing *writing)
{
	g_clear_pointer(&writing->control, g_byte_array_unref);
	g_clear_pointer(&writing->changes, g_byte_array_unref);
	g_clear_pointer(&writing->inserted, g_byte_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Writing, writing_clear)

/* A cover, what comes behind it, and the way to the next, which is %NULL behind the last. */
static void
write_entry(Writing *writing, const guint8 *old, GBytes *new_bytes, const GyCover *cover, const GyCover *next)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(new_bytes, &size);
	guint32 end = cover->new_offset + cover->size;
	guint32 gap = (next ? next->new_offset : (guint32) size) - end;

	append_number(writing->control, cover->size);
	append_number(writing->control, gap);
	append_number(writing->control,
		next ? (gint64) next->old_offset - (gint64) (cover->old_offset + cover->size) : 0);
	for (guint32 i = 0; i < cover->size; i++) {
		const guint8 change = (guint8) (data[cover->new_offset + i] - old[cover->old_offset + i]);

		g_byte_array_append(writing->changes, &change, 1);
	}
	g_byte_array_append(writing->inserted, data + end, gap);
}

static void
write_entries(Writing *writing, GBytes *old, GBytes *new_bytes, GArray *covers)
{
	const guint8 *data = g_bytes_get_data(old, NULL);
	const GyCover *first = covers->len ? &g_array_index(covers, GyCover, 0) : NULL;
	const GyCover start = {0, 0, 0};

	if (g_bytes_get_size(new_bytes) == 0)
		return;
	if (!first || first->new_offset > 0 || first->old_offset > 0)
		write_entry(writing, data, new_bytes, &start, first);
	for (guint i = 0; i < covers->len; i++)
		write_entry(writing, data, new_bytes, &g_array_index(covers, GyCover, i),
			i + 1 < covers->len ? &g_array_index(covers, GyCover, i + 1) : NULL);
}

static GBytes *
assemble(guint64 new_size, GBytes *control, GBytes *changes, GBytes *inserted)
{
	GBytes *const streams[] = {control, changes, inserted};
	g_autoptr(GByteArray) out = g_byte_array_new();

	g_byte_array_append(out, (const guint8 *) MAGIC, MAGIC_SIZE);
	append_number(out, (gint64) g_bytes_get_size(control));
	append_number(out, (gint64) g_bytes_get_size(changes));
	append_number(out, (gint64) new_size);
	for (guint i = 0; i < G_N_ELEMENTS(streams); i++)
		g_byte_array_append(
			out, g_bytes_get_data(streams[i], NULL), (guint) g_bytes_get_size(streams[i]));
	return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}

static GBytes *
write_patch(GBytes *old, GBytes *new_bytes, GArray *covers, const GyPatchOptions *options, GError **error)
{
	g_auto(Writing) writing = {
		.control = g_byte_array_new(), .changes = g_byte_array_new(), .inserted = g_byte_array_new()};
	g_autoptr(GBytes) control = NULL;
	g_autoptr(GBytes) changes = NULL;
	g_autoptr(GBytes) inserted = NULL;

	write_entries(&writing, old, new_bytes, covers);
	control = g_byte_array_free_to_bytes(g_steal_pointer(&writing.control));
	changes = g_byte_array_free_to_bytes(g_steal_pointer(&writing.changes));
	inserted = g_byte_array_free_to_bytes(g_steal_pointer(&writing.inserted));
	g_autoptr(GBytes) packed_control = gy_bzip2_pack(control, error);
	g_autoptr(GBytes) packed_changes = packed_control ? gy_bzip2_pack(changes, error) : NULL;
	g_autoptr(GBytes) packed_inserted = packed_changes ? gy_bzip2_pack(inserted, error) : NULL;

	return packed_inserted ? assemble(g_bytes_get_size(new_bytes), packed_control, packed_changes,
					 packed_inserted)
			       : NULL;
}

const GyPatchFormat gy_patch_bsdiff = {
	.word = "bsdiff",
	.probe = probe,
	.inspect = inspect,
	.apply = apply,
	.write = write_patch,
	.cost = {.cover = 5, .literal = 0.8, .change = 1, .first_change = 0.3, .same = 0.01},
};
