/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GANTRY_UART_LINK_H
#define GANTRY_UART_LINK_H

#include <stdbool.h>
#include <stdint.h>

/* The agent's UART: a ring that the receive interrupt fills, and a transmitter that never makes a task wait. */

/* `wake` is called from the interrupt when bytes have come. False if the SDK refuses. */
bool uart_link_open(uint32_t baud, void (*wake)(void));
uint32_t uart_link_read(uint8_t *bytes, uint32_t size);
uint32_t uart_link_write(const uint8_t *bytes, uint32_t size);
bool uart_link_is_idle(void);
void uart_link_set_speed(uint32_t baud);
/* Bytes that came while the ring was full; the sender sends them again. */
uint32_t uart_link_lost(void);

#endif
