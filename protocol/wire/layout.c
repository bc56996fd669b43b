/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/wire/layout.h"

#include "protocol/wire/mem.h"

/*
 * For each body: what it is, its size on the line, the size of each member, 0. The members of its struct stand in the
 * same order, each aligned to its size; what is larger than 4 is an array of bytes.
 */
/* clang-format off */
static const uint8_t layouts[] = {
	GYW_HELLO, 20, 1, 1, 2, 16, 0,
	GYW_BEGIN, GYW_BEGIN_FIXED, 2, 1, 4, 4, 32, 1, 0,
	GYW_MANIFEST, GYW_MANIFEST_FIXED, 4, 4, 0,
	GYW_DATA, GYW_DATA_FIXED, 4, 0,
	GYW_HASH, 12, 4, 4, 4, 0, /* READ too */
	GYW_INFO, 43, 16, 1, 1, 4, 2, 4, 4, 4, 2, 1, 4, 0,
	GYW_READY, 12, 4, 4, 4, 0,
	GYW_DATA_ACK, 13, 4, 4, 4, 1, 0,
	GYW_VERIFIED, 37, 4, 32, 1, 0,
	GYW_STATUS_IS, 18, 1, 4, 4, 4, 1, 4, 0,
	GYW_REFUSED, 12, 1, 2, 1, 4, 4, 0, /* FAILED too */
	GYW_BUSY, 14, 1, 1, 4, 4, 4, 0,
	GYW_LAYOUT_TAG | GYW_INFO_HARDWARE_ID, 4, 4, 0,
	GYW_LAYOUT_TAG | GYW_INFO_VERSION_EXT, 4, 4, 0,
	GYW_LAYOUT_TAG | GYW_INFO_IMAGE, 14, 4, 2, 4, 4, 0,
	GYW_LAYOUT_TAG | GYW_INFO_RESULT, 5, 4, 1, 0,
	GYW_LAYOUT_TAG | GYW_INFO_TIMES, 16, 4, 4, 4, 4, 0,
};
/* clang-format on */

/* Behind the number of a body that is in the table: its size, then its members. */
static const uint8_t *
find(uint32_t type)
{
	const uint8_t *at = layouts;

	while (*at++ != type)
		while (*at++ != 0)
			;
	return at;
}

/* Where the member after `at` bytes of a struct is. */
static uint32_t
align(uint32_t at, uint32_t size)
{
	return size > 4 ? at : (at + size - 1) & ~(size - 1);
}

/* A member between the line and memory, in either direction. */
static void
copy(uint8_t *to, const uint8_t *from, uint32_t size)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	if (size <= 4) {
		while (size-- > 0)
			*to++ = from[size];
		return;
	}
#endif
	memcpy(to, from, size);
}

static void
pack(uint8_t *to, const uint8_t *from, const uint8_t *sizes)
{
	uint32_t at = 0;
	uint32_t size;

	while (to && (size = *sizes++) != 0) {
		at = align(at, size);
		copy(to, from + at, size);
		to += size;
		at += size;
	}
}

void
gyw_write_body(struct gyw_writer *w, uint32_t type, const void *from)
{
	const uint8_t *layout = find(type);

	pack(gyw_write_room(w, layout[0]), from, layout + 1);
}

void
gyw_write_tlv_struct(struct gyw_writer *w, uint8_t tag, const void *from)
{
	const uint8_t *layout = find(GYW_LAYOUT_TAG | tag);

	pack(gyw_open_tlv(w, tag, layout[0]), from, layout + 1);
}

bool
gyw_read_body(uint32_t type, void *to, const uint8_t *body, uint32_t size)
{
	const uint8_t *layout = find(type);
	uint32_t at = 0;

	if (size < *layout++)
		return false;
	while ((size = *layout++) != 0) {
		at = align(at, size);
		copy((uint8_t *) to + at, body, size);
		body += size;
		at += size;
	}
	return true;
}

bool
gyw_read_tlv_struct(struct gyw_reader *value, uint8_t tag, void *to)
{
	return gyw_read_body(GYW_LAYOUT_TAG | tag, to, value->at, value->left);
}
