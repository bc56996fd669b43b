/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_QEMU_CLOCK_H
#define GYA_QEMU_CLOCK_H

#include <stdint.h>

/* Milliseconds since the reset, wrapping. Has to be called once in 7 minutes, so that the timer does not lap it. */
uint32_t clock_ms(void);
/* Ticks of the timer, wrapping: for short measurements. */
uint32_t clock_ticks(void);

void clock_wait_ms(uint32_t ms);
/* With interrupts off: sleeps until an interrupt is pending or this time, at most a minute, is over. */
void clock_sleep_ms(uint32_t ms);

#endif
