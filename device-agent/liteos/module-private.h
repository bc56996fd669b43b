/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_LITEOS_MODULE_PRIVATE_H
#define GYA_LITEOS_MODULE_PRIVATE_H

#include <ota_flag.h>

#include "device-agent/liteos/port.h"
#include "protocol/wire/message.h"

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
	bool has_check; /* the loader has just tested the flash */
	struct gyw_info_check check;
} liteos_module;

void liteos_watchdog(void);

/* As much as `size` of an area's SHA-256, through the work memory; false if it could not be read. */
bool liteos_hash(ota_type_t type, ota_img_t image, uint32_t size, uint8_t digest[32]);

/* Whether the package in Download could be applied to Running, as far as that can be told without erasing anything. */
ota_ret_t liteos_look(ota_type_t type, int size);

/* Sets `crc`, too. */
void liteos_flag_encode(ota_flag_t *flag, uint8_t bytes[OTA_FLAG_SIZE]);

/* The self-test, after which there is nothing to start; what it found is in the module and in the record. */
void liteos_check(ota_type_t type, uint32_t seed);

#endif
