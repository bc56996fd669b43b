// SPDX-License-Identifier: Apache-2.0
#include "engine/delta/suffix-array.h"

#include <divsufsort.h>
#include <string.h>

/* One for each pair of bytes: where its suffixes begin in the array, and one more for the end of the last. */
#define N_PAIRS 65536

/* How many neighbours of equal length are looked at on either side. */
#define NEIGHBOURS 24

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
		"there is not enough memory to sort %" G_GSIZE_FORMAT " bytes: it takes five times as much",
		size);
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

static guint32
distance(guint32 one, guint32 other)
{
	return one > other ? one - other : other - one;
}

/* Among the neighbours that match as far, the one nearest to @near. */
static guint32
choose(const GySuffixArray *array, gsize best, gsize low, gsize high, const guint8 *text, gsize size,
	guint32 near)
{
	guint32 chosen = (guint32) array->order[best];
	gsize from = best - MIN(best - low, NEIGHBOURS);
	gsize to = MIN(high, best + NEIGHBOURS);

	for (gsize i = best; i-- > from && common(array, i, text, size, 0) == size;)
		if (distance((guint32) array->order[i], near) < distance(chosen, near))
			chosen = (guint32) array->order[i];
	for (gsize i = best + 1; i < to && common(array, i, text, size, 0) == size; i++)
		if (distance((guint32) array->order[i], near) < distance(chosen, near))
			chosen = (guint32) array->order[i];
	return chosen;
}

/* The text stands between two suffixes; what each side of the search has in common with it needs no second look. */
GyMatch
gy_suffix_array_find(const GySuffixArray *array, const guint8 *text, gsize size, guint32 near)
{
	guint pair = size >= 2 ? pair_at(text) : 0;
	gsize low = array->pairs[pair], high = array->pairs[pair + 1] - (pair == array->before_last);
	gsize first = low, end = high, best = low;
	gsize low_equal = 2, high_equal = 2, best_equal = 0;

	if (size < 2 || low >= high)
		return (GyMatch){0, 0};
	while (low < high) {
		gsize middle = low + (high - low) / 2;
		gsize equal = common(array, middle, text, size, MIN(low_equal, high_equal));

		if (equal > best_equal) {
			best = middle;
			best_equal = equal;
		}
		if (equal == size)
			break;
		if (is_before(array, middle, text, size, equal)) {
			low = middle + 1;
			low_equal = equal;
		} else {
			high = middle;
			high_equal = equal;
		}
	}
	return (GyMatch){choose(array, best, first, end, text, best_equal, near), (guint32) best_equal};
}
