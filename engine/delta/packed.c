// SPDX-License-Identifier: Apache-2.0
#include "engine/delta/packed.h"

#define BYTES_MAX 11 /* of a number: 64 bits and 6 to fill, 7 in each */
#define MORE      0x80u

GyCursor
gy_cursor_of(GBytes *bytes)
{
	GyCursor cursor = {NULL};

	cursor.data = g_bytes_get_data(bytes, &cursor.size);
	/* nothing is somewhere too: nobody counts from no place */
	if (!cursor.data)
		cursor.data = (const guint8 *) "";
	return cursor;
}

gsize
gy_cursor_left(const GyCursor *cursor)
{
	return cursor->size - cursor->at;
}

const guint8 *
gy_cursor_take(GyCursor *cursor, guint64 size)
{
	const guint8 *data = cursor->data + cursor->at;

	if (cursor->failed || size > gy_cursor_left(cursor)) {
		cursor->failed = TRUE;
		return NULL;
	}
	cursor->at += (gsize) size;
	return data;
}

guint64
gy_packed_read(GyCursor *cursor, guint tag_bits, guint *tag)
{
	const guint8 *at = gy_cursor_take(cursor, 1);
	guint bits = 7 - tag_bits;
	gboolean more = at && (*at >> bits & 1);
	guint64 value = at ? *at & ((1u << bits) - 1) : 0;

	if (at && tag)
		*tag = (guint) *at >> (8 - tag_bits);
	for (guint n = 1; more; n++) {
		at = gy_cursor_take(cursor, 1);
		if (!at || n == BYTES_MAX || value >> 57 != 0) {
			cursor->failed = TRUE;
			return 0;
		}
		value = value << 7 | (*at & ~MORE);
		more = *at & MORE;
	}
	return value;
}

void
gy_packed_append(GByteArray *out, guint64 value, guint tag_bits, guint tag)
{
	guint bits = 7 - tag_bits;
	guint8 groups[BYTES_MAX];
	guint n = 0;

	for (; value >> bits != 0; value >>= 7, n++)
		groups[n] = (guint8) ((value & 0x7F) | (n > 0 ? MORE : 0));
	groups[n] = (guint8) ((guint) value | (n > 0 ? 1u << bits : 0) | tag << (8 - tag_bits));
	for (guint i = n + 1; i-- > 0;)
		g_byte_array_append(out, &groups[i], 1);
}

void
gy_packed_append_step(GByteArray *out, guint64 from, guint64 to, guint tag_bits, guint tag)
{
	gboolean is_back = to < from;

	gy_packed_append(out, is_back ? from - to : to - from, tag_bits, tag | (is_back ? 1 : 0));
}
