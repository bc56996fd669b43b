/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_ALIOS_RECORD_H
#define GYA_ALIOS_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "device-agent/boards/alios.h"

/* Boot flags (spec alios-ota: 2.5). */
#define ALIOS_FLAG_NORMAL   0u
#define ALIOS_FLAG_RECOVERY 0x52455659u /* a difference waits in OTA_TEMP */
#define ALIOS_FLAG_VERIFY   0x52455656u /* a new image on probation */
#define ALIOS_FLAG_ROLLBACK 0x524F424Bu
#define ALIOS_FLAG_SWAP     0x52535546u /* a whole image in OTA_TEMP, for a board with one address */
#define ALIOS_FLAG_DUAL     0x52445546u /* a whole image in the other bank */
#define ALIOS_FLAG_UPGRADE  0x55504745u /* the same on esp8266 */

/* A new image may be started so often without being confirmed: counts 0 to 3, then it is rolled back (4.1). */
#define ALIOS_BOOTS_MOST 3u

/* `recovery_phase`, `status` and the states of slices (2.4). */
enum alios_phase {
	ALIOS_PHASE_INIT = 0,
	ALIOS_PHASE_PATCH = 1,
	ALIOS_PHASE_COPY = 2,
	ALIOS_PHASE_SWAP = 3,
	ALIOS_PHASE_SWITCH = 4,
	ALIOS_PHASE_DONE = 5
};
enum alios_status { ALIOS_STATUS_PATCH = 0, ALIOS_STATUS_COPY_BACK = 1 };
enum alios_slice {
	ALIOS_SLICE_FREE = 0,
	ALIOS_SLICE_USED = 1,
	ALIOS_SLICE_RESTORED = 2,
	ALIOS_SLICE_SYNCED = 3,
	ALIOS_SLICE_INVALID = 4
};
#define ALIOS_NO_PART     0xFFFFu /* in `ota_addr` */

#define ALIOS_SLICES_MOST 64u /* of any board: P and A */
#define ALIOS_PARTS_MOST  32u
#define ALIOS_RECORD_MOST 708u /* bytes of any structure in flash */

/*
 * The boot record, whichever of the two structures stands in flash: ota_boot_param_t, or with `is_patch` PatchStatus. A field
 * that the structure of the board's generation does not have is 0 after reading and is not written. Names as in the
 * system's sources; record.c has the offsets.
 */
struct alios_record {
	bool is_patch;
	uint32_t dst_adr; /* addresses; of a patch partition numbers */
	uint32_t src_adr;
	uint32_t len;
	uint16_t crc; /* CRC-16 of the whole download */
	uint32_t upg_flag;
	uint8_t boot_count;
	uint32_t
		rec_size; /* bytes of the difference; not in 1.0, where `len` has them: alios_record_diff_size() */
	uint32_t splict_size;

	/* ota_boot_param_t */
	int32_t off_bp;
	int32_t res_type;

	/* PatchStatus */
	uint16_t recovery_phase;
	uint32_t seekpos;
	uint32_t patched_size;
	uint32_t pending_size;
	uint16_t status;
	uint8_t diff;
	uint16_t num;
	uint16_t swap_addr;
	uint16_t swaped_idx;
	uint16_t swaped_state;
	uint8_t patch_index;
	uint8_t slices[ALIOS_SLICES_MOST]; /* the board's n_slices count; of a record that is no patch 0 */
	uint16_t ota_addr[ALIOS_PARTS_MOST];
};

enum alios_record_result {
	ALIOS_RECORD_OK = 0,
	ALIOS_RECORD_NONE =
		1,            /* both copies are erased flash: a new device. The record is all 0, so NORMAL */
	ALIOS_RECORD_BAD = -1 /* neither copy is whole. The record is all 0 */
};

/*
 * The one in PARAMETER_1, or where that is not whole its copy in BACK_PARA. Where they differ, the one that counts is
 * written over the other at the next alios_record_write().
 */
enum alios_record_result alios_record_read(struct alios_record *record);

/*
 * PARAMETER_1, then BACK_PARA, each erased, written and read back. At any moment one copy is whole, and it is either what
 * alios_record_read() gave before or `record`, never an older one. False if the flash refuses; then one of the two still
 * counts.
 */
bool alios_record_write(const struct alios_record *record);

/* Bytes of a structure in flash, its CRC included. */
uint32_t alios_record_size(const struct gya_alios_board *board, bool is_patch);

/* To and from the bytes; `raw` has alios_record_size() of them. Decoding is false for another CRC, `record` then untouched. */
void alios_record_encode(
	const struct gya_alios_board *board, const struct alios_record *record, uint8_t *raw);
bool alios_record_decode(
	const struct gya_alios_board *board, bool is_patch, const uint8_t *raw, struct alios_record *record);

/* Bytes of the difference that waits, in any generation. */
uint32_t alios_record_diff_size(const struct gya_alios_board *board, const struct alios_record *record);

#endif
