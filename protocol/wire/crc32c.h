/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYW_CRC32C_H
#define GYW_CRC32C_H

#include <stdint.h>

/* CRC-32C (Castagnoli, reflected 0x82F63B78, initial and final xor 0xFFFFFFFF) over `size` bytes. */
uint32_t gyw_crc32c(const uint8_t *bytes, uint32_t size);

#endif
