/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_QEMU_LZMA_STATIC_H
#define GYA_QEMU_LZMA_STATIC_H

#include "device-agent/include/lzma.h"

/* The LZMA SDK's decoder in static memory: 4 KiB of window, and lc + lp up to 3, which is what encoders default to. */
extern const struct gya_lzma lzma_static;

#endif
