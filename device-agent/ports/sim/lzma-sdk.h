// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "device-agent/include/lzma.h"

#define GYA_LZMA_SDK_WS63 4096u

// A device's decoder by the LZMA SDK, with a window of at most `window_size` bytes. NULL without memory.
struct gya_lzma *gya_lzma_sdk_new(uint32_t window_size);
void gya_lzma_sdk_free(struct gya_lzma *lzma);
