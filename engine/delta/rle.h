// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/delta/packed.h"

/** GyRleWriter: @control and @data: two of the parts of HDIFF13 (FORMAT.md, "HDIFF13"), which grow; the rest is its own. */
typedef struct {
	GByteArray *control;
	GByteArray *data;
	GByteArray *literals;
	guint8 value;
	guint64 run;
} GyRleWriter;

void gy_rle_writer_init(GyRleWriter *writer);
void gy_rle_writer_clear(GyRleWriter *writer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GyRleWriter, gy_rle_writer_clear)

/** gy_rle_write: @count times @value. */
void gy_rle_write(GyRleWriter *writer, guint8 value, guint64 count);
/** gy_rle_end: after the last value. */
void gy_rle_end(GyRleWriter *writer);

/** GyRleReader: reads back what the two parts stand for. */
typedef struct {
	GyCursor control;
	GyCursor data;
	guint kind;
	guint8 value;
	guint64 left; /* of the present run */
} GyRleReader;

/** gy_rle_add: adds the next @size values to the bytes at @out. %FALSE if there are not so many. */
gboolean gy_rle_add(GyRleReader *reader, guint8 *out, gsize size);
/** gy_rle_skip: passes over @size values. %FALSE if there are not so many. */
gboolean gy_rle_skip(GyRleReader *reader, guint64 size);
/** gy_rle_is_at_end: whether both parts were read to their end. */
gboolean gy_rle_is_at_end(const GyRleReader *reader);
