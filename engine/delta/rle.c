// SPDX-License-Identifier: Apache-2.0
#include "engine/delta/rle.h"

/* Kinds of runs: what the tag of a control number says. */
enum {
	RUN_00,
	RUN_FF,
	RUN_BYTE,
	RUN_LITERALS,
};

#define TAG_BITS 2

/* Shorter runs cost less as literals: of bytes that need none in the data, and of others. */
#define RUN_MIN_FREE 2
#define RUN_MIN_BYTE 3

/* Readers keep lengths of runs in 32 bits with a sign. */
#define RUN_MAX G_MAXINT32

/* ---- writing -------------------------------------------------------------------------------------------- */

void
gy_rle_writer_init(GyRleWriter *writer)
{
	*writer = (GyRleWriter){
		.control = g_byte_array_new(), .data = g_byte_array_new(), .literals = g_byte_array_new()};
}

void
gy_rle_writer_clear(GyRleWriter *writer)
{
	g_clear_pointer(&writer->control, g_byte_array_unref);
	g_clear_pointer(&writer->data, g_byte_array_unref);
	g_clear_pointer(&writer->literals, g_byte_array_unref);
}

static guint
kind_of(guint8 value)
{
	return value == 0x00 ? RUN_00 : value == 0xFF ? RUN_FF : RUN_BYTE;
}

static void
put_run(GyRleWriter *writer, guint8 value, guint64 size)
{
	guint kind = kind_of(value);

	for (; size > 0; size -= MIN(size, RUN_MAX)) {
		gy_packed_append(writer->control, MIN(size, RUN_MAX) - 1, TAG_BITS, kind);
		if (kind == RUN_BYTE)
			g_byte_array_append(writer->data, &value, 1);
	}
}

static void
put_literals(GyRleWriter *writer)
{
	GByteArray *literals = writer->literals;

	if (literals->len == 1) {
		put_run(writer, literals->data[0], 1);
	} else if (literals->len > 1) {
		gy_packed_append(writer->control, literals->len - 1, TAG_BITS, RUN_LITERALS);
		g_byte_array_append(writer->data, literals->data, literals->len);
	}
	g_byte_array_set_size(literals, 0);
}

/* The run that was gathered becomes one, or a few literals more. */
static void
put_gathered(GyRleWriter *writer)
{
	guint64 least = kind_of(writer->value) == RUN_BYTE ? RUN_MIN_BYTE : RUN_MIN_FREE;

	if (writer->run >= least) {
		put_literals(writer);
		put_run(writer, writer->value, writer->run);
	} else {
		for (; writer->run > 0; writer->run--)
			g_byte_array_append(writer->literals, &writer->value, 1);
	}
	writer->run = 0;
}

void
gy_rle_write(GyRleWriter *writer, guint8 value, guint64 count)
{
	if (writer->run > 0 && writer->value != value)
		put_gathered(writer);
	writer->value = value;
	writer->run += count;
}

void
gy_rle_end(GyRleWriter *writer)
{
	put_gathered(writer);
	put_literals(writer);
}

/* ---- reading -------------------------------------------------------------------------------------------- */

static gboolean
next_run(GyRleReader *reader)
{
	guint64 size = gy_packed_read(&reader->control, TAG_BITS, &reader->kind);
	const guint8 *value = NULL;

	if (!reader->control.failed && reader->kind == RUN_BYTE)
		value = gy_cursor_take(&reader->data, 1);
	if (reader->control.failed || reader->data.failed || size == G_MAXUINT64)
		return FALSE;
	reader->value = value ? *value : reader->kind == RUN_FF ? 0xFF : 0x00;
	reader->left = size + 1;
	return TRUE;
}

static gboolean
add_piece(GyRleReader *reader, guint8 *out, gsize size)
{
	const guint8 *literals = reader->kind == RUN_LITERALS ? gy_cursor_take(&reader->data, size) : NULL;

	if (reader->kind == RUN_LITERALS && !literals)
		return FALSE;
	if (reader->kind != RUN_00)
		for (gsize i = 0; i < size; i++)
			out[i] = (guint8) (out[i] + (literals ? literals[i] : reader->value));
	reader->left -= size;
	return TRUE;
}

gboolean
gy_rle_add(GyRleReader *reader, guint8 *out, gsize size)
{
	while (size > 0) {
		gsize piece;

		if (reader->left == 0 && !next_run(reader))
			return FALSE;
		piece = (gsize) MIN(reader->left, size);
		if (!add_piece(reader, out, piece))
			return FALSE;
		out += piece;
		size -= piece;
	}
	return TRUE;
}

gboolean
gy_rle_skip(GyRleReader *reader, guint64 size)
{
	while (size > 0) {
		guint64 piece;

		if (reader->left == 0 && !next_run(reader))
			return FALSE;
		piece = MIN(reader->left, size);
		if (reader->kind == RUN_LITERALS && !gy_cursor_take(&reader->data, piece))
			return FALSE;
		reader->left -= piece;
		size -= piece;
	}
	return TRUE;
}

gboolean
gy_rle_is_at_end(const GyRleReader *reader)
{
	return reader->left == 0 && gy_cursor_left(&reader->control) == 0 &&
	       gy_cursor_left(&reader->data) == 0;
}
