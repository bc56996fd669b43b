/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_LITEOS_MODULE_PRIVATE_H
#define GYA_LITEOS_MODULE_PRIVATE_H

#include "device-agent/liteos/port.h"

#define OTA_PIECE 4096u

/* All that the module remembers, and the memory that it works in: one upgrade at a time, nothing on the heap. */
extern struct liteos_module {
	const struct gya_liteos_port *port;
	const ota_driver_t *drivers[OTA_TYPES][OTA_IMGS];
	union {
		struct gya_hdiff13 hdiff13;
		struct gya_hpatchlite hpatchlite;
		uint8_t piece[OTA_PIECE];
	} work;
} liteos_module;

void liteos_watchdog(void);

/* As much as `size` of an area's SHA-256, through the work memory; false if it could not be read. */
bool liteos_hash(ota_type_t type, ota_img_t image, uint32_t size, uint8_t digest[32]);

/* Whether the package in Download could be applied to Running, as far as that can be told without erasing anything. */
ota_ret_t liteos_look(ota_type_t type, int size);

#endif
