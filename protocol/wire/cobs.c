/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/wire/cobs.h"

uint32_t
gyw_cobs_encode(uint8_t *out, const uint8_t *in, uint32_t size)
{
	uint32_t code_at = 0;
	uint32_t used = 1;
	uint8_t code = 1;
	uint32_t i;

	for (i = 0; i < size; i++) {
		uint8_t byte = in[i];

		if (byte != 0) {
			out[used++] = byte;
			code++;
		}
		if (byte == 0 || (code == 0xFF && i + 1 < size)) {
			out[code_at] = code;
			code_at = used++;
			code = 1;
		}
	}
	out[code_at] = code;
	return used;
}

int32_t
gyw_cobs_decode(uint8_t *bytes, uint32_t size)
{
	uint32_t from = 0;
	uint32_t to = 0;

	while (from < size) {
		uint8_t code = bytes[from++];
		uint8_t i;

		if (code == 0 || code - 1u > size - from)
			return -1;
		for (i = 1; i < code; i++) {
			if (bytes[from] == 0)
				return -1;
			bytes[to++] = bytes[from++];
		}
		if (code != 0xFF && from < size)
			bytes[to++] = 0;
	}
	return (int32_t) to;
}
