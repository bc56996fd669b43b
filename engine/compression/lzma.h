// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/error.h"

#define GY_LZMA_PROPERTIES_SIZE 5
#define GY_LZMA_HEADER_SIZE     13 /* properties, then the size as u64 */

/**
 * GyLzmaParameters:
 * @dictionary_size: bytes
 * @lc: literal context bits
 * @lp: literal position bits
 * @pb: position bits
 * @fast_bytes: length of a match that ends the search
 *
 * How the encoder works; the rest is fixed: normal mode, binary tree with four hash bytes, no end mark.
 */
typedef struct {
	guint32 dictionary_size;
	int lc;
	int lp;
	int pb;
	int fast_bytes;
} GyLzmaParameters;

/**
 * gy_lzma_encode:
 * @input: what is compressed
 * @parameters: how
 * @error: return location
 *
 * Returns: (transfer full): header of %GY_LZMA_HEADER_SIZE bytes and the stream, or %NULL with
 *   %GY_ERROR_IMAGE_COMPRESSION
 */
GBytes *gy_lzma_encode(
	GBytes *input, const GyLzmaParameters *parameters, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_lzma_encode_checked:
 *
 * The same, and every byte is unpacked again and compared while the encoder still works, on a thread of its own: what
 * comes back is known to unpack to @input. %GY_ERROR_INTERNAL if it does not.
 */
GBytes *gy_lzma_encode_checked(
	GBytes *input, const GyLzmaParameters *parameters, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_lzma_decode:
 * @properties: the first five bytes of the header
 * @stream: what comes after the header
 * @stream_size: its bytes; more than needed does no harm
 * @size: bytes that have to come out
 * @used: (out) (optional): bytes of @stream that were needed
 * @error: return location
 *
 * Returns: (transfer full): exactly @size bytes, or %NULL with %GY_ERROR_IMAGE_COMPRESSION
 */
GBytes *gy_lzma_decode(const guint8 properties[GY_LZMA_PROPERTIES_SIZE], const guint8 *stream,
	gsize stream_size, guint64 size, gsize *used, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_lzma_decode_whole:
 * @is_whole: (out): whether @stream ends where the stream does, with or without an end mark
 *
 * The same for a stream that has to end with its last byte.
 */
GBytes *gy_lzma_decode_whole(const guint8 properties[GY_LZMA_PROPERTIES_SIZE], const guint8 *stream,
	gsize stream_size, guint64 size, gboolean *is_whole, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * GyLzmaYield:
 * @chunk: number of the input chunk
 * @first: whether this is the first call for that chunk
 * @produced: bytes that this call gave
 * @total: bytes given before this call
 *
 * Returns: whether to go on
 */
typedef gboolean (*GyLzmaYield)(guint chunk, gboolean first, gsize produced, guint64 total, gpointer data);

/**
 * gy_lzma_decode_in_chunks:
 * @properties: as above
 * @stream: as above
 * @stream_size: as above
 * @size: bytes that come out in all
 * @chunk_size: bytes that are fed at a time
 * @piece_size: room for output in one call
 * @yield: told about every call
 * @data: for @yield
 *
 * Decodes the way a device with small buffers does, and says how much each call gave.
 *
 * Returns: %FALSE if the stream is damaged or @yield said stop
 */
gboolean gy_lzma_decode_in_chunks(const guint8 properties[GY_LZMA_PROPERTIES_SIZE], const guint8 *stream,
	gsize stream_size, guint64 size, gsize chunk_size, gsize piece_size, GyLzmaYield yield,
	gpointer data);

/**
 * gy_lzma_gives_vendor_bytes:
 *
 * Returns: whether the encoder is of the generation that gives the same bytes as the chip vendor's tool
 */
gboolean gy_lzma_gives_vendor_bytes(void);
