// SPDX-License-Identifier: Apache-2.0
#include "engine/delta/hdiff-head.h"

#include "engine/delta/part.h"
#include "engine/delta/restore.h"
#include <glib/gi18n-lib.h>
#include <inttypes.h>

#define MAGIC         "HDIFFSF20&"
#define STEP_SIZE_MAX (16 * 1024 * 1024)

typedef struct {
	GyHdiffHead start;
	guint64 step_size;
	guint64 raw_size;
	guint64 packed_size;
	gsize data;
} Head;

static gboolean
check_head(const Head *head, gsize left, GError **error)
{
	guint64 stored = head->packed_size ? head->packed_size : head->raw_size;

	if (!gy_patch_check_size(head->raw_size, _("the data"), error))
		return FALSE;
	if (head->packed_size > head->raw_size || head->step_size > head->raw_size ||
		head->step_size > MAX(STEP_SIZE_MAX, head->start.new_size))
		return gy_patch_fail(error, GY_ERROR_PATCH_MALFORMED,
			_("the sizes in the head do not fit together: a step of %" PRIu64 " and %" PRIu64
			  " packed bytes for %" PRIu64),
			head->step_size, head->packed_size, head->raw_size);
	if (stored > left)
		return gy_patch_fail(error, GY_ERROR_PATCH_TRUNCATED,
			_("the patch ends inside its data: it has %zu of %" PRIu64 " bytes"), left, stored);
	if (stored < left)
		return gy_patch_fail(error, GY_ERROR_PATCH_TRAILING,
			_("%" PRIu64 " bytes follow the data of the patch"), left - stored);
	return TRUE;
}

static gboolean
read_head(GBytes *patch, Head *head, GError **error)
{
	GyCursor cursor = gy_cursor_of(patch);

	if (!gy_hdiff_read_head(&cursor, MAGIC, &head->start, error))
		return FALSE;
	head->step_size = gy_packed_read(&cursor, 0, NULL);
	head->raw_size = gy_packed_read(&cursor, 0, NULL);
	head->packed_size = gy_packed_read(&cursor, 0, NULL);
	head->data = cursor.at;
	if (cursor.failed)
		return gy_hdiff_fail_head(&cursor, error);
	return check_head(head, gy_cursor_left(&cursor), error);
}

static gboolean
inspect(GBytes *patch, GyPatchInfo *info, GError **error)
{
	const guint8 *data = g_bytes_get_data(patch, NULL);
	Head head = {0};

	if (!read_head(patch, &head, error))
		return FALSE;
	gy_hdiff_tell(info, &head.start, head.packed_size > 0);
	if (head.packed_size && gy_hdiff_is_lzma(head.start.plugin))
		gy_part_tell(info, data + head.data, head.packed_size);
	return TRUE;
}

static gboolean
probe(GBytes *bytes)
{
	return gy_patch_begins_with(bytes, MAGIC);
}

/* ---- applying ------------------------------------------------------------------------------------------- */

/* One step: its covers, their changes, and behind both the new bytes, which are the rest of the data. */
typedef struct {
	GyCursor covers;
	GyCursor changes;
	GyCursor *inserted;
	guint64 n_covers; /* that are still to come, of all steps */
	guint64 same;     /* bytes of the present run of changes that are none */
	guint64 changed;  /* bytes of it that are */
} Step;

/* Runs of zeros and of literals take turns, a run of zeros first. */
static gboolean
next_run(Step *step)
{
	step->same = gy_packed_read(&step->changes, 0, NULL);
	/* nothing need follow the last zeros */
	step->changed = !step->changes.failed && gy_cursor_left(&step->changes)
				? gy_packed_read(&step->changes, 0, NULL)
				: 0;
	return !step->changes.failed && (step->same > 0 || step->changed > 0);
}

static gboolean
add_changes(Step *step, guint8 *out, gsize size)
{
	while (size > 0) {
		gsize same, changed;
		const guint8 *changes;

		if (step->same == 0 && step->changed == 0 && !next_run(step))
			return FALSE;
		same = (gsize) MIN(step->same, size);
		changed = (gsize) MIN(step->changed, size - same);
		changes = gy_cursor_take(&step->changes, changed);
		if (!changes)
			return FALSE;
		for (gsize i = 0; i < changed; i++)
			out[same + i] = (guint8) (out[same + i] + changes[i]);
		step->same -= same;
		step->changed -= changed;
		out += same + changed;
		size -= same + changed;
	}
	return TRUE;
}

