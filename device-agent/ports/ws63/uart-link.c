/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/ports/ws63/uart-link.h"

#include <pinctrl.h>
#include <stddef.h>
#include <uart.h>

#include "device-agent/ports/ws63/config.h"

#define BUS         ((uart_bus_t) CONFIG_GANTRY_UART_BUS)
#define FIFO_SIZE   64u   /* of the transmitter: what it takes at once when it is empty */
#define DRIVER_SIZE 1024u /* the SDK's own buffer, from which it calls back */
#define RING_SIZE   8192u /* at 2 Mbit/s 40 ms of a task that is held up */
#define CALLBACK_AT 16u   /* bytes; fewer come when the line falls idle */

/* `put` is the interrupt's, `got` the link task's; both only grow. */
static struct {
	uint32_t put;
	uint32_t got;
	uint32_t lost;
	void (*wake)(void);
	uint8_t ring[RING_SIZE];
	uint8_t driver[DRIVER_SIZE];
} line;

static void
receive(const void *buffer, uint16_t length, bool error)
{
	const uint8_t *bytes = buffer;
	uint32_t put = line.put;
	uint32_t room = RING_SIZE - (put - __atomic_load_n(&line.got, __ATOMIC_ACQUIRE));
	uint32_t i;

	/* a byte with a framing error is a byte all the same: the frame's checksum finds it */
	(void) error;
	for (i = 0; i < length && i < room; i++)
		line.ring[(put + i) % RING_SIZE] = bytes[i];
	line.lost += length - i;
	__atomic_store_n(&line.put, put + i, __ATOMIC_RELEASE);
	line.wake();
}

static uart_attr_t
attributes(uint32_t baud)
{
	return (uart_attr_t){
		.baud_rate = baud,
		.data_bits = UART_DATA_BIT_8,
		.stop_bits = UART_STOP_BIT_1,
		.parity = UART_PARITY_NONE,
	};
}

#if CONFIG_GANTRY_UART_IS_CONSOLE
/* The SDK has it open for its text; only the receiver changes hands. */
static bool
open_bus(uint32_t baud)
{
	uart_attr_t attr = attributes(baud);

	uapi_uart_unregister_rx_callback(BUS);
	return uapi_uart_set_attr(BUS, &attr) == ERRCODE_SUCC;
}
#else
static bool
open_bus(uint32_t baud)
{
	uart_attr_t attr = attributes(baud);
	uart_buffer_config_t buffers = {.rx_buffer = line.driver, .rx_buffer_size = sizeof line.driver};
	uart_pin_config_t pins = {.tx_pin = (pin_t) CONFIG_GANTRY_UART_TX_PIN,
		.rx_pin = (pin_t) CONFIG_GANTRY_UART_RX_PIN,
		.cts_pin = PIN_NONE,
		.rts_pin = PIN_NONE};

	if (uapi_pin_set_mode(pins.tx_pin, (pin_mode_t) CONFIG_GANTRY_UART_PIN_MODE) != ERRCODE_SUCC ||
		uapi_pin_set_mode(pins.rx_pin, (pin_mode_t) CONFIG_GANTRY_UART_PIN_MODE) != ERRCODE_SUCC)
		return false;
	/* it may be open from the boot loader or a sample */
	(void) uapi_uart_deinit(BUS);
	return uapi_uart_init(BUS, &pins, &attr, NULL, &buffers) == ERRCODE_SUCC;
}
#endif

bool
uart_link_open(uint32_t baud, void (*wake)(void))
{
	line.wake = wake;
	return open_bus(baud) &&
	       uapi_uart_register_rx_callback(BUS, UART_RX_CONDITION_FULL_OR_SUFFICIENT_DATA_OR_IDLE,
		       CALLBACK_AT, receive) == ERRCODE_SUCC;
}

uint32_t
uart_link_read(uint8_t *bytes, uint32_t size)
{
	uint32_t got = line.got;
	uint32_t have = __atomic_load_n(&line.put, __ATOMIC_ACQUIRE) - got;
	uint32_t i;

	for (i = 0; i < size && i < have; i++)
		bytes[i] = line.ring[(got + i) % RING_SIZE];
	__atomic_store_n(&line.got, got + i, __ATOMIC_RELEASE);
	return i;
}

/* The SDK's write waits for room: it is given no more than the empty FIFO takes. */
uint32_t
uart_link_write(const uint8_t *bytes, uint32_t size)
{
	int32_t sent;

	if (!uapi_uart_tx_fifo_is_empty(BUS))
		return 0;
	if (size > FIFO_SIZE)
		size = FIFO_SIZE;
	sent = uapi_uart_write(BUS, bytes, size, 0);
	return sent > 0 ? (uint32_t) sent : 0;
}

bool
uart_link_is_idle(void)
{
	return !uapi_uart_has_pending_transmissions(BUS);
}

void
uart_link_set_speed(uint32_t baud)
{
	uart_attr_t attr = attributes(baud);

	(void) uapi_uart_set_attr(BUS, &attr);
}

uint32_t
uart_link_lost(void)
{
	return line.lost;
}
