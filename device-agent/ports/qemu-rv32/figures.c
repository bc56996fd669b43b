/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/ports/qemu-rv32/figures.h"

#include "device-agent/ports/qemu-rv32/uart.h"

#define PAINT 0x5AC35AC3u /* start.S puts it on the stack */

/* link.ld */
extern const uint32_t code_start[], code_end[], data_start[], bss_start[], bss_end[], stack_start[],
	stack_end[];

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

void
figures_tell(struct text *text)
{
	const struct uart_figures *uart = uart_figures();

	tell(text, "code", distance(code_start, code_end));
	tell(text, ", data", distance(data_start, bss_start));
	tell(text, ", bss", distance(bss_start, bss_end));
	tell(text, ", stack", most_stack());
	tell(text, " of", distance(stack_start, stack_end));
	tell(text, ", ring", uart->most_held);
	tell(text, " of", UART_RECEIVED_SIZE);
	tell(text, ", lost", uart->lost);
}
