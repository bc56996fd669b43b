// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/alios/diff-make.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/compression/xz.h"
#include "engine/delta/match.h"
#include "engine/formats/alios/diff.h"
#include "engine/formats/alios/layout.h"
#include "engine/formats/alios/triples.h"
#include "protocol/host/crc16.h"
#include "protocol/wire/bytes.h"

/* What a byte costs once the three streams are packed, on average. */
static const GyMatchCost cost = {.cover = 9, .literal = 0.9, .change = 1.1, .same = 0.03};

typedef struct {
	const guint8 *flash; /* what is there when the slice's turn comes */
	gsize used;
	const guint8 *made; /* the slice's bytes */
	guint32 size;
	guint32 dictionary;
} Slice;

typedef struct {
	GByteArray *control;
	GByteArray *difference;
	GByteArray *extra;
} Streams;

static void
streams_clear(Streams *streams)
{
	g_clear_pointer(&streams->control, g_byte_array_unref);
	g_clear_pointer(&streams->difference, g_byte_array_unref);
	g_clear_pointer(&streams->extra, g_byte_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Streams, streams_clear)

/* ---- streams -------------------------------------------------------------------------------------------- */

static void
add_difference(Streams *streams, const Slice *slice, const GyCover *cover)
{
	guint at = streams->difference->len;

	g_byte_array_set_size(streams->difference, at + cover->size);
	for (guint32 i = 0; i < cover->size; i++)
		streams->difference->data[at + i] =
			(guint8) (slice->made[cover->new_offset + i] - slice->flash[cover->old_offset + i]);
}

/* A triple says how far its cover goes, what comes then, and where the next cover begins. */
static void
fill_streams(Streams *streams, const Slice *slice, const GArray *covers)
{
	GyCover now = {0};

	for (guint i = 0; i <= covers->len; i++) {
		gboolean is_last = i == covers->len;
		GyCover next =
			is_last ? (GyCover){.new_offset = slice->size} : g_array_index(covers, GyCover, i);
		guint32 done = now.new_offset + now.size;
		gint64 seek = is_last ? 0 : (gint64) next.old_offset - (gint64) (now.old_offset + now.size);

		/* a slice may begin with a cover of where it begins to read */
		if (i > 0 || next.new_offset > 0 || seek != 0)
			gy_alios_triple_append(streams->control, now.size, next.new_offset - done, seek);
		add_difference(streams, slice, &now);
		g_byte_array_append(streams->extra, slice->made + done, next.new_offset - done);
		now = next;
	}
}

/* A stream of no bytes is no .xz at all. */
static gboolean
pack(GByteArray *raw, guint32 dictionary, GByteArray *out, guint8 *size_at, GError **error)
{
	g_autoptr(GBytes) bytes = g_bytes_new(raw->data, raw->len);
	g_autoptr(GBytes) packed = raw->len > 0 ? gy_xz_encode(bytes, dictionary, error) : NULL;
	gsize size = packed ? g_bytes_get_size(packed) : 0;

	if (raw->len > 0 && !packed)
		return FALSE;
	gyw_put_u32le(size_at, (guint32) size);
	if (packed)
		g_byte_array_append(out, g_bytes_get_data(packed, NULL), (guint) size);
	return TRUE;
}

static gboolean
write_slice(const Slice *slice, const Streams *streams, GByteArray *out, GError **error)
{
	g_autoptr(GByteArray) body = g_byte_array_new();
	guint8 head[ALIOS_SLICE_HEAD] = {0};

	memcpy(head, ALIOS_SLICE_MAGIC, ALIOS_SLICE_MAGIC_SIZE);
	if (!pack(streams->control, slice->dictionary, body, head + ALIOS_SLICE_CONTROL, error) ||
		!pack(streams->difference, slice->dictionary, body, head + ALIOS_SLICE_DIFFERENCE, error) ||
		!pack(streams->extra, slice->dictionary, body, head + ALIOS_SLICE_EXTRA, error))
		return FALSE;
	gyw_put_u32le(head + ALIOS_SLICE_NEW, slice->size);
	gyw_put_u32le(head + ALIOS_SLICE_CRC, gy_crc16(GY_CRC16_INIT, slice->made, slice->size));
	g_byte_array_append(out, head, sizeof head);
	g_byte_array_append(out, body->data, body->len);
	return TRUE;
}

static gboolean
make_slice(const Slice *slice, GByteArray *out, GError **error)
{
	g_autoptr(GBytes) flash = g_bytes_new_static(slice->flash, slice->used);
	g_autoptr(GBytes) made = g_bytes_new_static(slice->made, slice->size);
	g_autoptr(GArray) covers = gy_delta_match(flash, made, &cost, NULL, error);
	g_auto(Streams) streams = {g_byte_array_new(), g_byte_array_new(), g_byte_array_new()};

	if (!covers)
		return FALSE;
	fill_streams(&streams, slice, covers);
	return write_slice(slice, &streams, out, error);
}

/* ---- the whole ------------------------------------------------------------------------------------------ */

static gboolean
check_images(GBytes *old, GBytes *new_bytes, GError **error)
{
	if (g_bytes_get_size(old) > GY_ALIOS_IMAGE_MAX || g_bytes_get_size(new_bytes) > GY_ALIOS_IMAGE_MAX) {
		g_set_error(error, GY_ERROR, GY_ERROR_FILE_TOO_LARGE,
			_("a difference is made of images of at most 8 MiB, not of %zu and %zu bytes"),
			g_bytes_get_size(old), g_bytes_get_size(new_bytes));
		return FALSE;
	}
	if (!g_bytes_equal(old, new_bytes) && g_bytes_get_size(new_bytes) > 0)
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE, _("the old and the new image are the same"));
	return FALSE;
}

/* What a device will make of it, before anyone gets it. */
static gboolean
check_result(GBytes *diff, GBytes *old, GBytes *new_bytes, GError **error)
{
	g_autoptr(GError) cause = NULL;
	g_autoptr(GBytes) made = gy_alios_diff_apply(diff, old, &cause);

	if (made && g_bytes_equal(made, new_bytes))
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_INTERNAL, _("the difference does not give the new image%s%s"),
		cause ? ": " : "", cause ? cause->message : "");
	return FALSE;
}

GBytes *
gy_alios_diff_make(GBytes *old, GBytes *new_bytes, const GyAliosDiffOptions *options, const GyWatch *watch,
	GError **error)
{
	gsize old_size = 0, new_size = 0;
	const guint8 *old_data = g_bytes_get_data(old, &old_size);
	const guint8 *new_data = g_bytes_get_data(new_bytes, &new_size);
	g_autofree guint8 *flash = g_malloc(MAX(old_size, new_size));
	g_autoptr(GByteArray) out = g_byte_array_new();
	g_autoptr(GBytes) diff = NULL;

	if (!check_images(old, new_bytes, error))
		return NULL;
	memcpy(flash, old_data, old_size);
	for (gsize at = 0; at < new_size; at += options->slice_size) {
		Slice slice = {
			.flash = flash,
			.used = MAX(old_size, at),
			.made = new_data + at,
			.size = (guint32) MIN(options->slice_size, new_size - at),
			.dictionary = options->dictionary,
		};

		if (!gy_watch_tell(watch, (double) at / (double) new_size, error) ||
			!make_slice(&slice, out, error))
			return NULL;
		memcpy(flash + at, slice.made, slice.size);
	}
	diff = g_byte_array_free_to_bytes(g_steal_pointer(&out));
	return check_result(diff, old, new_bytes, error) ? g_steal_pointer(&diff) : NULL;
}
