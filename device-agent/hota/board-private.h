/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_HOTA_BOARD_PRIVATE_H
#define GYA_HOTA_BOARD_PRIVATE_H

#include <hota_partition.h>

#include "device-agent/hota/port.h"

/* What the boot loader has to install at the next boot. */
enum hota_commit { HOTA_COMMIT_NONE = 0, HOTA_COMMIT_PACKAGE = 1, HOTA_COMMIT_OWN = 2 };

/* The boot record: what hal.c and the boot loader tell each other. HOTA.md has its bytes. */
struct hota_record {
	UpdateMetaData data;
	uint8_t commit; /* enum hota_commit */
	uint8_t region; /* of a board with two: 0 or 1 runs */
	struct gya_hota_image running;
	/* what will run once it is installed; of a board with two, otherwise, what the other region holds */
	struct gya_hota_image next;
};

/* record.c. Reading one that is not there gives zeros and false. */
bool hota_record_read(struct hota_record *record);
bool hota_record_write(const struct hota_record *record);

/* flash.c: all by partition id; false past a partition's end. */
bool hota_flash_read(uint32_t partition, uint32_t offset, uint8_t *bytes, uint32_t size);
/* Erases each sector whose first byte is written. What was written is compared. */
bool hota_flash_write(uint32_t partition, uint32_t offset, const uint8_t *bytes, uint32_t size);
/* Copies the first `size` bytes, sector by sector; those that are right already are left alone. */
bool hota_flash_copy(uint32_t from, uint32_t to, uint32_t size);
bool hota_flash_hash(uint32_t partition, uint32_t size, uint8_t digest[32]);

/* hal.c: where a row's data are stored while they come, and the row of a component by its 16 bytes of name. */
uint32_t hota_staging_of(const struct gya_hota_component *row, uint32_t region);
const struct gya_hota_component *hota_row_of(const uint8_t *name);

#endif
