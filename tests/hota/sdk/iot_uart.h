/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IOT_UART_H
#define IOT_UART_H

/* What the component uses of the IoT peripheral calls, as their documentation has it. */

typedef enum {
	IOT_UART_DATA_BIT_5 = 5,
	IOT_UART_DATA_BIT_6,
	IOT_UART_DATA_BIT_7,
	IOT_UART_DATA_BIT_8
} IotUartIdxDataBit;
typedef enum { IOT_UART_STOP_BIT_1 = 1, IOT_UART_STOP_BIT_2 = 2 } IotUartStopBit;
typedef enum { IOT_UART_PARITY_NONE = 0, IOT_UART_PARITY_ODD = 1, IOT_UART_PARITY_EVEN = 2 } IotUartParity;
typedef enum { IOT_UART_BLOCK_STATE_NONE_BLOCK = 1, IOT_UART_BLOCK_STATE_BLOCK } IotUartBlockState;

typedef struct {
	unsigned int baudRate;
	IotUartIdxDataBit dataBits;
	IotUartStopBit stopBits;
	IotUartParity parity;
	IotUartBlockState rxBlock;
	IotUartBlockState txBlock;
	unsigned char pad;
} IotUartAttribute;

unsigned int IoTUartInit(unsigned int id, const IotUartAttribute *param);
int IoTUartRead(unsigned int id, unsigned char *data, unsigned int dataLen);
int IoTUartWrite(unsigned int id, const unsigned char *data, unsigned int dataLen);

#endif
