// SPDX-License-Identifier: Apache-2.0
#include "device-agent/ports/sim/power.h"

#include "device-agent/ports/sim/line.h"

#define NS_OF_MS 1000000ull

void
gya_power_switch_off(struct gya_power *power)
{
	__atomic_store_n(&power->is_off, 1, __ATOMIC_RELEASE);
}

bool
gya_power_is_off(const struct gya_power *power)
{
	return __atomic_load_n(&power->is_off, __ATOMIC_ACQUIRE) != 0;
}

void
gya_power_reset_after(struct gya_power *power, uint32_t ms)
{
	__atomic_store_n(&power->reset_at_ns, gya_line_now_ns() + ms * NS_OF_MS, __ATOMIC_RELEASE);
}

void
gya_power_reset_done(struct gya_power *power)
{
	__atomic_store_n(&power->reset_at_ns, 0, __ATOMIC_RELEASE);
}

uint32_t
gya_power_left_ms(const struct gya_power *power, uint32_t most_ms)
{
	uint64_t reset_at_ns = __atomic_load_n(&power->reset_at_ns, __ATOMIC_ACQUIRE);
	uint64_t now_ns = gya_line_now_ns();

	if (gya_power_is_off(power) || (reset_at_ns != 0 && reset_at_ns <= now_ns))
		return 0;
	if (reset_at_ns == 0 || (reset_at_ns - now_ns) / NS_OF_MS >= most_ms)
		return most_ms;
	return (uint32_t) ((reset_at_ns - now_ns) / NS_OF_MS) + 1;
}
