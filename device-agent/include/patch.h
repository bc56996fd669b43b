/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_PATCH_H
#define GYA_PATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "device-agent/include/lzma.h"

/*
 * Patches of the HDiffPatch family, applied on the device: HDIFF13 (spec liteos-ota: 3.2) and HPatchLite "hI" (3.4). Both
 * make the new image from its first byte to its last, out of an old one that can be read anywhere and a patch; nothing is
 * kept but what stands in the structures here. Neither container has a digest of either image: who knows one takes it over
 * `write` and `read`, and may apply a patch twice, the first time to nothing but a digest.
 */
enum gya_patch_result {
	GYA_PATCH_OK = 0,
	GYA_PATCH_E_FORMAT = -1, /* not this container, or its head does not agree with the patch's size */
	GYA_PATCH_E_COMPRESSION =
		-2, /* a compression that is not there, or an LZMA window that the decoder does not have */
	GYA_PATCH_E_TOO_LARGE = -3, /* a size beyond 32 bits */
	GYA_PATCH_E_DATA =
		-4,           /* damaged: it reaches outside an image, ends early, or goes on after the end */
	GYA_PATCH_E_OLD = -5, /* the old image is not the size that the patch was made against */
	GYA_PATCH_E_READ_PATCH = -6,
	GYA_PATCH_E_READ_OLD = -7,
	GYA_PATCH_E_WRITE = -8
};

/* Bytes somewhere in flash. `read` gives `size` bytes at `offset`, which are inside; false: it could not. */
struct gya_patch_source {
	void *context;
	uint32_t size;
	bool (*read)(void *context, uint32_t offset, uint8_t *bytes, uint32_t size);
};

/* Where the new image goes, in order, at most GYA_PATCH_PIECE bytes at a time. `watchdog` is optional. */
struct gya_patch_sink {
	void *context;
	bool (*write)(void *context, const uint8_t *bytes, uint32_t size);
	void (*watchdog)(void);
};

#define GYA_PATCH_PIECE 512u
#define GYA_PATCH_CACHE 512u

/* One part of a patch, as it stands or compressed. Private. */
struct gya_patch_stream {
	const struct gya_patch_source *patch;
	const struct gya_lzma *lzma; /* NULL: as it stands */
	uint32_t at;                 /* of the patch, behind what is in `cache` */
	uint32_t end;
	uint32_t left; /* bytes that it has yet to give, unpacked */
	uint32_t used; /* of `cache` */
	uint32_t cached;
	uint8_t cache[GYA_PATCH_CACHE];
};

/* An HPatchLite patch. `new_size` may be read once it is open. */
struct gya_hpatchlite {
	uint32_t new_size;
	bool is_packed;
	uint32_t body_size; /* unpacked */
	struct gya_patch_stream body;
	uint8_t piece[GYA_PATCH_PIECE];
	uint8_t old_piece[GYA_PATCH_PIECE];
};

/* The head alone, a few bytes: version 1, uncompressed or lzma. What is behind it is not read. */
enum gya_patch_result gya_hpatchlite_read_head(
	struct gya_hpatchlite *hi, const struct gya_patch_source *patch);

/*
 * The head, and the decoder is started. `patch` and `lzma` have to outlast the applying. Without an error the patch can be
 * applied once; to apply it again it is opened again.
 */
enum gya_patch_result gya_hpatchlite_open(
	struct gya_hpatchlite *hi, const struct gya_patch_source *patch, const struct gya_lzma *lzma);

/* On an error as much of the new image as had been made has been written. */
enum gya_patch_result gya_hpatchlite_apply(
	struct gya_hpatchlite *hi, const struct gya_patch_source *old, const struct gya_patch_sink *sink);

#define GYA_HDIFF13_PARTS 4

/* An HDIFF13 patch. The sizes may be read once it is open; `old_size` 0: it is the whole new image. */
struct gya_hdiff13 {
	uint32_t new_size;
	uint32_t old_size;
	uint32_t n_covers;
	struct {
		uint32_t plain;
		uint32_t packed; /* 0: it stands as it is */
	} sizes[GYA_HDIFF13_PARTS];
	struct gya_patch_stream parts[GYA_HDIFF13_PARTS];
	uint8_t run; /* what the next bytes of difference are: enum, private */
	uint8_t run_byte;
	uint32_t run_left;
	uint8_t piece[GYA_PATCH_PIECE];
	uint8_t old_piece[GYA_PATCH_PIECE];
};

/* As gya_hpatchlite_read_head(); 135 bytes at most. The parts fill the patch to its end. */
enum gya_patch_result gya_hdiff13_read_head(struct gya_hdiff13 *diff, const struct gya_patch_source *patch);

/*
 * As gya_hpatchlite_open(). Each part that is compressed has a decoder of its own for as long as the patch is applied:
 * `lzma` has as many as there are, %NULL where there is none, and they are taken in order.
 */
enum gya_patch_result gya_hdiff13_open(struct gya_hdiff13 *diff, const struct gya_patch_source *patch,
	const struct gya_lzma *const lzma[GYA_HDIFF13_PARTS]);

/* Of @old the first `old_size` bytes are read. */
enum gya_patch_result gya_hdiff13_apply(
	struct gya_hdiff13 *diff, const struct gya_patch_source *old, const struct gya_patch_sink *sink);

#endif
