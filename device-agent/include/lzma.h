/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_LZMA_H
#define GYA_LZMA_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A raw LZMA decoder with a window of its own (WS63: 4 KiB). `start` takes the 5 property bytes and returns false
 * for a dictionary or parameters that it cannot hold. `decode` consumes up to *in_size bytes, produces up to
 * *out_size and sets both to what it used; false on damaged data.
 */
struct gya_lzma {
	void *context;
	bool (*start)(void *context, const uint8_t properties[5]);
	bool (*decode)(void *context, uint8_t *out, uint32_t *out_size, const uint8_t *in, uint32_t *in_size);
};

#endif
