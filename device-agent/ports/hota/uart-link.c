/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/ports/hota/uart-link.h"

#include <iot_errno.h>
#include <iot_uart.h>

#define BITS_PER_BYTE 10u
#define WRITE_MOST    64u /* so that a driver that waits for room does not wait long */

static struct {
	uint32_t uart;
	uint32_t baud;
	uint32_t idle_at_ms;
	bool is_busy;
} self;

bool
uart_link_open(uint32_t uart, uint32_t baud)
{
	const IotUartAttribute attributes = {
		.baudRate = baud,
		.dataBits = IOT_UART_DATA_BIT_8,
		.stopBits = IOT_UART_STOP_BIT_1,
		.parity = IOT_UART_PARITY_NONE,
		.rxBlock = IOT_UART_BLOCK_STATE_NONE_BLOCK,
		.txBlock = IOT_UART_BLOCK_STATE_NONE_BLOCK,
	};

	self.uart = uart;
	self.baud = baud;
	self.is_busy = false;
	return IoTUartInit(uart, &attributes) == IOT_SUCCESS;
}

uint32_t
uart_link_read(uint8_t *bytes, uint32_t size)
{
	int got = IoTUartRead(self.uart, bytes, size);

	return got > 0 ? (uint32_t) got : 0;
}

static void
count(uint32_t sent, uint32_t now_ms)
{
	if (!self.is_busy || (int32_t) (now_ms - self.idle_at_ms) >= 0)
		self.idle_at_ms = now_ms;
	self.idle_at_ms += sent * BITS_PER_BYTE * 1000u / self.baud + 1;
	self.is_busy = true;
}

uint32_t
uart_link_write(const uint8_t *bytes, uint32_t size, uint32_t now_ms)
{
	int sent = IoTUartWrite(self.uart, bytes, size < WRITE_MOST ? size : WRITE_MOST);

	if (sent <= 0)
		return 0;
	count((uint32_t) sent, now_ms);
	return (uint32_t) sent;
}

bool
uart_link_is_idle(uint32_t now_ms)
{
	if (self.is_busy && (int32_t) (now_ms - self.idle_at_ms) >= 0)
		self.is_busy = false;
	return !self.is_busy;
}
