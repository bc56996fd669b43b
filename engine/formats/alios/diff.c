// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/alios/diff.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/compression/xz.h"
#include "engine/formats/alios/layout.h"
#include "engine/formats/alios/triples.h"
#include "protocol/host/crc16.h"

/* Of the magic's eight bytes. */
#define MAGIC_ENOUGH 7

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GyAliosStreams, gy_alios_streams_clear)

/* ---- heads ---------------------------------------------------------------------------------------------- */

gboolean
gy_alios_diff_probe(const guint8 *data, gsize size)
{
	guint n_equal = 0;

	if (size < ALIOS_SLICE_HEAD)
		return FALSE;
	for (guint i = 0; i < ALIOS_SLICE_MAGIC_SIZE; i++)
		n_equal += data[i] == (guint8) ALIOS_SLICE_MAGIC[i];
	/* the classic container of that name has bzip2 behind a shorter head */
	return (n_equal == ALIOS_SLICE_MAGIC_SIZE && memcmp(data + 32, "BZh", 3) != 0) ||
	       (n_equal >= MAGIC_ENOUGH && gy_xz_probe(data + ALIOS_SLICE_HEAD, size - ALIOS_SLICE_HEAD));
}

static GyFinding *
slice_finding(guint index, GyError code, const char *field, gsize offset, const char *found,
	const char *expected, const char *message)
{
	g_autofree char *name = g_strdup_printf("slice[%u].%s", index, field);

	return gy_finding_new(GY_SEVERITY_ERROR, code, name, offset, found, expected, "%s", message);
}

/* A device keeps the lower half of a number only: one that does not fit was never meant. */
static GyFinding *
read_number(const guint8 *data, gsize offset, guint index, const char *field, gsize limit, gsize *number)
{
	guint64 value = gy_alios_number(data + offset);
	g_autofree char *found = NULL;
	g_autofree char *expected = NULL;

	if (value <= limit) {
		*number = (gsize) value;
		return NULL;
	}
	found = g_strdup_printf("0x%" G_GINT64_MODIFIER "x", value);
	expected = g_strdup_printf(_("at most %zu"), limit);
	return slice_finding(index,
		limit == GY_ALIOS_SLICE_LIMIT || limit == G_MAXUINT16 ? GY_ERROR_PACKAGE_MALFORMED
								      : GY_ERROR_PACKAGE_TRUNCATED,
		field, offset, found, expected, _("the number in the slice's head cannot be"));
}

/* The streams one behind the other, none of which may reach past the end. */
static GyFinding *
read_sizes(const guint8 *data, gsize size, guint index, GyAliosSlice *slice)
{
	const struct {
		gsize at;
		const char *field;
		gsize *to;
	} streams[] = {
		{ALIOS_SLICE_CONTROL, "control_size", &slice->control_size},
		{ALIOS_SLICE_DIFFERENCE, "diff_size", &slice->difference_size},
		{ALIOS_SLICE_EXTRA, "extra_size", &slice->extra_size},
	};
	gsize left = size - slice->offset - ALIOS_SLICE_HEAD;

	for (guint i = 0; i < G_N_ELEMENTS(streams); i++) {
		GyFinding *problem = read_number(
			data, slice->offset + streams[i].at, index, streams[i].field, left, streams[i].to);

		if (problem)
			return problem;
		left -= *streams[i].to;
	}
	return NULL;
}

static GyFinding *
read_head(const guint8 *data, gsize size, guint index, GyAliosSlice *slice)
{
	gsize new_size = 0, crc = 0;
	GyFinding *problem;

	if (size - slice->offset < ALIOS_SLICE_HEAD)
		return slice_finding(index, GY_ERROR_PACKAGE_TRUNCATED, "head", slice->offset, NULL,
			_("48 bytes"), _("the file ends in the head of a slice"));
	if (memcmp(data + slice->offset, ALIOS_SLICE_MAGIC, ALIOS_SLICE_MAGIC_SIZE) != 0)
		return slice_finding(index, GY_ERROR_PACKAGE_MALFORMED, "magic", slice->offset, NULL,
			ALIOS_SLICE_MAGIC, _("the slice does not begin with its magic"));
	problem = read_sizes(data, size, index, slice);
	if (!problem)
		problem = read_number(data, slice->offset + ALIOS_SLICE_NEW, index, "new_size",
			GY_ALIOS_SLICE_LIMIT, &new_size);
	if (!problem)
		problem =
			read_number(data, slice->offset + ALIOS_SLICE_CRC, index, "crc16", G_MAXUINT16, &crc);
	if (!problem && new_size == 0)
		problem = slice_finding(index, GY_ERROR_PACKAGE_MALFORMED, "new_size",
			slice->offset + ALIOS_SLICE_NEW, "0", NULL, _("the slice makes nothing"));
	slice->new_size = (guint32) new_size;
	slice->crc = (guint16) crc;
	return problem;
}

