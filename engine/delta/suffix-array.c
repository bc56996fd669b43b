// SPDX-License-Identifier: Apache-2.0
#include "engine/delta/suffix-array.h"

#include <divsufsort.h>
#include <glib/gi18n-lib.h>
#include <string.h>

/* One for each pair of bytes: where its suffixes begin in the array, and one more for the end of the last. */
#define N_PAIRS 65536

/* How many neighbours of equal length are looked at on either side, and how much of what is around each of them. */
#define NEIGHBOURS     100
#define CONTEXT_BEHIND 64
#define CONTEXT_BEFORE 32

/* A longer match is no accident: there is nothing to choose. */
#define CHOICE_SIZE_MAX 256

struct _GySuffixArray {
	const guint8 *data;
	gsize size;
	saidx_t *order;
	guint before_last; /* the pair whose suffixes the last byte's follows */
	guint32 pairs[N_PAIRS + 1];
};

void
gy_suffix_array_free(GySuffixArray *array)
{
	if (!array)
		return;
	g_free(array->order);
	g_free(array);
}

static guint
pair_at(const guint8 *data)
{
	return (guint) data[0] << 8 | data[1];
}

/* Suffixes of one pair stand together; the last byte is a suffix of its own, in front of all that begin with it. */
static void
count_pairs(GySuffixArray *array)
{
	guint32 at = 0;
	guint last = array->size > 0 ? array->data[array->size - 1] : 0;

	for (gsize i = 0; i + 1 < array->size; i++)
		array->pairs[pair_at(array->data + i)]++;
	for (guint pair = 0; pair < N_PAIRS; pair++) {
		guint32 n = array->pairs[pair];

		if (array->size > 0 && pair == last << 8)
			at++;
		array->pairs[pair] = at;
		at += n;
	}
	array->pairs[N_PAIRS] = at;
	array->before_last = (last << 8) - 1;
}

GySuffixArray *
gy_suffix_array_new(const guint8 *data, gsize size, GError **error)
{
	g_autoptr(GySuffixArray) array = g_new0(GySuffixArray, 1);

	g_return_val_if_fail(size <= G_MAXINT32, NULL);

	array->data = data;
	array->size = size;
	array->order = g_try_new(saidx_t, MAX(size, 1));
	if (array->order && (size == 0 || divsufsort(data, array->order, (saidx_t) size) == 0)) {
		count_pairs(array);
		return g_steal_pointer(&array);
	}
	g_set_error(error, GY_ERROR, GY_ERROR_INTERNAL,
		_("there is not enough memory to sort %zu bytes: it takes five times as much"), size);
	return NULL;
}

/* ---- searching ------------------------------------------------------------------------------------------ */

/* Equal bytes of the suffix at @index and the text, the first @known of which are known to be equal. */
static gsize
common(const GySuffixArray *array, gsize index, const guint8 *text, gsize size, gsize known)
{
	const guint8 *suffix = array->data + array->order[index];
	gsize limit = MIN(size, array->size - (gsize) array->order[index]);

	for (; known + 8 <= limit; known += 8) {
		guint64 one, other;

		memcpy(&one, suffix + known, 8);
		memcpy(&other, text + known, 8);
		if (one != other)
			return known + (gsize) __builtin_ctzll(GUINT64_TO_LE(one ^ other)) / 8;
	}
	while (known < limit && suffix[known] == text[known])
		known++;
	return known;
}

/* Whether the suffix, of which @equal bytes are the text's, stands before it. */
static gboolean
is_before(const GySuffixArray *array, gsize index, const guint8 *text, gsize size, gsize equal)
{
	gsize offset = (gsize) array->order[index];

	if (equal == size)
		return FALSE;
	return offset + equal == array->size || array->data[offset + equal] < text[equal];
}

/* The text stands between two suffixes; what each side of the search has in common with it needs no second look. */
static gsize
find_nearest(const GySuffixArray *array, gsize low, gsize high, const guint8 *text, gsize size, gsize *index)
{
	gsize low_equal = 2, high_equal = 2, best = 0;

	while (low < high && best < size) {
		gsize middle = low + (high - low) / 2;
		gsize equal = common(array, middle, text, size, MIN(low_equal, high_equal));

		if (equal > best) {
			*index = middle;
			best = equal;
		}
		if (is_before(array, middle, text, size, equal)) {
			low = middle + 1;
			low_equal = equal;
		} else {
			high = middle;
			high_equal = equal;
		}
	}
	return best;
}

GyMatch
gy_suffix_array_find(const GySuffixArray *array, const guint8 *text, gsize size, gsize at)
{
	guint pair = size - at >= 2 ? pair_at(text + at) : 0;
	gsize low = array->pairs[pair], high = array->pairs[pair + 1] - (pair == array->before_last);
	GyMatch match = {.index = low};

	if (size - at < 2 || low >= high)
		return (GyMatch){0, 0};
	match.size = find_nearest(array, low, high, text + at, size - at, &match.index);
	return match;
}

/* ---- choosing ------------------------------------------------------------------------------------------- */

/* What was looked for, and where it begins. */
typedef struct {
	const guint8 *text;
	gsize size;
	gsize at;
	gsize match_size;
	guint32 near;
} Wanted;

static guint32
distance(guint32 one, guint32 other)
{
	return one > other ? one - other : other - one;
}

/* Equal bytes around a match at @offset. */
static guint
context(const GySuffixArray *array, const Wanted *wanted, gsize offset)
{
	gsize end = offset + wanted->match_size, text_end = wanted->at + wanted->match_size;
	gsize behind = MIN(CONTEXT_BEHIND, MIN(array->size - end, wanted->size - text_end));
	gsize before = MIN(CONTEXT_BEFORE, MIN(offset, wanted->at));
	guint equal = 0;

	for (gsize i = 0; i < behind; i++)
		equal += array->data[end + i] == wanted->text[text_end + i];
	for (gsize i = 1; i <= before; i++)
		equal += array->data[offset - i] == wanted->text[wanted->at - i];
	return equal;
}

typedef struct {
	guint32 offset;
	guint equal;
} Choice;

static void
consider(const GySuffixArray *array, const Wanted *wanted, gsize index, Choice *choice)
{
	guint32 offset = (guint32) array->order[index];
	guint equal = context(array, wanted, offset);

	if (equal > choice->equal ||
		(equal == choice->equal &&
			distance(offset, wanted->near) < distance(choice->offset, wanted->near)))
		*choice = (Choice){.offset = offset, .equal = equal};
}

guint32
gy_suffix_array_choose(const GySuffixArray *array, const guint8 *text, gsize size, gsize at,
	const GyMatch *match, guint32 near)
{
	const Wanted wanted = {.text = text, .size = size, .at = at, .match_size = match->size, .near = near};
	gsize from = match->index - MIN(match->index, NEIGHBOURS);
	gsize to = MIN(array->size, match->index + NEIGHBOURS);
	Choice choice = {.offset = (guint32) array->order[match->index]};

	if (match->size > CHOICE_SIZE_MAX)
		return choice.offset;
	for (gsize i = match->index; i < to && common(array, i, text + at, match->size, 0) == match->size;
		i++)
		consider(array, &wanted, i, &choice);
	for (gsize i = match->index;
		i-- > from && common(array, i, text + at, match->size, 0) == match->size;)
		consider(array, &wanted, i, &choice);
	return choice.offset;
}
