/* SPDX-License-Identifier: Apache-2.0 */
#include <ota_hal_plat.h>

#include "device-agent/include/backend-alios.h"
#include "protocol/wire/bytes.h"
#include "protocol/wire/mem.h"

#define SLICE_HEAD GYA_ALIOS_SLICE_HEAD

struct slice {
	uint32_t size;
	uint32_t makes;
};

/*
 * The head of the slice that begins `left` bytes before the end: magic, the stored lengths of three streams, what they make, a
 * CRC; 8 bytes each (spec: 1.8).
 */
static bool
read_slice(const uint8_t head[SLICE_HEAD], uint32_t left, uint32_t slice_size, struct slice *slice)
{
	static const uint8_t magic[8] = {'B', 'S', 'D', 'I', 'F', 'F', '4', '0'};
	uint32_t words[SLICE_HEAD / 4];
	uint32_t room = left - SLICE_HEAD;
	uint32_t i;

	gyw_get_words(words, head, SLICE_HEAD / 4);
	if (left < SLICE_HEAD || memcmp(head, magic, sizeof magic) != 0)
		return false;
	for (i = 2; i < 8; i += 2) {
		if (words[i + 1] != 0 || words[i] > room)
			return false;
		room -= words[i];
	}
	slice->size = left - room;
	slice->makes = words[8];
	/* all but the last make as much as the second boot expects */
	return words[9] == 0 && slice->makes != 0 &&
	       (room == 0 ? slice->makes <= slice_size : slice->makes == slice_size);
}

static bool
read_head(uint32_t at, uint8_t head[SLICE_HEAD], uint32_t left)
{
	int offset = (int) at;

	return left >= SLICE_HEAD && ota_hal_read(&offset, (char *) head, SLICE_HEAD) == 0;
}

/* What is in their streams the second boot finds out, slice by slice, before it writes. */
static uint32_t
walk(const struct gya_alios_setup *setup, uint32_t length)
{
	uint32_t room = gya_board_partition(setup->board, setup->board->application)->size;
	uint8_t head[SLICE_HEAD];
	struct slice slice;
	uint32_t at;

	for (at = 0; at < length; at += slice.size) {
		setup->watchdog();
		if (!read_head(at, head, length - at) ||
			!read_slice(head, length - at, setup->slice_size, &slice) || slice.makes > room)
			return at + 1;
		room -= slice.makes;
	}
	return 0;
}

uint32_t
gya_alios_slices(const struct gya_alios_setup *setup, const uint8_t *head, uint32_t length)
{
	struct slice slice;

	if (!head)
		return walk(setup, length);
	return read_slice(head, length, setup->slice_size, &slice) ? 0 : 1;
}
