/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_QEMU_PATCHING_H
#define GYA_QEMU_PATCHING_H

#include "device-agent/include/crypto.h"
#include "device-agent/include/patch.h"
#include "device-agent/ports/qemu-rv32/text.h"

/*
 * The shell's `patch`: applies the patch that stands in the bank behind the board's flash, to nothing but a digest, and says how that went:
 * "patch: N bytes in N ms, as expected", or ", not as expected", or "patch: result -N". Little endian, from
 * PATCHING_AT in the bank:
 *
 *   0  "PTCH"                        12  patch's size
 *   4  1 "hI", 2 HDIFF13             16  SHA-256 of the new image
 *   8  old image's size              48  old image, then the patch
 */
#define PATCHING_AT   0x800000u
#define PATCHING_HEAD 48u

/* `lzma` as they are told to gya_hdiff13_open(). */
void patching_tell(struct text *text, const struct gya_crypto *crypto,
	const struct gya_lzma *const lzma[GYA_HDIFF13_PARTS]);

#endif
