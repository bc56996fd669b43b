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

void
gyw_write_bytes(struct gyw_writer *w, const uint8_t *bytes, uint32_t size)
{
	if (w->failed || size > w->left) {
		w->failed = true;
		return;
	}
	/* a body may be put together in the buffer that it goes to */
	memmove(w->at, bytes, size);
	w->at += size;
	w->left -= size;
	w->used += size;
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
gyw_write_u32le(struct gyw_writer *w, uint32_t value)
{
	uint8_t bytes[4];

	gyw_put_u32le(bytes, value);
	gyw_write_bytes(w, bytes, sizeof bytes);
}

void
gyw_write_fields(struct gyw_writer *w, const void *from, const struct gyw_field *fields, uint32_t n)
{
	for (; n > 0; n--, fields++) {
		const void *member = (const uint8_t *) from + fields->at;

		if (fields->size == 2)
			gyw_write_u16le(w, *(const uint16_t *) member);
		else if (fields->size == 4)
			gyw_write_u32le(w, *(const uint32_t *) member);
		else
			gyw_write_bytes(w, member, fields->size);
	}
}

void
gyw_read_fields(struct gyw_reader *r, void *to, const struct gyw_field *fields, uint32_t n)
{
	for (; n > 0; n--, fields++) {
		void *member = (uint8_t *) to + fields->at;

		if (fields->size == 2)
			*(uint16_t *) member = gyw_read_u16le(r);
		else if (fields->size == 4)
			*(uint32_t *) member = gyw_read_u32le(r);
		else
			gyw_read_bytes(r, member, fields->size);
	}
}

void
gyw_write_tlv(struct gyw_writer *w, uint8_t tag, const uint8_t *value, uint32_t size)
{
	/* all or nothing: a tag without its value would make the rest unreadable */
	if (w->failed || size > 255 || w->left < size + 2) {
		w->failed = true;
		return;
	}
	gyw_write_u8(w, tag);
	gyw_write_u8(w, (uint8_t) size);
	gyw_write_bytes(w, value, size);
}

void
gyw_write_tlv_u32le(struct gyw_writer *w, uint8_t tag, uint32_t value)
{
	uint8_t bytes[4];

	gyw_put_u32le(bytes, value);
	gyw_write_tlv(w, tag, bytes, sizeof bytes);
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
