// SPDX-License-Identifier: Apache-2.0
#include "engine/delta/cover-choice.h"

/* How many covers may stand between two that become one. */
#define BETWEEN_MAX 4

typedef struct {
	const guint8 *old;
	const guint8 *new_data;
	const GyMatchCost *cost;
} Choosing;

/* A cover that remains so far, and what its bytes cost. */
typedef struct {
	GyCover cover;
	double cost;
} Kept;

static gint64
diagonal_of(const GyCover *cover)
{
	return (gint64) cover->old_offset - (gint64) cover->new_offset;
}

static gsize
end_of(const GyCover *cover)
{
	return (gsize) cover->new_offset + cover->size;
}

/* What new bytes cost in a cover on the diagonal; where it becomes more than @limit it need not be exact. */
static double
cost_along(const Choosing *choosing, gsize from, gsize to, gint64 diagonal, double limit)
{
	const GyMatchCost *cost = choosing->cost;
	gboolean is_change = FALSE;
	double sum = 0;

	for (gsize at = from; at < to && sum <= limit; at++) {
		gboolean was_change = is_change;

		is_change = choosing->old[(gint64) at + diagonal] != choosing->new_data[at];
		sum += is_change ? cost->change + (was_change ? 0 : cost->first_change) : cost->same;
	}
	return sum;
}

/* The one of the last covers that @next should become one with: its index, -1 for none; and the cost of what is between. */
static int
find_partner(const Choosing *choosing, const GArray *kept, const GyCover *next, double *between)
{
	double present = 0, best_gain = 0;
	gsize begin = next->new_offset;
	int partner = -1;

	for (guint i = kept->len; i-- > 0 && kept->len - i <= BETWEEN_MAX;) {
		const Kept *one = &g_array_index(kept, Kept, i);
		double cost;

		present += (double) (begin - end_of(&one->cover)) * choosing->cost->literal +
			   choosing->cost->cover;
		if (diagonal_of(&one->cover) == diagonal_of(next)) {
			cost = cost_along(
				choosing, end_of(&one->cover), next->new_offset, diagonal_of(next), present);
			if (present - cost > best_gain) {
				best_gain = present - cost;
				partner = (int) i;
				*between = cost;
			}
		}
		present += one->cost;
		begin = one->cover.new_offset;
	}
	return partner;
}

static void
keep(const Choosing *choosing, GArray *kept, const GyCover *cover)
{
	Kept one = {.cover = *cover};
	double between = 0;
	int partner = find_partner(choosing, kept, cover, &between);

	one.cost = cost_along(choosing, cover->new_offset, end_of(cover), diagonal_of(cover), G_MAXDOUBLE);
	if (partner < 0) {
		g_array_append_val(kept, one);
		return;
	}
	g_array_set_size(kept, (guint) partner + 1);
	g_array_index(kept, Kept, partner).cover.size =
		(guint32) (end_of(cover) - g_array_index(kept, Kept, partner).cover.new_offset);
	g_array_index(kept, Kept, partner).cost += between + one.cost;
}

void
gy_covers_choose(GArray *covers, GBytes *old, GBytes *new_bytes, const GyMatchCost *cost)
{
	const Choosing choosing = {.old = g_bytes_get_data(old, NULL),
		.new_data = g_bytes_get_data(new_bytes, NULL),
		.cost = cost};
	g_autoptr(GArray) kept = g_array_new(FALSE, FALSE, sizeof(Kept));

	for (guint i = 0; i < covers->len; i++)
		keep(&choosing, kept, &g_array_index(covers, GyCover, i));
	g_array_set_size(covers, 0);
	for (guint i = 0; i < kept->len; i++) {
		const Kept *one = &g_array_index(kept, Kept, i);

		if (one->cost + cost->cover < one->cover.size * cost->literal)
			g_array_append_val(covers, one->cover);
	}
}
