/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_QEMU_NOR_CFI_H
#define GYA_QEMU_NOR_CFI_H

#include "device-agent/include/nor.h"

/*
 * The first `size` bytes of the flash bank as a NOR part with sectors of 4 KiB. The bank is two 16-bit chips side by
 * side with Intel's command set, whose own sectors are 256 KiB: a small one is erased by programming FF over it, which
 * QEMU's chips let one do. So that code that forgets to erase is found out here as on a real part, all other programming
 * clears bits only, and says GYA_NOR_E_PROGRAM when a bit should have been set.
 *
 * NULL if there is no such flash.
 */
const struct gya_nor *nor_cfi_open(uint32_t size);

#endif
