// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdbool.h>
#include <stdint.h>

// Power and reset of the chip, seen by all its threads.
struct gya_power {
	uint32_t is_off;
	uint64_t reset_at_ns; // 0: none is coming
};

void gya_power_switch_off(struct gya_power *power);
bool gya_power_is_off(const struct gya_power *power);
void gya_power_reset_after(struct gya_power *power, uint32_t ms);
void gya_power_reset_done(struct gya_power *power);
// In how many ms the application's life ends, at most `most_ms`; 0: it has.
uint32_t gya_power_left_ms(const struct gya_power *power, uint32_t most_ms);
