/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYW_COBS_H
#define GYW_COBS_H

#include <stdint.h>

/* Bytes that COBS adds to `size` bytes at most: one code byte per 254 bytes, and one. */
#define GYW_COBS_OVERHEAD(size) ((size) / 254 + 1)

/*
 * Encodes `size` bytes so that no byte of the result is zero; writes at most size + GYW_COBS_OVERHEAD(size)
 * bytes and returns how many. `out` may lie in front of `in` in the same buffer if at least
 * GYW_COBS_OVERHEAD(size) bytes are between their starts.
 */
uint32_t gyw_cobs_encode(uint8_t *out, const uint8_t *in, uint32_t size);

/*
 * Decodes `size` bytes in place. Returns the decoded size, or -1 if a code points past the end or a byte is
 * zero; the buffer is then undefined.
 */
int32_t gyw_cobs_decode(uint8_t *bytes, uint32_t size);

#endif
