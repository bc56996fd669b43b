/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_QEMU_FIGURES_H
#define GYA_QEMU_FIGURES_H

#include "device-agent/ports/qemu-rv32/text.h"

/* Sizes of the image and how much of stack and receiving ring was ever used: "code N, data N, bss N, stack ...". */
void figures_tell(struct text *text);

#endif