static gboolean
apply_cover(GyRestore *restore, Step *step, GError **error)
{
	guint is_back = 0;
	guint64 distance = gy_packed_read(&step->covers, 1, &is_back);
	guint64 gap = gy_packed_read(&step->covers, 0, NULL);
	guint64 size = gy_packed_read(&step->covers, 0, NULL);
	guint8 *out;

	step->n_covers--;
	if (step->covers.failed)
		return gy_patch_fail(error, GY_ERROR_PATCH_MALFORMED, _("a step ends inside a cover"));
	if (size == 0 && step->n_covers > 0)
		return gy_patch_fail(
			error, GY_ERROR_PATCH_MALFORMED, _("a cover is empty and not the last one"));
	if (!gy_restore_insert(restore, step->inserted, gap, error) ||
		!gy_restore_step(restore, distance, is_back, error))
		return FALSE;
	out = gy_restore_copy(restore, size, error);
	if (!out)
		return FALSE;
	return add_changes(step, out, (gsize) size) || gy_hdiff_fail_changes(restore, error);
}

/* A step whose covers are empty has a run of no zeros all the same. */
static gboolean
check_step_end(Step *step, GError **error)
{
	gboolean is_read = step->same == 0 && step->changed == 0;

	if (is_read && gy_cursor_left(&step->changes) == 1)
		is_read = gy_packed_read(&step->changes, 0, NULL) == 0 && !step->changes.failed;
	return (is_read && gy_cursor_left(&step->changes) == 0) ||
	       gy_patch_fail(error, GY_ERROR_PATCH_TRAILING, _("a step has more changes than its covers"));
}

static gboolean
apply_step(GyRestore *restore, GyCursor *data, const Head *head, guint64 *n_covers, GError **error)
{
	guint64 cover_size = gy_packed_read(data, 0, NULL);
	guint64 change_size = gy_packed_read(data, 0, NULL);
	const guint8 *covers, *changes;
	Step step = {.n_covers = *n_covers, .inserted = data};

	if (data->failed || cover_size > head->step_size || change_size > head->step_size - cover_size ||
		cover_size == 0)
		return gy_patch_fail(error, GY_ERROR_PATCH_MALFORMED,
			_("a step is empty, or larger than the head says: at most %" PRIu64 " bytes"),
			head->step_size);
	covers = gy_cursor_take(data, cover_size);
	changes = gy_cursor_take(data, change_size);
	if (!covers || !changes)
		return gy_patch_fail(error, GY_ERROR_PATCH_MALFORMED, _("the data end inside a step"));
	step.covers = (GyCursor){.data = covers, .size = (gsize) cover_size};
	step.changes = (GyCursor){.data = changes, .size = (gsize) change_size};
	while (gy_cursor_left(&step.covers) > 0 && step.n_covers > 0)
		if (!apply_cover(restore, &step, error))
			return FALSE;
	*n_covers = step.n_covers;
	if (gy_cursor_left(&step.covers) > 0)
		return gy_patch_fail(error, GY_ERROR_PATCH_TRAILING, _("bytes follow the last cover"));
	return check_step_end(&step, error);
}

static GBytes *
read_data(GBytes *patch, const Head *head, GError **error)
{
	g_autoptr(GBytes) stored =
		g_bytes_new_from_bytes(patch, head->data, g_bytes_get_size(patch) - head->data);

	return head->packed_size ? gy_part_unpack(stored, head->raw_size, _("the data"), error)
				 : g_steal_pointer(&stored);
}

static GBytes *
apply(GBytes *patch, GBytes *old, GError **error)
{
	g_auto(GyRestore) restore = {NULL};
	g_autoptr(GBytes) data = NULL;
	guint64 n_covers;
	Head head = {0};
	GyCursor cursor;

	if (!read_head(patch, &head, error) ||
		(head.packed_size && !gy_hdiff_check_plugin(head.start.plugin, error)))
		return NULL;
	data = read_data(patch, &head, error);
	if (!data)
		return NULL;
	cursor = gy_cursor_of(data);
	n_covers = head.start.n_covers;
	gy_restore_init(&restore, old, head.start.new_size);
	while (n_covers > 0)
		if (!apply_step(&restore, &cursor, &head, &n_covers, error))
			return NULL;
	if (gy_cursor_left(&cursor) == 0)
		return gy_restore_end(&restore, error);
	gy_patch_fail(error, GY_ERROR_PATCH_TRAILING, _("bytes follow the last step"));
	return NULL;
}

const GyPatchFormat gy_patch_hdiffsf20 = {
	.word = "hdiffsf20",
	.probe = probe,
	.inspect = inspect,
	.apply = apply,
};
