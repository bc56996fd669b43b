// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdbool.h>
#include <stdint.h>

// One direction of a serial line: bytes go in at once and come out when their ten bit times have passed. Time is given
// in, so that the queue can be tested on a clock of its own.
struct gya_pace {
	uint8_t *bytes; // the owner's, `capacity` of them
	uint32_t capacity;
	uint32_t head;
	uint32_t used;
	uint64_t byte_ns; // 0: every byte passes at once
	uint64_t due_ns;  // when the first byte in the queue has passed
	uint64_t free_ns; // when the last byte that left the queue had passed
};

#define GYA_PACE_NEVER UINT64_MAX

void gya_pace_init(struct gya_pace *pace, uint8_t *bytes, uint32_t capacity);
// 0: no pacing. Counts from the byte that is next; the one on its way keeps its time.
void gya_pace_set_baud(struct gya_pace *pace, uint32_t baud);
uint32_t gya_pace_room(const struct gya_pace *pace);
// Returns how many bytes there was room for.
uint32_t gya_pace_put(struct gya_pace *pace, const uint8_t *bytes, uint32_t size, uint64_t now_ns);
// Returns how many of the bytes that have passed by now were given.
uint32_t gya_pace_take(struct gya_pace *pace, uint8_t *bytes, uint32_t size, uint64_t now_ns);
// When the last byte in the queue will have passed; GYA_PACE_NEVER if it is empty.
uint64_t gya_pace_empty_at(const struct gya_pace *pace);
void gya_pace_clear(struct gya_pace *pace);
