/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_UPG_FLAGS_PRIVATE_H
#define GYA_UPG_FLAGS_PRIVATE_H

#include "device-agent/upg/module-private.h"

/*
 * The flag sector: last sector of the storage partition, written piecewise without erasing, so that bits only
 * go from 1 to 0. Layout and the order of writes: UPG.md.
 */
#define UPG_FLAGS_SIZE       108u

#define UPG_COMPLETE_NOTHING 0xFFFFFFFFu
#define UPG_COMPLETE_PART    0x0000FFFFu
#define UPG_COMPLETE_DONE    0u

/* NV data has three tries as well, which stand behind those of the images. */
#define UPG_NV_FLAGS UPG_IMAGES_MAX

struct upg_flags {
	uint32_t head_magic;
	uint32_t package_length;
	uint32_t firmware_num;
	uint8_t tries[UPG_IMAGES_MAX + 1][UPG_TRIES]; /* the last are those of NV data */
	uint8_t status_told; /* FF until the application asked once after completion */
	uint32_t result;
	uint32_t complete;
	uint32_t end_magic;
};

/* Where the application finds the NV data of the stored package. */
struct upg_nv_place {
	uint32_t data_offset;
	uint32_t data_size;
	uint32_t hash_offset;
};

errcode_t upg_flags_read(struct upg_flags *flags);
bool upg_flags_have_magics(const struct upg_flags *flags);
bool upg_flags_are_pending(const struct upg_flags *flags);
/* Whether no try of any image has begun. */
bool upg_flags_are_untouched(const struct upg_flags *flags);

/* Makes "no upgrade" certain, before anything of the package or of the flags is erased. */
errcode_t upg_flags_disarm(void);
/* Erases the partition's tail and writes the head: a package of that length may come. Disarm first. */
errcode_t upg_flags_begin(uint32_t package_length);
errcode_t upg_flags_arm(uint32_t firmware_num);

/* The index (0..2) of an image's running or next try; UPG_TRIES if the image is finished. Images count, or UPG_NV_FLAGS. */
uint32_t upg_flags_try(const struct upg_flags *flags, uint32_t image);
errcode_t upg_flags_mark_started(uint32_t image, uint32_t try_index);
errcode_t upg_flags_mark_finished(uint32_t image, uint32_t try_index);
errcode_t upg_flags_mark_failed(uint32_t image, uint32_t try_index);
errcode_t upg_flags_hand_over_nv(const struct upg_nv_place *place);
/* Whether NV data was handed over, and what became of it. */
bool upg_flags_have_nv(const struct upg_flags *flags);
errcode_t upg_flags_read_nv(struct upg_nv_place *place);

errcode_t upg_flags_set_result(upg_result_t result);
errcode_t upg_flags_set_complete(uint32_t complete);
errcode_t upg_flags_mark_status_told(void);

#endif
