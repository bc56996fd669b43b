/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_QEMU_RESET_H
#define GYA_QEMU_RESET_H

#include <stdint.h>

/* Once, first of all: what brought us here (enum gyw_reset_cause). Power-on clears what is kept over resets. */
uint8_t reset_cause_take(void);
/* The boot loader's retry register: it lives as long as the power is on. */
uint32_t *reset_retry_register(void);

/* Resets the machine. */
void reset_now(void) __attribute__((noreturn));
/* Ends QEMU with exit code `code`: for what no device could go on from. */
void reset_fail(uint8_t code) __attribute__((noreturn));

#endif
