// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "device-agent/alios/port.h"

// A device's decoder of .xz by liblzma, which holds no dictionary of more than `dictionary` bytes. NULL without memory.
struct gya_xz *gya_xz_liblzma_new(uint32_t dictionary);
void gya_xz_liblzma_free(struct gya_xz *xz);
