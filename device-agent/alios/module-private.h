/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_ALIOS_MODULE_PRIVATE_H
#define GYA_ALIOS_MODULE_PRIVATE_H

#include <ota_hal_plat.h>
#include <ota_service.h>

#include "device-agent/alios/board-private.h"
#include "device-agent/alios/hash.h"

/* A download that was offered. */
struct alios_download {
	bool is_open;
	bool has_sign;
	ota_boot_param_t param;
	char hash_text[OTA_HASH_LEN];
	uint8_t sign[OTA_SIGN_LEN];
	struct alios_hash hash; /* of what came */
};

/* All that the application's half remembers. As new after gya_alios_power_on(). */
extern struct alios_module {
	const ota_hal_module_t *hal; /* registered */
	ota_service_t *service;      /* that was initialised */

	/* hal.c: the download that is being written */
	uint32_t length;
	uint32_t written;
	uint16_t crc; /* over what is written */

	/* service.c */
	struct alios_download download;
} alios_module;

#endif
