/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GANTRY_UART_LINK_H
#define GANTRY_UART_LINK_H

#include <stdbool.h>
#include <stdint.h>

/* The UART by the IoT peripheral calls; a product that has better ones replaces this file. None of these blocks. */
bool uart_link_open(uint32_t uart, uint32_t baud);
uint32_t uart_link_read(uint8_t *bytes, uint32_t size);
uint32_t uart_link_write(const uint8_t *bytes, uint32_t size, uint32_t now_ms);
/* Whether all that was written is on the line, by the time that it takes at the line's rate. */
bool uart_link_is_idle(uint32_t now_ms);

#endif
