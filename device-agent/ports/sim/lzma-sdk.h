// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "device-agent/include/lzma.h"

// The device's decoder by the LZMA SDK, with the 4 KiB window of a WS63. NULL without memory.
struct gya_lzma *gya_lzma_sdk_new(void);
void gya_lzma_sdk_free(struct gya_lzma *lzma);
