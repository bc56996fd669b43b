/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/core/agent-private.h"
#include "protocol/wire/mem.h"

void
gya_window_reset(struct gya_agent *a)
{
	a->n_islands = 0;
	a->limit = GYA_WINDOW_SIZE;
	a->told_limit = GYA_WINDOW_SIZE;
	a->is_end_told = false;
	gya_set(&a->next, 0);
}

static void
copy_in(struct gya_agent *a, uint32_t offset, const uint8_t *bytes, uint32_t size)
{
	uint32_t at = offset % GYA_WINDOW_SIZE;
	uint32_t first = GYA_WINDOW_SIZE - at;

	if (first > size)
		first = size;
	memcpy(a->window + at, bytes, first);
	memcpy(a->window, bytes + first, size - first);
}

/* Joins the range with the islands that it touches; one that reaches down to `next` is no island any more. */
static void
join(struct gya_agent *a, uint32_t offset, const uint8_t *bytes, uint32_t size)
{
	uint32_t n = a->n_islands;
	uint32_t from = offset;
	uint32_t to = offset + size;
	struct gya_island *first = a->islands;
	struct gya_island *end = a->islands + n;
	struct gya_island *behind;

	while (first < end && first->to < from)
		first++;
	for (behind = first; behind < end && behind->from <= to; behind++) {
		if (behind->from < from)
			from = behind->from;
		if (behind->to > to)
			to = behind->to;
	}
	if (first == behind && n == GYA_MAX_ISLANDS && from != a->next)
		return;
	copy_in(a, offset, bytes, size);
	if (from == a->next) {
		gya_publish(&a->next, to);
		n = 0;
	} else {
		n = 1;
	}
	memmove(first + n, behind, (uint32_t) ((uint8_t *) end - (uint8_t *) behind));
	a->n_islands = (uint8_t) (a->n_islands + n - (uint32_t) (behind - first));
	if (n > 0) {
		first->from = from;
		first->to = to;
	}
}

void
gya_window_put(struct gya_agent *a, uint32_t offset, const uint8_t *bytes, uint32_t size)
{
	uint32_t old = a->next - offset;

	if (offset < a->next) {
		if (size <= old)
			return;
		bytes += old;
		size -= old;
		offset += old;
	}
	if (offset >= a->limit)
		return;
	if (size > a->limit - offset)
		size = a->limit - offset;
	if (size > 0)
		join(a, offset, bytes, size);
}

uint32_t
gya_window_missing(const struct gya_agent *a, uint32_t *words)
{
	const struct gya_island *island = a->islands;
	const struct gya_island *end = island + a->n_islands;
	uint32_t from = a->next;

	for (; island != end; island++) {
		*words++ = from;
		*words++ = island->from;
		from = island->to;
	}
	return 2 * a->n_islands;
}
