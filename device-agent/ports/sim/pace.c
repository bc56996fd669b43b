// SPDX-License-Identifier: Apache-2.0
#include "device-agent/ports/sim/pace.h"

#include <string.h>

// start bit, eight of data, stop bit
#define BITS_OF_BYTE 10u
#define NS_OF_S      1000000000ull

void
gya_pace_init(struct gya_pace *pace, uint8_t *bytes, uint32_t capacity)
{
	memset(pace, 0, sizeof *pace);
	pace->bytes = bytes;
	pace->capacity = capacity;
}

void
gya_pace_set_baud(struct gya_pace *pace, uint32_t baud)
{
	pace->byte_ns = baud == 0 ? 0 : BITS_OF_BYTE * NS_OF_S / baud;
}

uint32_t
gya_pace_room(const struct gya_pace *pace)
{
	return pace->capacity - pace->used;
}

uint32_t
gya_pace_put(struct gya_pace *pace, const uint8_t *bytes, uint32_t size, uint64_t now_ns)
{
	uint32_t room = gya_pace_room(pace);
	uint32_t taken = size < room ? size : room;

	if (pace->used == 0 && taken > 0)
		pace->due_ns = (now_ns > pace->free_ns ? now_ns : pace->free_ns) + pace->byte_ns;
	for (uint32_t i = 0; i < taken; i++)
		pace->bytes[(pace->head + pace->used++) % pace->capacity] = bytes[i];
	return taken;
}

uint32_t
gya_pace_take(struct gya_pace *pace, uint8_t *bytes, uint32_t size, uint64_t now_ns)
{
	uint32_t taken = 0;

	while (taken < size && pace->used > 0 && pace->due_ns <= now_ns) {
		bytes[taken++] = pace->bytes[pace->head];
		pace->head = (pace->head + 1) % pace->capacity;
		pace->used--;
		pace->free_ns = pace->due_ns;
		pace->due_ns += pace->byte_ns;
	}
	return taken;
}

uint64_t
gya_pace_empty_at(const struct gya_pace *pace)
{
	return pace->used == 0 ? GYA_PACE_NEVER : pace->due_ns + (pace->used - 1) * pace->byte_ns;
}

void
gya_pace_clear(struct gya_pace *pace)
{
	pace->used = 0;
}
