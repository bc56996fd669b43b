/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_QEMU_UART_H
#define GYA_QEMU_UART_H

#include <stdbool.h>
#include <stdint.h>

#define UART_RECEIVED_SIZE 16384u
#define UART_SENT_SIZE     512u

/*
 * The ns16550: one ring each way between the interrupt and everything else. Before uart_listen nothing is received, and
 * text goes out by polling, as a boot loader does it.
 */
void uart_init(void);
void uart_print(char c);

void uart_listen(void);
uint32_t uart_read(uint8_t *bytes, uint32_t size);
/* What fits the ring is taken. */
uint32_t uart_write(const uint8_t *bytes, uint32_t size);
uint32_t uart_room(void);
/* Whether the last bit of the last byte is on the line. */
bool uart_is_idle(void);
/* Until something is received, something was sent or the time is over. */
void uart_wait(uint32_t ms);

struct uart_figures {
	uint32_t most_held; /* bytes received that nobody had read yet */
	uint32_t lost;      /* bytes for which there was no room */
};
const struct uart_figures *uart_figures(void);

/* The device's interrupt. */
void uart_interrupt(void);

#endif
