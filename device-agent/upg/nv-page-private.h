/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_UPG_NV_PAGE_PRIVATE_H
#define GYA_UPG_NV_PAGE_PRIVATE_H

#include "device-agent/upg/module-private.h"

/* NV data: pages of one sector, each with a header and records one behind the other (UPG.md has the fields). */
#define UPG_NV_HEADER_SIZE 16u

/* Consecutive pages, of the NV partition or of a package. */
struct upg_nv_pages {
	const struct gya_partition *partition;
	uint32_t offset;
	uint32_t count;
};

struct upg_nv_record {
	uint32_t at; /* in the partition */
	uint32_t size;
	uint16_t key;
	bool is_valid;     /* else it was deleted */
	bool is_protected; /* permanent, encrypted or not to be upgraded: no package replaces it */
};

enum upg_nv_step { UPG_NV_RECORD, UPG_NV_END, UPG_NV_DAMAGED };

/* Whether a page has the header of one of the application's store. */
bool upg_nv_page_is_good(const struct upg_nv_pages *pages, uint32_t page);
/* The record at `in_page` of a good page; the first is at UPG_NV_HEADER_SIZE, the next behind it. */
enum upg_nv_step upg_nv_record_read(
	const struct upg_nv_pages *pages, uint32_t page, uint32_t in_page, struct upg_nv_record *record);
/* The valid record of a key in any of the good pages. A page is left where it is damaged. */
bool upg_nv_record_find(const struct upg_nv_pages *pages, uint16_t key, struct upg_nv_record *record);

#endif
