/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/wire/releasing.h"

void
gyw_receiver_frame(const struct gyw_receiver *r, struct gyw_frame *frame)
{
	frame->type = r->buffer[0];
	frame->seq = r->buffer[1];
	frame->session = (uint16_t) (r->buffer[2] | r->buffer[3] << 8);
	frame->body = r->buffer + GYW_FRAME_HEAD;
	frame->body_size = r->used - GYW_FRAME_HEAD;
}

void
gyw_releasing_init(struct gyw_releasing *r, uint8_t *buffer, uint32_t capacity)
{
	gyw_receiver_init(&r->receiver, buffer, capacity);
	r->agreed = false;
}

enum gyw_receive
gyw_releasing_push(struct gyw_releasing *r, uint8_t byte, uint32_t now_ms, struct gyw_frame *frame)
{
	struct gyw_receiver *receiver = &r->receiver;
	enum gyw_receive got = gyw_receiver_push(receiver, byte, now_ms);

	if (got == GYW_RECEIVE_FRAME) {
		r->agreed = true;
		gyw_receiver_frame(receiver, frame);
	}
	/* a code that points past the longest frame cannot be ours */
	if (got == GYW_RECEIVE_NOTHING && byte != 0 && !r->agreed && receiver->code_at > receiver->capacity)
		got = GYW_RECEIVE_RELEASED;
	if (got == GYW_RECEIVE_RELEASED)
		receiver->state = GYW_RECEIVER_TEXT;
	return got;
}

enum gyw_receive
gyw_releasing_idle(struct gyw_releasing *r, uint32_t now_ms)
{
	if (!gyw_receiver_idle(&r->receiver, now_ms) || r->receiver.used == 0)
		return GYW_RECEIVE_NOTHING;
	return GYW_RECEIVE_RELEASED;
}
