// SPDX-License-Identifier: Apache-2.0
#include "engine/delta/part.h"

#include <glib/gi18n-lib.h>

#include "engine/compression/lzma.h"
#include "engine/delta/patch-format.h"

#define HEAD_SIZE  (1 + GY_LZMA_PROPERTIES_SIZE)
#define FAST_BYTES 273

/* lc, lp, pb; the first are the lean ones. */
static const int settings[][3] = {{0, 0, 0}, {3, 0, 2}, {0, 0, 2}, {3, 0, 0}, {1, 0, 1}};

static GBytes *
pack_with(GBytes *raw, guint32 dictionary, const int setting[3], GError **error)
{
	const GyLzmaParameters parameters = {.dictionary_size = dictionary,
		.lc = setting[0],
		.lp = setting[1],
		.pb = setting[2],
		.fast_bytes = FAST_BYTES};
	g_autoptr(GBytes) file = gy_lzma_encode(raw, &parameters, error);
	g_autoptr(GByteArray) out = g_byte_array_new();
	gsize size = 0;
	const guint8 *data = file ? g_bytes_get_data(file, &size) : NULL;
	const guint8 properties_size = GY_LZMA_PROPERTIES_SIZE;

	if (!file)
		return NULL;
	g_byte_array_append(out, &properties_size, 1);
	g_byte_array_append(out, data, GY_LZMA_PROPERTIES_SIZE);
	g_byte_array_append(out, data + GY_LZMA_HEADER_SIZE, (guint) (size - GY_LZMA_HEADER_SIZE));
	return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}

GBytes *
gy_part_pack(GBytes *raw, guint32 dictionary, gboolean is_lean, GError **error)
{
	guint n = is_lean ? 1 : G_N_ELEMENTS(settings);
	g_autoptr(GBytes) best = NULL;

	for (guint i = 0; i < n; i++) {
		g_autoptr(GBytes) packed = pack_with(raw, dictionary, settings[i], error);

		if (!packed)
			return NULL;
		if (!best || g_bytes_get_size(packed) < g_bytes_get_size(best)) {
			g_clear_pointer(&best, g_bytes_unref);
			best = g_steal_pointer(&packed);
		}
	}
	return g_steal_pointer(&best);
}

static guint32
dictionary_of(const guint8 *packed, gsize size)
{
	if (size < HEAD_SIZE)
		return 0;
	return packed[2] | (guint32) packed[3] << 8 | (guint32) packed[4] << 16 | (guint32) packed[5] << 24;
}

void
gy_part_tell(GyPatchInfo *info, const guint8 *packed, gsize size)
{
	info->dictionary = MAX(info->dictionary, (guint64) dictionary_of(packed, size));
	info->n_decoders++;
}

GBytes *
gy_part_unpack(GBytes *packed, guint64 size, const char *what, GError **error)
{
	gsize packed_size = 0;
	const guint8 *data = g_bytes_get_data(packed, &packed_size);
	g_autoptr(GError) cause = NULL;
	gboolean is_whole = FALSE;
	GBytes *raw;

	if (packed_size < HEAD_SIZE || data[0] != GY_LZMA_PROPERTIES_SIZE) {
		gy_patch_fail(error, GY_ERROR_PATCH_COMPRESSION, _("%s has no LZMA properties"), what);
		return NULL;
	}
	if (dictionary_of(data, packed_size) > GY_PATCH_DICTIONARY_MAX) {
		gy_patch_fail(error, GY_ERROR_PATCH_COMPRESSION,
			_("%s wants an LZMA dictionary of %u bytes, at most %d are taken"), what,
			dictionary_of(data, packed_size), GY_PATCH_DICTIONARY_MAX);
		return NULL;
	}
	raw = gy_lzma_decode_whole(
		data + 1, data + HEAD_SIZE, packed_size - HEAD_SIZE, size, &is_whole, &cause);
	if (!raw)
		gy_patch_fail(error, GY_ERROR_PATCH_COMPRESSION, "%s: %s", what, cause->message);
	if (!raw || is_whole)
		return raw;
	g_bytes_unref(raw);
	gy_patch_fail(error, GY_ERROR_PATCH_TRAILING, _("bytes follow the LZMA stream of %s"), what);
	return NULL;
}
