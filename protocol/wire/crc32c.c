/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/wire/crc32c.h"

/* By nibbles: 64 bytes of table instead of 1024, so that it fits the smallest device. */
static const uint32_t nibbles[16] = {0x00000000u, 0x105EC76Fu, 0x20BD8EDEu, 0x30E349B1u, 0x417B1DBCu,
	0x5125DAD3u, 0x61C69362u, 0x7198540Du, 0x82F63B78u, 0x92A8FC17u, 0xA24BB5A6u, 0xB21572C9u,
	0xC38D26C4u, 0xD3D3E1ABu, 0xE330A81Au, 0xF36E6F75u};

uint32_t
gyw_crc32c(const uint8_t *bytes, uint32_t size)
{
	uint32_t crc = 0xFFFFFFFFu;
	uint32_t i;

	for (i = 0; i < size; i++) {
		crc ^= bytes[i];
		crc = crc >> 4 ^ nibbles[crc & 15];
		crc = crc >> 4 ^ nibbles[crc & 15];
	}
	return ~crc;
}
