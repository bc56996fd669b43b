// SPDX-License-Identifier: Apache-2.0
#include "protocol/host/ymodem/block.h"

#include <string.h>

#include "protocol/host/crc16.h"

gsize
gy_ymodem_block_size(guint8 kind)
{
	return kind == YMODEM_SOH ? YMODEM_SMALL : kind == YMODEM_STX ? YMODEM_LARGE : 0;
}

void
gy_ymodem_block_append(
	GByteArray *out, guint number, const guint8 *data, gsize size, gsize block_size, guint8 fill)
{
	const guint8 head[YMODEM_HEAD] = {
		block_size == YMODEM_SMALL ? YMODEM_SOH : YMODEM_STX, (guint8) number, (guint8) ~number};
	guint start = out->len + YMODEM_HEAD;
	guint16 crc;

	g_byte_array_append(out, head, sizeof head);
	g_byte_array_set_size(out, start + (guint) block_size);
	memset(out->data + start, fill, block_size);
	if (size > 0)
		memcpy(out->data + start, data, MIN(size, block_size));
	crc = gy_crc16(GY_CRC16_INIT, out->data + start, block_size);
	g_byte_array_append(out, (const guint8[]){(guint8) (crc >> 8), (guint8) crc}, YMODEM_CRC);
}

gboolean
gy_ymodem_block_check(const guint8 *block, gsize size)
{
	guint16 crc = (guint16) (block[size - 2] << 8 | block[size - 1]);

	return block[1] + block[2] == 0xFF &&
	       gy_crc16(GY_CRC16_INIT, block + YMODEM_HEAD, size - YMODEM_HEAD - YMODEM_CRC) == crc;
}

gboolean
gy_ymodem_header_parse(const guint8 *data, gsize size, char **name, guint64 *file_size)
{
	const guint8 *end = memchr(data, '\0', size);
	gsize at, length;
	guint64 value = 0;

	if (!end)
		return FALSE;
	length = (gsize) (end - data);
	for (at = length + 1; at < size && g_ascii_isdigit((char) data[at]); at++) {
		value = value * 10 + (guint64) (data[at] - '0');
		if (value > G_MAXUINT32)
			return FALSE;
	}
	if (length > 0 && at == length + 1)
		return FALSE;
	*name = g_strndup((const char *) data, length);
	*file_size = value;
	return TRUE;
}
