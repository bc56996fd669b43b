/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/include/checksum.h"

uint16_t
gya_crc16(uint16_t crc, const uint8_t *bytes, uint32_t size)
{
	while (size-- > 0) {
		uint32_t bit;

		crc = (uint16_t) (crc ^ *bytes++ << 8);
		for (bit = 0; bit < 8; bit++)
			crc = (uint16_t) (crc << 1 ^ (0x1021u & (0u - (uint32_t) (crc >> 15))));
	}
	return crc;
}

uint32_t
gya_crc32(uint32_t crc, const uint8_t *bytes, uint32_t size)
{
	crc = ~crc;
	while (size-- > 0) {
		uint32_t bit;

		crc ^= *bytes++;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (0xEDB88320u & (0u - (crc & 1u)));
	}
	return ~crc;
}
