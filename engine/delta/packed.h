// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/**
 * GyCursor: reads a patch from front to end.
 * @data: what is read
 * @size: its bytes
 * @at: how far
 * @failed: whether something was read that is not there, or a number that is none; it stays
 */
typedef struct {
	const guint8 *data;
	gsize size;
	gsize at;
	gboolean failed;
} GyCursor;

/** gy_cursor_of: for all of @bytes, which outlive it. */
GyCursor gy_cursor_of(GBytes *bytes);

/** gy_cursor_left: bytes that are still there. */
gsize gy_cursor_left(const GyCursor *cursor);

/** gy_cursor_take: (nullable): the next @size bytes; %NULL and failed if there are not so many. */
const guint8 *gy_cursor_take(GyCursor *cursor, guint64 size);

/**
 * gy_packed_read:
 * @cursor: where
 * @tag_bits: 0 to 2: bits of the first byte that are no part of the number
 * @tag: (out) (optional): these
 *
 * A number of variable length, as HDiffPatch writes it (FORMAT.md, "Numbers"). Leading zero groups are taken.
 *
 * Returns: 0 and failed if it does not end, has more than 64 bits, or more bytes than such a number can have
 */
guint64 gy_packed_read(GyCursor *cursor, guint tag_bits, guint *tag);

/** gy_packed_append: @value in the shortest form, behind @tag. */
void gy_packed_append(GByteArray *out, guint64 value, guint tag_bits, guint tag);

/** gy_packed_append_step: from @from to @to as a distance and its sign, which is bit 0 of the tag; @tag has the other bits. */
void gy_packed_append_step(GByteArray *out, guint64 from, guint64 to, guint tag_bits, guint tag);
