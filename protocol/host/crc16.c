// SPDX-License-Identifier: Apache-2.0
#include "protocol/host/crc16.h"

/* CRC of each upper half-byte: 16 entries are fast enough for a serial line. */
static const guint16 nibbles[16] = {
	0x0000,
	0x1021,
	0x2042,
	0x3063,
	0x4084,
	0x50A5,
	0x60C6,
	0x70E7,
	0x8108,
	0x9129,
	0xA14A,
	0xB16B,
	0xC18C,
	0xD1AD,
	0xE1CE,
	0xF1EF,
};

guint16
gy_crc16(guint16 crc, const guint8 *data, gsize size)
{
	for (gsize i = 0; i < size; i++) {
		crc = (guint16) (crc << 4 ^ nibbles[crc >> 12 ^ data[i] >> 4]);
		crc = (guint16) (crc << 4 ^ nibbles[crc >> 12 ^ (data[i] & 0x0F)]);
	}
	return crc;
}
