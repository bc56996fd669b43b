// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/alios/triples.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/formats/alios/layout.h"
#include "protocol/wire/bytes.h"

#define SIGN (G_GUINT64_CONSTANT(1) << 63)
/* A device works with 32 bits. */
#define MAGNITUDE_MAX G_MAXINT32
/* Triples beyond one for each new byte: those that only move. */
#define MORE_TRIPLES 64

/* @add bytes of the difference and the old image, @insert bytes of extra, then @seek in the old image. */
typedef struct {
	gint64 add;
	gint64 insert;
	gint64 seek;
} Triple;

void
gy_alios_streams_clear(GyAliosStreams *streams)
{
	g_clear_pointer(&streams->control, g_bytes_unref);
	g_clear_pointer(&streams->difference, g_bytes_unref);
	g_clear_pointer(&streams->extra, g_bytes_unref);
}

/* ---- numbers -------------------------------------------------------------------------------------------- */

guint64
gy_alios_number(const guint8 *bytes)
{
	return gyw_get_u32le(bytes) | (guint64) gyw_get_u32le(bytes + 4) << 32;
}

static gboolean
get_signed(const guint8 *bytes, gint64 *value)
{
	guint64 number = gy_alios_number(bytes);
	gint64 magnitude = (gint64) (number & ~SIGN);

	*value = number & SIGN ? -magnitude : magnitude;
	return magnitude <= MAGNITUDE_MAX;
}

static void
append_number(GByteArray *control, gint64 value)
{
	guint64 number = value < 0 ? (guint64) -value | SIGN : (guint64) value;
	guint8 bytes[ALIOS_NUMBER_SIZE];

	gyw_put_u32le(bytes, (guint32) number);
	gyw_put_u32le(bytes + 4, (guint32) (number >> 32));
	g_byte_array_append(control, bytes, sizeof bytes);
}

void
gy_alios_triple_append(GByteArray *control, guint32 add, guint32 insert, gint64 seek)
{
	append_number(control, add);
	append_number(control, insert);
	append_number(control, seek);
}

gsize
gy_alios_triples_size_max(guint32 new_size)
{
	return ((gsize) new_size + MORE_TRIPLES) * ALIOS_TRIPLE_SIZE;
}

/* ---- reading -------------------------------------------------------------------------------------------- */

static gboolean
get_triple(const guint8 *control, gsize index, Triple *triple)
{
	const guint8 *at = control + index * ALIOS_TRIPLE_SIZE;

	return get_signed(at, &triple->add) && get_signed(at + ALIOS_NUMBER_SIZE, &triple->insert) &&
	       get_signed(at + 2 * ALIOS_NUMBER_SIZE, &triple->seek);
}

/* Where a slice has got to. */
typedef struct {
	gint64 made;
	gint64 added;
	gint64 inserted;
	gint64 old_at;
} Place;

static void
advance(Place *place, const Triple *triple)
{
	place->made += triple->add + triple->insert;
	place->added += triple->add;
	place->inserted += triple->insert;
	place->old_at += triple->add + triple->seek;
}

static const char *
check_triple(const Triple *triple, const Place *place, const GyAliosStreams *streams, guint32 new_size)
{
	gint64 left = (gint64) new_size - place->made;

	if (triple->add < 0 || triple->insert < 0)
		return _("has a negative size");
	if (triple->add > left || triple->insert > left - triple->add)
		return _("makes more bytes than the slice's head says");
	if (triple->add > (gint64) g_bytes_get_size(streams->difference) - place->added)
		return _("takes more bytes than the diff stream has");
	if (triple->insert > (gint64) g_bytes_get_size(streams->extra) - place->inserted)
		return _("takes more bytes than the extra stream has");
	return NULL;
}

static const char *
check_end(const Place *place, gsize n_triples, gsize used, const GyAliosStreams *streams, guint32 new_size)
{
	if (place->made != (gint64) new_size)
		return _("they make fewer bytes than the slice's head says");
	if (used != n_triples || place->added != (gint64) g_bytes_get_size(streams->difference) ||
		place->inserted != (gint64) g_bytes_get_size(streams->extra))
		return _("something is left in the streams when the slice is whole");
	return NULL;
}

char *
gy_alios_triples_check(const GyAliosStreams *streams, guint32 new_size)
{
	gsize size = 0, i;
	const guint8 *control = g_bytes_get_data(streams->control, &size);
	gsize n_triples = size / ALIOS_TRIPLE_SIZE;
	Place place = {0};
	const char *problem;

	if (size % ALIOS_TRIPLE_SIZE != 0)
		return g_strdup(_("the control stream is no list of triples"));
	for (i = 0; i < n_triples && place.made < (gint64) new_size; i++) {
		Triple triple = {0};

		problem = get_triple(control, i, &triple) ? check_triple(&triple, &place, streams, new_size)
							  : _("has a number of more than 32 bits");
		if (problem)
			return g_strdup_printf(_("triple %zu of the control stream %s"), i, problem);
		advance(&place, &triple);
		/* where the last one goes nobody looks */
		if (place.old_at < 0 && place.made < (gint64) new_size)
			return g_strdup_printf(
				_("triple %zu of the control stream goes before the start of the old image"),
				i);
	}
	problem = check_end(&place, n_triples, i, streams, new_size);
	return problem ? g_strdup_printf(_("the triples of the control stream: %s"), problem) : NULL;
}

gboolean
gy_alios_triples_apply(const GyAliosStreams *streams, const guint8 *old, gsize old_size, guint8 *made)
{
	gsize size = 0;
	const guint8 *control = g_bytes_get_data(streams->control, &size);
	const guint8 *difference = g_bytes_get_data(streams->difference, NULL);
	const guint8 *extra = g_bytes_get_data(streams->extra, NULL);
	Place place = {0};

	for (gsize i = 0; i < size / ALIOS_TRIPLE_SIZE; i++) {
		Triple triple = {0};

		g_return_val_if_fail(get_triple(control, i, &triple), FALSE);
		if (triple.add > 0 && triple.add > (gint64) old_size - place.old_at)
			return FALSE;
		for (gint64 j = 0; j < triple.add; j++)
			made[place.made + j] = (guint8) (difference[place.added + j] + old[place.old_at + j]);
		if (triple.insert > 0)
			memcpy(made + place.made + triple.add, extra + place.inserted, (gsize) triple.insert);
		advance(&place, &triple);
	}
	return TRUE;
}
