/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/wire/crc32c.h"

/* Bit by bit: a table would be worth its room only on a line far faster than a UART. */
uint32_t
gyw_crc32c(const uint8_t *bytes, uint32_t size)
{
	uint32_t crc = 0xFFFFFFFFu;
	uint32_t bit;

	for (; size > 0; size--) {
		crc ^= *bytes++;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (0x82F63B78u & (0u - (crc & 1)));
	}
	return ~crc;
}
