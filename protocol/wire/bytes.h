/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYW_BYTES_H
#define GYW_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Cursors over byte buffers. A read past the end or a write past the capacity sets `failed`, which sticks:
 * the caller makes all its accesses and checks once. A failed read gives zero. All integers are little endian.
 */
struct gyw_reader {
	const uint8_t *at;
	uint32_t left;
	bool failed;
};

struct gyw_writer {
	uint8_t *at;
	uint32_t left;
	uint32_t used;
	bool failed;
};

void gyw_reader_init(struct gyw_reader *r, const uint8_t *bytes, uint32_t size);
uint8_t gyw_read_u8(struct gyw_reader *r);
uint16_t gyw_read_u16le(struct gyw_reader *r);
uint32_t gyw_read_u32le(struct gyw_reader *r);
/* Copies `size` bytes to `out`, or zeros them there on failure. */
void gyw_read_bytes(struct gyw_reader *r, uint8_t *out, uint32_t size);
/* The next `n` words, to a struct of uint32_t or an array; zeros there on failure. */
void gyw_read_words(struct gyw_reader *r, void *words, uint32_t n);
/* The next `size` bytes in place (NULL on failure), which are then behind the cursor. */
const uint8_t *gyw_read_view(struct gyw_reader *r, uint32_t size);

void gyw_writer_init(struct gyw_writer *w, uint8_t *buffer, uint32_t capacity);
/* The next `size` bytes, for the caller to fill (NULL on failure). */
uint8_t *gyw_write_room(struct gyw_writer *w, uint32_t size);
void gyw_write_u8(struct gyw_writer *w, uint8_t value);
void gyw_write_u16le(struct gyw_writer *w, uint16_t value);
void gyw_write_u32le(struct gyw_writer *w, uint32_t value);
void gyw_write_words(struct gyw_writer *w, const void *words, uint32_t n);
void gyw_write_bytes(struct gyw_writer *w, const uint8_t *bytes, uint32_t size);

/*
 * Tag (u8), length (u8), value. A value over 255 bytes, or one that does not fit, fails the writer: all or nothing, since
 * a tag without its value would make the rest unreadable.
 */
void gyw_write_tlv(struct gyw_writer *w, uint8_t tag, const uint8_t *value, uint32_t size);
/*
 * Reads the next tag, length and value. Returns false at the end and on a length past the end (then `failed` is
 * set). `value` gets a reader of its own, bounded by the length.
 */
bool gyw_read_tlv(struct gyw_reader *r, uint8_t *tag, struct gyw_reader *value);

/* The u32 at `bytes`, little endian; for places that were bounds-checked as a whole. */
uint32_t gyw_get_u32le(const uint8_t *bytes);
void gyw_put_u32le(uint8_t *bytes, uint32_t value);
void gyw_get_words(void *words, const uint8_t *bytes, uint32_t n);

#endif
