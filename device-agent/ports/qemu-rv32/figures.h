/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_QEMU_FIGURES_H
#define GYA_QEMU_FIGURES_H

#include "device-agent/ports/qemu-rv32/text.h"

/*
 * How much was ever used of the stack and of the receiving ring, boot loader and resets included. Between power-on and the
 * first figures_keep there is nothing kept; a reset from outside loses what came after the last one.
 */
void figures_forget(void);
void figures_keep(void);

/* "code N, data N, bss N, stack N of N, ring N of N, lost N", in bytes. */
void figures_tell(struct text *text);

#endif
