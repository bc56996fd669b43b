// SPDX-License-Identifier: Apache-2.0
#include "protocol/host/pcp/frame.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MARK_0      0xFF
#define MARK_1      0xFE
#define VERSION     1
#define CHECKSUM_AT 4
#define LENGTH_AT   6
#define STALE_MS    500

const char *
gy_pcp_result_name(guint8 result)
{
	static const char *const names[] = {N_("ok"), N_("the device is busy"), N_("the signal is weak"),
		N_("the device runs this version already"), N_("the battery is low"), N_("there is no space"),
		N_("the download took too long"), N_("the package's check failed"),
		N_("the package is not for this device"), N_("there is no memory"),
		N_("the installation failed")};

	if (result < G_N_ELEMENTS(names))
		return _(names[result]);
	switch (result) {
	case 0x7F: return _("an internal error");
	case GY_PCP_NO_TASK: return _("there is no such upgrade");
	case GY_PCP_NO_FRAGMENT: return _("there is no such fragment");
	default: return NULL;
	}
}

/* An entry of the table for shifting left, which the update then shifts right: PCP.md. */
static guint16
entry(guint8 index)
{
	guint16 value = (guint16) (index << 8);

	for (guint bit = 0; bit < 8; bit++)
		value = (guint16) (value << 1 ^ (value & 0x8000 ? 0x1021 : 0));
	return value;
}

guint16
gy_pcp_checksum(const guint8 *frame, gsize size)
{
	guint16 crc = 0;

	for (gsize i = 0; i < size; i++) {
		guint8 byte = i / 2 == CHECKSUM_AT / 2 ? 0 : frame[i];

		crc = (guint16) (crc >> 8 ^ entry((guint8) (crc ^ byte)));
	}
	return crc;
}

static void
put_u16(guint8 *at, gsize value)
{
	at[0] = (guint8) (value >> 8);
	at[1] = (guint8) value;
}

static guint16
get_u16(const guint8 *at)
{
	return (guint16) (at[0] << 8 | at[1]);
}

void
gy_pcp_frame_append(GByteArray *out, const GyPcpFrame *frame)
{
	guint8 head[GY_PCP_HEAD_SIZE] = {MARK_0, MARK_1, VERSION, frame->code};
	guint start = out->len;
	guint8 *whole;

	g_return_if_fail(frame->size <= GY_PCP_DATA_MAX);
	put_u16(head + LENGTH_AT, frame->size);
	g_byte_array_append(out, head, sizeof head);
	g_byte_array_append(out, frame->data, (guint) frame->size);
	whole = out->data + start;
	put_u16(whole + CHECKSUM_AT, gy_pcp_checksum(whole, sizeof head + frame->size));
}

gsize
gy_pcp_reader_add(GyPcpReader *reader, const guint8 *bytes, gsize size, gint64 now_ms)
{
	gsize n = MIN(size, sizeof reader->bytes - reader->used);

	memcpy(reader->bytes + reader->used, bytes, n);
	reader->used += n;
	if (n > 0)
		reader->heard_ms = now_ms;
	return n;
}

static void
drop(GyPcpReader *reader, gsize n)
{
	reader->used -= n;
	memmove(reader->bytes, reader->bytes + n, reader->used);
}

/* Whether this could be the beginning of a frame, as far as it is there. */
static gboolean
may_begin(const guint8 *at, gsize size)
{
	return at[0] == MARK_0 && (size < 2 || at[1] == MARK_1) && (size < 3 || at[2] == VERSION) &&
	       (size < GY_PCP_HEAD_SIZE || get_u16(at + LENGTH_AT) <= GY_PCP_DATA_MAX);
}

static gboolean
is_whole(const GyPcpReader *reader)
{
	return reader->used >= GY_PCP_HEAD_SIZE &&
	       reader->used - GY_PCP_HEAD_SIZE >= get_u16(reader->bytes + LENGTH_AT);
}

static gboolean
is_good(const GyPcpReader *reader)
{
	return get_u16(reader->bytes + CHECKSUM_AT) ==
	       gy_pcp_checksum(reader->bytes, GY_PCP_HEAD_SIZE + get_u16(reader->bytes + LENGTH_AT));
}

gboolean
gy_pcp_reader_next(GyPcpReader *reader, gint64 now_ms, GyPcpFrame *frame)
{
	drop(reader, reader->taken);
	reader->taken = 0;
	while (reader->used > 0) {
		gboolean begins = may_begin(reader->bytes, reader->used);

		if (begins && is_whole(reader) && is_good(reader)) {
			frame->code = reader->bytes[3];
			frame->data = reader->bytes + GY_PCP_HEAD_SIZE;
			frame->size = get_u16(reader->bytes + LENGTH_AT);
			reader->taken = GY_PCP_HEAD_SIZE + frame->size;
			return TRUE;
		}
		if (begins && !is_whole(reader) && now_ms - reader->heard_ms < STALE_MS)
			return FALSE;
		drop(reader, 1);
		reader->skipped++;
	}
	return FALSE;
}
