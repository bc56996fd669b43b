/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UPG_AB_H
#define UPG_AB_H

#include <stddef.h>
#include <upg.h>

/*
 * The vendor's API of a chip that has two regions for its application instead of a place for packages: the signed
 * image itself is written into the region that does not run. On a board the SDK's own header is found first.
 */

typedef enum { UPG_REGION_A, UPG_REGION_B, UPG_REGION_COUNT } upg_region_index;

upg_region_index upg_get_run_region(void);
upg_region_index upg_get_upg_region(void);
uint32_t upg_get_region_addr(upg_region_index region);
uint32_t upg_get_region_size(upg_region_index region);
errcode_t upg_ab_start(upg_region_index region);
errcode_t upg_region_erase(upg_region_index region);
uint32_t upg_ab_image_write(upg_region_index region, uint32_t offset, uint8_t *buf, size_t len);
uint32_t upg_ab_image_read(upg_region_index region, uint32_t offset, uint8_t *buf, size_t len);
errcode_t upg_region_verify(upg_region_index region);
errcode_t upg_set_run_region(upg_region_index region);

#endif
