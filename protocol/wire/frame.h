/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYW_FRAME_H
#define GYW_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/wire/bytes.h"
#include "protocol/wire/cobs.h"

/*
 * Frame on the line: 0x00 COBS(type:u8 seq:u8 session:u16 body crc32c:u32) 0x00, little endian; the CRC covers
 * type to body. The MTU counts the bytes from type to CRC, before COBS. Frozen; see PROTOCOL.md.
 */
#define GYW_FRAME_HEAD     4u
#define GYW_FRAME_OVERHEAD (GYW_FRAME_HEAD + 4u)

/* Every agent takes and sends frames of this MTU, whatever its INFO says; before INFO, nothing else is used. */
#define GYW_MTU_MIN 512u
/* No INFO may ask for more. */
#define GYW_MTU_MAX 16384u

/* Bytes between the two zeros of a frame of this MTU. */
#define GYW_ENCODED_SIZE(mtu) ((mtu) + GYW_COBS_OVERHEAD(mtu))
/* Where the frame stands before it is encoded, in the same buffer; a shift, where COBS's own bound is a division. */
#define GYW_RAW_AT(mtu) (((mtu) >> 7) + 2u)
/* Buffer of a frame that is sent: room for encoding in place; from GYW_MTU_MIN on the two zeros fit too. */
#define GYW_LINE_SIZE(mtu) ((mtu) + GYW_RAW_AT(mtu))
/* Buffer of a receiver: one byte more than a frame, so that the byte that is too much can be given back as text. */
#define GYW_RECEIVER_SIZE(mtu) (GYW_ENCODED_SIZE(mtu) + 1u)

/* A candidate that is silent for so long is no frame. */
#define GYW_CANDIDATE_SILENCE_MS 50u

struct gyw_frame {
	uint8_t type;
	uint8_t seq;
	uint16_t session;
	const uint8_t *body;
	uint32_t body_size;
};

/*
 * Frames are put together in the buffer that they leave from: `gyw_frame_open` gives a writer for the body,
 * `gyw_frame_close` adds head and CRC and encodes in place. The buffer has GYW_LINE_SIZE(mtu) bytes.
 * `gyw_frame_close` returns the bytes to send from the start of the buffer, or 0 if the writer failed.
 */
void gyw_frame_open(struct gyw_writer *body, uint8_t *buffer, uint32_t mtu);
uint32_t gyw_frame_close(const struct gyw_writer *body, uint8_t *buffer, uint32_t mtu, uint8_t type,
	uint8_t seq, uint16_t session);

/* The same with type, seq and session in one word, as they stand on the line. */
uint32_t gyw_frame_seal(const struct gyw_writer *body, uint8_t *buffer, uint32_t mtu, uint32_t head);

enum gyw_receive {
	GYW_RECEIVE_NOTHING = 0, /* more bytes are needed */
	GYW_RECEIVE_TEXT = 1,    /* the byte just given is console text */
	GYW_RECEIVE_FRAME =
		2, /* a good frame is in `buffer`, from its type to its body, `used` bytes; until the next
	                                  byte is given */
	GYW_RECEIVE_FAILED =
		3, /* a candidate failed: its bytes are in `buffer`, `used` of them (decoding has begun
	                            on them: for a raw log, keep what was given) */
	GYW_RECEIVE_LONG =
		4 /* what is in `buffer`, `used` bytes, is more than a frame: the rest is dropped up to a zero */
};

enum gyw_receiver_state {
	GYW_RECEIVER_TEXT = 0,
	GYW_RECEIVER_CANDIDATE = 1,
	GYW_RECEIVER_SKIP = 2 /* the rest of a candidate that was too long */
};

/*
 * Takes frames and console text apart, byte by byte. Protocol point 1: bytes outside frames are text; after a
 * 0x00 they are a candidate until the next 0x00; the 0x00 that ends a failed or empty candidate opens the next
 * one, the one that ends a good frame returns to text. This is the device's half: a candidate that is none is dropped.
 */
struct gyw_receiver {
	uint8_t *buffer;   /* GYW_RECEIVER_SIZE(mtu) bytes */
	uint32_t capacity; /* GYW_ENCODED_SIZE(mtu) */
	uint32_t used;
	uint32_t code_at; /* where the next COBS code of the candidate stands; 0 before its first byte */
	uint32_t last_ms;
	enum gyw_receiver_state state;
};

void gyw_receiver_init(struct gyw_receiver *r, uint8_t *buffer, uint32_t capacity);
enum gyw_receive gyw_receiver_push(struct gyw_receiver *r, uint8_t byte, uint32_t now_ms);
/* To be called when time passes without a byte: returns whether a candidate was given up for its silence. */
bool gyw_receiver_idle(struct gyw_receiver *r, uint32_t now_ms);
/* The good frame that push has just found. */
void gyw_receiver_frame(const struct gyw_receiver *r, struct gyw_frame *frame);

#endif
