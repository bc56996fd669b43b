/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_ALIOS_XZ_PRIVATE_H
#define GYA_ALIOS_XZ_PRIVATE_H

#include "device-agent/alios/port.h"
#include "device-agent/include/patch.h"

#define ALIOS_XZ_CACHE 256u

/* The largest dictionaries (spec alios-ota: 1.6, 1.8). */
#define ALIOS_XZ_DICTIONARY_SLICE 16384u
#define ALIOS_XZ_DICTIONARY_WHOLE 32768u

/* xz-frame.c: whether it begins with the magic of a .xz. */
bool alios_xz_probe(const uint8_t magic[6]);

/*
 * What the `size` bytes at `at` say of themselves: one stream of one block, LZMA2 alone with a dictionary of at most
 * `dictionary` bytes, CRC-32, and nothing behind it. All heads and sums but the data's own are looked at, which a decoder
 * does. `unpacked` gets the bytes that come out.
 */
enum gya_patch_result alios_xz_inspect(const struct gya_patch_source *source, uint32_t at, uint32_t size,
	uint32_t dictionary, uint32_t *unpacked);

/* A .xz that is read from its start to its end. One of no bytes is no stream at all, and gives none. */
struct alios_xz_stream {
	const struct gya_patch_source *source;
	const struct gya_xz *xz;
	uint32_t at; /* of the source, behind what is in `cache` */
	uint32_t end;
	uint32_t left; /* bytes that it has yet to give */
	uint32_t used; /* of `cache` */
	uint32_t cached;
	bool is_over;
	uint8_t cache[ALIOS_XZ_CACHE];
};

/*
 * xz-stream.c: alios_xz_inspect(), and the decoder is started; of the dictionary it may ask for, `dictionary` is the most, and
 * what the decoder has. `xz` may be NULL for a stream of no bytes.
 */
enum gya_patch_result alios_xz_open(struct alios_xz_stream *stream, const struct gya_patch_source *source,
	uint32_t at, uint32_t size, const struct gya_xz *xz, uint32_t dictionary);
/* Exactly `size` bytes, or an error. */
enum gya_patch_result alios_xz_get(struct alios_xz_stream *stream, uint8_t *bytes, uint32_t size);
/* All has to have been got, and the decoder has to have found the end and the right sum. */
enum gya_patch_result alios_xz_close(struct alios_xz_stream *stream);

#endif
