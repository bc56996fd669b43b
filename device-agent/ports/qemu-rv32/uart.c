/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/ports/qemu-rv32/uart.h"

#include "device-agent/ports/qemu-rv32/clock.h"
#include "device-agent/ports/qemu-rv32/machine.h"

#define DATA              (MACHINE_UART + 0u)
#define ENABLE            (MACHINE_UART + 1u)
#define IDENTIFY          (MACHINE_UART + 2u) /* read */
#define FIFO              (MACHINE_UART + 2u) /* written */
#define LINE_MODE         (MACHINE_UART + 3u)
#define STATUS            (MACHINE_UART + 5u)

#define ENABLE_RECEIVED   0x01u
#define ENABLE_EMPTY      0x02u

#define IDENTIFY_MASK     0x0Fu
#define IDENTIFY_NONE     0x01u
#define IDENTIFY_EMPTY    0x02u
#define IDENTIFY_RECEIVED 0x04u
#define IDENTIFY_STATUS   0x06u
#define IDENTIFY_TIMEOUT  0x0Cu

#define STATUS_RECEIVED   0x01u
#define STATUS_OVERRUN    0x02u
#define STATUS_ROOM       0x20u /* the sending FIFO is empty */
#define STATUS_IDLE       0x40u /* and so is the shift register */

#define MODE_8N1          0x03u
#define MODE_DIVISOR      0x80u
#define FIFO_ON           0x07u /* and empty both */
#define FIFO_AT_8         0x80u /* interrupt with so many bytes, or some time after fewer */
#define FIFO_SIZE         16u

/* Indices count up and are taken modulo the sizes, which are powers of two. Each has one writer. */
static struct {
	volatile uint32_t received_in;
	volatile uint32_t received_out;
	volatile uint32_t sent_in;
	volatile uint32_t sent_out;
	struct uart_figures figures;
	uint8_t received[UART_RECEIVED_SIZE];
	uint8_t sent[UART_SENT_SIZE];
} uart;

void
uart_init(void)
{
	machine_write8(ENABLE, 0);
	/* 115200 from QEMU's 3.6864 MHz; it has no effect on the speed there */
	machine_write8(LINE_MODE, MODE_DIVISOR);
	machine_write8(DATA, 2);
	machine_write8(ENABLE, 0);
	machine_write8(LINE_MODE, MODE_8N1);
	machine_write8(FIFO, FIFO_ON | FIFO_AT_8);
}

void
uart_print(char c)
{
	while (!(machine_read8(STATUS) & STATUS_ROOM))
		continue;
	machine_write8(DATA, (uint8_t) c);
}

void
uart_listen(void)
{
	/* what came before is for nobody */
	machine_write8(FIFO, FIFO_ON | FIFO_AT_8);
	machine_write8(ENABLE, ENABLE_RECEIVED);
}

static void
receive(void)
{
	uint8_t status;

	while ((status = machine_read8(STATUS)) & STATUS_RECEIVED) {
		uint8_t byte = machine_read8(DATA);
		uint32_t held = uart.received_in - uart.received_out;

		if (status & STATUS_OVERRUN)
			uart.figures.lost++;
		if (held == UART_RECEIVED_SIZE) {
			uart.figures.lost++;
			continue;
		}
		uart.received[uart.received_in % UART_RECEIVED_SIZE] = byte;
		uart.received_in++;
		if (held + 1 > uart.figures.most_held)
			uart.figures.most_held = held + 1;
	}
}

static void
send(void)
{
	uint32_t i;

	for (i = 0; i < FIFO_SIZE && uart.sent_out != uart.sent_in; i++) {
		machine_write8(DATA, uart.sent[uart.sent_out % UART_SENT_SIZE]);
		uart.sent_out++;
	}
	if (uart.sent_out == uart.sent_in)
		machine_write8(ENABLE, ENABLE_RECEIVED);
}

void
uart_interrupt(void)
{
	for (;;) {
		switch (machine_read8(IDENTIFY) & IDENTIFY_MASK) {
		case IDENTIFY_RECEIVED:
		case IDENTIFY_TIMEOUT:
		case IDENTIFY_STATUS: receive(); break;
		case IDENTIFY_EMPTY: send(); break;
		default: return;
		}
	}
}

uint32_t
uart_read(uint8_t *bytes, uint32_t size)
{
	uint32_t held = uart.received_in - uart.received_out;
	uint32_t i;

	if (size > held)
		size = held;
	for (i = 0; i < size; i++)
		bytes[i] = uart.received[(uart.received_out + i) % UART_RECEIVED_SIZE];
	uart.received_out += size;
	return size;
}

uint32_t
uart_room(void)
{
	return UART_SENT_SIZE - (uart.sent_in - uart.sent_out);
}

uint32_t
uart_write(const uint8_t *bytes, uint32_t size)
{
	uint32_t room = uart_room();
	uint32_t i;

	if (size > room)
		size = room;
	for (i = 0; i < size; i++)
		uart.sent[(uart.sent_in + i) % UART_SENT_SIZE] = bytes[i];
	if (size != 0) {
		machine_interrupts_off();
		uart.sent_in += size;
		machine_write8(ENABLE, ENABLE_RECEIVED | ENABLE_EMPTY);
		machine_interrupts_on();
	}
	return size;
}

bool
uart_is_idle(void)
{
	return uart.sent_out == uart.sent_in && (machine_read8(STATUS) & STATUS_IDLE) != 0;
}

void
uart_wait(uint32_t ms)
{
	/* a byte that comes between the look and the sleep ends the sleep */
	machine_interrupts_off();
	if (uart.received_in == uart.received_out)
		clock_sleep_ms(ms);
	machine_interrupts_on();
}

const struct uart_figures *
uart_figures(void)
{
	return &uart.figures;
}
