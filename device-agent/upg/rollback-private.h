/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_UPG_ROLLBACK_PRIVATE_H
#define GYA_UPG_ROLLBACK_PRIVATE_H

#include "device-agent/upg/module-private.h"

/*
 * Whether an image's version_ext is at least the fuse word's value; SUCC where the port has no such words, and for NV
 * data. As in the vendor's, an image that is neither application nor flashboot never passes.
 */
errcode_t upg_rollback_check(uint32_t image_id, uint32_t version_ext);
/* From now on nothing older: after the image was written, before it is marked finished. */
errcode_t upg_rollback_burn(uint32_t image_id, uint32_t version_ext);

#endif
