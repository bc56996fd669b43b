/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_QEMU_LZMA_STATIC_H
#define GYA_QEMU_LZMA_STATIC_H

#include "device-agent/include/lzma.h"
#include "device-agent/include/patch.h"

/*
 * The LZMA SDK's decoder in static memory: 4 KiB of window, and lc + lp up to 3, which is what encoders default to. One for each part that
 * an HDIFF13 patch may have packed; packages are unpacked with the first. To be called before they are used.
 */
void lzma_static_init(const struct gya_lzma *lzma[GYA_HDIFF13_PARTS]);

#endif
