// SPDX-License-Identifier: Apache-2.0
#include "engine/delta/match.h"

#include <glib/gi18n-lib.h>

#include "engine/delta/cover-choice.h"
#include "engine/delta/suffix-array.h"

/* A match has to explain so many bytes more than the cover it interrupts. */
#define BETTER_BY 8

/* In a match that is longer, yet no better, nothing is lost by going on in its middle: equal bytes without end, as in
 * erased flash, would otherwise be compared again at every one of them. */
#define LONG_MATCH 256

/* How often the watch is told. */
#define TELL_EVERY 65536

/* Where sorting and matching end, as the watch is told; the rest is for writing. */
#define SORTED  0.3
#define MATCHED 0.8

typedef struct {
	const guint8 *old;
	const guint8 *new_data;
	gsize old_size;
	gsize new_size;
	GySuffixArray *array;
	GArray *covers;
	gint64 diagonal; /* of the cover that is being built: offset in the old image less that in the new one */
	gsize start;     /* of that cover in the new image */
	double gain;     /* of a byte that the diagonal explains, and stands in a cover */
	double loss;     /* of one that it does not */
	const GyWatch *watch;
	gsize told;
} Matching;

static void
matching_clear(Matching *matching)
{
	g_clear_pointer(&matching->array, gy_suffix_array_free);
	g_clear_pointer(&matching->covers, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Matching, matching_clear)

/* Whether the old image has the same byte on the diagonal. */
static gboolean
agrees(const Matching *matching, gsize at, gint64 diagonal)
{
	gint64 offset = (gint64) at + diagonal;

	return offset >= 0 && offset < (gint64) matching->old_size &&
	       matching->old[offset] == matching->new_data[at];
}

/* ---- growing a cover ------------------------------------------------------------------------------------ */

/* Bytes behind @from, up to @limit, that cost less in a cover on the diagonal than by themselves. */
static gsize
grow_forward(const Matching *matching, gsize from, gsize limit, gint64 diagonal)
{
	double gain = 0, best = 0;
	gsize size = 0;

	for (gsize at = from; at < limit && (gint64) at + diagonal < (gint64) matching->old_size; at++) {
		gain += agrees(matching, at, diagonal) ? matching->gain : -matching->loss;
		if (gain > best) {
			best = gain;
			size = at + 1 - from;
		}
	}
	return size;
}

/* Likewise before @from, down to @limit. */
static gsize
grow_backward(const Matching *matching, gsize from, gsize limit, gint64 diagonal)
{
	double gain = 0, best = 0;
	gsize size = 0;

	for (gsize at = from; at > limit && (gint64) at + diagonal > 0; at--) {
		gain += agrees(matching, at - 1, diagonal) ? matching->gain : -matching->loss;
		if (gain > best) {
			best = gain;
			size = from - (at - 1);
		}
	}
	return size;
}

/* Where in between one diagonal should hand over to the next. */
static gsize
split(const Matching *matching, gsize from, gsize to, gint64 diagonal, gint64 next)
{
	gint64 gain = 0, best = 0;
	gsize where = from;

	for (gsize at = from; at < to; at++) {
		gain += (gint64) agrees(matching, at, diagonal) - (gint64) agrees(matching, at, next);
		if (gain > best) {
			best = gain;
			where = at + 1;
		}
	}
	return where;
}

static void
add_cover(Matching *matching, gsize start, gsize end, gint64 diagonal)
{
	const GyCover cover = {.old_offset = (guint32) ((gint64) start + diagonal),
		.new_offset = (guint32) start,
		.size = (guint32) (end - start)};

	if (end > start)
		g_array_append_val(matching->covers, cover);
}

/* Ends the cover that is being built, and begins one at the match that was found at @at. */
static void
hand_over(Matching *matching, gsize at, gint64 next)
{
	gsize end = matching->start + grow_forward(matching, matching->start, at, matching->diagonal);
	gsize begin = at < matching->new_size ? at - grow_backward(matching, at, matching->start, next) : at;

	if (end > begin)
		end = begin = split(matching, begin, end, matching->diagonal, next);
	add_cover(matching, matching->start, end, matching->diagonal);
	matching->start = begin;
	matching->diagonal = next;
}

/* ---- looking for matches -------------------------------------------------------------------------------- */

static gboolean
tell(Matching *matching, gsize at, GError **error)
{
	if (at - matching->told < TELL_EVERY)
		return TRUE;
	matching->told = at;
	return gy_watch_tell(matching->watch,
		SORTED + (MATCHED - SORTED) * (double) at / (double) matching->new_size, error);
}

typedef struct {
	gsize at;
	GyMatch match;
	gsize score; /* bytes of the match that the present diagonal explains too */
} Found;

/* From @at on: the first match that says something about the diagonal: that it still holds, or that there is a better one. */
static gboolean
find_next(Matching *matching, gsize at, Found *found, GError **error)
{
	gsize score = 0, scored = at;
	GyMatch match = {0, 0};

	while (at < matching->new_size) {
		gsize step;

		if (!tell(matching, at, error))
			return FALSE;
		match = gy_suffix_array_find(matching->array, matching->new_data, matching->new_size, at);
		for (; scored < at + match.size; scored++)
			score += agrees(matching, scored, matching->diagonal);
		if ((match.size > 0 && match.size == score) || match.size > score + BETTER_BY)
			break;
		step = match.size >= LONG_MATCH ? match.size / 2 : 1;
		for (; step > 0; step--, at++)
			if (at < scored)
				score -= agrees(matching, at, matching->diagonal);
		scored = MAX(scored, at);
	}
	*found = (Found){.at = at, .match = match, .score = score};
	return TRUE;
}

static gint64
next_diagonal(const Matching *matching, const Found *found)
{
	guint32 near = (guint32) MAX((gint64) found->at + matching->diagonal, 0);

	return (gint64) gy_suffix_array_choose(matching->array, matching->new_data, matching->new_size,
		       found->at, &found->match, near) -
	       (gint64) found->at;
}

static gboolean
scan(Matching *matching, GError **error)
{
	Found found = {0};

	while (found.at < matching->new_size) {
		if (!find_next(matching, found.at + found.match.size, &found, error))
			return FALSE;
		if (found.at >= matching->new_size)
			hand_over(matching, matching->new_size, 0);
		else if (found.match.size != found.score)
			hand_over(matching, found.at, next_diagonal(matching, &found));
	}
	return TRUE;
}

GArray *
gy_delta_match(GBytes *old, GBytes *new_bytes, const GyMatchCost *cost, const GyWatch *watch, GError **error)
{
	g_auto(Matching) matching = {.watch = watch,
		.gain = cost->literal - cost->same,
		/* half of the changes stand behind another */
		.loss = cost->change + cost->first_change / 2 - cost->literal};

	matching.old = g_bytes_get_data(old, &matching.old_size);
	matching.new_data = g_bytes_get_data(new_bytes, &matching.new_size);
	if (MAX(matching.old_size, matching.new_size) > GY_DELTA_SIZE_MAX) {
		g_set_error(error, GY_ERROR, GY_ERROR_FILE_TOO_LARGE,
			_("an image has %zu bytes, differences are made of at most %d"),
			MAX(matching.old_size, matching.new_size), GY_DELTA_SIZE_MAX);
		return NULL;
	}
	matching.covers = g_array_new(FALSE, FALSE, sizeof(GyCover));
	if (!gy_watch_tell(watch, 0, error))
		return NULL;
	matching.array = gy_suffix_array_new(matching.old, matching.old_size, error);
	if (!matching.array || !gy_watch_tell(watch, SORTED, error) || !scan(&matching, error))
		return NULL;
	gy_covers_choose(matching.covers, old, new_bytes, cost);
	return g_steal_pointer(&matching.covers);
}
