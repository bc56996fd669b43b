/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_PATCH_STREAM_PRIVATE_H
#define GYA_PATCH_STREAM_PRIVATE_H

#include "device-agent/include/patch.h"

static inline uint32_t
gya_patch_least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* `size` bytes at `at` in the patch, as they stand. They are inside. */
void gya_patch_stream_open(
	struct gya_patch_stream *stream, const struct gya_patch_source *patch, uint32_t at, uint32_t size);

/* What stands there so far becomes what LZMA (spec: 4.1) makes `unpacked` bytes of; reads the 6 bytes before its data. */
enum gya_patch_result gya_patch_stream_unpack(
	struct gya_patch_stream *stream, const struct gya_lzma *lzma, uint32_t unpacked);

/* Exactly `size` bytes, or an error. */
enum gya_patch_result gya_patch_stream_get(struct gya_patch_stream *stream, uint8_t *bytes, uint32_t size);

enum gya_patch_result gya_patch_stream_skip(struct gya_patch_stream *stream, uint32_t size);

/*
 * A number (spec: 3.1). The first byte's upper `n_tag` bits go to `tag`, which may be NULL without any. One that does not
 * fit 32 bits is GYA_PATCH_E_TOO_LARGE.
 */
enum gya_patch_result gya_patch_stream_number(
	struct gya_patch_stream *stream, uint32_t n_tag, uint32_t *tag, uint32_t *number);

/* ---- what both containers do with covers ---- */

/* Where the next cover begins, from where the last one ended. */
struct gya_patch_place {
	uint32_t old_end;
	uint32_t new_end;
};

/* `distance` forward or back from `end`, for `length` bytes, inside an image of `size`. */
bool gya_patch_place(
	uint32_t end, bool is_back, uint32_t distance, uint32_t length, uint32_t size, uint32_t *at);

enum gya_patch_result gya_patch_write(const struct gya_patch_sink *sink, const uint8_t *bytes, uint32_t size);

/* `size` bytes of the stream become the image's next ones; `piece` is GYA_PATCH_PIECE bytes to do it in. */
enum gya_patch_result gya_patch_copy(
	struct gya_patch_stream *stream, const struct gya_patch_sink *sink, uint8_t *piece, uint32_t size);

/* Old bytes `piece` of `size` at `at`, plus the differences in `difference`, become the image's next ones. */
enum gya_patch_result gya_patch_add(const struct gya_patch_source *old, uint32_t at,
	const struct gya_patch_sink *sink, uint8_t *old_piece, const uint8_t *difference, uint32_t size);

#endif
