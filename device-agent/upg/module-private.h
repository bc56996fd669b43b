/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_UPG_MODULE_PRIVATE_H
#define GYA_UPG_MODULE_PRIVATE_H

#include <stddef.h>
#include <upg.h>

#include "device-agent/upg/port.h"

#define UPG_SECTOR_SIZE   0x1000u
#define UPG_TAIL_SIZE     0x3000u /* page buffer, page status, flag sector: the end of the storage partition */
#define UPG_IMAGES_MAX    20u
#define UPG_TRIES         3u
#define UPG_HEAD_SIZE     0x200u /* key area and info area of a package */
#define UPG_CHUNK_SIZE    0x400u /* compressed bytes read at a time */
#define UPG_NEVER_WRITTEN 0xFFFFFFFFu

/* All memory of the module. It is as new after gya_upg_port_power_on. */
struct upg_module {
	const struct gya_upg_port *port;
	bool partitions_ready;
	bool ready;
	bool prepared;
	uint32_t package_size; /* announced to prepare */
	uint32_t written_end;  /* end of the furthest piece written since prepare */
	upg_status_t status;
	uapi_upg_user_defined_check check;
	uintptr_t check_param;
	uapi_upg_progress_cb progress;
	uint32_t progress_done;
	uint32_t progress_total;
	uint32_t progress_percent;
	struct gya_upg_counters counters;
	uint8_t head[UPG_HEAD_SIZE];
	uint8_t page[UPG_SECTOR_SIZE];
	uint8_t chunk[UPG_CHUNK_SIZE];
};

extern struct upg_module upg_module;

/* Forgets everything but the port, as a reset does. */
void upg_module_reset(void);
void upg_kick(void);
/* The module without the status query: that is the application's, the boot loader must not use it up. */
errcode_t upg_open(const upg_func_t *func_list);

#endif
