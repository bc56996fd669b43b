// SPDX-License-Identifier: Apache-2.0
#include "engine/delta/bzip2.h"

#include <bzlib.h>
#include <glib/gi18n-lib.h>

#include "engine/delta/patch-format.h"

#define LEVEL 9

struct _GyBzip2Reader {
	bz_stream stream;
	const char *what;
	gboolean is_open;
	gboolean is_at_end;
};

GBytes *
gy_bzip2_pack(GBytes *raw, GError **error)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(raw, &size);
	/* what libbzip2's manual names as enough */
	guint room = (guint) (size + size / 100 + 600);
	g_autofree guint8 *out = g_malloc(room);
	int result;

	g_return_val_if_fail(size <= G_MAXINT32, NULL);

	/* an empty stream is one too, but not from nowhere */
	result = BZ2_bzBuffToBuffCompress(
		(char *) out, &room, data ? (char *) data : (char *) out, (guint) size, LEVEL, 0, 0);
	if (result == BZ_OK)
		return g_bytes_new_take(g_realloc(g_steal_pointer(&out), room), room);
	g_set_error(error, GY_ERROR, GY_ERROR_INTERNAL, _("bzip2 stopped with code %d"), result);
	return NULL;
}

GyBzip2Reader *
gy_bzip2_reader_new(const guint8 *data, gsize size, const char *what)
{
	GyBzip2Reader *reader = g_new0(GyBzip2Reader, 1);

	reader->what = what;
	reader->stream.next_in = (char *) data;
	reader->stream.avail_in = (guint) size;
	reader->is_open = size <= G_MAXINT32 && BZ2_bzDecompressInit(&reader->stream, 0, 0) == BZ_OK;
	return reader;
}

void
gy_bzip2_reader_free(GyBzip2Reader *reader)
{
	if (!reader)
		return;
	if (reader->is_open)
		BZ2_bzDecompressEnd(&reader->stream);
	g_free(reader);
}

/* As many bytes as there are, up to @size; their number, or -1 for a damaged stream. */
static gssize
unpack(GyBzip2Reader *reader, guint8 *out, gsize size)
{
	bz_stream *stream = &reader->stream;

	stream->next_out = (char *) out;
	stream->avail_out = (guint) size;
	while (reader->is_open && !reader->is_at_end && stream->avail_out > 0) {
		guint in = stream->avail_in, room = stream->avail_out;
		int result = BZ2_bzDecompress(stream);

		reader->is_at_end = result == BZ_STREAM_END;
		if (result != BZ_OK && !reader->is_at_end)
			return -1;
		/* nothing goes in or comes out any more: it breaks off */
		if (!reader->is_at_end && in == stream->avail_in && room == stream->avail_out)
			return -1;
	}
	return (gssize) (size - stream->avail_out);
}

gboolean
gy_bzip2_read(GyBzip2Reader *reader, guint8 *out, gsize size, GError **error)
{
	if (unpack(reader, out, size) == (gssize) size)
		return TRUE;
	return gy_patch_fail(
		error, GY_ERROR_PATCH_COMPRESSION, _("%s is damaged, or ends too early"), reader->what);
}

gboolean
gy_bzip2_check_end(GyBzip2Reader *reader, GError **error)
{
	guint8 more;
	gssize n = unpack(reader, &more, sizeof more);

	if (n < 0)
		return gy_patch_fail(
			error, GY_ERROR_PATCH_COMPRESSION, _("%s is damaged at its end"), reader->what);
	return (n == 0 && reader->stream.avail_in == 0) ||
	       gy_patch_fail(error, GY_ERROR_PATCH_TRAILING, _("%s has more bytes than the new image takes"),
		       reader->what);
}
