/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/ports/qemu-rv32/reset.h"

#include "device-agent/ports/qemu-rv32/machine.h"
#include "protocol/wire/message.h"

#define FINISHER_RESET 0x7777u
#define FINISHER_FAIL  0x3333u /* with the code above it */

#define KEPT_MAGIC     0x4B455054u
#define SOFTWARE_WAS   0x534F4654u /* written just before the reset: another reset finds something else */

/* Neither loaded nor cleared. QEMU's memory starts as zeros and survives a reset of the machine. */
static struct {
	uint32_t magic;
	uint32_t cause;
	uint32_t retries;
} kept __attribute__((section(".kept")));

uint8_t
reset_cause_take(void)
{
	uint8_t cause = GYW_RESET_POWER;

	if (kept.magic == KEPT_MAGIC)
		cause = kept.cause == SOFTWARE_WAS ? GYW_RESET_SOFTWARE : GYW_RESET_PIN;
	else
		kept.retries = 0;
	kept.magic = KEPT_MAGIC;
	kept.cause = 0;
	return cause;
}

uint32_t *
reset_retry_register(void)
{
	return &kept.retries;
}

void
reset_now(void)
{
	machine_interrupts_off();
	kept.cause = SOFTWARE_WAS;
	machine_write32(MACHINE_FINISHER, FINISHER_RESET);
	for (;;)
		continue;
}

void
reset_fail(uint8_t code)
{
	machine_interrupts_off();
	machine_write32(MACHINE_FINISHER, FINISHER_FAIL | (uint32_t) code << 16);
	for (;;)
		continue;
}