/* All slices but the last are of one size: that is where the next one begins in the new image. */
static GyFinding *
check_new_size(const GArray *slices, const GyAliosSlice *slice, gboolean is_last)
{
	g_autofree char *found = NULL;
	g_autofree char *expected = NULL;
	guint32 first;

	if (slices->len == 0)
		return NULL;
	first = g_array_index(slices, GyAliosSlice, 0).new_size;
	if (slice->new_size == first || (is_last && slice->new_size < first))
		return NULL;
	found = g_strdup_printf("%u", slice->new_size);
	expected = g_strdup_printf(is_last ? _("at most %u") : "%u", first);
	return slice_finding(slices->len, GY_ERROR_PACKAGE_MALFORMED, "new_size",
		slice->offset + ALIOS_SLICE_NEW, found, expected,
		_("the slice makes another number of bytes than the first one"));
}

GArray *
gy_alios_diff_slices(const guint8 *data, gsize size, GyFinding **problem)
{
	GArray *slices = g_array_new(FALSE, TRUE, sizeof(GyAliosSlice));
	GyFinding *found = NULL;
	guint64 new_size = 0;

	for (gsize at = 0; at < size && !found;) {
		GyAliosSlice slice = {.offset = at};

		found = read_head(data, size, slices->len, &slice);
		if (found)
			break;
		at += ALIOS_SLICE_HEAD + slice.control_size + slice.difference_size + slice.extra_size;
		new_size += slice.new_size;
		found = check_new_size(slices, &slice, at == size);
		if (!found && new_size > GY_ALIOS_IMAGE_MAX)
			found = slice_finding(slices->len, GY_ERROR_PACKAGE_TOO_LARGE, "new_size",
				slice.offset + ALIOS_SLICE_NEW, NULL, NULL,
				_("the slices make more than 8 MiB"));
		if (!found)
			g_array_append_val(slices, slice);
	}
	if (problem)
		*problem = found;
	else
		g_clear_pointer(&found, gy_finding_free);
	return slices;
}

/* ---- streams -------------------------------------------------------------------------------------------- */

/* (transfer full): what one stream unpacks to; one of no bytes is nothing at all. */
static GyFinding *
unpack_stream(const guint8 *data, gsize offset, gsize size, gsize size_max, guint index, const char *field,
	GyAliosStreams *streams, GBytes **out)
{
	g_autoptr(GError) error = NULL;
	GyXzInfo info = {0};

	if (size == 0) {
		*out = g_bytes_new(NULL, 0);
		return NULL;
	}
	if (!gy_xz_inspect(data + offset, size, &info, &error))
		return slice_finding(index, (GyError) error->code, field, offset, NULL, NULL, error->message);
	if (info.dictionary > GY_ALIOS_DIFF_DICTIONARY_MAX) {
		g_autofree char *found = g_strdup_printf("%u", info.dictionary);

		return slice_finding(index, GY_ERROR_IMAGE_COMPRESSION, field, offset, found,
			_("at most 16384"), _("the dictionary is larger than a device's decoder"));
	}
	streams->dictionary = MAX(streams->dictionary, info.dictionary);
	*out = gy_xz_decode(data + offset, size, size_max, &error);
	return *out ? NULL
		    : slice_finding(index, (GyError) error->code, field, offset, NULL, NULL, error->message);
}

static GyFinding *
unpack_streams(const guint8 *data, const GyAliosSlice *slice, guint index, GyAliosStreams *streams)
{
	gsize at = slice->offset + ALIOS_SLICE_HEAD;
	GyFinding *problem = unpack_stream(data, at, slice->control_size,
		gy_alios_triples_size_max(slice->new_size), index, "control", streams, &streams->control);

	if (problem)
		return problem;
	at += slice->control_size;
	problem = unpack_stream(data, at, slice->difference_size, slice->new_size, index, "diff", streams,
		&streams->difference);
	if (problem)
		return problem;
	at += slice->difference_size;
	return unpack_stream(
		data, at, slice->extra_size, slice->new_size, index, "extra", streams, &streams->extra);
}

