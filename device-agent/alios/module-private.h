/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_ALIOS_MODULE_PRIVATE_H
#define GYA_ALIOS_MODULE_PRIVATE_H

#include <ota_hal_plat.h>
#include <ota_service.h>

#include "device-agent/alios/board-private.h"

/* All that the application's half remembers. As new after gya_alios_power_on(). */
extern struct alios_module {
	const ota_hal_module_t *hal; /* registered */
	ota_service_t *service;      /* that was initialised */

	/* hal.c: the download that is being written */
	uint32_t length;
	uint32_t written;
	uint16_t crc; /* over what is written */
	int read_at;  /* of the reader that gave no place */
} alios_module;

#endif
