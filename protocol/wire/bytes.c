/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/wire/bytes.h"

#include "protocol/wire/mem.h"

void
gyw_reader_init(struct gyw_reader *r, const uint8_t *bytes, uint32_t size)
{
	r->at = bytes;
	r->left = size;
	r->failed = false;
}

const uint8_t *
gyw_read_view(struct gyw_reader *r, uint32_t size)
{
	const uint8_t *view = r->at;

	if (r->failed || size > r->left) {
		r->failed = true;
		return NULL;
	}
	r->at += size;
	r->left -= size;
	return view;
}

void
gyw_read_bytes(struct gyw_reader *r, uint8_t *out, uint32_t size)
{
	const uint8_t *view = gyw_read_view(r, size);

	if (view)
		memcpy(out, view, size);
	else
		memset(out, 0, size);
}

uint8_t
gyw_read_u8(struct gyw_reader *r)
{
	const uint8_t *view = gyw_read_view(r, 1);

	return view ? view[0] : 0;
}

uint16_t
gyw_read_u16le(struct gyw_reader *r)
{
	const uint8_t *view = gyw_read_view(r, 2);

	return (uint16_t) (view ? view[0] | view[1] << 8 : 0);
}

uint32_t
gyw_read_u32le(struct gyw_reader *r)
{
	const uint8_t *view = gyw_read_view(r, 4);

	return view ? gyw_get_u32le(view) : 0;
}

void
gyw_read_words(struct gyw_reader *r, void *words, uint32_t n)
{
	const uint8_t *view = gyw_read_view(r, 4 * n);

	if (view)
		gyw_get_words(words, view, n);
	else
		memset(words, 0, 4 * n);
}

bool
gyw_read_tlv(struct gyw_reader *r, uint8_t *tag, struct gyw_reader *value)
{
	uint8_t size;
	const uint8_t *view;

	if (r->failed || r->left == 0)
		return false;
	*tag = gyw_read_u8(r);
	size = gyw_read_u8(r);
	view = gyw_read_view(r, size);
	if (!view)
		return false;
	gyw_reader_init(value, view, size);
	return true;
}

void
gyw_writer_init(struct gyw_writer *w, uint8_t *buffer, uint32_t capacity)
{
	w->at = buffer;
	w->left = capacity;
	w->used = 0;
	w->failed = false;
}

uint8_t *
gyw_write_room(struct gyw_writer *w, uint32_t size)
{
	uint8_t *room = w->at;

	if (w->failed || size > w->left) {
		w->failed = true;
		return NULL;
	}
	w->at += size;
	w->left -= size;
	w->used += size;
	return room;
}

void
gyw_write_bytes(struct gyw_writer *w, const uint8_t *bytes, uint32_t size)
{
	uint8_t *room = gyw_write_room(w, size);

	if (room)
		memcpy(room, bytes, size);
}

void
gyw_write_u8(struct gyw_writer *w, uint8_t value)
{
	gyw_write_bytes(w, &value, 1);
}

void
gyw_write_u16le(struct gyw_writer *w, uint16_t value)
{
	uint8_t bytes[2] = {(uint8_t) value, (uint8_t) (value >> 8)};

	gyw_write_bytes(w, bytes, sizeof bytes);
}

void
gyw_write_words(struct gyw_writer *w, const void *words, uint32_t n)
{
	const uint32_t *word = words;
	uint8_t *room = gyw_write_room(w, 4 * n);

	for (; room && n > 0; n--, room += 4)
		gyw_put_u32le(room, *word++);
}

void
gyw_write_u32le(struct gyw_writer *w, uint32_t value)
{
	gyw_write_words(w, &value, 1);
}

void
gyw_write_tlv(struct gyw_writer *w, uint8_t tag, const uint8_t *value, uint32_t size)
{
	/* a size that no length byte can tell is one that fits nowhere */
	uint8_t *room = gyw_write_room(w, size > 255 ? UINT32_MAX : size + 2);

	if (!room)
		return;
	*room++ = tag;
	*room++ = (uint8_t) size;
	memcpy(room, value, size);
}

uint32_t
gyw_get_u32le(const uint8_t *bytes)
{
	return bytes[0] | (uint32_t) bytes[1] << 8 | (uint32_t) bytes[2] << 16 | (uint32_t) bytes[3] << 24;
}

void
gyw_put_u32le(uint8_t *bytes, uint32_t value)
{
	bytes[0] = (uint8_t) value;
	bytes[1] = (uint8_t) (value >> 8);
	bytes[2] = (uint8_t) (value >> 16);
	bytes[3] = (uint8_t) (value >> 24);
}

void
gyw_get_words(void *words, const uint8_t *bytes, uint32_t n)
{
	uint32_t *word = words;

	for (; n > 0; n--, bytes += 4)
		*word++ = gyw_get_u32le(bytes);
}
