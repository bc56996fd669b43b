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
	gya_publish(&a->next, 0);
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

/* Islands i to j-1 touch the range `from` to `to`: they and the range become one island. */
static void
merge(struct gya_agent *a, uint32_t i, uint32_t j, uint32_t from, uint32_t to)
{
	struct gya_island *island = &a->islands[i];

	if (i < j) {
		if (island->from < from)
			from = island->from;
		if (a->islands[j - 1].to > to)
			to = a->islands[j - 1].to;
	}
	memmove(island + 1, &a->islands[j], (a->n_islands - j) * sizeof *island);
	a->n_islands = (uint8_t) (a->n_islands + 1 - (j - i));
	island->from = from;
	island->to = to;
}

void
gya_window_put(struct gya_agent *a, uint32_t offset, const uint8_t *bytes, uint32_t size)
{
	uint32_t next = a->next;
	uint32_t i = 0;
	uint32_t j;

	if (offset < next) {
		if (size <= next - offset)
			return;
		bytes += next - offset;
		size -= next - offset;
		offset = next;
	}
	if (offset >= a->limit)
		return;
	if (size > a->limit - offset)
		size = a->limit - offset;
	if (size == 0)
		return;

	while (i < a->n_islands && a->islands[i].to < offset)
		i++;
	for (j = i; j < a->n_islands && a->islands[j].from <= offset + size; j++)
		;
	if (i == j && a->n_islands == GYA_MAX_ISLANDS && offset != next)
		return;
	copy_in(a, offset, bytes, size);
	merge(a, i, j, offset, offset + size);

	if (a->islands[0].from == next) {
		next = a->islands[0].to;
		a->n_islands--;
		memmove(a->islands, a->islands + 1, a->n_islands * sizeof a->islands[0]);
		gya_publish(&a->next, next);
	}
}

void
gya_window_ack(struct gya_agent *a, struct gyw_data_ack *ack)
{
	uint32_t from = a->next;
	uint8_t i;

	ack->next = from;
	ack->stored = gya_load(&a->stored);
	ack->limit = a->limit;
	ack->n_missing = a->n_islands;
	for (i = 0; i < a->n_islands; i++) {
		ack->missing[i].from = from;
		ack->missing[i].to = a->islands[i].from;
		from = a->islands[i].to;
	}
}
