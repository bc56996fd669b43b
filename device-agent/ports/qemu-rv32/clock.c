/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/ports/qemu-rv32/clock.h"

#include "device-agent/ports/qemu-rv32/machine.h"

#define COMPARE_LOW  (MACHINE_CLINT + 0x4000u)
#define COMPARE_HIGH (MACHINE_CLINT + 0x4004u)
#define TIME_LOW     (MACHINE_CLINT + 0xBFF8u)
#define TIME_HIGH    (MACHINE_CLINT + 0xBFFCu)

#define TICKS_OF_MS  (MACHINE_TIMER_HZ / 1000u)
#define SLEEP_MOST   60000u

static struct {
	uint32_t ms;
	uint32_t ticks; /* when `ms` was last counted up to */
} clock;

uint32_t
clock_ticks(void)
{
	return machine_read32(TIME_LOW);
}

/* Counted up, as dividing the 64 bits of the timer is much work for so small a core. */
uint32_t
clock_ms(void)
{
	uint32_t since = (clock_ticks() - clock.ticks) / TICKS_OF_MS;

	clock.ms += since;
	clock.ticks += since * TICKS_OF_MS;
	return clock.ms;
}

void
clock_wait_ms(uint32_t ms)
{
	uint32_t from = clock_ms();

	while (clock_ms() - from < ms)
		continue;
}

void
clock_sleep_ms(uint32_t ms)
{
	uint32_t ticks = (ms < SLEEP_MOST ? ms : SLEEP_MOST) * TICKS_OF_MS;
	uint32_t high = machine_read32(TIME_HIGH);
	uint32_t low = machine_read32(TIME_LOW);

	/* a carry between the two reads */
	if (machine_read32(TIME_HIGH) != high) {
		high = machine_read32(TIME_HIGH);
		low = machine_read32(TIME_LOW);
	}
	/* never too early in between: the high word first to its end */
	machine_write32(COMPARE_HIGH, UINT32_MAX);
	machine_write32(COMPARE_LOW, low + ticks);
	machine_write32(COMPARE_HIGH, high + (low + ticks < low));
	machine_enable(MACHINE_MTIE);
	machine_sleep();
	machine_disable(MACHINE_MTIE);
}
