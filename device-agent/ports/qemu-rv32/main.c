/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>

#include "device-agent/boards/ws63.h"
#include "device-agent/core/sha256.h"
#include "device-agent/ports/crypto/ecdsa-bp256.h"
#include "device-agent/ports/qemu-rv32/application.h"
#include "device-agent/ports/qemu-rv32/clock.h"
#include "device-agent/ports/qemu-rv32/figures.h"
#include "device-agent/ports/qemu-rv32/lzma-static.h"
#include "device-agent/ports/qemu-rv32/machine.h"
#include "device-agent/ports/qemu-rv32/nor-cfi.h"
#include "device-agent/ports/qemu-rv32/reset.h"
#include "device-agent/ports/qemu-rv32/text.h"
#include "device-agent/ports/qemu-rv32/uart.h"
#include "device-agent/upg/flashboot.h"
#include "device-agent/upg/port.h"
#include "protocol/wire/message.h"

/* Machine mode of hart 0 is the controller's context 0. */
#define PLIC_PRIORITY(source) (MACHINE_PLIC + 4u * (source))
#define PLIC_ENABLE           (MACHINE_PLIC + 0x002000u)
#define PLIC_THRESHOLD        (MACHINE_PLIC + 0x200000u)
#define PLIC_CLAIM            (MACHINE_PLIC + 0x200004u)

#define CAUSE_EXTERNAL        0x8000000Bu

#define REBOOT_MS             500u

/* QEMU's exit code */
#define FAIL_TRAP  10u
#define FAIL_FLASH 11u

/* start.S, and the interrupt below */
void main(void) __attribute__((noreturn));
void trap(void);

static const struct gya_crypto crypto = {
	.sha256_init = gya_sha256_init,
	.sha256_update = gya_sha256_update,
	.sha256_final = gya_sha256_final,
	.ecdsa_verify = gya_ecdsa_bp256_verify,
};

static void
print(const struct text *text)
{
	uint32_t i;

	for (i = 0; i < text->size; i++)
		uart_print(text->bytes[i]);
}

static void
die_of_trap(uint32_t cause)
{
	struct text text = {0};
	uint32_t at, value;

	__asm__ volatile("csrr %0, mepc" : "=r"(at));
	__asm__ volatile("csrr %0, mtval" : "=r"(value));
	text_add(&text, "\r\ntrap 0x");
	text_add_hex(&text, cause);
	text_add(&text, " at 0x");
	text_add_hex(&text, at);
	text_add(&text, ", value 0x");
	text_add_hex(&text, value);
	text_add(&text, "\r\n");
	print(&text);
	reset_fail(FAIL_TRAP);
}

__attribute__((interrupt("machine"), aligned(4))) void
trap(void)
{
	uint32_t cause, source;

	__asm__ volatile("csrr %0, mcause" : "=r"(cause));
	if (cause != CAUSE_EXTERNAL)
		die_of_trap(cause);
	source = machine_read32(PLIC_CLAIM);
	if (source == MACHINE_UART_SOURCE)
		uart_interrupt();
	machine_write32(PLIC_CLAIM, source);
}

static void __attribute__((noreturn)) restart(void)
{
	figures_keep();
	reset_now();
}

static void
enable_interrupts(void)
{
	machine_write32(PLIC_PRIORITY(MACHINE_UART_SOURCE), 1);
	machine_write32(PLIC_ENABLE, 1u << MACHINE_UART_SOURCE);
	machine_write32(PLIC_THRESHOLD, 0);
	machine_enable(MACHINE_MEIE);
	machine_interrupts_on();
}

/* ---- the upgrade module's port ---- */

static void
console_putc(void *context, char c)
{
	(void) context;
	uart_print(c);
}

/* The machine has no watchdog. */
static void
watchdog_kick(void *context)
{
	(void) context;
}

static void
reboot(void *context)
{
	(void) context;
	clock_wait_ms(REBOOT_MS);
	restart();
}

static void __attribute__((noreturn)) be_dead(void)
{
	struct text text = {0};

	text_add(&text, "no bootable application\r\n");
	print(&text);
	machine_interrupts_off();
	for (;;)
		machine_sleep();
}

void
main(void)
{
	static struct gya_upg_port port;
	static struct application_setup setup;

	uart_init();
	setup = (struct application_setup){
		.board = &gya_board_ws63,
		.nor = nor_cfi_open(gya_board_ws63.flash_size),
		.crypto = &crypto,
		.reset_cause = reset_cause_take(),
	};
	if (setup.reset_cause == GYW_RESET_POWER)
		figures_forget();
	if (setup.nor == NULL)
		reset_fail(FAIL_FLASH);
	lzma_static_init(setup.lzma);
	port = (struct gya_upg_port){
		.board = setup.board,
		.nor = setup.nor,
		.crypto = setup.crypto,
		.lzma = setup.lzma[0],
		.console_putc = console_putc,
		.watchdog_kick = watchdog_kick,
		.reboot = reboot,
		.retry_register = reset_retry_register(),
	};
	gya_upg_port_power_on(&port);
	switch (gya_flashboot_run()) {
	case GYA_BOOT_START: break;
	case GYA_BOOT_RESET: restart();
	case GYA_BOOT_DEAD: be_dead();
	}
	enable_interrupts();
	application_run(&setup);
}
