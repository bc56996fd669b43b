/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_SLOT_LOG_H
#define GYA_SLOT_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "device-agent/include/nor.h"

#define GYA_SLOT_SIZE     256u
#define GYA_SLOT_HEAD     8u /* magic and sequence stand before the record */
#define GYA_SLOT_MOST     (GYA_SLOT_SIZE - GYA_SLOT_HEAD - 4u)
#define GYA_SLOT_N_SECTOR 2u

/*
 * A record that survives a cut of the power at any time: slots of one flash page each in two sectors, a new record goes into
 * the next blank one, the newest whole one counts. The other sector is erased only when this one is full, so at
 * every moment the last record is whole somewhere.
 *
 * offset 0: magic u32; 4: sequence u32, one more than that of the record before; 8: the record; behind it CRC-32C u32
 * over all before it.
 */
struct gya_slot_log {
	const struct gya_nor *nor;
	uint32_t address; /* of the two sectors */
	uint32_t magic;
	uint32_t size; /* of the record, at most GYA_SLOT_MOST */
};

/* Puts the newest record into `record`, `size` bytes; false if there is none. */
bool gya_slot_log_read(const struct gya_slot_log *log, uint8_t *record);
/* Returns false if the flash refuses; then the record before is still there. */
bool gya_slot_log_append(const struct gya_slot_log *log, const uint8_t *record);

#endif
