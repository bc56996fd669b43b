/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CMSIS_OS2_H
#define CMSIS_OS2_H

#include <stdint.h>

/* What the component uses of CMSIS-RTOS2, as its documentation has it. */

typedef void (*osThreadFunc_t)(void *argument);
typedef void *osThreadId_t;
typedef void *osSemaphoreId_t;
typedef enum { osOK = 0, osError = -1, osErrorTimeout = -2 } osStatus_t;
typedef enum {
	osPriorityLow = 8,
	osPriorityBelowNormal = 16,
	osPriorityNormal = 24,
	osPriorityAboveNormal = 32
} osPriority_t;

typedef struct {
	const char *name;
	uint32_t attr_bits;
	void *cb_mem;
	uint32_t cb_size;
	void *stack_mem;
	uint32_t stack_size;
	osPriority_t priority;
	uint32_t tz_module;
	uint32_t reserved;
} osThreadAttr_t;

typedef struct {
	const char *name;
	uint32_t attr_bits;
	void *cb_mem;
	uint32_t cb_size;
} osSemaphoreAttr_t;

uint32_t osKernelGetTickCount(void);
uint32_t osKernelGetTickFreq(void);
osStatus_t osDelay(uint32_t ticks);
osThreadId_t osThreadNew(osThreadFunc_t func, void *argument, const osThreadAttr_t *attr);
osSemaphoreId_t osSemaphoreNew(uint32_t max_count, uint32_t initial_count, const osSemaphoreAttr_t *attr);
osStatus_t osSemaphoreAcquire(osSemaphoreId_t semaphore_id, uint32_t timeout);
osStatus_t osSemaphoreRelease(osSemaphoreId_t semaphore_id);

#endif
