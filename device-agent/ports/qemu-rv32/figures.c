/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/ports/qemu-rv32/figures.h"

#include "device-agent/ports/qemu-rv32/uart.h"

#define PAINT 0x5AC35AC3u /* start.S puts it on the stack */

/* link.ld */
extern const uint32_t code_start[], code_end[], data_start[], bss_start[], bss_end[], stack_start[],
	stack_end[];

static struct {
	uint32_t stack;
	uint32_t ring;
	uint32_t lost;
} kept __attribute__((section(".kept")));

static uint32_t
distance(const uint32_t *from, const uint32_t *to)
{
	return (uint32_t) ((uintptr_t) to - (uintptr_t) from);
}

static uint32_t
most_stack(void)
{
	const uint32_t *at = stack_start;

	while (at < stack_end && *at == PAINT)
		at++;
	return distance(at, stack_end);
}

static void
tell(struct text *text, const char *name, uint32_t value)
{
	text_add(text, name);
	text_add(text, " ");
	text_add_decimal(text, value);
}

static uint32_t
larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

void
figures_forget(void)
{
	kept.stack = 0;
	kept.ring = 0;
	kept.lost = 0;
}

void
figures_keep(void)
{
	kept.stack = larger(kept.stack, most_stack());
	kept.ring = larger(kept.ring, uart_figures()->most_held);
	kept.lost += uart_figures()->lost;
}

void
figures_tell(struct text *text)
{
	tell(text, "code", distance(code_start, code_end));
	tell(text, ", data", distance(data_start, bss_start));
	tell(text, ", bss", distance(bss_start, bss_end));
	tell(text, ", stack", larger(kept.stack, most_stack()));
	tell(text, " of", distance(stack_start, stack_end));
	tell(text, ", ring", larger(kept.ring, uart_figures()->most_held));
	tell(text, " of", UART_RECEIVED_SIZE);
	tell(text, ", lost", kept.lost + uart_figures()->lost);
}
