/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_QEMU_MACHINE_H
#define GYA_QEMU_MACHINE_H

#include <stdint.h>

/* Where things are on QEMU's `virt` with one riscv32 hart. */
#define MACHINE_FINISHER    0x00100000u /* SiFive's test device: what is written ends or resets the machine */
#define MACHINE_RTC         0x00101000u /* Goldfish's clock, with one alarm */
#define MACHINE_CLINT       0x02000000u
#define MACHINE_PLIC        0x0C000000u
#define MACHINE_UART        0x10000000u /* ns16550, registers of one byte */
#define MACHINE_FLASH       0x22000000u /* second bank: 32 MiB of CFI flash, pflash unit 1 */

#define MACHINE_UART_SOURCE 10u       /* of the PLIC */
#define MACHINE_TIMER_HZ    10000000u /* of the CLINT */

static inline uint32_t
machine_read32(uint32_t address)
{
	return *(volatile uint32_t *) (uintptr_t) address;
}

static inline void
machine_write32(uint32_t address, uint32_t value)
{
	*(volatile uint32_t *) (uintptr_t) address = value;
}

static inline uint8_t
machine_read8(uint32_t address)
{
	return *(volatile uint8_t *) (uintptr_t) address;
}

static inline void
machine_write8(uint32_t address, uint8_t value)
{
	*(volatile uint8_t *) (uintptr_t) address = value;
}

/* Of mstatus and mie. */
#define MACHINE_MIE  (1u << 3)
#define MACHINE_MTIE (1u << 7)
#define MACHINE_MEIE (1u << 11)

static inline void
machine_interrupts_off(void)
{
	__asm__ volatile("csrc mstatus, %0" : : "r"(MACHINE_MIE) : "memory");
}

static inline void
machine_interrupts_on(void)
{
	__asm__ volatile("csrs mstatus, %0" : : "r"(MACHINE_MIE) : "memory");
}

static inline void
machine_enable(uint32_t sources)
{
	__asm__ volatile("csrs mie, %0" : : "r"(sources) : "memory");
}

static inline void
machine_disable(uint32_t sources)
{
	__asm__ volatile("csrc mie, %0" : : "r"(sources) : "memory");
}

/* Until a source that is enabled is pending, also while interrupts are off. */
static inline void
machine_sleep(void)
{
	__asm__ volatile("wfi" : : : "memory");
}

#endif
