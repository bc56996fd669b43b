/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_UPG_FLASH_PRIVATE_H
#define GYA_UPG_FLASH_PRIVATE_H

#include "device-agent/upg/module-private.h"

/* A board's partition once uapi_partition_init ran. */
errcode_t upg_partition(uint16_t id, const struct gya_partition **partition);

/* Offsets are from the partition's start; a range that leaves the partition is refused. */
errcode_t upg_flash_read(
	const struct gya_partition *partition, uint32_t offset, uint8_t *bytes, uint32_t size);
errcode_t upg_flash_program(
	const struct gya_partition *partition, uint32_t offset, const uint8_t *bytes, uint32_t size);
/*
 * Erases the sectors of a range that starts on a sector, one by one with a watchdog kick each, and puts back
 * what the last sector holds behind the range. Uses the module's page.
 */
errcode_t upg_flash_erase(const struct gya_partition *partition, uint32_t offset, uint32_t size);
/* SHA-256 of a range. Uses the module's page. */
errcode_t upg_flash_sha256(
	const struct gya_partition *partition, uint32_t offset, uint32_t size, uint8_t digest[32]);

#endif
