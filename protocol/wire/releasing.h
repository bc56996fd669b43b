/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYW_RELEASING_H
#define GYW_RELEASING_H

#include "protocol/wire/frame.h"

/*
 * The host's half of the receiver. Boot text may contain a zero: a candidate that is too long, silent or, before any
 * frame was agreed, has an impossible COBS code is given back as text (protocol point 1).
 */
struct gyw_releasing {
	struct gyw_receiver receiver;
	bool agreed; /* set with the first good frame */
};

/* What gyw_receiver_push may also return to a host: what is in `buffer`, `used` bytes, was console text. */
#define GYW_RECEIVE_RELEASED GYW_RECEIVE_LONG

void gyw_releasing_init(struct gyw_releasing *r, uint8_t *buffer, uint32_t capacity);
enum gyw_receive gyw_releasing_push(
	struct gyw_releasing *r, uint8_t byte, uint32_t now_ms, struct gyw_frame *frame);
/* To be called when time passes without a byte. RELEASED or NOTHING. */
enum gyw_receive gyw_releasing_idle(struct gyw_releasing *r, uint32_t now_ms);

#endif
