/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_PORTS_LZMA_DECODER_H
#define GYA_PORTS_LZMA_DECODER_H

#include <LzmaDec.h>

#include "device-agent/include/lzma.h"

/* Where a decoder's two blocks come from: the probabilities, then the window. */
struct gya_lzma_memory {
	void *context;
	void *(*allocate)(void *context, size_t size); /* NULL: there is no such block */
	void (*release)(void *context, void *address);
};

/*
 * The LZMA SDK's decoder of the system, for ports; nothing but memory is asked of them. `functions` stands first, since its address is all
 * that the SDK hands to an allocation. Private but for `lzma`.
 */
struct gya_lzma_decoder {
	ISzAlloc functions;
	struct gya_lzma lzma;
	const struct gya_lzma_memory *memory;
	CLzmaDec state;
	uint32_t window_most;
	uint32_t literal_bits_most;
};

/* Streams with a larger window, or with more than `literal_bits_most` bits of lc and lp together, do not start. */
void gya_lzma_decoder_init(struct gya_lzma_decoder *decoder, const struct gya_lzma_memory *memory,
	uint32_t window_most, uint32_t literal_bits_most);

/* Gives the blocks back. */
void gya_lzma_decoder_clear(struct gya_lzma_decoder *decoder);

#endif
