/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/ports/qemu-rv32/lzma-static.h"

#include "device-agent/ports/lzma/decoder.h"

#define WINDOW_SIZE    4096u
#define LC_AND_LP_MOST 3u
/* Probabilities that the decoder keeps: 1984 in newer releases, fewer in older ones, and 0x300 for each literal context. */
#define PROBABILITIES (1984u + (0x300u << LC_AND_LP_MOST))

static struct blocks {
	bool has_probabilities; /* whether they are given out */
	bool has_window;
	CLzmaProb probabilities[PROBABILITIES];
	Byte window[WINDOW_SIZE];
} blocks[GYA_HDIFF13_PARTS];

static struct gya_lzma_memory memories[GYA_HDIFF13_PARTS];
static struct gya_lzma_decoder decoders[GYA_HDIFF13_PARTS];

/* The decoder asks for its probabilities first; they do not fit the window. */
static void *
allocate(void *context, size_t size)
{
	struct blocks *b = context;

	if (!b->has_probabilities && size <= sizeof b->probabilities) {
		b->has_probabilities = true;
		return b->probabilities;
	}
	if (!b->has_window && size <= sizeof b->window) {
		b->has_window = true;
		return b->window;
	}
	return NULL;
}

static void
release(void *context, void *address)
{
	struct blocks *b = context;

	if (address == b->probabilities)
		b->has_probabilities = false;
	else
		b->has_window = false;
}

void
lzma_static_init(const struct gya_lzma *lzma[GYA_HDIFF13_PARTS])
{
	uint32_t i;

	for (i = 0; i < GYA_HDIFF13_PARTS; i++) {
		memories[i] = (struct gya_lzma_memory){&blocks[i], allocate, release};
		gya_lzma_decoder_init(&decoders[i], &memories[i], WINDOW_SIZE, LC_AND_LP_MOST);
		lzma[i] = &decoders[i].lzma;
	}
}
