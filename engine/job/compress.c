// SPDX-License-Identifier: Apache-2.0
#include "engine/job/compress.h"

#include <lz4hc.h>

/* What the device does for it, reading back and one more SHA-256, has to be worth it. */
#define SAVED_PART     20
#define SAVED_LEAST_MS 100
#define BITS_OF_BYTE   10

static gboolean
pays(gsize size, gsize compressed_size, guint baud)
{
	guint64 saved = size > compressed_size ? size - compressed_size : 0;

	if (saved <= size / SAVED_PART)
		return FALSE;
	return baud == 0 || saved * BITS_OF_BYTE * 1000 / baud >= SAVED_LEAST_MS;
}

GBytes *
gy_compress(GBytes *image, guint baud)
{
	gsize size = 0;
	const char *bytes = g_bytes_get_data(image, &size);
	g_autofree char *stream = NULL;
	int most;
	int compressed_size;

	if (size == 0 || size > LZ4_MAX_INPUT_SIZE)
		return NULL;
	most = LZ4_compressBound((int) size);
	stream = g_malloc((gsize) most);
	compressed_size = LZ4_compress_HC(bytes, stream, (int) size, most, LZ4HC_CLEVEL_MAX);
	if (compressed_size <= 0 || !pays(size, (gsize) compressed_size, baud))
		return NULL;
	return g_bytes_new(stream, (gsize) compressed_size);
}
