/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UART_H
#define UART_H

#include <errcode.h>
#include <pinctrl.h>

typedef enum { UART_BUS_0, UART_BUS_1, UART_BUS_2, UART_BUS_MAX_NUM } uart_bus_t;
typedef enum { UART_DATA_BIT_5, UART_DATA_BIT_6, UART_DATA_BIT_7, UART_DATA_BIT_8 } uart_data_bit_t;
typedef enum { UART_STOP_BIT_1, UART_STOP_BIT_2 } uart_stop_bit_t;
typedef enum { UART_PARITY_NONE, UART_PARITY_ODD, UART_PARITY_EVEN } uart_parity_t;
typedef enum {
	UART_RX_CONDITION_MASK_IDLE = 1,
	UART_RX_CONDITION_FULL_OR_SUFFICIENT_DATA_OR_IDLE = 7
} uart_rx_condition_t;

typedef struct {
	pin_t tx_pin;
	pin_t rx_pin;
	pin_t cts_pin;
	pin_t rts_pin;
} uart_pin_config_t;

typedef struct {
	uint32_t baud_rate;
	uint8_t data_bits;
	uint8_t stop_bits;
	uint8_t parity;
	uint8_t flow_ctrl;
} uart_attr_t;

typedef struct {
	bool tx_dma_enable;
	bool rx_dma_enable;
} uart_extra_attr_t;

typedef struct {
	uint8_t *rx_buffer;
	uint32_t rx_buffer_size;
} uart_buffer_config_t;

typedef void (*uart_rx_callback_t)(const void *buffer, uint16_t length, bool error);

errcode_t uapi_uart_init(uart_bus_t bus, const uart_pin_config_t *pins, const uart_attr_t *attr,
	const uart_extra_attr_t *extra_attr, uart_buffer_config_t *uart_buffer_config);
errcode_t uapi_uart_deinit(uart_bus_t bus);
errcode_t uapi_uart_set_attr(uart_bus_t bus, const uart_attr_t *attr);
errcode_t uapi_uart_register_rx_callback(
	uart_bus_t bus, uart_rx_condition_t condition, uint32_t size, uart_rx_callback_t callback);
void uapi_uart_unregister_rx_callback(uart_bus_t bus);
bool uapi_uart_has_pending_transmissions(uart_bus_t bus);
bool uapi_uart_tx_fifo_is_empty(uart_bus_t bus);
int32_t uapi_uart_write(uart_bus_t bus, const uint8_t *buffer, uint32_t length, uint32_t timeout);

#endif
