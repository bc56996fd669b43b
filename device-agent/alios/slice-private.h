/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_ALIOS_SLICE_PRIVATE_H
#define GYA_ALIOS_SLICE_PRIVATE_H

#include "device-agent/alios/xz-private.h"

#define ALIOS_SLICE_STREAMS 3u

/* What the head of a slice says (spec alios-ota: 1.8). */
struct alios_slice_head {
	uint32_t at;                          /* of the head, in the difference */
	uint32_t size;                        /* of all of it */
	uint32_t stored[ALIOS_SLICE_STREAMS]; /* bytes of control, difference and extra */
	uint32_t new_size;
	uint16_t crc; /* of the new bytes */
};

/* The slice at `at`: it stands whole in the difference, and makes 1 to `slice_size` bytes. */
enum gya_patch_result alios_slice_read_head(struct alios_slice_head *head,
	const struct gya_patch_source *package, uint32_t at, uint32_t slice_size);

/* What a slice is made in; 1.2 KiB beside the decoders. */
struct alios_slice_work {
	struct alios_xz_stream streams[ALIOS_SLICE_STREAMS];
	uint8_t old_piece[256];
};

/*
 * Makes `head->new_size` bytes at `made`. `old` reads what is in flash at that moment: the new image before the slice, the old
 * one from there on. Nothing that the original does not guard against goes through: negative sizes and places, reads past
 * `old->size`, anything left over. GYA_PATCH_E_OLD is for the CRC alone, after all else was right; so with an `old` that gives
 * any bytes a slice can be tried for all but that.
 */
enum gya_patch_result alios_slice_make(struct alios_slice_work *work, const struct alios_slice_head *head,
	const struct gya_patch_source *package, const struct gya_xz *const xz[ALIOS_SLICE_STREAMS],
	const struct gya_patch_source *old, uint8_t *made);

#endif
