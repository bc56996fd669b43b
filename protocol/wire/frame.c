/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/wire/frame.h"

#include "protocol/wire/crc32c.h"
#include "protocol/wire/mem.h"

void
gyw_frame_open(struct gyw_writer *body, uint8_t *buffer, uint32_t mtu)
{
	gyw_writer_init(body, buffer + GYW_RAW_AT(mtu) + GYW_FRAME_HEAD, mtu - GYW_FRAME_OVERHEAD);
}

uint32_t
gyw_frame_seal(const struct gyw_writer *body, uint8_t *buffer, uint32_t mtu, uint32_t head)
{
	uint8_t *raw = buffer + GYW_RAW_AT(mtu);
	uint32_t size = GYW_FRAME_HEAD + body->used;
	uint32_t encoded;

	if (body->failed)
		return 0;
	gyw_put_u32le(raw, head);
	gyw_put_u32le(raw + size, gyw_crc32c(raw, size));
	encoded = gyw_cobs_encode(buffer + 1, raw, size + 4);
	buffer[0] = 0;
	buffer[1 + encoded] = 0;
	return encoded + 2;
}

uint32_t
gyw_frame_close(const struct gyw_writer *body, uint8_t *buffer, uint32_t mtu, uint8_t type, uint8_t seq,
	uint16_t session)
{
	return gyw_frame_seal(body, buffer, mtu, type | (uint32_t) seq << 8 | (uint32_t) session << 16);
}

void
gyw_receiver_init(struct gyw_receiver *r, uint8_t *buffer, uint32_t capacity)
{
	memset(r, 0, sizeof *r);
	r->buffer = buffer;
	r->capacity = capacity;
}

static bool
decode(struct gyw_receiver *r)
{
	uint8_t *buffer = r->buffer;
	int32_t size = gyw_cobs_decode(buffer, r->used) - 4;

	if (size < (int32_t) GYW_FRAME_HEAD ||
		gyw_get_u32le(buffer + size) != gyw_crc32c(buffer, (uint32_t) size))
		return false;
	r->used = (uint32_t) size;
	return true;
}

/* A zero opens a candidate, and ends the one before it if that had bytes. */
static enum gyw_receive
take_zero(struct gyw_receiver *r)
{
	bool ends = r->state == GYW_RECEIVER_CANDIDATE && r->code_at != 0;

	r->state = GYW_RECEIVER_CANDIDATE;
	r->code_at = 0;
	if (!ends)
		return GYW_RECEIVE_NOTHING;
	if (!decode(r))
		return GYW_RECEIVE_FAILED;
	r->state = GYW_RECEIVER_TEXT;
	return GYW_RECEIVE_FRAME;
}

enum gyw_receive
gyw_receiver_push(struct gyw_receiver *r, uint8_t byte, uint32_t now_ms)
{
	r->last_ms = now_ms;
	if (byte == 0)
		return take_zero(r);
	if (r->state != GYW_RECEIVER_CANDIDATE)
		return r->state == GYW_RECEIVER_TEXT ? GYW_RECEIVE_TEXT : GYW_RECEIVE_NOTHING;

	/* what is in the buffer was left there for its reader; this byte begins the next candidate */
	if (r->code_at == 0)
		r->used = 0;
	/* walks the COBS codes as they arrive */
	if (r->used == r->code_at)
		r->code_at += byte;
	r->buffer[r->used++] = byte;
	if (r->used <= r->capacity)
		return GYW_RECEIVE_NOTHING;
	r->state = GYW_RECEIVER_SKIP;
	return GYW_RECEIVE_LONG;
}

bool
gyw_receiver_idle(struct gyw_receiver *r, uint32_t now_ms)
{
	if (r->state == GYW_RECEIVER_TEXT || now_ms - r->last_ms < GYW_CANDIDATE_SILENCE_MS)
		return false;
	if (r->code_at == 0)
		r->used = 0;
	r->state = GYW_RECEIVER_TEXT;
	return true;
}
