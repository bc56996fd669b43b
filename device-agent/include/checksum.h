/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_CHECKSUM_H
#define GYA_CHECKSUM_H

#include <stdint.h>

/* Sums that other systems' formats have; the link's own is protocol/wire/crc32c.h. Bit by bit: small rather than fast. */

/*
 * CRC-16/XMODEM: polynomial 0x1021, nothing reflected; "123456789" gives 0x31C3. `crc` is 0, or what it gave for the bytes
 * before these.
 */
uint16_t gya_crc16(uint16_t crc, const uint8_t *bytes, uint32_t size);

/* As zlib's: reflected 0xEDB88320; "123456789" gives 0xCBF43926. `crc` as above. */
uint32_t gya_crc32(uint32_t crc, const uint8_t *bytes, uint32_t size);

#endif
