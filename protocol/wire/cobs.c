/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/wire/cobs.h"

uint32_t
gyw_cobs_encode(uint8_t *out, const uint8_t *in, uint32_t size)
{
	const uint8_t *end = in + size;
	uint8_t *code = out;
	uint8_t *at = out + 1;

	while (in < end) {
		uint32_t byte = *in++;

		if (byte != 0)
			*at++ = (uint8_t) byte;
		/* a full group stands for no zero, and opens the next one only if something follows */
		if (byte == 0 || (at - code == 0xFF && in < end)) {
			*code = (uint8_t) (at - code);
			code = at++;
		}
	}
	*code = (uint8_t) (at - code);
	return (uint32_t) (at - out);
}

int32_t
gyw_cobs_decode(uint8_t *bytes, uint32_t size)
{
	const uint8_t *from = bytes;
	const uint8_t *end = bytes + size;
	uint8_t *to = bytes;

	while (from < end) {
		uint32_t code = *from++;
		uint32_t left = code - 1;

		if (left > (uint32_t) (end - from)) /* also for a code of 0 */
			return -1;
		for (; left > 0; left--) {
			if (*from == 0)
				return -1;
			*to++ = *from++;
		}
		if (code != 0xFF && from < end)
			*to++ = 0;
	}
	return (int32_t) (to - bytes);
}
