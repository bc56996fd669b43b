/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_UPG_AB_PRIVATE_H
#define GYA_UPG_AB_PRIVATE_H

#include <upg_ab.h>

#include "device-agent/upg/module-private.h"

/* Where a region lies in flash, whatever is mapped. False on a board without regions, or for none of the two. */
bool upg_region_place(upg_region_index region, struct gya_partition *place);
/* The region that the boot loader has mapped, and started: the other one may already be chosen for the next boot. */
upg_region_index upg_mapped_region(void);

#endif
