// SPDX-License-Identifier: Apache-2.0
#include "engine/compression/xz.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <lzma.h>
#include <stdlib.h>
#include <string.h>

#define PRESET     6
#define MEMORY_MAX (4 * 1024 * 1024)

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(lzma_stream, lzma_end)

static gboolean
fail(GError **error, const char *message)
{
	g_set_error(error, GY_ERROR, GY_ERROR_IMAGE_COMPRESSION, "%s", message);
	return FALSE;
}

gboolean
gy_xz_probe(const guint8 *data, gsize size)
{
	static const guint8 magic[] = {0xFD, '7', 'z', 'X', 'Z', 0x00};

	return size >= sizeof magic && memcmp(data, magic, sizeof magic) == 0;
}

/* ---- heads ---------------------------------------------------------------------------------------------- */

static gboolean
check_stream_head(const guint8 *data, lzma_stream_flags *flags, GError **error)
{
	g_autofree char *problem = NULL;

	if (lzma_stream_header_decode(flags, data) != LZMA_OK)
		return fail(error, _("the head of the xz stream is damaged"));
	if (flags->check == LZMA_CHECK_CRC32)
		return TRUE;
	problem = g_strdup_printf(
		_("the xz stream has check %d, and a device knows CRC-32 (1) only"), (int) flags->check);
	return fail(error, problem);
}

/* The dictionary of the one filter. */
static gboolean
check_filters(const lzma_filter *filters, guint32 *dictionary, GError **error)
{
	if (filters[0].id != LZMA_FILTER_LZMA2 || filters[1].id != LZMA_VLI_UNKNOWN)
		return fail(
			error, _("the xz stream has other filters than LZMA2, which a device does not know"));
	*dictionary = ((const lzma_options_lzma *) filters[0].options)->dict_size;
	return TRUE;
}

static gboolean
check_block_head(const guint8 *data, gsize size, guint32 *dictionary, GError **error)
{
	lzma_filter filters[LZMA_FILTERS_MAX + 1];
	lzma_block block = {.check = LZMA_CHECK_CRC32, .filters = filters};
	gboolean good;

	if (data[0] == 0)
		return fail(error, _("the xz stream is empty"));
	block.header_size = lzma_block_header_size_decode(data[0]);
	if (block.header_size > size || lzma_block_header_decode(&block, NULL, data) != LZMA_OK)
		return fail(error, _("the head of the xz block is damaged"));
	good = check_filters(filters, dictionary, error);
	for (guint i = 0; filters[i].id != LZMA_VLI_UNKNOWN; i++)
		free(filters[i].options);
	return good;
}

static gboolean
check_index(const guint8 *data, gsize size, guint64 *unpacked_size, GError **error)
{
	lzma_stream_flags flags;
	lzma_index *index = NULL;
	guint64 memory = MEMORY_MAX;
	gsize at = 0;
	gboolean is_one_block, is_whole;

	if (lzma_stream_footer_decode(&flags, data + size - LZMA_STREAM_HEADER_SIZE) != LZMA_OK)
		return fail(error, _("the end of the xz stream is damaged, or something follows it"));
	if (flags.check != LZMA_CHECK_CRC32 || flags.backward_size > size - 2 * LZMA_STREAM_HEADER_SIZE ||
		lzma_index_buffer_decode(&index, &memory, NULL,
			data + size - LZMA_STREAM_HEADER_SIZE - flags.backward_size, &at,
			flags.backward_size) != LZMA_OK)
		return fail(error, _("the index of the xz stream is damaged"));
	is_one_block = lzma_index_block_count(index) == 1;
	is_whole = lzma_index_stream_size(index) == size;
	*unpacked_size = lzma_index_uncompressed_size(index);
	lzma_index_end(index, NULL);
	if (!is_one_block)
		return fail(error, _("the xz stream has several blocks, and a device unpacks one"));
	return is_whole || fail(error, _("the xz stream has another size than its index says"));
}

gboolean
gy_xz_inspect(const guint8 *data, gsize size, GyXzInfo *info, GError **error)
{
	lzma_stream_flags flags;
	guint32 dictionary = 0;
	guint64 unpacked_size = 0;

	if (!gy_xz_probe(data, size) || size < 2 * LZMA_STREAM_HEADER_SIZE + LZMA_BLOCK_HEADER_SIZE_MIN)
		return fail(error, _("it is no xz stream"));
	if (!check_stream_head(data, &flags, error) ||
		!check_block_head(data + LZMA_STREAM_HEADER_SIZE, size - 2 * LZMA_STREAM_HEADER_SIZE,
			&dictionary, error) ||
		!check_index(data, size, &unpacked_size, error))
		return FALSE;
	info->dictionary = dictionary;
	info->size = unpacked_size;
	return TRUE;
}

/* ---- bodies --------------------------------------------------------------------------------------------- */

GBytes *
gy_xz_decode(const guint8 *data, gsize size, guint64 size_max, GError **error)
{
	g_autofree guint8 *out = NULL;
	guint64 memory = MEMORY_MAX;
	gsize in_at = 0, out_at = 0;
	GyXzInfo info;

	if (!gy_xz_inspect(data, size, &info, error))
		return NULL;
	if (info.size > size_max || info.size > G_MAXSIZE || info.dictionary > GY_XZ_DICTIONARY_MAX) {
		g_set_error(error, GY_ERROR, GY_ERROR_IMAGE_COMPRESSION,
			_("the xz stream unpacks to %" PRIu64 " bytes with a dictionary of %u, "
			  "expected at most %" PRIu64),
			info.size, info.dictionary, size_max);
		return NULL;
	}
	out = g_try_malloc(MAX(info.size, 1));
	if (!out) {
		fail(error, _("there is not enough memory to unpack the xz stream"));
		return NULL;
	}
	if (lzma_stream_buffer_decode(&memory, 0, NULL, data, &in_at, size, out, &out_at, info.size) !=
			LZMA_OK ||
		in_at != size || out_at != info.size) {
		fail(error, _("the xz stream is damaged"));
		return NULL;
	}
	return g_bytes_new_take(g_steal_pointer(&out), out_at);
}

GBytes *
gy_xz_encode(GBytes *input, guint32 dictionary, GError **error)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(input, &size);
	gsize room = lzma_stream_buffer_bound(size);
	g_autofree guint8 *out = g_malloc(room);
	lzma_options_lzma options;
	const lzma_filter filters[] = {{LZMA_FILTER_LZMA2, &options}, {LZMA_VLI_UNKNOWN, NULL}};
	g_auto(lzma_stream) stream = LZMA_STREAM_INIT;

	g_return_val_if_fail(dictionary >= GY_XZ_DICTIONARY_MIN && dictionary <= GY_XZ_DICTIONARY_MAX, NULL);
	if (lzma_lzma_preset(&options, PRESET))
		g_return_val_if_reached(NULL);
	options.dict_size = dictionary;
	/* not the call for whole buffers: it writes sizes into the block's head, which small decoders need not know */
	if (lzma_stream_encoder(&stream, filters, LZMA_CHECK_CRC32) != LZMA_OK) {
		fail(error, _("the xz encoder could not be started"));
		return NULL;
	}
	stream.next_in = data;
	stream.avail_in = size;
	stream.next_out = out;
	stream.avail_out = room;
	if (lzma_code(&stream, LZMA_FINISH) != LZMA_STREAM_END) {
		fail(error, _("the xz encoder failed"));
		return NULL;
	}
	return g_bytes_new_take(g_steal_pointer(&out), room - stream.avail_out);
}