static GyFinding *
open_slice(const guint8 *data, const GyAliosSlice *slice, guint index, GyAliosStreams *streams)
{
	g_autofree char *why = NULL;
	GyFinding *problem = unpack_streams(data, slice, index, streams);

	if (problem)
		return problem;
	why = gy_alios_triples_check(streams, slice->new_size);
	if (!why)
		return NULL;
	return slice_finding(index, GY_ERROR_PACKAGE_MALFORMED, "control", slice->offset + ALIOS_SLICE_HEAD,
		NULL, NULL, why);
}

GyFinding *
gy_alios_diff_check(const guint8 *data, gsize size, guint32 *dictionary)
{
	GyFinding *problem = NULL;
	g_autoptr(GArray) slices = gy_alios_diff_slices(data, size, &problem);

	*dictionary = 0;
	for (guint i = 0; i < slices->len; i++) {
		g_auto(GyAliosStreams) streams = {NULL};
		GyFinding *found = open_slice(data, &g_array_index(slices, GyAliosSlice, i), i, &streams);

		*dictionary = MAX(*dictionary, streams.dictionary);
		if (!found)
			continue;
		g_clear_pointer(&problem, gy_finding_free);
		return found;
	}
	return problem;
}

/* ---- applying ------------------------------------------------------------------------------------------- */

static gboolean
check_crc(const guint8 *made, const GyAliosSlice *slice, guint index, GError **error)
{
	guint16 crc = gy_crc16(GY_CRC16_INIT, made, slice->new_size);

	if (crc == slice->crc)
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_IMAGE_OTHER_OLD,
		_("slice %u gives bytes with CRC-16 0x%04X, expected 0x%04X: the old image is another one, "
		  "or "
		  "the "
		  "difference is damaged"),
		index, crc, slice->crc);
	return FALSE;
}

/* @flash: what is in it, of which @used bytes are known; the slice's bytes go to @at. */
static gboolean
apply_slice(const guint8 *data, const GyAliosSlice *slice, guint index, guint8 *flash, gsize used, gsize at,
	GError **error)
{
	g_auto(GyAliosStreams) streams = {NULL};
	g_autoptr(GyFinding) problem = open_slice(data, slice, index, &streams);
	g_autofree guint8 *made = g_malloc(slice->new_size);

	if (problem) {
		g_propagate_error(error, gy_finding_to_error(problem));
		return FALSE;
	}
	if (!gy_alios_triples_apply(&streams, flash, used, made)) {
		g_set_error(error, GY_ERROR, GY_ERROR_IMAGE_OTHER_OLD,
			_("slice %u reads behind the end of the old image: it was made against another one"),
			index);
		return FALSE;
	}
	if (!check_crc(made, slice, index, error))
		return FALSE;
	memcpy(flash + at, made, slice->new_size);
	return TRUE;
}

GBytes *
gy_alios_diff_apply(GBytes *diff, GBytes *old, GError **error)
{
	gsize size = 0, old_size = 0, at = 0;
	const guint8 *data = g_bytes_get_data(diff, &size);
	const guint8 *old_data = g_bytes_get_data(old, &old_size);
	g_autoptr(GyFinding) problem = NULL;
	g_autoptr(GArray) slices = gy_alios_diff_slices(data, size, &problem);
	g_autoptr(GByteArray) flash = g_byte_array_new();

	/* a device would find a fault in a later slice when earlier ones are written already */
	if (problem) {
		g_propagate_error(error, gy_finding_to_error(problem));
		return NULL;
	}
	g_byte_array_append(flash, old_data, (guint) MIN(old_size, GY_ALIOS_IMAGE_MAX));
	for (guint i = 0; i < slices->len; i++) {
		const GyAliosSlice *slice = &g_array_index(slices, GyAliosSlice, i);
		gsize used = MAX(MIN(old_size, GY_ALIOS_IMAGE_MAX), at);

		g_byte_array_set_size(flash, (guint) MAX(used, at + slice->new_size));
		if (!apply_slice(data, slice, i, flash->data, used, at, error))
			return NULL;
		at += slice->new_size;
	}
	g_byte_array_set_size(flash, (guint) at);
	return g_byte_array_free_to_bytes(g_steal_pointer(&flash));
}
